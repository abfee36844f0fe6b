"""Outcomes are found again as long as nothing changed that they depend on."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pipeline.checks import outcomes
from pipeline.checks.outcome import Outcome
from pipeline.contracts.expectations import expectations_of
from pipeline.contracts.loading import load_contracts
from pipeline.store.objects import Store

CONTRACT = load_contracts("curated")["vestiging_swv"]
CONTENTS = {"vestiging_swv": "a", "vestiging": "b", "samenwerkingsverband": "c"}
FOUND = [
    Outcome("vestiging_swv", each.name, "failed", "critical", "why", 9, 1, ({"vestigingscode": "20LO00"},), title=each.title)
    for each in expectations_of(CONTRACT)
]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def test_what_was_kept_is_found_under_its_key_alone(store):
    key = outcomes.key(CONTRACT, CONTENTS)
    assert outcomes.find(store, CONTRACT, key) is None
    outcomes.keep(store, CONTRACT, key, FOUND)
    assert outcomes.find(store, CONTRACT, key) == FOUND
    assert store.names("checks") == [f"checks/vestiging_swv/{key}.json"]


def test_outcomes_are_kept_once(store):
    outcomes.keep(store, CONTRACT, "k", FOUND)
    outcomes.keep(store, CONTRACT, "k", [replace(each, status="passed") for each in FOUND])
    assert outcomes.find(store, CONTRACT, "k") == FOUND


def test_outcomes_with_an_engine_error_are_not_kept(store):
    outcomes.keep(store, CONTRACT, "k", [*FOUND[:-1], replace(FOUND[-1], status="errored")])
    assert store.names("checks") == []


@pytest.mark.parametrize("content", [
    b"", b"[{]", b"\xff", b'[{"table": "t"}]', b"[1]", b"null", b"[]", b"{}", b'""', json.dumps([FOUND[0].as_dict()]).encode(),
])  # fmt: skip
def test_a_damaged_document_says_nothing_and_makes_way_for_a_sound_one(store, content):
    store.put(outcomes.address(CONTRACT.table, "k"), content)
    assert outcomes.find(store, CONTRACT, "k") is None
    outcomes.keep(store, CONTRACT, "k", FOUND)
    assert outcomes.find(store, CONTRACT, "k") == FOUND


@pytest.mark.parametrize("table", CONTENTS)
def test_the_key_covers_the_rows_of_the_table_and_of_each_it_refers_to(table):
    assert outcomes.key(CONTRACT, {**CONTENTS, table: "other"}) != outcomes.key(CONTRACT, CONTENTS)
    without = {name: content for name, content in CONTENTS.items() if name != table}
    assert outcomes.key(CONTRACT, without) != outcomes.key(CONTRACT, CONTENTS)


def test_the_key_leaves_out_tables_that_no_check_refers_to():
    assert outcomes.key(CONTRACT, {**CONTENTS, "gemeente": "x"}) == outcomes.key(CONTRACT, CONTENTS)


def test_the_key_covers_the_expectations_the_code_and_the_engine(monkeypatch):
    before = outcomes.key(CONTRACT, CONTENTS)
    assert outcomes.key(CONTRACT.model_copy(update={"own_expectations": ()}), CONTENTS) != before
    assert outcomes.key(CONTRACT.model_copy(update={"description": "other words"}), CONTENTS) == before
    for name in ("_engine", "version_of"):
        with monkeypatch.context() as changed:
            changed.setattr(outcomes, name, lambda *_: "other")
            assert outcomes.key(CONTRACT, CONTENTS) != before
