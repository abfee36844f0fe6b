"""A folder of one's own for work that is not done yet, which others recognise as such and clear away when its owner is gone.

Belongs here: making it, and telling whether its owner lives. Does not belong here: what is put in it.
"""

from __future__ import annotations

import fcntl
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO, Self
from uuid import uuid4

MARK = ".at-work"  # ends the name of the file that says so
WORK = "passend-"


class Workplace:
    """A new folder below ``parent``, whose name begins with ``prefix``. Its owner holds the lock of a file beside it, which the
    system takes back when the process ends: a folder whose lock can be had was left by a process that was killed.

    The file is there before the folder and goes after it, so that a process killed at any moment leaves nothing unmarked.
    """

    def __init__(self, parent: Path, prefix: str) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        clear_left(parent, prefix)
        self._mark, self._lock = _new_mark(parent, prefix)
        self.path = _folder_of(self._mark)
        self.path.mkdir()  # readable as its folder is: who may read it is the business of the folder around it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Remove the folder with what is in it."""
        _remove(self._mark)
        self._lock.close()

    def hand_over(self, target: Path) -> None:
        """Rename the folder: it is done, and no workplace any more."""
        self.path.rename(target)
        self.clear()


def clear_left(parent: Path, prefix: str = "") -> None:
    """Remove the workplaces below a folder that processes left which were killed."""
    for mark in parent.glob(f"{prefix}*{MARK}"):
        _clear_if_left(mark)


def _folder_of(mark: Path) -> Path:
    return mark.with_name(mark.name.removesuffix(MARK))


def _new_mark(parent: Path, prefix: str) -> tuple[Path, IO[str]]:
    """Return a new mark and its file, open and locked."""
    while True:
        mark = parent / f"{prefix}{uuid4().hex[:12]}{MARK}"
        with suppress(FileNotFoundError):  # another took it for one that was left, before it could be locked
            return mark, _locked(mark)


def _locked(mark: Path) -> IO[str]:
    """Return a new file, open and locked. Raises FileNotFoundError when it was removed meanwhile."""
    file = mark.open("x")
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        mark.stat()
    except BaseException:
        file.close()
        raise
    return file


def _clear_if_left(mark: Path) -> None:
    """Remove a folder and its mark when their owner is gone: then the lock can be had."""
    with suppress(OSError), mark.open("r") as file:  # its owner is at work, or another has just cleared it
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(mark)


def _remove(mark: Path) -> None:
    """Remove a folder, and then its mark; the mark of a folder that would not go stays, for the next who looks."""
    shutil.rmtree(_folder_of(mark), ignore_errors=True)
    if not _folder_of(mark).exists():
        mark.unlink(missing_ok=True)
