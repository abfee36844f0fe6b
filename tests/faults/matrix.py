"""What a fault is, what is to come of it, and how that is judged. The faults themselves are in the modules beside it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.faults.world import Seen, World


class Skipped(Exception):  # noqa: N818 - it is no error
    """This machine cannot bring the fault about; the text says why."""


@dataclass(frozen=True)
class Outcome:
    """What is to come of a fault: in words, the exit codes that say so, and whether a new release is made
    (None: a fault before it in the same world may have seen to that).

    ``silent``: nothing is said of the registry, for nothing is wrong with what was used in the end.
    """

    words: str
    codes: tuple[int, ...] = (0,)
    new: bool | None = False
    silent: bool = False


CURED = Outcome("cured, the file is used", silent=True)
LAST_GOOD = Outcome("refused, last good used")
USED = Outcome("used as it is meant", new=True)
REFUSED = Outcome("refused, nothing stands in: exit 4 or 5", codes=(4, 5))
NOT_PUBLISHED = Outcome("not published: refused, or exit 5", codes=(0, 5))
# of several faults that one run meets
MEANT = Outcome("used as it is meant", new=None)
TOLD = Outcome("refused or rejected with reason", new=None)


@dataclass(frozen=True)
class Fault:
    """``play`` brings the fault about in a world and tells what was seen; ``says`` is what is to be told of it.

    Faults of one ``world`` by name share it, and its run. `make faults` and CI play them all, `make test` those that are
    ``daily``: one of each kind.
    """

    group: str
    name: str
    how: str
    outcome: Outcome
    says: str
    daily: bool
    world: str
    play: Callable[[World], Seen]


@dataclass(frozen=True)
class Verdict:
    """``problem`` is None when the fault came to what it should; ``skipped`` says why it was not brought about."""

    seconds: float
    intact: bool
    problem: str | None = None
    skipped: str | None = None


Ask = Callable[[World, str], list[tuple[Any, ...]]]
FAULTS: list[Fault] = []


def fault(
    group: str, name: str, how: str, outcome: Outcome, says: str = "", *, daily: bool = False, world: str = ""
) -> Callable[[Callable[[World], Seen]], Callable[[World], Seen]]:
    """Enter a function in the matrix."""

    def enter(play: Callable[[World], Seen]) -> Callable[[World], Seen]:
        FAULTS.append(Fault(group, name, how, outcome, says, daily, world, play))
        return play

    return enter


def faults_of_one_run(group: str, shared: str, run: Callable[[World], Seen]) -> Callable[..., None]:
    """Enter faults that one run in a ``shared`` world meets, each with a question to the release (or to what ``ask`` asks) and
    its whole answer."""

    def enter(
        name: str, how: str, outcome: Outcome, sql: str, *rows: tuple[Any, ...], ask: Ask = World.ask, daily: bool = False
    ) -> None:  # fmt: skip
        def play(world: World) -> Seen:
            if shared not in world.shared:
                world.shared[shared] = run(world)
            found = ask(world, sql)
            assert found == list(rows), f"{found} in place of {list(rows)}"
            return world.shared[shared]

        fault(group, name, how, outcome, daily=daily, world=shared)(play)

    return enter


def judge(each: Fault, world: World) -> Verdict:
    """Bring a fault about and compare what was seen with what was to come of it."""
    before, began = world.release_name(), time.perf_counter()
    problem = skipped = None
    try:
        seen = each.play(world)
        problem = _problem(each, seen, before, world)
    except Skipped as why:
        skipped = str(why)
    except AssertionError as error:
        problem = f"{error}" or "an assertion of the case does not hold"
    except Exception as error:  # a case that breaks keeps no other from being played
        problem = f"{type(error).__name__}: {error}"
    return Verdict(time.perf_counter() - began, world.intact(), problem, skipped)


def _problem(each: Fault, seen: Seen, before: str, world: World) -> str | None:
    wanted, told = each.outcome, " ".join(seen.told.split())
    if seen.code not in wanted.codes:
        return f"exit {seen.code}: {told[-600:]}"
    if wanted.silent and told:
        return f"it should have nothing to tell, and told: {told[:600]}"
    if not re.search(each.says, told):
        return f"/{each.says}/ is not in what was told: {told[-600:]}"
    if "Traceback" in told:
        return f"a traceback: {told[-600:]}"
    if wanted.new not in (None, world.release_name() != before):
        return f"the release was {before} and is now {world.release_name()}"
    if left := world.leftovers():
        return f"left behind: {', '.join(left)}"
    return None if world.intact() else "a release that stood is no longer as it was"
