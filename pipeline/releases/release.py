"""What readers get: an immutable folder of Parquet, one DuckDB file and their description, and ``latest`` that points to it.

Belongs here: building a release beside the others, verifying it, and swapping it in. Does not belong here: whether one
may be made (session).

Readers see the previous release or the next, never in between: a release is built under a temporary name, verified, renamed,
and only then ``latest`` is replaced, by one rename.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.checks.validation import Outcome
from pipeline.contracts.contract import Contract
from pipeline.curated.models import Question
from pipeline.describe.descriptor import FICTITIOUS, Making, Source, file_resource, package, sha256, table_resource
from pipeline.describe.descriptor import FILE as DESCRIPTION
from pipeline.describe.metadata import describe
from pipeline.errors import CheckError, SettingsError
from pipeline.releases.report import REPORT, prepare_report
from pipeline.releases.shrinkage import beyond, explain, load_limits
from pipeline.store.engine import quoted

DUCKDB_FILE = "passend_onderwijs.duckdb"
LATEST, BUILDING = "latest", ".building-"
# what DuckDB 1.2 and everything after it can open
STORAGE_VERSION = "v1.2.0"
MEMORY = "250MB"


@dataclass(frozen=True)
class Release:
    """A release on disk. ``unchanged`` means that no new one was made; ``note`` says why, where that needs saying."""

    path: Path
    unchanged: bool
    description: Mapping[str, Any]
    note: str = ""


def make_release(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], questions: Sequence[Question], folder: Path,
    making: Making, approve: Callable[[], Sequence[Outcome]],
) -> Release:  # fmt: skip
    """Publish the curated tables of a warehouse (``connection``) below ``folder``.

    ``approve`` is called when everything is written and verified, just before readers get it; it gives the outcomes of the
    checks, which the validation report shows, and what it raises stops the release, with nothing left behind. So the files
    are written, and held against the previous release, while the checks are still at work. Raises CheckError when more is
    gone than the limits allow.

    The content hash is over the Parquet of every table but ``bron`` (which holds times of retrieval) and over the hashes of
    the files that bron lists and over the questions (views and macros of the DuckDB file); that file holds the same rows, but its
    bytes differ from build to build, and the report those of its run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    building = folder / f"{BUILDING}{making.run_id}"
    building.mkdir()
    try:
        sources = _sources(connection)
        resources = []
        with _database(questions, building / DUCKDB_FILE, FICTITIOUS if making.fictitious else "") as fill:
            for table, contract in contracts.items():
                used = [sources[each] for each in making.datasets[table] if each in sources]
                resources.append(write_parquet(connection, contract, building, used))
                fill(contract, resources[-1]["rows"])
        content = _content(connection, resources, questions)
        current = latest(folder)
        if current is not None and _stands(current, content, making.held_back):
            approve()
            shutil.rmtree(building)
            return Release(current.path, True, current.description)
        name = f"{making.created:%Y.%m.%d}-{content}"
        resources.append(file_resource(building, building / DUCKDB_FILE, "duckdb", "All tables in one DuckDB file"))
        whole = package(resources, list(sources.values()), name, making)
        description = describe(building, whole)
        verify(building)
        write_report = prepare_report(connection, contracts)
        made = Release(building, False, description)
        # a damaged release is nothing to compare with: a good one in its place comes first
        compared = current if current is not None and intact(current.path) else None
        too_much = beyond(compared, made, contracts, load_limits(contracts)) if compared else []
        outcomes = approve()
        if compared and too_much:
            if making.accept_diff is None:
                raise CheckError(explain(too_much, compared, made))
            whole["accepted"] = {"reason": making.accept_diff, "compared_with": compared.path.name, "beyond": too_much}
        write_report(building / REPORT, whole, outcomes)
        report = file_resource(building, building / REPORT, "validatie", "What the checks of this release found")
        description = describe(building, whole, [report])
        target = folder / name
        if target.exists() and intact(target):  # made earlier today, and left for another since: a release never changes
            shutil.rmtree(building)
            point(folder, name)
            return Release(target, False, json.loads((target / DESCRIPTION).read_text(encoding="utf-8")))
        if target.exists():  # the same content, damaged since: out of the way first, so that no reader meets a mixture
            target.rename(folder / f"{BUILDING}damaged")
        for file in building.iterdir():
            file.chmod(0o444)  # a release never changes: who opens its database can only read it
        building.rename(target)
        shutil.rmtree(folder / f"{BUILDING}damaged", ignore_errors=True)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    point(folder, name)
    return Release(target, False, description)


def _stands(current: Release, content: str, held_back: Collection[str]) -> bool:
    """Whether readers keep the current release: it holds this content, or the content was rolled back from."""
    return content in held_back or (current.description["version"].endswith(content) and intact(current.path))


def latest(folder: Path) -> Release | None:
    """The current release below a releases folder, if there is one."""
    link = folder / LATEST
    if not link.is_symlink() or not (link / DESCRIPTION).is_file():
        return None
    path = link.resolve()
    return Release(path, True, json.loads((path / DESCRIPTION).read_text(encoding="utf-8")))


