"""Faults of the matrix, against the real job: one of each kind, all of them are for `make faults`. And the judge is judged."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from tests.faults import FAULTS, __main__, killing
from tests.faults.killing import Killed
from tests.faults.matrix import LAST_GOOD, Fault, Verdict, judge
from tests.faults.playing import page
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


@pytest.fixture(scope="module")
def seconds(world):
    return killing.duration(world("timed"))


@pytest.mark.parametrize("part", [0.2, 0.4, 0.55, 0.7, 0.85])
def test_a_run_that_is_killed_and_run_again_gives_the_same_release(part, world, seconds):
    killed = killing.kill(world(), part * seconds)
    assert killed.problem is None, killing.line(killed)


@pytest.mark.parametrize(
    ("found", "code", "told"),
    [
        ([Killed(0.1, False, "nothing", None), Killed(0.2, True, "releases", None)], 0, "1 runs killed, from 0.1 to 0.1 s"),
        ([Killed(0.1, False, "nothing", "boom")], 1, "FAILED    0.1 s  killed, nothing written         boom\n1 runs killed"),
        ([Killed(0.1, False, "looks", None), Killed(0.2, True, "releases", "boom")], 1, "after 1 of them the next run"),
    ],
)
def test_a_kill_with_another_release_after_it_ends_in_an_error(found, code, told):
    ended, text = killing.tell(found, 1.0)
    assert (ended, told in text) == (code, True), text


def test_every_fault_has_a_name_of_its_own():
    names = [(each.group, each.name) for each in FAULTS]
    assert len(set(names)) == len(names)


# -- the judge sees what is wrong -------------------------------------------------------------------------------------


def _harm(world):
    (release,) = world.releases.glob("2*")
    (release / "vestiging.parquet").chmod(0o644)
    (release / "vestiging.parquet").write_bytes(b"")
    return Seen(0, "the last good file is used")


def _break(world):
    raise OSError("no such file")


def _leave(world):
    (world.releases / ".building-1").mkdir()
    return Seen(0, "the last good file is used")


@pytest.mark.parametrize(
    ("play", "problem"),
    [
        (lambda world: Seen(1, "boom"), "exit 1: boom"),
        (lambda world: Seen(0, "all well"), "is not in what was told: all well"),
        (lambda world: Seen(0, "the last good file is used Traceback"), "a traceback"),
        (_break, "OSError: no such file"),
        (_leave, "left behind: releases/.building-1"),
        (_harm, "a release that stood is no longer as it was"),
    ],
)
def test_the_judge_sees_what_is_wrong(world, play, problem):
    verdict = judge(Fault("", "", "", LAST_GOOD, "last good", False, "", play), world())
    assert problem in verdict.problem
    assert verdict.intact == (play is not _harm)


# -- and what is wrong ends in an error -------------------------------------------------------------------------------

GOOD = Verdict(1.0, intact=True)
BAD, HARMED, SKIPPED = replace(GOOD, problem="boom"), replace(GOOD, intact=False), replace(GOOD, skipped="no disk")


@pytest.mark.parametrize(
    ("verdicts", "code", "told"),
    [
        ((GOOD, GOOD), 0, "2 faults: 2 as they should, 0 not, 0 skipped; last release intact 2 of 2; "),
        ((GOOD, SKIPPED), 0, "2 faults: 1 as they should, 0 not, 1 skipped; last release intact 2 of 2; "),
        ((BAD, GOOD), 1, "FAILED HTTP: 0: boom\n\n2 faults: 1 as they should, 1 not, 0 skipped; last release intact 2 of 2; "),
        ((GOOD, HARMED), 1, "2 faults: 2 as they should, 0 not, 0 skipped; last release intact 1 of 2; "),
    ],
)
def test_a_fault_that_does_not_come_to_what_it_should_ends_in_an_error(verdicts, code, told, monkeypatch, capsys):
    played = [(Fault("HTTP", f"{number}", "", LAST_GOOD, "", False, "", _leave), each) for number, each in enumerate(verdicts)]
    monkeypatch.setattr(__main__, "play_all", lambda numbers: played)
    monkeypatch.setattr(__main__.killing, "kill_at_every_step", lambda: [Killed(0.1, False, "looks", None)])
    monkeypatch.setattr(__main__, "write", lambda *_: pytest.fail("the page is written without being asked for"))
    assert __main__.main() == code
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(("options", "code", "told"), [(["--help"], 0, "usage:"), (["geen"], 2, "no fault is called geen")])
def test_what_cannot_be_played_begins_nothing(options, code, told, monkeypatch, capsys):
    monkeypatch.setattr(__main__, "play_all", lambda numbers: pytest.fail("faults are played"))
    with pytest.raises(SystemExit) as ended:
        __main__.main(*options)
    assert ended.value.code == code
    assert told in "".join(capsys.readouterr())


def test_faults_are_played_by_name(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(__main__, "play_all", lambda numbers: asked.extend(numbers) or [])
    assert __main__.main("sources: a pipe", "Damage: a table's FILE") == 0
    assert sorted({FAULTS[each].name for each in asked}) == [
        "a pipe in place of a file", "a pipe in place of a package", "a table's file",
    ]  # fmt: skip


def test_the_page_has_every_fault_in_a_table_of_its_group():
    faults = [Fault(group, f"fault|{group}", "how", LAST_GOOD, "", False, "", _leave) for group in ("HTTP", "Time", "HTTP")]
    text = page(list(zip(faults, (GOOD, BAD, HARMED), strict=True)))
    assert [line for line in text.splitlines() if line.startswith(("##", "| fault\\|"))] == [
        "## HTTP",
        "| fault\\|HTTP | how | refused, last good used | 1.0 | yes |",
        "| fault\\|HTTP | how | refused, last good used | 1.0 | **no** |",
        "## Time",
        "| fault\\|Time | how | **failed** | 1.0 | yes |",
    ]
