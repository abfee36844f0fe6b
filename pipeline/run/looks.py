"""What one run sees of the registries: each is looked at once in a run, whichever of its steps asks first, and wherever it runs.

Belongs here: a run's own moment, and its looks. Does not belong here: how a registry is looked at (archive.fetch).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from threading import RLock
from typing import Self

from pipeline.archive.archive import Archive
from pipeline.archive.fetch import Fetched, fetch, fetch_edition
from pipeline.archive.looks import RUNS
from pipeline.day import day_of
from pipeline.project import Project
from pipeline.registries.origins import Origin, open_origins
from pipeline.run.keeping import not_before
from pipeline.run.step import Report, Step
from pipeline.settings import Settings
from pipeline.store.objects import Store

STARTED = "started.json"


def moment(store: Store, run_id: str, now: datetime | None = None) -> tuple[datetime, date]:
    """Return when a run began, and its day. The first of its steps that asks writes both down, so that all of them live then.

    ``now`` is what the clock shows, unless given.
    """
    key = f"{RUNS}/{run_id}/{STARTED}"
    now = now or datetime.now(UTC)
    day = not_before(store, day_of(now))
    return store.settle(key, {"started": now.isoformat(), "day": day.isoformat()}, _began) or (now, day)


def started(document: Mapping[str, str]) -> datetime:
    """Return the moment that ``moment`` wrote down. Raises ValueError for one without a zone."""
    found = datetime.fromisoformat(document["started"])
    if found.tzinfo is None:
        raise ValueError(f"{found} has no zone")
    return found


def _began(document: Mapping[str, str]) -> tuple[datetime, date]:
    return started(document), date.fromisoformat(document["day"])


class RunLooks:
    """The registries of a run. Use as a context manager: the origins are opened with the first look, and closed at the end."""

    def __init__(
        self, settings: Settings, project: Project, store: Store, run_id: str, report: Report = lambda step: None
    ) -> None:  # fmt: skip
        self.run_id, (self.now, self.day) = run_id, moment(store, run_id)
        self._settings, self._project, self._store, self._report = settings, project, store, report
        self.archive = Archive(store)
        self._seen: dict[str, Fetched] = {}
        self._one_at_a_time = RLock()
        self._stack = ExitStack()
        self._origins: Sequence[Origin] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def of(self, name: str) -> Fetched:
        """Return the look of this run at a registry, taken now unless it was taken before."""
        if name not in self._seen:
            with self._one_at_a_time:
                if name not in self._seen:
                    self._seen[name] = self._look(name)
        return self._seen[name]

    def edition(self, name: str, year: int) -> Fetched:
        """Retrieve a registry's edition of a year, which every look from now on uses too. Raises FetchError or ReadError."""
        began, registry = time.perf_counter(), self._project.catalogue[name]
        contract = self._project.staging[registry.feeds]
        got = fetch_edition(
            registry, year, self.origins(), self.archive, run=self.run_id, now=self.now, day=self.day, contract=contract
        )
        self._report(Step("fetch", f"{name} {year}", time.perf_counter() - began, got.unchanged, len(got.files)))
        return got

    def taken(self) -> Mapping[str, Fetched]:
        """Return the looks that this process knows of, by registry."""
        return dict(self._seen)

    def origins(self) -> Sequence[Origin]:
        """Return the origins that the settings name, open. Raises SettingsError."""
        with self._one_at_a_time:
            if self._origins is None:
                opened = open_origins(self._settings, self._project.catalogue, lambda: serve_sandbox(self._settings))
                self._origins = self._stack.enter_context(opened)
            return self._origins

    def _look(self, name: str) -> Fetched:
        began, registry = time.perf_counter(), self._project.catalogue[name]
        contract = self._project.staging[registry.feeds]
        got = fetch(registry, self.origins(), self.archive, run=self.run_id, now=self.now, day=self.day, contract=contract)
        self._report(Step("fetch", name, time.perf_counter() - began, got.unchanged, len(got.files)))
        return got


@contextmanager
def serve_sandbox(settings: Settings) -> Iterator[dict[str, str]]:
    """Serve the sandbox of these settings on this machine, made where it is not there yet. Yields its base addresses."""
    from pipeline import sandbox  # a run on real registries has no need of it, nor of what it imports

    country = settings.sandbox_seed, settings.sandbox_scale, settings.sandbox_home_years, settings.sandbox_size
    with sandbox.serve(sandbox.generate(settings.sandbox_dir, *country, settings.sandbox_day)) as bases:
        yield bases


class GivenLooks:
    """Looks that were taken before: by the last run, or for a release. ``day`` is that of the run that took them."""

    def __init__(self, archive: Archive, run_id: str, now: datetime, day: date, seen: Mapping[str, Fetched]) -> None:
        self.archive, self.run_id, self.now, self.day, self._seen = archive, run_id, now, day, seen

    def of(self, name: str) -> Fetched:
        return self._seen[name]
