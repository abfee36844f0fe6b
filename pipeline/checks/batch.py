"""From a table in a database to a batch for Great Expectations.

Belongs here: which columns a table's checks read, and reading them. Does not belong here: where the database gets the table from
(process), counting in SQL (counts) and carrying checks out (validation).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from pipeline.contracts.contract import Contract
from pipeline.contracts.expectations import EMPTY, Expectation, Refers, expectations_of
from pipeline.sql import column_list

if TYPE_CHECKING:
    import pandas as pd


class Batch(NamedTuple):
    """One table for validation: the columns that its checks read, and the keys that identify a row."""

    table: str
    frame: pd.DataFrame
    expectations: Sequence[Expectation]
    keys: list[str]


def make_batch(connection: duckdb.DuckDBPyConnection, contract: Contract, checks: Sequence[Expectation] | None = None) -> Batch:
    """Read the columns that a table's checks need: its own, and for each reference what was found in the other table.

    ``checks`` are those to carry out; left out, all of the contract.
    """
    expectations = expectations_of(contract) if checks is None else list(checks)
    # codes recur: each is held once, unless it is compared with that of another column, which categories do not allow
    compared = {each.kwargs[side] for each in expectations for side in ("column_A", "column_B") if side in each.kwargs}
    recurring = [each.name for each in contract.fields if each.type == "string" and each.name not in compared]
    rows = connection.sql(rows_of(contract, expectations)).to_arrow_table()
    frame = rows.to_pandas(date_as_object=False, categories=recurring, self_destruct=True)
    return Batch(contract.table, frame, expectations, list(contract.primary_key))


def rows_of(contract: Contract, expectations: Sequence[Expectation]) -> str:
    """Return a query for the columns that checks read, and the keys of a row."""
    wanted = {*contract.primary_key, *(name for each in expectations for name in each.columns(contract))}
    selected = [f't."{each.name}"' for each in contract.fields if each.name in wanted and each.type != "array"]
    if any(each.kwargs.get("column") == EMPTY for each in expectations):
        empty = ", ".join(f"case when t.\"{name}\" is null then '{name}' end" for name in contract.required)
        selected.append(f"nullif(concat_ws(', ', {empty}), '') as {EMPTY}")
    joins = []
    for number, each in enumerate(expectations):
        if each.reference is None:
            continue
        value, join = _found(f"r{number}", each.reference)
        selected.append(f'{value} as "{each.kwargs["column_B"]}"')
        joins.append(join)
    return f"select {', '.join(selected) or '1 as rij'} from {contract.table} t {' '.join(joins)}"


def _found(alias: str, reference: Refers) -> tuple[str, str]:
    """Return what was found of the first column in the other table, and the join that finds it.

    A row that lacks one of several columns refers to nothing, as in SQL: what it has of the first counts as found.
    """
    (first, its), *others = reference.pairs
    wanted = column_list(theirs for _, theirs in reference.pairs)
    where = " and ".join(f'{alias}."{theirs}" = t."{own}"' for own, theirs in reference.pairs)
    join = f"left join (select distinct {wanted} from {reference.table}) {alias} on {where}"
    value = f'{alias}."{its}"'
    if others:
        lacks = " or ".join(f't."{own}" is null' for own, _ in others)
        value = f'case when {lacks} then t."{first}" else {value} end'
    return value, join
