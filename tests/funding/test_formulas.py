"""The formulas on real amounts, which the tests take from the project's own reference data."""

from __future__ import annotations

import csv
import re
from decimal import Decimal

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts.loading import load_contracts
from pipeline.funding.formulas import (
    HEAVY,
    LIGHT,
    LIGHT_BUDGET,
    build_up,
    cents,
    derived_count,
    exhaustion,
    line,
    make_line,
    totals,
    two_percent,
)
from tests.conftest import REPOSITORY

REFERENCE = REPOSITORY / "pipeline/curated/reference"
MODELS = REPOSITORY / "assets" / "sql"
euros = st.decimals(0, 99_999, places=2)
counts = st.integers(0, 200_000)


def euro(text: str) -> Decimal:
    """An amount as the worked examples write it."""
    return Decimal(text.replace(".", "").replace(",", "."))


def parameters() -> list[dict[str, str]]:
    with (REFERENCE / "bekostigingsparameters.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def amount(parameter: str, sector: str, period: str, component: str, category: str = "") -> Decimal:
    found = {
        int(each["versie"]): Decimal(each["bedrag"])
        for each in parameters()
        if (each["parameter"], each["sector"], each["categorie"], each["periode"], each["component"])
        == (parameter, sector, category, period, component)
    }
    return found[max(found)]


def personnel(parameter: str, sector: str, category: str = "") -> Decimal:
    return amount(parameter, sector, "2015-2016", "personeel", category)


def lines(*given: tuple[str, int, int, Decimal]):
    return [make_line(post, sign, count, count, unit, f"bedrag {post}", post) for post, sign, count, unit in given]


# -- the worked examples ----------------------------------------


def test_example_1_light_and_heavy_support_of_a_po_region():
    norm, under, over = (lambda p: personnel(p, "PO")), "SO<8", "SO>=8"
    found = lines(
        ("lichte_ondersteuning", 1, 14_700, norm("lichte_ondersteuning_per_bao_leerling")),
        ("zware_ondersteuning", 1, 15_000, norm("zware_ondersteuning_norm")),
        ("aftrek_so_jonger_dan_8_categorie_1", -1, 40, personnel("vso_afdracht", under, "1")),
        ("aftrek_so_jonger_dan_8_categorie_3", -1, 5, personnel("vso_afdracht", under, "3")),
        ("aftrek_so_vanaf_8_categorie_1", -1, 150, personnel("vso_afdracht", over, "1")),
        ("aftrek_so_vanaf_8_categorie_2", -1, 20, personnel("vso_afdracht", over, "2")),
        ("aftrek_so_vanaf_8_categorie_3", -1, 10, personnel("vso_afdracht", over, "3")),
    )
    light, heavy, *deductions = [each.amount for each in found]
    assert light == euro("2.302.167,00")
    assert heavy == euro("4.782.450,00")
    assert -sum(deductions) == euro("2.197.594,35")
    assert heavy + sum(deductions) == euro("2.584.855,65")
    (net,) = totals(found)
    assert (net.post, net.amount) == ("netto", light + euro("2.584.855,65"))


def test_example_2_sbo_growth_and_pupils_above_the_two_percent():
    growth = personnel("sbo_overdracht_toename", "PO")
    above = personnel("sbo_overdracht_boven_2pct_en_grensverkeer", "PO")
    october, february, all_pupils = (300, 300), (320, 320), (15_000, 15_000)
    assert derived_count("toename", february, october) == (20, 20)
    assert line(20, growth) == euro("59.737,40")
    assert derived_count("boven_twee_procent", february, all_pupils) == (20, 20)
    assert line(20, above) == euro("85.376,80")


@pytest.mark.parametrize(("pupils", "supported"), [(1_224, 24), (1_225, 25), (1_226, 25), (1_275, 26)])
def test_example_3_two_percent_is_rounded_half_up(pupils, supported):
    assert two_percent(pupils) == supported


def test_example_4_heavy_support_of_a_vo_region():
    found = lines(
        ("zware_ondersteuning", 1, 10_000, personnel("zware_ondersteuning_norm", "VO")),
        *(
            (f"aftrek_vso_categorie_{c}", -1, count, personnel("vso_afdracht", "VSO", c))
            for c, count in (("1", 300), ("2", 40), ("3", 15))
        ),
    )
    assert found[0].amount == euro("5.129.500,00")
    assert -sum(each.amount for each in found[1:]) == euro("3.695.358,20")
    (net,) = totals(found)
    assert (net.post, net.amount) == ("netto", euro("1.434.141,80"))


def test_example_5_deductions_beyond_the_budget_are_cut_from_the_schools():
    found = lines(
        ("zware_ondersteuning", 1, 10_000, personnel("zware_ondersteuning_norm", "VO")),
        ("aftrek_vso_categorie_1", -1, 500, personnel("vso_afdracht", "VSO", "1")),
        ("aftrek_vso_categorie_2", -1, 60, personnel("vso_afdracht", "VSO", "2")),
    )
    deductions = -sum(each.amount for each in found[1:])
    assert deductions == euro("5.546.065,60")
    assert exhaustion(found[0].amount, deductions) == euro("416.565,60")
    cut, net = totals(found)
    assert (cut.post, cut.amount) == ("uitputting", euro("416.565,60"))
    assert (net.post, net.amount) == ("netto", euro("0,00"))
    assert (cut.amount / 10_560).quantize(Decimal("0.0001")) == euro("39,4475")


def test_example_6_the_share_of_one_sbo_school_in_the_two_percent():
    norm = amount("sbo_2pct_bedrag", "PO", "2016", "materieel")
    assert derived_count("twee_procent", (15_000, 15_000), (300, 300)) == (300, 300)
    assert line(300, norm) * 180 / 300 == euro("40.278,60")


def test_example_7_po_in_2025_from_its_definitive_amounts():
    """14.700 x 395,00 - 310 x 7.354,00 = 3.526.760,00; 15.000 x 543,91 - 200 x 14.341,44 - 30 x 23.336,35 - 25 x 34.826,82 =
    3.719.601,00; 1.000 x 16,95; less 2 x 15.181,31 and 3 x 22.307,92."""
    norm = lambda parameter, sector="PO", category="": amount(parameter, sector, "2025", "totaal", category)  # noqa: E731
    found = [
        make_line(post, sign, count, count, unit, f"bedrag {post}", post, group=group)
        for post, sign, count, unit, group in (
            ("lichte_ondersteuning", 1, 14_700, norm("lichte_ondersteuning_per_bao_leerling"), LIGHT),
            ("aftrek_sbo", -1, 310, norm("sbo_ondersteuningsbedrag"), LIGHT),
            ("zware_ondersteuning", 1, 15_000, norm("zware_ondersteuning_norm"), HEAVY),
            ("aftrek_so_categorie_1", -1, 200, norm("so_afdracht", "SO", "1"), HEAVY),
            ("aftrek_so_categorie_2", -1, 30, norm("so_afdracht", "SO", "2"), HEAVY),
            ("aftrek_so_categorie_3", -1, 25, norm("so_afdracht", "SO", "3"), HEAVY),
            ("schoolmaatschappelijk_werk", 1, 1_000, norm("schoolmaatschappelijk_werk_per_achterstandsscore"), "overig"),
            ("aftrek_overdracht_sbo", -1, 2, norm("overdracht_toename_na_1_februari", "SBO"), "overdracht"),
            ("aftrek_overdracht_so_categorie_1", -1, 3, norm("overdracht_toename_na_1_februari", "SO", "1"), "overdracht"),
        )
    ]
    (net,) = totals(found)
    # 3.526.760,00 + 3.719.601,00 + 16.950,00 - 30.362,62 - 66.923,76
    assert (net.post, net.amount) == ("netto", euro("7.166.024,62"))


@pytest.mark.parametrize(
    ("version", "net"),
    # 10.000 x 881,34 - 300 x 15.343,69 - 40 x 26.780,75 - 15 x 33.084,22; 10.000 x 919,93 - 300 x 16.023,11 - 40 x 27.966,61
    # - 15 x 34.549,20
    [("1", "2.642.799,70"), ("2", "2.755.464,60")],
)
def test_example_8_vo_in_2026_in_both_rounds(version, net):
    unit = {
        (each["parameter"], each["categorie"]): Decimal(each["bedrag"])
        for each in parameters()
        if (each["periode"], each["component"], each["versie"]) == ("2026", "totaal", version) and each["sector"] in ("VO", "VSO")
    }
    found = lines(
        ("zware_ondersteuning", 1, 10_000, unit["zware_ondersteuning_norm", ""]),
        *((f"aftrek_vso_categorie_{c}", -1, count, unit["vso_afdracht", c]) for c, count in (("1", 300), ("2", 40), ("3", 15))),
    )
    assert totals(found)[-1].amount == euro(net)


# -- the amounts ----------------------------------------


@pytest.mark.parametrize(("period", "total"), [("2014-2015", "6.998,38"), ("2015-2016", "7.255,71")])
def test_growth_and_the_amount_above_two_percent_make_the_amount_after_the_first_of_october(period, total):
    names = ("sbo_overdracht_toename", "sbo_overdracht_boven_2pct_en_grensverkeer", "sbo_grensverkeer_na_1_okt")
    growth, above, after = (amount(name, "PO", period, "personeel") for name in names)
    assert growth + above == after == euro(total)


def test_an_older_pupil_does_not_always_cost_more():
    younger, older = ([personnel("vso_afdracht", band, c) for c in "123"] for band in ("SO<8", "SO>=8"))
    assert [old > young for young, old in zip(younger, older, strict=True)] == [False, True, True]


def test_no_amount_of_the_reference_data_is_doubled_zero_or_without_a_source():
    keys = [
        tuple(each[name] for name in ("parameter", "sector", "categorie", "periode", "component", "versie"))
        for each in parameters()
    ]
    assert len(set(keys)) == len(keys)
    for each in parameters():
        # the regulation itself says nothing for some of the preventive ambulante begeleiding
        assert Decimal(each["bedrag"]) > 0 or each["parameter"] == "verevening_preventieve_ab"
        assert Decimal(each["bedrag"]) == cents(Decimal(each["bedrag"]))
        assert each["bron"].strip()
        assert each["status"].strip()


def test_the_reference_data_holds_every_amount_that_was_found(shared):
    with (shared / "funding_parameters.csv").open(encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    theirs = {
        (each["param"], each["sector"], each["category"], each["valid_period"], Decimal(each["amount_eur"])) for each in given
    }
    ours = {
        (each["parameter"], each["sector"], each["categorie"], each["periode"], Decimal(each["bedrag"])) for each in parameters()
    }
    # what was taken off an amount before it was published stands in words beside it; here it is an amount of its own
    taken_off = {
        ("korting_reserves", each["sector"], "", each["valid_period"], Decimal(found[1]))
        for each in given
        if (found := re.search(r"korting ([0-9.]+) already taken off", each["status"]))
    }
    assert taken_off == {
        ("korting_reserves", "PO", "", "2023", Decimal("13.50")),
        ("korting_reserves", "VO", "", "2023", Decimal("12.50")),
    }
    assert ours >= theirs | taken_off
    # and those of the other files, in which a percentage is written as one
    found, later = {each["bedrag"] for each in parameters()}, 0
    for file in ("funding_parameters_2014_2016.csv", "funding_parameters_2016_2027.csv"):
        with (shared / file).open(encoding="utf-8", newline="") as text:
            amounts = [each["bedrag"] for each in csv.DictReader(text)]
        later += len(amounts)
        assert {each for each in amounts if "%" not in each} <= found
    assert len(parameters()) == len(given) + len(taken_off) + later == 277


# -- money ----------------------------------------


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.015", "0.02"),
        ("2.675", "2.68"),
        ("1.0049999", "1.00"),
        ("-0.005", "-0.01"),
        ("39.4475", "39.45"),
    ],
)
def test_a_half_cent_goes_up_as_written_not_to_even_and_not_by_float(exact, rounded):
    assert str(cents(Decimal(exact))) == rounded


