"""RIO's regions through its editions: an edition tells of the days until the next one, and the first of those before too."""

from __future__ import annotations

from datetime import date

import pytest

from tests.curated.test_history import SWVS
from tests.curated.test_history import edition as schools_of
from tests.support.tables import curate

BEGIN, AUTUMN, NEW_YEAR, SPRING = date(2014, 8, 1), date(2027, 11, 1), date(2028, 1, 1), date(2028, 4, 1)
A, B = "PO2707", "PO2708"


def edition(day, begin=BEGIN, end=None, **regions):
    return [
        {"swv_nummer": swv, "begindatum": begin, "einddatum": end, "postcodecijfers": codes, "editie": day}
        for swv, codes in regions.items()
    ]


def regions(*editions, postcode4="1011"):
    return [
        tuple(row[name] for name in ("swv_code", "geldig_vanaf", "geldig_tot", "geldig_vanaf_na"))
        for row in curate("postcode4_swv", stg_rio_swv_regio=[row for each in editions for row in each])
        if row["postcode4"] == postcode4
    ]


BEFORE, AFTER = {A: "1011,1012", B: "1013"}, {A: "1012", B: "1011,1013"}


@pytest.mark.parametrize("turned", [1, -1])
def test_a_postcode_that_another_edition_has_elsewhere_went_there_after_the_one_before(turned):
    given = [edition(AUTUMN, **BEFORE), edition(NEW_YEAR, **AFTER)][::turned]
    assert regions(*given) == [(A, BEGIN, NEW_YEAR, None), (B, NEW_YEAR, None, AUTUMN)]
    assert regions(*given, postcode4="1012") == [(A, BEGIN, None, None)]
    assert regions(*given, postcode4="1013") == [(B, BEGIN, None, None)]


SCHOOL = {
    "vestigingscode": "01AA00", "instellingscode": "01AA", "vestigingsnaam": "De Proef", "bevoegd_gezag_nummer": "10001",
    "postcode": "1011AB", "plaatsnaam": "AMSTERDAM", "gemeentenummer": "0363", "editie": date(2020, 10, 1),
}  # fmt: skip
OWN = [*edition(SPRING, **{A: "1012"}), *edition(SPRING, NEW_YEAR, **{B: "1011,1013"})]


@pytest.mark.parametrize(
    ("later", "ground", "after", "changed"),
    [
        # between the two editions, on a day that neither gives: known on that of the second
        (edition(NEW_YEAR, **AFTER), "eerst gezien", AUTUMN, (AUTUMN, NEW_YEAR, None, NEW_YEAR)),
        (OWN, "register", None, (date(2027, 12, 31), NEW_YEAR, NEW_YEAR, None)),
    ],
)
def test_what_an_edition_shows_first_is_never_a_date_of_the_registry(later, ground, after, changed):
    tables = {"stg_vestigingen_bo": [SCHOOL], "stg_rio_swv_regio": [*edition(AUTUMN, **BEFORE), *later]}
    names = ("swv_code", "geldig_vanaf", "geldig_vanaf_grond", "geldig_vanaf_na")
    links = [tuple(each[name] for name in names) for each in curate("koppeling", **tables) if each["swv_code"]]
    assert [each for each in links if each[0] == B] == [(B, NEW_YEAR, ground, after)]
    (told,) = (each for each in curate("wijzigingen", **tables) if each["soort"] == "ander samenwerkingsverband")
    assert tuple(told[name] for name in ("gebeurd_na", "gebeurd_uiterlijk", "gebeurd_op", "bekend_vanaf")) == changed


def test_one_edition_tells_of_all_days():
    assert regions(edition(NEW_YEAR, **AFTER)) == [(B, BEGIN, None, None)]


def test_a_region_that_says_itself_when_it_begins_does_so():
    later = [*edition(SPRING, **{A: "1012"}), *edition(SPRING, NEW_YEAR, **{B: "1011,1013"})]
    assert regions(edition(AUTUMN, **BEFORE), later) == [(A, BEGIN, NEW_YEAR, None), (B, NEW_YEAR, None, None)]
    assert regions(edition(AUTUMN, **BEFORE), later, postcode4="1013") == [(B, BEGIN, None, None)]
    announced = [*edition(AUTUMN, end=NEW_YEAR, **{A: "1011"}), *edition(AUTUMN, NEW_YEAR, **{B: "1011"})]
    expected = [(A, BEGIN, NEW_YEAR, None), (B, NEW_YEAR, None, None)]
    assert regions(announced) == expected
    assert regions(announced, edition(SPRING, NEW_YEAR, **{B: "1011"})) == expected


def test_what_was_announced_and_taken_back_never_was():
    announced = [*edition(AUTUMN, end=SPRING, **{A: "1011"}), *edition(AUTUMN, SPRING, **{B: "1011"})]
    assert regions(announced, edition(NEW_YEAR, **{A: "1011"})) == [(A, BEGIN, None, None)]


def test_a_region_that_an_edition_leaves_out_ends():
    assert regions(edition(AUTUMN, **BEFORE), edition(NEW_YEAR, **{B: "1013"})) == [(A, BEGIN, NEW_YEAR, None)]


def test_a_postcode_that_comes_back_has_two_periods():
    assert regions(edition(AUTUMN, **BEFORE), edition(NEW_YEAR, **AFTER), edition(SPRING, **BEFORE)) == [
        (A, BEGIN, NEW_YEAR, None), (B, NEW_YEAR, SPRING, AUTUMN), (A, SPRING, None, NEW_YEAR),
    ]  # fmt: skip


def test_the_heir_of_an_ended_region_has_its_postcodes_from_that_day_through_every_edition():
    gone = date(2020, 8, 1)
    rows = [[*edition(day, end=gone, **{A: "1011"}), *edition(day, **{B: codes})] for day, codes in
            ((AUTUMN, "1011,1012"), (NEW_YEAR, "1011"))]  # fmt: skip
    assert regions(*rows) == [(A, BEGIN, gone, None), (B, gone, None, None)]
    assert regions(*rows, postcode4="1012") == [(B, BEGIN, NEW_YEAR, None)]


def test_until_an_edition_names_a_postcode_a_school_there_has_the_swv_of_its_gemeente():
    """As postcode4_swv has it: what an edition adds leaves no gap in the days before."""
    schools = schools_of(AUTUMN, {}, {"vestigingscode": "02BB00", "instellingscode": "02BB", "postcode": "1012AB"})
    editions = [*edition(AUTUMN, **{A: "1011"}), *edition(SPRING, **{A: "1011,1012"})]
    found = curate("koppeling", stg_vestigingen_bo=schools, stg_rio_swv_regio=editions, stg_rio_samenwerkingsverbanden=SWVS)
    assert [
        tuple(each[name] for name in ("swv_code", "methode", "geldig_vanaf", "geldig_tot"))
        for each in found if each["vestigingscode"] == "02BB00"
    ] == [(A, "gemeente", AUTUMN, SPRING), (A, "rio_regio", SPRING, None)]  # fmt: skip


def test_only_what_the_newest_edition_contradicts_is_told():
    wrong = edition(AUTUMN, end=date(2013, 1, 1), **{A: "1011"})
    assert len(curate("registerafwijking", stg_rio_swv_regio=wrong)) == 1
    assert curate("registerafwijking", stg_rio_swv_regio=[*wrong, *edition(NEW_YEAR, **{A: "1011"})]) == []
