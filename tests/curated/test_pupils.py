"""Pupils: which register counts, how whole and parts agree, and how bounds add up per SWV, gemeente and home."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.tables import counts, curate

DAY, YEAR = date(2024, 10, 1), "_2024"
CODE = "01AA00"


def historic(soort, number, code=CODE):
    return [{"vestigingscode": code, "soort": soort, "gemeentenummer": "0363", "leerlingen": counts(**{YEAR: number})}]


def homes(code=CODE, **kinds):
    """Home postcodes of one location: per kind a number or bounds, all living in 1011."""
    return [
        {"vestigingscode": code, "soort": soort, "peildatum": DAY, "postcode4_leerling": "1011", "gemeentenummer": "0363",
         "postcode": "1011AB", "leerlingen": counts(_8=number)}
        for soort, number in kinds.items()
    ]  # fmt: skip


def located(**tables):
    return {
        each["soort"]: (each["ondergrens"], each["bovengrens"], each["onderdeel_van"], each["uitgesplitst"])
        for each in curate("leerlingen_vestiging", **tables)
    }


# -- per location ----------------------------------------


def test_the_first_register_that_counts_is_kept_and_named():
    (row,) = curate(
        "leerlingen_vestiging",
        stg_leerlingen_po_historisch=historic("BO", 100),
        stg_leerlingen_po_totaal=[{"vestigingscode": CODE, "soort": "BO", "peildatum": DAY, "ondergrens": 99, "bovengrens": 99}],
    )
    assert (row["leerlingen"], row["bron"]) == (100, "leerlingen_po_historisch")


def test_whole_and_parts_stand_side_by_side_and_say_so():
    found = located(stg_leerlingen_po_historisch=historic("SOVSO", 100), stg_leerlingen_po_postcode4=homes(SO=60, VSO=40))
    assert found == {
        "SOVSO": (100, 100, None, True), "SO": (60, 60, "SOVSO", False), "VSO": (40, 40, "SOVSO", False),
    }  # fmt: skip


def test_the_whole_narrows_what_is_hidden_in_its_parts():
    found = located(
        stg_leerlingen_po_historisch=historic("SOVSO", 100), stg_leerlingen_po_postcode4=homes(SO=(20, 80), VSO=(30, 90))
    )
    assert (found["SO"][:2], found["VSO"][:2]) == ((20, 70), (30, 80))
    # one part is all there is
    found = located(stg_leerlingen_po_historisch=historic("SOVSO", 100), stg_leerlingen_po_postcode4=homes(SO=(20, 120)))
    assert found["SO"][:2] == (100, 100)


def test_what_every_other_register_calls_sbo_is_sbo_in_every_year():
    overview = [{"vestigingscode": CODE, "soort": "SOVSO", "leerlingen": counts(_2023=90, _2024=100)}]
    found = curate(
        "leerlingen_vestiging", stg_leerlingen_po_historisch=overview, stg_leerlingen_po_postcode4=homes(SBO=(20, 120))
    )
    assert [(each["soort"], each["peildatum"].year, each["leerlingen"]) for each in found] == [
        ("SBO", 2023, 90),
        ("SBO", 2024, 100),
    ]


def test_parts_that_cannot_make_up_the_whole_keep_their_own_bounds():
    found = located(
        stg_leerlingen_po_historisch=historic("SOVSO", 100), stg_leerlingen_po_postcode4=homes(SO=(10, 20), VSO=(10, 20))
    )
    assert (found["SO"][:2], found["VSO"][:2]) == ((10, 20), (10, 20))


@settings(max_examples=25)  # each is a small database
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 20), st.integers(0, 20))
def test_the_truth_always_stays_within_the_narrowed_bounds(so, vso, below, above):
    hidden = {"SO": (max(1, so - below), so + above), "VSO": (max(1, vso - above), vso + below)}
    found = located(stg_leerlingen_po_historisch=historic("SOVSO", so + vso), stg_leerlingen_po_postcode4=homes(**hidden))
    for soort, true in (("SO", so), ("VSO", vso)):
        low, high = found[soort][:2]
        assert max(low, hidden[soort][0]) == low <= true <= high == min(high, hidden[soort][1])


def test_pupils_at_a_vavo_are_counted_apart():
    rows = [
        {"vestigingscode": CODE, "onderwijstype": kind, "editie": date(2019, 10, 1), "leerlingen": counts(man=number)}
        for kind, number in (("VWO lj 4-6", 100), ("VWO uitbest. aan VAVO", 7))
    ]
    (whole,) = curate("leerlingen_vestiging", stg_leerlingen_vo=rows)
    assert whole["leerlingen"] == 100
    by_kind = {each["waarde"]: each["leerlingen"] for each in curate("leerlingen_vestiging_kenmerk", stg_leerlingen_vo=rows)}
    assert by_kind == {"VWO lj 4-6": 100, "VWO uitbest. aan VAVO": 7}


def test_traits_keep_their_bounds_and_the_register_that_hides_less_goes_first():
    ages = [{"vestigingscode": CODE, "soort": "SO", "cluster": "3", "peildatum": DAY, "leerlingen": counts(_8=5, _9=(1, 4))}]
    found = curate("leerlingen_vestiging_kenmerk", stg_leerlingen_po_leeftijd=ages, stg_leerlingen_po_postcode4=homes(SO=(1, 4)))
    assert [(each["kenmerk"], each["waarde"], each["ondergrens"], each["bovengrens"]) for each in found] == [
        ("cluster", "3", 6, 9), ("leeftijd", "8", 5, 5), ("leeftijd", "9", 1, 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("register", "count", "bounds"),
    [
        ("4", None, (30, 30)), ("3/4", None, (30, 30)), (None, None, (0, 30)), (None, (("3", 20), ("2", 8)), (20, 22)),
        # a count says of its own kinds how many there are, and of what a location is in every year
        (None, (("3", 30),), (30, 30)), ("2", None, None), (None, (("1", 22), ("2", 8)), None),
    ],
)  # fmt: skip
def test_of_so_it_is_said_how_many_are_of_cluster_3_and_4_at_least_and_at_most(register, count, bounds):
    so = {"vestigingscode": CODE, "soort": "SO", "instellingscode": CODE[:4]}
    given = {
        "stg_vestigingen_so": [{**so, "vestigingsnaam": "School", "postcode": "1011AB", "gemeentenummer": "0363", "editie": DAY,
                                "cluster": register}],
        "stg_leerlingen_po_totaal": [{**so, "peildatum": DAY, "ondergrens": 30, "bovengrens": 30}],
        "stg_leerlingen_cluster": [{**so, "peildatum": DAY, "cluster": cluster, "ondergrens": number, "bovengrens": number}
                                   for cluster, number in count or ()],
        "stg_swv_regio_wettelijk": REGIONS,
    }  # fmt: skip
    names = ("cluster_3_4_ondergrens", "cluster_3_4_bovengrens")
    found = [
        tuple(each[name] for name in names)
        for table in ("leerlingen_vestiging", "leerlingen_swv", "leerlingen_nederland") for each in curate(table, **given)
    ]  # fmt: skip
    # who is of cluster 1 or 2 is in no SWV
    assert found == ([bounds] * 3 if bounds else [(0, 0), (None, None)])


# -- homes ----------------------------------------


@pytest.mark.parametrize(
    ("code", "gemeente", "home", "swv"),
    [
        ("1011", "Amsterdam", "1011", "PO2707"),
        ("1099", "Amsterdam", "1099", "niet ingedeeld"),
        ("10", "Belgie", "België", "buitenland"),
        ("20", "Duitsland", "Duitsland", "buitenland"),
        ("30", "Ander land", "ander land", "buitenland"),
        ("40", "Onbekend", "onbekend", "onbekend"),
        ("9999", "Het Hogeland", "9999", "PO2001"),
    ],
)
def test_where_a_pupil_lives_and_the_swv_of_that_place(code, gemeente, home, swv):
    rows = [{**homes(BO=12)[0], "postcode4_leerling": code, "gemeentenaam_leerling": gemeente}]
    (found,) = curate("leerlingen_herkomst", stg_leerlingen_po_postcode4=rows, stg_swv_regio_wettelijk=REGIONS)
    assert (found["herkomst"], found["woon_swv"], found["leerlingen"]) == (home, swv, 12)


def test_a_location_that_the_file_of_homes_lacks_is_there_with_homes_unknown():
    overview = historic("BO", 40, "02BB00") + historic("BO", 12)
    found = curate("leerlingen_herkomst", stg_leerlingen_po_postcode4=homes(BO=12), stg_leerlingen_po_historisch=overview)
    assert [(each["vestigingscode"], each["herkomst"], each["leerlingen"], each["bron"]) for each in found] == [
        (CODE, "1011", 12, "leerlingen_po_postcode4"), ("02BB00", "onbekend", 40, "leerlingen_po_historisch"),
    ]  # fmt: skip
    # and is not compared with itself
    compared = curate("vergelijking_vestiging", stg_leerlingen_po_postcode4=homes(BO=12), stg_leerlingen_po_historisch=overview)
    assert [each["vestigingscode"] for each in compared] == [CODE]


def lives(*numbers, soort="BO"):
    """Homes of one location, 1011 and on, each with its bounds."""
    return [
        {**homes(**{soort: number})[0], "postcode4_leerling": str(1011 + at)} for at, number in enumerate(numbers)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("overview", "homes_of", "whole"),
    [
        (20, [(8, 14), (1, 7), (5, 5)], (20, 20)),  # 20 less what the others have at most, and at least
        (40, [(15, 20), (15, 20), (5, 5)], (40, 40)),
        ((1, 16), [(8, 10), (1, 3), (5, 5)], (14, 16)),
        (50, [(8, 20), (1, 20), (5, 5)], (14, 45)),  # cannot be: 45 at most
        (13, [(8, 20), (1, 20), (5, 5)], (14, 45)),  # cannot be: 14 at least
    ],
)
def test_the_homes_of_a_location_add_up_to_its_pupils_where_both_can_be_true(overview, homes_of, whole):
    given = {
        "stg_leerlingen_po_postcode4": lives((8, 20), (1, 20), 5), "stg_leerlingen_po_historisch": historic("BO", overview),
    }  # fmt: skip
    found = curate("leerlingen_herkomst", **given)
    assert [(each["ondergrens"], each["bovengrens"]) for each in found] == homes_of
    assert [(each["geteld_ondergrens"], each["geteld_bovengrens"]) for each in found] == [(8, 20), (1, 20), (5, 5)]
    assert {(each["vestiging_ondergrens"], each["vestiging_bovengrens"]) for each in found} == {whole}
    # the registers are compared as they are, not by what follows from one for the other
    (compared,) = curate("vergelijking_vestiging", **given)
    assert (compared["ondergrens"], compared["bovengrens"]) == (14, 45)


def test_the_whole_of_so_and_vso_bounds_the_homes_of_each():
    given = {
        "stg_leerlingen_po_historisch": historic("SOVSO", 50),
        "stg_leerlingen_po_postcode4": [*lives((1, 20), (1, 20), soort="SO"), *lives((25, 30), 10, soort="VSO")],
    }
    found = curate("leerlingen_herkomst", **given)
    assert [(each["soort"], each["ondergrens"], each["bovengrens"]) for each in found] == [
        ("SO", 1, 14), ("SO", 1, 14), ("VSO", 25, 30), ("VSO", 10, 10),
    ]  # fmt: skip


@pytest.mark.parametrize(("other", "swv"), [("PO2707", "PO2707"), ("PO2708", "niet ingedeeld")])
def test_a_home_in_no_list_is_that_of_its_gemeente_where_all_others_lie_in_one_swv(other, swv):
    towns = [{"gemeentenummer": "0363", "naam": "Deelstad", "editie": DAY}]
    regions = [
        {"postcode4": code, "gemeentenaam": "Deelstad", "swv_po": po, "swv_vo": "VO2701", "editie": date(2015, 4, 23)}
        for code, po in (("1012", "PO2707"), ("1013", other))
    ]
    rows = [{**homes(BO=12)[0], "gemeentenaam_leerling": "Deelstad"}]
    given = {"stg_leerlingen_po_postcode4": rows, "stg_swv_regio_wettelijk": regions, "stg_gemeenten": towns}
    (found,) = curate("leerlingen_herkomst", **given)
    assert found["woon_swv"] == swv
    living = {each["swv_code"]: (each["ondergrens"], each["bovengrens"]) for each in curate("leerlingen_swv", **given)
              if each["rol"] == "woon"}  # fmt: skip
    assert living == ({"PO2707": (12, 12)} if swv == "PO2707" else {"PO2707": (0, 12), "PO2708": (0, 12)})


def test_on_the_portal_9999_and_no_code_at_all_are_unknown():
    rows = [
        {"vestigingscode": CODE, "soort": "BO", "peildatum": DAY, "postcode4_leerling": code, "ondergrens": 5, "bovengrens": 5}
        for code in ("9999", None, "40")
    ]
    (found,) = curate("leerlingen_herkomst", stg_leerlingen_po_herkomst=rows, stg_swv_regio_wettelijk=REGIONS)
    assert (found["herkomst"], found["woon_swv"], found["leerlingen"]) == ("onbekend", "onbekend", 15)


def vo_homes(**pupils):
    """Home postcodes of one vo location: per year of study a number or bounds."""
    return [
        {"vestigingscode": CODE, "peildatum": DAY, "postcode4_leerling": name[1:5], "leerjaar": int(name[6:]),
         **dict(zip(("ondergrens", "bovengrens"), each if isinstance(each, tuple) else (each, each), strict=True))}
        for name, each in pupils.items()
    ]  # fmt: skip


def vo_types(*rows):
    return [
        {"vestigingscode": CODE, "peildatum": DAY, "vavo": vavo, "onderwijstype": kind, "ondergrens": n, "bovengrens": n}
        for vavo, kind, n in rows
    ]  # fmt: skip


def test_homes_of_vo_are_added_over_years_of_study_and_bounded_by_the_location():
    types = vo_types(
        ("VO regulier", "VWO lj 4-6", 17), ("VO regulier", "Brugjaar 1-2", 10), ("VO uitbesteed aan VAVO", "VWO lj 4-6", 3)
    )
    given = {"stg_leerlingen_vo_herkomst": vo_homes(_1011_1=9, _1011_4=12, _2011_1=(1, 4), _2011_4=(1, 4)),
             "stg_leerlingen_vo_reeks": types, "stg_swv_regio_wettelijk": REGIONS}  # fmt: skip
    found = curate("leerlingen_herkomst", **given)
    assert [(each["herkomst"], each["soort"], each["woon_swv"], each["ondergrens"], each["bovengrens"]) for each in found] == [
        ("1011", "VO", "VO2707", 21, 21), ("2011", "VO", "VO2701", 6, 6),
    ]  # fmt: skip
    assert (found[1]["geteld_ondergrens"], found[1]["geteld_bovengrens"], found[1]["vestiging_ondergrens"]) == (2, 8, 27)


def test_a_count_of_homes_in_vo_says_nothing_of_locations_in_po():
    given = {"stg_leerlingen_vo_herkomst": vo_homes(_1011_1=9), "stg_leerlingen_po_historisch": historic("BO", 50, "02BB00"),
             "stg_swv_regio_wettelijk": REGIONS}  # fmt: skip
    assert [(each["vestigingscode"], each["soort"]) for each in curate("leerlingen_herkomst", **given)] == [(CODE, "VO")]


def test_vo_of_earlier_years_is_counted_by_type_without_those_at_a_vavo():
    types = vo_types(("VO regulier", "Praktijkonderwijs alle vj", 20), ("VO uitbesteed aan VAVO", "VWO lj 4-6", 3))
    given = {"stg_leerlingen_vo_reeks": types, "stg_leerlingen_vo_herkomst": vo_homes(_1011_1=9)}
    (row,) = curate("leerlingen_vestiging", **given)
    assert (row["soort"], row["leerlingen"], row["bron"]) == ("VO", 20, "leerlingen_vo_reeks")
    assert {each["waarde"]: each["leerlingen"] for each in curate("leerlingen_vestiging_kenmerk", **given)} == {
        "Praktijkonderwijs alle vj": 20, "VWO lj 4-6, uitbesteed aan vavo": 3,
    }  # fmt: skip
    # a file of the day itself goes first, and its types are not counted twice
    own = [{"vestigingscode": CODE, "onderwijstype": "VWO lj 4-6", "editie": DAY, "leerlingen": counts(man=7)}]
    (row,) = curate("leerlingen_vestiging", **given, stg_leerlingen_vo=own)
    assert (row["leerlingen"], row["bron"]) == (7, "leerlingen_vo")
    assert len(curate("leerlingen_vestiging_kenmerk", **given, stg_leerlingen_vo=own)) == 1


def test_our_sum_per_gemeente_stands_beside_the_one_that_is_published():
    def published(number, *counts_):
        return [
            {"gemeentenummer": number, "soort": soort, "peildatum": DAY, "ondergrens": low, "bovengrens": high}
            for soort, low, high in counts_
        ]  # fmt: skip

    found = curate(
        "vergelijking_gemeente",
        stg_leerlingen_po_historisch=[*historic("BO", 100), *historic("SOVSO", 30, "02BB00"), *historic("SBO", 7, "03CC00")],
        stg_leerlingen_po_gemeente=[
            *published("0363", ("BO", 98, 98), ("SOVSO", 30, 30), ("SBO", 7, 7), ("SO", 1, 4)),
            *published("0014", ("BO", 5, 5)),
        ],
    )
    assert [(each["gemeentenummer"], each["soort"], each["eigen_ondergrens"], each["verschil"]) for each in found] == [
        ("0014", "BO", None, None), ("0363", "BO", 100, 2), ("0363", "SBO, SO en VSO", 37, -1),
    ]  # fmt: skip
    assert found[0]["reden"]


REGIONS = [
    {"postcode4": code, "swv_po": po, "swv_vo": f"V{po[1:]}", "editie": date(2015, 4, 23)}
    for code, po in (("1011", "PO2707"), ("2011", "PO2701"), ("9999", "PO2001"))
]


# -- per SWV ----------------------------------------


def test_the_three_roles_are_told_apart():
    school = {
        "vestigingscode": CODE,
        "vestigingsnaam": "x",
        "soort": "SO",
        "postcode": "2011AB",
        "gemeentenummer": "0392",
        "editie": DAY,
    }
    payers = [
        {"betaler": "PO2001", "soort": "SO", "peildatum": DAY, "residentiele_plaats": place, "ondergrens": n, "bovengrens": n}
        for place, n in (("TOTAAL", 9), ("WEL_RP", 3), ("NIET_RP", 6))
    ]
    other = {
        "betaler": "CL1_01AA",
        "soort": "SO",
        "peildatum": DAY,
        "residentiele_plaats": "TOTAAL",
        "ondergrens": 5,
        "bovengrens": 5,
    }
    found = curate(
        "leerlingen_swv",
        stg_vestigingen_so=[school],
        stg_swv_regio_wettelijk=REGIONS,
        stg_leerlingen_po_postcode4=[{**each, "postcode": "2011AB"} for each in homes(SO=(5, 20))],
        stg_so_vso_residentieel=[*payers, other],
    )
    assert [(each["swv_code"], each["rol"], each["ondergrens"], each["bovengrens"]) for each in found] == [
        ("PO2001", "betalend", 9, 9), ("PO2701", "vestiging", 5, 20), ("PO2707", "woon", 5, 20),
    ]  # fmt: skip


def test_a_location_that_no_method_places_widens_the_upper_bound_of_each_swv_of_its_gemeente():
    towns = [
        {"gemeentenummer": number, "naam": name, "editie": DAY} for number, name in (("0363", "Deelstad"), ("0392", "Anders"))
    ]
    regions = [
        {"postcode4": code, "gemeentenaam": town, "swv_po": po, "swv_vo": "VO2701", "editie": date(2015, 4, 23)}
        for code, town, po in (("1011", "Deelstad", "PO2707"), ("1012", "Deelstad", "PO2708"), ("2011", "Anders", "PO2701"))
    ]
    schools = [
        {"vestigingscode": code, "vestigingsnaam": "x", "postcode": postcode, "gemeentenummer": "0363", "editie": DAY}
        for code, postcode in ((CODE, "1011AB"), ("02BB00", "1099AB"))
    ]
    totals = [
        {"vestigingscode": code, "soort": "BO", "peildatum": DAY, "ondergrens": n, "bovengrens": n}
        for code, n in ((CODE, 100), ("02BB00", 40))
    ]
    found = curate(
        "leerlingen_swv",
        stg_vestigingen_bo=schools,
        stg_gemeenten=towns,
        stg_swv_regio_wettelijk=regions,
        stg_leerlingen_po_totaal=totals,
    )
    assert [(each["swv_code"], each["ondergrens"], each["bovengrens"]) for each in found] == [
        ("PO2707", 100, 140),
        ("PO2708", 0, 40),
    ]


def test_a_location_of_pupils_alone_may_belong_to_the_swvs_of_its_place_and_the_nation_has_it_once():
    places = [
        {"postcode4": code, "woonplaats": town, "provincie": "Friesland"}
        for code, town in (("8401", "Gorredijk"), ("8411", "Jubbega"))
    ]
    regions = [
        {"postcode4": code, "swv_po": "PO2101", "swv_vo": vo, "editie": date(2015, 4, 23)}
        for code, vo in (("8401", "VO2101"), ("8411", "VO2102"))
    ]
    pupils = [
        {"vestigingscode": CODE, "naam": "x", "plaatsnaam": place, "provincie": "Friesland",
        "onderwijstype": "VWO lj 4-6", "editie": DAY,
         "leerlingen": counts(man=30)}
        for place in ("GORREDIJK",)
    ]  # fmt: skip
    given = {"stg_leerlingen_vo": pupils, "stg_postcode4": places, "stg_swv_regio_wettelijk": regions}
    assert [(each["swv_code"], each["ondergrens"], each["bovengrens"]) for each in curate("leerlingen_swv", **given)] == [
        ("VO2101", 0, 30)
    ]
    pupils[0]["plaatsnaam"] = "ST.-ELDERS"
    assert {each["swv_code"] for each in curate("leerlingen_swv", **given)} == {"VO2101", "VO2102"}
    (nation,) = curate("leerlingen_nederland", **given)
    assert (nation["binnen_swv_ondergrens"], nation["binnen_swv_bovengrens"]) == (30, 30)


def test_the_kinds_of_a_date_add_up_to_the_nation_once():
    found = curate(
        "leerlingen_nederland",
        stg_leerlingen_po_historisch=historic("SOVSO", 100) + historic("SOVSO", 50, "02BB00"),
        stg_leerlingen_po_postcode4=homes(SO=60, VSO=40),
    )
    assert {each["soort"]: each["leerlingen"] for each in found} == {"SO": 60, "VSO": 40, "SOVSO": 50}


def test_a_number_of_so_says_whether_so_and_vso_are_told_apart():
    overview = [{"vestigingscode": CODE, "soort": "SOVSO", "leerlingen": counts(_2023=90, _2024=100)},
                {"vestigingscode": "02BB00", "soort": "SO", "leerlingen": counts(_2023=10, _2024=12)},
                {"vestigingscode": "03CC00", "soort": "BO", "leerlingen": counts(_2024=200)}]  # fmt: skip
    given = {"stg_leerlingen_po_historisch": overview, "stg_leerlingen_po_postcode4": homes(SO=60, VSO=40)}
    found = {
        (each["soort"], each["peildatum"].year): (each["leerlingen"], each["telwijze"])
        for each in curate("leerlingen_nederland", **given)
    }
    assert found == {
        ("SO", 2023): (10, "so en vso samen"), ("SOVSO", 2023): (90, "so en vso samen"),
        ("SO", 2024): (72, "so en vso apart"), ("VSO", 2024): (40, "so en vso apart"), ("BO", 2024): (200, "per soort"),
    }  # fmt: skip


# -- key figures ----------------------------------------


def kerncijfers(**tables):
    names = ("vestigingen_bo", "vestigingen_so_vso", "vestigingen_vo", "vestigingen_reden")
    return {(each["swv_code"], each["jaar"]): tuple(each[name] for name in names) for each in curate("swv_kerncijfers", **tables)}


def test_what_nobody_counted_is_null_with_a_reason():
    school = {"vestigingscode": CODE, "vestigingsnaam": "x", "postcode": "1011AB", "gemeentenummer": "0363", "editie": DAY}
    overview = historic("BO", 100) + historic("SO", 20, "02BB00")
    special = [{**school, "vestigingscode": "02BB00", "soort": "SO"}]
    found = kerncijfers(
        stg_vestigingen_bo=[school],
        stg_vestigingen_so=special,
        stg_swv_regio_wettelijk=REGIONS,
        stg_leerlingen_po_historisch=overview,
    )
    assert found["PO2707", 2024] == (1, 1, None, "sbo is op deze datum niet geteld")
    assert found["PO2701", 2024] == (0, 0, None, "sbo is op deze datum niet geteld")
    assert found["VO2707", 2024] == (None, 0, None, "vo is op deze datum niet geteld")


def test_no_number_of_locations_is_guessed_before_there_are_regions():
    school = {
        "vestigingscode": CODE,
        "vestigingsnaam": "x",
        "postcode": "1011AB",
        "gemeentenummer": "0363",
        "editie": date(2014, 9, 1),
    }
    overview = [{**historic("BO", 9)[0], "leerlingen": counts(_2014=9, _2015=9)}]
    towns = [{"postcode4": "1011", "woonplaats": "x", "gemeentenaam": "x"}]
    found = kerncijfers(
        stg_vestigingen_bo=[school], stg_swv_regio_wettelijk=REGIONS, stg_leerlingen_po_historisch=overview, stg_postcode4=towns
    )
    assert found["PO2707", 2014][0] is None
    assert "wijst geen register" in found["PO2707", 2014][3]
    assert found["PO2707", 2015][0] == 1


def test_a_gemeente_has_pupils_at_its_schools_and_pupils_who_live_there():
    found = curate(
        "leerlingen_gemeente",
        stg_gemeenten=[{"gemeentenummer": "0034", "naam": "Thuis", "editie": DAY}],
        stg_leerlingen_po_postcode4=[
            {**homes(BO=10)[0], "gemeentenaam_leerling": "Thuis"},
            {**homes(BO=3)[0], "postcode4_leerling": "20"},
        ],
    )
    assert [(each["gemeentenummer"], each["rol"], each["indeling"], each["leerlingen"]) for each in found] == [
        ("0034", "woon", "nu", 10), ("0363", "vestiging", "nu", 13), ("0363", "vestiging", "toen", 13),
        ("buitenland", "woon", "nu", 3),
    ]  # fmt: skip


# -- registers compared ----------------------------------------


@pytest.mark.parametrize(
    ("overview", "home", "difference"),
    [(50, (20, 80), 0), (20, (20, 80), 0), (81, (20, 80), 1), (15, (20, 80), -5), ((1, 4), (4, 16), 0), ((1, 4), (5, 20), -1)],
)
def test_two_registers_can_both_be_true_or_differ_by_so_many(overview, home, difference):
    (row,) = curate(
        "vergelijking_vestiging",
        stg_leerlingen_po_historisch=historic("BO", overview),
        stg_leerlingen_po_postcode4=homes(BO=home),
    )
    assert (row["verschil"], row["verenigbaar"]) == (difference, difference == 0)


def test_every_year_that_two_registers_count_is_compared():
    so = {"vestigingscode": CODE, "instellingscode": CODE[:4], "soort": "SO"}
    earlier = date(2019, 10, 1)
    found = curate(
        "vergelijking_vestiging",
        stg_leerlingen_po_historisch=[{**historic("SOVSO", 50)[0], "leerlingen": counts(_2018=7, _2019=40, _2024=50)}],
        stg_leerlingen_po_postcode4=homes(SO=(20, 30), VSO=(15, 30)),
        stg_leerlingen_po_afstand=[{**so, "peildatum": earlier, "ondergrens": 38, "bovengrens": 38, "editie": earlier}],
        stg_leerlingen_po_totaal=[
            {**so, "peildatum": day, "ondergrens": number, "bovengrens": number, "editie": edition}
            for day, number, edition in ((earlier, 99, earlier), (earlier, 40, DAY), (date(2017, 10, 1), 6, DAY))
        ],
    )
    names = ("peildatum", "bron", "ondergrens", "bovengrens", "verschil")
    assert [tuple(each[name] for name in names) for each in found] == [
        (earlier, "leerlingen_po_afstand", 38, 38, 2), (earlier, "leerlingen_po_totaal", 40, 40, 0),
        (DAY, "leerlingen_po_postcode4", 35, 60, 0),
    ]  # fmt: skip


def published(number, swv="PO2707", day=DAY):
    return [{"swv_code": swv, "soort": "BO", "peildatum": day, "ondergrens": number, "bovengrens": number}]


@pytest.mark.parametrize(
    ("total", "difference", "above"), [(100, 0, None), (90, 10, CODE), (130, -30, None)], ids=["the same", "too few", "too many"]
)
def test_a_published_total_is_compared_with_our_own_and_with_its_largest_location(total, difference, above):
    school = {"vestigingscode": CODE, "vestigingsnaam": "x", "postcode": "1011AB", "gemeentenummer": "0363", "editie": DAY}
    (row,) = curate(
        "vergelijking_swv",
        stg_vestigingen_bo=[school],
        stg_swv_regio_wettelijk=REGIONS,
        stg_leerlingen_po_historisch=historic("BO", 100),
        stg_leerlingen_swv_totaal=published(total),
    )
    assert (row["verschil"], row["vestiging_boven_totaal"], row["swv_bestaat"]) == (difference, above, True)


def test_a_published_total_of_an_swv_that_does_not_exist_on_the_date_is_there_and_says_so():
    rio = [{"swv_nummer": "PO2707", "soort": "PAPO", "begindatum": date(2014, 8, 1), "einddatum": date(2020, 8, 1),
            "begindatum_periode": date(2014, 8, 1)}]  # fmt: skip
    (row,) = curate("vergelijking_swv", stg_leerlingen_swv_totaal=published(5), stg_rio_samenwerkingsverbanden=rio)
    assert (row["swv_bestaat"], row["verschil"]) == (False, None)
    assert "geen eigen telling" in row["reden"]


def test_of_two_editions_of_one_register_the_newest_counts_and_they_are_never_added():
    days = (date(2025, 1, 1), date(2026, 1, 1))
    overview = [
        {**historic("BO", n)[0], "editie": day, "bron_sha256": str(day.year)} for day, n in zip(days, (90, 100), strict=True)
    ]
    (whole,) = curate("leerlingen_vestiging", stg_leerlingen_po_historisch=overview)
    assert whole["leerlingen"] == 100
    home = [
        {"vestigingscode": CODE, "soort": "BO", "peildatum": DAY, "postcode4_leerling": "1011", "ondergrens": n, "bovengrens": n,
         "editie": day, "bron_sha256": str(day.year)}
        for day, n in zip(days, (7, 8), strict=True)
    ]  # fmt: skip
    (found,) = curate("leerlingen_herkomst", stg_leerlingen_po_herkomst=home)
    assert found["leerlingen"] == 8
