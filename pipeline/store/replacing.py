"""A file of this machine that takes the place of another whole, or not at all.

Belongs here: writing beside the target and renaming. Does not belong here: objects by key, which are never replaced (objects).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def settle(path: Path) -> None:
    """Have the bytes of a file, or the names in a folder, on the disk: what names them may not be there before they are."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a new file beside ``target``, which takes its place when the block ends well, and is removed when it does not."""
    part = target.with_name(f".{target.name[:40]}.{os.getpid()}.part")
    try:
        yield part
        settle(part)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
