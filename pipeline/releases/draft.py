"""A release that is written and not yet published: a folder beside the others, which no reader sees.

Belongs here: the files of a release. Does not belong here: whether it may go out, and making it the current one (publish).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.contracts.contract import Contract
from pipeline.curated.questions import Question
from pipeline.day import day_of
from pipeline.describe.descriptor import FICTITIOUS, BuildInfo, Source, file_resource, package, table_resource
from pipeline.describe.metadata import describe
from pipeline.hashing import hash_of
from pipeline.releases import feed
from pipeline.releases.release import CONTENT, DUCKDB_FILE, verify
from pipeline.sql import parquet, quoted
from pipeline.store.stored import Stored
from pipeline.store.workplace import Workplace

BUILDING = ".building-"
# what DuckDB 1.2 and everything after it can open
STORAGE_VERSION = "v1.2.0"
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": STORAGE_VERSION, "threads": 1, "memory_limit": "250MB",
}  # fmt: skip
# to try it on every column takes a fifth of the time, and makes the file 4 % smaller
COMPRESSION = "set disabled_compression_methods = 'fsst'"
# where norm amounts come from, row by row in their column bron: works of government are free, others state no terms
LAW = Source("wet- en regelgeving", "Rijksoverheid", "https://wetten.overheid.nl", ("publiek domein (Auteurswet art. 11)",))
ELSEWHERE = Source("bedragen uit andere bronnen", "kolom bron van bekostigingsparameter", None, (None,))
# what each column of a view is, by the columns that it comes from; one of no column the view counts or names itself
COLUMNS_OF_VIEWS = """
    select c.table_name, c.column_name, case
        when count(h.kolom) = 0 then 'Worked out by the view, as its own comment tells'
        when count(h.kolom) = 1
            then 'From ' || any_value(h.uit_tabel || '.' || h.uit_kolom) || coalesce(': ' || any_value(o.comment), '')
        else 'From ' || string_agg(h.uit_tabel || '.' || h.uit_kolom, ', ' order by h.uit_tabel, h.uit_kolom)
    end as words
    from duckdb_columns() c
    join duckdb_views() v on v.view_name = c.table_name and not v.internal
    left join herkomst_kolom h on h.tabel = c.table_name and h.kolom = c.column_name
    left join duckdb_columns() o on o.table_name = h.uit_tabel and o.column_name = h.uit_kolom
    group by all
    order by all
