from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal

import duckdb
import pandas as pd
import pytest

from pipeline.checks.batch import make_batch
from pipeline.checks.outcome import Outcome
from pipeline.checks.validation import EXAMPLES, validate
from pipeline.contracts.expectations import Expectation, expectations_of
from pipeline.contracts.loading import load_contracts
from tests.support.tables import make_references

CONTRACTS = {**load_contracts("staging"), **load_contracts("curated")}


pytestmark = pytest.mark.usefixtures("great_expectations")


def check(kind, severity="critical", name="proef", **kwargs):
    return Expectation(name, kind, kwargs, severity, "the reason")


def run(frame, *checks, keys=("k",)):
    return validate("tabel", pd.DataFrame(frame), checks, keys)


# kind -> what is asked, a table that holds to it, a table that does not and how many rows of that are wrong
KINDS = [
    ("expect_column_values_to_not_be_null", {"column": "x"}, ["a", "b"], ["a", None], 1),
    ("expect_column_values_to_not_be_null", {"column": "x", "mostly": 0.5}, ["a", None], [None, None], 2),
    (
        "expect_column_values_to_not_be_null",
        {"column": "x", "row_condition": 'k == "k0"'},
        ["a", None],
        [None, "b"],
        1,
    ),
    (
        "expect_column_values_to_not_be_null",
        {"column": "x", "row_condition": "x.isna()"},
        ["a", "b"],
        [None, "b"],
        1,
    ),
    ("expect_column_values_to_be_unique", {"column": "x"}, ["a", "b", None, None], ["a", "a", "b"], 2),
    ("expect_compound_columns_to_be_unique", {"column_list": ["x", "y"]}, ["a", "b"], ["a", "a"], 2),
    ("expect_column_values_to_be_in_set", {"column": "x", "value_set": ["a", "b"]}, ["a", None], ["a", "c"], 1),
    ("expect_column_values_to_be_in_set", {"column": "x", "value_set": [True]}, [True, True], [True, False], 1),
    ("expect_column_values_to_be_in_set", {"column": "x", "value_set": []}, [None, None], ["a", None], 1),
    ("expect_column_values_to_match_regex", {"column": "x", "regex": "^(?:[0-9]{2})$"}, ["12", None], ["12", "123"], 1),
    (
        "expect_column_values_to_not_match_regex",
        {"column": "x", "regex": "[a-z][ÔÚ·][a-z]"},
        ["Fryslân"],
        ["FryslÔn"],
        1,
    ),
    ("expect_column_values_to_not_be_in_set", {"column": "x", "value_set": ["gat"]}, ["ok", None], ["gat", "ok"], 1),
    ("expect_column_values_to_be_null", {"column": "x"}, [None, None], ["a", None], 1),
    ("expect_column_values_to_be_between", {"column": "x", "min_value": 0, "max_value": None}, [0, 5], [-1, 5], 1),
    (
        "expect_column_values_to_be_between",
        {"column": "x", "min_value": None, "max_value": 9},
        [0, None],
        [10, None],
        1,
    ),
    (
        "expect_column_values_to_be_between",
        {"column": "x", "min_value": 0},
        [Decimal("0.00"), None],
        [Decimal("-0.01"), None],
        1,
    ),
    ("expect_column_pair_values_to_be_equal", {"column_A": "x", "column_B": "y"}, ["y", "y"], ["y", "x"], 1),
    (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "x", "column_B": "n", "or_equal": True},
        [0, 4],
        [0, 0],
        1,
    ),
    (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "x", "column_B": "d"},
        [date(2025, 1, 1)],
        [date(2024, 1, 1)],
        1,
    ),
    ("expect_table_row_count_to_be_between", {"min_value": 2, "max_value": 3}, ["a", "b"], ["a"], None),
    (
        "expect_column_pair_values_to_be_equal",
        {"column_A": "x", "column_B": "y", "ignore_row_if": "both_values_are_missing"},
        ["y", "y"],
        ["y", None],
        1,
    ),
]


def table(values):
    frame = pd.DataFrame({"k": [f"k{i}" for i in range(len(values))], "x": pd.Series(values), "y": "y", "n": range(len(values))})
    frame["d"] = pd.Timestamp("2024-06-01")
    if values and isinstance(values[0], date):
        frame["x"] = pd.to_datetime(frame.x)
    return frame


