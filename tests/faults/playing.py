"""The whole matrix, played by two processes at a time, and what is told of it.

Belongs here: who plays which fault, the table and its closing line. Does not belong here: what a fault is and how it is judged
(matrix), where it happens (world).
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.faults import FAULTS
from tests.faults.matrix import Fault, Verdict, judge
from tests.faults.world import worlds

Played = Sequence[tuple[Fault, Verdict]]
PLAYERS = 2
HEAD = "| fault | injected how | outcome | seconds | last release intact |\n|---|---|---|---:|---|\n"


def play_all(asked: Collection[int]) -> Played:
    """Play the faults of these numbers, and print each as soon as it is judged; returned in the order of the matrix."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with worlds(folder):
            pass  # the first good release, where every world begins
        # a fork would have this process's locks, and not the threads that are to let go of them
        with ProcessPoolExecutor(PLAYERS, multiprocessing.get_context("spawn")) as pool:
            players = [pool.submit(_play, folder, f"player-{number}", asked) for number in range(PLAYERS)]
            verdicts = {number: verdict for each in players for number, verdict in each.result().items()}
    return [(FAULTS[number], verdicts[number]) for number in sorted(asked)]


def _play(folder: Path, player: str, asked: Collection[int]) -> dict[int, Verdict]:
    """Play what no other player has taken. Faults of one world are taken together."""
    verdicts = {}
    with worlds(folder / player, folder / "first") as make:
        for world, numbers in _by_world(asked).items():
            if _taken(folder / f"{world}.taken"):
                continue
            for number in numbers:
                verdicts[number] = judge(FAULTS[number], make(world))
                print(line(FAULTS[number], verdicts[number]), flush=True)
    return verdicts


def _by_world(asked: Collection[int]) -> dict[str, list[int]]:
    """The faults, as numbers, by the name of the world in which they happen; most have one for themselves."""
    found: dict[str, list[int]] = {}
    for number in sorted(asked):
        each = FAULTS[number]
        found.setdefault(each.world or f"world-{number}", []).append(number)
    return found


def _taken(mark: Path) -> bool:
    """Whether another player was here before; from now on, this one was."""
    try:
        mark.mkdir()
    except FileExistsError:
        return True
    return False


# -- telling -----------------------------------------------------------------------------------------------------------


def tell(played: Played, seconds: float) -> tuple[int, str]:
    """The exit code, and what to print below the table: every fault that did not come to what it should, and the counts."""
    verdicts = [verdict for _, verdict in played]
    failed = [f"FAILED {each.group}: {each.name}: {verdict.problem}\n" for each, verdict in played if verdict.problem]
    skipped = sum(each.skipped is not None for each in verdicts)
    intact = sum(each.intact for each in verdicts)
    closing = (
        f"{len(played)} faults: {len(played) - len(failed) - skipped} as they should, {len(failed)} not, {skipped} skipped; "
        f"last release intact {intact} of {len(played)}; {seconds:.0f} s"
    )
    return 1 if failed or intact < len(played) else 0, "\n".join([*failed, closing])


def page(played: Played) -> str:
    """The tables of docs/faults.md, one for each group."""
    groups: dict[str, list[str]] = {}
    for each, verdict in played:
        cells = (cell.replace("|", "\\|") for cell in _cells(each, verdict))
        groups.setdefault(each.group, []).append(f"| {' | '.join(cells)} |\n")
    return "\n".join(f"## {group}\n\n{HEAD}{''.join(rows)}" for group, rows in groups.items())


def line(each: Fault, verdict: Verdict) -> str:
    """A fault for a screen."""
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(_cells(each, verdict), (48, 62, 46, 6, 3), strict=True))


def _cells(each: Fault, verdict: Verdict) -> tuple[str, ...]:
    outcome = "**failed**" if verdict.problem else f"skipped: {verdict.skipped}" if verdict.skipped else each.outcome.words
    return each.name, each.how, outcome, f"{verdict.seconds:.1f}", "yes" if verdict.intact else "**no**"
