"""Questions to the current release, from a shell or a script.

Belongs here: one read-only query and its answer in a few formats. Does not belong here: showing it (cli).

Every format has a name for each column and a value for each cell: of columns with one name the later ones get a number, and a
type that Arrow, JSON or CSV has no place for is text, as DuckDB writes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from pipeline.errors import SettingsError
from pipeline.releases.release import current, opened
from pipeline.sql import column

# types that Arrow has a type for, and Python and Parquet a value
PLAIN = {
    "boolean", "tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger", "ubigint", "float",
    "double", "decimal", "varchar", "uuid", "date", "time", "timestamp", "timestamp_s", "timestamp_ms", "sqlnull",
    "timestamp with time zone",
}  # fmt: skip
NESTED = {"list", "array", "struct", "map"}
# what Python can count in: days and seconds since 1970 from year 1 up to 9999
DAYS = (-719_162, 2_932_896)
PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


@dataclass(frozen=True)
class Answer:
    """Rows of a query, as Arrow."""

    table: pa.Table

    @property
    def columns(self) -> list[str]:
        return list(self.table.column_names)

    @property
    def count(self) -> int:
        return int(self.table.num_rows)

    def rows(self, limit: int) -> list[tuple[Any, ...]]:
        columns = [column.to_pylist() for column in self._readable.slice(0, limit).columns]
        return list(zip(*columns, strict=True)) if columns else []

    def records(self) -> list[dict[str, Any]]:
        """Return rows as JSON can hold them: money as text, so that it stays exact; dates in ISO form; no number as null."""
        return [{name: _plain(value) for name, value in row.items()} for row in self._readable.to_pylist()]

    def write_csv(self, target: BinaryIO) -> None:
        """Write comma-separated values with a header; a list, struct or map is JSON in its cell."""
        pacsv.write_csv(self.flat(), target)

    def flat(self) -> pa.Table:
        """Return the table as a CSV can hold it: a list, struct or map is JSON in its cell."""
        flat = self._readable
        for index, each in enumerate(flat.schema):
            if pa.types.is_nested(each.type):
                cells = [None if value is None else _json(_plain(value)) for value in flat.column(index).to_pylist()]
                flat = flat.set_column(index, each.name, pa.array(cells, pa.string()))
        return flat

    @cached_property
    def _readable(self) -> pa.Table:
        """The table, with text in place of bytes and of days that no calendar of Python has."""
        table = self.table
        for index, field in enumerate(table.schema):
            if pa.types.is_binary(field.type) or not _in_calendar(table.column(index)):
                table = table.set_column(index, field.name, _as_text(table.column(index)))
        return table

    def write_parquet(self, target: BinaryIO) -> None:
        sink = pa.BufferOutputStream()
        pq.write_table(self.table, sink, compression="zstd")
        target.write(sink.getvalue())


def _in_calendar(column: pa.ChunkedArray) -> bool:
    """Whether Python has a date for every day or moment of a column; of another type it has."""
    kind = column.type
    if pa.types.is_nested(kind):
        try:
            column.to_pylist()
        except (OverflowError, ValueError):
            return False
        return True
    if pa.types.is_date32(kind):
        low, high = DAYS
    elif pa.types.is_timestamp(kind):
        low, high = (each * 86_400 * PER_SECOND[kind.unit] for each in DAYS)
    else:
        return True
    ends = pc.min_max(column.cast(pa.int32() if pa.types.is_date32(kind) else pa.int64())).as_py()
    return ends["min"] is None or bool(low <= ends["min"] and ends["max"] <= high)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as DuckDB writes it."""
    with duckdb.connect() as connection:
        found = connection.from_arrow(pa.table({"x": column})).project("x::varchar as x").to_arrow_table()
    return found.column(0)


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it, with what is in it. JSON has no word for a number that is none, or is infinite."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return int(value) if value.as_tuple().exponent == 0 else str(value)
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def ask(releases: Path, sql: str) -> Answer:
    """Return the answer of the current release to a query. Raises SettingsError for a query that cannot be answered."""
    release = current(releases)
    with opened(release.path) as connection:
        # a question reads the release and nothing else: no files, no network, no extensions
        connection.execute("set enable_external_access = false; set lock_configuration = true")
        return answer(connection, sql, release.path.name)


def answer(connection: duckdb.DuckDBPyConnection, sql: str, source: str) -> Answer:
    """Return the answer of an open database to a query, before which statements without an answer may stand.

    Raises SettingsError that names the ``source``.
    """
    try:
        *before, last = [each.query for each in connection.extract_statements(sql)] or [""]
        for each in before:
            if connection.query(each) is not None:
                raise SettingsError("the text holds more than one query, and there is one answer; ask them one at a time")
        relation = connection.query(last)
        if relation is None:
            raise SettingsError(f"the query cannot be answered by {source}: it returns no rows")
        names = list(_named_once(relation.columns))
        return Answer(_of_plain_types(relation, names).to_arrow_table().rename_columns(names))
    except duckdb.Error as error:
        raise SettingsError(f"the query cannot be answered by {source}: {error}") from error


def _named_once(names: Sequence[str]) -> Iterator[str]:
    """Yield a name for each column: of those with one name, in capitals or not, the second is ``name_2``, and so on."""
    taken, given = {each.lower() for each in names}, set()
    for name in names:
        own, number = name, 1
        while own.lower() in given or (number > 1 and own.lower() in taken):
            number += 1
            own = f"{name}_{number}"
        given.add(own.lower())
        yield own


def _of_plain_types(relation: duckdb.DuckDBPyRelation, names: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """Return a query with text in place of values that Arrow has no type for, or Python no value."""
    quoted = [column(each) for each in names]
    columns = [
        each if kind.id == "blob" or _is_plain(kind) else f"{each}::varchar as {each}"
        for each, kind in zip(quoted, relation.types, strict=True)
    ]
    if columns == quoted:
        return relation
    return relation.query("antwoord", f"select {', '.join(columns)} from antwoord as antwoord({', '.join(quoted)})")


def _is_plain(kind: Any) -> bool:
    if kind.id in NESTED:
        return all(_is_plain(each) for name, each in kind.children if name != "size")
    return kind.id in PLAIN
