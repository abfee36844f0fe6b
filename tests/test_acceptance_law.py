"""The real registries with every edition of the statutory table and the areas of postcode4s, as a user runs them."""

from __future__ import annotations

import duckdb
import pytest

from tests.test_acceptance import FOLDERS, passend

pytestmark = pytest.mark.acceptance
MORE = ("duo-2013-06", "duo-2013-12", "regeling-2013", "regeling-2022", "areas-2018")


@pytest.fixture(scope="module")
def ask(shared, tmp_path_factory):
    data = tmp_path_factory.mktemp("law")
    sources = [each for name in (*FOLDERS, *MORE) for each in ("--source", str(shared / "registries" / name))]
    done = passend("run", *sources, "--data-dir", str(data))
    assert done.returncode == 0, done.stderr
    with duckdb.connect(str(data / "releases" / "latest" / "passend_onderwijs.duckdb"), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def test_what_the_table_of_2021_changes_is_what_was_counted_by_hand(ask):
    """Counted from the two tables (BWBR0032324 of 23 April 2015 and of 7 December 2021; Stcrt 2022, 993)."""
    assert ask(
        "select e.swv_code, n.swv_code, count(*) from swv_postcode4 e join swv_postcode4 n on n.postcode4 = e.postcode4"
        " and n.geldig_vanaf = e.geldig_tot and left(n.swv_code, 2) = left(e.swv_code, 2)"
        " where e.geldig_tot = '2021-12-07' group by all order by all"
    ) == [("PO2605", "PO2816", 1), ("PO2901", "PO2902", 32), ("VO2504", "VO2506", 23), ("VO2810", "VO2815", 18)]
    new = "select postcode4 from swv_postcode4 where bron = 'regeling' group by all having min(geldig_vanaf) = '2021-12-07'"
    assert sorted(ask(new)) == [("1364",), ("2236",), ("5722",), ("8323",)]
    assert ask("select postcode4, swv_code, ander_swv_code from regioconflict") == [("2236", "VO2812", "VO2803")]
    assert ask(
        "select swv_code, begindatum_na::varchar, begindatum::varchar, einddatum_na::varchar, einddatum::varchar, opvolger"
        " from samenwerkingsverband where coalesce(begindatum, einddatum) is not null order by all"
    ) == [
        ("PO2901", None, None, "2015-04-23", "2021-12-07", "PO2902"),
        ("VO2504", None, None, "2015-04-23", "2021-12-07", "VO2506"),
        ("VO2815", "2015-04-23", "2021-12-07", None, None, None),
    ]


def test_each_year_has_the_regions_of_that_year_and_a_series_those_of_one_day(ask):
    # with its reformed schools, which may belong to PO0001
    series = "select year(peildatum), bovengrens from {} where swv_code = 'PO2902' and rol = 'vestiging' and soort = 'BO'"
    assert ask(f"{series.format('leerlingen_swv')} and year(peildatum) in (2021, 2022) order by 1") == [
        (2021, 13_580),
        (2022, 22_479),
    ]
    assert ask(f"{series.format('''leerlingen_swv_op('2026-01-01')''')} and year(peildatum) in (2021, 2022) order by 1") == [
        (2021, 22_415), (2022, 22_479),
    ]  # fmt: skip
    assert ask("select max(jaar) from swv_kerncijfers where swv_code = 'PO2901'") == [(2021,)]
    assert ask("select count(*) from dekking_swv where swv_code = 'PO2901'") == [(0,)]
    assert ask("select count(distinct swv_code) from postcode4_swv where geldig_tot is null and sector = 'PO'") == [(75,)]


def test_the_annex_by_gemeente_gives_the_first_count_its_regions(ask):
    """The registers of 2013 place Nuland and Vinkel in Maasdonk, which the table of 2015 gives to 's-Hertogenbosch."""
    assert ask(
        "select g.postcode4, g.swv_code, n.swv_code from swv_regio_gemeente g join swv_postcode4 n on n.postcode4 = g.postcode4"
        " and n.geldig_vanaf = '2015-04-23' and left(n.swv_code, 2) = 'PO' and n.swv_code != g.swv_code order by 1"
    ) == [
        ("5382", "PO3006", "PO3005"), ("5391", "PO3006", "PO3005"),
        ("6866", "PO2510", "PO2506"), ("6871", "PO2510", "PO2506"), ("6874", "PO2510", "PO2506"),
    ]  # fmt: skip
    counted = "from {} where soort = 'BO' and peildatum = '2014-10-01'"
    ((low, high),) = ask(
        "select sum(ondergrens), sum(bovengrens) filter (swv_code != 'PO0001')"
        f" {counted.format('leerlingen_swv')} and rol = 'vestiging'"
    )
    ((least, most),) = ask(f"select ondergrens, bovengrens {counted.format('leerlingen_nederland')}")
    # regional SWVs with and without the reformed schools that stand there
    assert low < least <= most <= high < 1.01 * least


def test_with_areas_at_hand_a_centre_lies_in_its_own(ask):
    """The list of places has these up to a hundred kilometres away; degrees north and east."""
    by_hand = {"5851": (51.6347, 6.0351), "9791": (53.2746, 6.6924), "8554": (52.9272, 5.61), "9072": (53.2967, 5.6544)}
    for code, at in by_hand.items():
        ((latitude, longitude, source),) = ask(
            f"select latitude, longitude, coordinaat_bron from postcode4 where postcode4 = '{code}'"
        )
        assert (latitude, longitude) == pytest.approx(at, abs=0.0001), code
        assert source == "cbs"
