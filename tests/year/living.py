"""An installation that lives: its portal and its clock go from day to day, and nobody looks after it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Literal
from unittest.mock import patch

from assets.local import runner
from assets.local.instance import HOME
from pipeline.archive.archive import Archive
from pipeline.archive.states import states
from pipeline.checks.process import Validator
from pipeline.errors import PassendError
from pipeline.registries.catalogue import load_catalogue
from pipeline.releases.release import Release
from pipeline.run import looks
from pipeline.sandbox import editions
from pipeline.sandbox.country.truth import Truth
from pipeline.settings import Settings
from pipeline.store.objects import Store
from tests.support.editions import run as light
from tests.support.made import begin
from tests.year.ask import Lived
from tests.year.calendar import CLOCK
from tests.year.truth import OUT, differences, withheld

Size = Literal["national", "small"]
Run = Callable[[Settings], tuple[Release | None, list[str]]]
# with fewer, the file of pupils by home grows by more than a file may when a year is added; that of the nation has fifteen
HOME_YEARS = 6
TRAPS = ("so_vso_categorie", "leerlingen_cluster")  # what the portal never gives as it says


@dataclass(frozen=True)
class Day:
    """A day: what happened, what the run did, and where its release differs from the truth."""

    day: date
    happened: tuple[str, ...]
    did: str
    code: int
    told: str
    seconds: float
    differences: tuple[tuple[str, str], ...]  # subject and sentence


class Installation:
    """An installation below a folder, of a country of a size. ``run`` does the whole job, and returns the release and what
    it told."""

    def __init__(self, folder: Path, size: Size, run: Run) -> None:
        self.folder, self.size, self._run = folder, size, run
        self._kind = editions.Kind(2014, 1, size, HOME_YEARS)
        self._truth = Truth(editions.calendar_of(self._kind))
        self._days: list[date] = []
        self._told: list[str] = []

    def settings(self, day: date) -> Settings:
        return Settings(
            data_dir=self.folder, sources=("sandbox",), sandbox_size=self.size, sandbox_day=day, sandbox_home_years=HOME_YEARS,
            backoff=0.0, keep_releases=3,
        )  # fmt: skip

    def live(self, day: date) -> Day:
        """Run once on a day, as it would be run every night."""
        self._days.append(day)
        began, release, code = time.perf_counter(), None, 0
        with patch("pipeline.run.looks.datetime", clock(day)):
            try:
                release, messages = self._run(self.settings(day))
            except PassendError as error:
                code, told = error.exit_code, [str(error)]
            else:
                # what was said on the day before is no news
                told, self._told = [each for each in messages if each not in self._told], messages
        seconds = time.perf_counter() - began
        lived = Lived(self._kind, self._truth, self._days)
        refused = [(OUT, each) for each in told if "was refused" in each]
        found = (*differences(release.path, lived), *withheld(release, lived), *refused) if release else ()
        return Day(day, tuple(self.happened(day)), _did(release), code, " | ".join(told), seconds, found)

    def happened(self, day: date) -> Iterator[str]:
        """Yield in words what happened on a day, in the country and at the portal."""
        yield from self._truth.calendar.happens(day)
        yield from editions.happens_at_the_portal(day)
        if day in CLOCK:
            yield "de klok gaat een uur " + ("terug" if day.month > 6 else "vooruit")
        if (day.month, day.day) == (2, 29):
            yield "schrikkeldag"


@contextmanager
def installed(folder: Path, size: Size = "small") -> Iterator[Installation]:
    """Yield a new installation that is run as the command does it, in this process, with its checks in one other."""
    before = os.environ.pop(HOME, None)
    try:
        with Validator() as validator:

            def run(settings: Settings) -> tuple[Release | None, list[str]]:
                summary = runner.run(settings, validator=validator)
                lines = [each for each in summary.datasets if each.dataset not in TRAPS]
                return summary.release, [f"{each.dataset}: {text}" for each in lines for text in each.messages]

            yield Installation(folder, size, run)
    finally:
        if before is not None:
            os.environ[HOME] = before


def without_orchestrator(settings: Settings) -> tuple[Release | None, list[str]]:
    """Do what a run does without Dagster, with checks that are taken to have passed: a third of the time."""
    now = looks.datetime.now(UTC)
    release = light(settings, run_id=begin(settings, now))
    known = states(load_catalogue(), Archive(Store(settings.data_dir)), None, now)
    # the portal has no file of some registries, ever
    there = [each for each in known if each.message and each.state != "never" and each.dataset not in TRAPS]
    return release, [f"{each.dataset}: {each.message}" for each in there]


def _did(release: Release | None) -> str:
    if release is None:
        return "failed"
    return "unchanged" if release.unchanged else f"released {release.path.name}"


def clock(day: date) -> type[datetime]:
    """A clock that stands in the evening of a day; in the night itself where it is the one in which the clock changes."""
    hour = 1 if day in CLOCK else 18
    moment = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz) if tz else moment

    return Clock