@given(counts, euros)
def test_a_line_is_exact_to_the_cent(count, unit):
    assert line(count, unit) * 100 == count * int(unit * 100)


@given(counts)
def test_two_percent_is_never_half_a_pupil_off(pupils):
    assert 0 <= two_percent(pupils) * 100 - pupils * 2 + 50 <= 100
    assert two_percent(pupils) <= two_percent(pupils + 1)


@given(counts, counts, counts)
def test_the_pupils_that_are_paid_for_in_sbo_are_never_fewer_than_none(october, february, pupils):
    (grown, _), (above, _) = (
        derived_count(rule, (february, february), (against, against))
        for rule, against in (("toename", october), ("boven_twee_procent", pupils))
    )
    assert (grown, above) == (max(0, february - october), max(0, february - two_percent(pupils)))


@given(euros, euros)
def test_what_is_cut_is_exactly_what_the_budget_cannot_bear(budget, deductions):
    assert max(budget, deductions) == budget + exhaustion(budget, deductions)


@given(st.tuples(counts, euros), st.tuples(counts, euros), st.lists(st.tuples(st.integers(0, 2_000), euros), max_size=4))
def test_the_net_is_the_sum_of_the_lines_and_what_is_cut_and_heavy_support_never_falls_below_nothing(light, heavy, deductions):
    found = lines(
        ("lichte_ondersteuning", 1, *light),
        ("zware_ondersteuning", 1, *heavy),
        *((f"aftrek_so_categorie_{i}", -1, *each) for i, each in enumerate(deductions)),
    )
    *cut, net = totals(found)
    assert net.amount == sum(each.amount for each in [*found, *cut])
    assert net.amount >= found[0].amount
    assert bool(cut) == (sum(each.amount for each in found[1:]) < 0)