@pytest.mark.parametrize(
    ("kind", "kwargs", "good", "bad", "wrong"), KINDS, ids=[f"{kind[7:]}-{i}" for i, (kind, *_) in enumerate(KINDS)]
)
def test_each_kind_of_check_passes_what_holds_and_fails_what_does_not(kind, kwargs, good, bad, wrong):
    (passed,) = run(table(good), check(kind, **kwargs))
    assert (passed.status, passed.blocks, passed.message if "row_count" not in kind else "") == ("passed", False, "")
    (failed,) = run(table(bad), check(kind, **kwargs))
    assert (failed.status, failed.blocks, failed.unexpected) == ("failed", True, wrong)


def test_every_kind_of_check_in_a_contract_is_among_those_proven_to_fail():
    used = {each.type for contract in CONTRACTS.values() for each in expectations_of(contract)}
    assert used <= {kind for kind, *_ in KINDS}


@pytest.mark.parametrize(
    ("kind", "kwargs", "good", "bad", "wrong"), KINDS, ids=[f"{kind[7:]}-{i}" for i, (kind, *_) in enumerate(KINDS)]
)
def test_a_failed_check_shows_what_it_found(kind, kwargs, good, bad, wrong):
    (failed,) = run(table(bad), check(kind, **kwargs))
    assert failed.examples or failed.message


def test_a_failed_check_names_the_rows_by_key_with_the_value():
    (failed,) = run(
        {"k": ["20LO00", "20LO01", "20LO02"], "peil": [1, 2, 3], "soort": ["BO", "HAVO", "BO"]},
        check("expect_column_values_to_be_in_set", column="soort", value_set=["BO"]),
        keys=("k", "peil"),
    )
    assert (failed.checked, failed.unexpected) == (3, 1)
    assert [dict(each) for each in failed.examples] == [{"soort": "HAVO", "k": "20LO01", "peil": "2"}]
    assert (failed.table, failed.check, failed.severity, failed.reason) == ("tabel", "proef", "critical", "the reason")


@pytest.mark.parametrize(("wrong", "shown"), [(1, 1), (EXAMPLES, EXAMPLES), (EXAMPLES + 80, EXAMPLES)])
def test_every_wrong_row_is_counted_and_at_most_twenty_are_shown(wrong, shown):
    frame = {"k": range(200), "x": [-1] * wrong + [1] * (200 - wrong)}
    (failed,) = run(frame, check("expect_column_values_to_be_between", column="x", min_value=0))
    assert (failed.checked, failed.unexpected, len(failed.examples)) == (200, wrong, shown)
    assert len({each["k"] for each in failed.examples}) == shown


@pytest.mark.parametrize(("narrowed", "rows"), [({}, 3), ({"row_condition": "soort == 'BO'"}, 2), ({"mostly": 0.5}, 3)])
def test_a_check_that_held_says_of_how_many_rows(narrowed, rows):
    values = {"soort": ["BO", "SBO", "BO"], "x": [1, 2, None]}
    (held,) = run(values, check("expect_column_values_to_be_between", column="x", min_value=0, **narrowed))
    assert (held.status, held.checked, held.unexpected) == ("passed", rows, 0)


def test_a_share_of_wrong_rows_that_is_allowed_is_counted_and_shown():
    values = {"k": ["a", "b", "c"], "x": [1, 2, -1]}
    (held,) = run(values, check("expect_column_values_to_be_between", column="x", min_value=0, mostly=0.5), keys=("k",))
    assert (held.status, held.checked, held.unexpected, len(held.examples)) == ("passed", 3, 1, 1)


def test_a_table_without_a_key_is_checked_too():
    (failed,) = run({"x": [None, 1]}, check("expect_column_values_to_not_be_null", column="x"), keys=())
    assert (failed.status, failed.unexpected) == ("failed", 1)


CANNOT = [
    ({"kind": "expect_column_values_to_not_be_null", "column": "weg"}, "weg"),
    ({"kind": "expect_column_values_to_be_perfect", "column": "x"}, "Perfect"),
    ({"kind": "expect_column_values_to_not_be_null", "colum": "x"}, "column"),
    ({"kind": "expect_column_values_to_match_regex", "column": "x", "regex": "("}, "regular expression"),
    ({"kind": "expect_column_values_to_be_between", "column": "x", "min_value": 1}, "type"),
    (
        {
            "kind": "expect_column_values_to_not_be_null",
            "column": "x",
            "row_condition": "onzin > 1",
        },
        "onzin",
    ),
]


