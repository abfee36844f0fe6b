"""Tables made on other threads, each when what it reads is there."""

from __future__ import annotations

import threading

import pytest

from pipeline.run.ahead import Ahead


def test_a_task_runs_once_after_what_it_comes_after():
    order: list[str] = []
    ahead = Ahead(lambda name: order.append(name) or name.upper(), {"c": ["a", "b"], "a": [], "b": ["a", "elsewhere"]}, 2)
    assert ahead.result("c") == "C"
    assert ahead.result("a") == "A"
    assert order == ["a", "b", "c"]
    assert "elsewhere" not in ahead


def test_no_thread_waits_for_another():
    """With one thread and the last task first in the list, a thread that waited for its input would wait for ever."""
    ahead = Ahead(str.upper, {"c": ["b"], "b": ["a"], "a": []}, 1)
    assert ahead.result("c") == "C"


def test_a_failure_is_raised_where_its_result_is_asked_for():
    def work(name):
        if name == "a":
            raise ValueError("a broke")
        return name

    ahead = Ahead(work, {"a": [], "b": ["a"]}, 1)
    assert ahead.result("b") == "b"
    with pytest.raises(ValueError, match="a broke"):
        ahead.result("a")


def test_some_tasks_are_waited_for_well_or_not_and_no_others():
    go, ended = threading.Event(), []

    def work(name):
        if name == "slow":
            go.wait(60)
        ended.append(name)
        if name == "bad":
            raise ValueError("bad")

    ahead = Ahead(work, {"bad": [], "good": ["bad"], "slow": []}, 2)
    ahead.wait(["bad", "good", "elsewhere"])
    assert ended == ["bad", "good"]
    go.set()
    ahead.result("slow")


def test_stopping_interrupts_what_is_at_work_and_begins_nothing_else():
    began, interrupted, done = threading.Event(), threading.Event(), []

    def work(name):
        began.set()
        done.append((name, interrupted.wait(60)))

    ahead = Ahead(work, {"a": [], "b": ["a"], "c": []}, 1)
    began.wait(60)
    ahead.stop(interrupted.set)
    assert done == [("a", True)]