# -- what is not known ----------------------------------------


@pytest.mark.parametrize(
    ("lower", "upper", "unit", "count", "total", "missing"),
    [
        (10, 10, Decimal("1.50"), 10, Decimal("15.00"), None),
        (0, 0, Decimal("1.50"), 0, Decimal("0.00"), None),
        (8, 12, Decimal("1.50"), None, None, "exact aantal SO (8 tot 12)"),
        (None, None, Decimal("1.50"), None, None, "aantal SO"),
        (10, 10, None, 10, None, "bedrag so"),
        (None, None, None, None, None, "bedrag so; aantal SO"),
    ],
)
def test_an_amount_is_only_made_of_an_exact_count_and_a_known_norm_else_it_says_what_is_missing(
    lower, upper, unit, count, total, missing
):
    made = make_line("so", 1, lower, upper, unit, "bedrag so", "SO")
    assert (made.count, made.amount, made.missing) == (count, total, missing)
    assert (made.lower, made.upper) == (lower, upper)


def test_one_unknown_line_leaves_the_net_unknown_with_all_that_is_missing_named_once():
    found = [
        make_line("a", 1, 1, 1, None, "bedrag a", "A"),
        make_line("b", 1, 1, 2, Decimal(1), "bedrag b", "B"),
        make_line("c", 1, 1, 1, None, "bedrag a", "A"),
    ]
    (net,) = totals(found)
    assert (net.post, net.amount, net.missing) == ("netto", None, "bedrag a; exact aantal B (1 tot 2)")


