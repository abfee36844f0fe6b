"""An amount from the Staatscourant is one row of one file: what a right row does, and how a wrong one is told."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from pipeline.contracts.expectations import expectations_of
from pipeline.curated.reference import known, load
from pipeline.errors import SettingsError
from tests.conftest import REPOSITORY
from tests.support.database import empty, make
from tests.support.money import (
    CURATED,
    PARAMETERS,
    REFERENCE,
    build_up,
    failed,
    lines,
    made,
    parameter_row,
    reference,
    rows_of,
)

TABLE = "bekostigingsparameter"
# where an added row stands in the file: after the project's own
OWN = (REFERENCE / PARAMETERS).read_text(encoding="utf-8").splitlines()
FIRST = len(OWN) + 1


def line_of(start: str) -> int:
    return next(number for number, row in enumerate(OWN, 1) if row.startswith(start))


KNOWN = {"parameter": "vso_afdracht", "sector": "VSO", "categorie": "1", "periode": "2016", "component": "materieel"}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bedragen")
    with empty() as connection:

        def read(*rows):
            connection.execute("drop schema referentie cascade")
            load(connection, known(), reference(folder, *rows))
            make(connection, TABLE)
            return connection

        yield read


def test_the_projects_own_amounts_have_no_objection_and_pass_every_check(database):
    connection = database()
    assert rows_of(connection, f"select count(*) as n, count(bezwaar) as bezwaren from {TABLE}") == [
        {"n": FIRST - 2, "bezwaren": 0}
    ]
    assert failed(connection, TABLE) == {}


def test_a_right_row_is_taken_as_it_is_written_and_may_leave_out_the_last_cell(database):
    connection = database(
        parameter_row().removesuffix(",\n") + "\n", "\n", parameter_row(sector="VO", gepubliceerd_op="2026-09-30")
    )
    po, vo = rows_of(
        connection,
        f"select bedrag, bron, gepubliceerd_op::varchar as op, regel from {TABLE} where regel >= {FIRST}",
    )
    assert po == {"bedrag": Decimal("300.00"), "bron": "Staatscourant 2026, 12345, art 3", "op": None, "regel": FIRST}
    assert vo["op"] == "2026-09-30"
    assert failed(connection, TABLE) == {}


@pytest.mark.parametrize(
    ("row", "check", "told"),
    [
        (
            {"parameter": "zware_ondersteuning_nrom"},
            "onbekende_parameter",
            "'zware_ondersteuning_nrom', lijkt op zware_ondersteuning_norm",
        ),
        ({"parameter": ""}, "onbekende_parameter", "onbekende parameter (leeg)"),
        (
            {"sector": "PV"},
            "onbekende_parameter",
            "onbekende sector of categorie 'PV', bekend bij zware_ondersteuning_norm: PO, VO",
        ),
        ({**KNOWN, "categorie": "4", "versie": "2"}, "onbekende_parameter", "'VSO 4', bekend bij vso_afdracht: SO<8 1, SO<8 2"),
        ({"periode": "2027/2028"}, "onbekende_periode", "onbekende periode '2027/2028', schrijf 2015-2016 of 2016"),
        ({"periode": "2015-2017", "periodesoort": "schooljaar"}, "onbekende_periode", "onbekende periode '2015-2017'"),
        ({"periode": "27"}, "onbekende_periode", "onbekende periode '27'"),
        ({"periode": ""}, "onbekende_periode", "onbekende periode (leeg)"),
        (
            {"periodesoort": "schooljaar"},
            "onbekende_periode",
            "periodesoort 'schooljaar' past niet bij periode 2027, dat is een kalenderjaar",
        ),
        ({"periodesoort": "Kalenderjaar"}, "onbekende_periode", "periodesoort 'Kalenderjaar' past niet"),
        (
            {"component": "totale"},
            "onbekende_component",
            "onbekende component 'totale', schrijf personeel, materieel, totaal of niets",
        ),
        ({"component": "materieel"}, "ongebruikt", "materieel in kalenderjaar 2027; wel materieel van 2014 tot en met 2022"),
        ({"periode": "2027-2028", "periodesoort": "schooljaar"}, "ongebruikt", "geen regel van de opbouw gebruikt dit"),
        (
            {**KNOWN, "periode": "2015-2016", "periodesoort": "schooljaar", "component": "personeel"},
            "versie",
            f"zelfde versie als regel {line_of('vso_afdracht,VSO,1,2015-2016,schooljaar,personeel,1')},",
        ),
        ({"versie": ""}, "versie", "versie (leeg) is geen heel getal vanaf 1"),
        ({"versie": "0"}, "versie", "versie '0' is geen heel getal vanaf 1"),
        ({"versie": "1.5"}, "versie", "versie '1.5' is geen heel getal vanaf 1"),
        ({"bedrag": "-300.00"}, "bedrag", "bedrag -300.00 is negatief"),
        ({"bedrag": "300,00"}, "bedrag", "bedrag '300,00' is geen bedrag in euro"),
        ({"bedrag": "300.005"}, "bedrag", "bedrag '300.005' is geen bedrag in euro"),
        ({"bedrag": ""}, "bedrag", "bedrag (leeg) is geen bedrag in euro"),
        ({"bron": ""}, "bron", "geen bron"),
        ({"bron": "  "}, "bron", "geen bron"),
        ({"status": ""}, "bron", "geen status"),
        ({"status": "gelezen"}, "bron", "status 'gelezen' begint niet met official, secondary of derived"),
        ({"zonder_regel": "ja"}, "onbekende_parameter", "een regel van de opbouw gebruikt dit, dus zonder_regel is leeg"),
        ({"gepubliceerd_op": "5-10-2023"}, "datum", "gepubliceerd_op '5-10-2023' is geen datum, schrijf 2023-10-05"),
        ({"teldatum": "1 februari"}, "datum", "teldatum '1 februari' is geen datum, schrijf 2014-10-01"),
    ],
)
def test_a_wrong_row_is_told_by_the_check_of_its_kind_with_its_line_and_what_to_write(database, row, check, told):
    connection = database(parameter_row(**row))
    found = failed(connection, TABLE)
    assert {name for name in found if name.startswith("bezwaar__")} == {f"bezwaar__{check}"}
    outcome = found[f"bezwaar__{check}"]
    assert outcome.blocks
    (example,) = outcome.examples
    assert example["bezwaar"].startswith(f"regel {FIRST}: ")
    assert told in example["bezwaar"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"periode": "2016", "component": "totaal"}, None),
        ({}, {"component": "", "periode": "2027"}),
    ],
    ids=["a total beside a part", "not split beside a total"],
)
def test_two_amounts_for_the_same_days_are_told_by_the_line_of_both(database, first, second):
    rows = [parameter_row(**each) for each in (first, second) if each is not None]
    found = failed(database(*rows), TABLE)["bezwaar__overlap"]
    assert found.blocks
    (example,) = found.examples
    assert example["bezwaar"].startswith(f"regel {FIRST + len(rows) - 1}: ")
    assert (
        f"overlapt met de periode van regel {FIRST if second else line_of('zware_ondersteuning_norm,PO,,2015-2016')}"
        in example["bezwaar"]
    )


def test_a_school_year_and_a_calendar_year_overlap_where_they_are_for_the_same_part(database):
    """Personnel is for a school year, materieel for a calendar year: the same part for both would count five months twice."""
    row = {"parameter": "lwoo_pro_ondersteuningsbedrag", "sector": "VO", "component": "personeel"}
    rows = [
        parameter_row(**row, periode="2018"),
        parameter_row(**row, periode="2017-2018", periodesoort="schooljaar"),
        parameter_row(**row, periode="2016-2017", periodesoort="schooljaar", versie="2"),
    ]
    told = [each["bezwaar"] for each in failed(database(*rows), TABLE)["bezwaar__overlap"].examples]
    assert f"overlapt met de periode van regel {FIRST}" in told[0]
    assert len(told) == 2


def test_a_later_version_cannot_have_been_published_earlier(database):
    rows = [parameter_row(gepubliceerd_op="2026-10-05"), parameter_row(versie="2", gepubliceerd_op="2026-09-01")]
    found = failed(database(*rows), TABLE)
    assert set(found) == {"bezwaar__datum"}
    assert f"ligt voor die van een lagere versie op regel {FIRST}" in found["bezwaar__datum"].examples[0]["bezwaar"]


def test_each_kind_of_mistake_has_a_check_and_each_check_a_mistake():
    """The named checks read bezwaar; a phrase that none of them knows would pass."""
    names = [each.name for each in expectations_of(CURATED[TABLE]) if each.name.startswith("bezwaar__")]
    (mark,) = test_a_wrong_row_is_told_by_the_check_of_its_kind_with_its_line_and_what_to_write.pytestmark
    told = {check for _, check, _ in mark.args[1]}
    assert {f"bezwaar__{each}" for each in told | {"overlap"}} == set(names)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (parameter_row().replace("\n", ",x,y\n"), "15 cells under 13 columns"),
        ('zware_ondersteuning_norm,PO,,2027,"kalenderjaar,totaal\n', "unexpected end of data"),
    ],
)
def test_a_row_that_breaks_the_file_is_told_with_its_line(database, text, told):
    with pytest.raises(SettingsError) as error:
        database(text)
    assert f"{PARAMETERS}, line {FIRST}: {told}" in str(error.value)


def test_a_file_that_a_spreadsheet_wrote_with_semicolons_is_told(tmp_path):
    path = tmp_path / PARAMETERS
    path.write_text((REFERENCE / PARAMETERS).read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    with duckdb.connect() as database, pytest.raises(SettingsError, match="divided by commas"):
        load(database, [path.stem], tmp_path)


def test_a_wrong_row_leaves_the_money_of_others_as_it_is_until_the_check_stops_the_release(tmp_path):
    counts = [("20AA00", "BO", "2026-02-01", 100, 100)]
    rows = [parameter_row(parameter="lichte_ondersteuning_per_bao_leerling"), parameter_row(bedrag="zoveel", versie="2")]
    with made(tmp_path, counts, rows=rows) as connection:
        found = lines(build_up(connection, "PO2707", "2027"))
        assert found["lichte_ondersteuning"]["bedrag"] == Decimal("30000.00")
        assert found["zware_ondersteuning"]["bedrag"] is None
        assert "bezwaar__bedrag" in failed(connection, TABLE)


def test_the_newest_version_counts_and_each_result_names_the_one_it_used(tmp_path):
    counts = [("20AA00", "BO", "2026-02-01", 100, 100), ("20BB00", "SBO", "2026-02-01", 10, 10)]
    rows = [
        parameter_row(bedrag="300.00", gepubliceerd_op="2026-09-01"),
        parameter_row(bedrag="310.00", versie="2", gepubliceerd_op="2027-10-05", bron="Staatscourant 2027, 54321"),
    ]
    with made(tmp_path, counts, rows=rows) as connection:
        row = lines(build_up(connection, "PO2707", "2027"))["zware_ondersteuning"]
        assert (row["bedrag"], row["versie"], str(row["gepubliceerd_op"]), row["bron"]) == (
            Decimal("34100.00"), 2, "2027-10-05", "Staatscourant 2027, 54321",
        )  # fmt: skip
        assert lines(build_up(connection, "PO2707", "2027"))["netto"]["versie"] == 2
        assert failed(connection, TABLE) == {}


def test_the_row_that_a_reader_is_shown_is_one_that_passes(database):
    text = (REPOSITORY / "docs/funding.md").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if row.startswith("zware_ondersteuning_norm,")]
    connection = database(*(f"{row}\n" for row in rows))
    assert len(rows) == 1
    assert rows_of(connection, f"select regel, bedrag from {TABLE} where regel >= {FIRST}") == [
        {"regel": FIRST, "bedrag": Decimal("512.34")}
    ]
    assert failed(connection, TABLE) == {}
