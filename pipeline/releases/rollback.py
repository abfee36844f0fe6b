"""Going back: ``latest`` points at an earlier release, and what it pointed at does not come back by itself.

Belongs here: moving ``latest`` by hand. Does not belong here: which moves are in force (moves), which releases there are and
whether one is intact (release).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.releases.moves import Move, in_force, record
from pipeline.releases.publish import LOCK
from pipeline.releases.release import Release, current, find, point, previous, verify
from pipeline.store.lock import exclusive


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


def explain(held: Sequence[Release]) -> str:
    """One sentence on why a run published nothing, for whoever expected it to."""
    return (
        f"rolled back from {', '.join(each.path.name for each in held)}, which is not published again; something new will be. "
        "`passend rollback --undo` brings it back"
    )


def _move(folder: Path, move: Move, target: Release) -> Move:
    verify(target.path)
    record(folder, move)
    point(folder, target.path.name)
    return move
