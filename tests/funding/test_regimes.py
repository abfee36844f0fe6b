"""The money of both regimes as the table holds it: real amounts, made-up pupils, every line through SQL and formula."""

from __future__ import annotations

import csv
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError
from pipeline.funding.formulas import HEAVY, LIGHT, derived_count, make_line, totals, two_percent
from tests.support.database import make
from tests.support.money import BUILT, REFERENCE, build_up, completed, euro, failed, lines, made, parameter_row, rows_of

OCTOBER, FEBRUARY = "2014-10-01", "2015-02-01"
COUNTS = [
    ("20AA00", "BO", OCTOBER, 14_700, 14_700), ("20BB00", "SBO", OCTOBER, 180, 180), ("20BB01", "SBO", OCTOBER, 120, 120),
    ("20BB00", "SBO", FEBRUARY, 200, 200), ("20BB01", "SBO", FEBRUARY, 120, 120),
    ("20AA00", "BO", "2015-10-01", 14_700, 14_700), ("20BB00", "SBO", "2015-10-01", 180, 180),
    ("20BB01", "SBO", "2015-10-01", 120, 120), ("20AA00", "BO", "2013-10-01", 14_000, 14_000),
    ("20BB00", "SBO", "2013-10-01", 300, 300), ("20AA00", "BO", "2026-02-01", 9_800, 9_800),
    ("20BB00", "SBO", "2026-02-01", 200, 200), ("20AA00", "BO", "2022-02-01", 9_800, 9_800),
    ("20BB00", "SBO", "2022-02-01", 200, 200), ("20VV00", "VO", OCTOBER, 10_000, 10_000),
    ("20VV00", "VO", "2015-10-01", 10_000, 10_000), ("20WW00", "VSO", OCTOBER, 560, 560),
    ("20VV00", "VO", "2026-10-01", 10_000, 10_000), ("20VV00", "VO", "2022-10-01", 10_000, 10_000),
]  # fmt: skip
PAID = [("VO2708", "VSO", OCTOBER, f"Categorie {c}", n) for c, n in (("1", 500), ("2", 60))]
NEXT_YEAR = [
    parameter_row(parameter="lichte_ondersteuning_per_bao_leerling", bedrag="200.00"),
    parameter_row(parameter="sbo_ondersteuningsbedrag", bedrag="7000.00"),
    parameter_row(bedrag="500.00"),
    *(parameter_row(parameter="so_afdracht", sector="SO", categorie=c, bedrag=f"{c}3000.00") for c in "123"),
    parameter_row(sector="VO", parameter="zware_ondersteuning_norm_na_korting", bedrag="800.00"),
    *(parameter_row(parameter="vso_afdracht", sector="VSO", categorie=c, bedrag=f"{c}4000.00") for c in "123"),
    parameter_row(sector="VO", parameter="korting_reserves", bedrag="10.00"),
    *(
        parameter_row(parameter="overdracht_toename_na_1_februari", sector=sector, categorie=c, bedrag="20000.00")
        for sector, c in (("SBO", ""), *((kind, c) for kind in ("SO", "VSO") for c in "123"))
    ),
    parameter_row(parameter="schoolmaatschappelijk_werk_per_achterstandsscore", bedrag="18.00"),
]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    with made(tmp_path_factory.mktemp("geld"), COUNTS, PAID, NEXT_YEAR) as connection:
        yield connection


def amounts(rows):
    return {name: row["bedrag"] for name, row in lines(rows).items()}


def group(rows, name):
    return sum(row["bedrag"] for row in rows if row["groep"] == name and row["telt_mee"])


# -- until 2022 ----------------------------------------