@pytest.mark.parametrize(
    ("given", "named"),
    CANNOT,
    ids=["no such column", "no such check", "misspelt", "bad pattern", "other type", "bad condition"],
)
def test_a_check_that_cannot_be_carried_out_is_an_error_of_that_check_and_not_a_finding_about_the_data(given, named):
    sound = check("expect_column_values_to_not_be_null", name="ernaast", column="k")
    errored, beside = run({"k": ["a", "b"], "x": ["1", "2"]}, check(**given), sound)
    assert errored.status == "errored"
    assert named in errored.message
    assert (errored.checked, errored.unexpected, errored.examples) == (None, None, ())
    assert beside.status == "passed"


@pytest.mark.parametrize(
    ("status", "severity", "blocks"),
    [
        ("passed", "critical", False),
        ("failed", "critical", True),
        ("errored", "critical", True),
        ("passed", "warning", False),
        ("failed", "warning", False),
        ("errored", "warning", False),
    ],
)
def test_only_a_critical_check_that_did_not_pass_blocks_a_release(status, severity, blocks):
    assert Outcome("t", "c", status, severity, "r").blocks is blocks


def test_outcomes_come_in_the_order_of_the_checks_whatever_became_of_them():
    frame = {"k": ["a", "b"], "x": [None, 1]}
    checks = [
        check("expect_column_values_to_not_be_null", "warning", "een", column="x"),
        check("expect_nothing", "critical", "twee", column="x"),
        check("expect_column_values_to_not_be_null", "critical", "drie", column="k"),
        check("expect_table_row_count_to_be_between", "critical", "vier", min_value=3),
    ]
    found = [(each.check, each.status, each.severity, each.blocks) for each in run(frame, *checks)]
    assert found == [
        ("een", "failed", "warning", False),
        ("twee", "errored", "critical", True),
        ("drie", "passed", "critical", False),
        ("vier", "failed", "critical", True),
    ]


def test_a_table_without_checks_has_no_outcomes():
    assert run({"k": ["a"]}) == []


def test_an_outcome_is_plain_data():
    (failed,) = run({"k": ["a"], "x": [None]}, check("expect_column_values_to_not_be_null", column="x"))
    assert Outcome.from_dict(json.loads(json.dumps(failed.as_dict()))) == failed


# -- the project's own checks ----------------------------------------


def checked(contract, values="", **references):
    """The outcomes for a table that holds ``values``, where the tables it refers to hold ``references``."""
    with duckdb.connect() as database:
        database.execute(contract.ddl())
        make_references(database, contract)
        for table, found in references.items():
            database.execute(f"insert into {table} select unnest(?)", [found])
        if values:
            database.execute(f"insert into {contract.table} values {values}")
        batch = make_batch(database, contract)
    return validate(batch.table, batch.frame, batch.expectations, batch.keys)


@pytest.mark.parametrize("layer", ["staging", "curated"])
def test_no_check_of_the_project_errors_on_a_registry_that_is_not_at_hand(layer):
    """A registry that could not be fetched leaves an empty table: that may be too small, never break the engine."""
    for contract in load_contracts(layer).values():
        for outcome in checked(contract):
            assert outcome.status != "errored", f"{outcome.table}.{outcome.check}: {outcome.message}"
            counted = "row_count" in outcome.check or "aantal" in outcome.check
            assert outcome.status == "passed" or counted, f"{outcome.table}.{outcome.check}: {outcome.message}"


def link(**values):
    """A row of vestiging_swv that is sound, with values changed."""
    sound = {
        "vestigingscode": "20LO00", "sector": "PO", "swv_code": "PO2707", "methode": "rio", "zekerheid": "zeker",
        "geldig_vanaf": "2024-08-01", "geldig_vanaf_grond": "register", "geldig": "true",
    }  # fmt: skip
    row = [(sound | values).get(name) for name in CONTRACTS["vestiging_swv"].columns]
    return "(" + ", ".join("null" if each is None else f"'{each}'" for each in row) + ")"


UNRESOLVED = {"swv_code": None, "methode": None, "zekerheid": None}


