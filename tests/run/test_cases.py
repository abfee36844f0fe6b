"""Small inputs that must come out right, through a whole run: what the day decides, and what is odd in their cells."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime

import duckdb
import pytest

from assets.project import load_project
from pipeline.errors import ReadError
from pipeline.releases.release import DUCKDB_FILE
from pipeline.run.run import open_run
from pipeline.run.staged import open_staged
from pipeline.settings import Settings
from pipeline.site.build import build_site
from tests.support import editions
from tests.support.made import begin
from tests.support.small import SCHOOL, TABLES, write_package

EVE, DAY = "2027-07-31T12:00:00+02:00", "2027-08-01T00:30:00+02:00"
SCHOOL_NOW = "select swv_code from school_en_swv where vestigingscode = '02BB00'"
# what is called now, of the school 02BB00 and its postcode 9711
NOW = {
    "the view of schools": SCHOOL_NOW,
    "the view of postcodes": "select swv_po from postcode_en_swv where postcode4 = '9711'",
    "the column of links": "select swv_code from vestiging_swv where geldig and vestigingscode = '02BB00'",
    "the column of postcodes": "select swv_code from postcode4_swv where geldig and sector = 'PO' and postcode4 = '9711'",
    "the offer": "select swv_code from vestiging_aanbod where vestigingscode = '02BB00'",
    "the coverage of a postcode": "select distinct swv_code from dekking_postcode4 where postcode4 = '9711' and sector = 'PO'",
    "the coverage": "select distinct swv_code from dekking_swv where sector = 'PO' and swv_code != 'PO2707'",
    "the region": "select swv_code from swv_gebied where geldig and sector = 'PO' and swv_code != 'PO2707' "
                  "and postcode4_aantal = 1",
    "the gemeente": "select swv_code from gemeente_swv where gemeentenummer = '0014' and sector = 'PO' and postcodes > 0 "
                    "and geldt_nu(geldig_vanaf, geldig_tot) order by geldig_vanaf desc limit 1",
    "the day of the release": "select swv_code from vestiging_swv_op(peildag()) where vestigingscode = '02BB00'",
}  # fmt: skip


def release_of(case, folder, moment="2026-11-28T12:00:00+01:00"):
    """Return a release of a case, as a run at a moment makes it."""
    settings = Settings(data_dir=folder / "data", sources=(str(case),))
    return settings, editions.run(settings, run_id=begin(settings, datetime.fromisoformat(moment)))


def answers(release, sql):
    with duckdb.connect(str(release.path / DUCKDB_FILE), read_only=True) as database:
        return database.execute(sql).fetchall()


@pytest.fixture(scope="module")
def announced(shared, tmp_path_factory):
    """The releases of the last day before an announced change and of its first day, by the SWV that they should say."""
    folder = tmp_path_factory.mktemp("announced")
    made = {
        swv: release_of(shared / "cases/swv-ends-in-future", folder, day)[1] for swv, day in (("PO2001", EVE), ("PO2099", DAY))
    }
    assert made["PO2001"].path != made["PO2099"].path
    return made


@pytest.mark.parametrize("what", NOW)
@pytest.mark.parametrize("swv", ["PO2001", "PO2099"])
def test_what_is_called_now_follows_the_day_of_the_release(announced, swv, what):
    assert answers(announced[swv], NOW[what]) == [(swv,)]


def test_what_is_announced_stands_in_the_tables_with_its_days_and_each_day_has_its_own(announced):
    told = "select swv_code, geldig_vanaf, geldig_tot from {} where {} order by 2"
    wanted = [("PO2001", date(2014, 8, 1), date(2027, 8, 1)), ("PO2099", date(2027, 8, 1), None)]
    for release in announced.values():
        assert answers(release, told.format("vestiging_swv", "vestigingscode = '02BB00'")) == wanted
        assert answers(release, told.format("postcode4_swv", "postcode4 = '9711' and sector = 'PO'")) == wanted
        for day, swv in (("2014-08-01", "PO2001"), ("2027-07-31", "PO2001"), ("2027-08-01", "PO2099")):
            ask = f"select swv_code from vestiging_swv_op('{day}') where vestigingscode = '02BB00'"
            assert answers(release, ask) == [(swv,)]


def test_the_site_shows_the_same(announced):
    for swv, release in announced.items():
        data = build_site(release.path).path / "data"
        (school,) = [each for each in rows_of(data / "scholen.js") if each["code"] == "02BB00"]
        (postcode,) = [each for each in rows_of(data / "postcodes.js") if each["postcode4"] == "9711"]
        verbanden = rows_of(data / "samenwerkingsverbanden.js")
        counted = {each["code"]: each["vestigingen"] for each in verbanden if each["vestigingen"]}
        assert {each["code"] for each in verbanden if each["nu"] and each["sector"] == "PO"} == {"PO2707", swv}
        assert (school["po"], postcode["po"], counted) == (swv, swv, {"PO2707": 2, swv: 1})


def test_a_day_before_the_announced_one_makes_no_other_release(shared, tmp_path):
    _, first = release_of(shared / "cases/swv-ends-in-future", tmp_path)
    _, eve = release_of(shared / "cases/swv-ends-in-future", tmp_path, EVE)
    assert (eve.path, eve.unchanged) == (first.path, True)


def test_an_swv_that_ends_in_the_register_alone_keeps_its_coverage_and_the_contradiction_is_named(shared, tmp_path):
    for moment in ("2026-11-28T12:00:00+01:00", DAY):  # before and after the end that only the register knows
        _, release = release_of(shared / "cases/swv-ended-only-in-register", tmp_path, moment)
        assert answers(release, SCHOOL_NOW) == [("PO2001",)]
        assert ("PO2001",) in answers(release, "select distinct swv_code from dekking_swv")
        assert answers(release, "select register, onderwerp, uitleg from registerafwijking") == [
            ("rio_swv_regio", "PO2001", "de regio loopt van 2014-08-01 zonder einde, de erkenning van 2014-08-01 tot 2027-08-01"),
        ]


def test_the_last_day_of_the_calendar_is_an_open_end(shared, tmp_path):
    case = shared / "cases/open-end-9999"
    for file in case.iterdir():
        (tmp_path / "empty" / file.name).parent.mkdir(exist_ok=True)
        (tmp_path / "empty" / file.name).write_bytes(file.read_bytes().replace(b"9999-12-31", b""))
    package = json.loads((tmp_path / "empty/datapackage.json").read_text())
    for each in package["resources"]:
        each["bytes"] = (tmp_path / "empty" / each["path"]).stat().st_size
    (tmp_path / "empty/datapackage.json").write_text(json.dumps(package))
    _, release = release_of(case, tmp_path / "full")
    _, other = release_of(tmp_path / "empty", tmp_path)
    kept = "columns(c -> c not in ('sha256', 'bron_sha256'))"
    with duckdb.connect() as database:
        for table in sorted(load_project().curated.keys() - {"bron"}):
            one, two = (
                database.execute(f"select {kept} from read_parquet('{each.path}/{table}.parquet') order by all").fetchall()
                for each in (release, other)
            )
            assert one == two, table
        assert database.execute(f"select count(*) from read_parquet('{release.path}/vestiging_swv.parquet')").fetchone() == (3,)


# -- dated after the run --------------------------------------------------


def notes(settings, dataset):
    """Return what the last run says of a registry: of its files, and of what it read in them."""
    from tests.support.made import last_run

    project = load_project()
    with open_run(settings, project, run_id=last_run(settings)) as run:
        found = run.tables.editions(project.catalogue[dataset].feeds) or []
        return [*run.looks.of(dataset).messages, *(note for each in found for note in each.notes)]


def test_a_year_that_nobody_can_have_counted_is_left_unread_by_its_column_and_the_others_stay(shared, tmp_path):
    settings, release = release_of(shared / "cases/future-year", tmp_path)
    assert notes(settings, "leerlingen_po_historisch") == [
        "leerlingen_po_historisch.csv: column leerlingen 2099 is left unread: its count, 2099-10-01, lies after the day of "
        "this run"
    ]
    assert answers(release, "select distinct year(peildatum) from leerlingen_vestiging") == [(2014,)]
    assert answers(release, "select max(jaar) from swv_kerncijfers") == [(2014,)]
    assert answers(release, "select dag < date '2027-01-01' from peildag") == [(True,)]
    assert answers(release, "select regels_gelezen, regels_geladen from bron where dataset = 'leerlingen_po_historisch'") == [
        (3, 3)
    ]
    # in that year it is a count like any other
    _, later = release_of(shared / "cases/future-year", tmp_path, "2099-10-02T12:00:00+02:00")
    assert answers(later, "select distinct year(peildatum) from leerlingen_vestiging order by 1") == [(2014,), (2099,)]


def test_what_a_run_read_is_shown_as_it_read_it_also_when_the_clock_went_back_since(shared, tmp_path):
    settings, _ = release_of(shared / "cases/future-year", tmp_path, "2099-10-02T12:00:00+02:00")
    with open_staged(settings, load_project()) as database:
        assert database.execute("select count(*) from stg_leerlingen_po_historisch").fetchone() == (3,)


def test_a_record_that_is_counted_after_the_run_is_rejected_with_the_reason(tmp_path):
    counts = [
        {"instellingscode": "01AA", "vestigingsnummer": "00", "soort": "BO", "peildatum": year, "leerlingen": "10"}
        for year in ("2024", "2099")
    ]  # fmt: skip
    case = write_package(tmp_path / "klein", leerlingen_po_totaal=counts)
    _, release = release_of(case, tmp_path)
    assert answers(release, "select kolom, waarde, reden from afgekeurd") == [
        ("peildatum", "2099-10-01", "de peildatum ligt na de dag van deze run")
    ]
    assert answers(release, "select max(peildatum) from leerlingen_vestiging") == [(date(2024, 10, 1),)]


def test_an_edition_of_a_day_after_the_run_is_refused_by_name(tmp_path):
    ahead = [*TABLES["vestigingen_bo"], {**SCHOOL, "vestigingscode": "01AA02"}]
    write_package(tmp_path / "klein")
    write_package(tmp_path / "later", vestigingen_bo=ahead, days={"vestigingen_bo": "2026-12-01"})
    settings = Settings(data_dir=tmp_path / "data", sources=(str(tmp_path / "klein"), str(tmp_path / "later")))
    ask = "select count(*) from vestiging"
    release = editions.run(settings, run_id=begin(settings, datetime.fromisoformat("2026-11-28T12:00:00+01:00")))
    assert answers(release, ask) == [(3,)]
    (said,) = [each for each in notes(settings, "vestigingen_bo") if "refused" in each]
    assert "its peildatum, 2026-12-01, lies after the day of this run, 2026-11-28" in said
    assert answers(release, "select reden from bron where status = 'geweigerd'") != []
    # and on its day it counts
    release = editions.run(settings, run_id=begin(settings, datetime.fromisoformat("2026-12-01T00:30:00+01:00")))
    assert answers(release, ask) == [(4,)]
    # a clock that was ahead leaves nothing behind: an edition that it admitted is left out until its day
    release = editions.run(settings, run_id=begin(settings, datetime.fromisoformat("2026-11-29T12:00:00+01:00")))
    assert answers(release, ask) == [(3,)]


# -- odd cells ---------------------------------------------------


def refusal_of(case, folder):
    with pytest.raises(ReadError) as error:
        release_of(case, folder)
    return str(error.value)


def test_two_quotes_that_are_never_closed_cost_the_two_records_and_no_other(shared, tmp_path):
    _, release = release_of(shared / "cases/two-stray-quotes", tmp_path)
    assert answers(release, "select vestigingscode from vestiging where bron = 'vestigingen_bo' order by 1") == [
        ("01AA01",),
        ("03CC00",),
    ]
    assert answers(release, "select regel, kolom, reden from afgekeurd order by 1") == [
        (2, "*", "geopend aanhalingsteken zonder einde"), (4, "*", "geopend aanhalingsteken zonder einde"),
    ]  # fmt: skip
    assert answers(release, "select regels_gelezen, regels_geladen from bron where dataset = 'vestigingen_bo'") == [(4, 2)]


def test_a_delimiter_too_many_in_every_record_is_a_refusal_that_counts_them(shared, tmp_path):
    told = refusal_of(shared / "cases/trailing-delimiter-rows", tmp_path)
    assert "vestigingen_bo.csv: none of its 3 records fits. The first: line 2, *: 31 velden verwacht, 32 gevonden" in told


def test_a_file_of_which_every_date_is_written_otherwise_is_refused_with_the_first_reasons(shared, tmp_path):
    told = refusal_of(shared / "cases/dates-dd-mm-yyyy", tmp_path)
    assert "rio_swv_vestiging.csv: none of its 3 records fits. The first: line 2, begindatum: datum verwacht (jjjj-mm-dd" in told


def test_the_thousands_of_a_count_may_be_parted(shared, tmp_path):
    _, release = release_of(shared / "cases/counts-thousand-separator", tmp_path)
    ask = "select year(peildatum), leerlingen, ondergrens, bovengrens from {} where soort = 'BO' {} order by 1"
    assert answers(release, ask.format("leerlingen_nederland", "")) == [(2014, None, 1101, 1104), (2015, 1097, 1097, 1097)]
    assert answers(release, ask.format("leerlingen_vestiging", "and vestigingscode = '02BB00'")) == [
        (2014, 1000, 1000, 1000), (2015, 1000, 1000, 1000),
    ]  # fmt: skip


def test_the_encoding_that_a_package_declares_is_that_of_its_file(shared, tmp_path):
    _, release = release_of(shared / "cases/declared-encoding-cp850", tmp_path)
    assert ("De Fryslân-école",) in answers(release, "select naam from vestiging")


def test_names_that_were_encoded_twice_are_told_of(shared, tmp_path):
    settings, _ = release_of(shared / "cases/double-encoded", tmp_path)
    assert "vestigingen_bo.csv: text of 1 records was encoded in UTF-8 twice; tell the publisher" in notes(
        settings, "vestigingen_bo"
    )


def test_a_location_without_a_postcode_is_linked_by_its_gemeente(shared, tmp_path):
    _, release = release_of(shared / "cases/location-without-postcode", tmp_path)
    assert answers(release, "select postcode, postcode4, gemeentenummer from vestiging where vestigingscode = '02BB00'") == [
        (None, None, "0014")
    ]
    ask = "select swv_code, methode, reden from vestiging_swv where geldig and vestigingscode = '02BB00'"
    assert answers(release, ask) == [("PO2001", "gemeente", None)]


def test_of_two_swvs_from_one_day_the_next_method_decides_and_never_the_alphabet(shared, tmp_path):
    case = shared / "cases/two-swvs-same-day"
    _, release = release_of(case, tmp_path)
    (school,) = answers(release, "select distinct vestigingscode from koppelafwijking where soort = 'overlap'")
    told = f"select methode, swv_code, gekozen from koppelconflict where vestigingscode = '{school[0]}' order by 1, 2"
    link = f"select swv_code, methode, reden from vestiging_swv where geldig and vestigingscode = '{school[0]}'"
    both = answers(release, "select swv_code, ander_swv_code from koppelafwijking where soort = 'overlap'")[0]
    assert [(method, swv) for method, swv, _ in answers(release, told) if method == "rio"] == [
        ("rio", each) for each in sorted(both)
    ]
    ((swv, method, why),) = answers(release, link)
    assert (swv, method != "rio", why) == ("PO2707", True, None)
    assert [each for each in answers(release, told) if each[2]] == [(method, "PO2707", True)]


def test_of_two_swvs_from_one_day_none_counts_where_nothing_else_speaks_for_one(shared, tmp_path):
    shutil.copytree(shared / "cases/two-swvs-same-day", tmp_path / "case")
    package = json.loads((tmp_path / "case/datapackage.json").read_text())
    place = [each for each in package["resources"] if each["name"] in ("swv_regio_wettelijk", "rio_swv_regio")]
    package["resources"] = [each for each in package["resources"] if each not in place]
    (tmp_path / "case/datapackage.json").write_text(json.dumps(package))
    _, release = release_of(tmp_path / "case", tmp_path)
    ask = "select swv_code, methode, reden from vestiging_swv where geldig and reden like 'vanaf een en dezelfde dag%'"
    assert answers(release, ask) == [
        (None, None, "vanaf een en dezelfde dag wijst een register meer dan één samenwerkingsverband aan: PO2001, PO2707"),
    ]  # fmt: skip


def rows_of(path):
    """Return the rows of a data file of the site, which holds them by column."""
    text = path.read_text(encoding="utf-8")
    columns = json.loads(text[text.index(",") + 1 : text.rindex(")")])
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
