"""Every check of every contract, on rows made to break it: a check that cannot fail promises nothing."""

from __future__ import annotations

import datetime
import re
from typing import Any

import duckdb
import pytest

from pipeline.checks.batch import make_batch
from pipeline.checks.counts import count_wrong
from pipeline.checks.validation import judge, validate
from pipeline.contracts.contract import Contract
from pipeline.contracts.expectations import EMPTY, Expectation, expectations_of
from pipeline.contracts.loading import load_contracts
from tests.support.tables import insert, make_references

pytestmark = pytest.mark.usefixtures("great_expectations")
CONTRACTS = {**load_contracts("staging"), **load_contracts("curated")}
PLAIN = {"string": "?", "integer": 5, "number": 5.0, "decimal": 5, "boolean": True, "date": datetime.date(2024, 10, 1)}
PLAIN["datetime"] = datetime.datetime(2024, 10, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize("table", CONTRACTS)
def test_every_check_of_a_table_fails_on_what_it_is_there_to_catch(table):
    contract = CONTRACTS[table]
    checks = expectations_of(contract)
    caught = failed(contract, [row for each in checks for row in breaking(contract, each)]) | failed(contract, [])
    for each in checks:
        if "mostly" in each.kwargs:  # it bears a few wrong rows among many
            caught |= failed(contract, breaking(contract, each)) & {each.name}
    wanted = {each.name for each in checks}
    assert caught == wanted, f"cannot fail: {sorted(wanted - caught)}"


def failed(contract: Contract, rows: list[dict[str, Any]]) -> set[str]:
    """The checks that fail for a table with these rows, where the tables it refers to are empty."""
    with duckdb.connect() as database:
        database.execute("set python_enable_replacements = false")
        database.execute(contract.ddl())
        make_references(database, contract)
        if rows:
            insert(database, contract, rows)
        batch = make_batch(database, contract)
        held = judge(contract.table, batch.expectations, *count_wrong(database, contract, batch.expectations))
    outcomes = validate(batch.table, batch.frame, batch.expectations, batch.keys)
    assert [each for each in outcomes if each.status == "errored"] == []
    caught = {each.check for each in outcomes if each.status == "failed"}
    assert caught.isdisjoint(held), "a count in SQL misses what Great Expectations finds"
    return caught


def breaking(contract: Contract, each: Expectation) -> list[dict[str, Any]]:
    """Rows that an expectation must object to. Columns that it does not name hold anything."""
    row = {field.name: PLAIN.get(field.type) for field in contract.fields} | condition(each.kwargs.get("row_condition"))
    column = each.kwargs.get("column", "")
    match each.type:
        case "expect_column_values_to_not_be_null":
            return [{**row, column: None}]
        case "expect_column_values_to_be_null" if column == EMPTY:
            return [{**row, name: None} for name in contract.required]
        case "expect_column_values_to_be_null":
            return [row]
        case "expect_column_values_to_be_in_set":
            kind = type(each.kwargs["value_set"][0])
            return [{**row, column: "anders" if kind is str else kind()}]
        case "expect_column_values_to_not_be_in_set":
            return [{**row, column: each.kwargs["value_set"][0]}]
        case "expect_column_values_to_match_regex":
            return [{**row, column: "?"}]
        case "expect_column_values_to_not_match_regex":
            # words of the pattern itself, or the spelling it was made for
            words = re.sub(r"\(\?:(\w+)[^)]*\)|[\^$\\]|\.[*+]", r"\1", each.kwargs["regex"])
            return [{**row, column: text} for text in (words, "NoardeastFryslÔn")]
        case "expect_column_values_to_be_between":
            low, high = each.kwargs.get("min_value"), each.kwargs.get("max_value")
            return [{**row, column: low - 1 if low is not None else high + 1}]
        case "expect_column_values_to_be_unique" | "expect_compound_columns_to_be_unique":
            return [row, row]
        case "expect_column_pair_values_to_be_equal" if each.reference:
            return [row]  # the table it refers to is empty
        case "expect_column_pair_values_to_be_equal":
            left, right = each.kwargs["column_A"], each.kwargs["column_B"]
            return [{**row, left: row[left], right: None}, {**row, left: None, right: row[right]}]
        case "expect_column_pair_values_a_to_be_greater_than_b":
            lower = row[each.kwargs["column_B"]]
            return [{**row, each.kwargs["column_A"]: lower - (DAY if isinstance(lower, datetime.date) else 1)}]
        case "expect_table_row_count_to_be_between":
            return []  # an empty table has too few
    raise AssertionError(f"a way to break {each.type} is not known here yet")


def condition(text: str | None) -> dict[str, Any]:
    """Values under which a row condition of the contracts holds."""
    if text is None:
        return {}
    found: dict[str, Any] = {}
    for part in text.split(" or ")[0].split(" and "):
        name, sign, value = re.fullmatch(r"([\w.]+) ?(==|!=|>|>=|<)? ?(.*)|.*", part.strip()).groups()
        if name and sign == "!=" and name == value:
            found[name] = None
        elif name and sign == "==" and value.startswith('"'):
            found[name] = value.strip('"')
        elif name and sign == "==" and value in ("True", "False"):
            found[name] = value == "True"
        elif name and sign == "==" and re.fullmatch(r"-?\d+", value):
            found[name] = int(value)
        elif name and sign == ">":
            found[name] = float(value) + 1
        elif "isna" in part:
            found[part.split(".")[0]] = None
        elif "startswith" in part or "endswith" in part or " in [" in part:
            found[re.split(r"[. ]", part)[0]] = re.search(r'"(.*?)"', part)[1]
    return found
