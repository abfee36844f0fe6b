"""Questions to the current release, from a shell or a script.

Belongs here: one read-only query and its answer in a few formats. Does not belong here: showing it (cli).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from pipeline.errors import SettingsError
from pipeline.releases.release import current, opened


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
        return (
            list(zip(*(column.to_pylist() for column in self.table.slice(0, limit).columns), strict=True)) if self.columns else []
        )

    def records(self) -> list[dict[str, Any]]:
        """Rows as JSON can hold them: money as text, so that it stays exact; dates in ISO form."""
        return [{k: str(v) if isinstance(v, Decimal) else v for k, v in row.items()} for row in self.table.to_pylist()]

    def write_csv(self, target: BinaryIO) -> None:
        """Comma-separated values with a header; a list, struct or map is written as JSON in its cell."""
        flat = self.table
        for index, each in enumerate(self.table.schema):
            if pa.types.is_nested(each.type):
                cells = [None if value is None else _json(value) for value in self.table.column(index).to_pylist()]
                flat = flat.set_column(index, each.name, pa.array(cells, pa.string()))
        pacsv.write_csv(flat, target)

    def write_parquet(self, target: BinaryIO) -> None:
        sink = pa.BufferOutputStream()
        pq.write_table(self.table, sink, compression="zstd")
        target.write(sink.getvalue())


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
    """Return the answer of an open database to a query. Raises SettingsError that names the ``source``."""
    try:
        return Answer(connection.sql(sql).to_arrow_table())
    except (duckdb.Error, AttributeError) as error:
        reason = str(error) if isinstance(error, duckdb.Error) else "it returns no rows"
        raise SettingsError(f"the query cannot be answered by {source}: {reason}") from error
