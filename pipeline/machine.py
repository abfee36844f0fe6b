"""What this process may use of the machine, and how long: processors, memory, and the process that started it.

Belongs here: asking the operating system. Does not belong here: how much of it the pipeline takes (settings).
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

# by the controllers that /proc/self/cgroup names for a group: version 2 names none
LIMITS = {"": ("sys/fs/cgroup", "memory.max"), "memory": ("sys/fs/cgroup/memory", "memory.limit_in_bytes")}


LOOK = 0.5  # seconds from one look at the parent to the next


def end_with_parent(parent: int, patience: float = 0.0) -> None:
    """End this process soon after its parent is no longer ``parent``, however that ended: by TERM, and by KILL where that has not
    ended it after so many seconds."""
    threading.Thread(target=_watch, args=(parent, patience), name="ends with its parent", daemon=True).start()


def _watch(parent: int, patience: float) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    if patience:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(patience)
    os.kill(os.getpid(), signal.SIGKILL)


def processors() -> int:
    """Return on how many processors this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS


def memory_mb(root: Path = Path("/")) -> int:
    """Return the memory of the machine in megabytes, or less where a control group (a container) allows less."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([physical, *_limits(root)]) // 2**20


def _limits(root: Path) -> Iterator[int]:
    """Yield the limits in bytes of the control groups that this process is in, and of those around them."""
    try:
        groups = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:  # no Linux
        return
    for group in groups:
        _, controllers, path = group.split(":", 2)
        for controller in LIMITS.keys() & controllers.split(","):
            place, name = LIMITS[controller]
            # a container may see its own group as the root, and its path as the machine sees it
            for folder in [Path(path), *Path(path).parents]:
                file = root / place / folder.relative_to("/") / name
                if file.is_file() and (limit := file.read_text().strip()).isdigit():
                    yield int(limit)
