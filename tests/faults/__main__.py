"""Play every fault, print what came of each, and end with an error when one did not come to what it should.

python -m tests.faults             what CI does: nothing of the checkout is written
python -m tests.faults --page      `make faults`: the table goes to docs/faults.md as well
"""

from __future__ import annotations

import sys
import time

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
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
