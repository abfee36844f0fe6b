"""A run that is killed at every tenth of a second of its life, and then run again: the same release each time.

Belongs here: the series, and what is told of it. Does not belong here: kills at a named point of the work (process).
"""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tests.faults.process import CHANGED, undisturbed
from tests.faults.world import Seen, World, worlds
from tests.support.server import answer

STEP = 0.1  # seconds
KINDS = {"looks": "looks", "staged": "staged", "tables": "tables", "checks": "checks", "releases": "releases/2*"}


@dataclass(frozen=True)
class Killed:
    """A run that was killed ``seconds`` after it started, unless it had ``ended`` by itself before.

    ``left`` is the furthest it had come; ``problem`` says what is wrong after the next run.
    """

    seconds: float
    ended: bool
    left: str
    problem: str | None


def kill(world: World, seconds: float) -> Killed:
    """Start a run, kill it, run again and look whether that gives what an undisturbed run gives."""
    wanted, before = undisturbed(world), world.release_name()
    world.portal.gives(answer(200, CHANGED))
    there = {kind: set(world.data.glob(f"{pattern}/**/*")) for kind, pattern in KINDS.items()}
    started = world.starts()
    with suppress(subprocess.TimeoutExpired):
        started.wait(seconds)
    ended = started.poll() is not None
    started.kill()
    world.ends(started)
    left = [kind for kind, pattern in KINDS.items() if set(world.data.glob(f"{pattern}/**/*")) - there[kind]]
    held = world.intact()
    return Killed(seconds, ended, left[-1] if left else "nothing", _problem(world, started, world.run(), wanted, held, before))


def _problem(
    world: World, killed: subprocess.Popen[str], seen: Seen, wanted: str, held: bool, before: str
) -> str | None:  # fmt: skip
    if killed.returncode not in (0, -signal.SIGKILL):
        return f"the first run ended by itself with {killed.returncode}"
    if not held:
        return "a release that stood was no longer as it was"
    if seen != Seen(0, ""):
        return f"the next run: {seen}"
    if world.content() != wanted:
        return f"the next run made {world.content()} in place of {wanted}, after {before}"
    if left := world.leftovers():
        return f"left behind: {', '.join(left)}"
    return None


# -- the whole series --------------------------------------------------------------------------------------------------


def kill_at_every_step(players: int = 2) -> list[Killed]:
    """Kill a run at every step of its life, until it ends before it is killed; in the order of the moments."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with worlds(folder):
            pass
        with ProcessPoolExecutor(players, get_context("spawn")) as pool:
            parts = [pool.submit(_play, folder, number, players) for number in range(players)]
            return sorted((each for part in parts for each in part.result()), key=lambda each: each.seconds)


def _play(folder: Path, number: int, players: int) -> list[Killed]:
    """Play one of so many moments as there are players."""
    found = []
    with worlds(folder / f"killer-{number}", folder / "first") as make:
        for name, seconds in _moments(number, players):
            found.append(kill(make(name), seconds))
            print(line(found[-1]), flush=True)
            if found[-1].ended:
                break
    return found


def _moments(number: int, players: int) -> Iterator[tuple[str, float]]:
    step = number + 1
    while True:
        yield f"killed-{step}", round(step * STEP, 1)
        step += players


def line(each: Killed) -> str:
    what = "ended before it was killed" if each.ended else f"killed, {each.left} written"
    return f"{each.seconds:6.1f} s  {what:<32}{each.problem or 'the same release'}"


def tell(found: list[Killed], seconds: float) -> tuple[int, str]:
    """The exit code, and every moment with a problem and the counts."""
    wrong = [each for each in found if each.problem]
    killed = [each for each in found if not each.ended]
    closing = (
        f"{len(killed)} runs killed, from {killed[0].seconds:.1f} to {killed[-1].seconds:.1f} s after they started: after "
        f"{len(killed) - len([each for each in wrong if not each.ended])} of them the next run gave the release of an "
        f"undisturbed run; {seconds:.0f} s"
    )
    return 1 if wrong else 0, "\n".join([*(f"FAILED {line(each)}" for each in wrong), closing])


def page(found: list[Killed]) -> str:
    """A table of how far the runs had come."""
    rows = []
    for kind in ("nothing", *KINDS):
        these = [each for each in found if each.left == kind and not each.ended]
        if these:
            good = sum(each.problem is None for each in these)
            rows.append(f"| {kind} | {len(these)} | {good} | {these[0].seconds:.1f} to {these[-1].seconds:.1f} s |\n")
    return f"| the furthest that was written | killed | the same release | moments |\n|---|---:|---:|---|\n{''.join(rows)}"


def duration(world: World) -> float:
    """How long a run of the changed register takes in a process of its own, in seconds."""
    world.portal.gives(answer(200, CHANGED))
    began = time.monotonic()
    seen = world.ends(world.starts())
    assert seen.code == 0, seen.told
    return time.monotonic() - began
