"""What this process may use of the machine: processors and memory.

Belongs here: asking the operating system. Does not belong here: how much of it the pipeline takes (settings).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# by the controllers that /proc/self/cgroup names for a group: version 2 names none
LIMITS = {"": ("sys/fs/cgroup", "memory.max"), "memory": ("sys/fs/cgroup/memory", "memory.limit_in_bytes")}


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
