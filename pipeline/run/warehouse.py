"""The working warehouse: one private DuckDB file with staging tables, curated tables and the run's own bookkeeping.

Belongs here: opening it as the only writer, storing tables whole, remembering from which version each was made.
Does not belong here: what tables mean (SQL, contracts) and what readers get (release).
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import duckdb
import pyarrow as pa

from pipeline.archive.archive import SourceFile
from pipeline.checks.validation import Outcome
from pipeline.contracts.contract import Contract
from pipeline.errors import BusyError, CheckError, ReadError, SettingsError
from pipeline.staging.reader import Read
from pipeline.store.engine import quoted

if TYPE_CHECKING:
    import pandas as pd

# One thread for a query: an index made by two takes longer than by one, what is written is the same every time, and the other
# core has another query or the checks. What awaits a checkpoint is held in memory: put off to the end of the run, it took
# 200 MB more.
SETTINGS = "set threads = 1; set checkpoint_threshold = '64MB'; set enable_progress_bar = false;"
# of each connection: queries see tables, never a Python variable that happens to have their name
OWN_SETTINGS = "set TimeZone = 'UTC'; set python_enable_replacements = false;"
MEMORY = "350MB"
BOOKKEEPING = """
create schema if not exists intern;
create table if not exists intern.stand (tabel varchar primary key, versie varchar, rijen bigint);
create table if not exists intern.controle (tabel varchar, volgorde integer, uitkomst json);
alter table intern.controle add column if not exists versie varchar;
create table if not exists intern.bestand (
    dataset varchar, sha256 varchar, bestand varchar, url varchar, uitgever varchar, licentie varchar, peildatum date,
    opgehaald_op timestamp with time zone, bytes bigint, status varchar, reden varchar, regels_gelezen bigint,
    regels_geladen bigint, regels_afgekeurd bigint);
create table if not exists intern.afgekeurd (
    dataset varchar, bron_sha256 varchar, bestand varchar, regel bigint, kolom varchar, waarde varchar, reden varchar);
create schema if not exists referentie;
"""


@dataclass(frozen=True)
class Reading:
    """Records of a dataset's files, and what became of them; files that were read and refused."""

    read: int
    loaded: int
    rejected: int
    files: int
    refused: int


