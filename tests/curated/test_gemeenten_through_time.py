"""Gemeenten that merge and divide: by the numbers of the day of a count, and by those of today."""

from __future__ import annotations

from datetime import date

from tests.support.tables import counts, curate

OLD, NEW, LISTED = date(2020, 12, 1), date(2026, 8, 1), date(2022, 1, 1)
SCHOOL = {
    "instellingscode": "01AA", "vestigingsnaam": "De Proef", "bevoegd_gezag_nummer": "10001", "straatnaam": "Dorpsstraat",
    "huisnummer_toevoeging": "1", "plaatsnaam": "PROEF", "denominatie": "Openbaar",
}  # fmt: skip


def school(code, postcode, gemeente, day):
    return {**SCHOOL, "vestigingscode": code, "postcode": postcode, "gemeentenummer": gemeente, "editie": day,
            "bron_sha256": f"{day:%Y}".rjust(64, "0")}  # fmt: skip


def overview(code, gemeente, **years):
    return {
        "vestigingscode": code, "instellingscode": code[:4], "naam": "De Proef", "soort": "BO", "gemeentenummer": gemeente,
        "leerlingen": counts(**years), "editie": NEW,
    }  # fmt: skip


# 0756 and 0786 merged into 1982; 0788 was divided over 0757 and 0824. 04AA00 had closed before any register at hand
TABLES = {
    "stg_vestigingen_bo": [
        school("01AA00", "5831AA", "0756", OLD), school("01AA00", "5831AA", "1982", NEW),
        school("02AA00", "5361AA", "0786", OLD), school("02AA00", "5361AA", "1982", NEW),
        school("03AA00", "5076AA", "0788", OLD), school("03AA00", "5076AA", "0757", NEW),
        school("05AA00", "5268AA", "0788", OLD), school("05AA00", "5268AA", "0824", NEW),
        school("06AA00", "5076AA", "0788", OLD),
    ],
    "stg_gemeenten": [
        {"gemeentenummer": code, "naam": code, "editie": LISTED} for code in ("1982", "0757", "0824")
    ],
    "stg_leerlingen_po_historisch": [
        overview("01AA00", "1982", _2013=100, _2019=90, _2023=80, _2025=70),
        overview("02AA00", "1982", _2013=50, _2019=50, _2023=50, _2025=50),
        overview("03AA00", "0757", _2013=10, _2019=10, _2023=10, _2025=10),
        overview("04AA00", "1982", _2013=7),
        overview("05AA00", "0824", _2013=20, _2019=20, _2023=20, _2025=20),
        overview("06AA00", "0824", _2019=5, _2023=4),
    ],
}  # fmt: skip


def by_year(year, indeling):
    return {
        each["gemeentenummer"]: each["leerlingen"]
        for each in curate("leerlingen_gemeente", **TABLES)
        if (each["peildatum"].year, each["indeling"]) == (year, indeling)
    }


def test_by_todays_gemeenten_a_series_is_of_the_same_schools_throughout():
    assert by_year(2013, "nu") == {"1982": 157, "0757": 10, "0824": 20}
    assert by_year(2019, "nu") == {"1982": 140, "0757": 10, "0824": 25}
    assert by_year(2023, "nu") == {"1982": 130, "0757": 10, "0824": 24}
    assert by_year(2025, "nu") == {"1982": 120, "0757": 10, "0824": 20}


def test_by_the_gemeenten_of_the_day_none_counts_before_it_came_or_after_it_ended():
    # nothing shows in which of those before it the school lay that had closed
    assert by_year(2013, "toen") == {"0756": 100, "0786": 50, "0788": 30, "onbekend": 7}
    assert by_year(2019, "toen") == {"0756": 90, "0786": 50, "0788": 35}
    # 06AA00 was not seen in a register since: the overview says where it lies now
    assert by_year(2023, "toen") == {"1982": 130, "0757": 10, "0824": 24}
    rows = curate("leerlingen_gemeente", **TABLES)
    assert all(each["bestaat"] is not False for each in rows)
    # what stands on a day before the first list or register at hand is not known
    assert {each["bestaat"] for each in rows if each["peildatum"].year < 2020 and each["indeling"] == "toen"} == {None}
    assert {each["bestaat"] for each in rows if each["peildatum"].year > 2020} == {True}


