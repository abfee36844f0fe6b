"""What an SWV counts itself: it completes a build-up, never replaces what a registry knows, and is told where it is not used."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

import pytest

from pipeline.funding.lookup import Swv
from pipeline.funding.scenario import Scenario, recompute
from pipeline.funding.statement import build_up_text
from tests.support.database import make
from tests.support.money import BUILT, build_up, euro, failed, lines, made, rows_of

PERIOD = "2015-2016"
# worked example 1: 14,700 bao and 300 sbo, and the pupils with a TLV of this SWV
PUPILS = (("20AA00", "BO", "2014-10-01", 14_700, 14_700), ("20BB00", "SBO", "2014-10-01", 300, 300))
TLV = {
    "aftrek_so_jonger_dan_8_categorie_1": 40, "aftrek_so_jonger_dan_8_categorie_3": 5, "aftrek_so_vanaf_8_categorie_1": 150,
    "aftrek_so_vanaf_8_categorie_2": 20, "aftrek_so_vanaf_8_categorie_3": 10, "aftrek_so_jonger_dan_8_categorie_2": 0,
}  # fmt: skip


def give(database, *rows, swv="PO2707", period=PERIOD):
    """Add what an SWV gives, a line with its number (and percentage), and make the money of it."""
    database.execute("insert into bron by name select repeat('a', 64) as sha256")
    number = count(2)
    for line, pupils, *percentage in rows:
        database.execute(
            "insert into stg_swv_opgave by name select ? as swv_code, ? as periode, ? as regel, ? as aantal, "
            "?::decimal(18, 2) as percentage, repeat('a', 64) as bron_sha256, ? as bron_regel",
            [swv, period, line, pupils, percentage[0] if percentage else None, next(number)],
        )
    for table in (*BUILT, "swv_opgave"):
        make(database, table)


def reasons(database):
    return dict(database.execute("select regel, reden from swv_opgave order by regel").fetchall())


def test_the_worked_example_comes_out_to_the_cent_of_what_the_swv_gives(tmp_path):
    with made(tmp_path, PUPILS) as database:
        give(database, *TLV.items())
        found = lines(build_up(database, "PO2707", PERIOD))
        assert sum(found[name]["bedrag"] for name in TLV) == -euro("2.197.594,35")
        assert {found[name]["opgave"] for name in TLV} == {"aantal"}
        assert found["zware_ondersteuning"]["opgave"] is None
        assert (found["netto"]["status"], found["aftrek_so_vanaf_8_categorie_1"]["status"]) == ("onvolledig", "volledig")
        rest = [(name, 0) for name, row in found.items() if row["parameter"] and row["aantal"] is None]
        give(database, *rest)
        netto = lines(build_up(database, "PO2707", PERIOD))["netto"]
        # lichte 2.302.167,00, and zware 4.782.450,00 less the deductions
        assert (netto["status"], netto["bedrag"]) == ("volledig", euro("2.302.167,00") + euro("2.584.855,65"))
        assert failed(database, "swv_opgave") == {}


@pytest.mark.parametrize(
    ("line", "given", "reason"),
    [
        ("zware_ondersteuning", 15_001, "een register telt hier 15000"),
        ("aftrek_so_vanaf_9_categorie_1", 3, "dit samenwerkingsverband heeft in deze periode geen regel van deze naam"),
        ("netto", 3, "deze regel volgt uit de andere"),
    ],
)
def test_what_is_not_used_says_why_and_changes_nothing(tmp_path, line, given, reason):
    with made(tmp_path, PUPILS) as database:
        before = build_up(database, "PO2707", PERIOD)
        give(database, (line, given))
        assert build_up(database, "PO2707", PERIOD) == before
        assert reasons(database) == {line: reason}
        assert set(failed(database, "swv_opgave")) == {"gebruikt__overal"}


@pytest.mark.parametrize(("given", "used"), [(14_900, True), (15_010, False), (14_000, False)])
def test_between_the_bounds_of_a_registry_the_own_count_decides_and_outside_them_it_does_not(tmp_path, given, used):
    unsure = [PUPILS[0], ("20BB00", "SBO", "2014-10-01", 1, 300)]
    with made(tmp_path, unsure) as database:
        give(database, ("zware_ondersteuning", given))
        line = lines(build_up(database, "PO2707", PERIOD))["zware_ondersteuning"]
        assert (line["aantal_ondergrens"], line["aantal_bovengrens"]) == ((given, given) if used else (14_701, 15_000))
        assert reasons(database) == {"zware_ondersteuning": None if used else "een register telt hier 14701 tot 15000"}


def test_a_percentage_is_of_the_swv_where_no_law_gives_it(tmp_path):
    with made(tmp_path, [("20CC00", "VO", "2015-10-01", 10_000, 10_000)]) as database:
        given = ("lwoo_pro", None, Decimal("11.25")), ("zware_ondersteuning", None, Decimal(50))
        give(database, *given, swv="VO2708", period="2016")
        line = lines(build_up(database, "VO2708", "2016"))["lwoo_pro"]
        assert (line["percentage"], line["opgave"], line["status"]) == (Decimal("11.25"), "percentage", "volledig")
        assert reasons(database) == {"lwoo_pro": None, "zware_ondersteuning": "deze regel heeft geen percentage"}


def test_the_sheet_ends_with_the_file_that_would_complete_it_and_says_what_the_swv_gave(tmp_path):
    with made(tmp_path, PUPILS) as database:
        give(database, ("aftrek_so_vanaf_8_categorie_1", 150))
        rows = build_up(database, "PO2707", PERIOD)
        result = recompute(rows, rows_of(database, "from bekostigingsparameter"), Scenario())
        text = build_up_text(Swv("PO2707", None, "proef", False, []), PERIOD, result, Scenario())
    assert "aantal volgens eigen opgave" in " ".join(text.split())
    wanted = [line for line in text.splitlines() if line.startswith("PO2707;2015-2016;")]
    assert "PO2707;2015-2016;aftrek_so_vanaf_8_categorie_2;?;" in wanted
    assert "PO2707;2015-2016;verevening_so_vanaf_8_categorie_2;?;" in wanted
    assert not any("aftrek_so_vanaf_8_categorie_1;" in each for each in wanted)
