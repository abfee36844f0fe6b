"""Five measures between a file and the one before: what each sees, what it lets pass, and what holds for any two files."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.drift import SAMPLE, Profile, compare, key_columns, profile
from pipeline.contracts.loading import load_contracts
from pipeline.registries.catalogue import DriftLimits

FIELDS = [
    {"name": "code", "type": "string", "codec": "text", "description": "d", "constraints": {"required": True}},
    {"name": "dag", "type": "date", "codec": "datum", "description": "d", "constraints": {"required": True}},
    {"name": "soort", "type": "string", "codec": "text", "description": "d"},
    {"name": "naam", "type": "string", "codec": "text", "description": "d"},
]
PROVINCES = ("Groningen", "Drenthe", "Utrecht", "Zeeland")


@pytest.fixture(scope="module")
def contract(make_contract):
    return make_contract(primaryKey=["code", "dag"], fields=FIELDS)


@pytest.fixture(scope="module")
def of(contract):
    def make(numbers, soort=lambda number: PROVINCES[number % 4], naam=lambda number: f"Naam {number}", size=100) -> Profile:
        numbers = list(numbers)
        rows = {
            "code": [f"c{number:06}" for number in numbers], "dag": [None] * len(numbers),
            "soort": [soort(number) for number in numbers], "naam": [naam(number) for number in numbers],
        }  # fmt: skip
        kinds = {"code": pa.string(), "dag": pa.date32(), "soort": pa.string(), "naam": pa.string()}
        return profile(
            contract, pa.table({name: pa.array(rows[name], kind) for name, kind in kinds.items()}), size * len(numbers)
        )

    return make


def told(after: Profile, before: Profile, limits: DriftLimits = DriftLimits()) -> dict[str, str]:  # noqa: B008
    return {each.what: each.told for each in compare(after, before, limits) if each.exceeded}


def test_half_the_rows_gone_is_seen(of):
    assert told(of(range(0, 400, 2)), of(range(400))) == {
        "size": "20,000 bytes, 50% less than the previous 40,000",
        "rows": "200 rows that fit the contract, 50% less than the previous 400",
        "keys": "50% of the previous keys are gone",
        "codes": "soort is Drenthe in 0% of the rows, 25% before",
    }


def test_twice_the_rows_is_seen_also_when_none_of_the_old_ones_is_gone(of):
    assert told(of(range(800), size=50), of(range(400))) == {
        "rows": "800 rows that fit the contract, 100% more than the previous 400"
    }


def test_another_dataset_of_the_same_size_and_columns_is_seen_by_its_keys(of):
    assert told(of(range(1000, 1400)), of(range(400))) == {"keys": "100% of the previous keys are gone"}


def test_records_that_no_longer_fit_are_seen_beyond_those_that_never_did(of):
    whole, some = of(range(400)), replace(of(range(400)), rejected=100)
    assert told(some, whole) == {"rejected": "20% of the records do not fit the contract, 0% before"}
    assert told(some, some) == told(whole, some) == told(replace(whole, rejected=20), whole) == {}


def test_a_column_that_lost_its_values_is_seen(of):
    assert told(of(range(400), naam=lambda _: None), of(range(400))) == {
        "columns": "column naam is filled in 0% of the rows, 100% before"
    }
    assert told(of(range(400), naam=lambda number: "Naam" if number % 3 else None), of(range(400))) == {
        "columns": "column naam is filled in 66% of the rows, 100% before"
    }
    assert told(of(range(400)), of(range(400), naam=lambda _: None)) == {}, "a column that came is no loss"


def test_codes_that_moved_or_were_written_anew_are_seen(of):
    old = of(range(400))
    assert told(of(range(400), soort=lambda _: "Zeeland"), old) == {"codes": "soort is Zeeland in 100% of the rows, 25% before"}
    assert told(of(range(400), soort=lambda number: str(number % 4)), old).keys() == {"codes"}
    assert told(of(range(400), soort=lambda number: f"{number}"), old) == {
        "codes": "soort is Drenthe in 0% of the rows, 25% before"
    }, "no longer a column of codes"
    assert told(of(range(400), naam=lambda number: f"Ander {number}"), old) == {}, "names are no codes"


def test_a_yearly_edition_more_passes(of):
    """Every year as many rows again as the sixteen before it had each; schools come and go."""
    for year in range(16, 20):
        before, after = of(range(300 * year)), of(range(20, 300 * (year + 1)))
        assert told(after, before) == {}


@pytest.mark.parametrize("what", ["size", "rows", "columns", "keys", "codes"])
def test_each_limit_is_its_own(of, what):
    other = of(range(1000, 1200), soort=lambda _: "Zeeland", naam=lambda _: None, size=150)
    everything = DriftLimits(size=9, rows=9, columns=9, keys=9, codes=9)
    assert told(other, of(range(400)), everything) == {}
    assert told(other, of(range(400)), DriftLimits(**{**asdict(everything), what: 0.1})).keys() == {what}


def test_a_file_without_a_row_that_fits_is_seen_and_after_it_anything_may_come(of):
    assert told(of([]), of(range(400))).keys() == {"size", "rows", "columns", "keys"}
    empty = of([])
    assert told(of(range(400)), Profile(40_000, 0, empty.filled, (), empty.values, 0)) == {}


def test_keys_are_those_of_the_contract_without_dates_and_else_its_text_that_is_never_empty():
    contracts = load_contracts("staging")
    assert key_columns(contracts["stg_leerlingen_po_leeftijd"]) == ["vestigingscode", "soort", "cluster"]
    assert key_columns(contracts["stg_rio_swv_vestiging"]) == ["swv_nummer", "vestigingscode"]
    assert all(key_columns(contract) for contract in contracts.values()), "every registry has keys to compare"


# -- for any two files ----------------------------------------------------------------------------------------------------

numbers = st.sets(st.integers(0, 999), min_size=1, max_size=200)


@given(numbers)
def test_a_file_does_not_drift_from_itself_in_any_order_or_after_it_was_kept(of, some):
    ordered, reverse = sorted(some), sorted(some, reverse=True)
    kept = Profile(**json.loads(json.dumps(asdict(of(ordered)))))
    assert {each.change for each in compare(of(reverse), kept, DriftLimits())} == {0.0}


@given(numbers, numbers)
def test_changes_are_fractions_of_the_previous_file(of, before, after):
    measures = {each.what: each for each in compare(of(after), of(before), DriftLimits())}
    assert measures["rows"].change == abs(len(after) - len(before)) / len(before)
    assert measures["keys"].change == len(before - after) / len(before)
    assert 0 <= measures["codes"].change <= 1 + 1e-9
    assert 0 <= measures["columns"].change <= 1


@given(numbers, numbers, st.floats(0, 2))
def test_a_wider_limit_never_refuses_what_a_narrower_one_lets_pass(of, before, after, limit):
    def exceeded(fraction: float) -> set[str]:
        limits = DriftLimits(**dict.fromkeys(asdict(DriftLimits()), fraction))
        return {each.what for each in compare(of(after), of(before), limits) if each.exceeded}

    assert exceeded(limit + 0.1) <= exceeded(limit)


@pytest.mark.parametrize("gone", [0.0, 0.1, 0.5, 1.0])
def test_of_many_keys_a_sample_tells_how_many_are_gone(of, gone):
    count = 20 * SAMPLE
    before, after = of(range(count)), of(range(round(gone * count), 2 * count))
    assert len(before.keys) == SAMPLE
    (keys,) = [each for each in compare(after, before, DriftLimits()) if each.what == "keys"]
    assert keys.change == pytest.approx(gone, abs=0.04)
