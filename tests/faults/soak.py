"""Many runs in a row against a portal that fails at random, with a seed: is ever a wrong release made, and what grows?"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.faults.http import head, raw, reset
from tests.faults.report import machine, today, write
from tests.faults.world import DOWNLOAD, GOOD, HEADER, LINES, World, worlds
from tests.support.server import answer

RUNS, SEED, EDITIONS, SETTLED = 200, 2014, 6, 10
KEPT = 0.55  # how often the portal still has the edition it had

# what can go wrong, and whether the run is to end up with the portal's own edition all the same
DAYS: dict[str, tuple[bool, Callable[[World, bytes], None]]] = {
    "a good day": (True, lambda world, it: world.portal.gives(answer(200, it))),
    "500, then the file": (True, lambda world, it: world.portal.gives(answer(500), answer(200, it))),
    "a reset, then the file": (
        True, lambda world, it: world.portal.gives(raw(head(Content_Length=len(it)) + it[:900], then=reset), answer(200, it))
    ),
    "half a gzip, then the whole": (
        True,
        lambda world, it: world.portal.gives(
            answer(200, gzip.compress(it)[:-9], Content_Encoding="gzip"), answer(200, gzip.compress(it), Content_Encoding="gzip")
        ),
    ),
    "500": (False, lambda world, it: world.portal.gives(answer(500))),
    "truncated": (False, lambda world, it: world.portal.gives(answer(200, it[:-50], length=len(it)))),
    "a page": (False, lambda world, it: world.portal.gives(answer(200, b"<html>" + it, Content_Type="text/html"))),
    "nothing": (False, lambda world, it: world.portal.gives(answer(200, b""))),
    "half of the rows": (False, lambda world, it: world.portal.gives(answer(200, HEADER + b"".join(LINES[::2])))),
    "a renamed column": (False, lambda world, it: world.portal.gives(answer(200, it.replace(b";postcode;", b";postkode;", 1)))),
    "a redirect elsewhere": (False, lambda world, it: world.portal.gives(answer(302, Location="http://10.0.0.1/a.csv"))),
    "no metadata": (False, lambda world, it: world.portal.shows(b"<html>storing</html>")),
    "a file gone": (False, lambda world, it: world.portal.server.on(DOWNLOAD)),
}  # fmt: skip


def edition(number: int) -> bytes:
    return GOOD.replace(b"De Proef 7;", f"De Editie {number};".encode())


def options(what: str | None, runs: int, seed: int) -> argparse.ArgumentParser:
    """Return what can be asked of a soak."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument(
        "runs", type=int, nargs="?", default=runs, help=f"how many (default {runs}, which is written to docs/faults.md)"
    )
    parser.add_argument("seed", type=int, nargs="?", default=seed, help=f"what the days are drawn from (default {seed})")
    return parser


def soak(runs: int, seed: int) -> int:
    began, chance, days = time.monotonic(), random.Random(seed), Counter[str]()  # noqa: S311 - chance, not secrecy
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder, worlds(Path(folder)) as make:
        wanted = [undisturbed(make(f"edition-{number}"), edition(number)) for number in range(EDITIONS)]
        world = make("soak")
        used, now, changes, refusals, start = world.content(), chance.randrange(EDITIONS), 0, 0, (0, 0)
        for number in range(1, runs + 1):
            now = now if chance.random() < KEPT else chance.randrange(EDITIONS)
            day = chance.choice(["a good day"] * 3 + [*DAYS])
            arrives, bring = DAYS[day]
            world.portal.lists()
            bring(world, edition(now))
            seen = world.run()
            before, used = used, wanted[now] if arrives else used
            if seen.code or world.content() != used or (arrives and seen.told):
                wrong.append(f"run {number}, {day}: exit {seen.code}, {world.content()} in place of {used}: {seen.told}")
            days[day] += 1
            changes += used != before
            refusals += not arrives
            if number == min(SETTLED, runs):
                start = memory(), size(world.data)
            print(
                f"{number:>4}  {day:<28}{world.content()}  {memory() / 1e6:6.0f} MB  {size(world.data) / 1e6:6.0f} MB", flush=True
            )
        parts = ", ".join(f"{each.name} {size(each) / 1e6:.0f} MB" for each in sorted(world.data.iterdir()))
        figures = {
            "runs": f"{runs:,} (seed {seed}), in {time.monotonic() - began:,.0f} s",
            "releases": f"{len(list(world.releases.glob('2*')))} made; latest changed {changes} times",
            "refusals, last good used": f"{refusals}",
            "wrong releases": f"{len(wrong)}",
            f"memory after run {SETTLED} and at the end": f"{start[0] / 1e6:,.0f} MB, {memory() / 1e6:,.0f} MB",
            f"disk after run {SETTLED} and at the end": f"{start[1] / 1e6:,.0f} MB, {size(world.data) / 1e6:,.0f} MB ({parts})",
        }
    print("\n".join(["", *wrong, *(f"{name}: {value}" for name, value in figures.items())]))
    if runs >= RUNS:
        kinds = ", ".join(f"{name} {count}" for name, count in days.most_common())
        rows = "".join(f"| {name} | {value} |\n" for name, value in figures.items())
        write("soak", f"\nRun on {today()}, on {machine()}.\n\n| figure | value |\n|---|---|\n{rows}\nThe days: {kinds}.\n\n")
    return 1 if wrong else 0


def undisturbed(world: World, file: bytes) -> str:
    """The content of the release that a run without faults makes of a file."""
    seen = world.gives(file)
    assert (seen.code, seen.told) == (0, ""), seen
    return world.content()


def memory() -> int:
    """Bytes in memory now, of this process and of the one that checks."""
    processes = ["self", *(each.pid for each in multiprocessing.active_children())]
    return sum(int(Path(f"/proc/{each}/statm").read_text(encoding="ascii").split()[1]) * 4096 for each in processes)


def size(path: Path) -> int:
    """Bytes below a folder, each file once."""
    return sum(
        each.stat().st_size for each in (path.rglob("*") if path.is_dir() else [path]) if each.is_file() and not each.is_symlink()
    )


if __name__ == "__main__":
    sys.exit(soak(**vars(options(__doc__, RUNS, SEED).parse_args())))
