"""Numbers of a release are found again in the files that they come from, by what is published alone: hash, line and way."""

from __future__ import annotations

import csv
import hashlib
import random
from datetime import date

import duckdb
import pytest

from pipeline.releases.release import DUCKDB_FILE
from tests.support.tables import counts, curate

DAY = date(2024, 10, 1)
FILES = {letter: letter * 64 for letter in "abc"}


@pytest.fixture(scope="module")
def reader(two_releases):
    """A release opened as a reader does, and the files of the registries by their hash."""
    files = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path for path in (two_releases.data_dir.parent / "klein").glob("*.csv")
    }
    with duckdb.connect(str(two_releases.data_dir / "releases" / "latest" / DUCKDB_FILE), read_only=True) as connection:
        yield connection, files


def _record(files, sha256: str, line: int) -> dict[str, str]:
    """The record that begins on a line of a file, by its headings."""
    header, *lines = files[sha256].read_bytes().decode("cp1252").splitlines()
    (names,), (cells,) = csv.reader([header], delimiter=";"), csv.reader([lines[line - 2]], delimiter=";")
    return dict(zip([each.upper() for each in names], cells, strict=True))


def test_ten_random_numbers_and_names_stand_on_the_line_that_their_row_names(reader):
    connection, files = reader
    pupils = connection.execute(
        "select vestigingscode, year(peildatum), leerlingen, ondergrens, bovengrens, bron, bron_sha256, bron_regel "
        "from leerlingen_vestiging"
    ).fetchall()
    schools = connection.execute(
        "select vestigingscode, naam, postcode, bron, bron_sha256, bron_regel from vestiging where bron = 'vestigingen_bo'"
    ).fetchall()
    chance = random.Random(19)  # noqa: S311 - chance, not secrecy
    for code, year, number, low, high, bron, sha256, line in chance.sample(sorted(pupils, key=repr), 5):
        assert bron in _ends(connection, "leerlingen_vestiging", "ondergrens")
        record = _record(files, sha256, line)
        assert record["VESTIGINGSCODE"] == code
        assert record[f"LEERLINGEN_{year}"] == ("<5" if number is None else str(number)), (low, high)
    for code, name, postcode, bron, sha256, line in chance.sample(sorted(schools), 5):
        assert bron in _ends(connection, "vestiging", "naam")
        assert connection.execute("select dataset from bron where sha256 = ?", [sha256]).fetchone() == (bron,)
        record = _record(files, sha256, line)
        assert (record["VESTIGINGSCODE"], record["VESTIGINGSNAAM"], record["POSTCODE"].replace(" ", "")) == (code, name, postcode)


def _ends(connection, table: str, column: str) -> set[str]:
    """The registries that a column comes from."""
    found = connection.execute(f"select distinct dataset from herkomst_van('{table}', '{column}') where dataset is not null")
    return {dataset for (dataset,) in found.fetchall()}


def _home(code: str, file: str, line: int, home: str = "1011", **ages: int) -> dict:
    return {
        "vestigingscode": code, "instellingscode": code[:4], "soort": "BO", "peildatum": DAY, "postcode4_leerling": home,
        "gemeentenummer": "0363", "leerlingen": counts(**ages), "bron_sha256": FILES[file], "bron_regel": line,
    }  # fmt: skip


HOMES = [
    _home("01AA00", "a", 2, _4=10), _home("01AA00", "a", 3, "1012", _4=5), _home("01AA00", "b", 9, "1013", _5=7),
    _home("02BB00", "a", 4, _4=20),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "column", "found"),
    [
        ("leerlingen_vestiging", "soort", {
            ("01AA00", "BO"): (22, f"{'a' * 64} {'b' * 64}", None), ("02BB00", "BO"): (20, "a" * 64, 4),
        }),
        ("leerlingen_herkomst", "herkomst", {
            ("01AA00", "1011"): (10, "a" * 64, 2), ("01AA00", "1012"): (5, "a" * 64, 3), ("01AA00", "1013"): (7, "b" * 64, 9),
            ("02BB00", "1011"): (20, "a" * 64, 4),
        }),
        ("leerlingen_vestiging_kenmerk", "waarde", {
            ("01AA00", "4"): (15, "a" * 64, None), ("01AA00", "5"): (7, "b" * 64, 9), ("02BB00", "4"): (20, "a" * 64, 4),
        }),
    ],
)  # fmt: skip
def test_a_row_of_one_record_names_its_line_and_a_sum_its_files(table, column, found):
    rows = curate(table, stg_leerlingen_po_postcode4=HOMES)
    assert {
        (each["vestigingscode"], each[column]): (each["leerlingen"], each["bron_sha256"], each["bron_regel"]) for each in rows
    } == found  # fmt: skip


SCHOOL = {
    "vestigingscode": "01AA00", "instellingscode": "01AA", "vestigingsnaam": "De Eik", "bevoegd_gezag_nummer": "12345",
    "postcode": "1011AB", "plaatsnaam": "DEELSTAD", "gemeentenummer": "0363", "editie": DAY,
}  # fmt: skip
REGION = {
    "postcode4": "1011", "gemeentenaam": "Deelstad", "swv_po": "PO2707", "swv_vo": "VO2708", "editie": date(2015, 4, 23),
    "bron_sha256": FILES["c"], "bron_regel": 7,
}  # fmt: skip
RELATION = {
    "swv_nummer": "PO2708", "vestigingscode": "01AA00", "begindatum": date(2020, 8, 1), "bron_sha256": FILES["b"],
    "bron_regel": 3,
}  # fmt: skip


@pytest.mark.parametrize(
    ("relations", "says"),
    [([], [("PO2707", "c" * 64, 7)]), ([RELATION], [("PO2707", "c" * 64, 7), ("PO2708", "b" * 64, 3)])],
    ids=["the region of its postcode", "and from 2020 a relation of RIO"],
)
def test_a_link_names_the_record_that_says_so(relations, says):
    found = curate(
        "vestiging_swv", stg_vestigingen_bo=[{**SCHOOL, "editie": date(2014, 8, 1)}], stg_swv_regio_wettelijk=[REGION],
        stg_rio_swv_vestiging=relations,
        stg_rio_samenwerkingsverbanden=[
            {"swv_nummer": code, "soort": "PAPO", "begindatum": date(2013, 11, 1), "in_bedrijfdatum": date(2014, 8, 1)}
            for code in ("PO2707", "PO2708")
        ],
    )  # fmt: skip
    assert [(each["swv_code"], each["bron_sha256"], each["bron_regel"]) for each in found if each["swv_code"]] == says


def test_a_board_names_the_record_that_gives_its_name_and_one_of_before_is_there_too():
    boards = [
        {"bevoegd_gezag_nummer": "12345", "naam": name, "editie": day, "bron_sha256": FILES[file], "bron_regel": line}
        for name, day, file, line in (("Oud", date(2020, 1, 1), "a", 5), ("Nieuw", DAY, "b", 8))
    ]
    before = {**SCHOOL, "bevoegd_gezag_nummer": "54321", "editie": date(2020, 12, 1)}
    found = curate("bevoegd_gezag", stg_besturen_bo=boards, stg_vestigingen_bo=[before, SCHOOL])
    assert [(each["bevoegd_gezag_nummer"], each["aanduiding"], each["bron_sha256"], each["bron_regel"]) for each in found] == [
        ("12345", "Nieuw", "b" * 64, 8), ("54321", "bestuur 54321 in DEELSTAD", None, None),
    ]  # fmt: skip
