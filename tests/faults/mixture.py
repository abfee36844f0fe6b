"""A soak over combinations: network, content, disk, clock and kill together, in an installation on the small country that lives.

Beside it lives a second installation, which meets no trouble. A release is *wrong* when it holds a file that the portal never
gave, or differs from what its files give when they are read and made again in an empty folder. The first installation is *stuck*
when one plain run after the last trouble, or the cure that its message names, does not bring what the second one has.

Belongs here: living, and what is to come of it. Does not belong here: the troubles (troubles), one fault at a time (the matrix).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self
from unittest.mock import patch

import duckdb

from assets.local import runner
from assets.local.instance import HOME
from assets.project import load_project
from pipeline.checks.process import Validator
from pipeline.errors import CheckError, PassendError
from pipeline.registries.catalogue import load_catalogue
from pipeline.releases.release import LATEST, content_of, find, verify
from pipeline.run.rebuild import rebuild
from pipeline.sandbox import generate
from pipeline.sandbox.server import INDEX
from pipeline.settings import PREFIX, Settings
from tests.conftest import REPOSITORY
from tests.faults.report import machine, today, write
from tests.faults.soak import options
from tests.faults.troubles import Chance, Portal, Troubles
from tests.faults.world import leftovers
from tests.year.living import HOME_YEARS, clock, without_orchestrator

RUNS, SEED, COUNTRY = 200, 2014, 2014
DAYS = tuple(date.fromisoformat(each) for each in (
    "2027-07-01", "2027-08-01", "2027-10-01", "2027-12-01", "2028-01-01", "2028-02-01", "2028-04-11", "2028-08-01",
))  # fmt: skip
ENDS = {0, 2, 3, 4, 5, 8, 9, 130, -9}  # exit codes with which a run amid troubles may end
REFUSED = re.compile("was refused|last good file is used")
Files = frozenset[tuple[str, str]]


class Installation:
    """A data folder that runs against a portal."""

    def __init__(self, folder: Path, bases: Mapping[str, str], validator: Validator) -> None:
        self.validator = validator
        self.settings = Settings(
            data_dir=folder, sources=("live",), attempts=2, backoff=0.0, keep_days=0, keep_months=1, keep_years=1,
            keep_releases=3, **bases,
        )  # fmt: skip
        self.told, self.code = "", 0

    def run(self, day: date, ahead: int = 0, *, whole: bool = False) -> int:
        """Run in this process, with a clock that is so many days ahead of the day. Returns the exit code.

        One that is not ``whole`` goes without Dagster, and takes all checks to have passed: a third of the time.
        """
        honest, off = time.time, (day - datetime.now(UTC).date() + timedelta(ahead)).total_seconds()
        with patch("pipeline.run.looks.datetime", clock(day + timedelta(ahead))), patch("time.time", lambda: honest() + off):
            try:
                if whole:
                    summary = runner.run(self.settings, validator=self.validator)
                    messages = [text for each in summary.datasets for text in each.messages]
                else:
                    _, messages = without_orchestrator(self.settings)
            except PassendError as error:
                self.code, self.told = error.exit_code, str(error)
            else:
                self.code, self.told = 0, "\n".join(messages)
        return self.code

    def command(self, day: date, *arguments: str, troubles: Troubles = Troubles(())) -> int:  # noqa: B008 - it is frozen
        """Run a command in a process of its own, in which something may happen. Returns its exit code."""
        back = (datetime.now(UTC).date() - day).days - troubles.ahead
        given = {name: getattr(self.settings, name) for name in ("data_dir", "attempts", "backoff", "keep_days", "keep_months",
                                                                 "keep_years", "keep_releases")}  # fmt: skip
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "COLUMNS": "999", "HOME": str(self.settings.data_dir.parent),
            f"{PREFIX}SOURCES": "live",
            **{f"{PREFIX}{name.upper()}": str(value) for name, value in {**given, **self.settings.bases()}.items()},
        }  # fmt: skip
        points = "; ".join(filter(None, (f"back {back}", troubles.point)))
        command = [sys.executable, "-m", "tests.faults.child", points, *arguments]
        with subprocess.Popen(
            command, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
        ) as started:
            try:
                self.told = started.communicate(timeout=troubles.seconds)[0]
            except subprocess.TimeoutExpired:
                started.kill()
                self.told = started.communicate()[0]
        self.code = started.returncode
        return self.code

    @property
    def release(self) -> str | None:
        """The name of the current release."""
        link = self.settings.releases_dir / LATEST
        return link.readlink().name if link.is_symlink() else None

    def files(self) -> Files:
        """Return dataset and hash of every file that the current release was made from."""
        with duckdb.connect() as connection:
            found = connection.read_parquet(str(self.settings.releases_dir / LATEST / "bron.parquet"))
            return frozenset(found.filter("status = 'gelezen'").project("dataset, sha256").fetchall())


class Mixture:
    """A soak, as a context. ``known`` is the hash of every file that the portal really gave."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, Chance(seed, load_catalogue().values())
        self.counts, self.kinds, self.problems = Counter[str](), Counter[str](), list[str]()
        self.days = iter(DAYS)
        self.known = set[str]()
        self._proven = set[str]()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(_restore, os.environ.pop(HOME, None))
            validator = stack.enter_context(Validator())
            self.day = next(self.days)
            self.portal = Portal(self._edition())
            bases = stack.enter_context(self.portal.open())
            self.lived = Installation(self.folder / "lived", bases, validator)
            self.clean = Installation(self.folder / "clean", bases, validator)
            self._dawn()
            shutil.copytree(self.folder / "clean", self.folder / "lived", symlinks=True)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def live(self, runs: int) -> None:
        """Run so many times: each time some runs amid troubles, and then a plain one."""
        while self.counts["runs"] < runs:
            if self.chance.happens(0.25) and (day := next(self.days, None)):
                self.day, self.portal.edition = day, self._edition(day)
                self._dawn()
            self.names: list[str] = []
            for _ in range(self.chance.random.randint(1, 3)):
                self.run_amid_troubles()
            self.run_plainly()

    def run_amid_troubles(self) -> None:
        troubles = self.chance.trouble(self.portal, self.lived.settings.data_dir)
        self.names.extend(troubles.names)
        self.kinds.update(re.sub(r" at .*|[\w-]+/\S+ | after .*| \d+$", "", each) for each in troubles.names)
        before = self.lived.release
        try:
            if troubles.point or troubles.seconds:
                self.lived.command(self.day, "run", troubles=troubles)
            else:
                self.lived.run(self.day, troubles.ahead)
        except Exception as error:  # one that is none of ours is what a soak looks for
            self._wrong(f"{type(error).__name__}: {error}")
        self.portal.wrong.clear()
        self._ran()
        if "Traceback" in self.lived.told or self.lived.code not in ENDS:
            self._wrong(f"exit {self.lived.code}: {self.lived.told[-600:]}")
        if self.lived.release != before:
            self.judge()

    def run_plainly(self) -> None:
        """See that a plain run, or the cure that it names, brings what an installation without troubles has. The first and every
        third of them is whole."""
        before, whole = self.lived.release, self.counts["plain"] % 3 == 0
        self.counts["plain"] += 1
        self.lived.run(self.day, whole=whole)
        self._ran()
        for pattern, cure in CURES.items():
            if self._lacks() and (named := re.search(pattern, self.lived.told)):
                cure(self, named)
                self.counts["cures"] += 1
                self.lived.run(self.day, whole=whole)
                self._ran()
        if self.lived.release != before:
            self.judge()
        if problem := self._lacks():
            self.counts["stuck"] += 1
            self._tell(f"stuck, {problem}: {self.lived.told[-600:]}")

    def judge(self) -> None:
        """See that the current release was made of files that the portal gave, and is what they give."""
        self.counts["releases"] += 1
        name = self.lived.release
        if strange := sorted(each for each in self.lived.files() if each[1] not in self.known):
            return self._wrong(f"{name} is made from {strange[:3]}, which the portal never gave")
        if name is None or content_of(name) in self._proven:
            return None
        release = find(self.lived.settings.releases_dir, name)
        while True:
            try:
                differ = [each.table for each in rebuild(self.lived.settings, load_project(), release) if not each.same]
            except CheckError as error:
                if not (named := re.search(BACK, str(error))) or not _put_back(self, named):
                    return self._wrong(f"{name} cannot be made again: {error}")
                self.counts["cures"] += 1
            else:
                break
        if differ:
            return self._wrong(f"{name} made again differs in {', '.join(differ)}")
        self._proven.add(content_of(name))
        return None

    def figures(self) -> dict[str, int]:
        return {each: self.counts[each] for each in ("runs", "releases", "refusals", "stops", "cures", "wrong", "stuck")}

    def _dawn(self) -> None:
        """Let the other installation live the day."""
        code = self.clean.run(self.day)
        assert code == 0, self.clean.told
        self.wanted = self.clean.files()
        index = json.loads((self.portal.edition / INDEX).read_text(encoding="utf-8"))
        self.known |= {sha for _, sha in self.wanted} | {each["sha256"] for each in index.values()}

    def _lacks(self) -> str | None:
        """What the first installation lacks; None when it has all that the other one has."""
        if self.lived.code:
            return f"exit {self.lived.code}"
        if missing := self.wanted - self.lived.files():
            return f"without {sorted(missing)[:3]}"
        name, other = str(self.lived.release), str(self.clean.release)
        if self.lived.files() == self.wanted and content_of(name) != content_of(other):
            return f"{name} in place of {other}"
        if left := leftovers(self.lived.settings.data_dir):
            return f"left behind: {', '.join(left)}"
        try:
            verify(self.lived.settings.releases_dir / name)
        except CheckError as error:
            return str(error)
        return None

    def _edition(self, day: date | None = None) -> Path:
        return generate(self.folder / "editions", COUNTRY, 1, HOME_YEARS, "small", day or self.day)

    def _ran(self) -> None:
        self.counts["runs"] += 1
        self.counts["refusals"] += len(REFUSED.findall(self.lived.told))
        self.counts["stops"] += self.lived.code in (-9, 9, 130)
        print(
            f"{self.counts['runs']:>4}  {self.day}  {self.lived.code:>4}  {self.lived.release}  {'; '.join(self.names)}",
            flush=True,
        )

    def _wrong(self, what: str) -> None:
        self.counts["wrong"] += 1
        self._tell(what)

    def _tell(self, what: str) -> None:
        self.problems.append(f"run {self.counts['runs']}, {self.day}, {'; '.join(self.names)}: {what}")
        print(self.problems[-1], flush=True)