def test_example_1_and_2_a_po_region_in_the_table_and_completed_with_what_the_swv_knows(database):
    found = lines(build_up(database, "PO2707", "2015-2016"))
    assert found["lichte_ondersteuning"]["bedrag"] == euro("2.302.167,00")
    assert found["zware_ondersteuning"]["bedrag"] == euro("4.782.450,00")
    assert found["aftrek_sbo_overdracht_toename"]["bedrag"] == -euro("59.737,40")
    assert found["aftrek_sbo_overdracht_boven_2pct"]["bedrag"] == -euro("85.376,80")
    assert found["netto"]["status"] == "onvolledig"
    result = completed(
        database, "PO2707", "2015-2016", aftrek_so_jonger_dan_8_categorie_1=40, aftrek_so_jonger_dan_8_categorie_3=5,
        aftrek_so_vanaf_8_categorie_1=150, aftrek_so_vanaf_8_categorie_2=20, aftrek_so_vanaf_8_categorie_3=10,
        aftrek_verevening_norm=0,
    )  # fmt: skip
    assert group(result.rows, HEAVY) == euro("2.584.855,65")
    assert amounts(result.rows)["netto"] == euro("2.302.167,00") + euro("2.584.855,65") - euro("59.737,40") - euro("85.376,80")


def test_example_4_a_vo_region_completed(database):
    result = completed(
        database, "VO2708", "2015-2016", aftrek_vso_categorie_1=300, aftrek_vso_categorie_2=40, aftrek_vso_categorie_3=15
    )
    assert amounts(result.rows)["zware_ondersteuning"] == euro("5.129.500,00")
    assert group(result.rows, HEAVY) == amounts(result.rows)["netto"] == euro("1.434.141,80")


def test_example_5_uitputting_is_taken_from_the_locations_of_the_region_vso_included(database):
    # category 3 is not in the register, so the SWV itself must say that it has none
    rows = completed(database, "VO2708", "2015-2016", aftrek_vso_categorie_3=0).rows
    found = lines(rows)
    assert [found[f"aftrek_vso_categorie_{c}"]["aantal"] for c in "12"] == [500, 60]
    assert (found["uitputting"]["bedrag"], found["uitputting"]["wetsartikel"]) == (euro("416.565,60"), "WVO 85c")
    assert group(rows, HEAVY) == 0
    database.execute("begin")
    database.execute(
        "insert into ondersteuningsbekostiging_swv by name select * replace ('uitputting' as component, 416565.60 as bedrag, "
        "'volledig' as status, null as teldatum) from ondersteuningsbekostiging_swv "
        "where swv_code = 'VO2708' and periode = '2015-2016' and component = 'netto'"
    )
    make(database, "ondersteuningsbekostiging_vestiging")
    shares = rows_of(database, "from ondersteuningsbekostiging_vestiging where component = 'uitputting' order by vestigingscode")
    make(database, "ondersteuningsbekostiging_aansluiting")
    (sums,) = rows_of(database, "from ondersteuningsbekostiging_aansluiting where uitputting_verdeeld is not null")
    database.execute("rollback")
    assert [(each["vestigingscode"], each["leerlingen"]) for each in shares] == [("20VV00", 10_000), ("20WW00", 560)]
    assert sum(each["bedrag"] for each in shares) == -euro("416.565,60")
    assert [each["bedrag"] / each["leerlingen"] for each in shares] == [-euro("39,4475")] * 2
    assert {each["indicatief"] for each in shares} == {False}
    assert sums["uitputting_verdeeld"] == sums["uitputting_te_verdelen"] == -euro("416.565,60")


def test_example_6_the_two_percent_of_the_region_gives_a_school_its_share(database):
    row = lines(build_up(database, "PO2707", "2016"))["sbo_2pct"]
    assert (row["aantal"], row["bedrag"], row["telt_mee"]) == (300, euro("67.131,00"), False)
    assert row["bedrag"] * 180 / 300 == euro("40.278,60")


def test_the_transition_year_has_its_own_norm_and_the_articles_of_personnel(database):
    row = lines(build_up(database, "PO2707", "2014-2015"))["zware_ondersteuning"]
    assert (row["aantal"], row["bedrag_per_eenheid"], row["bedrag"]) == (14_300, euro("16,61"), euro("237.523,00"))
    assert (row["deel"], row["wetsartikel"]) == ("personeel", "WPO 132 lid 2-3")
    row = lines(build_up(database, "PO2707", "2016"))["zware_ondersteuning"]
    assert (row["deel"], row["wetsartikel"]) == ("materieel", "WPO 118 lid 8")


