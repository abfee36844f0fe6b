"""One installation through fourteen months of the small country, a run a day, and through 24 days of the nation; unattended.

`make year` lives both. It prints a line per day: what happened in the country and at the portal, what the run did, how long it
took, and where its release differs from the truth. It ends with 1 where a run failed or a release differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from tests.year.calendar import EVERY, SOME
from tests.year.living import Day, Size, installed

SIZES: tuple[Size, ...] = ("small", "national")

LONGEST = 300  # characters of a message


def main(*options: str) -> int:
    asked = _options().parse_args(options).what
    return live([each for each in SIZES if each in asked] or SIZES, "some" in asked)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.year", description=__doc__)
    parser.add_argument(
        "what", nargs="*", type=_known, help=f"{' or '.join(SIZES)}; some: of the small country, a day of each kind alone"
    )
    return parser


def _known(word: str) -> str:
    if word not in (*SIZES, "some"):
        raise argparse.ArgumentTypeError(f"{word} is none of {', '.join(SIZES)} and some")
    return word


def live(sizes: Collection[Size], some: bool) -> int:
    print("| day | in the country | the run | s | differences from the truth |\n|---|---|---|---|---|", flush=True)
    lived: list[Day] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, installed(Path(folder), size) as installation:
            for day in SOME if some or size == "national" else EVERY:
                lived.append(installation.live(day))
                print(_row(lived[-1]), flush=True)
    failed, wrong = [each for each in lived if each.code], [each for each in lived if each.differences]
    released = sum(each.did.startswith("released") for each in lived)
    quiet = sorted(each.seconds for each in lived if each.did == "unchanged")
    middle = f" (median {quiet[len(quiet) // 2]:.1f} s)" if quiet else ""
    print(f"\n{len(lived)} days: {released} released, {len(quiet)} unchanged{middle}, {len(failed)} failed, {len(wrong)} differ")
    return 1 if failed or wrong else 0


def _row(day: Day) -> str:
    did = f"{day.did}{f' (exit {day.code})' if day.code else ''}{f': {day.told[:LONGEST]}' if day.told else ''}"
    happened, found = "; ".join(day.happened) or "-", "; ".join(sentence for _, sentence in day.differences) or "none"
    return f"| {day.day} | {happened} | {did.replace('|', '/')} | {day.seconds:.1f} | {found} |"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
