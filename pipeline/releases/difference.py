"""What differs between two releases: rows per table by their key, and schools in the words of those who run them.

Belongs here: comparing the Parquet of two release folders. Does not belong here: how much may differ (limits) and how it
is shown (cli, assets).

Everything is compared as sets, in DuckDB. Table and column names in its queries are those of the contracts; what stands in
a release is only ever data. Tables of which both releases hold the same bytes are not read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import duckdb

from pipeline.contracts.contract import Contract
from pipeline.releases.release import Release, resources

EXAMPLES = 20
LINKS = "vestiging_swv"
# a text without what a register writes differently from edition to edition
PLAIN = "lower(strip_accents(coalesce({side}.adres, '') || ' ' || coalesce({side}.postcode, '')))"

Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Example:
    """A row that was ``added``, ``removed`` or ``changed``: its key, and of a changed one each column as it was and is."""

    kind: str
    key: Row
    columns: Mapping[str, tuple[str | None, str | None]]


@dataclass(frozen=True)
class TableDifference:
    """One table: its rows before and after (None: the release does not have it), and what became of them.

    ``columns`` counts in how many of the changed rows each column differs; ``new_columns`` and ``gone_columns`` stand in
    one of the two only, and are not compared.
    """

    table: str
    before: int | None
    after: int | None
    added: int = 0
    removed: int = 0
    changed: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    new_columns: tuple[str, ...] = ()
    gone_columns: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def same(self) -> bool:
        moved = self.added or self.removed or self.changed or self.new_columns or self.gone_columns
        return not moved and self.before == self.after


@dataclass(frozen=True)
class Found:
    """How many schools something happened to, and up to twenty of them."""

    count: int
    examples: tuple[Row, ...]


@dataclass(frozen=True)
class Difference:
    """Two releases: what they are made from, every table, and what happened to the schools."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    tables: tuple[TableDifference, ...]
    schools: Mapping[str, Found]

    @property
    def other_world(self) -> bool:
        """Whether one of them is made up and the other is not, so that nearly everything differs."""
        return bool(self.before["fictitious"] != self.after["fictitious"])


def compare(before: Release, after: Release, contracts: Mapping[str, Contract]) -> Difference:
    """Everything that differs between two releases."""
    old, new = resources(before), resources(after)
    with both(before.path, after.path, contracts) as connection:
        tables = [
            _table(connection, contracts[table], old.get(table), new.get(table))
            for table in contracts if table in old or table in new
        ]  # fmt: skip
        gone = [TableDifference(table, old[table]["rows"], None) for table in old if table not in contracts and table not in new]
        schools = _schools(connection) if {"vestiging", LINKS} <= old.keys() & new.keys() else {}
    return Difference(before.description, after.description, (*tables, *gone), schools)


