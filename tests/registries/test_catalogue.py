from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from pipeline.contracts.loading import load_contracts
from pipeline.errors import SettingsError
from pipeline.registries.catalogue import DriftLimits, load_catalogue
from pipeline.settings import Settings

ENTRY = {"title": "Proef", "publisher": "DUO", "feeds": "stg_proef", "cadence": 7}


@pytest.fixture
def catalogue(tmp_path):
    def load(entries):
        path = tmp_path / "catalogue.yaml"
        path.write_text(json.dumps(entries), encoding="utf-8")
        return load_catalogue(path)

    return load


def test_every_entry_of_the_project_feeds_a_table_that_has_a_contract_and_each_table_has_one_feeder():
    staging = load_contracts("staging")
    catalogue = load_catalogue()
    assert sorted(entry.feeds for entry in catalogue.values()) == sorted(staging)


def test_every_location_of_the_project_hangs_from_a_base_address_that_settings_has():
    bases = Settings().bases()
    assert not [
        (entry.name, location.base)
        for entry in load_catalogue().values()
        for location in entry.where
        if location.base not in bases
    ]


def test_no_entry_of_the_project_takes_an_address_of_its_own():
    """Hosts are settings: a location is a path, so that a sandbox or mirror can stand in for any of them."""
    spelled = [value for entry in load_catalogue().values() for location in entry.where for value in location.spec.values()]
    assert not [value for value in spelled if "//" in value]


def test_every_entry_of_the_project_has_limits_that_mean_something():
    for entry in load_catalogue().values():
        assert entry.cadence > 0, entry.name
        most = 20 if entry.name == "swv_opgave" else 1  # what one SWV gives may grow to what twenty give
        assert all(0 < limit <= most for limit in asdict(entry.drift).values()), entry.name


def test_an_entry_says_only_which_limits_of_drift_are_its_own(catalogue):
    entries = catalogue({"proef": {**ENTRY, "drift": {"rows": 0.5}}, "ander": ENTRY})
    assert entries["proef"].drift == DriftLimits(rows=0.5)
    assert entries["ander"].drift == DriftLimits()


def test_entries_keep_the_order_of_the_file_and_the_order_of_their_addresses(catalogue):
    where = [{"ckan": {"package": "p", "file": "f.csv"}}, {"url": "f.csv", "base": "duo"}]
    entries = catalogue({"tweede": ENTRY, "eerste": {**ENTRY, "where": where}})
    assert list(entries) == ["tweede", "eerste"]
    assert [location.kind for location in entries["eerste"].where] == ["ckan", "url"]
    assert entries["tweede"].where == ()


@pytest.mark.parametrize(
    ("where", "kind", "base", "spec"),
    [
        ({"ckan": {"package": "p", "file": "f"}}, "ckan", "ckan", {"package": "p", "file": "f"}),
        ({"url": "a-{jaar}.csv", "base": "duo"}, "url", "duo", {"path": "a-{jaar}.csv"}),
        ({"odata": {"title": "Gebieden {jaar}"}, "base": "cbs"}, "odata", "cbs", {"title": "Gebieden {jaar}"}),
        (
            {"wfs": {"path": "a/wfs", "type": "a:b", "sort": "c"}, "base": "pdok"},
            "wfs",
            "pdok",
            {"path": "a/wfs", "type": "a:b", "sort": "c"},
        ),
    ],
)
def test_each_kind_of_address_is_read_with_what_it_needs(catalogue, where, kind, base, spec):
    (location,) = catalogue({"proef": {**ENTRY, "where": [where]}})["proef"].where
    assert (location.kind, location.base, dict(location.spec)) == (kind, base, spec)


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({**ENTRY, "where": [{"ftp": "x", "base": "duo"}]}, "ftp"),
        ({**ENTRY, "where": [{"url": "x"}]}, "url"),
        ({**ENTRY, "where": [{"ckan": {"package": "p"}}]}, "ckan"),
        ({**ENTRY, "format": "xlsx"}, "xlsx"),
        ({**ENTRY, "colour": "blue"}, "colour"),
        ({**ENTRY, "drift": {"lines": 0.2}}, "lines"),
        ({**ENTRY, "drift": {"rows": "veel"}}, "drift.rows is 'veel'"),
        ({**ENTRY, "drift": {"rows": -1}}, "drift.rows is -1"),
        ({**ENTRY, "drift": {"rows": True}}, "drift.rows is True"),
        ({**ENTRY, "cadence": "7"}, "cadence is '7'"),
        ({**ENTRY, "editions": "all"}, "editions is 'all'"),
        ({**ENTRY, "where": [{"url": "x", "base": "duo", "bsae": "duo"}]}, "bsae"),
        ({**ENTRY, "drift": 0.2}, "drift is 0.2"),
        ({name: value for name, value in ENTRY.items() if name != "feeds"}, "feeds"),
        ("geen entry", "mapping"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused_by_name_with_the_offending_value(catalogue, entry, named):
    with pytest.raises(SettingsError) as error:
        catalogue({"goed": ENTRY, "fout": entry})
    assert str(error.value).startswith("catalogue.yaml: entry 'fout'")
    assert named in str(error.value)


@pytest.mark.parametrize("text", ["proef: {}\nproef: {}\n", "proef:\n  title: a\n  title: b\n"])
def test_a_name_that_is_given_twice_is_refused_with_its_line(tmp_path, text):
    path = tmp_path / "dubbel.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"(proef|title) is given twice, and the first would be lost[\s\S]*line [23]"):
        load_catalogue(path)


def test_registers_and_registries_with_a_file_per_year_keep_their_editions():
    kept = {name for name, each in load_catalogue().items() if each.editions == "kept"}
    assert {name for name, each in load_catalogue().items() if each.yearly} <= kept
    assert {"vestigingen_bo", "besturen_vo", "leerlingen_po_postcode4", "leerlingen_po_afstand"} <= kept
    assert not kept & {"leerlingen_po_historisch", "leerlingen_cluster", "rio_swv_vestiging"}, "each file is a whole series"


@pytest.mark.parametrize("text", ["vestigingen: [", "- los\n- lijstje\n", ""])
def test_a_file_that_is_no_catalogue_is_refused_by_name(tmp_path, text):
    path = tmp_path / "kapot.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"kapot\.yaml"):
        load_catalogue(path)