POST = {
    "swv_code": "VO2708",
    "periode": "2015-2016",
    "post": "zware_ondersteuning",
    "teken": 1,
    "bedrag_per_eenheid": Decimal("512.95"),
    "bedrag_marge": None,
    "opgave": None,
    **dict.fromkeys(("indicatief_teldatum", "indicatief_aantal_ondergrens", "indicatief_aantal_bovengrens")),
    "parameter": "zware_ondersteuning_norm",
    "parameter_sector": None,
    "categorie": None,
    "deel": None,
    "versie": 1,
    "gepubliceerd_op": None,
    "teldatum": pd.Timestamp("2014-10-01"),
    "wetsartikel": "WVO 85b",
    "bron": "BWBR0037118",
    "telling_naam": "VO",
    "rekenwijze": "aantal",
    "ondergrens": 10_000,
    "bovengrens": 10_000,
    "geteld": True,
    "tegenover_ondergrens": None,
    "tegenover_bovengrens": None,
    "percentage": None,
    "percentage_naam": None,
    "groep": HEAVY,
    "omschrijving": "zware ondersteuning",
    "telt_mee": True,
}


def built(*changes):
    return build_up(pd.DataFrame([{**POST, **each} for each in changes])).set_index(["swv_code", "component"])


def test_a_build_up_has_the_columns_of_its_contract_and_exact_amounts():
    contract = load_contracts("curated")["ondersteuningsbekostiging_swv"]
    made = build_up(pd.DataFrame([POST]))
    assert list(made.columns) == contract.columns
    assert made.bedrag.tolist() == [Decimal("5129500.00")] * 2
    assert all(type(each) is Decimal for each in made.bedrag)
    assert made.status.tolist() == ["volledig"] * 2