def test_verevening_is_history_minus_norm_and_says_which_counts_of_2011_are_missing(database):
    found = lines(build_up(database, "PO2707", "2015-2016"))
    row = found["verevening_so_vanaf_8_categorie_3"]
    assert (row["percentage"], row["bedrag_per_eenheid"], row["status"]) == (100, euro("20.645,71"), "onvolledig")
    assert row["ontbreekt"] == "aantal SO vanaf 8 jaar, categorie 3, uit dit gebied per 2011-10-01"
    result = completed(database, "PO2707", "2015-2016", verevening_so_vanaf_8_categorie_3=100, aftrek_verevening_norm=1_000)
    assert group(result.rows, "verevening") == euro("2.064.571,00") - euro("276.930,00")
    assert not [row for row in build_up(database, "PO2707", "2027") if row["groep"] == "verevening"]


def test_lwoo_and_pro_are_a_percentage_that_is_not_published_less_what_boards_got(database):
    found = lines(build_up(database, "VO2708", "2016"))
    assert found["regionale_ondersteuning"]["bedrag"] == euro("800.000,00")
    assert found["lwoo_pro"]["ontbreekt"] == "percentage lwoo en pro van dit samenwerkingsverband op 2012-10-01"
    assert found["lwoo_pro"]["aantal"] == 10_000
    assert lines(build_up(database, "VO2708", "2015"))["regionaal_zorgbudget"]["bedrag_per_eenheid"] == euro("87,00")
    # what the state pays to boards is no money of the SWV
    direct = [row for row in build_up(database, "VO2708", "2015") if row["component"].startswith("lwoo_pro_schoolsoortgroep")]
    assert [row["telt_mee"] for row in direct] == [False] * 3


def test_social_work_and_growth_are_lines_that_name_what_is_missing(database):
    found = lines(build_up(database, "PO2707", "2015-2016"))
    assert found["schoolmaatschappelijk_werk"]["ontbreekt"] == "aantal schoolgewicht van de basisscholen per 2014-10-01"
    growth = found["aftrek_groei_so_vanaf_8_categorie_1"]
    assert (growth["wetsartikel"], str(growth["teldatum"]), growth["bedrag"]) == ("WPO 125b", FEBRUARY, None)
    assert "aftrek_groei_vso_categorie_1" in lines(build_up(database, "VO2708", "2015-2016"))
    result = completed(database, "PO2707", "2015-2016", aftrek_sbo_grensverkeer=2, aftrek_sbo_grensverkeer_na_1_oktober=1)
    assert group(result.rows, "overdracht sbo") == -(
        euro("59.737,40") + euro("85.376,80") + 2 * euro("4.268,84") + euro("7.255,71")
    )


# -- from 2023 ----------------------------------------


def test_next_years_amounts_give_next_years_lines_without_a_line_of_code(database):
    found = lines(build_up(database, "PO2707", "2027"))
    assert list(found) == [
        "lichte_ondersteuning", "aftrek_sbo", "zware_ondersteuning", "aftrek_so_categorie_1", "aftrek_so_categorie_2",
        "aftrek_so_categorie_3", "aftrek_overdracht_sbo", "aftrek_overdracht_so_categorie_1", "aftrek_overdracht_so_categorie_2",
        "aftrek_overdracht_so_categorie_3", "schoolmaatschappelijk_werk", "netto",
    ]  # fmt: skip
    assert found["lichte_ondersteuning"]["bedrag"] == euro("1.960.000,00")
    assert found["zware_ondersteuning"]["bedrag"] == euro("5.000.000,00")
    assert {str(row["teldatum"]) for row in found.values() if row["teldatum"]} == {"2026-02-01", "2027-02-01"}
    assert found["zware_ondersteuning"]["bron"] == "Staatscourant 2026, 12345, art 3"
    vo = lines(build_up(database, "VO2708", "2027"))
    assert (vo["zware_ondersteuning"]["bedrag"], str(vo["zware_ondersteuning"]["teldatum"])) == (
        euro("8.000.000,00"),
        "2026-10-01",
    )
    assert str(vo["aftrek_vso_categorie_1"]["teldatum"]) == "2026-02-01"


