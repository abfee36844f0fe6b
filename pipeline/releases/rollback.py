"""Going back: ``latest`` points at an earlier release, and what it pointed at does not come back by itself.

Belongs here: moving ``latest`` by hand, and what a run must hold back because of it. Does not belong here: which releases
there are (release) and how one is made and verified (release).

Every move is written down in a log beside the releases (``moves/``), before ``latest`` moves. A rollback is in force as long as
``latest`` stands where the last move put it: a run that publishes something new ends it by doing so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.releases.publish import LOCK
from pipeline.releases.release import Release, current, find, latest, point, previous, releases, verify
from pipeline.store.lock import exclusive
from pipeline.store.log import Log
from pipeline.store.objects import Store

MOVES = "moves"
# the first version kept its moves in one file, which is read and never written
EARLIER = "rollbacks.json"


@dataclass(frozen=True)
class Move:
    """``latest`` was moved by hand: when (UTC, ISO 8601), from which release, to which, and whether to undo earlier moves."""

    at: str
    origin: str
    target: str
    undo: bool = False


def roll_back(folder: Path, name: str | None, now: datetime) -> Move:
    """Point ``latest`` at a release that verifies: the one named, or the one made before the current.

    Raises SettingsError when there is no such release, CheckError when it is damaged; ``latest`` then stays where it is.
    """
    current(folder)  # says what to do where there is no release at all
    with exclusive(folder / LOCK):
        newest = current(folder)
        target = find(folder, name) if name else previous(folder, newest)
        if target.path == newest.path:
            raise SettingsError(f"{target.path.name} is the current release already; name another one of {folder}")
        return _move(folder, Move(now.isoformat(timespec="seconds"), newest.path.name, target.path.name), target)


def undo(folder: Path, now: datetime) -> Move:
    """Point ``latest`` where it pointed before the rollback that is in force. Raises SettingsError when none is."""
    current(folder)  # says what to do where there is no release at all
    with exclusive(folder / LOCK):
        moves = in_force(folder)
        if not moves:
            raise SettingsError(f"there is no rollback to undo in {folder}; the current release is what a run made")
        target = find(folder, moves[0].origin)
        return _move(folder, Move(now.isoformat(timespec="seconds"), moves[-1].target, target.path.name, undo=True), target)


def in_force(folder: Path) -> Sequence[Move]:
    """The moves that led to where ``latest`` stands now, oldest first; none when a run put it there."""
    moves = _moves(folder)
    at = latest(folder) if moves else None
    chain: list[Move] = []
    place = at and at.path.name
    for move in reversed(moves):
        if move.undo or move.target != place:
            break
        chain.insert(0, move)
        place = move.origin
    return chain


def held_back(folder: Path) -> list[Release]:
    """The releases that were rolled back from: a run does not publish what they hold. Oldest first."""
    moves = in_force(folder)
    names = {move.origin for move in moves} - {move.target for move in moves[-1:]}
    return [each for each in releases(folder) if each.path.name in names] if names else []


def explain(held: Sequence[Release]) -> str:
    """One sentence on why a run published nothing, for whoever expected it to."""
    return (
        f"rolled back from {', '.join(each.path.name for each in held)}, which is not published again; something new will be. "
        "`passend rollback --undo` brings it back"
    )


def _move(folder: Path, move: Move, target: Release) -> Move:
    verify(target.path)
    _log(folder).append(lambda _: asdict(move))
    point(folder, target.path.name)
    return move


def _moves(folder: Path) -> list[Move]:
    try:
        earlier = json.loads((folder / EARLIER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        earlier = []
    later = [move for _, move in _log(folder).newest_first()]
    return [*(Move(**each) for each in earlier), *reversed(later)]


def _log(folder: Path) -> Log:
    return Log(Store(folder), MOVES, lambda raw: Move(**raw))