def test_nothing_to_build_gives_an_empty_table_with_the_same_columns():
    empty = build_up(pd.DataFrame([POST]).iloc[:0])
    assert list(empty.columns) == load_contracts("curated")["ondersteuningsbekostiging_swv"].columns
    assert len(empty) == 0


def test_samenwerkingsverbanden_and_periods_are_never_added_together():
    made = build_up(
        pd.DataFrame([POST, {**POST, "swv_code": "VO2709", "ondergrens": 1, "bovengrens": 1}, {**POST, "periode": "2016-2017"}])
    )
    net = made[made.component == "netto"].set_index(["swv_code", "periode"]).bedrag
    assert net.to_dict() == {
        ("VO2708", "2015-2016"): Decimal("5129500.00"),
        ("VO2709", "2015-2016"): Decimal("512.95"),
        ("VO2708", "2016-2017"): Decimal("5129500.00"),
    }


@pytest.mark.parametrize("none", [None, float("nan"), pd.NA])
def test_counted_and_none_found_is_zero_but_not_counted_is_unknown(none):
    deduction = {
        "post": "aftrek_vso_categorie_1",
        "teken": -1,
        "ondergrens": none,
        "bovengrens": none,
        "telling_naam": "VSO",
    }
    made = built({}, {**deduction, "geteld": True})
    assert made.loc[("VO2708", "aftrek_vso_categorie_1"), ["aantal", "bedrag", "status"]].tolist() == [0, 0, "volledig"]
    made = built({}, {**deduction, "geteld": False})
    assert made.loc[("VO2708", "aftrek_vso_categorie_1"), "bedrag"] is None
    net = made.loc[("VO2708", "netto")]
    assert (net.bedrag, net.status, net.ontbreekt) == (None, "onvolledig", "aantal VSO per 2014-10-01")


@pytest.mark.parametrize("none", [None, float("nan"), pd.NA, Decimal("NaN")])
def test_a_norm_that_was_never_published_leaves_the_line_incomplete_and_names_it(none):
    made = built({"bedrag_per_eenheid": none})
    for component in ("zware_ondersteuning", "netto"):
        row = made.loc[("VO2708", component)]
        assert (row.bedrag, row.status, row.ontbreekt) == (None, "onvolledig", "bedrag zware_ondersteuning_norm")


