"""Every fault of the matrix, against the real job. All of them are for `make faults`; here one of each kind."""

from __future__ import annotations

from itertools import count

import pytest

from tests.faults import FAULTS
from tests.faults.matrix import LAST_GOOD, Fault, judge
from tests.faults.world import Seen, worlds

numbers = count()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with worlds(tmp_path_factory.mktemp("faults")) as make:
        yield lambda name="": make(name or f"world-{next(numbers)}")


@pytest.mark.parametrize("each", [each for each in FAULTS if each.daily], ids=lambda each: f"{each.group}: {each.name}")
def test_a_fault_comes_to_what_it_should(each, world):
    verdict = judge(each, world(each.world))
    if verdict.skipped:
        pytest.skip(verdict.skipped)
    assert verdict.problem is None
    assert verdict.intact


def test_every_fault_has_a_name_of_its_own():
    names = [(each.group, each.name) for each in FAULTS]
    assert len(set(names)) == len(names)


# -- the judge sees what is wrong -------------------------------------------------------------------------------------


def _harm(world):
    (release,) = world.releases.glob("2*")
    (release / "vestiging.parquet").chmod(0o644)
    (release / "vestiging.parquet").write_bytes(b"")
    return Seen(0, "the last good file is used")


def _leave(world):
    (world.releases / ".building-1").mkdir()
    return Seen(0, "the last good file is used")


@pytest.mark.parametrize(
    ("play", "problem"),
    [
        (lambda world: Seen(1, "boom"), "exit 1: boom"),
        (lambda world: Seen(0, "all well"), "is not in what was told: all well"),
        (lambda world: Seen(0, "the last good file is used Traceback"), "a traceback"),
        (_leave, "left behind: releases/.building-1"),
        (_harm, "a release that stood is no longer as it was"),
    ],
)
def test_the_judge_sees_what_is_wrong(world, play, problem):
    verdict = judge(Fault("", "", "", LAST_GOOD, "last good", False, "", play), world())
    assert problem in verdict.problem
    assert verdict.intact == (play is not _harm)
