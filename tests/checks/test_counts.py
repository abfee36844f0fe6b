"""What is counted in SQL is what Great Expectations finds: too much at times, never too little."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.checks.batch import make_batch
from pipeline.checks.counts import PAIRS, count_wrong
from pipeline.checks.validation import judge, validate
from pipeline.contracts.contract import Contract
from pipeline.contracts.expectations import Expectation, expectations_of
from pipeline.contracts.loading import load_contracts
from tests.support.tables import make_references

pytestmark = pytest.mark.usefixtures("great_expectations")
CONTRACTS = {**load_contracts("staging"), **load_contracts("curated")}
ROWS = """
    (1, 'PO0001', 0.0, 'nan'::double, 1, 1, true), (2, 'PO0001', 1.0, 3.0, 2, null, false),
    (3, null, null, 'nan'::double, null, null, null), (4, E'VO0001\n', -1.0, 0.0, 3, 2, true),
    (5, 'x', 'nan'::double, 1.0, null, 5, null), (5, 'x', 2.0, null, 7, 7, true)
"""
PAIR = {"column_A": "hoog", "column_B": "laag"}
ASKED = [
    ("expect_column_values_to_be_null", {"column": "deel"}),
    ("expect_column_values_to_not_be_null", {"column": "deel"}),
    ("expect_column_values_to_not_be_null", {"column": "regel"}),
    ("expect_column_values_to_be_between", {"column": "deel", "min_value": -1, "max_value": None}),
    ("expect_column_values_to_be_between", {"column": "deel", "min_value": 0}),
    ("expect_column_values_to_be_between", {"column": "deel", "max_value": 2}),
    ("expect_column_values_to_be_between", {"column": "regel", "min_value": 1, "max_value": 5}),
    ("expect_column_values_to_be_in_set", {"column": "code", "value_set": ["PO0001", "x", "VO0001\n"]}),
    ("expect_column_values_to_be_in_set", {"column": "code", "value_set": ["PO0001", "it's"]}),
    ("expect_column_values_to_be_in_set", {"column": "waar", "value_set": [True]}),
    ("expect_column_values_to_be_in_set", {"column": "waar", "value_set": [True, False]}),
    ("expect_column_values_to_be_in_set", {"column": "code", "value_set": []}),
    ("expect_column_values_to_not_be_in_set", {"column": "code", "value_set": ["x"]}),
    ("expect_column_values_to_not_be_in_set", {"column": "code", "value_set": ["y"]}),
    ("expect_column_values_to_match_regex", {"column": "code", "regex": "^(?:(?:PO|VO)[0-9]{4}|x)$"}),
    ("expect_column_values_to_match_regex", {"column": "code", "regex": "[Ox]"}),
    ("expect_column_values_to_not_match_regex", {"column": "code", "regex": "[a-z]"}),
    ("expect_column_values_to_not_match_regex", {"column": "code", "regex": "O.*9"}),
    ("expect_column_values_to_be_unique", {"column": "regel"}),
    ("expect_column_values_to_be_unique", {"column": "hoog"}),
    ("expect_compound_columns_to_be_unique", {"column_list": ["regel", "code"]}),
    ("expect_compound_columns_to_be_unique", {"column_list": ["regel", "hoog"]}),
    *(
        (f"expect_column_pair_values_{kind}", {**PAIR, **more, **about})
        for kind, more in (("to_be_equal", {}), ("a_to_be_greater_than_b", {}), ("a_to_be_greater_than_b", {"or_equal": True}))
        for about in ({}, *({"ignore_row_if": each} for each in PAIRS))
    ),
    ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "heel", "column_B": "deel", "or_equal": True}),
    ("expect_table_row_count_to_be_between", {"min_value": 6, "max_value": 6}),
    ("expect_table_row_count_to_be_between", {"min_value": 7}),
]  # fmt: skip
CONTRACT = Contract.model_validate({
    "table": "proef", "layer": "curated", "title": "Proef", "description": "Proef", "primaryKey": ["regel"],
    "fields": [
        {"name": name, "type": kind, "description": name}
        for name, kind in {
            "regel": "integer", "code": "string", "deel": "number", "heel": "number", "hoog": "integer", "laag": "integer",
            "waar": "boolean",
        }.items()
    ],
})  # fmt: skip


@pytest.fixture
def database():
    with duckdb.connect() as connection:
        connection.execute(f"{CONTRACT.ddl()}; insert into proef values {ROWS}")
        yield connection


def check(kind, **kwargs):
    return Expectation("proef", kind, kwargs, "critical", "why")


@pytest.mark.parametrize(("kind", "kwargs"), ASKED, ids=[f"{kind[7:]}-{number}" for number, (kind, _) in enumerate(ASKED)])
def test_a_count_holds_where_great_expectations_finds_that_it_does(database, kind, kwargs):
    asked = [check(kind, **kwargs)]
    rows, wrong = count_wrong(database, CONTRACT, asked)
    assert (rows, wrong.keys()) == (6, {"proef"})
    judged, (found,) = judge("proef", asked, rows, wrong), validate(*make_batch(database, CONTRACT, asked))
    assert list(judged.values()) == ([found] if found.status == "passed" and not MORE.get((kind, str(kwargs))) else [])


# what SQL is stricter about: Python's $ lets a line end pass
MORE = {(ASKED[14][0], str(ASKED[14][1])): True}


@pytest.mark.parametrize(
    ("kind", "kwargs"),
    [
        ("expect_column_values_to_be_between", {"column": "deel", "min_value": 9, "row_condition": "regel > 9"}),
        ("expect_column_values_to_be_between", {"column": "deel", "min_value": 0, "strict_min": True}),
        ("expect_column_values_to_not_match_regex", {"column": "code", "regex": r"\d"}),
        ("expect_column_values_to_match_regex", {"column": "regel", "regex": "1"}),
        ("expect_column_mean_to_be_between", {"column": "deel", "min_value": 0}),
    ],
)
def test_what_is_not_counted_is_carried_out(database, kind, kwargs):
    asked = [check(kind, **kwargs)]
    assert judge("proef", asked, *count_wrong(database, CONTRACT, asked)) == {}


def test_a_pattern_that_sql_does_not_take_leaves_all_to_great_expectations(database):
    asked = [
        check("expect_column_values_to_match_regex", column="code", regex="^(?!y)"),
        check("expect_column_values_to_be_null"),
    ]
    assert count_wrong(database, CONTRACT, asked) == (0, {})


def test_arguments_that_great_expectations_refuses_are_not_judged():
    asked = [check("expect_column_values_to_be_between", column="deel")]
    assert judge("proef", asked, 6, {"proef": 0}) == {}


@pytest.mark.parametrize("table", CONTRACTS)
def test_every_check_of_the_project_is_counted_but_those_on_a_condition(table):
    contract = CONTRACTS[table]
    asked = expectations_of(contract)
    with duckdb.connect() as connection:
        connection.execute(contract.ddl())
        make_references(connection, contract)
        rows, wrong = count_wrong(connection, contract, asked)
    assert (rows, wrong) == (0, {each.name: 0 for each in asked if "row_condition" not in each.kwargs})
