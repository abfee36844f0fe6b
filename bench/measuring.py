"""A command, and what it took: seconds, processor seconds and memory, of it and of every process that it started.

Belongs here: measuring one command. Does not belong here: which commands, and what they should take (bench).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What a command took: wall seconds, processor seconds (user and system), and the most megabytes held at once."""

    seconds: float
    cpu: float
    peak: float


def measure(command: list[str], **environment: str) -> Cost:
    """Run a command and return what it took. Ends this process with what the command printed when it fails."""
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env={**os.environ, **environment})
        peak, ended = 0, False
        while not ended:
            peak = max(peak, sum(map(_resident, _family(process.pid))))
            time.sleep(0.05)
            # as subprocess waits, but with the processor time of the process and of the children that it has waited for
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            ended = pid != 0
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{errors.read().decode()}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, peak / 1024)


def _family(root: int) -> set[int]:
    """Return a process and all that descend from it."""
    parents = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(each.parent.name)] = int(each.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {root}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _resident(process: int) -> int:
    """Return the kilobytes of memory that a process holds; shared pages count for each."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