def test_from_2023_lichte_ondersteuning_is_never_negative_and_its_shortfall_is_a_line_of_its_own(database):
    enough = amounts(completed(database, "PO2707", "2027", aftrek_sbo=200).rows)
    assert enough["netto"] == euro("1.960.000,00") - euro("1.400.000,00") + euro("5.000.000,00")
    assert "tekort_lichte_ondersteuning" not in enough
    rows = completed(database, "PO2707", "2027", aftrek_sbo=300, aftrek_so_categorie_1=100).rows
    short = amounts(rows)
    assert (short["tekort_lichte_ondersteuning"], short["aftrek_tekort_lichte_ondersteuning"]) == (
        euro("140.000,00"),
        -euro("140.000,00"),
    )
    assert group(rows, LIGHT) == 0
    assert group(rows, HEAVY) == short["netto"] == euro("5.000.000,00") - euro("1.300.000,00") - euro("140.000,00")


def test_a_shortfall_that_zware_ondersteuning_cannot_bear_ends_in_uitputting(database):
    rows = completed(database, "PO2707", "2027", aftrek_sbo=300, aftrek_so_categorie_1=380).rows
    assert amounts(rows)["uitputting"] == euro("80.000,00")
    assert amounts(rows)["netto"] == 0
    assert [row["volgorde"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["groep"] for row in rows] == sorted(
        (row["groep"] for row in rows), key=[LIGHT, HEAVY, "overdracht na 1 februari", "overig", "netto"].index
    )


@pytest.mark.parametrize(
    ("swv", "per_pupil", "norm", "pupils"), [("PO2707", "13,50", "477,27", 10_000), ("VO2708", "12,50", "781,39", 10_000)]
)
def test_the_korting_of_2023_is_shown_and_not_subtracted_twice(database, swv, per_pupil, norm, pupils):
    found = lines(build_up(database, swv, "2023"))
    row = found["aftrek_korting_reserves"]
    assert (row["bedrag_per_eenheid"], row["bedrag"], row["telt_mee"]) == (euro(per_pupil), -pupils * euro(per_pupil), False)
    assert found["zware_ondersteuning"]["bedrag_per_eenheid"] == euro(norm)
    given = ("aftrek_sbo=1", "lichte_ondersteuning=1", *(f"aftrek_so_categorie_{c}=1" for c in "123"))
    vo = ("regionale_ondersteuning=0", "lwoo_pro=1", "aftrek_lwoo_pro_besturen=1")
    told = given if swv == "PO2707" else (*(f"aftrek_vso_categorie_{c}=1" for c in "123"), *vo)
    rows = completed(database, swv, "2023", amounts=told).rows
    assert amounts(rows)["netto"] == pupils * euro(norm) + (9_800 if swv == "PO2707" else 0)


def test_a_year_without_a_korting_has_no_line_for_one_and_misses_nothing(database):
    assert "aftrek_korting_reserves" not in lines(build_up(database, "PO2707", "2027"))
    assert "aftrek_korting_reserves" in lines(build_up(database, "VO2708", "2027"))


def test_where_the_day_of_the_law_is_in_no_registry_the_nearest_count_gives_an_order_of_magnitude(tmp_path):
    row = parameter_row(parameter="lichte_ondersteuning_per_bao_leerling", bedrag="200.00")
    with made(tmp_path, [("20AA00", "BO", "2025-10-01", 100, 104)], rows=[row]) as connection:
        rows = build_up(connection, "PO2707", "2027")
        assert failed(connection, "ondersteuningsbekostiging_swv") == {}
        given = completed(connection, "PO2707", "2027", lichte_ondersteuning=90).rows
    light = lines(rows)["lichte_ondersteuning"]
    assert (light["status"], str(light["teldatum"]), str(light["indicatief_teldatum"])) == (
        "onvolledig",
        "2026-02-01",
        "2025-10-01",
    )
    assert [light[f"indicatief_bedrag_{bound}"] for bound in ("ondergrens", "bovengrens")] == [
        euro("20.000,00"),
        euro("20.800,00"),
    ]
    assert lines(rows)["netto"]["bekend_bovengrens"] == 0
    # who knows the count needs no other
    assert lines(given)["lichte_ondersteuning"]["indicatief_teldatum"] is None


# -- every line ----------------------------------------


def test_every_line_of_every_build_up_tells_where_it_comes_from_or_what_it_lacks(database):
    rows = rows_of(database, "from ondersteuningsbekostiging_swv where parameter is not null")
    assert len(rows) > 100
    for row in rows:
        assert row["telling_naam"]
        assert row["teldatum"]
        assert row["wetsartikel"]
        assert row["groep"]
        assert (row["versie"] > 0) == (row["bron"] is not None) == (row["bedrag_per_eenheid"] is not None)
        if row["bedrag"] is not None:
            assert row["bedrag"] == row["teken"] * row["aantal"] * row["bedrag_per_eenheid"] * (row["percentage"] or 100) / 100


def test_a_recomputed_build_up_without_changes_is_the_one_in_the_table(database):
    from pipeline.funding.scenario import Scenario, differences, recompute

    periods = rows_of(database, "select distinct swv_code, periode from ondersteuningsbekostiging_swv")
    for each in periods:
        rows = build_up(database, each["swv_code"], each["periode"])
        result = recompute(rows, [], Scenario())
        assert [{name: row[name] for name in row} for row in rows] == [
            {name: row[name] for name in rows[0]} for row in result.rows
        ]
        assert differences(result) == []


def test_all_checks_hold_on_made_up_pupils(database):
    for table in BUILT:
        assert failed(database, table) == {}


# -- checks that can fail ----------------------------------------


@pytest.mark.parametrize(
    ("table", "damage", "check"),
    [
        ("ondersteuningsbekostiging_swv", "bedrag = 1, status = 'onvolledig', ontbreekt = 'x'", "bedrag__niet_bij_onvolledig"),
        ("ondersteuningsbekostiging_swv", "bedrag = null", "bedrag__bij_volledig"),
        ("ondersteuningsbekostiging_swv", "bedrag = null, status = 'onvolledig'", "ontbreekt__bij_onvolledig"),
        ("ondersteuningsbekostiging_swv", "aantal_bovengrens = aantal_ondergrens - 1", "aantal_bovengrens__vanaf_ondergrens"),
        ("ondersteuningsbekostiging_swv", "teken = -1", "bedrag__aftrek_niet_positief"),
        ("ondersteuningsbekostiging_swv", "bedrag = -1", "bedrag__regel_niet_negatief"),
        ("ondersteuningsbekostiging_swv", "percentage = 101", "percentage__between"),
        ("ondersteuningsbekostiging_swv", "bedrag_ondergrens = bedrag + 1", "bedrag_bovengrens__vanaf_ondergrens"),
        ("ondersteuningsbekostiging_swv", "bedrag_ondergrens = null", "bedrag_ondergrens__tenzij_onvolledig"),
        ("ondersteuningsbekostiging_swv", "teken = -1, bedrag = 0", "bedrag_bovengrens__aftrek_niet_positief"),
        ("ondersteuningsbekostiging_swv", "bedrag_marge = 0.01", "bedrag_marge__niet_bij_volledig"),
        ("ondersteuningsbekostiging_vestiging", "indicatief = false", "indicatief__behalve_uitputting"),
        ("ondersteuningsbekostiging_vestiging", "component = 'uitputting'", "bedrag__uitputting_niet_positief"),
    ],
)
def test_each_check_of_the_money_can_fail(database, table, damage, check):
    database.execute("begin")
    database.execute(
        f"update {table} set {damage} where periode = '2015-2016' and component = 'zware_ondersteuning' and swv_code = 'PO2707'"
    )
    found = failed(database, table)
    database.execute("rollback")
    assert check in found
    assert found[check].blocks


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("update {swv} set bedrag = bedrag + 0.01 where component = 'zware_ondersteuning'", "netto__som_van_de_regels"),
        ("update {swv} set bedrag = 0 where component = 'netto' and periode = '2016'", "netto__som_van_de_regels"),
        ("delete from {vestiging} where vestigingscode = '20BB00'", "netto__verdeeld_over_vestigingen"),
        ("update {vestiging} set component = 'uitputting' where component = 'netto'", "uitputting__verdeeld_over_vestigingen"),
    ],
    ids=["a line is a cent off", "a netto where a line is unknown", "a location is lost", "a cut that no line asks for"],
)
def test_totals_that_do_not_reconcile_are_caught(tmp_path, damage, check):
    counts = [("20AA00", "BO", "2026-02-01", 900, 900), ("20BB00", "SBO", "2026-02-01", 100, 100)]
    with made(tmp_path, counts, [("PO2707", "SO", "2026-02-01", c, 1) for c in "123"], NEXT_YEAR) as connection:
        # the sbo TLVs are in no register: the rest is complete
        connection.execute("""
            update ondersteuningsbekostiging_swv set aantal = 0, bedrag = 0, status = 'volledig', ontbreekt = null
            where (component in ('aftrek_sbo', 'schoolmaatschappelijk_werk') or component like 'aftrek_overdracht%')
                and periode = '2027'
        """)
        connection.execute("""
            update ondersteuningsbekostiging_swv n set status = 'volledig', ontbreekt = null, bedrag = (
                select sum(bedrag) from ondersteuningsbekostiging_swv r
                where r.swv_code = n.swv_code and r.periode = n.periode and r.telt_mee
            ) where component = 'netto' and periode = '2027' and swv_code = 'PO2707'
        """)
        for table in BUILT[2:]:
            make(connection, table)
        (row,) = rows_of(connection, "from ondersteuningsbekostiging_aansluiting where netto is not null")
        assert row["netto"] == row["som_van_de_regels"] == row["netto_verdeeld"] == 180_000 + 500_000 - 69_000
        assert failed(connection, BUILT[3]) == {}
        connection.execute(damage.format(swv=BUILT[1], vestiging=BUILT[2]))
        make(connection, BUILT[3])
        found = failed(connection, BUILT[3])
        assert check in found
        assert found[check].blocks


