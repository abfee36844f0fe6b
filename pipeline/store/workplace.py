"""A folder of one's own for work that is not done yet, which others recognise as such and clear away when its owner is gone.

Belongs here: making it, and telling whether its owner lives. Does not belong here: what is put in it.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Self
from uuid import uuid4

MARK = ".at-work"
WORK, NEW = "passend-", ".new-"
HOUR = 3600  # seconds; a folder is new for some microseconds


class Workplace:
    """A new folder below ``parent``, whose name begins with ``prefix``. Its owner holds the lock of a file in it, which the
    system takes back when the process ends: a folder whose lock can be had was left by a process that was killed.
    """

    def __init__(self, parent: Path, prefix: str) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.glob(f"{prefix}*"):
            _clear_if_left(left)
        for left in parent.glob(f"{NEW}*"):  # its owner was killed before it could lock it
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > HOUR:
                    shutil.rmtree(left, ignore_errors=True)
        # under another name until its lock is held: nobody takes it for one that was left
        new = parent / f"{NEW}{uuid4().hex[:12]}"
        new.mkdir()  # readable as its folder is: who may read it is the business of the folder around it
        self._lock = (new / MARK).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path = new.rename(parent / f"{prefix}{new.name.removeprefix(NEW)}")

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


def _clear_if_left(folder: Path) -> None:
    try:
        with (folder / MARK).open("r") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return  # its owner is at work, or another has just cleared it