def test_a_count_between_bounds_makes_an_amount_between_bounds():
    made = built({"ondergrens": 9_990, "bovengrens": 10_020})
    for component in ("zware_ondersteuning", "netto"):
        row = made.loc[("VO2708", component)]
        assert (row.aantal, row.bedrag, row.status) == (None, None, "binnen grenzen")
        assert (row.bedrag_ondergrens, row.bedrag_bovengrens) == (euro("5.124.370,50"), euro("5.139.759,00"))
        assert row.ontbreekt == "exact aantal VO per 2014-10-01 (9990 tot 10020)"
    assert (row.bekend_ondergrens, row.bekend_bovengrens) == (euro("5.124.370,50"), euro("5.139.759,00"))


def test_an_amount_that_was_derived_makes_no_complete_line():
    made = built({"bedrag_marge": Decimal("0.01")}, {"post": "aftrek", "teken": -1, "bedrag_marge": Decimal("0.01"),
                  "ondergrens": 0, "bovengrens": 0})  # fmt: skip
    row = made.loc[("VO2708", "zware_ondersteuning")]
    assert (row.bedrag, row.bedrag_ondergrens, row.bedrag_bovengrens) == (None, euro("5.129.400,00"), euro("5.129.600,00"))
    assert (made.loc[("VO2708", "aftrek")].status, made.loc[("VO2708", "netto")].status) == ("binnen grenzen", "binnen grenzen")


def test_netto_tells_what_is_known_of_it_beside_what_is_missing():
    made = built({"ondergrens": 9_990, "bovengrens": 10_020}, {"post": "aftrek", "teken": -1, "geteld": False, "ondergrens": None,
                  "bovengrens": None, "groep": "overig"})  # fmt: skip
    net = made.loc[("VO2708", "netto")]
    assert (net.status, net.bedrag_ondergrens) == ("onvolledig", None)
    assert (net.bekend_ondergrens, net.bekend_bovengrens) == (euro("5.124.370,50"), euro("5.139.759,00"))
    assert "aantal VO per 2014-10-01; exact aantal" in net.ontbreekt or "exact aantal VO" in net.ontbreekt


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from((1, -1)), st.integers(0, 500), st.integers(0, 50), st.integers(0, 50)), max_size=4),
       st.tuples(st.integers(0, 500), st.integers(0, 50), st.integers(0, 50)), st.decimals(1, 999, places=2))  # fmt: skip
def test_the_true_netto_lies_within_its_bounds(others, budget, unit):
    def sheet(pick):
        rows = [(LIGHT_BUDGET, 1, budget, LIGHT), *((f"regel {i}", sign, rest, (LIGHT, HEAVY)[i % 2])
                for i, (sign, *rest) in enumerate(others))]  # fmt: skip
        return totals([make_line(post, sign, *pick(*bounds), unit, "bedrag", post, group=group)
                       for post, sign, bounds, group in rows])[-1]  # fmt: skip

    true = sheet(lambda number, below, above: (number, number))
    between = sheet(lambda number, below, above: (max(0, number - below), number + above))
    assert between.least <= true.amount <= between.most


def test_every_result_names_the_publication_its_amounts_come_from():
    made = built({}, {"post": "aftrek_vso_categorie_1", "teken": -1, "versie": 2, "ondergrens": 1, "bovengrens": 1})
    assert made.versie.tolist() == [1, 2, 2]


# -- shares of locations ----------------------------------------


