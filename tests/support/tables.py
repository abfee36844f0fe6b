"""The project's own queries on a few made-up rows: what goes in is written in a test, what comes out is asserted there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from assets.project import MODELS
from pipeline.contracts.contract import Contract, load_contracts
from pipeline.curated.models import Model, load_models
from pipeline.run.session import REFERENCE

Rows = Sequence[Mapping[str, Any]]
CONTRACTS = {**load_contracts("staging"), **load_contracts("curated")}


@cache
def _models():
    return load_models(MODELS, load_contracts("curated"), load_contracts("staging"))


def curate(wanted: str, /, **tables: Rows) -> list[dict[str, Any]]:
    """The rows of a curated table in key order, made from the ``tables`` that are given; every other registry is empty."""
    with duckdb.connect() as database:
        database.execute("set python_enable_replacements = false; create schema intern; create schema referentie")
        for contract in CONTRACTS.values():
            database.execute(contract.ddl())
        for path in REFERENCE:
            database.execute(f"create table referentie.{path.stem} as from read_csv('{path}', all_varchar = true)")
        for name, rows in tables.items():
            insert(database, CONTRACTS[name], rows)
        needed = _needed(wanted, tables)
        for name, model in _models().items():
            if name in needed:
                database.register("made", _made(database, model))
                database.execute(f"insert into {name} by name from made")
        contract = CONTRACTS[wanted]
        order = ", ".join(contract.primary_key)
        return (
            database.execute(f"select {', '.join(contract.columns)} from {wanted} order by {order}").to_arrow_table().to_pylist()
        )


def _made(database: duckdb.DuckDBPyConnection, model: Model) -> pa.Table:
    rows, apply = database.sql(model.sql).to_arrow_table(), model.apply()
    schema = CONTRACTS[model.table].arrow_schema
    return pa.Table.from_pandas(apply(rows.to_pandas()), schema(), preserve_index=False) if apply else rows


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
    models, found, waiting = _models(), set[str](), [wanted]
    while waiting:
        if (each := waiting.pop()) in models and each not in given and each not in found:
            found.add(each)
            waiting += models[each].depends
    return found
