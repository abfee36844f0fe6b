"""A database in memory with every table of the project, empty; and the project's own queries carried out in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assets.project import MODELS
from pipeline.contracts.loading import load_contracts
from pipeline.curated import reference
from pipeline.curated.models import BOOKKEEPING, Model, load_models
from pipeline.curated.questions import Question, load_questions
from pipeline.run import bookkeeping

CONTRACTS = {**load_contracts("staging"), **load_contracts("curated")}
# a day on which the queries of a test stand, after everything that its rows say
DAY = "2026-08-01"


@cache
def models() -> dict[str, Model]:
    return load_models(MODELS, load_contracts("curated"), load_contracts("staging"))


@cache
def questions() -> Sequence[Question]:
    return load_questions(MODELS)


@contextmanager
def empty(folder: Path = reference.FOLDER) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a database with every table, empty, and the reference files of a folder."""
    with duckdb.connect() as database:
        database.execute("set python_enable_replacements = false; set timezone = 'UTC'")
        for contract in CONTRACTS.values():
            database.execute(contract.ddl())
        reference.load(database, reference.known(folder), folder)
        database.execute(f"create schema {BOOKKEEPING}")
        for name in bookkeeping.SCHEMAS:
            columns = ", ".join(f"{column} {kind}" for column, kind in bookkeeping.columns(name).items())
            database.execute(f"create table {BOOKKEEPING}.{name} ({columns})")
        database.execute(f"insert into {BOOKKEEPING}.dag values (date '{DAY}')")
        database.execute(f"insert into peildag values (date '{DAY}')")
        for each in questions():
            if each.kind != "view":
                database.execute(each.sql)
        yield database


def rows_made(database: duckdb.DuckDBPyConnection, table: str) -> pa.Table:
    """Return what the query of a table gives on what is in the database now."""
    model = models()[table]
    rows: Any = database.sql(model.sql).to_arrow_table()
    if model.transform is None:
        return rows
    return pa.Table.from_pandas(model.transform(rows.to_pandas()), CONTRACTS[table].arrow_schema(), preserve_index=False)


def make(database: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make a table from what is in the database now."""
    made = rows_made(database, table)
    database.register("rows_made", made)
    database.execute(f"delete from {table}; insert into {table} by name from rows_made")
    database.unregister("rows_made")