def _restore(home: str | None) -> None:
    if home is not None:
        os.environ[HOME] = home


def _put_back(soak: Mixture, named: re.Match[str]) -> bool:
    """Put a file back into the archive, from the one of the other installation."""
    held, place = (each.settings.data_dir / "raw" / named[1] / named[2] for each in (soak.clean, soak.lived))
    if not held.is_file():
        return False
    place.unlink(missing_ok=True)
    shutil.copyfile(held, place)
    return True


def _accept(soak: Mixture, named: re.Match[str]) -> None:
    for dataset in set(re.findall(r"passend accept (\w+)", soak.lived.told)):
        soak.lived.command(soak.day, "accept", dataset, "--reason", "the portal is right")


BACK = r"put the file of (\w+) with SHA-256 (\w+) back"
CURES: dict[str, Callable[[Mixture, re.Match[str]], object]] = {
    "It is expendable: remove": lambda soak, _: shutil.rmtree(soak.lived.settings.dagster_home),
    BACK: _put_back,
    r"passend accept \w+": _accept,
    r'--accept-diff "([^:"]+):': lambda soak, named: soak.lived.command(
        soak.day, "run", "--accept-diff", f"{named[1]}: the registries are right"
    ),
}


def soak(runs: int, seed: int) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Mixture(Path(folder), seed) as mixture:
        mixture.live(runs)
    figures = mixture.figures()
    seconds = f"seed {seed}, {time.monotonic() - began:,.0f} s, {time.process_time():,.0f} s of the processor in its own process"
    print("\n".join(["", *(f"{name}: {count}" for name, count in figures.items()), seconds]))
    if runs >= RUNS:
        kinds = ", ".join(f"{name} {count}" for name, count in mixture.kinds.most_common())
        rows = "".join(f"| {name} | {value} |\n" for name, value in figures.items())
        table = f"| figure | value |\n|---|---:|\n{rows}"
        write("mixture", f"\nRun on {today()}, on {machine()}: {seconds}.\n\n{table}\nWhat went wrong: {kinds}.\n\n")
    return 1 if mixture.counts["wrong"] or mixture.counts["stuck"] else 0


if __name__ == "__main__":
    sys.exit(soak(**vars(options(__doc__, RUNS, SEED).parse_args())))