def test_an_heir_that_a_count_shows_before_any_list_never_stands_beside_those_before_it():
    """As Voorne aan Zee: a new school has its number in the count of 2023, the lists of 2025 are the first without the others."""
    tables = {
        "stg_vestigingen_bo": [
            school("01AA00", "3231AA", "0501", OLD), school("01AA00", "3231AA", "1992", NEW),
            school("02AA00", "3232AA", "1992", NEW),
        ],
        "stg_gemeenten": [
            *({"gemeentenummer": code, "naam": code, "editie": OLD} for code in ("0501", "0363")),
            *({"gemeentenummer": code, "naam": code, "editie": date(2025, 1, 1)} for code in ("1992", "0363")),
        ],
        "stg_leerlingen_po_postcode4": [
            {"vestigingscode": "02AA00", "instellingscode": "02AA", "naam": "Nieuw", "soort": "BO", "postcode": "3232AA",
             "peildatum": date(2024, 10, 1), "gemeentenummer": "1992", "gemeentenaam": "Voorne aan Zee",
             "postcode4_leerling": "3232", "leerlingen": counts(_8=6)},
        ],
        "stg_leerlingen_po_historisch": [
            overview("01AA00", "1992", _2019=90, _2023=80, _2024=70), overview("02AA00", "1992", _2023=5, _2024=6),
        ],
    }  # fmt: skip
    found = {
        (each["peildatum"].year, each["gemeentenummer"]): (each["leerlingen"], each["bestaat"])
        for each in curate("leerlingen_gemeente", **tables)
        if (each["rol"], each["indeling"]) == ("vestiging", "toen")
    }
    assert found == {
        (2019, "0501"): (90, None),
        (2023, "0501"): (80, True), (2023, "onbekend"): (5, None),
        (2024, "1992"): (76, True),
    }  # fmt: skip


def test_a_gemeente_that_ended_without_an_heir_that_is_known_keeps_its_pupils_and_says_so():
    tables = {
        **TABLES,
        "stg_vestigingen_bo": [school("06AA00", "5076AA", "0788", OLD)],
        "stg_leerlingen_po_historisch": [overview("06AA00", None, _2019=5, _2023=4)],
    }
    found = {(each["peildatum"].year, each["indeling"]): each for each in curate("leerlingen_gemeente", **tables)}
    assert {key: (each["gemeentenummer"], each["bestaat"]) for key, each in found.items()} == {
        (2019, "toen"): ("0788", None), (2019, "nu"): ("0788", False),
        (2023, "toen"): ("0788", False), (2023, "nu"): ("0788", False),
    }  # fmt: skip


def test_a_gemeente_that_was_there_before_it_became_an_heir_counts_its_own_pupils():
    """As Amsterdam, to which Weesp was added."""
    tables = {
        "stg_vestigingen_bo": [
            school("01AA00", "1011AA", "0363", OLD), school("01AA00", "1011AA", "0363", NEW),
            school("02AA00", "1381AA", "0457", OLD), school("02AA00", "1381AA", "0363", NEW),
        ],
        "stg_gemeenten": [{"gemeentenummer": "0363", "naam": "Amsterdam", "editie": LISTED}],
        "stg_leerlingen_po_historisch": [overview("01AA00", "0363", _2019=10), overview("02AA00", "0363", _2019=5)],
    }  # fmt: skip
    found = {(each["indeling"], each["gemeentenummer"]): each["leerlingen"] for each in curate("leerlingen_gemeente", **tables)}
    assert found == {("toen", "0363"): 10, ("toen", "0457"): 5, ("nu", "0363"): 15}


def test_the_gemeenten_of_either_kind_add_up_to_the_nation():
    for each in curate("leerlingen_nederland", **TABLES):
        assert each["bovengrens"] == each["gemeenten_toen"] == each["gemeenten_nu"] > 0


def test_periods_of_a_location_follow_the_numbers_and_join():
    found = [
        (each["vestigingscode"], each["gemeentenummer"], each["geldig_vanaf"], each["geldig_tot"], each["gemeentenummer_nu"])
        for each in curate("vestiging_gemeente", **TABLES)
        if each["vestigingscode"] in ("01AA00", "04AA00", "06AA00")
    ]
    assert found == [
        ("01AA00", "0756", date(2014, 8, 1), LISTED, "1982"), ("01AA00", "1982", LISTED, None, "1982"),
        ("04AA00", "1982", date(2014, 8, 1), None, "1982"),
        ("06AA00", "0788", date(2019, 10, 1), LISTED, "0824"), ("06AA00", "0824", LISTED, None, "0824"),
    ]  # fmt: skip


def test_a_gemeente_that_only_a_count_knows_is_kept_with_its_name():
    closed = overview("07AA00", "0003", _2013=9) | {"gemeentenaam": "Appingedam"}
    tables = {**TABLES, "stg_leerlingen_po_historisch": [*TABLES["stg_leerlingen_po_historisch"], closed]}
    known = {each["gemeentenummer"]: each for each in curate("gemeente", **tables)}
    assert (known["0003"]["naam"], known["0003"]["actueel"], known["0003"]["bron"]) == ("Appingedam", False, "leerlingen")
    # what the lists know stays as they know it
    others = {each["gemeentenummer"]: each for each in curate("gemeente", **TABLES)}
    assert {code: known[code] for code in others} == others