def current(folder: Path) -> Release:
    """The current release. Raises SettingsError that says how to get one."""
    found = latest(folder)
    if found is None:
        raise SettingsError(f"there is no release in {folder}; make one with `passend run`, or name its place with --data-dir")
    return found


@contextmanager
def opened(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database of a release, read-only. Raises CheckError when it is not there or damaged."""
    try:
        connection = duckdb.connect(str(folder / DUCKDB_FILE), read_only=True)
    except duckdb.Error as error:
        raise CheckError(
            f"{folder / DUCKDB_FILE} cannot be opened: {error}. The release is damaged; `passend run` makes it again"
        ) from error
    with connection:
        yield connection


def intact(folder: Path) -> bool:
    """Whether every file of a release is the one that its description names."""
    try:
        _verify_files(folder)
    except (CheckError, OSError):
        return False
    return True


def verify(folder: Path) -> None:
    """Check a release against its own description: every file there, with its bytes, hash and rows. Raises CheckError."""
    description = _verify_files(folder)
    with opened(folder) as database:
        for resource in description["resources"]:
            path = folder / resource["path"]
            if "rows" not in resource:
                continue
            for place in (f"read_parquet({quoted(str(path))})", path.stem):
                (rows,) = database.execute(f"select count(*) from {place}").fetchone() or (0,)
                if rows != resource["rows"]:
                    raise CheckError(
                        f"{place} of {folder.name} holds {rows} rows, {DESCRIPTION} says {resource['rows']}; run again"
                    )


def _verify_files(folder: Path) -> dict[str, Any]:
    """The description of a release, once every file that it names has the hash that it says."""
    description: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    for resource in description["resources"]:
        path = folder / resource["path"]
        if not path.is_file() or sha256(path) != resource["hash"]:
            raise CheckError(
                f"{path} is not the file that {DESCRIPTION} describes; the release is damaged, `passend run` makes it again"
            )
    return description


def write_parquet(
    connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path, sources: Sequence[Source] = ()
) -> dict[str, Any]:
    """Write one table in key order, and describe it. One thread and a fixed row group keep its bytes the same."""
    path = folder / f"{contract.table}.parquet"
    columns = ", ".join(f'"{each}"' for each in contract.columns)
    order = ", ".join(contract.primary_key) or "all"
    words = ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in contract.parquet_metadata().items())
    connection.execute(
        f"copy (select {columns} from {contract.table} order by {order}) to {quoted(str(path))} "
        f"(format parquet, compression zstd, row_group_size 122880, kv_metadata {{{words}}})"
    )
    (rows,) = connection.execute(f"select count(*) from {contract.table}").fetchone() or (0,)
    return table_resource(folder, path, contract, rows, sources)


def _sources(connection: duckdb.DuckDBPyConnection) -> dict[str, Source]:
    """The datasets of which files were read."""
    used = connection.execute(
        "select dataset, any_value(uitgever), any_value(url), list_sort(list(distinct coalesce(licentie, ''))) from bron "
        "where status = 'gelezen' group by dataset order by dataset"
    ).fetchall()
    return {
        dataset: Source(dataset, publisher, url, tuple(licence or None for licence in licences))
        for dataset, publisher, url, licences in used
    }


def _content(connection: duckdb.DuckDBPyConnection, resources: Sequence[Mapping[str, Any]], questions: Sequence[Question]) -> str:
    files = connection.execute("select sha256, dataset, status from bron order by all").fetchall()
    parts = [f"{each['name']} {each['hash']}" for each in resources if each["name"] != "bron"]
    parts += [repr(files), *(each.sql for each in questions)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


@contextmanager
def _database(questions: Sequence[Question], path: Path, note: str) -> Iterator[Callable[[Contract, int], object]]:
    """One DuckDB file for the Parquet that stands beside ``path``: yields what puts a table in it, as it is, in a thread, so
    that the next one's Parquet is written meanwhile. All is in it at the end; the questions, which read the tables, come last.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "storage_compatibility_version": STORAGE_VERSION, "threads": 1, "memory_limit": MEMORY,
    }  # fmt: skip
    with duckdb.connect(str(path), config=settings) as database, ThreadPoolExecutor(1) as beside:

        def put(contract: Contract, rows: int) -> None:
            parquet = quoted(str(path.with_name(f"{contract.table}.parquet")))
            database.execute(contract.ddl(rows=rows))
            database.execute(f"insert into {contract.table} by name from read_parquet({parquet})")
            for comment in contract.comments(note=note):
                database.execute(comment)

        tables: list[Future[None]] = []
        try:
            yield lambda contract, rows: tables.append(beside.submit(put, contract, rows))
            for each in tables:
                each.result()
        except BaseException:
            beside.shutdown(cancel_futures=True)
            raise
        for question in questions:
            database.execute(question.sql)
            database.execute(question.comment)


def point(folder: Path, name: str) -> None:
    """Make ``latest`` name a release: a new link under another name, then one rename over the old."""
    link = folder / f".{LATEST}-new"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(folder / LATEST)
