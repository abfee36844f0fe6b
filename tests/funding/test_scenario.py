"""What if, as published on a day, and the paper it is written on."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from pipeline.errors import SettingsError
from pipeline.funding.lookup import Swv, find_swv
from pipeline.funding.scenario import Scenario, differences, recompute, version_on
from pipeline.funding.statement import build_up_data, build_up_text, day, euro, periods_text
from pipeline.releases.release import DUCKDB_FILE
from tests.support import published
from tests.support.money import build_up, lines, made, parameter_row, rows_of

OCTOBER = "2014-10-01"
COUNTS = [
    ("20AA00", "BO", OCTOBER, 14_700, 14_700), ("20BB00", "SBO", OCTOBER, 300, 300), ("20CC00", "BO", "2015-10-01", 90, 94),
    ("20BB00", "SBO", "2015-10-01", 10, 10), ("20AA00", "BO", "2022-02-01", 1_000, 1_000),
    ("20BB00", "SBO", "2022-02-01", 0, 10), ("20VV00", "VO", "2015-10-01", 10_000, 10_000),
]  # fmt: skip
NORM = {"parameter": "zware_ondersteuning_norm_na_korting", "periode": "2023"}
LIGHT = {"parameter": "lichte_ondersteuning_per_bao_leerling", "periode": "2023"}
ROWS = [
    parameter_row(**NORM, versie="2", bedrag="480.00", gepubliceerd_op="2023-10-05", bron="Staatscourant 2023, 1"),
    parameter_row(**LIGHT, gepubliceerd_op="2022-11-01"),
    parameter_row(**LIGHT, versie="2", bedrag="310.00", gepubliceerd_op="2023-10-05"),
]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    with made(tmp_path_factory.mktemp("watals"), COUNTS, rows=ROWS) as connection:
        yield connection


def again(database, period, *, swv="PO2707", what_if=(), telling=(), percentage=(), published=None):
    scenario = Scenario.read(what_if, telling, percentage, published)
    parameters = rows_of(database, f"from bekostigingsparameter where periode = '{period}'")
    return recompute(build_up(database, swv, period), parameters, scenario)


# -- what if ----------------------------------------


@pytest.mark.parametrize("name", ["zware_ondersteuning_norm", "zware_ondersteuning_norm/PO", "zware_ondersteuning"])
@pytest.mark.parametrize("amount", ["330", "330.0", "330.00", "330,00"])
def test_another_amount_is_given_by_parameter_or_line_and_shows_in_the_product(database, name, amount):
    result = again(database, "2015-2016", what_if=[f"{name}={amount}"])
    (changed,) = differences(result)
    assert (changed.component, changed.before, changed.after, changed.change) == (
        "zware_ondersteuning", Decimal("4782450.00"), Decimal("4950000.00"), Decimal("167550.00"),
    )  # fmt: skip
    row = lines(result.rows)["zware_ondersteuning"]
    assert (row["versie"], row["bron"]) == (0, "opgegeven met --what-if")
    assert result.given == {"zware_ondersteuning": ["bedrag"]}


def test_an_amount_that_several_lines_share_changes_each_of_them(database):
    result = again(database, "2015-2016", what_if=["vso_afdracht/SO>=8/1=8000"])
    changed = [row["component"] for row in result.rows if row["bedrag_per_eenheid"] == 8000]
    assert changed == ["aftrek_so_vanaf_8_categorie_1", "aftrek_groei_so_vanaf_8_categorie_1"]


def test_a_count_of_the_swv_itself_completes_a_line(database):
    result = again(database, "2015-2016", telling=["aftrek_so_vanaf_8_categorie_1=150"])
    row = lines(result.rows)["aftrek_so_vanaf_8_categorie_1"]
    assert (row["aantal"], row["bedrag"], row["status"]) == (150, Decimal("-1233142.50"), "volledig")
    (changed,) = differences(result)
    assert (changed.before, changed.after, changed.change) == (None, Decimal("-1233142.50"), None)


def test_a_percentage_of_the_swv_itself_completes_a_line(database):
    row = lines(again(database, "2016", swv="VO2708", percentage=["lwoo_pro=11.25"]).rows)["lwoo_pro"]
    assert row["bedrag"] == Decimal("4612938.75")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"what_if": ["zware_ondersteunings_norm=330"]}, "did you mean zware_ondersteuning_norm"),
        ({"what_if": ["vso_afdracht=330"]}, "say which: vso_afdracht/SO<8/1, vso_afdracht/SO<8/2"),
        ({"what_if": ["kwartje=330"]}, "it has lichte_ondersteuning"),
        ({"telling": ["aftrek_so_vanaf_8=3"]}, "did you mean aftrek_so_vanaf_8_categorie_"),
        ({"telling": ["netto=3"]}, "no such line"),
        ({"percentage": ["zware_ondersteuning=3"]}, "no such line"),
        ({"what_if": ["zware_ondersteuning_norm"]}, "--what-if zware_ondersteuning_norm=330.00"),
        ({"what_if": ["zware_ondersteuning_norm=duur"]}, "cannot be understood"),
        ({"what_if": ["zware_ondersteuning_norm=-1"]}, "cannot be understood"),
        ({"what_if": ["zware_ondersteuning_norm=1.234,56"]}, "cannot be understood"),
        ({"what_if": ["=330"]}, "cannot be understood"),
        ({"what_if": ["zware_ondersteuning=1", "zware_ondersteuning=2"]}, "gives zware_ondersteuning twice"),
        ({"telling": ["zware_ondersteuning=1.5"]}, "--telling aftrek_so_vanaf_8_categorie_1=150"),
        ({"percentage": ["verevening_so_vanaf_8_categorie_1=101"]}, "--percentage lwoo_pro=11.25"),
        ({"published": "1 juni"}, "write it as 2023-06-01"),
    ],
)
def test_what_cannot_be_understood_is_told_in_one_paragraph(database, given, told):
    with pytest.raises(SettingsError) as error:
        again(database, "2015-2016", **given)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


# -- as published on a day ----------------------------------------


def versions(*days):
    return [{"versie": i, "gepubliceerd_op": each and date.fromisoformat(each)} for i, each in enumerate(days, 1)]


@pytest.mark.parametrize(
    ("days", "chosen", "told"),
    [
        (["2022-11-01", "2023-10-05"], 1, None),
        (["2022-11-01", "2023-06-01"], 2, None),
        (["2023-10-05"], None, "Nog niet gepubliceerd"),
        ([None], 1, "Publicatiedatum van versie 1 niet bekend"),
        ([None, "2023-10-05"], 1, "Publicatiedatum van versie 1 niet bekend"),
        ([None, "2023-01-01"], 2, None),
        (["2022-11-01", None], 1, "Publicatiedatum van versie 2 niet bekend"),
        (["2022-11-01", None, "2023-10-05"], 1, "Publicatiedatum van versie 2 niet bekend"),
        (["2023-10-05", None], None, "Nog niet gepubliceerd"),
        ([None, None], 2, "Publicatiedatum van versie 2 niet bekend"),
        ([], None, None),
    ],
)
def test_the_newest_version_known_to_be_published_counts_and_doubt_is_told(days, chosen, told):
    found, remark = version_on(versions(*days), date(2023, 6, 1))
    assert (found and found["versie"], remark) == (chosen, told)


def test_money_as_published_on_a_day_uses_the_version_of_that_day_and_says_where_it_is_not_known(database):
    now = lines(build_up(database, "PO2707", "2023"))
    assert (now["lichte_ondersteuning"]["bedrag"], now["lichte_ondersteuning"]["versie"]) == (Decimal("310000.00"), 2)
    result = again(database, "2023", published="2023-06-01")
    then = lines(result.rows)
    assert (then["lichte_ondersteuning"]["bedrag"], then["lichte_ondersteuning"]["versie"]) == (Decimal("300000.00"), 1)
    assert (then["zware_ondersteuning"]["bedrag_per_eenheid"], then["zware_ondersteuning"]["versie"]) == (Decimal("477.27"), 1)
    assert result.remarks == [
        "Nog niet gepubliceerd: sbo_ondersteuningsbedrag PO totaal, so_afdracht SO 1 totaal, so_afdracht SO 2 totaal, "
        "so_afdracht SO 3 totaal",
        "Publicatiedatum van versie 1 niet bekend: zware_ondersteuning_norm_na_korting PO totaal, korting_reserves PO totaal",
    ]
    before = again(database, "2023", published="2022-06-01")
    row = lines(before.rows)["lichte_ondersteuning"]
    assert (row["bedrag"], row["versie"], row["ontbreekt"]) == (None, 0, "bedrag lichte_ondersteuning_per_bao_leerling PO totaal")
    assert before.remarks[0].startswith("Nog niet gepubliceerd: lichte_ondersteuning_per_bao_leerling PO totaal, sbo_onder")


def test_a_version_that_counts_on_another_day_leaves_the_count_unknown(database):
    rows = build_up(database, "PO2707", "2015-2016")
    (version,) = rows_of(
        database,
        "from bekostigingsparameter where parameter = 'zware_ondersteuning_norm' and sector = 'PO' and periode = '2015-2016' "
        "and versie = 2",
    )
    other = {**version, "teldatum": date(2013, 10, 1), "gepubliceerd_op": date(2014, 9, 1)}
    row = lines(recompute(rows, [other], Scenario(published=date(2015, 1, 1))).rows)["zware_ondersteuning"]
    assert (row["bedrag"], row["ontbreekt"]) == (None, "aantal BO en SBO per 2013-10-01")


# -- paper ----------------------------------------

SWV = Swv("PO2707", "Samenwerkingsverband Amsterdam", "2026.08.01-abc", False, [])


def paper(database, period, swv=SWV, **given):
    result = again(database, period, swv=swv.code, **given)
    scenario = Scenario.read(
        given.get("what_if", ()), given.get("telling", ()), given.get("percentage", ()), given.get("published")
    )
    return build_up_text(swv, period, result, scenario)


def test_money_and_days_are_written_as_in_dutch():
    assert [euro(Decimal(each)) for each in ("4782450", "-0.5", "0")] == ["4.782.450,00", "-0,50", "0,00"]
    assert euro(None) == "onvolledig"
    assert day(date(2014, 10, 1)) == "1-10-2014"


@pytest.mark.parametrize(
    ("swv", "period"),
    [
        ("PO2707", "2014-2015"),
        ("PO2707", "2015-2016"),
        ("PO2707", "2016"),
        ("PO2707", "2023"),
        ("VO2708", "2015"),
        ("VO2708", "2015-2016"),
        ("VO2708", "2016"),
    ],
)
def test_every_build_up_fits_eighty_characters_with_its_columns_below_each_other(database, swv, period):
    text = paper(
        database, period, Swv(swv, "Een samenwerkingsverband met een naam die langer is dan een regel " * 2, "x", True, [])
    )
    assert max(map(len, text.splitlines())) <= 80
    assert text.startswith("FICTIEVE GEGEVENS")
    products = [line for line in text.splitlines() if " = " in line]
    assert {line.index(" = ") for line in products} == {60}
    assert {len(line) for line in products} == {80}


def test_the_paper_shows_count_amount_product_day_article_version_and_what_is_missing(database):
    text = paper(database, "2015-2016")
    assert "\n  zware ondersteuning                    15.000 x     318,83 =      4.782.450,00\n" in text
    assert (
        "    zware_ondersteuning; teldatum 1-10-2014;\n    zware_ondersteuning_norm PO versie 2; gepubliceerd 15-10-2015;" in text
    )
    assert "ontbreekt: aantal SO vanaf 8 jaar, categorie 1, met TLV van dit" in text
    assert "Bron van de bedragen: BWBR0037118 art 19" in text
    assert "Verschil" not in text
    between = paper(database, "2016")
    assert f" 90-94 x       7,44 ={'669,60':>18}\n{'tot':>63}{'699,36':>17}\n" in between
    # netto lacks the deductions: what is known of it, and what is missing
    assert re.search(r"Bekend: [0-9.,]+ tot [0-9.,]+\. Onvolledig:\s+\d+ van de \d+ regels", between)


def test_the_paper_shows_what_was_given_and_the_difference_it_makes(database):
    text = paper(
        database, "2015-2016", what_if=["zware_ondersteuning_norm=330.00"], telling=["aftrek_so_vanaf_8_categorie_1=150"]
    )
    assert "bedrag opgegeven" in text
    assert "\nzware ondersteuning               4.782.450,00    4.950.000,00     +167.550,00\n" in text
    assert "\naf: so >= 8 jaar, categorie 1       onvolledig   -1.233.142,50\n" in text
    assert "netto verandert niet, of is in beide gevallen onvolledig" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_percentage_stands_on_the_line_below(database):
    text = paper(database, "2016", Swv("VO2708", None, "x", False, []), percentage=["lwoo_pro=11.25"])
    assert "    x 11,25 %                                                =      4.612.938,75" in text
    assert "    x ? %" in paper(database, "2016", Swv("VO2708", None, "x", False, []))


def test_the_periods_are_listed_with_how_complete_they_are():
    periods = [{"periode": "2016", "delen": ["materieel", "personeel"], "regels": 8, "onvolledig": 3, "netto": None,
                "bekend_ondergrens": Decimal(5), "bekend_bovengrens": Decimal(6)}]  # fmt: skip
    text = periods_text(Swv("PO2707", None, "x", False, periods))
    assert re.search(r"^2016 +5 van 8 +5,00 tot 6,00$", text, re.MULTILINE)
    assert "passend funding PO2707 --periode 2016" in text
    assert periods_text(SWV).count("\n") == 3


def test_an_swv_without_a_name_is_called_by_its_gemeenten(database, tmp_path):
    release = published.release(tmp_path, swv_aanduiding=[{"swv_code": "VO0001", "aanduiding": "Groningen en Noordenveld"}])
    with duckdb.connect(str(release.path / DUCKDB_FILE), read_only=True) as connection:
        swv = find_swv(connection, release.description, "vo-0001")
    assert (swv.name, swv.called) == (None, "Groningen en Noordenveld")
    sheet = paper(database, "2016", Swv("VO2708", None, "x", False, [], swv.called))
    assert sheet.startswith("Ondersteuningsbekostiging van VO2708, Groningen en Noordenveld\n")


def test_a_program_gets_rows_as_in_the_table_and_the_differences(database):
    result = again(database, "2015-2016", what_if=["zware_ondersteuning_norm=330"])
    data = build_up_data(SWV, "2015-2016", result)
    row = lines(data["regels"])["zware_ondersteuning"]
    assert (row["bedrag"], row["opgegeven"], row["wetsartikel"]) == (Decimal("4950000.00"), ["bedrag"], "WPO 132 lid 2-3")
    (changed,) = data["verschillen"]
    assert changed == {
        "component": "zware_ondersteuning",
        "was": Decimal("4782450.00"),
        "wordt": Decimal("4950000.00"),
        "verschil": Decimal("167550.00"),
    }
