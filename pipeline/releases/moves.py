"""The moves of ``latest`` by hand: written down, and which of them are in force.

Belongs here: the log of moves, beside the releases (``moves/``). Does not belong here: moving ``latest`` (rollback, publish).

A move is written down before ``latest`` moves. It is in force as long as ``latest`` stands where it was put. The first run that
publishes after a later one has moved ``latest`` away writes that down as well: a rollback that is over stays so, also when
``latest`` comes to stand there again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from pipeline.releases.release import CONTENT, Release, content_of, latest, releases
from pipeline.store.log import Log
from pipeline.store.objects import Store

MOVES = "moves"
# the first version kept its moves in one file, which is read and never written
EARLIER = "rollbacks.json"


@dataclass(frozen=True)
class Move:
    """``latest`` was moved: when (UTC, ISO 8601), from which release, to which. ``undo``: by hand, back to before earlier moves.
    ``by``: a run moves it when it publishes, which ends what was in force."""

    at: str
    origin: str
    target: str
    undo: bool = False
    by: Literal["hand", "run"] = "hand"

    @property
    def ends(self) -> bool:
        """Whether no earlier move is in force after this one."""
        return self.undo or self.by == "run"


def record(folder: Path, move: Move) -> None:
    """Write a move down."""
    _log(folder).append(lambda _: asdict(move))


def in_force(folder: Path) -> Sequence[Move]:
    """The moves that led to where ``latest`` stands now, oldest first; none when a run put it there."""
    moves = _moves(folder)
    at = latest(folder) if moves else None
    chain: list[Move] = []
    place = at and at.path.name
    for move in reversed(moves):
        if move.ends or move.target != place:
            break
        chain.insert(0, move)
        place = move.origin
    return chain


def settle(folder: Path, at: str) -> None:
    """Write down that a run ended the moves that were in force, where one has and nothing says so yet."""
    moves, now = _moves(folder), latest(folder)
    if moves and now is not None and not moves[-1].ends and moves[-1].target != now.path.name:
        record(folder, Move(at, moves[-1].target, now.path.name, by="run"))


def held_back(folder: Path) -> list[Release]:
    """The releases that were rolled back from: a run does not publish what they hold. Oldest first.

    One that is damaged or gone since is known by its name.
    """
    moves = in_force(folder)
    names = {move.origin for move in moves} - {move.target for move in moves[-1:]}
    there = [each for each in releases(folder) if each.path.name in names] if names else []
    lost = sorted(names - {each.path.name for each in there})
    return [*(Release(folder / name, True, {CONTENT: content_of(name)}) for name in lost), *there]


def _moves(folder: Path) -> list[Move]:
    try:
        earlier = [Move(**each) for each in json.loads((folder / EARLIER).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):  # not there, or damaged
        earlier = []
    later = [move for _, move in _log(folder).newest_first()]
    return [*earlier, *reversed(later)]


def _log(folder: Path) -> Log:
    return Log(Store(folder), MOVES, lambda raw: Move(**raw))
