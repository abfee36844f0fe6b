"""One run: handles on what it reads and writes. It holds nothing that another process of the same run could not open as well.

Belongs here: the four things that are done to a table (fetch, make, check, publish), each a function of what is in the store.
Does not belong here: their order (the orchestrator knows it from what each reads).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock

from pipeline.archive.fetch import Fetched
from pipeline.checks.outcome import Outcome, explain
from pipeline.checks.process import Validator
from pipeline.contracts.expectations import references_of
from pipeline.day import day_of
from pipeline.errors import CheckError
from pipeline.project import Project
from pipeline.releases.moves import held_back
from pipeline.releases.publish import publish
from pipeline.releases.release import Release, current
from pipeline.releases.rollback import explain as rolled_back
from pipeline.releases.shrinkage import Accepted
from pipeline.run.ahead import Ahead
from pipeline.run.checking import Checks
from pipeline.run.drafting import DRAFT, SITE, Drafting
from pipeline.run.keeping import settled_day
from pipeline.run.looks import RunLooks
from pipeline.run.retention import prune
from pipeline.run.step import Report, Step
from pipeline.run.tables import Made, Tables
from pipeline.settings import Settings
from pipeline.site.build import Site, build_site
from pipeline.store.engine import Engine
from pipeline.store.objects import Store


@dataclass
class Run:
    """A run at work. ``accept_diff`` is what a person accepts to be gone beyond the limits."""

    settings: Settings
    project: Project
    store: Store
    looks: RunLooks
    tables: Tables
    checks: Checks
    drafting: Drafting
    engine: Engine
    report: Report
    accept_diff: Accepted | None = None
    began: float = field(default_factory=time.monotonic)
    released: Release | None = None
    _ahead: Ahead | None = None
    _made: dict[str, Made] = field(default_factory=dict)
    _unchecked: list[str] = field(default_factory=list)
    _settled: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    # -- tables --------------------------------------------------------------------------------------------------------

    def pending(self, wanted: Sequence[str]) -> list[str]:
        """Return those of the tables that are not at hand as they would be made now, or not checked as they are."""
        models = self.project.models
        self.tables.make_own(sorted({name for each in wanted if each in models for name in models[each].bookkeeping}))
        return [
            each for each in wanted
            if self.tables.find(each) is None or (self.checks.find(each) is None and not self.tables.absent(each))
        ]  # fmt: skip

    def make_ahead(self, tables: Sequence[str], *, release: bool) -> None:
        """Begin to make tables, to check them and, with ``release``, to write the files of a release when all are there."""
        # the largest files first: what is made from them waits longest
        tables = sorted(tables, key=self._bytes, reverse=True)
        self._unchecked = list(tables)
        self._settled = {each for each in [*self.project.staging, *self.project.models] if self.tables.find(each) is not None}
        after = {each: self.project.upstream(each) for each in tables}
        if release:
            after |= self.drafting.tasks()
        self._ahead = Ahead(self._work, after, self.settings.makers)

    def wait_for_files(self) -> None:
        """Wait until every file is read that was begun ahead, well or not.

        Reading is Python's work, as that of the orchestrator is. Side by side they take turns, and all tables wait for the files.
        """
        if self._ahead is not None:
            self._ahead.wait(self.project.staging)

    def _bytes(self, table: str) -> int:
        """How many bytes of files a staging table is read from."""
        files = self.fetch(self.project.feeders[table].name).files if table in self.project.staging else ()
        return sum(each.bytes for each in files)

    def make(self, table: str) -> Made:
        """Make a table, unless it is there; wait for it where that was begun before. Raises ReadError or CheckError."""
        if self._ahead is not None and table in self._ahead:
            self._ahead.result(table)
        return self._made.pop(table, None) or self._make(table)

    def _work(self, name: str) -> None:
        if name in self.project.models or name in self.project.staging:
            self._made[name] = self._make(name)
        else:
            self.drafting.work(name)

    def _make(self, table: str) -> Made:
        made = self.tables.make(table)
        kind = "stage" if table in self.project.staging else "build"
        self.report(Step(kind, table, made.seconds, made.unchanged, None if made.unchanged else made.stored.rows))  # type: ignore[arg-type]
        self._check_ahead(table)
        return made

    def _check_ahead(self, table: str) -> None:
        """Hand over the tables that can be checked now: made, as those are that they refer to."""
        with self._lock:
            self._settled.add(table)
            ready = [each for each in self._unchecked if {each, *references_of(self.project.contract(each))} <= self._settled]
            self._unchecked = [each for each in self._unchecked if each not in ready]
        for each in ready:
            self.checks.begin(each)

    # -- releases ------------------------------------------------------------------------------------------------------

    def release(self) -> Release:
        """Publish the curated tables. Raises CheckError when a critical check of any table stands in the way, or a table is not
        made from what is at hand now."""
        began = time.perf_counter()
        self.tables.require(self.project.models, "no release was made, the previous one stands: it is made from")
        outcomes = self._approved()
        if self._ahead is not None and DRAFT in self._ahead:
            self._ahead.wait([SITE])
            self._ahead.result(DRAFT)
        else:
            self.drafting.draft()
        held = held_back(self.settings.releases_dir)
        if (draft := self.drafting.made) is not None:
            release = publish(
                draft, self.project.curated, outcomes, self._counts(), self.settings.releases_dir,
                held_back=held, accept_diff=self.accept_diff,
            )  # fmt: skip
        else:
            release = current(self.settings.releases_dir)
        if held and release.unchanged:
            release = replace(release, note=rolled_back(held))
        self.released = release
        self.report(Step("release", release.path.name, time.perf_counter() - began, release.unchanged))
        for what, files in prune(self.settings, self.store, {*self.tables.used(), *self.checks.used()}, self.day):
            self.report(Step("prune", what, 0.0, rows=files))
        return release

    @cached_property
    def day(self) -> date:
        """The day from which what is kept is counted."""
        return settled_day(self.store, day_of(self.looks.now))

    def _approved(self) -> list[Outcome]:
        """The outcomes of every check. Raises CheckError when one stands in the way of a release."""
        tables = [each for each in [*self.project.staging, *self.project.models] if not self.tables.absent(each)]
        outcomes = [each for table in tables for each in self.checks.outcomes(table)]
        self.checks.end()
        if blocking := [each for each in outcomes if each.blocks]:
            raise CheckError(explain(blocking))
        return outcomes

    def _counts(self) -> dict[str, int]:
        return {table: self.tables.make(table).stored.rows for table in [*self.project.staging, *self.project.models]}

    def newest(self) -> Release:
        """Return this run's release, or the current one. Raises SettingsError when there is none."""
        return self.released or current(self.settings.releases_dir)

    def site(self) -> Site:
        """Make the site of this run's release, or of the current one. Raises SettingsError when there is none."""
        began = time.perf_counter()
        release = self.newest()
        made, seconds = build_site(release.path), time.perf_counter() - began
        if self.drafting.site and self.released and not self.released.unchanged:
            made, seconds = replace(made, unchanged=False), seconds + self.drafting.site[1]
        self.report(Step("site", release.path.name, seconds, made.unchanged))
        return made

    def paths(self, table: str) -> list[Path]:
        """Return the files of a table that is made."""
        return self.tables.paths(table)

    # -- registries ----------------------------------------------------------------------------------------------------

    def fetch(self, name: str) -> Fetched:
        """Return the look of this run at a registry."""
        return self.looks.of(name)

    def close(self) -> None:
        """End what is being made, and clear away a draft that was never published."""
        if self._ahead is not None:
            self._ahead.stop(self.engine.interrupt)
        self.drafting.clear()


@contextmanager
def open_run(
    settings: Settings, project: Project, *, run_id: str, report: Report = lambda step: None, validator: Validator | None = None,
    accept_diff: Accepted | None = None,
) -> Iterator[Run]:  # fmt: skip
    """Open a run, and close all that it opened, whatever happens.

    ``validator`` is one that the caller has opened already, and closes.
    """
    with ExitStack() as stack:
        store = Store(settings.data_dir)
        engine = stack.enter_context(Engine(store.scratch, settings.maker_memory_mb, settings.makers, settings.maker_threads))
        validator = validator or stack.enter_context(Validator(settings.data_dir / "scratch"))
        looks = stack.enter_context(RunLooks(settings, project, store, run_id, report))
        tables = Tables(project, store, looks, engine)
        checks = Checks(project, store, tables, validator, report)
        drafting = Drafting(settings, project, tables, looks)
        run = Run(settings, project, store, looks, tables, checks, drafting, engine, report, accept_diff)
        stack.callback(run.close)
        yield run
