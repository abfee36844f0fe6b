"""Participation and cross-border flows: percentages from two counts with bounds, and three roles that are never mixed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.database import CONTRACTS
from tests.support.tables import curate

DAY, YEAR_BEFORE = date(2024, 10, 1), date(2023, 10, 1)


def swv(code, soort, number, rol="vestiging", day=DAY, clusters=None):
    """A number of pupils; of so and vso all of them of cluster 3 or 4, unless ``clusters`` says how many may be."""
    low, high = number if isinstance(number, tuple) else (number, number)
    least, most = (clusters or (low, high)) if soort in ("SO", "VSO", "SOVSO") else (None, None)
    return {
        "swv_code": code, "rol": rol, "soort": soort, "peildatum": day, "ondergrens": low, "bovengrens": high,
        "telwijze": "per soort", "cluster_3_4_ondergrens": least, "cluster_3_4_bovengrens": most,
    }  # fmt: skip


def participation(*rows, kinds=(), nation=()):
    found = curate("deelname_swv", leerlingen_swv=rows, leerlingen_swv_kenmerk=kinds, leerlingen_nederland=nation,
                   leerlingen_vestiging_kenmerk=(), vestiging_bekend=())  # fmt: skip
    return {(each["swv_code"], each["soort"], each["rol"], each["peildatum"]): each for each in found}


# -- participation ----------------------------------------


def test_sbo_is_a_share_of_bao_and_sbo_and_so_stays_out_of_the_denominator():
    found = participation(swv("PO2707", "BO", 950), swv("PO2707", "SBO", 50), swv("PO2707", "SO", 20))
    sbo, so = (found["PO2707", soort, "vestiging", DAY] for soort in ("SBO", "SO"))
    assert (sbo["teller_ondergrens"], sbo["noemer_ondergrens"], sbo["noemer"], sbo["percentage"]) == (50, 1000, "bao + sbo", 5.0)
    assert (so["noemer_ondergrens"], so["percentage"]) == (1000, 2.0)
    assert (so["peildatum"], so["noemer_peildatum"]) == (DAY, DAY)


def test_hidden_counts_give_bounds_and_no_percentage():
    row = participation(swv("PO2707", "BO", (900, 960)), swv("PO2707", "SBO", (40, 60)))["PO2707", "SBO", "vestiging", DAY]
    assert row["percentage"] is None
    # sbo is part of its own denominator: 40 of 40 + 960, and 60 of 60 + 900
    assert (row["percentage_ondergrens"], row["percentage_bovengrens"]) == (4.0, 6.25)


@settings(max_examples=25)  # each is a small database
@given(st.integers(0, 900), st.integers(0, 90), st.integers(0, 30), st.integers(0, 40), st.integers(0, 40))
def test_the_true_percentage_lies_within_its_bounds(bo, sbo, so, below, above):
    given_ = [
        swv("PO2707", soort, (max(0, number - below), number + above)) for soort, number in (("BO", bo), ("SBO", sbo), ("SO", so))
    ]
    for (_, soort, _, _), row in participation(*given_).items():
        if row["percentage_ondergrens"] is None or bo + sbo == 0:
            continue
        true = 100 * {"SBO": sbo, "SO": so}[soort] / (bo + sbo)
        assert row["percentage_ondergrens"] - 0.006 <= true <= row["percentage_bovengrens"] + 0.006
        assert 0 <= row["percentage_ondergrens"] <= row["percentage_bovengrens"]
        assert row["percentage_bovengrens"] <= 100 or soort == "SO"


def test_so_and_vso_that_are_only_known_together_widen_the_upper_bound_of_both():
    found = participation(
        swv("PO2707", "BO", 1000), swv("PO2707", "SO", 10), swv("PO2707", "SOVSO", 30),
        swv("VO2701", "VO", 1000), swv("VO2701", "VSO", 20), swv("VO2701", "SOVSO", 30),
    )  # fmt: skip
    so, vso = found["PO2707", "SO", "vestiging", DAY], found["VO2701", "VSO", "vestiging", DAY]
    assert (so["teller_ondergrens"], so["teller_bovengrens"]) == (10, 40)
    assert (vso["teller_ondergrens"], vso["teller_bovengrens"]) == (20, 50)


def test_places_and_changes_can_be_worked_out_from_the_table_alone():
    # 20.04 and 19.96 permille are 2.00 percent both, as the table has them
    rows = [swv(code, soort, number, day=day) for day in (DAY, YEAR_BEFORE) for code, pupils in (
        ("PO2707", (97_996, 2_004)), ("PO2708", (98_004, 1_996)), ("PO2709", (950, 50)), ("PO2710", ((900, 990), (10, 40))),
    ) for soort, number in zip(("BO", "SBO"), pupils, strict=True)]  # fmt: skip
    found = [row for row in participation(*rows).values() if row["percentage_ondergrens"] is not None]
    for row in found:
        others = [each for each in found if all(each[name] == row[name] for name in ("soort", "rol", "peildatum"))]
        best = 1 + sum(each["percentage_ondergrens"] > row["percentage_bovengrens"] for each in others)
        worst = sum(each["percentage_bovengrens"] >= row["percentage_ondergrens"] for each in others)
        assert (row["rang_hoogst"], row["rang_laagst"], row["aantal_swv"]) == (best, worst, len(others))
        before = [each for each in found if each["swv_code"] == row["swv_code"] and each["peildatum"] < row["peildatum"]]
        change = [round(row["percentage_ondergrens"] - each["percentage_bovengrens"], 2) for each in before]
        assert [row["verschil_ondergrens"]] == (change or [None])
    assert {(row["rang_hoogst"], row["rang_laagst"]) for row in found if row["swv_code"] in ("PO2707", "PO2708")} == {(2, 4)}


def test_of_so_whose_cluster_is_not_known_none_and_all_may_count_and_all_clusters_stand_beside_it():
    found = participation(
        swv("PO2707", "BO", 1000), swv("PO2707", "SO", 40, clusters=(10, 30)), swv("PO2708", "BO", 1000), swv("PO2708", "SO", 20),
        nation=[{"soort": soort, "peildatum": DAY, "binnen_swv_ondergrens": all_, "binnen_swv_bovengrens": all_,
                 "cluster_3_4_ondergrens": least, "cluster_3_4_bovengrens": most}
                for soort, all_, least, most in (("BO", 2000, None, None), ("SO", 60, 30, 50))],
    )  # fmt: skip
    names = (
        "percentage", "percentage_ondergrens", "percentage_bovengrens", "alle_clusters_ondergrens", "alle_clusters_bovengrens",
        "landelijk_ondergrens", "landelijk_bovengrens", "landelijk_alle_clusters_ondergrens", "zonder_cluster_1_en_2",
    )  # fmt: skip
    mixed, sure = (tuple(found[code, "SO", "vestiging", DAY][name] for name in names) for code in ("PO2707", "PO2708"))
    assert mixed == (None, 1.0, 3.0, 4.0, 4.0, 1.5, 2.5, 3.0, False)
    assert sure == (2.0, 2.0, 2.0, 2.0, 2.0, 1.5, 2.5, 3.0, True)
    assert (found["PO2707", "SO", "vestiging", DAY]["rang_hoogst"], found["PO2707", "SO", "vestiging", DAY]["rang_laagst"]) == (
        1,
        2,
    )


def test_bounds_of_0_and_100_percent_are_no_percentage_and_say_why():
    row = participation(swv("PO2707", "BO", (0, 1000)), swv("PO2707", "SBO", (0, 60)))["PO2707", "SBO", "vestiging", DAY]
    assert row["percentage_ondergrens"] is row["percentage_bovengrens"] is row["rang_hoogst"] is None
    assert "begrenzen het percentage niet" in row["reden"]
    assert (row["teller_ondergrens"], row["teller_bovengrens"]) == (0, 60)


def test_of_so_there_may_be_more_than_of_what_it_is_set_against():
    given = (swv("PO2707", "BO", (17, 26)), swv("PO2707", "SO", (32, 62)), swv("PO2706", "BO", 1000), swv("PO2706", "SO", 20))
    found = participation(*given)
    row = found["PO2707", "SO", "vestiging", DAY]
    assert (row["percentage_ondergrens"], row["percentage_bovengrens"]) == (123.08, 364.71)  # 32 / 26 and 62 / 17
    assert (row["rang_hoogst"], row["rang_laagst"]) == (1, 1)
    # of nobody is known that they go to a basisschool there, so nothing bounds it
    row = participation(swv("PO2707", "BO", (0, 26)), swv("PO2707", "SO", (32, 62)))["PO2707", "SO", "vestiging", DAY]
    assert row["percentage_ondergrens"] is row["percentage_bovengrens"] is None
    assert "begrenzen het percentage niet" in row["reden"]


def test_a_kind_that_nobody_counted_on_a_date_has_no_participation():
    found = participation(
        swv("VO2701", "VO", 1000), swv("VO2701", "VSO", 20, day=YEAR_BEFORE), swv("VO2702", "VSO", 9, day=YEAR_BEFORE)
    )
    assert ("VO2701", "VSO", "vestiging", DAY) not in found
    assert found["VO2701", "VSO", "vestiging", YEAR_BEFORE]["teller_ondergrens"] == 20


def test_a_pupil_at_a_vavo_counts_half_and_practical_training_is_a_share_of_vo():
    def kind(waarde, number):
        counted = {
            name: value
            for name, value in swv("VO2701", "VO", number).items()
            if name in CONTRACTS["leerlingen_swv_kenmerk"].columns
        }
        return {**counted, "kenmerk": "onderwijstype", "waarde": waarde}

    kinds = [
        kind("Praktijkonderwijs alle vj", 30),
        kind("VWO lj 4-6", 960),
        kind("VWO uitbest. aan VAVO", 5),
        kind("HAVO uitbest. aan VAVO", 16),
    ]
    found = participation(swv("VO2701", "VO", 989), swv("VO2701", "VSO", 40), kinds=kinds)
    assert not any(soort == "LWOO" for _, soort, _, _ in found)  # no programme with lwoo is named on that date
    lwoo = {**kind("lwoo", 50), "kenmerk": "ondersteuning"}
    named = participation(swv("VO2701", "VO", 989), swv("VO2701", "VSO", 40), kinds=[*kinds, lwoo])[
        "VO2701", "LWOO", "vestiging", DAY
    ]
    assert (named["teller_ondergrens"], float(named["noemer_ondergrens"])) == (50, 999.5)
    pro = found["VO2701", "PRO", "vestiging", DAY]
    assert (float(pro["noemer_ondergrens"]), pro["teller_ondergrens"], pro["percentage"]) == (999.5, 30, 3.0)
    assert found["VO2701", "VSO", "vestiging", DAY]["percentage"] == 4.0


def test_who_pays_is_the_usual_role_where_it_is_published_and_uses_the_denominator_of_the_schools():
    rows = [swv("PO2707", "BO", 1000), swv("PO2707", "SO", 30), swv("PO2707", "SO", 25, "betalend")]
    found = participation(*rows, *({**each, "peildatum": YEAR_BEFORE} for each in rows[:2]))
    paying = found["PO2707", "SO", "betalend", DAY]
    assert (paying["percentage"], paying["noemer_rol"], paying["voorkeur"]) == (2.5, "vestiging", True)
    assert not found["PO2707", "SO", "vestiging", DAY]["voorkeur"]
    assert found["PO2707", "SO", "vestiging", YEAR_BEFORE]["voorkeur"]
    # a rest of a role is no percentage of another
    assert ("PO2707", "SBO", "betalend", DAY) not in found


def test_pupils_by_home_are_set_against_pupils_by_home():
    rows = [
        swv("PO2707", "BO", 1000),
        swv("PO2707", "SBO", 0),
        swv("PO2707", "BO", 480, "woon"),
        swv("PO2707", "SBO", 20, "woon"),
    ]
    row = participation(*rows)["PO2707", "SBO", "woon", DAY]
    assert (row["noemer_rol"], row["percentage"], row["voorkeur"]) == ("woon", 4.0, False)


def test_vso_by_home_is_set_against_vo_by_home_where_that_is_counted():
    rows = [swv("VO2701", "VSO", 40, "woon"), swv("VO2701", "VO", 960, "woon"), swv("VO2701", "VO", 1000)]
    row = participation(*rows)["VO2701", "VSO", "woon", DAY]
    assert (row["noemer"], row["noemer_rol"], float(row["noemer_ondergrens"]), row["voorkeur"]) == ("vo", "woon", 960.0, False)
    assert row["alle_clusters_ondergrens"] == 4.17


@pytest.mark.parametrize(
    ("rows", "key", "named"),
    [
        ([swv("VO2701", "VSO", 20)], ("VO2701", "VSO", "vestiging", DAY), "vo op deze datum is niet aangeleverd"),
        (
            [swv("VO2701", "VSO", 20, "woon")],
            ("VO2701", "VSO", "woon", DAY),
            "vo naar woonplaats op deze datum is niet aangeleverd",
        ),
        ([swv("PO2707", "SO", 20, "betalend")], ("PO2707", "SO", "betalend", DAY), "bao en sbo op deze datum"),
    ],
)
def test_without_a_denominator_of_the_same_date_there_is_no_percentage_and_the_reason_is_given(rows, key, named):
    row = participation(*rows)[key]
    assert row["percentage_ondergrens"] is row["percentage_bovengrens"] is row["noemer_peildatum"] is None
    assert named in row["reden"]


def test_the_nation_the_place_among_others_and_the_change_since_a_year():
    rows = [
        swv(code, soort, n, day=day)
        for day, sbo in ((YEAR_BEFORE, (10, 30, 50)), (DAY, (20, (25, 35), 50)))
        for code, small in zip(("PO2701", "PO2702", "PO2703"), sbo, strict=True)
        for soort, n in (("BO", 1000 if isinstance(small, tuple) else 1000 - small), ("SBO", small))
    ]
    # the nation has every location once, so it is no sum over the SWVs
    nation = [
        {
            "soort": soort,
            "peildatum": YEAR_BEFORE,
            "binnen_swv_ondergrens": n,
            "binnen_swv_bovengrens": n,
            "telwijze": "per soort",
        }
        for soort, n in (("BO", 2_910), ("SBO", 90))
    ]
    found = participation(*rows, nation=nation)
    places = {code: found[code, "SBO", "vestiging", DAY] for code in ("PO2701", "PO2702", "PO2703")}
    assert [(each["rang_hoogst"], each["rang_laagst"], each["aantal_swv"]) for each in places.values()] == [
        (3, 3, 3),
        (2, 2, 3),
        (1, 1, 3),
    ]
    before = found["PO2702", "SBO", "vestiging", YEAR_BEFORE]
    assert (before["landelijk_ondergrens"], before["landelijk_bovengrens"], before["verschil_ondergrens"]) == (3.0, 3.0, None)
    assert places["PO2701"]["verschil_ondergrens"] == places["PO2701"]["verschil_bovengrens"] == 1.0
    assert places["PO2702"]["verschil_ondergrens"] < places["PO2702"]["verschil_bovengrens"]


# -- flows ----------------------------------------


def home(lives, school, number, soort="BO", day=DAY, place="1011"):
    low, high = number if isinstance(number, tuple) else (number, number)
    return {"vestigingscode": f"{school[-2:]}AA00", "soort": soort, "peildatum": day, "herkomst": place, "woon_swv": lives,
            "vestigings_swv": school, "ondergrens": low, "bovengrens": high, "geteld_ondergrens": low, "geteld_bovengrens": high,
            "bron": "leerlingen_po_herkomst"}  # fmt: skip


def schools(homes, pupils=None):
    """The homes with how many pupils they add up to, which is ``pupils`` at each school where that is known."""
    found = []
    for each in homes:
        same = [one for one in homes if all(one[name] == each[name] for name in ("vestigingscode", "soort", "peildatum"))]
        total = {f"vestiging_{bound}": pupils or sum(one[bound] for one in same) for bound in ("ondergrens", "bovengrens")}
        found.append({**each, **total})
    return found


def test_abroad_unknown_and_outside_are_rows_of_their_own():
    rows = [
        home("PO2707", "PO2707", 80), home("PO2708", "PO2707", 10), home("buitenland", "PO2707", 5), home("onbekend",
        "PO2707", 3),
        home("niet ingedeeld", "PO2707", 2), home("PO2707", "buiten de samenwerkingsverbanden", 4),
    ]  # fmt: skip
    found = curate("grensverkeer", leerlingen_herkomst=schools(rows))
    assert {(each["woon_swv"], each["vestigings_swv"]): each["leerlingen"] for each in found} == {
        (each["woon_swv"], each["vestigings_swv"]): each["ondergrens"] for each in rows
    }


def test_incoming_outgoing_and_net_of_an_swv():
    rows = [
        home("PO2707", "PO2707", 80), home("PO2708", "PO2707", 10), home("PO2707", "PO2708", 15), home("buitenland", "PO2707", 6),
        home("onbekend", "PO2707", 3), home("niet ingedeeld", "PO2707", 1), home("PO2707", "buiten de samenwerkingsverbanden", 5),
    ]  # fmt: skip
    (here,) = [each for each in curate("grensverkeer_swv", leerlingen_herkomst=schools(rows)) if each["swv_code"] == "PO2707"]
    names = ("intern", "inkomend", "buitenland", "onbekend", "uitgaand", "buiten_swv", "saldo")
    assert [here[f"{name}_ondergrens"] for name in names] == [80, 10, 6, 4, 15, 5, -5]
    assert [here[f"{name}_bovengrens"] for name in names] == [80, 10, 6, 4, 15, 5, -5]
    assert (here["inkomend_percentage_ondergrens"], here["uitgaand_percentage_ondergrens"]) == (10.0, 15.0)
    assert here["inkomend_bruikbaar"]


def test_flows_of_vo_stand_beside_what_is_published_of_po_on_the_same_day():
    published = [
        {"swv_code": "PO2707", "soort": "BO", "peildatum": DAY, "postcode4_leerling": "2011", "ondergrens": 7, "bovengrens": 7}
    ]
    rows = [
        {**home(at, "VO2707", n), "soort": "VO", "bron": "leerlingen_vo_herkomst"} for at, n in (("VO2707", 80), ("VO2708", 20))
    ]
    given = {
        "leerlingen_herkomst": schools(rows),
        "stg_leerlingen_swv_postcode4": published,
        "stg_swv_regio_wettelijk": [{"postcode4": "2011", "swv_po": "PO2701", "swv_vo": "VO2701", "editie": date(2015, 4, 23)}],
    }
    flows = {
        (each["woon_swv"], each["vestigings_swv"], each["soort"]): each["leerlingen"] for each in curate("grensverkeer", **given)
    }
    assert flows == {("PO2701", "PO2707", "BO"): 7, ("VO2707", "VO2707", "VO"): 80, ("VO2708", "VO2707", "VO"): 20}
    (here,) = [each for each in curate("grensverkeer_swv", **given) if each["swv_code"] == "VO2707"]
    assert (here["intern_ondergrens"], here["inkomend_bovengrens"], here["inkomend_percentage_ondergrens"]) == (80, 20, 20.0)


def test_a_percentage_that_cannot_be_bounded_usefully_says_so():
    rows = [home("PO2707", "PO2707", (60, 80)), home("PO2708", "PO2707", (10, 40)), home("PO2707", "PO2708", 1)]
    (here,) = [each for each in curate("grensverkeer_swv", leerlingen_herkomst=schools(rows)) if each["swv_code"] == "PO2707"]
    assert (here["inkomend_percentage_ondergrens"], here["inkomend_percentage_bovengrens"]) == (11.11, 40.0)
    assert not here["inkomend_bruikbaar"]
    assert here["uitgaand_bruikbaar"]


def test_the_table_that_hides_less_is_used_for_its_dates_and_completed_with_what_it_lacks():
    published = [
        {"swv_code": "PO2707", "soort": "BO", "peildatum": DAY, "postcode4_leerling": code, "ondergrens": n, "bovengrens": n}
        for code, n in (("2011", 7), ("30", 2), ("9999", 1), (None, 1))
    ]
    regions = [{"postcode4": "2011", "swv_po": "PO2701", "swv_vo": "VO2701", "editie": date(2015, 4, 23)}]
    homes = [
        home("PO2701", "PO2707", (5, 20)), home("PO2701", "buiten de samenwerkingsverbanden", 3), home("PO2701",
        "PO2707", 9, day=YEAR_BEFORE),
    ]  # fmt: skip
    found = curate(
        "grensverkeer",
        leerlingen_herkomst=schools(homes),
        stg_leerlingen_swv_postcode4=published,
        stg_swv_regio_wettelijk=regions,
    )
    assert {(each["peildatum"].year, each["woon_swv"], each["vestigings_swv"], each["leerlingen"]) for each in found} == {
        (2023, "PO2701", "PO2707", 9), (2024, "PO2701", "PO2707", 7), (2024, "buitenland", "PO2707", 2), (2024,
        "onbekend", "PO2707", 2),
        (2024, "PO2701", "buiten de samenwerkingsverbanden", 3),
    }  # fmt: skip


def test_what_comes_in_somewhere_goes_out_somewhere_else():
    rows = [home(lives, school, n, soort) for soort in ("BO", "SBO") for n, (lives, school) in enumerate(
        [("PO2701", "PO2702"), ("PO2702", "PO2703"), ("PO2703", "PO2701"), ("PO2701", "PO2701"), ("PO2702",
        "PO2701")], 3)]  # fmt: skip
    found = curate("grensverkeer_swv", leerlingen_herkomst=schools(rows))
    assert sum(each["saldo_ondergrens"] for each in found) == 0
    assert sum(each["inkomend_ondergrens"] for each in found) == sum(each["uitgaand_ondergrens"] for each in found) > 0


# -- bounds of flows by the pupils of each school ----------------------------------------


def test_flows_add_up_to_the_pupils_of_the_school():
    rows = [home("PO2707", "PO2707", (60, 80)), home("PO2708", "PO2707", (5, 20)), home("PO2709", "PO2707", (5, 20))]
    flows = {each["woon_swv"]: each for each in curate("grensverkeer", leerlingen_herkomst=schools(rows, 100))}
    # of 100 pupils at most 40 live elsewhere, so 60 may stay, and at most 20 of each
    assert {code: (each["ondergrens"], each["bovengrens"]) for code, each in flows.items()} == {
        "PO2707": (60, 80), "PO2708": (5, 20), "PO2709": (5, 20),
    }  # fmt: skip
    flows = {each["woon_swv"]: each for each in curate("grensverkeer", leerlingen_herkomst=schools(rows, 75))}
    assert {code: (each["ondergrens"], each["bovengrens"]) for code, each in flows.items()} == {
        "PO2707": (60, 65), "PO2708": (5, 10), "PO2709": (5, 10),
    }  # fmt: skip
    assert {each["op_school_bovengrens"] for each in flows.values()} == {75}
    (here,) = [each for each in curate("grensverkeer_swv", leerlingen_herkomst=schools(rows, 75)) if each["swv_code"] == "PO2707"]
    assert (here["intern_ondergrens"], here["intern_bovengrens"]) == (60, 65)
    # 15 less those who stay, of two SWVs together: no sum of the two
    assert (here["inkomend_ondergrens"], here["inkomend_bovengrens"]) == (10, 15)
    assert (here["inkomend_percentage_ondergrens"], here["inkomend_percentage_bovengrens"]) == (13.33, 20.0)


def test_homes_that_no_file_has_widen_the_swv_of_the_school_and_those_where_its_pupils_live():
    refused = {**home("onbekend", "PO2707", 40, place="onbekend"), "vestigingscode": "09ZZ00", "geteld_ondergrens": None,
               "geteld_bovengrens": None}  # fmt: skip
    rows = schools([
        home("PO2707", "PO2707", 80), home("PO2708", "PO2707", 5), home("PO2709", "PO2707", 4), home("onbekend", "PO2707", 3),
        refused,
    ])  # fmt: skip
    flows = {each["woon_swv"]: each for each in curate("grensverkeer", leerlingen_herkomst=rows)}
    names = ("ondergrens", "bovengrens", "woonplaats_niet_aangeleverd")
    assert {code: tuple(each[name] for name in names) for code, each in flows.items()} == {
        "PO2707": (80, 120, 40), "PO2708": (5, 45, 40), "PO2709": (4, 4, 0), "onbekend": (43, 43, 0),
    }  # fmt: skip
    swvs = {each["swv_code"]: each for each in curate("grensverkeer_swv", leerlingen_herkomst=rows)}
    assert (swvs["PO2707"]["intern_bovengrens"], swvs["PO2707"]["inkomend_bovengrens"]) == (120, 49)
    # 49 of the 132 at school, not of 172 in which 40 count twice
    assert swvs["PO2707"]["inkomend_percentage_bovengrens"] == 37.12
    assert swvs["PO2708"]["uitgaand_bovengrens"] == 45
    lives = {
        each["swv_code"]: (each["ondergrens"], each["bovengrens"]) for each in curate("leerlingen_swv", leerlingen_herkomst=rows)
    }
    assert lives == {"PO2707": (80, 120), "PO2708": (5, 45), "PO2709": (4, 4)}


@pytest.mark.parametrize(("total", "stays"), [(110, (80, 90)), (90, (60, 80)), (60, (60, 90))], ids=["more", "less", "neither"])
def test_published_flows_add_up_to_the_published_total_where_both_can_be_true(total, stays):
    places = [("2011", (60, 90)), ("2012", (10, 30))]
    published = [
        {"swv_code": "PO2701", "soort": "BO", "peildatum": DAY, "postcode4_leerling": code, "ondergrens": low, "bovengrens": high}
        for code, (low, high) in places
    ]
    regions = [{"postcode4": code, "swv_po": po, "swv_vo": "VO2701", "editie": date(2015, 4, 23)}
               for code, po in (("2011", "PO2701"), ("2012", "PO2702"))]  # fmt: skip
    totals = [{"swv_code": "PO2701", "soort": "BO", "peildatum": DAY, "ondergrens": total, "bovengrens": total}]
    found = curate("grensverkeer", stg_leerlingen_swv_postcode4=published, stg_swv_regio_wettelijk=regions,
                   stg_leerlingen_swv_totaal=totals)  # fmt: skip
    (here,) = [each for each in found if each["woon_swv"] == "PO2701"]
    assert (here["ondergrens"], here["bovengrens"]) == stays


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.sampled_from(("PO2707", "PO2708", "PO2709", "buitenland")), st.integers(1, 30)), min_size=1, max_size=8
    ),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=8, max_size=8),
)
def test_true_flows_lie_within_their_bounds(lives, hidden):
    rows = [
        home(code, "PO2707", (max(0, number - below), number + above), place=str(1011 + at))
        for at, ((code, number), (below, above)) in enumerate(zip(lives, hidden, strict=False))
    ]
    rows = schools(rows, sum(number for _, number in lives))
    true = {code: sum(number for other, number in lives if other == code) for code, _ in lives}
    for each in curate("grensverkeer", leerlingen_herkomst=rows):
        assert each["ondergrens"] <= true[each["woon_swv"]] <= each["bovengrens"] <= each["op_school_bovengrens"]
    (here,) = [each for each in curate("grensverkeer_swv", leerlingen_herkomst=rows) if each["swv_code"] == "PO2707"]
    comes = true.get("PO2708", 0) + true.get("PO2709", 0)
    assert here["inkomend_ondergrens"] <= comes <= here["inkomend_bovengrens"]
    share = 100 * comes / sum(true.values())
    assert here["inkomend_percentage_ondergrens"] - 0.006 <= share <= here["inkomend_percentage_bovengrens"] + 0.006
