"""From files to a file: the query of one curated table, carried out on the Parquet of the tables that it reads.

Belongs here: one table, as a function of paths. Does not belong here: where files lie and what they are named by (run).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.code import version_of
from pipeline.contracts.contract import Contract
from pipeline.curated import reference
from pipeline.curated.models import BOOKKEEPING, Model
from pipeline.errors import ReadError
from pipeline.hashing import hash_of
from pipeline.sql import quoted
from pipeline.store.engine import Engine, show

ROW_GROUP = 122_880


@dataclass(frozen=True)
class Input:
    """A table that a query reads: its name (``schema.table`` for the run's own), its files, and its DuckDB types by column."""

    name: str
    files: Sequence[Path]
    columns: Mapping[str, str]


def build(model: Model, contract: Contract, inputs: Sequence[Input], target: Path, engine: Engine) -> None:
    """Write the rows of a table to ``target``, in the order of its key.

    One thread and a fixed row group keep the bytes the same. Raises ReadError when the query does not give the columns of its
    contract.
    """
    with engine.connect() as connection:
        connection.execute(f"create schema {BOOKKEEPING}")
        reference.load(connection, model.reference)
        for each in inputs:
            show(connection, each.name, each.files, each.columns)
        for macro in model.macros:
            connection.execute(macro.sql)
        relation: Any = connection.sql(model.sql)
        if model.transform is None:
            _require_columns(contract, relation.columns)
            write(connection, contract, f"({model.sql})", target)
        else:
            # through Arrow: DuckDB's own way to pandas turns exact decimals into floats
            frame = model.transform(relation.to_arrow_table().to_pandas())
            _require_columns(contract, list(frame.columns))
            connection.register("transformed", pa.Table.from_pandas(frame, contract.arrow_schema(), preserve_index=False))
            write(connection, contract, "transformed", target)


def write(connection: duckdb.DuckDBPyConnection, contract: Contract, rows: str, target: Path) -> None:
    """Write what ``rows`` (a table or a query in brackets) gives as the Parquet file of a contract, in key order."""
    columns = ", ".join(f'"{each.name}"::{each.duckdb_type} as "{each.name}"' for each in contract.fields)
    order = ", ".join(contract.primary_key) or "all"
    words = ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in contract.parquet_metadata().items())
    connection.execute(
        f"copy (select {columns} from {rows} order by {order}) to {quoted(str(target))} "
        f"(format parquet, compression zstd, row_group_size {ROW_GROUP}, kv_metadata {{{words}}})"
    )


def recipe(model: Model, contract: Contract) -> str:
    """Return a hash of what makes a table of the files that it reads: query, macros, contract, code, reference files, engine."""
    parts = [
        model.sql, contract.ddl(), repr(contract.primary_key), repr(sorted(contract.parquet_metadata().items())),
        version_of(__name__), model.transform.version if model.transform else "",
        *(each.body for each in model.macros), *(f"{each} {reference.digest(each)}" for each in sorted(model.reference)),
        duckdb.__version__,
    ]  # fmt: skip
    return hash_of(parts)


def _require_columns(contract: Contract, columns: Sequence[str]) -> None:
    if set(columns) != set(contract.columns):
        raise ReadError(
            f"{contract.table}.sql does not give the columns of its contract. "
            f"Missing: {', '.join(sorted(set(contract.columns) - set(columns))) or 'none'}. "
            f"Unknown: {', '.join(sorted(set(columns) - set(contract.columns))) or 'none'}"
        )
