"""What exists and since when: the newest evidence of any registry, whichever of them is at hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.database import CONTRACTS
from tests.support.tables import counts, curate

EARLY, LATE = date(2024, 10, 1), date(2025, 10, 1)
OPEN, SHUT = "01AA00", "02BB00"


def register(day, *codes, **more):
    return [
        {"vestigingscode": code, "instellingscode": code[:4], "vestigingsnaam": f"School {code}", "postcode": "1011AB",
         "editie": day, "gemeentenummer": "0363", "bron_sha256": f"{day}{code}".rjust(64, "0"), **more}
        for code in codes
    ]  # fmt: skip


def homes(*codes, soort="SO"):
    return [
        {"vestigingscode": code, "instellingscode": code[:4], "naam": f"School {code}", "soort": soort, "peildatum": EARLY,
         "postcode4_leerling": "1011", "gemeentenummer": "0363", "postcode": "1011AB", "leerlingen": counts(_8=20)}
        for code in codes
    ]  # fmt: skip


def overview(soort="SO", **numbers):
    """An overview of October 2025, with the pupils of that year per location."""
    return [
        {"vestigingscode": code.lstrip("_"), "instellingscode": code.lstrip("_")[:4], "naam": "School", "soort": soort,
         "gemeentenummer": "0363", "editie": LATE, "leerlingen": counts(_2024=9, _2025=number)}
        for code, number in numbers.items()
    ]  # fmt: skip


def standing(**tables):
    return {each["vestigingscode"]: (each["laatst_gezien_in"], each["laatst_gezien"]) for each in curate("vestiging", **tables)}


# -- what any registry saw ----------------------------------------

PLACE = {"vestigingscode": OPEN, "instellingscode": "01AA", "soort": "SO", "peildatum": EARLY}
COUNT = {"ondergrens": 20, "bovengrens": 20}
SEEN_BY = {
    "stg_vestigingen_bo": register(EARLY, OPEN),
    "stg_vestigingen_so": register(EARLY, OPEN, soort="SO"),
    "stg_vestigingen_vo": register(EARLY, OPEN),
    "stg_leerlingen_po_postcode4": homes(OPEN),
    "stg_leerlingen_po_afstand": [{**PLACE, **COUNT, "postcode": "1011AB"}],
    "stg_leerlingen_po_leeftijd": [{**PLACE, "postcode": "1011AB", "leerlingen": counts(_8=20)}],
    "stg_leerlingen_po_historisch": overview(_01AA00=20),
    "stg_leerlingen_po_totaal": [{**PLACE, **COUNT}],
    "stg_leerlingen_po_herkomst": [{**PLACE, **COUNT, "postcode4_leerling": "1011"}],
    "stg_leerlingen_cluster": [{**PLACE, **COUNT, "cluster": "3"}],
    "stg_leerlingen_vo": [{"vestigingscode": OPEN, "instellingscode": "01AA", "naam": "x", "editie": EARLY}],
    "stg_leerlingen_vo_reeks": [{"vestigingscode": OPEN, "instellingscode": "01AA", "naam": "x", "peildatum": EARLY, **COUNT}],
    "stg_leerlingen_vo_herkomst": [{"vestigingscode": OPEN, "instellingscode": "01AA", "peildatum": EARLY, **COUNT}],
    "stg_leerlingen_vo_vestiging": [{"vestigingscode": OPEN, "instellingscode": "01AA", "naam": "x", "editie": EARLY, **COUNT}],
}


def test_every_registry_of_locations_is_tried_here():
    shows = {name for name, contract in CONTRACTS.items() if contract.layer == "staging" and "vestigingscode" in contract.columns}
    assert shows - SEEN_BY.keys() == {"stg_rio_locatie_vestiging", "stg_rio_swv_vestiging"}  # relations, which tell no kind


@pytest.mark.parametrize("table", SEEN_BY)
def test_a_location_that_one_registry_alone_saw_is_known_and_stands(table):
    given = {table: SEEN_BY[table]}
    (known,) = curate("vestiging_bekend", **given)
    assert (known["vestigingscode"], known["actueel"], known["bron"]) == (OPEN, True, table.removeprefix("stg_"))
    assert known["eerst_gezien"] is not None
    assert [each["vestigingscode"] for each in curate("vestiging", **given)] == [OPEN]
    assert curate("koppeling", **given)


# -- what stands now ----------------------------------------


def test_a_newer_count_shows_what_opened_and_what_has_closed():
    found = standing(
        stg_leerlingen_po_postcode4=homes(SHUT, "03CC00"),
        stg_leerlingen_po_historisch=overview(_01AA00=30, _02BB00=0, _03CC00=5),
    )
    assert found == dict.fromkeys((OPEN, "03CC00"), ("leerlingen_po_historisch", LATE))


def test_a_newer_register_goes_before_a_count():
    found = standing(stg_vestigingen_so=register(LATE, OPEN, soort="SO"), stg_leerlingen_po_postcode4=homes(OPEN, SHUT))
    assert found == {OPEN: ("vestigingen_so", LATE)}


def test_of_a_register_and_a_count_of_one_day_the_register_is_named():
    given = {
        "stg_vestigingen_so": register(LATE, OPEN, soort="SO"),
        "stg_leerlingen_po_historisch": overview(_01AA00=30, _02BB00=4),
    }
    assert standing(**given) == {OPEN: ("vestigingen_so", LATE), SHUT: ("leerlingen_po_historisch", LATE)}


def test_the_kinds_of_education_have_lists_of_their_own():
    found = standing(
        stg_vestigingen_bo=register(LATE, OPEN),
        stg_leerlingen_po_postcode4=homes(SHUT, soort="SBO") + homes("03CC00") + homes("04DD00", soort="BO"),
    )
    assert found.keys() == {OPEN, SHUT, "03CC00"}  # 04DD00 is bo, and the register of bo is newer than the count


def test_a_location_without_an_address_stands_and_is_nobodys_nearest():
    given = {
        "stg_leerlingen_po_postcode4": homes(SHUT),
        "stg_leerlingen_po_historisch": overview(_01AA00=30, _02BB00=30),
        "stg_postcode4": [{"postcode4": "1011", "gemeentenaam": "x", "latitude": 52.37, "longitude": 4.9}],
        "stg_swv_regio_wettelijk": [{"postcode4": "1011", "swv_po": "PO2707", "swv_vo": "VO2707", "editie": date(2015, 4, 23)}],
    }
    (bare, _) = curate("vestiging", **given)
    assert (bare["postcode"], bare["latitude"], bare["bron"]) == (None, None, "leerlingen_po_historisch")
    assert {each["vestiging_overal"] for each in curate("dekking_postcode4", **given) if each["voorziening"] == "SO"} == {SHUT}
    assert {each["doel"] for each in curate("dekking_vestiging", **given) if each["route"] != "eigen school"} <= {None, SHUT}


def test_the_newest_registry_with_its_place_describes_a_location():
    (known,) = curate(
        "vestiging_bekend",
        stg_leerlingen_po_postcode4=homes(OPEN),
        stg_leerlingen_po_historisch=overview("SOVSO", _01AA00=30),
    )
    assert (known["bron"], known["peildatum"], known["soort"]) == ("leerlingen_po_postcode4", EARLY, "SO")
    assert (known["laatst_gezien_in"], known["laatst_gezien"]) == ("leerlingen_po_historisch", LATE)


# -- since when ----------------------------------------

LAW, TABLE, OPENED = date(2014, 8, 1), date(2015, 4, 23), date(2026, 8, 1)
REGIONS = [
    {"postcode4": code, "swv_po": po, "swv_vo": "VO2701", "editie": TABLE}
    for code, po in (("1011", "PO2707"), ("1012", "PO2708"))
]


def since(**tables):
    return [(each["swv_code"], each["geldig_vanaf"], each["geldig_vanaf_grond"]) for each in curate("vestiging_swv", **tables)]


def test_a_school_of_before_the_law_has_its_link_since_the_table():
    old = [{**overview(_01AA00=30)[0], "leerlingen": counts(_1996=30, _2025=30)}]
    assert since(stg_leerlingen_po_historisch=old, stg_leerlingen_po_postcode4=homes(OPEN), stg_swv_regio_wettelijk=REGIONS) == [
        (None, LAW, "begin van de wet"), ("PO2707", TABLE, "eerst gezien"),
    ]  # fmt: skip


def test_no_link_begins_before_the_first_evidence_of_its_school():
    given = {"stg_swv_regio_wettelijk": REGIONS, "stg_vestigingen_bo": register(OPENED, OPEN)}
    assert since(**given) == [("PO2707", OPENED, "eerst gezien")]
    counted = [{**PLACE, **COUNT, "soort": "BO"}]
    assert since(**given, stg_leerlingen_po_totaal=counted) == [("PO2707", EARLY, "eerst gezien")]


def test_a_registry_that_dates_a_relation_says_since_when_it_holds():
    relation = [{"vestigingscode": OPEN, "swv_nummer": "PO2709", "begindatum": date(2020, 8, 1), "einddatum": LATE}]
    known = [{"swv_nummer": "PO2709", "soort": "PAPO", "begindatum": LAW, "begindatum_periode": LAW}]
    found = since(
        stg_vestigingen_bo=register(OPENED, OPEN),
        stg_rio_swv_vestiging=relation,
        stg_rio_samenwerkingsverbanden=known,
        stg_swv_regio_wettelijk=REGIONS,
    )
    # after its end nothing is known until the school is seen
    assert found == [("PO2709", date(2020, 8, 1), "register"), (None, LATE, "register"), ("PO2707", OPENED, "eerst gezien")]


def test_a_move_is_known_since_it_was_seen_at_its_new_address():
    moved = register(EARLY, OPEN) + register(OPENED, OPEN, postcode="1012AB")
    assert since(stg_vestigingen_bo=moved, stg_swv_regio_wettelijk=REGIONS) == [
        ("PO2707", EARLY, "eerst gezien"), ("PO2708", OPENED, "eerst gezien"),
    ]  # fmt: skip
