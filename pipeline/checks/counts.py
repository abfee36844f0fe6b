"""How many rows of a table go against each of its checks, counted in one query.

Belongs here: kinds of checks as aggregates of SQL. Does not belong here: what a count means, and checks that cannot be counted
so, such as those on a condition (both: validation).

Great Expectations takes 5 ms for a check that it counts itself, and the table as a pandas frame; nearly every count is 0, which
is all that it has to know of it. A count may be too high, never too low: rows that go against a check are looked for once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb

from pipeline.checks.batch import rows_of
from pipeline.contracts.contract import Contract
from pipeline.contracts.expectations import Expectation
from pipeline.sql import literal

TEXT = "VARCHAR"
# by what a check of two columns says of rows in which one is empty: the rows that it is about
PAIRS = {
    "both_values_are_missing": "({a} is not null or {b} is not null)",
    "either_value_is_missing": "({a} is not null and {b} is not null)",
    "neither": "true",
}


def count_wrong(
    connection: duckdb.DuckDBPyConnection, contract: Contract, expectations: Sequence[Expectation]
) -> tuple[int, dict[str, int]]:  # fmt: skip
    """Return how many rows a table has, and how many of them go against each check that can be counted, by its name: none when
    SQL does not take one of them, which then says for itself what is wrong with it."""
    types = {each.name: each.duckdb_type for each in contract.fields}
    counted = {each.name: sql for each in expectations if (sql := _aggregate(each, types)) is not None}
    query = ", ".join(["count(*)", *counted.values()])
    try:
        ((rows, *found),) = connection.execute(f"select {query} from ({rows_of(contract, expectations)})").fetchall()
    except duckdb.Error:
        return 0, {}
    return rows, dict(zip(counted, found, strict=True))


def _aggregate(expectation: Expectation, types: Mapping[str, str]) -> str | None:
    """Return the aggregate that counts the rows that go against a check; None where there is none for its kind or arguments."""

    def column(name: str) -> str:
        # pandas holds what is no number for empty
        return f'case when not isnan("{name}") then "{name}" end' if types.get(name) == "DOUBLE" else f'"{name}"'

    kwargs = {name: each for name, each in expectation.kwargs.items() if name != "mostly"}
    match expectation.type.removeprefix("expect_"), kwargs:
        case "table_row_count_to_be_between", _:
            return "0"  # no row goes against it, whatever their number says
        case "column_values_to_be_null", {"column": name, **more} if not more:
            return f"count({column(name)})"
        case "column_values_to_not_be_null", {"column": name, **more} if not more:
            return f"count(*) - count({column(name)})"
        case "column_values_to_be_between", {"column": name, **more} if more.keys() <= {"min_value", "max_value"}:
            return _where(_outside(column(name), more.get("min_value"), more.get("max_value")))
        case "column_values_to_be_in_set", {"column": name, "value_set": values, **more} if not more:
            return _where([f"{column(name)} not in ({', '.join(map(literal, values))})"]) if values else f"count({column(name)})"
        case "column_values_to_not_be_in_set", {"column": name, "value_set": [_, *_] as values, **more} if not more:
            return _where([f"{column(name)} in ({', '.join(map(literal, values))})"])
        case "column_values_to_match_regex", {"column": name, "regex": pattern, **more} if not more and types[name] == TEXT:
            return _where([f"not regexp_matches({column(name)}, {literal(pattern)})"])
        # without classes of characters such as \w, which hold less in SQL than in Python, and would let a row pass
        case "column_values_to_not_match_regex", {"column": name, "regex": pattern, **more} if not more and "\\" not in pattern:
            return _where([f"regexp_matches({column(name)}, {literal(pattern)})"]) if types[name] == TEXT else None
        case "column_values_to_be_unique", {"column": name, **more} if not more:
            return f"count({column(name)}) - count(distinct {column(name)})"
        case "compound_columns_to_be_unique", {"column_list": [*names], **more} if not more:
            # a hash takes less memory than the row, and two rows with the same one are looked at again
            return f"count(*) - count(distinct hash({', '.join(map(column, names))}))"
        case "column_pair_values_to_be_equal", {"column_A": first, "column_B": second, **more} if more.keys() <= {
            "ignore_row_if"
        }:
            return _pair(column(first), column(second), "=", more)
        case "column_pair_values_a_to_be_greater_than_b", {"column_A": first, "column_B": second, **more} if more.keys() <= {
            "ignore_row_if",
            "or_equal",
        }:
            return _pair(column(first), column(second), ">=" if more.get("or_equal") else ">", more)
    return None


def _outside(column: str, least: Any, most: Any) -> Iterator[str]:
    if least is not None:
        yield f"{column} < {literal(least)}"
    if most is not None:
        yield f"{column} > {literal(most)}"


def _pair(first: str, second: str, relation: str, more: Mapping[str, Any]) -> str:
    about = PAIRS[more.get("ignore_row_if", "both_values_are_missing")].format(a=f"({first})", b=f"({second})")
    return f"count(*) filter ({about} and not coalesce(({first}) {relation} ({second}), false))"


def _where(conditions: Iterable[str]) -> str:
    return f"count(*) filter ({' or '.join(conditions)})"