# -- counts with bounds ----------------------------------------

bounds = st.tuples(st.integers(0, 5_000), st.integers(0, 40)).map(lambda each: (each[0], sum(each)))


@given(st.sampled_from(["aantal", "twee_procent", "toename", "boven_twee_procent"]), bounds, bounds, st.data())
def test_what_is_counted_within_bounds_comes_out_within_bounds(rule, counted, against, data):
    lower, upper = derived_count(rule, counted, against)
    exact, other = (data.draw(st.integers(*each)) for each in (counted, against))
    assert lower <= derived_count(rule, (exact, exact), (other, other))[0] <= upper


@pytest.mark.parametrize(
    ("rule", "counted", "against", "found"),
    [
        ("twee_procent", (1_225, 1_230), (10, 12), (25, 25)),
        ("twee_procent", (1_224, 1_225), (10, 12), (24, 25)),
        ("twee_procent", (1_225, 1_230), (0, 4), (0, 25)),
        ("twee_procent", (1_225, 1_230), None, (0, 25)),
        ("twee_procent", (1_225, 1_230), (0, 0), (0, 0)),
        ("twee_procent", None, (1, 1), None),
        ("toename", (320, 324), (300, 304), (16, 24)),
        ("toename", (300, 300), (320, 320), (0, 0)),
        ("toename", None, (300, 300), None),
        ("toename", (300, 300), None, None),
        ("boven_twee_procent", (320, 320), (15_000, 15_000), (20, 20)),
        ("boven_twee_procent", (20, 20), None, None),
    ],
)
def test_a_count_follows_from_others_only_as_far_as_those_are_known(rule, counted, against, found):
    assert derived_count(rule, counted, against) == found
    assert two_percent(1_225) == 25


