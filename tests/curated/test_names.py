"""What an SWV is called: by the register, by a page that is surely of it, or by its gemeenten."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date

import pytest

from pipeline.curated.reference import FOLDER
from tests.support.tables import counts, curate

DAY = date(2015, 4, 23)
# of the reference file: a name that is sure, and one for which the name of the region alone speaks
SURE, UNSURE = "PO2603", "PO2703"


def region(code, *gemeenten, fictitious=False):
    """Postcode4s in an SWV's region, each in a gemeente of its own."""
    return [
        {"postcode4": f"{1000 + number}", "swv_po": code, "gemeentenaam": f"{'Fictief ' * fictitious}{naam}", "editie": DAY}
        for number, naam in enumerate(gemeenten)
    ]


def names(table, code, **tables):
    (row,) = (each for each in curate(table, **tables) if each["swv_code"] == code)
    return row


def called(code, *gemeenten, pupils=(), naam=None):
    """The row of swv_aanduiding. ``pupils`` live in the gemeenten in turn."""
    known, begin = [(f"{number:04d}", each) for number, each in enumerate(gemeenten)], date(2014, 8, 1)
    register = {"swv_nummer": code, "soort": "PAPO", "volledige_naam": naam, "begindatum": begin, "begindatum_periode": begin}
    return names(
        "swv_aanduiding",
        code,
        stg_swv_regio_wettelijk=region(code, *gemeenten),
        stg_gemeenten=[{"gemeentenummer": number, "naam": each, "editie": DAY} for number, each in known],
        stg_rio_samenwerkingsverbanden=[register] if naam else [],
        stg_leerlingen_po_postcode4=[
            {"vestigingscode": "01AA00", "postcode4_leerling": f"{1000 + number}", "soort": "BO", "peildatum": date(2024, 10, 1),
             "leerlingen": counts(_8=count)}
            for number, count in enumerate(pupils)
        ],
    )  # fmt: skip


def test_the_register_goes_before_any_page():
    row = called(SURE, "Aa", naam="Naam in RIO")
    assert (row["aanduiding"], row["naam"], row["naam_bron"]) == ("Naam in RIO", "Naam in RIO", "rio")


def test_a_page_that_is_surely_of_the_swv_gives_its_name_and_site():
    row = called(SURE, "Aa")
    assert row["aanduiding"] == row["naam"] is not None
    assert re.match(r"https?://", row["naam_bron"])
    assert row["gebied"] == "Aa"


def test_a_name_for_which_the_region_alone_speaks_is_listed_and_not_shown():
    tables = {"stg_swv_regio_wettelijk": region(UNSURE, "Aa")}
    assert names("swv_naam", UNSURE, **tables)["zeker"] is False
    row = names("samenwerkingsverband", UNSURE, **tables)
    assert (row["naam"], row["naam_bron"]) == (None, None)
    row = called(UNSURE, "Aa")
    assert (row["aanduiding"], row["website"]) == ("Aa", None)


@pytest.mark.parametrize(
    ("gemeenten", "gebied"),
    [
        (["Utrecht"], "Utrecht"),
        (["Groningen", "Noordenveld"], "Groningen en Noordenveld"),
        (["Aa", "Bb", "Cc"], "Aa, Bb en Cc"),
        (["Aa", "Bb", "Cc", "Dd"], "Aa, Bb, Cc e.a."),
        (["Beek (L.)", "Stein (L.)"], "Beek en Stein"),
    ],
)
def test_without_a_name_it_is_called_by_its_gemeenten_at_most_three(gemeenten, gebied):
    assert called(UNSURE, *gemeenten)["gebied"] == gebied


def test_the_gemeenten_with_the_most_pupils_come_first():
    row = called(UNSURE, "Aa", "Bb", "Cc", "Dd", pupils=(10, 40, 30, 20))
    assert (row["gebied"], row["gemeenten"]) == ("Bb, Cc, Dd e.a.", "Bb; Cc; Dd; Aa")


def test_no_real_name_is_given_to_an_swv_of_the_fictitious_country():
    tables = {"stg_swv_regio_wettelijk": region(SURE, "Aa", fictitious=True)}
    assert curate("swv_naam", **tables) == []
    assert names("samenwerkingsverband", SURE, **tables)["naam"] is None


def test_every_name_at_hand_has_the_page_it_was_read_on():
    with (FOLDER / "swv_namen.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["swv_code"] for row in rows}) == len(rows) == 128
    assert all(re.match(r"https?://\S+\.\S+$", row["bron"]) for row in rows)
    assert Counter(row["zekerheid"] for row in rows) == {
        "code op de pagina": 41, "gemeenten of regio": 67, "alleen de naam van de regio": 20,
    }  # fmt: skip


def test_a_board_without_a_name_is_called_by_its_number_and_its_places():
    schools = [
        {"vestigingscode": f"0{at}AA00", "instellingscode": f"0{at}AA", "vestigingsnaam": "School", "postcode": "1011AB",
         "bevoegd_gezag_nummer": board, "plaatsnaam": place}
        for at, (board, place) in enumerate(
            [("10001", "URK"), ("10002", "EDE"), ("10002", "EDE"), ("10002", "ASSEN"), ("10002", "URK"), ("10002", "ZEIST")]
        )
    ]  # fmt: skip
    boards = [{"bevoegd_gezag_nummer": number, "naam": "Stichting", "editie": date(2026, 8, 1)} for number in ("10001", "10003")]
    found = curate("bevoegd_gezag", stg_vestigingen_bo=schools, stg_besturen_bo=boards)
    assert [(each["bevoegd_gezag_nummer"], each["aanduiding"], each["reden"] is None) for each in found] == [
        ("10001", "Stichting", True), ("10002", "bestuur 10002 in EDE, ASSEN, URK e.a.", False), ("10003", "Stichting", True),
    ]  # fmt: skip