def shares(total, pupils):
    """The project's own query on one SWV with one location per number of pupils."""
    contracts = load_contracts("curated")
    with duckdb.connect() as database:
        for table in ("ondersteuningsbekostiging_swv", "koppeling", "leerlingen_vestiging"):
            database.execute(contracts[table].ddl())
        codes = [f"20{chr(65 + i // 26)}{chr(65 + i % 26)}00" for i in range(len(pupils))]
        database.execute(
            """
            insert into ondersteuningsbekostiging_swv by name
            select 'PO2707' as swv_code, '2015-2016' as periode, 'netto' as component, ?::decimal(18, 2) as bedrag,
                'volledig' as status, 1 as versie, date '2014-10-01' as teldatum
            """,
            [total],
        )
        database.execute(
            """
            insert into koppeling by name
            select unnest(?) as vestigingscode, 'PO' as sector, 'PO2707' as swv_code, date '2014-08-01' as geldig_vanaf
            """,
            [codes],
        )
        database.execute(
            """
            insert into leerlingen_vestiging by name
            select vestigingscode, 'BO' as soort, date '2014-10-01' as peildatum, leerlingen,
                coalesce(leerlingen, 1) as ondergrens, coalesce(leerlingen, 4) as bovengrens
            from (select unnest(?) as vestigingscode, unnest(?::bigint[]) as leerlingen)
            """,
            [codes, pupils],
        )
        database.execute((MODELS / "macros/geldt_op.sql").read_text(encoding="utf-8"))
        sql = next(MODELS.rglob("ondersteuningsbekostiging_vestiging.sql")).read_text(encoding="utf-8")
        return database.sql(f"from ({sql.rstrip().rstrip(';')}) order by vestigingscode").to_arrow_table().to_pylist()


@settings(max_examples=40)  # a database each
@given(st.decimals(0, 10_000_000, places=2), st.lists(st.integers(1, 900), min_size=1, max_size=30))
def test_the_shares_of_locations_add_up_to_the_cent_and_none_is_a_cent_off_its_part(total, pupils):
    rows = shares(total, pupils)
    assert sum(row["bedrag"] for row in rows) == total
    for row, count in zip(rows, pupils, strict=True):
        assert abs(row["bedrag"] - total * count / sum(pupils)) < Decimal("0.01")
        assert (row["status"], row["indicatief"]) == ("volledig", True)


@pytest.mark.parametrize(
    ("total", "pupils", "expected"),
    [
        ("100.00", [1, 1, 1], ["33.34", "33.33", "33.33"]),
        ("0.05", [3, 3, 1], ["0.02", "0.02", "0.01"]),
        ("10.00", [1, 2, 3], ["1.67", "3.33", "5.00"]),
    ],
)
def test_a_left_over_cent_goes_to_the_largest_remainder(total, pupils, expected):
    assert [row["bedrag"] for row in shares(Decimal(total), pupils)] == [Decimal(each) for each in expected]


def test_a_negative_net_is_spread_to_the_cent_too():
    """From 2023 sbo deductions may exceed what there is to deduct them from."""
    rows = shares(Decimal("-100.00"), [1, 1, 1])
    assert sum(row["bedrag"] for row in rows) == Decimal("-100.00")


def test_one_suppressed_count_leaves_every_share_of_that_region_unknown_and_says_why():
    rows = shares(Decimal("100.00"), [10, None, 20])
    assert [row["bedrag"] for row in rows] == [None] * 3
    assert all(row["status"] == "onvolledig" and "afgeschermd" in row["ontbreekt"] for row in rows)


def test_every_line_of_a_build_up_has_amounts_to_find_and_a_sign_that_fits_its_name():
    with (REFERENCE / "bekostigingsposten.csv").open(encoding="utf-8", newline="") as file:
        posts = list(csv.DictReader(file))
    assert {each["parameter"] for each in posts} <= {each["parameter"] for each in parameters()}
    assert {each["teken"] for each in posts} == {"1", "-1"}
    assert all((each["teken"] == "-1") == each["post"].startswith("aftrek_") for each in posts)
    assert all(int(each["vanaf"]) <= int(each["tot"]) for each in posts)