def test_a_rule_that_does_not_exist_is_refused_by_name():
    with pytest.raises(SettingsError, match=r"bekostigingsposten\.csv.*'drie_procent'"):
        derived_count("drie_procent", (1, 1), None)


# -- totals ----------------------------------------


def test_a_line_for_information_is_no_part_of_netto_and_lacks_nothing_for_it():
    known = make_line("zware_ondersteuning", 1, 10, 10, Decimal("1.50"), "bedrag", "VO")
    told = make_line("sbo_2pct", 1, None, None, None, "bedrag sbo", "SBO", group="ter informatie", counts=False)
    (net,) = totals([known, told])
    assert (net.amount, net.missing) == (Decimal("15.00"), None)


def test_uitputting_is_known_as_soon_as_its_own_lines_are():
    found = [
        make_line("zware_ondersteuning", 1, 10, 10, Decimal(1), "bedrag", "VO"),
        make_line("aftrek_vso_categorie_1", -1, 20, 20, Decimal(1), "bedrag", "VSO"),
        make_line("verevening", 1, None, None, Decimal(1), "bedrag", "2011", group="verevening"),
    ]
    cut, net = totals(found)
    assert (cut.post, cut.amount, net.amount, net.missing) == ("uitputting", Decimal("10.00"), None, "aantal 2011")