@contextmanager
def both(before: Path, after: Path, contracts: Collection[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in which ``oud_<table>`` and ``nieuw_<table>`` are the Parquet files of two releases, and ``oud_nu`` and
    ``nieuw_nu`` the links that hold on the day of each."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'; set enable_progress_bar = false; set python_enable_replacements = false")
        for side, folder in (("oud", before), ("nieuw", after)):
            for table in contracts:
                if (path := folder / f"{table}.parquet").is_file():
                    connection.from_parquet(str(path), hive_partitioning=False).create_view(f"{side}_{table}")
            if (folder / f"{LINKS}.parquet").is_file() and LINKS in contracts:
                links = connection.table(f"{side}_{LINKS}")
                # releases of before there was a day of the release took an open end for now
                links.filter("geldig" if "geldig" in links.columns else "geldig_tot is null").create_view(f"{side}_nu")
        yield connection


def relinked() -> str:
    """A query for the links that hold in both releases, and lead to another SWV."""
    return (
        "select o.vestigingscode, o.sector, v.naam, o.swv_code as van, n.swv_code as naar from oud_nu o "
        "join nieuw_nu n using (vestigingscode, sector) left join nieuw_vestiging v using (vestigingscode) "
        "where o.swv_code is distinct from n.swv_code"
    )


def _table(
    connection: duckdb.DuckDBPyConnection, contract: Contract, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> TableDifference:
    table = contract.table
    counts = (old["rows"] if old else None, new["rows"] if new else None)
    if old is None or new is None or old["hash"] == new["hash"]:
        return TableDifference(table, *counts)
    was, now = (connection.table(f"{side}_{table}").columns for side in ("oud", "nieuw"))
    apart = TableDifference(
        table, *counts,
        new_columns=tuple(each for each in now if each not in was), gone_columns=tuple(each for each in was if each not in now),
    )  # fmt: skip
    shared = [each for each in contract.columns if each in was and each in now]
    if not set(contract.primary_key) <= set(shared):  # another key: every row is another row
        return replace(apart, added=new["rows"], removed=old["rows"])
    removed = _found(connection, _missing(contract, "oud", "nieuw", shared))
    added = _found(connection, _missing(contract, "nieuw", "oud", shared))
    changed, differing, changes = _changed(connection, contract, [each for each in shared if each not in contract.primary_key])
    kinds = (("removed", removed), ("added", added))
    missing = ([Example(kind, row, {}) for row in each.examples] for kind, each in kinds)
    examples = chain.from_iterable(zip_longest(*missing, changes))
    return replace(
        apart, added=added.count, removed=removed.count, changed=changed, columns=differing,
        examples=tuple(each for each in examples if each is not None)[:EXAMPLES],
    )  # fmt: skip


def _missing(contract: Contract, side: str, other: str, shared: Collection[str]) -> str:
    key = list(contract.primary_key)
    shown = [*key, *(["naam"] if "naam" in shared and "naam" not in key else [])]
    return (
        f"select {', '.join(f'o.{each}' for each in shown)} from {side}_{contract.table} o "
        f"anti join {other}_{contract.table} n on {_same(key)}"
    )


def _changed(
    connection: duckdb.DuckDBPyConnection, contract: Contract, columns: Sequence[str]
) -> tuple[int, dict[str, int], list[Example]]:
    """Rows whose key stands in both releases with other values: how many, per column, and those that differ most."""
    if not columns:
        return 0, {}, []
    key, table = contract.primary_key, contract.table
    differs = [f'o."{each}" is distinct from n."{each}"' for each in columns]
    pairs = f"from oud_{table} o join nieuw_{table} n on {_same(key)} where {' or '.join(differs)}"
    counted = ", ".join(f"count(*) filter ({each})" for each in differs)
    count, *per_column = connection.execute(f"select count(*), {counted} {pairs}").fetchone() or (0,)
    if not count:
        return 0, {}, []
    texts = ", ".join(f'{side}."{each}"::varchar' for each in columns for side in ("o", "n"))
    most = " + ".join(f"({each})::int" for each in differs)
    keys = ", ".join(f"n.{each}" for each in key)
    rows = connection.execute(
        f"select {', '.join(f'n.{each}::varchar' for each in key)}, {texts} {pairs} order by {most} desc, {keys} limit {EXAMPLES}"
    ).fetchall()
    examples = []
    for row in rows:
        values = zip(columns, zip(*[iter(row[len(key) :])] * 2, strict=True), strict=True)
        examples.append(
            Example("changed", dict(zip(key, row, strict=False)), {name: pair for name, pair in values if pair[0] != pair[1]})
        )
    return count, {name: number for name, number in zip(columns, per_column, strict=True) if number}, examples


def _same(key: Iterable[str]) -> str:
    return " and ".join(f'o."{each}" is not distinct from n."{each}"' for each in key)


def _schools(connection: duckdb.DuckDBPyConnection) -> dict[str, Found]:
    """Locations that opened, closed and moved, and the links that lead to another SWV."""
    there = (
        "select {side}.vestigingscode, {side}.soort, {side}.naam, {side}.plaats from {own}_vestiging {side} "
        "anti join {other}_vestiging x using (vestigingscode)"
    )
    place = "concat_ws(' ', {side}.adres, {side}.postcode, {side}.plaats)"
    moved = (
        f"select n.vestigingscode, n.naam, {place.format(side='o')} as van, {place.format(side='n')} as naar "
        "from oud_vestiging o join nieuw_vestiging n using (vestigingscode) "
        f"where {PLAIN.format(side='o')} != {PLAIN.format(side='n')}"
    )
    queries = {
        "opened": there.format(side="n", own="nieuw", other="oud"),
        "closed": there.format(side="o", own="oud", other="nieuw"),
        "moved": moved,
        "relinked": relinked(),
    }
    return {what: _found(connection, query) for what, query in queries.items()}


def _found(connection: duckdb.DuckDBPyConnection, query: str) -> Found:
    """How many rows a query has, and the first twenty as text."""
    rows = connection.execute(f"select columns(*)::varchar, count(*) over () from ({query}) order by all limit {EXAMPLES}")
    names = [each[0] for each in rows.description or ()][:-1]
    found = rows.fetchall()
    return Found(found[0][-1] if found else 0, tuple(dict(zip(names, row, strict=False)) for row in found))
