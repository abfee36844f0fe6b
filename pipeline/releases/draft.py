"""A release that is written and not yet published: a folder beside the others, which no reader sees.

Belongs here: the files of a release. Does not belong here: whether it may go out, and making it the current one (publish).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.contracts.contract import Contract
from pipeline.curated.questions import Question
from pipeline.describe.descriptor import FICTITIOUS, BuildInfo, Source, file_resource, package, table_resource
from pipeline.describe.metadata import describe
from pipeline.hashing import hash_of
from pipeline.releases.release import CONTENT, DUCKDB_FILE, verify
from pipeline.sql import quoted
from pipeline.store.stored import Stored
from pipeline.store.workplace import Workplace

BUILDING = ".building-"
# what DuckDB 1.2 and everything after it can open
STORAGE_VERSION = "v1.2.0"
MEMORY = "250MB"


@dataclass(frozen=True)
class Draft:
    """A release in a folder of its own: complete but for its validation report. ``content`` is the hash in its name."""

    place: Workplace
    name: str
    content: str
    package: Mapping[str, Any]
    description: Mapping[str, Any]

    @property
    def path(self) -> Path:
        return self.place.path


def draft(
    tables: Mapping[str, tuple[Stored, Path]], contracts: Mapping[str, Contract], questions: Sequence[Question], folder: Path,
    build: BuildInfo,
) -> Draft:  # fmt: skip
    """Write a release of these tables (each with its file) below ``folder``, and verify it. Leaves nothing behind when it fails.

    The Parquet files are the tables' own: linked where that can be, else copied.
    """
    place = Workplace(folder, BUILDING)
    path = place.path
    try:
        for table, (_, file) in tables.items():
            _place(file, path / f"{table}.parquet")
        sources = _sources(path / "bron.parquet")
        resources = [
            table_resource(
                path, path / f"{table}.parquet", contracts[table], stored.rows,
                [sources[each] for each in build.datasets[table] if each in sources],
            )
            for table, (stored, _) in tables.items()
        ]  # fmt: skip
        _fill(tables, contracts, questions, path, FICTITIOUS if build.fictitious else "")
        resources.append(file_resource(path, path / DUCKDB_FILE, "duckdb", "All tables in one DuckDB file"))
        content = content_hash(tables, questions)
        name = f"{build.created:%Y.%m.%d}-{content}"
        whole = {**package(resources, list(sources.values()), name, build), CONTENT: content}
        made = Draft(place, name, content, whole, describe(path, whole))
        verify(path)
    except BaseException:
        place.clear()
        raise
    return made


def content_hash(tables: Mapping[str, tuple[Stored, Path]], questions: Sequence[Question]) -> str:
    """Return what a release holds as a hash: the rows of every table but ``bron`` (which holds times of retrieval), the hashes of
    the files that were read, and the questions (views and macros of the DuckDB file). A file that was refused adds nothing: a
    bad day of a registry, whose last good file is used, makes no release."""
    with duckdb.connect() as connection:
        files = connection.execute(
            f"select sha256, dataset from read_parquet({quoted(str(tables['bron'][1]))}) where status = 'gelezen' order by all"
        ).fetchall()
    parts = [f"{table} {stored.content}" for table, (stored, _) in tables.items() if table != "bron"]
    parts += [repr(files), *(each.sql for each in questions)]
    return hash_of(parts)[:12]


def _place(file: Path, target: Path) -> None:
    """Link a file, or copy it where it lies on another file system."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


def _sources(bron: Path) -> dict[str, Source]:
    """The datasets of which files were read."""
    with duckdb.connect() as connection:
        used = connection.execute(
            "select dataset, any_value(uitgever), any_value(url), list_sort(list(distinct coalesce(licentie, ''))) "
            f"from read_parquet({quoted(str(bron))}) where status = 'gelezen' group by dataset order by dataset"
        ).fetchall()
    return {
        dataset: Source(dataset, publisher, url, tuple(licence or None for licence in licences))
        for dataset, publisher, url, licences in used
    }


def _fill(
    tables: Mapping[str, tuple[Stored, Path]], contracts: Mapping[str, Contract], questions: Sequence[Question], folder: Path,
    note: str,
) -> None:  # fmt: skip
    """Write one DuckDB file with every table, as the Parquet beside it has it, and the questions, which read the tables."""
    with _database(folder / DUCKDB_FILE) as database:
        database.begin()  # one transaction: a commit per table takes twice as long
        for table, (stored, _) in tables.items():
            contract = contracts[table]
            database.execute(contract.ddl(rows=stored.rows))
            parquet = quoted(str(folder / f"{table}.parquet"))
            database.execute(f"insert into {table} by name from read_parquet({parquet})")
            for comment in contract.comments(note=note):
                database.execute(comment)
        for question in questions:
            database.execute(question.sql)
            database.execute(question.comment)
        database.commit()


@contextmanager
def _database(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "storage_compatibility_version": STORAGE_VERSION, "threads": 1, "memory_limit": MEMORY,
    }  # fmt: skip
    with duckdb.connect(str(path), config=settings) as database:
        yield database
