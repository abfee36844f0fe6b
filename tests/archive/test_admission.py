"""Admission looks into files: what differs too much from the last good one is refused, in every format, and told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.archive.archive import Archive
from pipeline.contracts.loading import load_contracts
from pipeline.registries.catalogue import DriftLimits, load_catalogue
from pipeline.staging.editions import EditionFile, find
from pipeline.store.objects import Store
from tests.archive.test_fetch import Scripted, fetch
from tests.support.small import SCHOOL, csv_of

NOW = datetime(2026, 11, 24, 2, 41, 2, tzinfo=UTC)
CATALOGUE, CONTRACTS = load_catalogue(), load_contracts("staging")
PROVINCES = ("Groningen", "Drenthe", "Utrecht", "Zeeland")


def schools(numbers, **given) -> bytes:
    """A register of primary schools, each row as long as any other."""
    return csv_of(CONTRACTS["stg_vestigingen_bo"], [
        {**SCHOOL, "vestigingscode": f"{number:04}"[:2] + "AA" + f"{number:04}"[2:], "provincie": PROVINCES[number % 4], **given}
        for number in numbers
    ])  # fmt: skip


def areas(numbers) -> bytes:
    """Postcode areas as a WFS gives them."""
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"postcode": str(1000 + number)},
         "geometry": {"type": "Polygon", "coordinates": [[[4.9, 52.3], [5.0, 52.3], [5.0, 52.4], [4.9, 52.3]]]}}
        for number in numbers
    ]}).encode()  # fmt: skip


def regions(numbers) -> bytes:
    """A CBS table of regions."""
    return json.dumps({
        "MeasureGroups": [], "MeasureCodes": [{"Identifier": "N1", "Title": "Naam"}],
        "Observations": [{"RegioS": f"GM{number:04}", "Measure": "N1", "StringValue": "Almere"} for number in numbers],
    }).encode()  # fmt: skip


FORMATS = [("vestigingen_bo", schools), ("postcode4_vlakken", areas), ("gebieden", regions)]


@pytest.fixture
def archive(tmp_path):
    return Archive(Store(tmp_path))


@pytest.fixture
def look(archive):
    def at(*says, days=0, name="vestigingen_bo", limits=None, changes=True):
        registry = CATALOGUE[name] if limits is None else replace(CATALOGUE[name], drift=limits)
        contract = CONTRACTS[registry.feeds]
        return fetch(registry, [Scripted(*says, changes=changes)], archive, now=NOW + timedelta(days=days), contract=contract)

    return at


@pytest.mark.parametrize(("name", "made"), FORMATS)
@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (range(0, 400, 2), "200 rows that fit the contract, 50% less than the previous 400, where at most 20% is expected"),
        (range(800), "800 rows that fit the contract, 100% more than the previous 400, where at most 20% is expected"),
        (range(500, 900), "100% of the previous keys are gone, where at most 30% is expected"),
    ],
)
def test_a_file_that_drifts_too_far_is_refused_and_says_in_what_and_by_how_much(look, name, made, numbers, said):
    first = look(made(range(400)), name=name)
    got = look(made(numbers), days=1, name=name)
    assert got.files == first.files
    assert said in got.refused[0].reason
    assert got.refused[0].reason.endswith(f'if upstream changed for good: passend accept {name} --reason "..."')
    assert got.refused[0].acceptable
    assert not got.confirmed


@pytest.mark.parametrize(("name", "made"), FORMATS)
def test_a_file_that_grows_as_an_edition_grows_passes_and_the_next_is_compared_with_it(look, name, made):
    for day, numbers in enumerate((range(400), range(10, 440), range(20, 500), range(20, 560))):
        got = look(made(numbers), days=day, name=name)
        assert (got.refused, got.confirmed) == ((), True)


def test_codes_and_emptied_columns_are_looked_at_too(look):
    look(schools(range(400)))
    moved = look(schools(range(400), provincie="Zeeland"), days=1)
    assert moved.refused[0].reason.startswith("provincie is Zeeland in 100% of the rows, 25% before, where at most 20%")
    emptied = look(schools(range(400), denominatie=""), days=2)
    assert "column denominatie is filled in 0% of the rows, 100% before" in emptied.refused[0].reason


def test_rows_that_no_longer_fit_are_rows_that_are_gone(look):
    """A column that is written in another way has every row rejected by the reader: an earlier file is better than none."""
    look(schools(range(400)))
    got = look(schools(range(400), postcode="1011"), days=1)
    assert "0.csv: none of its 400 records fits. The first: line 2, postcode: " in got.refused[0].reason
    got = look(schools(range(400)).replace(b"1011 AA", b"1011", 300), days=2)
    assert "100 rows that fit the contract, 75% less than the previous 400" in got.refused[0].reason
    assert len(got.files) == 1


def test_the_limits_are_those_of_the_catalogue(look):
    wide = DriftLimits(size=2, rows=2)
    look(schools(range(400)))
    assert look(schools(range(800)), days=1, limits=wide).refused == ()
    assert look(schools(range(3200)), days=2, limits=wide).refused != ()


def test_a_mirror_is_compared_with_the_file_of_the_place_it_stands_in_for_but_not_in_size(look):
    look(schools(range(400)))
    other = look(b"", schools(range(500, 900)), days=1)
    assert [each.reason[:34] for each in other.refused] == ["empty file (0 bytes)", "100% of the previous keys are gone"]
    assert [each.name for each in other.files] == ["0.csv"]
    same = look(b"", schools(range(400), internetadres="https://voorbeeld.example/een-adres-dat-er-eerst-niet-bij-stond"), days=2)
    assert [each.name for each in same.files] == ["1.csv"]


def test_a_last_line_without_an_end_is_refused_where_the_previous_one_had_one(look):
    """A body that breaks off while nobody says how long it is: a few rows less are no drift, half a line is."""
    look(schools(range(400)))
    cut = look(schools(range(420))[:-20], days=1)
    assert cut.refused[0].reason.startswith("its last line has no end, which that of the previous file had")
    assert (cut.refused[0].acceptable, len(cut.files)) == (True, 1)
    mirror = look(b"", schools(range(400)).rstrip(), days=2)
    assert [each.name for each in mirror.files] == ["1.csv"], "a mirror may write its last line in its own way"


def test_a_publisher_that_never_ends_its_last_line_is_taken_as_it_is(look):
    look(schools(range(400)).rstrip())
    assert look(schools(range(410)).rstrip(), days=1).refused == ()


def test_an_edition_in_a_folder_is_compared_with_nothing(look):
    look(schools(range(400)), changes=False)
    assert look(schools(range(800)), days=1, changes=False).refused == ()


def test_every_retrieval_has_its_report_and_a_profile_is_made_once(look, archive, monkeypatch):
    look(schools(range(400)))
    folder = Path(archive.store.address) / "raw" / "vestigingen_bo"
    assert not list(folder.glob("*.profile.json")), "a first file has nothing to be compared with"
    look(None, days=1)
    look(schools(range(400)), days=2)
    assert not list(folder.glob("*.profile.json")), "the same bytes need no comparison"
    got = look(schools(range(420)), days=3)
    assert len(list(folder.glob("*.profile.json"))) == 2
    (measures,) = got.drift.values()
    assert {each.what: round(each.change, 2) for each in measures} == {
        "size": 0.05, "rows": 0.05, "columns": 0.0, "codes": 0.0, "rejected": 0.0, "keys": 0.0,
    }  # fmt: skip
    sha256 = hashlib.sha256(schools(range(420))).hexdigest()
    (record,) = folder.glob(f"{sha256}.2*Z.json")
    report = json.loads(record.read_text())["drift"]
    assert [(each["what"], each["exceeded"]) for each in report] == [(each.what, False) for each in measures]
    refused = look(schools(range(100)), days=4)
    assert refused.refused
    monkeypatch.setattr("pipeline.archive.admission.stage", lambda *_: pytest.fail("a profile that is kept is not made again"))
    assert look(schools(range(100)), days=5).refused[0].reason == refused.refused[0].reason


def test_what_cannot_be_read_is_refused_and_cannot_be_accepted(look):
    look(schools(range(400)))
    open_quotes = schools(range(400)).replace(b";De Proef;", b';"De Proef;')
    for day, (content, said) in enumerate(
        ((open_quotes, "quote"), (schools(range(400)).replace(b"postcode", b"pc", 1), "Missing"))
    ):
        got = look(content, days=day + 1)
        assert said in got.refused[0].reason
        assert (got.refused[0].acceptable, len(got.files)) == (False, 1)


def test_a_last_good_file_that_the_contract_does_not_read_leaves_only_the_size_to_compare(look):
    look(schools(range(400)).replace(b"postcode", b"postkode", 1))
    got = look(schools(range(420)), days=1)
    assert [each.what for each in got.drift["0.csv"]] == ["size"]
    assert got.refused == ()


def test_what_admission_read_is_not_read_again_by_the_staging_step(look, archive):
    look(schools(range(400)))
    (file,) = look(schools(range(420)), days=1).files
    contract = CONTRACTS["stg_vestigingen_bo"]
    edition = find(
        archive.store, contract, [EditionFile(file.name, file.sha256, file.peildatum, lambda: archive.path(file))], "csv"
    )
    assert edition.rows.rows == 420
