"""Play every fault, print what came of each, and end with an error when one did not come to what it should."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from tests.faults import FAULTS, killing
from tests.faults.playing import page, play_all, tell
from tests.faults.report import machine, today, write


def main(*options: str) -> int:
    asked = _options().parse_args(options)
    numbers = [number for number, each in enumerate(FAULTS) if _fits(f"{each.group}: {each.name}", asked.name)]
    if asked.page and asked.name:
        _options().error("the page is of all faults: name none with --page")
    if not numbers:
        _options().error(f"no fault is called {' or '.join(asked.name)}")
    began = time.monotonic()
    played = play_all(numbers)
    code, told = tell(played, time.monotonic() - began)
    print(f"\n{told}")
    if asked.page:
        closing = told.splitlines()[-1]
        write("table", f"\nPlayed on {today()}, two at a time on {machine()}. {closing}.\n\n{page(played)}\n")
        code = max(code, kill_all())
    return code


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m tests.faults", description=f"{__doc__} Without options, as CI does it, nothing of the checkout is written."
    )
    parser.add_argument("name", nargs="*", help='play those alone that hold one of these in "group: name", e.g. "Sources:"')
    parser.add_argument(
        "--page", action="store_true", help="kill a run at every tenth of a second too, and write both to docs/faults.md"
    )
    return parser


def _fits(name: str, asked: Sequence[str]) -> bool:
    return not asked or any(each.lower() in name.lower() for each in asked)


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