class Warehouse:
    """One writer's connection. Use as a context manager; every change is a transaction.

    What is only asked has names of our own written into it, and no parameters: for those DuckDB imports pandas, which is a tenth
    of a run in which nothing changed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._beside: list[duckdb.DuckDBPyConnection] = []

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.connection = duckdb.connect(str(self.path))
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise CheckError(
                    f"{self.path} cannot be opened as a DuckDB file: {error}. All of it can be made "
                    "again from the archive: remove it and run again; releases stand"
                ) from error
            raise BusyError(
                f"another run is at work in {self.path.parent} (it holds {self.path.name}); wait until it has ended, "
                "or give this run its own --data-dir"
            ) from error
        self.connection.execute(SETTINGS + OWN_SETTINGS)
        # beyond this DuckDB sets aside on disk: on the largest tables that takes no longer, and halves the memory of a run
        self.connection.execute(f"set memory_limit = '{MEMORY}'")
        self.connection.execute(BOOKKEEPING)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.connection.close()

    @contextmanager
    def beside(self) -> Iterator[Self]:
        """The same open warehouse for another thread."""
        other = copy(self)
        with self.connection.cursor() as other.connection:
            self._beside.append(other.connection)
            try:
                other.connection.execute(OWN_SETTINGS)
                yield other
            finally:
                self._beside.remove(other.connection)

    @contextmanager
    def transaction(self) -> Any:
        self.connection.begin()
        try:
            yield self.connection
        except BaseException:
            self.connection.interrupt()
            self.connection.rollback()
            raise
        self.connection.commit()

    def stop(self) -> None:
        """End what is being asked, here and beside: a query that Ctrl-C cut off goes on, and what is asked next waits for it."""
        for connection in (self.connection, *self._beside):
            connection.interrupt()

    def versions(self) -> dict[str, str]:
        """The version each table was made from, by table."""
        return dict(self.connection.execute("select tabel, versie from intern.stand").fetchall())

    def checked(self) -> dict[str, str]:
        """By table, the version of what its checks looked at when they were last carried out."""
        return dict(self.connection.execute("select distinct tabel, coalesce(versie, '') from intern.controle").fetchall())

    def rows(self, table: str) -> int:
        (count,) = self.connection.execute(
            f"select coalesce(max(rijen), 0) from intern.stand where tabel = {quoted(table)}"
        ).fetchone() or (0,)
        return int(count)

    def reading(self, dataset: str) -> Reading:
        """How the last reading of a dataset ended, over all its files."""
        found = self.connection.execute(
            "select coalesce(sum(regels_gelezen), 0)::bigint, coalesce(sum(regels_geladen), 0)::bigint, "
            "coalesce(sum(regels_afgekeurd), 0)::bigint, count(*) filter (status = 'gelezen'), "
            f"count(*) filter (status != 'gelezen') from intern.bestand where dataset = {quoted(dataset)}"
        ).fetchone()
        return Reading(*map(int, found or (0, 0, 0, 0, 0)))

    def unread(self, dataset: str) -> list[tuple[str, str]]:
        """Files of a dataset that were not used, each with the reason."""
        found = self.connection.execute(
            "select bestand, coalesce(reden, '') from intern.bestand "
            f"where dataset = {quoted(dataset)} and status != 'gelezen' order by bestand"
        )
        return [(str(file), str(reason)) for file, reason in found.fetchall()]

    def head(self, contract: Contract, rows: int) -> list[tuple[Any, ...]]:
        """The first rows of a table in key order, with the columns of its contract."""
        columns, order = ", ".join(contract.columns), ", ".join(contract.primary_key) or "all"
        return self.connection.execute(f"select {columns} from {contract.table} order by {order} limit {rows}").fetchall()

    def counts(self, table: str, column: str) -> list[tuple[str, int]]:
        """How often each value of a column occurs, most frequent first; no value shows as a dash."""
        found = self.connection.execute(f"select coalesce({column}, '-'), count(*) from {table} group by all order by 2 desc, 1")
        return [(str(value), int(count)) for value, count in found.fetchall()]

    def links(self) -> list[tuple[str, str, int]]:
        """How many links each method gives now, per sector, in order of precedence; a dash stands for no link."""
        found = self.connection.execute(
            "select sector, coalesce(methode, '-'), count(*) from vestiging_swv where geldig_tot is null "
            "group by sector, methode "
            "order by sector, methode is null, 3 desc"
        )
        return [(str(sector), str(method), int(count)) for sector, method, count in found.fetchall()]

    def ensure(self, contracts: Iterable[Contract]) -> None:
        """Create the tables that do not exist yet, empty, and drop those that no contract describes any more."""
        contracts = list(contracts)
        have = {
            name
            for (name,) in self.connection.execute("select table_name from duckdb_tables() where schema_name = 'main'").fetchall()
        }
        for contract in contracts:
            if contract.table not in have:
                self.connection.execute(contract.ddl())
        for table in have - {contract.table for contract in contracts}:
            self.connection.execute(f'drop table "{table}"')
            self.connection.execute("delete from intern.stand where tabel = ?", [table])

    def load(self, contract: Contract, dataset: str, read: Read, files: Sequence[SourceFile], version: str) -> None:
        """Replace a staging table, its rejected rows and what is known of its files, all or nothing.

        Loaded rows are counted in the table itself and must, with the rejected ones, make up what was read.
        """
        names: dict[str, str] = {}
        for file in files:
            # bytes are what identifies a file: several that hold the same are one, under all their names
            names[file.sha256] = f"{names[file.sha256]}; {file.name}" if file.sha256 in names else file.name
        with self.transaction() as connection:
            connection.execute(contract.ddl())
            self._insert(contract.table, read.rows)
            connection.execute("delete from intern.afgekeurd where dataset = ?", [dataset])
            connection.execute("delete from intern.bestand where dataset = ?", [dataset])
            rejects = read.rejects.append_column("dataset", pa.repeat(dataset, read.rejects.num_rows))
            bestand = pa.array([names.get(each, "") for each in rejects["bron_sha256"].to_pylist()], pa.string())
            self._insert("intern.afgekeurd", rejects.append_column("bestand", bestand))
            loaded = dict(connection.execute(f"select bron_sha256, count(*) from {contract.table} group by all").fetchall())
            rejected = dict(connection.execute(
                "select bron_sha256, count(distinct regel) from intern.afgekeurd where dataset = ? group by all", [dataset]
            ).fetchall())  # fmt: skip
            self._insert("intern.bestand", pa.Table.from_pylist([
                {
                    "dataset": dataset, "sha256": file.sha256, "bestand": names[file.sha256], "url": file.url,
                    "uitgever": file.publisher, "licentie": file.licence, "peildatum": file.peildatum,
                    "opgehaald_op": file.fetched_at, "bytes": file.bytes,
                    "status": "gelezen" if file.sha256 in read.records else "geweigerd",
                    "reden": file.reason or read.refused.get(file.sha256),
                    "regels_gelezen": read.records.get(file.sha256, 0), "regels_geladen": loaded.get(file.sha256, 0),
                    "regels_afgekeurd": rejected.get(file.sha256, 0),
                }
                for file in {file.sha256: file for file in files}.values()
            ], schema=_FILES))  # fmt: skip
            self._stand(contract.table, version)

    def build(
        self, contract: Contract, sql: str, version: str, apply: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    ) -> None:
        """Replace a curated table with the result of its query, passed through ``apply`` when it has one.

        Raises ReadError when the columns are not those of the contract.
        """
        with self.transaction() as connection:
            relation: Any = connection.sql(sql)
            # through Arrow: DuckDB's own way to pandas turns exact decimals into floats
            frame = apply(relation.to_arrow_table().to_pandas()) if apply else None
            columns = list(frame.columns) if frame is not None else relation.columns
            if set(columns) != set(contract.columns):
                raise ReadError(
                    f"{contract.table}.sql does not give the columns of its contract. "
                    f"Missing: {', '.join(sorted(set(contract.columns) - set(columns))) or 'none'}. "
                    f"Unknown: {', '.join(sorted(set(columns) - set(contract.columns))) or 'none'}"
                )
            building = f"{contract.table}_gebouwd"
            connection.execute(contract.ddl(name=building))
            if frame is not None:
                self._insert(building, pa.Table.from_pandas(frame, contract.arrow_schema(), preserve_index=False))
            else:
                connection.execute(f"insert into {building} by name ({sql})")
            # the query may read the table's previous edition, so it is replaced only now
            connection.execute(f"drop table if exists {contract.table}; alter table {building} rename to {contract.table}")
            self._stand(contract.table, version)

    def clear(self, contract: Contract, dataset: str, version: str) -> None:
        """Empty a staging table whose registry gave no usable file."""
        with self.transaction() as connection:
            connection.execute(contract.ddl())
            for table in ("afgekeurd", "bestand"):
                connection.execute(f"delete from intern.{table} where dataset = ?", [dataset])
            self._stand(contract.table, version)

    def load_reference(self, files: Iterable[Path]) -> None:
        """Put the project's own reference files in schema ``referentie``, every column as text; SQL gives them types.

        Raises SettingsError for a file that is no table, with the line where it breaks. Files that are in it already are left.
        """
        files = list(files)
        digest = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()
        if self.versions().get("referentie") == digest:
            return
        for path in files:
            self.connection.execute(f"drop table if exists referentie.{path.stem}")
            self.connection.register("reference", _reference(path))
            self.connection.execute(f"create table referentie.{path.stem} as select * from reference")
            self.connection.unregister("reference")
        self.connection.execute("insert or replace into intern.stand values ('referentie', ?, null)", [digest])

    def store_outcomes(self, table: str, outcomes: Sequence[Outcome], version: str) -> None:
        """Keep what the checks of a table found; ``version`` is of what they looked at."""
        with self.transaction() as connection:
            connection.execute("delete from intern.controle where tabel = ?", [table])
            found = [json.dumps(each.as_dict()) for each in outcomes]
            connection.execute(
                "insert into intern.controle (tabel, volgorde, uitkomst, versie) "
                "select $tabel, generate_subscripts($uitkomsten::varchar[], 1), unnest($uitkomsten::varchar[]), $versie",
                {"tabel": table, "uitkomsten": found, "versie": version},
            )

    def outcomes(self, table: str) -> list[Outcome]:
        """What the checks of a table found when it was last made; empty when it has not been checked since."""
        found = self.connection.execute(f"select uitkomst from intern.controle where tabel = {quoted(table)} order by volgorde")
        stored = [json.loads(text) for (text,) in found.fetchall()]
        return [Outcome(**{**each, "examples": tuple(each["examples"])}) for each in stored]

    def _stand(self, table: str, version: str) -> None:
        (count,) = self.connection.execute(f"select count(*) from {table}").fetchone() or (0,)
        self.connection.execute("insert or replace into intern.stand values (?, ?, ?)", [table, version, count])
        self.connection.execute("delete from intern.controle where tabel = ?", [table])

    def _insert(self, table: str, rows: pa.Table) -> None:
        self.connection.register("rows_to_insert", rows)
        try:
            self.connection.execute(f"insert into {table} by name select * from rows_to_insert")
        finally:
            self.connection.unregister("rows_to_insert")


def _reference(path: Path) -> pa.Table:
    """A reference file as text: an empty cell is null, blank lines are left out, a row may leave out its last cells."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        rows = []
        try:
            for row in filter(None, reader):
                rows.append(row)
                if len(row) > len(rows[0]) or len(rows[0]) == 1:
                    raise csv.Error(f"{len(row)} cells under {len(rows[0])} columns")
        except (csv.Error, UnicodeDecodeError) as error:
            raise SettingsError(
                f"reference file {path.name}, line {reader.line_num}: {error}; cells are divided by commas, "
                'and a text with a comma in it stands in quotes: "art 19, lid 1"'
            ) from error
    header, *records = rows
    padded = [[*(cell or None for cell in row), *[None] * (len(header) - len(row))] for row in records]
    return pa.table({name: pa.array([row[i] for row in padded], pa.string()) for i, name in enumerate(header)})


_FILES = pa.schema(
    [(name, pa.string()) for name in ("dataset", "sha256", "bestand", "url", "uitgever", "licentie", "peildatum", "opgehaald_op")]
    + [("bytes", pa.int64()), ("status", pa.string()), ("reden", pa.string())]
    + [(name, pa.int64()) for name in ("regels_gelezen", "regels_geladen", "regels_afgekeurd")]
)
