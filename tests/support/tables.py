"""The project's own queries on a few made-up rows: what goes in is written in a test, what comes out is asserted there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.contracts.contract import Contract
from pipeline.contracts.expectations import expectations_of
from tests.support.database import CONTRACTS, empty, make, models

Rows = Sequence[Mapping[str, Any]]


def curate(wanted: str, /, **tables: Rows) -> list[dict[str, Any]]:
    """The rows of a curated table in key order, made from the ``tables`` that are given; every other registry is empty."""
    with empty() as database:
        for name, rows in tables.items():
            insert(database, CONTRACTS[name], rows)
        needed = _needed(wanted, tables)
        for name in models():
            if name in needed:
                make(database, name)
        contract = CONTRACTS[wanted]
        order = ", ".join(contract.primary_key)
        return (
            database.execute(f"select {', '.join(contract.columns)} from {wanted} order by {order}").to_arrow_table().to_pylist()
        )


def insert(database: duckdb.DuckDBPyConnection, contract: Contract, rows: Rows) -> None:
    """Put rows in a table; of a staging table each is a record of the same file unless it says otherwise."""
    if not rows:
        return
    if contract.layer == "staging":
        rows = [{"bron_sha256": "0" * 64, "bron_regel": number, **row} for number, row in enumerate(rows, 2)]
    names = {name for row in rows for name in row}
    assert names <= set(contract.columns), names - set(contract.columns)
    database.register("rows_of_a_test", pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows]))
    database.execute(f"insert into {contract.table} by name select * from rows_of_a_test")
    database.unregister("rows_of_a_test")


def counts(**numbers: int | tuple[int, int]) -> list[dict[str, Any]]:
    """Pupils under several headings of one record: ``counts(_4=12, jonger=(1, 4))``."""
    return [
        {"kop": name.lstrip("_"), "ondergrens": low, "bovengrens": high}
        for name, number in numbers.items()
        for low, high in [number if isinstance(number, tuple) else (number, number)]
    ]


def _needed(wanted: str, given: Mapping[str, Rows]) -> set[str]:
    found, waiting = set[str](), [wanted]
    while waiting:
        if (each := waiting.pop()) in models() and each not in given and each not in found:
            found.add(each)
            waiting += models()[each].depends
    return found


def make_references(database: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Make the tables that the checks of a contract refer to, with the columns that they look for, and no rows."""
    wanted: dict[str, set[str]] = {}
    for each in expectations_of(contract):
        if each.reference:
            wanted.setdefault(each.reference.table, set()).update(theirs for _, theirs in each.reference.pairs)
    for table, columns in wanted.items():
        database.execute(f"create table if not exists {table} ({', '.join(f'{name} varchar' for name in sorted(columns))})")
