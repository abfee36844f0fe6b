"""The real registries, through the command a user types. Run by ``make acceptance``; skipped where they are not at hand."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import frictionless
import pandas as pd
import pytest
import shapely

from tests.conftest import REPOSITORY
from tests.support import rowcounts
from tools.audit_data.__main__ import figures
from tools.audit_data.files import Registries, Release

pytestmark = pytest.mark.acceptance
FOLDERS = ("duo-2026-08", "duo-2024-10", "duo-2020-12", "reference")
PASSEND = Path(sys.executable).with_name("passend")


def passend(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PASSEND, *arguments], capture_output=True, text=True, check=False, timeout=600)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def run(shared, data):
    sources = [each for name in FOLDERS for each in ("--source", str(shared / "registries" / name))]
    first = passend("run", *sources, "--data-dir", str(data))
    assert first.returncode == 0, first.stderr
    return sources, first


@pytest.fixture(scope="module")
def release(run, data):
    return data / "releases" / "latest"


@pytest.fixture(scope="module")
def ask(release):
    with duckdb.connect(str(release / "passend_onderwijs.duckdb"), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def test_every_table_has_the_rows_that_are_expected(release):
    rowcounts.check("rows_registries", release)


def test_what_stands_now_follows_the_newest_evidence_of_any_registry(ask):
    assert dict(ask("select soort, count(*) from vestiging group by soort")) == {
        "BO": 6_122, "VO": 1_619, "SBO": 261, "SO": 221, "VSO": 222, "SOVSO": 154,
    }  # fmt: skip
    assert ask("select distinct bron, peildatum::varchar from vestiging where soort in ('BO', 'VO') order by 1") == [
        ("vestigingen_bo", "2026-08-01"), ("vestigingen_vo", "2020-12-01"),
    ]  # fmt: skip
    special = "from vestiging where soort in ('SBO', 'SO', 'VSO', 'SOVSO')"
    assert ask(f"select distinct laatst_gezien_in, laatst_gezien::varchar {special}") == [
        ("leerlingen_po_historisch", "2025-10-01")
    ]
    # described by the newest registry that gives their place; what the count of 2024 lacks has an older address, or none
    assert ask(f"select bron, peildatum::varchar, count(*), count(postcode) {special} group by all order by 2") == [
        ("leerlingen_po_afstand", "2019-10-01", 5, 5), ("leerlingen_po_postcode4", "2024-10-01", 836, 836),
        ("leerlingen_po_historisch", "2025-10-01", 17, 0),
    ]  # fmt: skip
    opened = (
        "select count(*), sum(ondergrens), sum(bovengrens) from vestiging v join leerlingen_vestiging l using (vestigingscode) "
        "where l.peildatum = '2025-10-01' and v.bron in ('leerlingen_po_afstand', 'leerlingen_po_historisch')"
    )
    assert ask(opened) == [(22, 1_090, 1_102)]
    closed = "('00AW02', '01QH06', '02YL05', '14SP00', '19VO03', '20WT01', '22NX01')"
    assert ask(f"select count(*) from vestiging where vestigingscode in {closed}") == [(0,)]
    assert ask(f"select count(*) from dekking_postcode4 where vestiging_overal in {closed}") == [(0,)]
    assert ask(f"select count(*) from dekking_vestiging where doel in {closed}") == [(0,)]


def test_every_location_has_a_link_per_sector_or_a_reason(ask):
    missing = """
        select v.vestigingscode from vestiging v
        join (values ('BO', 'PO'), ('SBO', 'PO'), ('SO', 'PO'), ('VSO', 'VO'), ('SOVSO', 'PO'), ('SOVSO', 'VO'), ('VO', 'VO'))
            s (soort, sector) using (soort)
        anti join vestiging_swv using (vestigingscode, sector)"""
    assert ask(missing) == []
    assert ask("select count(*) from vestiging_swv where swv_code is null and reden is null") == [(0,)]
    methods = "select sector, coalesce(methode, '-'), count(*) from vestiging_swv where geldig group by all order by 1, 2"
    assert ask(methods) == [
        ("PO", "-", 5), ("PO", "gemeente", 13), ("PO", "landelijk", 179), ("PO", "regeling", 6_561),
        ("VO", "-", 2), ("VO", "gemeente", 6), ("VO", "landelijk", 37),
        ("VO", "regeling", 1_950),
    ]  # fmt: skip


def test_reformed_schools_of_po_are_likely_of_the_landelijk_swv_and_bounds_cover_both_readings(ask):
    likely = "from vestiging_swv join vestiging v using (vestigingscode) where geldig and zekerheid = 'aannemelijk'"
    assert ask(f"select v.soort, count(*), count(anders_swv_code) {likely} group by all order by all") == [
        ("BO", 163, 163), ("SBO", 8, 8), ("SO", 3, 3), ("SOVSO", 10, 10), ("VSO", 1, 1),
    ]  # fmt: skip
    counted = "select ondergrens, bovengrens, waarvan_reformatorisch from leerlingen_swv where soort = 'BO' and rol = 'vestiging'"
    assert ask(f"{counted} and peildatum = '2025-10-01' and swv_code = 'PO0001'") == [(0, 36_958, 36_958)]
    assert ask(f"{counted} and peildatum = '2025-10-01' and swv_code = 'PO2902'") == [(9_317, 13_421, 4_104)]
    assert ask("select sector, aantal, landelijk, verschil from swv_aanvang where bron = 'regeling' order by 1") == [
        ("PO", 76, 1, 0), ("VO", 74, 1, 0),
    ]  # fmt: skip
    assert ask("select count(*) from koppelconflict where swv_code = 'PO0001' and gekozen") == [(179,)]


def test_no_link_begins_before_the_first_evidence_of_its_school(ask):
    assert ask("select count(*) from koppeling where geldig_vanaf < eerst_gezien") == [(0,)]
    opened = "select distinct geldig_vanaf::varchar from koppeling where eerst_gezien = '2026-08-01'"
    assert ask(opened) == [("2026-08-01",)]
    grounds = "select geldig_vanaf_grond, count(*) from vestiging_swv where geldig_tot is null group by all order by 1"
    assert ask(grounds) == [("begin van de wet", 1), ("eerst gezien", 8_752)]


def test_what_the_region_table_lacks_is_resolved_by_gemeente_or_left_with_a_reason(ask):
    found = ask(
        "select postcode4, k.methode, k.reden is null from vestiging join vestiging_swv k using (vestigingscode) "
        "where k.geldig and postcode4 in ('1384', '4125', '5156', '5352', '8269') order by all"
    )
    assert len(found) == 6
    assert {(methode, known) for _, methode, known in found} == {("gemeente", True), (None, False)}
    assert ask("select count(*) from swv_postcode4 where postcode4 between '3197' and '3199'") == [(0,)]


def test_every_region_has_an_area_from_the_boundaries_at_hand_and_what_is_divided_is_said(ask):
    made = "select gemaakt_van, benaderd, count(*), count(geometrie) from swv_gebied where geldig group by all order by all"
    assert ask(made) == [
        ("gemeente", False, 85, 85), ("gemeente", True, 65, 65), ("onbekend", False, 2, 0),
    ]  # fmt: skip
    amsterdam = "select gedeelde_gemeenten, peildatum::varchar from swv_gebied where swv_code = 'PO2707' and geldig"
    assert ask(amsterdam) == [("0363", "2022-01-01")]
    for sector in ("PO", "VO"):
        areas = [shapely.from_geojson(text) for (text,) in ask(
            f"select geometrie from swv_gebied where sector = '{sector}' and geometrie is not null and geldig"
        )]  # fmt: skip
        assert shapely.is_valid(areas).all()
        assert shapely.coverage_is_valid(areas)  # no overlap, no gap between neighbours


def test_a_centre_that_cannot_be_one_is_not_used(ask):
    """The list of places has 5851 (Afferden in Limburg) a hundred kilometres away, and with it the school 03YC00."""
    wrong = ask(
        "select postcode4 from postcode4 where coordinaat_reden like 'het midden%' and adressoort != 'Postbus' order by 1"
    )
    assert [code for (code,) in wrong] == ["2350", "2450", "5150", "5851", "7125", "8554", "9072", "9623", "9791"]
    assert ask(
        "select distinct km, reden from dekking_vestiging where vestigingscode = '03YC00' and route = 'speciale voorziening'"
    ) == [(None, "vestiging zonder coördinaten")]
    # Weesp, of Amsterdam since 24 March 2022, lies outside the Amsterdam of the boundaries at hand (1 January 2022)
    assert ask("select distinct gemeentenummer, coordinaat_bron from postcode4 where postcode4 in ('1381', '1382', '1383')") == [
        ("0363", "4pp")
    ]


def test_pupils_are_in_with_their_bounds(ask):
    ((first, last),) = ask(
        "select min(peildatum)::varchar, max(peildatum)::varchar from leerlingen_vestiging "
        "where bron = 'leerlingen_po_historisch'"
    )
    assert (first, last) == ("1996-10-01", "2025-10-01")
    hidden = "select count(*) > 0 from leerlingen_vestiging where peildatum = '2024-10-01' and ondergrens < bovengrens"
    assert ask(hidden) == [(True,)]
    wrong = "ondergrens > bovengrens or leerlingen not between ondergrens and bovengrens"
    assert ask(f"select count(*) from leerlingen_vestiging where {wrong}") == [(0,)]


def test_the_empty_file_is_refused_by_name_and_stops_nothing(run, ask):
    _, first = run
    assert "Ridderkerk afgeschermd.csv" in first.stdout
    assert ask("select bestand, status, reden from bron where status != 'gelezen'") == [
        ("Ridderkerk afgeschermd.csv", "geweigerd", "empty file (0 bytes)")
    ]


def test_nothing_is_silently_dropped(ask):
    counts = ask("select dataset, sum(regels_gelezen), sum(regels_geladen + regels_afgekeurd) from bron group by dataset")
    assert all(read == accounted > 0 for _, read, accounted in counts)
    assert {dataset: int(read) for dataset, read, _ in counts} == {
        "vestigingen_bo": 12_390, "vestigingen_vo": 1_619, "leerlingen_po_historisch": 9_737, "leerlingen_po_postcode4": 110_853,
        "leerlingen_po_afstand": 7_301, "leerlingen_vo": 24_243, "swv_regio_wettelijk": 4_046, "postcode4": 4_699,
        "gemeenten": 342, "gemeenten_grenzen": 345,
    }  # fmt: skip


def test_the_release_describes_itself_and_an_unchanged_run_makes_no_new_one(run, release, data):
    description = json.loads((release / "datapackage.json").read_text())
    assert description["fictitious"] is False
    assert frictionless.Package(str(release / "datapackage.json")).to_descriptor()["name"] == "passend-onderwijs"
    sources, _ = run
    again = passend("run", *sources, "--data-dir", str(data))
    assert again.returncode == 0, again.stderr
    assert "release (unchanged)" in again.stdout
    assert len([each for each in (data / "releases").iterdir() if not each.is_symlink() and not each.name.startswith(".")]) == 1


@pytest.mark.usefixtures("run")
def test_the_release_is_made_again_from_the_archive_to_the_byte(data):
    again = passend("rebuild", "--data-dir", str(data))
    assert again.returncode == 0, again.stderr
    assert "tables are the same, byte for byte" in again.stdout


# -- the domain ----------------------------------------


def test_two_registers_agree_about_all_but_28_locations(ask):
    within = "select count(*) from vergelijking_vestiging where verenigbaar and historisch_ondergrens = historisch_bovengrens"
    assert ask(f"{within} and bron = 'leerlingen_po_postcode4'") == [(6_912,)]
    by_source = "select bron, count(*), count(*) filter (not verenigbaar) from vergelijking_vestiging group by bron order by bron"
    assert ask(by_source) == [("leerlingen_po_afstand", 7_137, 11), ("leerlingen_po_postcode4", 6_952, 28)]


def test_the_nation_adds_up_and_the_overview_narrows_what_home_postcodes_hide(ask):
    nation = "select soort, ondergrens, bovengrens from leerlingen_nederland where peildatum = "
    assert ask(f"{nation} '2025-10-01' order by soort") == [
        ("BO", 1_356_913, 1_356_919), ("SBO", 32_248, 32_248), ("SO", 15_294, 15_303), ("SOVSO", 43_984, 43_984),
        ("VSO", 15_741, 15_765),
    ]  # fmt: skip
    ((low, high),) = ask(f"select ondergrens, bovengrens from ({nation} '2024-10-01') where soort = 'SO'")
    assert (low, high) == (32_603, 38_682)


def test_participation_flows_coverage_and_key_figures_are_filled_or_say_why_not(ask):
    assert ask("select count(*) from deelname_swv where percentage_ondergrens is null and reden is null") == [(0,)]
    # every place can be worked out from the percentages beside it
    places = """
        select a.rang_hoogst = 1 + count(*) filter (b.percentage_ondergrens > a.percentage_bovengrens)
            and a.rang_laagst = count(*) filter (b.percentage_bovengrens >= a.percentage_ondergrens) as goed
        from deelname_swv a
        join deelname_swv b on (a.soort, a.rol, a.peildatum) = (b.soort, b.rol, b.peildatum)
        where b.percentage_ondergrens is not null and a.percentage_ondergrens is not null
        group by a.swv_code, a.soort, a.rol, a.peildatum, a.rang_hoogst, a.rang_laagst"""
    assert ask(f"select count(*), count(*) filter (goed) from ({places})") == [(2_049, 2_049)]
    latest = "soort = 'SBO' and peildatum = '2019-10-01' and rol = 'vestiging'"
    nation = (
        f"select distinct round(landelijk_ondergrens, 1), aantal_swv from deelname_swv where {latest} and aantal_swv is not null"
    )
    assert ask(nation) == [(2.5, 76)]
    flows = ask("select soort, count(*) > 100 from grensverkeer where peildatum = '2024-10-01' group by soort order by soort")
    assert flows == [("BO", True), ("SBO", True), ("SO", True), ("VSO", True)]
    assert ask("select count(*), count(distinct swv_code) from swv_kerncijfers") == [(1_824, 152)]
    assert ask("select count(*) from dekking_swv where aanwezig = 'onbekend' and reden is null") == [(0,)]
    assert ask("select count(distinct swv_code) from dekking_swv") == [(152,)]
    assert ask("select count(*) from ondersteuningsbekostiging_swv where status = 'onvolledig' and ontbreekt is null") == [(0,)]


def test_the_pupils_of_each_school_bound_where_they_live_and_go(ask):
    width = "round(avg(intern_bovengrens - intern_ondergrens)), round(avg(inkomend_bovengrens - inkomend_ondergrens))"
    # wider where reformed schools, of which it is only likely in which SWV they are, may be in either
    assert ask(f"select {width} from grensverkeer_swv where soort = 'BO'") == [(1_134, 1_138)]
    sure = "swv_code not in (select swv_code from leerlingen_swv where waarvan_reformatorisch > 0)"
    assert ask(f"select {width} from grensverkeer_swv where soort = 'BO' and {sure}") == [(607, 523)]
    known = "bovengrens > op_school_bovengrens"
    assert ask(f"select count(*) from grensverkeer_swv where intern_{known} or inkomend_{known}") == [(0,)]
    assert ask("select count(*) from leerlingen_herkomst where bovengrens > vestiging_bovengrens") == [(0,)]
    homes = "select soort, round(median(100 * (bovengrens - ondergrens) / ondergrens), 1) from leerlingen_swv"
    assert ask(f"{homes} where rol = 'woon' and soort in ('BO', 'SBO') group by soort order by soort") == [
        ("BO", 8.4),
        ("SBO", 38.0),
    ]
    # with the 4,172 pupils of Ridderkerk, whose file was refused
    assert ask(
        "select ondergrens, bovengrens from leerlingen_swv where swv_code = 'PO2805' and rol = 'woon' and soort = 'BO'"
    ) == [(6_316, 12_283)]


def test_so_and_vso_together_are_a_series_without_a_jump(ask):
    series = "select year(peildatum), minstens from leerlingen_reeks where swv_code is null and soort = 'so en vso' "
    assert ask(f"{series} and year(peildatum) between 2018 and 2020 order by 1") == [
        (2018, 68_423),
        (2019, 69_816),
        (2020, 70_205),
    ]
    counted = "select jaar from swv_kerncijfers where vestigingen_vo is not null group by jaar"
    assert ask(counted) == [(2019,)]
    whole = "select jaar, sum(vestigingen_so_vso) from swv_kerncijfers where sector = 'PO' and jaar in (2018, 2019, 2020)"
    assert ask(f"{whole} group by jaar order by jaar") == [(2018, 422), (2019, 422), (2020, 425)]
    assert ask("select count(*), count(minstens) from deelname_nu where soort = 'VSO'") == [(75, 75)]


def test_within_a_series_the_median_school_changes_by_no_more_than_a_twentieth_in_a_year(ask):
    """A year in which a kind is counted in another way shows at most of its schools at once."""
    jumps = ask("""
        with geheel as (
            select vestigingscode, if(soort in ('SO', 'VSO', 'SOVSO'), 'so en vso', lower(soort)) as soort, peildatum,
                sum(bovengrens) as leerlingen
            from leerlingen_vestiging where onderdeel_van is null and bovengrens > 0 group by all
        ),
        jaar as (
            select *, leerlingen / lag(leerlingen) over w as verhouding, lag(peildatum) over w as vorige from geheel
            window w as (partition by vestigingscode, soort order by peildatum)
        )
        select soort, year(peildatum), reeks_sinds(soort, peildatum) is distinct from reeks_sinds(soort, vorige)
        from jaar where year(vorige) = year(peildatum) - 1 group by all having abs(median(verhouding) - 1) > 0.06 order by all""")
    assert jumps == [(soort, year, True) for soort in ("sbo", "so en vso") for year in (1998, 2010)]


def test_what_changed_between_two_real_editions(ask):
    changes = "select coalesce(einde, begin), count(*) from vestiging_historie where register = 'bo' group by all order by 1"
    found = dict(ask(changes))
    assert found["gesloten"] == 293
    assert found["geopend"] == 147
    assert ask("select count(*) from vestiging_historie where register = 'bo' and wijziging like '%verhuisd%'") == [(364,)]
    told = dict(ask("select soort, count(*) from wijzigingen where deel in ('bo', 'vo') group by soort"))
    assert (told["gesloten"], told["geopend"]) == (293, 147)
    # of special education no register is at hand: since 2014 the counts tell
    counted = "select deel, soort, count(*) from wijzigingen where bron = 'vestiging_gezien' and gebeurd_uiterlijk = '2025-10-01'"
    assert ask(f"{counted} group by all order by all") == [
        ("sbo", "gesloten", 7), ("so", "geopend", 15), ("so", "gesloten", 5),
    ]  # fmt: skip
    assert told["verhuisd"] == ask("select count(*) from vestiging_historie where wijziging like '%verhuisd%'")[0][0]
    bounds = "gebeurd_na::varchar, gebeurd_uiterlijk::varchar, bekend_vanaf::varchar"
    assert ask(f"select distinct {bounds} from wijzigingen where deel = 'bo'") == [("2020-12-01", "2026-08-01", "2026-08-01")]
    assert ask(
        "select count(*) from (select vestigingscode from vestiging_historie where register = 'bo' and einde is null)"
    ) == [(6_122,)]


def test_the_build_up_of_one_swv_is_printed_as_on_paper(run, data):
    # an SWV without a reformed school, which would make its counts a range
    done = passend("funding", "PO2701", "--periode", "2015-2016", "--data-dir", str(data))
    assert done.returncode == 0, done.stderr
    assert "Lichte ondersteuning" in done.stdout
    assert "2.177.035,61" in done.stdout  # 13.901 x 156,61
    more = passend(
        "funding", "PO2701", "--periode", "2015-2016", "--what-if", "zware_ondersteuning_norm=330.00", "--data-dir", str(data)
    )
    assert "4.663.230,00" in more.stdout
    assert passend("funding", "PO9999", "--data-dir", str(data)).returncode == 2
    # no period has every count: what is known of the most complete one
    fullest = passend("funding", "PO2001", "--data-dir", str(data)).stdout
    assert "kalenderjaar 2016 (materieel)" in fullest
    assert "Bekend: 1.820.508,88 tot 1.822.298,64. Onvolledig: 6 van de 8 regels" in fullest


def test_no_netto_is_whole_and_what_is_known_of_it_is_told(ask):
    net = "from ondersteuningsbekostiging_swv where component = 'netto'"
    assert ask(f"select count(bedrag), count(bedrag_ondergrens), count(bekend_ondergrens) = count(*) {net}") == [(0, 0, True)]
    assert ask(f"select count(distinct swv_code) {net} and bekend_bovengrens > 0") == [(77,)]
    assert ask("select left(swv_code, 2), periode from bekostiging_per_periode where meest_compleet group by all order by 1") == [
        ("PO", "2016"), ("VO", "2026"),
    ]  # fmt: skip
    assert ask("select status, count(*) from ondersteuningsbekostiging_swv where telt_mee group by all order by 1") == [
        ("binnen grenzen", 580), ("onvolledig", 13_396), ("volledig", 113),
    ]  # fmt: skip


def test_the_ten_questions_are_answered(release):
    script = REPOSITORY / "docs" / "ten_questions.py"
    done = subprocess.run([sys.executable, script, release], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert all(f"\n{number}. " in done.stdout for number in range(1, 11))


# -- worked out twice ----------------------------------------


def audited(release, shared, page):
    command = [sys.executable, "-m", "tools.audit_data", "--release", str(release), "--page", str(page)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PASSEND_SHARED": str(shared)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=REPOSITORY, timeout=600)


def test_every_figure_of_the_audit_is_the_same_and_the_page_is_the_commands(release, shared, tmp_path):
    done = audited(release, shared, tmp_path / "audit.md")
    assert (done.returncode, done.stdout) == (0, "49 of 49 figures of 35 tables are the same\n"), done
    assert (tmp_path / "audit.md").read_text(encoding="utf-8") == (REPOSITORY / "docs/audit.md").read_text(encoding="utf-8")


def test_the_audit_catches_a_release_in_which_one_number_of_a_table_is_another(release, shared, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(release, changed)
    table = changed / "leerlingen_nederland.parquet"
    rows = pd.read_parquet(table)
    rows.loc[rows["soort"].eq("BO") & rows["peildatum"].astype(str).eq("2025-10-01"), "ondergrens"] += 1
    rows.to_parquet(table)
    done = audited(changed, shared, tmp_path / "audit.md")
    assert done.returncode == 1, done
    assert "DIFFERS: leerlingen_nederland, pupils in bo on 1 October 2025: 1,356,914 to 1,356,919, " in done.stdout


def test_every_figure_of_the_audit_fails_without_the_rows_of_its_table(release, shared):
    class Without(Release):
        def __init__(self, folder, lost):
            super().__init__(folder)
            self.lost = lost

        def table(self, name):
            return super().table(name).iloc[: 0 if name == self.lost else None]

    registries, held = Registries(shared / "registries"), []
    for each in figures():
        try:
            if each.outcome(registries, Without(release, each.table)).holds:
                held.append(each.what)
        except (IndexError, KeyError, ValueError, RuntimeWarning):  # there is nothing to show
            continue
    assert held == []