"""


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


class Filling:
    """The DuckDB file of a release while it is filled, table by table, in a new folder below ``folder`` that no reader sees."""

    def __init__(self, contracts: Mapping[str, Contract], folder: Path, *, fictitious: bool) -> None:
        self._contracts, self._note = contracts, FICTITIOUS if fictitious else ""
        self._contents: dict[str, str] = {}
        self.place = Workplace(folder, BUILDING)
        try:
            self._database = duckdb.connect(str(self.place.path / DUCKDB_FILE), config=SETTINGS)
            self._database.execute(COMPRESSION)
        except BaseException:
            self.place.clear()
            raise

    def add(self, stored: Stored, file: Path) -> None:
        """Put a table in, from its Parquet file, unless it is in with the same rows."""
        if self._contents.get(stored.table) == stored.content:
            return
        self._database.begin()
        if stored.table in self._contents:
            self._database.execute(f"drop table {stored.table}")
        _fill(self._database, self._contracts[stored.table], stored.rows, file, self._note)
        self._database.commit()  # writes it: most of what a table takes, and no more for each by itself than for all at the end
        self._contents[stored.table] = stored.content

    def finish(self, questions: Sequence[Question]) -> None:
        """Put the questions in, which read the tables, and close the file."""
        self._database.begin()
        for question in questions:
            self._database.execute(question.sql)
            self._database.execute(question.comment)
        for view, column, words in self._database.execute(COLUMNS_OF_VIEWS).fetchall():
            self._database.execute(f'comment on column {view}."{column}" is {quoted(words)}')
        self._database.commit()
        self._database.close()

    def clear(self) -> None:
        """Remove what was written."""
        with suppress(duckdb.Error):  # a full disk is no reason to leave more on it
            self._database.close()
        self.place.clear()


def draft(
    tables: Mapping[str, tuple[Stored, Path]], contracts: Mapping[str, Contract], questions: Sequence[Question], filling: Filling,
    build: BuildInfo,
) -> Draft:  # fmt: skip
    """Write a release of these tables (each with its file) where its DuckDB file is filled, and verify it. Leaves nothing behind
    when it fails.

    The Parquet files are the tables' own: linked where that can be, else copied.
    """
    path = filling.place.path
    try:
        for table, (stored, file) in tables.items():
            _place(file, path / f"{table}.parquet")
            filling.add(stored, file)
        sources = _sources(path / "bron.parquet")
        resources = [
            table_resource(
                path, path / f"{table}.parquet", contracts[table], stored.rows,
                [*(sources[each] for each in build.datasets[table] if each in sources), *_own(path, table)],
            )
            for table, (stored, _) in tables.items()
        ]  # fmt: skip
        filling.finish(questions)
        resources.append(file_resource(path, path / DUCKDB_FILE, "duckdb", "All tables in one DuckDB file"))
        resources.append(file_resource(path, feed.write_feed(path, build), "wijzigingen-atom", feed.TITLE))
        content = content_hash(tables, questions)
        name = f"{day_of(build.created):%Y.%m.%d}-{content}"
        whole = {**package(resources, list(sources.values()), name, build), CONTENT: content}
        made = Draft(filling.place, name, content, whole, describe(path, whole))
        verify(path)
    except BaseException:
        filling.clear()
        raise
    return made


def content_hash(tables: Mapping[str, tuple[Stored, Path]], questions: Sequence[Question]) -> str:
    """Return what a release holds as a hash: the rows of every table but ``bron`` (which holds times of retrieval), the hashes
    and terms of the files that were read, and the questions (views and macros of the DuckDB file). A file that was refused adds
    nothing: a bad day of a registry, whose last good file is used, makes no release."""
    file = parquet(tables["bron"][1])
    with duckdb.connect() as connection:
        files = connection.execute(
            f"select sha256, dataset, licentie from {file} where status = 'gelezen' order by all"
        ).fetchall()
    parts = [f"{table} {stored.content}" for table, (stored, _) in tables.items() if table != "bron"]
    parts += [repr(files), *(each.sql for each in questions)]
    return hash_of(parts)[:12]


def _place(file: Path, target: Path) -> None:
    """Link a file, or copy it where it lies on another file system or is another user's, whose mode is theirs to set."""
    with suppress(OSError):
        if file.stat().st_uid == os.geteuid():
            os.link(file, target)
            return
    shutil.copyfile(file, target)


def _sources(bron: Path) -> dict[str, Source]:
    """The datasets of which files were read."""
    with duckdb.connect() as connection:
        used = connection.execute(
            "select dataset, any_value(uitgever), any_value(url), list_sort(list(distinct coalesce(licentie, ''))) "
            f"from {parquet(bron)} where status = 'gelezen' group by dataset order by dataset"
        ).fetchall()
    return {
        dataset: Source(dataset, publisher, url, tuple(licence or None for licence in licences))
        for dataset, publisher, url, licences in used
    }


def _own(folder: Path, table: str) -> list[Source]:
    """What a table holds that no registry gave: norm amounts from texts of law or from elsewhere, and words about the code."""
    if table == "herkomst_kolom":
        return [Source("queries", "passend-onderwijs", None, ("MIT",))]
    if table != "bekostigingsparameter":
        return []
    with duckdb.connect() as connection:
        read = connection.execute(
            "select distinct starts_with(status, 'secondary') as elders "
            f"from {parquet(folder / f'{table}.parquet')} where status is not null order by elders"
        ).fetchall()
    return [ELSEWHERE if elsewhere else LAW for (elsewhere,) in read]


def _fill(database: duckdb.DuckDBPyConnection, contract: Contract, rows: int, file: Path, note: str) -> None:
    """Write one table, as its Parquet file has it."""
    database.execute(contract.ddl(rows=rows))
    database.execute(f"insert into {contract.table} by name from {parquet(file)}")
    for comment in contract.comments(note=note):
        database.execute(comment)
