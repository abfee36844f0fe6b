"""What is remembered while a suite is carried out changes nothing of what comes out."""

from __future__ import annotations

from contextlib import nullcontext

import pandas as pd
import pytest

from pipeline.checks import shortcuts
from pipeline.checks.validation import validate
from pipeline.contracts.expectations import Expectation

pytestmark = pytest.mark.usefixtures("great_expectations")

CONDITIONS = ('soort == "BO"', 'soort != "BO"', "jaar >= 2020 and not soort.isnull()")
FRAME = pd.DataFrame({
    "code": [f"{number:02}AA" for number in range(40)],
    "soort": ["BO", "SBO", None, "VO"] * 10,
    "jaar": [2014 + number % 12 for number in range(40)],
    "laag": [None if number % 7 == 0 else number for number in range(40)],
    "hoog": [None if number % 5 == 0 else number + (number % 3 - 1) for number in range(40)],
})  # fmt: skip


def expectations():
    kinds = [
        ("expect_column_values_to_not_be_null", {"column": "hoog"}),
        ("expect_column_values_to_be_between", {"column": "laag", "min_value": 3, "max_value": 30}),
        ("expect_column_values_to_be_in_set", {"column": "soort", "value_set": ["BO", "SBO"]}),
        ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "hoog", "column_B": "laag", "or_equal": True}),
        (
            "expect_column_pair_values_to_be_equal",
            {"column_A": "laag", "column_B": "hoog", "ignore_row_if": "both_values_are_missing"},
        ),
        ("expect_compound_columns_to_be_unique", {"column_list": ["soort", "jaar"]}),
        ("expect_table_row_count_to_be_between", {"min_value": 50}),
        ("expect_column_values_to_be_between", {"column": "jaar", "min_value": 2014}),
        ("expect_column_values_to_be_of_no_such_kind", {"column": "laag"}),
    ]
    found = []
    for number, condition in enumerate((None, *CONDITIONS)):
        title, more = ("title", {"row_condition": condition}) if condition else ("", {})
        found += [
            Expectation(f"{kind}__{number}", kind, {**kwargs, **more}, "critical", "why", title=title)
            for kind, kwargs in kinds if not (condition and "table" in kind)
        ]  # fmt: skip
    return found


@pytest.mark.parametrize("many", [0, 1_000])
def test_every_outcome_is_that_of_great_expectations_alone(monkeypatch, many):
    monkeypatch.setattr(shortcuts, "MANY", many)
    found = validate("proef", FRAME, expectations(), ["code"])
    monkeypatch.setattr(shortcuts, "of_one_suite", nullcontext)
    assert found == validate("proef", FRAME, expectations(), ["code"])
    assert {each.status for each in found} == {"passed", "failed", "errored"}
    assert any(each.examples for each in found)


def test_nothing_is_remembered_from_one_table_to_the_next():
    check = [each for each in expectations() if each.kwargs.get("row_condition") == CONDITIONS[0]]
    first, second = (validate("proef", frame, check, ["code"]) for frame in (FRAME, FRAME[FRAME["jaar"] == 2015]))
    assert [each.checked for each in first] != [each.checked for each in second]
