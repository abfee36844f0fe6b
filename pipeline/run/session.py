"""One run at work: what it holds open, and the four things it does to a table (fetch, stage, build, check).

Belongs here: doing a step only when its inputs changed, and recording what came of it. Does not belong here: the order
of steps (the orchestrator knows it from what each reads) and how steps do their work (fetch, reading, warehouse ...).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal, TypeVar

import duckdb
import pyarrow as pa

from pipeline.archive.archive import Archive
from pipeline.archive.fetch import Fetched, fetch, fetch_edition
from pipeline.checks.batch import make_batch
from pipeline.checks.validation import Outcome, Validator, not_carried_out
from pipeline.contracts.contract import Contract
from pipeline.contracts.expectations import Expectation, expectations_of, references_of
from pipeline.describe.descriptor import Making
from pipeline.errors import CheckError
from pipeline.project import Project
from pipeline.registries.origins import Origin, open_origins
from pipeline.releases.release import Release, current, intact, latest, make_release
from pipeline.releases.retention import clear_leftovers, prune
from pipeline.releases.rollback import explain as rolled_back
from pipeline.releases.rollback import held_back
from pipeline.releases.shelf import content_of
from pipeline.run.warehouse import Warehouse
from pipeline.settings import Settings
from pipeline.site.build import Site, build_site
from pipeline.staging.reader import Raw, read

T = TypeVar("T")
PACKAGE = Path(__file__).parents[1]
# threads that make tables: one for each core of a small machine, the checks fill what they leave
MAKERS = 2
REFERENCE = sorted((PACKAGE / "curated" / "reference").glob("*.csv"))


@dataclass(frozen=True)
class Step:
    """What a step did, for whoever shows it. A ``plan`` says in ``rows`` how many steps are to come."""

    kind: Literal["plan", "fetch", "stage", "build", "check", "release", "site", "prune"]
    subject: str
    seconds: float
    unchanged: bool = False
    rows: int | None = None


@dataclass
class Session:
    """Everything one run holds open. Made by ``open_session``; used by one thread, and closed by it.

    Tables are made by threads of its own: ahead of the orchestrator, which has much to write down, when it says beforehand
    what it wants (``make_ahead``). Without a validator nothing is checked.
    """

    settings: Settings
    project: Project
    archive: Archive
    origins: Sequence[Origin]
    warehouse: Warehouse
    validator: Validator | None
    report: Callable[[Step], None]
    run_id: str
    started: datetime
    will_release: bool = False
    accept_diff: str | None = None
    began: float = field(default_factory=time.monotonic)
    fetched: dict[str, Fetched] = field(default_factory=dict)
    released: Release | None = None
    _versions: dict[str, str] = field(default_factory=dict)
    _making: dict[str, Future[bool]] = field(default_factory=dict)
    _waiting: list[str] = field(default_factory=list)
    _checking: dict[str, Future[list[Outcome]]] = field(default_factory=dict)
    _verdict: Future[list[Outcome]] = field(default_factory=Future)
    _releasing: Future[Release] | None = None
    _one_at_a_time: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._makers = ThreadPoolExecutor(MAKERS)
        self._have = self.warehouse.versions()

    # -- versions: a table is made again when its version changes --------------------------------------------------

    def version(self, table: str) -> str:
        """What a table is made from, as a hash: code, contract, and files or upstream tables."""
        if table not in self._versions:
            parts = [code_version(), repr(self.project.contract(table))]
            if table in self.project.staging:
                files = self.fetch(self.project.feeders[table].name).files
                parts += [f"{file.sha256} {file.name} {file.peildatum}" for file in files]
            else:
                parts += [self.project.models[table].digest, *map(self.version, self.project.upstream(table))]
            self._versions[table] = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        return self._versions[table]

    def stale(self) -> list[str]:
        """Tables that must be made again: not made from what is at hand now, or not checked since.

        A staging table that was never filled and has no file to be filled with is up to date as it is: empty.
        """
        checked = self.warehouse.checked()
        tables = [*self.project.staging, *self.project.models]
        return [
            each for each in tables
            if not (self._is_made(each) and checked.get(each) == self._looked_at(each)) and not self._never(each)
        ]  # fmt: skip

    def _looked_at(self, table: str) -> str:
        """What the checks of a table look at, as a hash: the table itself and those that it refers to."""
        tables = [table, *sorted(references_of(self.project.contract(table)))]
        return hashlib.sha256("\n".join(map(self.version, tables)).encode()).hexdigest()[:16]

    def _never(self, table: str) -> bool:
        if table not in self.project.staging or table in self._have:
            return False
        got = self.fetch(self.project.feeders[table].name)
        return not got.files and not got.refused

    # -- steps ---------------------------------------------------------------------------------------------------------

    def fetch(self, name: str) -> Fetched:
        """Retrieve a registry's files, once per run."""
        if name not in self.fetched:
            began = time.perf_counter()
            registry = self.project.catalogue[name]
            contract = self.project.staging[registry.feeds]
            self.fetched[name] = fetch(registry, self.origins, self.archive, now=self.started, contract=contract)
            if self.validator and not self.fetched[name].unchanged:
                self.validator.warm()
            self._report("fetch", name, began, unchanged=self.fetched[name].unchanged, rows=len(self.fetched[name].files))
        return self.fetched[name]

    def fetch_edition(self, name: str, year: int) -> Fetched:
        """Retrieve a registry's edition of a year, which the next look at it uses too. Raises FetchError or ReadError."""
        began, registry = time.perf_counter(), self.project.catalogue[name]
        contract = self.project.staging[registry.feeds]
        got = fetch_edition(registry, year, self.origins, self.archive, now=self.started, contract=contract)
        self._report("fetch", f"{name} {year}", began, unchanged=got.unchanged, rows=len(got.files))
        return got

    def make_ahead(self, tables: Sequence[str]) -> None:
        """Begin to make tables, each of which comes after what it is made from."""
        for table in tables:
            self._promised(table)

    def make(self, table: str) -> bool:
        """Make a table, or wait until it is made. Returns whether it was made again.

        Raises ReadError when none of the files that are there can be read, or when a query does not give its contract's columns;
        CheckError when what it is made from is not up to date.
        """
        return self._promised(table).result()

    def _promised(self, table: str) -> Future[bool]:
        if table not in self._making:
            self._making[table] = self._makers.submit(self._make, table)
        return self._making[table]

    def _make(self, table: str) -> bool:
        """A maker's work on one table."""
        began, version = time.perf_counter(), self.version(table)
        for each in self.project.upstream(table):
            if each in self._making:
                self._making[each].result()  # what stopped it stops what is made from it
        rows = None
        if made := not self._is_made(table):
            with self.warehouse.beside() as warehouse:
                if table in self.project.staging:
                    self._stage(warehouse, table, version)
                else:
                    self._require(self.project.upstream(table), f"{table} was not made: it is made from")
                    model = self.project.models[table]
                    warehouse.build(self.project.curated[table], model.sql, version, model.apply())
                rows = warehouse.rows(table)
            self._have[table] = version
        self._report("stage" if table in self.project.staging else "build", table, began, unchanged=not made, rows=rows)
        with self._one_at_a_time:
            if made and self.will_release and all(map(self._is_made, self.project.models)):
                self._start_release()
            self._start_checks(table)
        return made

    def _stage(self, warehouse: Warehouse, table: str, version: str) -> None:
        """Read a registry's files into its staging table."""
        registry, contract = self.project.feeders[table], self.project.staging[table]
        got = self.fetch(registry.name)
        raw = (Raw(file.name, file.sha256, file.path.read_bytes(), file.peildatum) for file in got.files)
        result = read(contract, raw, registry.format)
        warehouse.load(contract, registry.name, result, [*got.files, *got.refused], version)
        del result
        pa.default_memory_pool().release_unused()  # else Arrow keeps what the largest file took for the rest of the run

    def _start_checks(self, table: str) -> None:
        """Hand a table that is made to the validating process, or wait until the tables it refers to are made too."""
        self._waiting.append(table)
        ready = [each for each in self._waiting if all(map(self._is_made, references_of(self.project.contract(each))))]
        self._waiting = [each for each in self._waiting if each not in ready]
        for each in ready:
            self._start(each)

    def _is_made(self, table: str) -> bool:
        return self._have.get(table) == self.version(table)

    def _require(self, tables: Iterable[str], why: str) -> None:
        """Raises CheckError unless the tables are made: what is made from an older table would be taken for newer than it is."""
        if behind := [each for each in tables if not self._is_made(each) and not self._never(each)]:
            shown = f"{', '.join(behind[:5])}{f' and {len(behind) - 5} more' if len(behind) > 5 else ''}"
            raise CheckError(f"{why} {shown}, which are not up to date; run a job, which makes all that it needs")

    def _start(self, table: str) -> None:
        if self.validator is None:
            return
        contract = self.project.contract(table)
        possible = [each for each in expectations_of(contract) if not self._absent(contract, each)]
        # made when the validating process is ready for it: tables are built faster than they are checked
        cursor = self.warehouse.connection.cursor()
        self._checking[table] = self.validator.submit_when_ready(lambda: make_batch(cursor, contract, possible))

    def _absent(self, contract: Contract, check: Expectation) -> str | None:
        """The table that a check refers to, where that was not made."""
        refers = check.reference[0] if check.reference else contract.table
        return refers if refers != contract.table and not self._is_made(refers) else None

    def check(self, table: str) -> list[Outcome]:
        """What the checks of a table found: in this run, or when what they look at was last made."""
        wait(self._making.values())  # of what is wanted ahead, what a check refers to may come late
        if table not in self._checking:
            if self.warehouse.checked().get(table) == self._looked_at(table):
                return self.warehouse.outcomes(table)
            self._start(table)
        began, contract = time.perf_counter(), self.project.contract(table)
        outcomes = Validator.result(self._checking.pop(table))
        found = {each.check for each in outcomes}
        left = [each for each in expectations_of(contract) if each.name not in found]
        outcomes += [
            not_carried_out(table, each, f"{self._absent(contract, each)}, to which it refers, was not made") for each in left
        ]
        self.warehouse.store_outcomes(table, outcomes, "" if left else self._looked_at(table))
        self._report("check", table, began, rows=len(outcomes))
        return outcomes

    def release(self) -> Release:
        """Publish the curated tables. Raises CheckError when a critical check of any table stands in the way, or a table is not
        made from what is at hand now."""
        began = time.perf_counter()
        self._require(self.project.models, "no release was made, the previous one stands: it is made from")
        newest, held = latest(self.settings.releases_dir), held_back(self.settings.releases_dir)
        if newest is not None and self._stands(newest, held):
            self._approve()
            release = newest
        else:
            writing = self._start_release()
            try:
                self._verdict.set_result(self._approve())
            except CheckError as error:
                self._verdict.set_exception(error)
            release = writing.result()
        if held and release.unchanged:
            release = replace(release, note=rolled_back(held))
        self.released = release
        if not release.unchanged:
            self._makers.submit(self._settle)
        self._report("release", release.path.name, began, unchanged=release.unchanged)
        for what, files in prune(self.settings):
            self._report("prune", what, time.perf_counter(), rows=files)
        return release

    def _settle(self) -> None:
        """Write the warehouse to its file while the site is made; closing it has only the run's last words left to write."""
        with self.warehouse.beside() as warehouse:
            warehouse.connection.execute("checkpoint")

    def newest(self) -> Release:
        """This run's release, or the current one. Raises SettingsError when there is none."""
        return self.released or current(self.settings.releases_dir)

    def site(self) -> Site:
        """Make the site of this run's release, or of the current one. Raises SettingsError when there is none."""
        began = time.perf_counter()
        release = self.newest()
        made = build_site(release.path)
        self._report("site", release.path.name, began, unchanged=made.unchanged)
        return made

    def _stands(self, newest: Release, held: Sequence[Release]) -> bool:
        """Whether the current release is what this run would make, or what it would make was rolled back from."""
        made_from = self._made_from()
        if made_from in [each.description["made_from"] for each in held]:
            return True
        return bool(newest.description["made_from"] == made_from) and intact(newest.path)

    def _start_release(self) -> Future[Release]:
        """Write the release's files in a thread, which then waits for the verdict on the checks before it publishes them."""
        if self._releasing is None:
            origins = [each.name for each in self.origins]
            stale = {name: got.since[:10] for name, got in sorted(self.fetched.items()) if got.overdue and got.since}
            held = {content_of(each.path.name) for each in held_back(self.settings.releases_dir)}
            making = Making(
                self._made_from(), self.run_id, code_version(), self.started, origins, self.project.datasets,
                self.settings.publisher, self.settings.contact, self.accept_diff, held, stale,
            )  # fmt: skip
            self._releasing = Future()
            tables = self.project.curated, self.project.questions
            arguments = (self.warehouse.connection.cursor(), *tables, self.settings.releases_dir, making)
            Thread(target=_fulfil, args=(self._releasing, _release, *arguments, self._verdict.result)).start()
        return self._releasing

    def _made_from(self) -> str:
        parts = [*map(self.version, self.project.models), *(each.sql for each in self.project.questions)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def close(self) -> None:
        """Stop what is being made, and let a release that was never decided on clear itself away."""
        self._makers.shutdown(wait=False, cancel_futures=True)
        while not all(each.done() for each in self._making.values()):
            self.warehouse.stop()
            time.sleep(0.1)
        self._makers.shutdown()
        if self._releasing is not None and not self._verdict.done():
            self._verdict.set_exception(CheckError("the run ended before its checks did; no release was made"))
            self._releasing.exception()

    def _approve(self) -> list[Outcome]:
        """The outcomes of every check. Raises CheckError when one stands in the way of a release."""
        tables = [each for each in [*self.project.staging, *self.project.models] if not self._never(each)]
        outcomes = [each for table in tables for each in self.check(table)]
        if blocking := [each for each in outcomes if each.blocks]:
            raise CheckError(explain(blocking))
        return outcomes

    def _report(self, kind: str, subject: str, began: float, *, unchanged: bool = False, rows: int | None = None) -> None:
        self.report(Step(kind, subject, time.perf_counter() - began, unchanged, rows))  # type: ignore[arg-type]


@contextmanager
def open_session(
    settings: Settings, project: Project, *, run_id: str, report: Callable[[Step], None] = lambda step: None,
    validator: Validator | None = None, will_release: bool = False, accept_diff: str | None = None,
) -> Iterator[Session]:  # fmt: skip
    """A session that closes everything it opened, whatever happens. Raises BusyError when another run is at work.

    ``validator`` is one that the caller has opened already, and closes. With ``will_release`` the files of the release are
    written as soon as the last table is made, beside its checks. ``accept_diff`` is a person's reason to let the release
    differ from the one before by more than the limits allow.
    """
    with ExitStack() as stack:
        warehouse = stack.enter_context(Warehouse(settings.warehouse_path))
        clear_leftovers(settings)
        warehouse.ensure([*project.staging.values(), *project.curated.values()])
        warehouse.load_reference(REFERENCE)
        validator = validator or stack.enter_context(Validator())
        origins = stack.enter_context(open_origins(settings, project.catalogue, lambda: serve_sandbox(settings)))
        if not warehouse.versions():
            validator.warm()
        archive, now = Archive(settings.archive_dir), datetime.now(UTC)
        session = Session(
            settings, project, archive, origins, warehouse, validator, report, run_id, now, will_release, accept_diff
        )
        stack.callback(session.close)
        yield session


def _fulfil(future: Future[T], work: Callable[..., T], *arguments: object) -> None:
    """Do the work and put what comes of it, an error too, in the future."""
    try:
        future.set_result(work(*arguments))
    except BaseException as error:
        future.set_exception(error)


def _release(cursor: duckdb.DuckDBPyConnection, *arguments: Any) -> Release:
    """Make a release through a cursor of its own, which is closed before anyone hears of it: it holds the warehouse open."""
    with cursor:
        return make_release(cursor, *arguments)


@contextmanager
def serve_sandbox(settings: Settings) -> Iterator[dict[str, str]]:
    """The sandbox of these settings, made where it is not there yet, and served on this machine. Yields its base addresses."""
    from pipeline import sandbox  # a run on real registries has no need of it, nor of what it imports

    made = settings.sandbox_seed, settings.sandbox_scale, settings.sandbox_home_years
    with sandbox.serve(sandbox.generate(settings.sandbox_dir, *made)) as bases:
        yield bases


def explain(blocking: Sequence[Outcome]) -> str:
    """One paragraph on the checks that keep a release from being made."""
    shown = []
    for each in blocking[:5]:
        if each.status == "errored":
            shown.append(f"{each.table}.{each.check} could not be carried out ({each.message})")
        else:
            examples = "; ".join(" ".join(f"{k}={v}" for k, v in row.items()) for row in each.examples[:3])
            rows = each.message if each.unexpected is None else f"{each.unexpected:,} rows"
            shown.append(f"{each.table}.{each.check} failed for {rows}{f' (e.g. {examples})' if examples else ''}: {each.reason}")
    more = f" and {len(blocking) - 5} more" if len(blocking) > 5 else ""
    return (
        f"no release was made, the previous one stands: {len(blocking)} critical checks did not pass: {' | '.join(shown)}{more}. "
        "Look at the check in the Dagster UI; correct the source, or the contract if that is what is wrong"
    )


@cache
def code_version() -> str:
    """A hash of the code and reference data that tables are made with: any change makes them anew."""
    digest = hashlib.sha256()
    for path in sorted([*PACKAGE.glob("*.py"), *PACKAGE.glob("*/*.py"), *REFERENCE]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