@pytest.mark.parametrize(
    ("values", "failing"),
    [
        (link(), set()),
        (link(**UNRESOLVED, reden="postcode4 onbekend"), {"swv_code__not_be_null"}),
        (link(**UNRESOLVED), {"swv_code__not_be_null", "reden__bij_onopgelost"}),
        (link(swv_code="PO9999"), {"swv_code_in_samenwerkingsverband__in_set"}),
        (link(zekerheid="aannemelijk", anders_swv_code="PO9999"), {"anders_swv_code_in_samenwerkingsverband__in_set"}),
        (link(sector="XO", methode="gok"), {"sector__in_set", "methode__in_set"}),
        (
            link(vestigingscode="20LO", swv_code="PO-27-07"),
            {
                "vestigingscode__match_regex",
                "swv_code__match_regex",
                "swv_code_in_samenwerkingsverband__in_set",
                "vestigingscode_in_vestiging__in_set",
            },
        ),
        (link(geldig_vanaf=None), {"verplichte_kolommen__gevuld"}),
        (f"{link()}, {link(swv_code='PO2708')}", {"sleutel__compound_columns_to_be_unique"}),
    ],
    ids=[
        "sound",
        "unresolved",
        "unresolved without reason",
        "unknown swv",
        "unknown other swv",
        "outside the lists",
        "spelled otherwise",
        "no date",
        "twice",
    ],
)
def test_each_way_a_link_can_be_wrong_is_caught_by_the_check_that_is_there_for_it(values, failing):
    contract = CONTRACTS["vestiging_swv"]
    outcomes = checked(contract, values, vestiging=["20LO00"], samenwerkingsverband=["PO2707", "PO2708"])
    assert {each.check for each in outcomes if each.status != "passed"} == failing
    assert {each.status for each in outcomes} <= {"passed", "failed"}


def test_a_key_of_several_columns_is_held_by_all_of_them_together(make_contract):
    fields = [{"name": name, "type": "string", "description": "x"} for name in ("swv", "jaar")]
    key = {"fields": ["swv", "jaar"], "reference": {"resource": "regels", "fields": ["code", "periode"]}}
    contract = make_contract("curated", name="delen", fields=fields, foreignKeys=[key])
    with duckdb.connect() as database:
        database.execute("create table regels as values ('PO2001', '2015'), ('PO2002', '2016')")
        database.execute("alter table regels rename col0 to code; alter table regels rename col1 to periode")
        database.execute(contract.ddl())
        # each value stands in the other table; the last two pairs refer to nothing, as a key with a null does in SQL
        database.execute("insert into delen values ('PO2001', '2015'), ('PO2001', '2016'), ('PO2002', null), (null, '2015')")
        batch = make_batch(database, contract)
    (outcome,) = validate(batch.table, batch.frame, batch.expectations, batch.keys)
    assert (outcome.check, outcome.status, outcome.unexpected) == ("swv_jaar_in_regels__in_set", "failed", 1)


def test_a_released_amount_below_zero_is_caught_for_a_norm_and_allowed_for_a_deduction():
    contract = CONTRACTS["ondersteuningsbekostiging_swv"]
    sound = (
        "'PO2707', '2024', 'aftrek_sbo', 2, 2, 2, {unit}, null, -13269.04, -13269.04, -13269.04, "
        "null, null, 'volledig', null, 1, date '2023-02-01', 'WPO', 'x', "
        "2, 'lichte ondersteuning', 'af: sbo', true, -1, 'SBO', null, null, 'sbo_ondersteuningsbedrag', 'PO', 'geen', "
        "'totaal', null, null, null, null, null, null, null"
    )
    for unit, failing in (("6634.52", set()), ("-6634.52", {"bedrag_per_eenheid__between"})):
        outcomes = checked(contract, f"({sound.format(unit=unit)})", samenwerkingsverband=["PO2707"])
        assert {each.check for each in outcomes if each.status != "passed"} == failing


WITHOUT_STATISTICS = """
import sys
import pandas as pd
from pipeline.checks.validation import validate

validate("tabel", pd.DataFrame({"x": ["a"]}), [], [])
before = "scipy.stats._stats_py" in sys.modules
from great_expectations.expectations.core.expect_column_kl_divergence_to_be_less_than import stats
print(before, stats.entropy([0.5, 0.5], [0.5, 0.5]))
"""


def test_statistics_are_imported_when_a_check_uses_them_and_not_before():
    told = subprocess.run([sys.executable, "-c", WITHOUT_STATISTICS], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "0.0"]
