"""What the last run read of the registries, as a database to look things up in: a view per staging table, and rejected cells.

Belongs here: opening it. Does not belong here: asking (releases.query) and published tables (releases).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.archive.archive import Archive
from pipeline.archive.fetch import Fetched
from pipeline.archive.looks import RUNS, Looks
from pipeline.day import day_of
from pipeline.errors import SettingsError
from pipeline.project import Project
from pipeline.run import bookkeeping
from pipeline.run.keeping import not_before
from pipeline.run.looks import STARTED, GivenLooks, started
from pipeline.run.tables import Tables
from pipeline.settings import Settings
from pipeline.sql import parquet, quoted
from pipeline.store.engine import Engine, connect, show
from pipeline.store.objects import Store

REJECTED = "afgekeurd"


@contextmanager
def open_staged(settings: Settings, project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database with a view per staging table, as the last run that looked at its registry read it, and ``afgekeurd`` with
    every rejected cell. It reaches those files and nothing else. Raises SettingsError when no run has looked at anything yet."""
    store = Store(settings.data_dir)
    looks = _last_looks(store, project)
    if not looks:
        raise SettingsError(f"no run has read anything in {settings.data_dir} yet; `passend run` does")
    now, seen = datetime.now(UTC), {**dict.fromkeys(project.catalogue, _nothing()), **looks}
    given = GivenLooks(Archive(store), "", now, not_before(store, day_of(now)), seen)
    tables = Tables(project, store, given, Engine(store.scratch, settings.maker_memory_mb))
    with store.scratch() as folder, connect(folder / "spill", memory_mb=settings.maker_memory_mb) as connection:
        reached, rejected = [], []
        for table, registry in project.feeders.items():
            files = tables.paths(table) if tables.find(table) is not None else []
            show(connection, table, files, tables.columns(table))
            paths = [path for each in tables.editions(table) or () for path in each.rejects.paths(store) or ()]
            if paths:
                rejected.append(_rejects(registry.name, bookkeeping.names_of(given.of(registry.name)), paths))
            reached += [*files, *paths]
        columns = bookkeeping.columns(REJECTED)
        empty = ", ".join(f'null::{kind} as "{name}"' for name, kind in columns.items())
        listed = " union all ".join([*rejected, f"select {empty} where false"])
        connection.execute(f"create view {REJECTED} as select {', '.join(columns)} from ({listed})")
        allowed = ", ".join(quoted(str(each)) for each in reached)
        connection.execute(f"set allowed_paths = [{allowed}]; set enable_external_access = false; set lock_configuration = true")
        yield connection


def _last_looks(store: Store, project: Project) -> dict[str, Fetched]:
    """The looks at each registry of the last run that took one."""
    moments = {key.split("/")[1]: store.find(key, started) for key in store.names(RUNS) if key.endswith(f"/{STARTED}")}
    earliest = datetime.min.replace(tzinfo=UTC)
    newest_first = sorted(moments, key=lambda run: moments[run] or earliest, reverse=True)
    found: dict[str, Fetched] = {}
    for name in project.catalogue:
        looks = Looks(Archive(store), name)
        got = next((each for run in newest_first if (each := looks.of_run(run, Fetched.from_dict)) is not None), None)
        if got is not None:
            found[name] = got
    return found


def _nothing() -> Fetched:
    return Fetched((), (), "never", (), unchanged=True)


def _rejects(dataset: str, names: dict[str, str], paths: list[Path]) -> str:
    """A query for the rejected cells of a registry, with the name of their file."""
    cases = " ".join(f"when {quoted(sha256)} then {quoted(name)}" for sha256, name in names.items())
    return (
        f"select {quoted(dataset)} as dataset, bron_sha256, case bron_sha256 {cases} end as bestand, regel, kolom, waarde, reden "
        f"from {parquet(*paths)}"
    )
