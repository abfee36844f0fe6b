"""Play every fault, print what came of each, and end with an error when one did not come to what it should.

python -m tests.faults             what CI does: the table of faults; nothing of the checkout is written
python -m tests.faults --page      `make faults`: also a kill at every tenth of a second, and both go to docs/faults.md
"""

from __future__ import annotations

import sys
import time

from tests.faults import killing
from tests.faults.playing import page, play_all, tell
from tests.faults.report import machine, today, write


def main(*options: str) -> int:
    began = time.monotonic()
    played = play_all()
    code, told = tell(played, time.monotonic() - began)
    print(f"\n{told}")
    if "--page" in options:
        closing = told.splitlines()[-1]
        write("table", f"\nPlayed on {today()}, two at a time on {machine()}. {closing}.\n\n{page(played)}\n")
        code = max(code, kill_all())
    return code


def kill_all() -> int:
    """Kill a run at every tenth of a second, and write what came of each to the page."""
    began = time.monotonic()
    killed = killing.kill_at_every_step()
    code, told = killing.tell(killed, time.monotonic() - began)
    print(f"\n{told}")
    closing = told.splitlines()[-1]
    write("kills", f"\nPlayed on {today()}, two at a time on {machine()}. {closing}.\n\n{killing.page(killed)}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