def test_uitputting_is_not_known_while_a_shortfall_of_lichte_ondersteuning_may_come_on_top():
    found = [
        make_line("lichte_ondersteuning", 1, 10, 10, Decimal(1), "bedrag", "BO", group=LIGHT),
        make_line("aftrek_sbo", -1, None, None, Decimal(1), "bedrag", "SBO", group=LIGHT),
        make_line("zware_ondersteuning", 1, 10, 10, Decimal(1), "bedrag", "BO"),
        make_line("aftrek_so_categorie_1", -1, 20, 20, Decimal(1), "bedrag", "SO"),
    ]
    assert [each.post for each in totals(found)] == ["netto"]


def test_no_deduction_of_nobody_is_a_negative_nothing():
    assert str(make_line("aftrek_sbo", -1, 0, 0, Decimal("1.50"), "bedrag", "SBO").amount) == "0.00"


def test_a_percentage_is_taken_of_the_whole_line_and_rounded_once():
    made_of = {"percentage_name": "lwoo en pro"}
    row = make_line("lwoo_pro", 1, 333, 333, Decimal("4100.39"), "bedrag", "VO", percentage=Decimal("11.25"), **made_of)
    assert row.amount == Decimal("153610.86")
    assert make_line("lwoo_pro", 1, 3, 3, Decimal(1), "bedrag", "VO", **made_of).missing == "percentage lwoo en pro"


# -- the lines as reference data ----------------------------------------


def posts():
    with (REFERENCE / "bekostigingsposten.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_line_stands_once_in_a_year_and_fits_the_paper():
    for each in posts():
        assert len(each["omschrijving"]) <= 30
        same = [o for o in posts() if (o["post"], o["sector"]) == (each["post"], each["sector"]) and o is not each]
        same.remove(each)
        assert all(int(o["tot"]) < int(each["vanaf"]) or int(o["vanaf"]) > int(each["tot"]) for o in same)
        assert each["schooljaar"] or each["kalenderjaar"]
        assert (each["rekenwijze"] in ("toename", "boven_twee_procent", "twee_procent")) == bool(each["tegenover_soorten"])


def test_lines_of_a_group_stand_together():
    for sector in ("PO", "VO"):
        for year in (2014, 2015, 2016, 2023, 2027):
            groups = [
                each["groep"] for each in posts() if each["sector"] == sector and int(each["vanaf"]) <= year <= int(each["tot"])
            ]
            assert len(dict.fromkeys(groups)) == 1 + sum(a != b for a, b in pairwise(groups))
