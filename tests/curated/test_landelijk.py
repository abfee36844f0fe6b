"""The landelijk SWV of po: a location is likely of it, and counts of that one and of its region cover both readings."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.database import CONTRACTS
from tests.support.tables import counts, curate

DAY = date(2025, 10, 1)
BEGIN = date(2014, 8, 1)
LAW = [{"postcode4": code, "swv_po": swv, "swv_vo": "VO2701"} for code, swv in (("1011", "PO2707"), ("1012", "PO2708"))]


def school(code, denominatie="Reformatorisch", postcode="1011AB", **more):
    return {
        "vestigingscode": code, "instellingscode": code[:4], "vestigingsnaam": f"School {code}", "postcode": postcode,
        "editie": DAY, "gemeentenummer": "0363", "denominatie": denominatie, **more,
    }  # fmt: skip


def overview(soort="BO", denominatie="Reformatorisch", **numbers):
    return [
        {"vestigingscode": code.lstrip("_"), "instellingscode": code.lstrip("_")[:4], "naam": "School", "soort": soort,
         "gemeentenummer": "0363", "editie": DAY, "denominatie": denominatie, "leerlingen": counts(_2025=number)}
        for code, number in numbers.items()
    ]  # fmt: skip


STRICT, OTHER = school("01AA00"), school("02BB00", "Openbaar")
GIVEN = {"stg_swv_regio_wettelijk": LAW, "stg_vestigingen_bo": [STRICT, OTHER]}


def links(**given):
    names = ("swv_code", "methode", "zekerheid", "anders_swv_code")
    return {
        (each["vestigingscode"], each["sector"]): tuple(each[name] for name in names) for each in curate("vestiging_swv", **given)
    }


def test_a_reformed_primary_school_is_likely_of_the_landelijk_swv_and_else_of_its_region():
    assert links(**GIVEN) == {
        ("01AA00", "PO"): ("PO0001", "landelijk", "aannemelijk", "PO2707"),
        ("02BB00", "PO"): ("PO2707", "regeling", "zeker", None),
    }
    conflicts = [(each["swv_code"], each["methode"], each["gekozen"]) for each in curate("koppelconflict", **GIVEN)]
    assert conflicts == [("PO0001", "landelijk", True), ("PO2707", "regeling", False)]


def test_a_reformed_secondary_school_is_of_its_own_for_sure():
    found = links(stg_swv_regio_wettelijk=LAW, stg_vestigingen_vo=[school("03CC00")])
    assert found == {("03CC00", "VO"): ("VO0001", "landelijk", "zeker", None)}


@pytest.mark.parametrize(
    ("soort", "cluster", "found"),
    [
        ("SBO", None, {"PO": "PO0001"}), ("SO", "3", {"PO": "PO0001"}), ("SO", "2", {"PO": None}),
        ("SOVSO", "4", {"PO": "PO0001", "VO": "VO0001"}), ("VSO", "4", {"VO": "VO0001"}), ("VSO", "1", {"VO": None}),
    ],
)  # fmt: skip
def test_special_schools_are_too_but_for_cluster_1_and_2(soort, cluster, found):
    given = {"stg_swv_regio_wettelijk": LAW, "stg_vestigingen_so": [school("04DD00", soort=soort, cluster=cluster)]}
    # of the landelijk SWV of vo a school for vo alone is known
    given["stg_vestigingen_vo"] = [school("09ZZ00")]
    made = {sector: link for (code, sector), link in links(**given).items() if code == "04DD00"}
    assert {sector: link[0] for sector, link in made.items()} == found
    # no list names them, in vo neither
    regional = {"PO": "PO2707", "VO": "VO2701"}
    assert all(link[2:] == ("aannemelijk", regional[sector]) for sector, link in made.items() if link[0])


RIO = [
    {"swv_nummer": code, "soort": "PAPO", "volledige_naam": code, "begindatum": BEGIN, "begindatum_periode": BEGIN}
    for code in ("PO0001", "PO2707", "PO2708")
]


@pytest.mark.parametrize(
    ("register", "relation", "found"),
    [
        # without a relation of its own it stays likely, where RIO knows the SWV at all
        (RIO, None, ("PO0001", "landelijk", "aannemelijk", "PO2707")), (RIO[1:], None, ("PO2707", "regeling", "zeker", None)),
        (RIO, "PO0001", ("PO0001", "rio", "zeker", None)), (RIO, "PO2708", ("PO2708", "rio", "zeker", None)),
    ],
)  # fmt: skip
def test_rio_decides_where_it_says_so(register, relation, found):
    relations = [{"vestigingscode": "01AA00", "swv_nummer": relation, "begindatum": BEGIN}] if relation else []
    rio = {"stg_rio_samenwerkingsverbanden": register, "stg_rio_swv_vestiging": relations}
    # a link of RIO holds since its own day, and the last one now
    assert links(**GIVEN, **rio)["01AA00", "PO"] == found


def test_counts_of_both_swvs_cover_both_readings():
    given = {**GIVEN, "stg_leerlingen_po_historisch": overview(_01AA00=40) + overview(denominatie="Openbaar", _02BB00=60)}
    names = ("swv_code", "leerlingen", "ondergrens", "bovengrens", "waarvan_reformatorisch")
    found = [tuple(each[name] for name in names) for each in curate("leerlingen_swv", **given)]
    assert found == [("PO0001", None, 0, 40, 40), ("PO2707", None, 60, 100, 40)]
    (nation,) = curate("leerlingen_nederland", **given)
    assert (nation["leerlingen"], nation["binnen_swv_ondergrens"], nation["binnen_swv_bovengrens"]) == (100, 100, 100)
    year = [each for each in curate("swv_kerncijfers", **given) if each["jaar"] == 2025 and each["sector"] == "PO"]
    schools = {each["swv_code"]: (each["vestigingen_bo"], each["vestigingen_reformatorisch"]) for each in year}
    assert schools == {"PO0001": (1, 1), "PO2707": (1, 1), "PO2708": (0, 0)}


def test_flows_of_both_swvs_cover_both_readings():
    homes = [
        {"vestigingscode": code, "instellingscode": code[:4], "naam": code, "soort": "BO", "peildatum": DAY, "postcode": "1011AB",
         "postcode4_leerling": home, "gemeentenummer": "0363", "denominatie": kind, "leerlingen": counts(_8=number)}
        for code, home, number, kind in (
            ("01AA00", "1012", 40, "Reformatorisch"), ("01AA00", "1011", 10, "Reformatorisch"), ("02BB00", "1012", 60, "Openbaar")
        )
    ]  # fmt: skip
    given = {**GIVEN, "stg_leerlingen_po_postcode4": homes}
    names = ("woon_swv", "vestigings_swv", "vestigings_swv_anders", "leerlingen")
    assert [tuple(each[name] for name in names) for each in curate("grensverkeer", **given)] == [
        ("PO2707", "PO0001", "PO2707", 10), ("PO2708", "PO0001", "PO2707", 40), ("PO2708", "PO2707", "-", 60),
    ]  # fmt: skip
    sides = ("op_school", "intern", "inkomend", "uitgaand")
    flows = {
        each["swv_code"]: [(each[f"{side}_ondergrens"], each[f"{side}_bovengrens"]) for side in sides]
        for each in curate("grensverkeer_swv", **given)
    }
    assert flows == {
        "PO0001": [(0, 50), (0, 0), (0, 50), (0, 0)],
        # who lives there and goes to the reformed school stays, or goes out; who lives elsewhere goes out for sure
        "PO2707": [(60, 110), (0, 10), (60, 100), (0, 10)],
        "PO2708": [(0, 0), (0, 0), (0, 0), (100, 100)],
    }
    living = {each["swv_code"]: each["leerlingen"] for each in curate("leerlingen_swv", **given) if each["rol"] == "woon"}
    assert living == {"PO2707": 10, "PO2708": 100}


def test_before_its_region_is_known_it_may_be_in_any_of_its_gemeente():
    later = {**GIVEN, "stg_swv_regio_wettelijk": [{**each, "editie": DAY} for each in LAW]}
    later["stg_vestigingen_bo"] = [school("01AA00", editie=date(2020, 8, 1))]
    later["postcode4"] = [{"postcode4": each["postcode4"], "gemeentenummer": "0363", "woonplaats": "Amsterdam"} for each in LAW]
    names = ("swv_code", "zekerheid", "geldig_tot")
    found = [tuple(each[name] for name in names) for each in curate("koppeling_mogelijk", **later)]
    assert found == [
        ("PO0001", "aannemelijk", DAY), ("PO2707", "mogelijk", DAY), ("PO2708", "mogelijk", DAY),
        ("PO0001", "aannemelijk", None), ("PO2707", "anders", None),
    ]  # fmt: skip


def test_the_law_names_all_but_the_landelijk_one_of_the_start():
    po = next(each for each in curate("swv_aanvang", **GIVEN) if (each["sector"], each["bron"]) == ("PO", "regeling"))
    assert (po["aantal"], po["landelijk"], po["verschil"]) == (2, 1, 2 + 1 - 77)


def test_every_column_of_a_link_is_described_alike():
    described = {
        tuple((each.name, each.description) for each in CONTRACTS[table].fields if each.name in ("zekerheid", "anders_swv_code"))
        for table in ("koppeling", "vestiging_swv")
    }
    assert len(described) == 1
