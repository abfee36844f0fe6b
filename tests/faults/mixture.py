"""A seeded soak over combinations: faults of network, content, disk, clock and kill together, on the small country that lives.

python -m tests.faults.mixture [RUNS [SEED]]        `make soak`: 200 runs

The oracle: a release holds nothing but files that the portal really gave, and made again from them in a folder of its own it is
the same to the byte; and after the faults one plain run, or the cure that its message names, brings the files of the day.

Belongs here: what goes wrong together, and what is to come of it. Does not belong here: one fault at a time (the matrix).
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from unittest.mock import patch

import duckdb

from pipeline.releases.release import LATEST
from pipeline.sandbox import generate, serve
from pipeline.sandbox.server import Answer, Site
from pipeline.settings import PREFIX
from tests.conftest import REPOSITORY
from tests.faults.damage import WAYS, harm, newest
from tests.faults.process import STAGES

RUNS, SEED, HOME_YEARS = 200, 2014, 6
DAYS = tuple(date(year, month, 15) for year in (2025, 2026) for month in range(1, 13) if (year, month) < (2026, 11))
Body = Callable[[bytes], bytes]
Files = frozenset[tuple[str, str]]


def half(body: bytes) -> bytes:
    header, *lines = body.splitlines(keepends=True)
    return b"".join([header, *lines[: len(lines) // 2]])


def gone(body: bytes) -> bytes:
    raise ConnectionResetError("the soak ends this connection")


NETWORK: dict[str, tuple[int, Body]] = {
    "500": (500, lambda body: b"storing"), "404": (404, lambda body: b"weg"), "a reset": (200, gone),
    "nothing": (200, lambda body: b""),
}  # fmt: skip
CONTENT: dict[str, tuple[int, Body]] = {
    "half of it": (200, half), "a page": (200, lambda body: b"<!doctype html>" + body),
    "zeros": (200, lambda body: bytes(len(body))),
    "broken off": (200, lambda body: body[:-40]), "another header": (200, lambda body: body.replace(b"e", b"3", 1)),
}  # fmt: skip
DISK = (
    "tables/*/*.parquet", "tables/*/*.json", "staged/*/*", "checks/*/*.json", "looks/*/*.json", "runs/*/*.json",
    f"raw/*/{'?' * 64}",
    "releases/2*/*", "dagster/history/runs.db",
)  # fmt: skip
POINTS = [point.rpartition(" ")[0] for _, point, _ in STAGES]


@dataclass
class Portal:
    """The portal of a day, and what goes wrong with its answers: status and body by a word in the address."""

    wrong: dict[str, tuple[int, Body]] = field(default_factory=dict)

    @contextmanager
    def open(self, edition: Path) -> Iterator[Mapping[str, str]]:
        right = Site.answer

        def answer(site: Site, path: str, query: Mapping[str, str]) -> Answer:
            status, kind, body, stored = right(site, path, query)
            for word, (code, change) in self.wrong.items():
                if word in f"{path}?{query}":
                    return code, kind, change(body), None
            return status, kind, body, stored

        with patch.object(Site, "answer", answer), serve(edition) as bases:
            yield bases


@dataclass
class Installation:
    """A data folder that runs against the portal of a day, each time in a process of its own."""

    folder: Path
    told: str = ""

    def run(self, bases: Mapping[str, str], *arguments: str, point: str = "", seconds: float | None = None) -> int:
        """Run a command; killed after so many seconds. Returns its exit code."""
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "COLUMNS": "999", "HOME": str(self.folder), f"{PREFIX}SOURCES": "live",
            f"{PREFIX}DATA_DIR": str(self.folder), f"{PREFIX}ATTEMPTS": "2", f"{PREFIX}BACKOFF": "0",
            **{f"{PREFIX}{name.upper()}": address for name, address in bases.items()},
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.faults.child", point, *(arguments or ("run",))]
        with subprocess.Popen(
            command, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
        ) as started:
            try:
                self.told = started.communicate(timeout=seconds)[0]
            except subprocess.TimeoutExpired:
                started.kill()
                self.told = started.communicate()[0]
        return started.returncode

    @property
    def release(self) -> Path | None:
        link = self.folder / "releases" / LATEST
        return link.resolve() if link.is_symlink() else None

    def files(self) -> Files:
        """Return dataset and hash of every file that the current release was made from."""
        with duckdb.connect() as connection:
            found = connection.read_parquet(str(self.release / "bron.parquet")).filter("status = 'gelezen'")  # type: ignore[operator]
            return frozenset(found.project("dataset, sha256").fetchall())


class Soak:
    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)  # noqa: S311 - chance, not secrecy
        self.lived, self.portal = Installation(folder / "lived"), Portal()
        self.good: dict[date, Files] = {}
        self.counts, self.kinds = Counter[str](), Counter[str]()
        self.problems: list[str] = []

    def edition(self, day: date) -> Path:
        return generate(self.folder / "editions", SEED, 1, HOME_YEARS, "small", day)

    def clean(self, day: date, bases: Mapping[str, str]) -> Files:
        """Return the files of a day, as an installation takes them that meets no fault."""
        if day not in self.good:
            one = Installation(self.folder / "clean")
            assert one.run(bases) == 0, one.told
            self.good[day] = one.files()
            shutil.rmtree(one.folder)
        return self.good[day]

    def play(self, number: int, day: date) -> None:
        """One run amid faults, and a plain one after it."""
        self.portal.wrong = {}
        with self.portal.open(self.edition(day)) as bases:
            wanted = self.clean(day, bases)
            faults, point, seconds = self._choose()
            before = self.lived.release
            code = self.lived.run(bases, point=point, seconds=seconds)
            self.counts["runs"] += 1
            self.counts["refusals"] += self.lived.told.count("was refused")
            if "Traceback" in self.lived.told or code not in (0, 2, 3, 4, 5, -9):
                self._wrong(number, faults, f"exit {code}: {self.lived.told[-600:]}")
            if self.lived.release != before:
                self._judge(number, faults, bases)
            self.portal.wrong = {}
            self._cure(number, faults, bases, wanted)
        print(f"{number:>4}  {day}  exit {code:>3}  {', '.join(faults) or 'a good day'}", flush=True)

    def _choose(self) -> tuple[list[str], str, float | None]:
        """Bring faults about, each of the kinds with a chance of a half. Returns their names, a point of the work and seconds."""
        faults: list[str] = []
        datasets = {dataset for files in self.good.values() for dataset, _ in files}
        words = sorted(datasets | {"package_show", "download", "duo", "cbs"})
        for kind in (NETWORK, CONTENT):
            if self.chance.random() < 0.5:
                name, word = self.chance.choice(sorted(kind)), self.chance.choice(words)
                self.portal.wrong[word] = kind[name]
                faults.append(f"{name} at {word}")
        if self.lived.release and self.chance.random() < 0.5:
            pattern, way = self.chance.choice(DISK), self.chance.choice(sorted(WAYS))
            if paths := newest(each for each in self.lived.folder.glob(pattern) if each.is_file()):
                path = self.chance.choice(paths)
                harm(path, WAYS[way](path.read_bytes()))
                faults.append(f"{path.relative_to(self.lived.folder).parts[0]} {way}")
        point, seconds = "", None
        match self.chance.choice(("", "", "clock", "point", "time")):
            case "clock":
                point = f"back {self.chance.randint(1, 40)}"
            case "point":
                point = f"{self.chance.choice(POINTS)} {self.chance.randint(1, 5)}"
            case "time":
                seconds = self.chance.uniform(1, 20)
        if point or seconds:
            faults.append(point or f"killed after {seconds:.0f} s")
        self.kinds.update(each.split(" at ")[0] for each in faults)
        return faults, point, seconds

    def _judge(self, number: int, faults: Sequence[str], bases: Mapping[str, str]) -> None:
        """See that a release was made of good files, and as they make it."""
        self.counts["releases"] += 1
        known = frozenset().union(*self.good.values())
        if strange := self.lived.files() - known:
            self._wrong(number, faults, f"made from {sorted(strange)[:3]}, which the portal never gave")
        if self.lived.run(bases, "rebuild") != 0:
            self._wrong(number, faults, f"made again it differs: {self.lived.told[-600:]}")

    def _cure(self, number: int, faults: Sequence[str], bases: Mapping[str, str], wanted: Files) -> None:
        """A plain run, or the cure that it names, brings the files of the day."""
        before, code = self.lived.release, self.lived.run(bases)
        self.counts["runs"] += 1
        for name, cure in CURES.items():
            if re.search(name, self.lived.told):
                cure(self, bases)
                code = self.lived.run(bases)
                self.counts["cures"] += 1
        if self.lived.release != before:
            self._judge(number, faults, bases)
        if code != 0 or (missing := wanted - self.lived.files()):
            self.counts["stuck"] += 1
            lacking = "" if code else f", without {sorted(missing)[:3]}"
            self.problems.append(f"run {number}, {faults}: stuck, exit {code}{lacking}: {self.lived.told[-600:]}")

    def _wrong(self, number: int, faults: Sequence[str], what: str) -> None:
        self.counts["wrong"] += 1
        self.problems.append(f"run {number}, {faults}: {what}")


def _accept(soak: Soak, bases: Mapping[str, str]) -> None:
    for dataset in set(re.findall(r"passend accept (\w+)", soak.lived.told)):
        soak.lived.run(bases, "accept", dataset, "--reason", "the portal is right")


CURES: dict[str, Callable[[Soak, Mapping[str, str]], object]] = {
    "It is expendable: remove": lambda soak, _: shutil.rmtree(soak.lived.folder / "dagster"),
    r"passend accept \w+": _accept,
    "--accept-diff": lambda soak, bases: soak.lived.run(bases, "run", "--accept-diff", "all: the registries are right"),
}


def main(runs: int = RUNS, seed: int = SEED) -> int:
    began, number = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        soak, days = Soak(Path(folder), seed), iter(DAYS)
        day = next(days)
        while soak.counts["runs"] < runs:
            number += 1
            if soak.chance.random() < 0.3:
                with suppress(StopIteration):
                    day = next(days)
            soak.play(number, day)
    figures = {each: soak.counts[each] for each in ("runs", "releases", "refusals", "cures", "wrong", "stuck")}
    print("\n".join(["", *soak.problems, *(f"{name}: {count}" for name, count in figures.items())]))
    kinds = ", ".join(f"{name} {count}" for name, count in soak.kinds.most_common())
    print(f"seed {seed}, {time.monotonic() - began:,.0f} s; {kinds}")
    return 1 if soak.counts["wrong"] or soak.counts["stuck"] else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
