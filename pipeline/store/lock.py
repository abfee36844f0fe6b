"""One at a time: what moves a pointer, or makes a database that it shares, excludes whoever else would.

Belongs here: waiting for a turn. Does not belong here: what is done in it.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import BusyError

PATIENCE = 60.0  # seconds: publishing takes one or two


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of a file while the block runs, after however long a wait: for work of a moment."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def exclusive(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of a file while the block runs; a process that ends, however, lets go of it.

    Raises BusyError when another holds it for longer than ``patience`` seconds.
    """
    until = time.monotonic() + patience
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise BusyError(
                        f"another run or rollback has been publishing in {path.parent} for over {patience:.0f} seconds; "
                        "wait until it has ended and run again: all that was made is kept"
                    ) from None
                time.sleep(0.05)
        yield
