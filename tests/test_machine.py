from __future__ import annotations

import os

import pytest

from pipeline.machine import memory_mb, processors


def limited(root, groups, limits):
    """Write what a kernel shows of a process: its control groups, and their limits."""
    for path, text in {"proc/self/cgroup": groups, **limits}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return memory_mb(root)


def test_without_control_groups_the_memory_is_that_of_the_machine(tmp_path):
    assert memory_mb(tmp_path) == os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


@pytest.mark.parametrize(
    ("groups", "limits"),
    [
        ("0::/\n", {"sys/fs/cgroup/memory.max": "67108864\n"}),
        ("0::/user/job\n", {"sys/fs/cgroup/user/memory.max": "67108864\n", "sys/fs/cgroup/user/job/memory.max": "max\n"}),
        ("0::/seen/from/outside\n", {"sys/fs/cgroup/memory.max": "67108864\n"}),
        ("5:cpu,memory:/job\n1:name=systemd:/\n", {"sys/fs/cgroup/memory/job/memory.limit_in_bytes": "67108864\n"}),
    ],
    ids=["own group", "group around it", "path of the machine", "version 1"],
)
def test_the_lowest_limit_of_the_control_groups_counts(tmp_path, groups, limits):
    assert limited(tmp_path, groups, limits) == 64


@pytest.mark.parametrize("limit", ["max\n", "9223372036854771712\n"])
def test_a_group_without_a_limit_leaves_the_memory_of_the_machine(tmp_path, limit):
    assert limited(tmp_path, "0::/\n", {"sys/fs/cgroup/memory.max": limit}) == memory_mb(tmp_path / "elsewhere")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux lets a process choose its processors")
def test_processors_are_those_that_this_process_may_run_on():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert processors() == 1
    finally:
        os.sched_setaffinity(0, before)
    assert processors() == len(before)
