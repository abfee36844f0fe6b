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

MARK = ".at-work"
WORK = "passend-"


class Workplace:
    """A new folder below ``parent``, whose name begins with ``prefix``. Its owner holds the lock of a file in it, which the
    system takes back when the process ends: a folder whose lock can be had was left by a process that was killed.
    """

    def __init__(self, parent: Path, prefix: str) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.glob(f"{prefix}*"):
            _clear_if_left(left)
        while True:
            self.path = parent / f"{prefix}{uuid4().hex[:12]}"
            self.path.mkdir()  # readable as its folder is: who may read it is the business of the folder around it
            with suppress(FileNotFoundError):  # another took it for one that was left, before it could be locked
                self._lock = _locked(self.path / MARK)
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Remove the folder with what is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()

    def hand_over(self, target: Path) -> None:
        """Rename the folder: it is done, and no workplace any more."""
        (self.path / MARK).unlink()
        self.path.rename(target)
        self._lock.close()


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


def _clear_if_left(folder: Path) -> None:
    """Remove a folder whose owner is gone: its lock can be had, or there is none yet, and nothing else in it."""
    with suppress(OSError):  # its owner is at work, or another has just cleared it
        folder.rmdir()
        return
    with suppress(OSError), (folder / MARK).open("r") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
