"""What changed, one row per change, with an id that stays and bounds that become narrower."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from pipeline.checks.batch import make_batch
from pipeline.checks.validation import validate
from tests.curated.test_history import D14, D18, FIRST, SECOND, SWVS, THIRD, edition, relations
from tests.support.database import CONTRACTS
from tests.support.tables import counts, curate, insert

MOVED = {"postcode": "1012AB", "straatnaam": "Kerkstraat"}
OTHER = {"vestigingscode": "02BB00", "instellingscode": "02BB"}


def changes(*columns, **tables):
    """These columns of every change, by id."""
    return {each["id"]: tuple(each[name] for name in columns) for each in curate("wijzigingen", **tables)}


def test_a_school_that_opened_closed_or_opened_again_is_told_with_the_editions_between_which_it_did():
    found = changes(
        "soort", "gebeurd_na", "gebeurd_uiterlijk", "gebeurd_op", "bekend_vanaf",
        stg_vestigingen_bo=edition(FIRST, {}) + edition(SECOND, OTHER) + edition(THIRD, {}, OTHER),
    )  # fmt: skip
    assert found == {
        "vestiging/01AA00/bo/gesloten": ("gesloten", FIRST, SECOND, None, SECOND),
        "vestiging/01AA00/bo/heropend": ("heropend", SECOND, THIRD, None, THIRD),
        "vestiging/02BB00/bo/geopend": ("geopend", FIRST, SECOND, None, SECOND),
    }


def counted(code, soort, **years):
    return {"vestigingscode": code, "instellingscode": code[:4], "naam": f"School {code}", "soort": soort,
            "editie": date(2025, 10, 1), "leerlingen": counts(**years)}  # fmt: skip


def test_what_opened_or_closed_since_the_newest_register_of_its_kind_is_told_by_the_counts():
    found = changes(
        "soort", "gebeurd_na", "gebeurd_uiterlijk", "bekend_vanaf", "van", "naar",
        stg_leerlingen_po_historisch=[
            counted("03CC00", "SO", _2023=30, _2024=30, _2025=30), counted("04DD00", "VSO", _2025=12),
            counted("05EE00", "SO", _2023=20, _2024=9), counted("06FF00", "SBO", _2024=9, _2025=9),
        ],
    )  # fmt: skip
    before, day = date(2024, 10, 1), date(2025, 10, 1)
    assert found == {
        "vestiging/04DD00/so/geopend": ("geopend", before, day, day, None, "School 04DD00"),
        "vestiging/05EE00/so/gesloten": ("gesloten", before, day, day, "School 05EE00", None),
    }


def test_what_a_register_tells_is_not_told_by_the_counts_too():
    newest = date(2026, 8, 1)
    names = [{"vestigingscode": code, "instellingscode": code[:4]} for code in ("03CC00", "04DD00")]
    schools = edition(date(2024, 8, 1), names[0]) + edition(newest, *names)
    found = changes(
        "gebeurd_uiterlijk", stg_vestigingen_bo=schools,
        stg_leerlingen_po_historisch=[counted("03CC00", "BO", _2023=30, _2024=30), counted("04DD00", "BO", _2025=12)],
    )  # fmt: skip
    assert found == {"vestiging/04DD00/bo/geopend": (newest,)}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (MOVED, {"verhuisd": ("Dorpsstraat 1, 1011AB, AMSTERDAM", "Kerkstraat 1, 1012AB, AMSTERDAM")}),
        ({"huisnummer_toevoeging": "3"}, {"adres": ("Dorpsstraat 1, 1011AB, AMSTERDAM", "Dorpsstraat 3, 1011AB, AMSTERDAM")}),
        # no other location keeps the gemeente
        ({"gemeentenummer": "0999"}, {"herindeling": ("0363", "0999"), "opgegaan": ("0363", "0999")}),
        (
            {"vestigingsnaam": "Anders", "bevoegd_gezag_nummer": "10002", "denominatie": "Rooms-Katholiek"},
            {"hernoemd": ("De Proef", "Anders"), "ander bestuur": ("10001", "10002"),
             "andere denominatie": ("Openbaar", "Rooms-Katholiek")},
        ),
    ],
)  # fmt: skip
def test_each_change_of_a_location_is_a_row_that_says_from_what_to_what(change, expected):
    found = changes("soort", "van", "naar", stg_vestigingen_bo=edition(FIRST, {}) + edition(SECOND, change))
    assert {soort: tuple(rest) for soort, *rest in found.values()} == expected


def test_an_edition_between_two_others_narrows_the_bounds_and_keeps_the_ids():
    outer = edition(FIRST, {}) + edition(THIRD, {**MOVED, "vestigingsnaam": "Anders"})
    wide = changes("gebeurd_na", "gebeurd_uiterlijk", stg_vestigingen_bo=outer)
    narrow = changes(
        "gebeurd_na", "gebeurd_uiterlijk", stg_vestigingen_bo=outer + edition(SECOND, {**MOVED, "plaatsnaam": "Amsterdam"})
    )
    assert wide.keys() == narrow.keys()
    assert set(wide.values()) == {(FIRST, THIRD)}
    assert {each.split("/")[3]: narrow[each] for each in narrow} == {"verhuisd": (FIRST, SECOND), "hernoemd": (SECOND, THIRD)}


def test_the_same_move_once_more_has_an_id_of_its_own():
    days = [date(year, 8, 1) for year in (2020, 2021, 2022, 2023)]
    editions = [row for number, day in enumerate(days) for row in edition(day, MOVED if number % 2 else {})]
    ids = list(changes("soort", stg_vestigingen_bo=editions))
    assert len(ids) == 3
    (again,) = (each for each in ids if each.endswith("/2"))
    assert again.removesuffix("/2") in ids


def test_a_link_that_the_registry_dates_has_its_day_and_one_that_follows_from_a_move_the_bounds_of_that():
    found = changes(
        "van", "naar", "gebeurd_op", "gebeurd_uiterlijk", "bekend_vanaf", **relations(("PO2707", D14, D18), ("PO2708", D18, None))
    )
    assert [each for key, each in found.items() if "/PO/" in key] == [("PO2707", "PO2708", D18, D18, None)]
    regions = [
        {"postcode4": "1011", "swv_po": "PO2707", "swv_vo": "VO2701", "editie": date(2015, 4, 23)},
        {"postcode4": "1012", "swv_po": "PO2708", "swv_vo": "VO2701", "editie": date(2015, 4, 23)},
    ]
    moved = changes(
        "soort", "van", "naar", "gebeurd_na", "gebeurd_uiterlijk", "gebeurd_op",
        stg_vestigingen_bo=edition(FIRST, {}) + edition(SECOND, MOVED), stg_swv_regio_wettelijk=regions,
    )  # fmt: skip
    assert ("ander samenwerkingsverband", "PO2707", "PO2708", FIRST, SECOND, None) in moved.values()


@pytest.mark.parametrize(("ends", "told"), [(date(2030, 8, 1), []), (D18, [["PO2708", "PO2707"]])])
def test_what_comes_after_a_relation_that_is_announced_to_end_is_told_when_that_day_is_there(ends, told):
    regions = [{"postcode4": "1011", "swv_po": "PO2707", "swv_vo": "VO2701", "editie": date(2015, 4, 23)}]
    given = relations(("PO2708", D14, ends)) | {"stg_swv_regio_wettelijk": regions}
    found = changes("soort", "van", "naar", **given)
    assert [rest for soort, *rest in found.values() if soort == "ander samenwerkingsverband"] == told


def test_a_samenwerkingsverband_that_went_over_in_another_names_it_with_the_day():
    given = relations(("PO2707", D14, D18), ("PO2708", D18, None))
    given["stg_rio_samenwerkingsverbanden"] = [{**SWVS[0], "einddatum": D18}, *SWVS[1:]]
    found = changes("soort", "naar", "gebeurd_na", "gebeurd_op", **given)
    assert found["samenwerkingsverband/PO2707/PO/opgegaan"] == ("opgegaan", "PO2708", date(2018, 7, 31), D18)


def test_a_samenwerkingsverband_that_began_later_ended_without_heir_or_took_another_name_is_told():
    rows = [
        {
            **SWVS[0],
            "begindatum": D18,
            "begindatum_periode": D18,
            "volledige_naam": "Oud",
            "einddatum_periode": FIRST,
            "einddatum": THIRD,
        },
        {**SWVS[0], "begindatum": D18, "begindatum_periode": FIRST, "volledige_naam": "Nieuw", "einddatum": THIRD},
    ]
    found = changes("van", "naar", "gebeurd_op", stg_rio_samenwerkingsverbanden=rows)
    by_kind = {each.split("/")[3]: found[each] for each in found}
    assert by_kind == {
        "begonnen": (None, "Nieuw", D18), "hernoemd": ("Oud", "Nieuw", FIRST), "beëindigd": ("PO2707", None, THIRD),
    }  # fmt: skip


def test_a_gemeente_that_went_over_in_another_names_it():
    schools = edition(FIRST, {"gemeentenummer": "0018"}) + edition(SECOND, {"gemeentenummer": "1952"})
    boundaries = [{"gemeentenummer": "1952", "naam": "Midden-Groningen", "editie": date(2023, 1, 1)}]
    found = changes("naar", "gebeurd_na", "gebeurd_uiterlijk", stg_vestigingen_bo=schools, stg_gemeenten=boundaries)
    assert found["gemeente/0018/opgegaan"] == ("1952", FIRST, date(2023, 1, 1))


@pytest.mark.usefixtures("great_expectations")
@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({}, set()),
        ({"gebeurd_na": SECOND}, {"gebeurd_uiterlijk__na_gebeurd_na"}),
        ({"gebeurd_op": THIRD}, {"gebeurd_op__is_gebeurd_uiterlijk"}),
        ({"bekend_vanaf": None}, {"bekend_vanaf__zonder_dag"}),
        ({"naar": None}, {"naar__bij_opening_en_overgang"}),
    ],
)
def test_each_promise_about_a_change_is_broken_by_one_that_breaks_it(change, broken):
    contract = CONTRACTS["wijzigingen"]
    sound = {
        "id": "vestiging/01AA00/bo/geopend", "onderwerp": "vestiging", "code": "01AA00", "deel": "bo", "soort": "geopend",
        "naam": "De Proef", "van": None, "naar": "De Proef", "gebeurd_na": FIRST, "gebeurd_uiterlijk": SECOND,
        "gebeurd_op": None, "bekend_vanaf": SECOND, "bron": "vestigingen_bo",
    }  # fmt: skip
    dated = {**sound, "id": "vestiging/01AA00/bo/gesloten", "soort": "gesloten", "gebeurd_op": SECOND}
    with duckdb.connect() as database:
        database.execute(contract.ddl())
        insert(database, contract, [{**sound, **change}, dated])
        batch = make_batch(database, contract)
    outcomes = validate(batch.table, batch.frame, batch.expectations, batch.keys)
    assert {each.check for each in outcomes if each.status != "passed"} == broken
