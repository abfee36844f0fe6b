"""Places, names and links through time: what editions and dated relations say, as periods."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from assets.project import MODELS
from pipeline.contracts.loading import load_contracts
from pipeline.curated.questions import load_questions
from tests.support.tables import curate, insert

SCHOOL = {
    "vestigingscode": "01AA00", "instellingscode": "01AA", "vestigingsnaam": "De Proef", "bevoegd_gezag_nummer": "10001",
    "straatnaam": "Dorpsstraat", "huisnummer_toevoeging": "1", "postcode": "1011AB", "plaatsnaam": "AMSTERDAM",
    "gemeentenummer": "0363", "denominatie": "Openbaar",
}  # fmt: skip
FIRST, SECOND, THIRD = (date(year, 8, 1) for year in (2020, 2023, 2026))
SWVS = [
    {"swv_nummer": code, "soort": f"PA{code[:2]}", "volledige_naam": code, "begindatum": date(2014, 8, 1),
     "begindatum_periode": date(2014, 8, 1)}
    for code in ("PO2707", "PO2708", "VO2701")
]  # fmt: skip


def edition(day, *schools):
    return [{**SCHOOL, "editie": day, "bron_sha256": f"{day:%Y}".rjust(64, "0"), **each} for each in schools]


def periods(**tables):
    return [
        tuple(row[name] for name in ("geldig_vanaf", "geldig_tot", "begin", "einde", "gewijzigd", "wijziging"))
        for row in curate("vestiging_historie", **tables)
    ]


# -- editions of a register ----------------------------------------


@pytest.mark.parametrize(
    ("change", "columns", "meaning"),
    [
        ({"vestigingsnaam": "De Nieuwe Proef"}, "naam", "hernoemd"),
        ({"bevoegd_gezag_nummer": "10002"}, "bevoegd_gezag_nummer", "ander bestuur"),
        ({"denominatie": "Rooms-Katholiek"}, "denominatie", "andere denominatie"),
        ({"postcode": "1012AB", "straatnaam": "Kerkstraat"}, "adres, postcode", "verhuisd"),
        ({"huisnummer_toevoeging": "3"}, "adres", "adres"),
        ({"gemeentenummer": "0999"}, "gemeentenummer", "herindeling"),
        ({"vestigingsnaam": "Anders", "bevoegd_gezag_nummer": "10002"}, "naam, bevoegd_gezag_nummer", "hernoemd, ander bestuur"),
    ],
)
def test_a_change_between_editions_names_its_columns_and_what_they_amount_to(change, columns, meaning):
    found = periods(stg_vestigingen_bo=edition(FIRST, {}) + edition(SECOND, change))
    assert found == [
        (FIRST, SECOND, "eerste editie", "gewijzigd", None, None),
        (SECOND, None, "gewijzigd", None, columns, meaning),
    ]


@pytest.mark.parametrize(
    "spelling", [{"vestigingsnaam": "DE PROEF"}, {"vestigingsnaam": "Dé Proef"}, {"plaatsnaam": "Amsterdam"}]
)
def test_another_spelling_is_no_change(spelling):
    (only,) = periods(stg_vestigingen_bo=edition(FIRST, {}) + edition(SECOND, spelling))
    assert only == (FIRST, None, "eerste editie", None, None, None)


def test_a_location_opens_closes_and_opens_again_at_the_editions_that_show_it():
    other = {"vestigingscode": "02BB00", "instellingscode": "02BB"}
    editions = edition(FIRST, {}) + edition(SECOND, other) + edition(THIRD, {}, other)
    assert periods(stg_vestigingen_bo=editions) == [
        (FIRST, SECOND, "eerste editie", "gesloten", None, None),
        (THIRD, None, "heropend", None, None, None),
        (SECOND, None, "geopend", None, None, None),
    ]
    reopened = curate("vestiging_historie", stg_vestigingen_bo=editions)[1]
    assert reopened["vorige_editie"] == SECOND  # it happened after that edition and no later than the next


def test_the_count_of_a_day_is_linked_by_the_address_of_that_day():
    regions = [
        {"postcode4": "1011", "swv_po": "PO2707", "swv_vo": "VO2701", "editie": date(2015, 4, 23)},
        {"postcode4": "1012", "swv_po": "PO2708", "swv_vo": "VO2701", "editie": date(2015, 4, 23)},
    ]
    links = curate(
        "vestiging_swv",
        stg_vestigingen_bo=edition(FIRST, {}) + edition(SECOND, {"postcode": "1012AB"}),
        stg_swv_regio_wettelijk=regions,
    )
    assert [(each["swv_code"], each["geldig_vanaf"], each["geldig_tot"]) for each in links] == [
        (None, date(2014, 8, 1), date(2015, 4, 23)),
        ("PO2707", date(2015, 4, 23), SECOND), ("PO2708", SECOND, None),
    ]  # fmt: skip


# -- dated relations ----------------------------------------


def relations(*rows):
    return {
        "stg_vestigingen_bo": edition(THIRD, {}),
        "stg_rio_samenwerkingsverbanden": SWVS,
        "stg_rio_swv_vestiging": [
            {"vestigingscode": "01AA00", "swv_nummer": code, "begindatum": start, "einddatum": end} for code, start, end in rows
        ],
    }


D14, D18, D20 = date(2014, 8, 1), date(2018, 8, 1), date(2020, 8, 1)


def test_dated_relations_become_periods_that_join():
    links = curate("vestiging_swv", **relations(("PO2707", D14, D18), ("PO2708", D18, None)))
    assert [(each["swv_code"], each["methode"], each["geldig_vanaf"], each["geldig_tot"]) for each in links] == [
        ("PO2707", "rio", D14, D18), ("PO2708", "rio", D18, None),
    ]  # fmt: skip
    assert curate("koppelafwijking", **relations(("PO2707", D14, D18), ("PO2708", D18, None))) == []


def test_a_gap_in_the_relations_is_recorded_and_the_days_in_it_stay_unresolved_with_the_reason():
    given = relations(("PO2707", D14, D18), ("PO2708", D20, None))
    (gap,) = curate("koppelafwijking", **given)
    assert (gap["soort"], gap["vanaf"], gap["tot"], gap["swv_code"], gap["ander_swv_code"]) == (
        "gat",
        D18,
        D20,
        "PO2707",
        "PO2708",
    )
    between = [each for each in curate("vestiging_swv", **given) if each["geldig_vanaf"] == D18]
    assert [(each["swv_code"], each["geldig_tot"]) for each in between] == [(None, D20)]
    assert "geen register" in between[0]["reden"]


def test_two_samenwerkingsverbanden_on_one_day_are_recorded_and_the_later_relation_counts_once():
    given = relations(("PO2707", D14, D20), ("PO2708", D18, None))
    (overlap,) = curate("koppelafwijking", **given)
    assert (overlap["soort"], overlap["vanaf"], overlap["tot"]) == ("overlap", D18, D20)
    links = curate("vestiging_swv", **given)
    assert [(each["swv_code"], each["geldig_vanaf"], each["geldig_tot"]) for each in links] == [
        ("PO2707", D14, D18), ("PO2708", D18, None),
    ]  # fmt: skip


def test_a_relation_with_an_swv_on_days_that_it_does_not_exist_is_recorded():
    given = relations(("PO2707", D14, None))
    given["stg_rio_samenwerkingsverbanden"] = [{**SWVS[0], "einddatum": D18}, *SWVS[1:]]
    (found,) = curate("koppelafwijking", **given)
    assert (found["soort"], found["vanaf"], found["tot"]) == ("swv bestaat niet", D18, None)


def test_an_swv_whose_locations_all_went_on_in_another_has_it_as_its_heir_and_says_on_what_that_rests():
    given = relations(("PO2707", D14, D18), ("PO2708", D18, None))
    given["stg_rio_samenwerkingsverbanden"] = [{**SWVS[0], "einddatum": D18}, *SWVS[1:]]
    ended = curate("samenwerkingsverband", **given)[0]
    assert (ended["swv_code"], ended["einddatum"], ended["opvolger"]) == ("PO2707", D18, "PO2708")
    assert "1 vestigingen" in ended["opvolger_grond"]
    # two heirs are none
    given["stg_vestigingen_bo"] += edition(THIRD, {"vestigingscode": "01AA01"})
    given["stg_rio_swv_vestiging"] += [
        {"vestigingscode": "01AA01", "swv_nummer": "PO2707", "begindatum": D14, "einddatum": D18},
        {"vestigingscode": "01AA01", "swv_nummer": "PO2709", "begindatum": D18, "einddatum": None},
    ]
    given["stg_rio_samenwerkingsverbanden"] += [{**SWVS[1], "swv_nummer": "PO2709"}]
    assert curate("samenwerkingsverband", **given)[0]["opvolger"] is None


# -- gemeenten and the start ----------------------------------------


def test_a_gemeente_that_went_over_in_another_has_an_heir_where_its_locations_all_say_the_same():
    schools = edition(FIRST, {"gemeentenummer": "0018"}) + edition(SECOND, {"gemeentenummer": "1952"})
    boundaries = [{"gemeentenummer": "1952", "naam": "Midden-Groningen", "editie": date(2023, 1, 1)}]
    gone = {each["gemeentenummer"]: each for each in curate("gemeente", stg_vestigingen_bo=schools, stg_gemeenten=boundaries)}[
        "0018"
    ]
    assert (gone["actueel"], gone["opvolger"], gone["geldig_tot"]) == (False, "1952", date(2023, 1, 1))
    moved = edition(FIRST, {"gemeentenummer": "0018"}) + edition(SECOND, {"gemeentenummer": "1952", "postcode": "9601AA"})
    gone = {each["gemeentenummer"]: each for each in curate("gemeente", stg_vestigingen_bo=moved, stg_gemeenten=boundaries)}[
        "0018"
    ]
    assert gone["opvolger"] is None  # the school moved, the gemeente need not have


def test_the_start_is_compared_with_the_known_number_by_every_source_and_a_silent_one_says_so():
    found = {
        (each["sector"], each["bron"]): each
        for each in curate("swv_aanvang", stg_rio_samenwerkingsverbanden=SWVS, stg_leerlingen_swv_totaal=[
            {"swv_code": "PO2799", "soort": "BO", "peildatum": date(2014, 10, 1), "ondergrens": 1, "bovengrens": 1}])
    }  # fmt: skip
    rio = found["PO", "rio"]
    assert (rio["bekend"], rio["aantal"], rio["verschil"], rio["alleen_elders"]) == (77, 2, -75, "PO2799")
    assert (found["VO", "rio"]["bekend"], found["VO", "rio"]["aantal"]) == (75, 1)
    assert found["PO", "regeling"]["aantal"] is None
    assert "niet aangeleverd" in found["PO", "regeling"]["reden"]


# -- a day's links ----------------------------------------


def test_the_question_of_a_day_gives_each_location_its_swv_of_that_day():
    macros = [each for each in load_questions(MODELS) if each.name in ("geldt_op", "vestiging_swv_op")]
    links = curate("koppeling", **relations(("PO2707", D14, D18), ("PO2708", D18, None)))
    known = {"eerst_gezien": D18, "laatst_gezien": THIRD, "actueel": True, "naam": "De Proef", "soort": "BO", "peildatum": THIRD}
    contracts = load_contracts("curated")
    with duckdb.connect() as database:
        for table, rows in (("koppeling", links), ("vestiging_bekend", [{"vestigingscode": "01AA00", **known}])):
            database.execute(contracts[table].ddl())
            insert(database, contracts[table], rows)
        for macro in macros:
            database.execute(macro.sql)
        ask = "select swv_code, gezien from vestiging_swv_op(?::date)"
        assert database.execute(ask, ["2017-10-01"]).fetchall() == [("PO2707", None)]  # no source saw it that early
        assert database.execute(ask, ["2018-08-01"]).fetchall() == [("PO2708", True)]  # an end date is exclusive
        assert database.execute(ask, ["2014-07-31"]).fetchall() == []
        database.execute("update vestiging_bekend set actueel = false, laatst_gezien = date '2019-10-01'")
        assert database.execute(ask, ["2020-01-01"]).fetchall() == []


def test_a_sector_that_a_location_has_left_counts_for_the_years_that_it_was_there():
    special = {**SCHOOL, "soort": "VSO", "editie": THIRD}
    earlier = [{"vestigingscode": "01AA00", "soort": "SO", "peildatum": date(2019, 10, 1), "ondergrens": 20, "bovengrens": 20}]
    given = {
        "stg_vestigingen_so": [special],
        "stg_leerlingen_po_afstand": earlier,
        "stg_swv_regio_wettelijk": [{"postcode4": "1011", "swv_po": "PO2707", "swv_vo": "VO2701", "editie": D18}],
    }
    assert {each["sector"] for each in curate("vestiging_swv", **given)} == {"VO"}
    links = [each for each in curate("koppeling", **given) if each["swv_code"]]
    assert [(each["sector"], each["swv_code"], each["actueel"]) for each in links] == [
        ("PO", "PO2707", False), ("VO", "VO2701", True),
    ]  # fmt: skip
    counted = [each for each in curate("leerlingen_swv", **given) if each["rol"] == "vestiging"]
    assert [(each["swv_code"], each["soort"], each["leerlingen"]) for each in counted] == [("PO2707", "SO", 20)]


def test_cluster_1_and_2_are_outside_from_the_first_day_and_say_so():
    given = {"stg_vestigingen_so": [{**SCHOOL, "soort": "SO", "cluster": "2", "editie": THIRD}]}
    given["stg_swv_regio_wettelijk"] = [{"postcode4": "1011", "swv_po": "PO2707", "swv_vo": "VO2701", "editie": D18}]
    (link,) = curate("koppeling", **given)
    assert (link["swv_code"], link["geldig_vanaf"], link["geldig_tot"]) == (None, D14, None)
    assert "buiten de samenwerkingsverbanden" in link["reden"]
    assert curate("koppeling_mogelijk", **given) == []
