"""A whole run on a few rows, through the orchestrator, in this process: what is published, and what keeps it from being."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from decimal import Decimal
from functools import partial

import dagster as dg
import duckdb
import frictionless
import pyarrow.parquet as pq
import pytest
from dagster._utils.error import SerializableErrorInfo

from assets.local import failures, runner
from assets.local.instance import HOME, open_instance
from assets.project import load_project
from pipeline.cli.commands.check import check
from pipeline.contracts.contract import Contract
from pipeline.contracts.loading import load_contracts
from pipeline.errors import BusyError, CheckError, FetchError, ReadError, SettingsError
from pipeline.releases import draft
from pipeline.releases.publish import LOCK
from pipeline.releases.release import DUCKDB_FILE, current, latest, verify
from pipeline.settings import Settings
from pipeline.store.lock import exclusive
from pipeline.store.workplace import MARK, Workplace
from tests.support import editions
from tests.support.small import SCHOOL, TABLES, Rows, write_package

CURATED = load_contracts("curated")
# no register and no count that has a location
NOTHING: dict[str, Rows] = {"vestigingen_bo": [], "leerlingen_po_historisch": []}


@pytest.fixture(autouse=True)
def no_home(monkeypatch):
    monkeypatch.delenv(HOME, raising=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A release of the small package: settings and summary. Tests read it; what changes data works on a copy."""
    folder = tmp_path_factory.mktemp("small")
    settings = Settings(data_dir=folder / "data", sources=(str(write_package(folder / "klein")),))
    return settings, runner.run(settings)


@pytest.fixture
def copy(made, tmp_path):
    """The same, to be changed: its own data and its own package."""
    settings, _ = made
    shutil.copytree(settings.data_dir, tmp_path / "data", symlinks=True)
    return Settings(data_dir=tmp_path / "data", sources=(str(tmp_path / "klein"),))


def ask(settings, sql):
    with duckdb.connect(str(settings.releases_dir / "latest" / DUCKDB_FILE), read_only=True) as connection:
        return connection.execute(sql).fetchall()


# -- what is published ------------------------------------------------------------------------------------------------


def test_locations_are_linked_by_the_region_of_their_postcode(made):
    settings, summary = made
    links = "select vestigingscode, sector, swv_code, methode from vestiging_swv where geldig order by 1"
    assert ask(settings, links) == [
        ("01AA00", "PO", "PO2707", "regeling"), ("01AA01", "PO", "PO2707", "regeling"), ("02BB00", "PO", "PO2001", "regeling"),
    ]  # fmt: skip
    assert summary.methods == (("PO", "regeling", 3),)
    assert summary.release is not None
    assert not summary.release.unchanged


def test_money_follows_the_pupils_of_the_day_that_the_law_names(made):
    settings, _ = made
    line = (
        "select aantal, aantal_ondergrens, aantal_bovengrens, bedrag_per_eenheid, bedrag, bedrag_ondergrens, bedrag_bovengrens, "
        "status, ontbreekt, teldatum::varchar "
        "from ondersteuningsbekostiging_swv where periode = '2015-2016' and component = 'lichte_ondersteuning' and swv_code = "
    )
    assert ask(settings, f"{line} 'PO2001'") == [
        (1000, 1000, 1000, Decimal("156.61"), *[Decimal("156610.00")] * 3, "volledig", None, "2014-10-01")
    ]
    # a suppressed count has no amount, but bounds and the reason, and so has what it makes
    assert ask(settings, f"{line} 'PO2707'") == [
        (None, 101, 104, Decimal("156.61"), None, Decimal("15817.61"), Decimal("16287.44"), "binnen grenzen",
         "exact aantal BO per 2014-10-01 (101 tot 104)", "2014-10-01")
    ]  # fmt: skip
    shares = (
        "select bedrag, status, indicatief from ondersteuningsbekostiging_vestiging "
        "where vestigingscode = '02BB00' and periode = '2015-2016' and component = 'lichte_ondersteuning'"
    )
    assert ask(settings, shares) == [(Decimal("156610.00"), "volledig", True)]


def test_every_row_leads_to_a_file_with_its_source(made):
    settings, _ = made
    joined = "from vestiging v join bron b on b.sha256 = v.bron_sha256"
    assert ask(settings, f"select distinct b.url, b.licentie, b.peildatum::varchar {joined}") == [
        ("https://example.org/vestigingen_bo", "CC-BY-4.0", "2026-08-01")
    ]


def test_the_database_has_types_keys_and_a_comment_on_every_table_and_column(made):
    settings, _ = made
    assert ask(settings, "select table_name from duckdb_tables() where comment is null or comment = ''") == []
    columns = "duckdb_columns() c join duckdb_tables() t using (table_name)"
    assert ask(settings, f"select table_name, column_name from {columns} where coalesce(c.comment, '') = ''") == []
    keys = dict(
        ask(
            settings, "select table_name, constraint_column_names from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        )
    )
    assert {table: tuple(columns) for table, columns in keys.items()} == {
        table: contract.primary_key for table, contract in CURATED.items()
    }
    types = dict(ask(settings, "select column_name, data_type from duckdb_columns() where table_name = 'bekostigingsparameter'"))
    assert types["bedrag"] == "DECIMAL(18,2)"


def test_the_database_can_be_opened_by_duckdb_1_2(made):
    settings, _ = made
    (tags,) = ask(settings, "select tags from duckdb_databases() where path is not null")[0]
    assert tags["storage_version"].startswith("v1.2.0")


def test_parquet_holds_what_the_database_holds_in_key_order_with_zstd(made):
    settings, _ = made
    folder = settings.releases_dir / "latest"
    for table, contract in CURATED.items():
        file = pq.ParquetFile(folder / f"{table}.parquet")
        assert file.schema_arrow.names == contract.columns
        if file.metadata.num_rows:
            assert file.metadata.row_group(0).column(0).compression == "ZSTD"
        order = ", ".join(contract.primary_key) or "all"
        assert ask(settings, f"select * from {table} order by {order}") == ask(
            settings, f"select * from read_parquet('{folder}/{table}.parquet')"
        )


def test_the_package_is_valid_and_names_every_file_with_hash_and_bytes(made):
    settings, _ = made
    folder = settings.releases_dir / "latest"
    package = json.loads((folder / "datapackage.json").read_text())
    assert frictionless.Package.validate_descriptor(package).valid
    assert {each["path"] for each in package["resources"]} | {"datapackage.json"} == {
        each.name for each in folder.iterdir() if each.is_file()
    }
    assert package["version"] == folder.resolve().name
    assert package["run_id"]
    assert package["code_version"]
    assert package["origins"] == ["klein"]
    assert [each["name"] for each in package["licenses"]] == ["CC-BY-4.0"]
    assert {each["title"]: each["path"] for each in package["sources"]}[
        "DUO: vestigingen_bo"
    ] == "https://example.org/vestigingen_bo"
    (areas,) = [each for each in package["resources"] if each["name"] == "swv-gebied"]
    assert {each["title"] for each in areas["sources"]} >= {"4PP: postcode4", "OCW: swv_regio_wettelijk", "CBS: gemeenten"}
    (counts,) = [each for each in package["resources"] if each["name"] == "gemeente"]
    assert "OCW: swv_regio_wettelijk" not in {each["title"] for each in counts["sources"]}
    verify(folder)


def test_every_foreign_key_of_the_package_leads_to_a_table_of_it(made):
    settings, _ = made
    folder = settings.releases_dir / "latest"
    package = json.loads((folder / "datapackage.json").read_text())
    names = {each["name"] for each in package["resources"]}
    for resource in package["resources"]:
        for key in resource.get("schema", {}).get("foreignKeys", []):
            assert key["reference"]["resource"] in names


def test_the_same_input_gives_the_same_bytes(made, tmp_path):
    settings, summary = made
    again = Settings(data_dir=tmp_path / "other", sources=settings.sources)
    release = runner.run(again).release
    assert release.path.name.rpartition("-")[2] == summary.release.path.name.rpartition("-")[2]
    for table in set(CURATED) - {"bron"}:  # bron holds times of retrieval
        assert (release.path / f"{table}.parquet").read_bytes() == (summary.release.path / f"{table}.parquet").read_bytes(), table


def test_the_run_shows_in_the_orchestrator(made):
    settings, _ = made
    with open_instance(settings) as instance:
        (record,) = instance.get_run_records()
        assert record.dagster_run.status.value == "SUCCESS"
        # as the UI's own runs have it, which its timeline and sensor run_mislukt go by
        assert record.dagster_run.tags["dagster/code_location"] == "passend_onderwijs"
        assert record.dagster_run.remote_job_origin.repository_origin.get_label() == "__repository__@passend_onderwijs"
        metadata = instance.get_latest_materialization_event(dg.AssetKey("vestiging_swv")).asset_materialization.metadata
        assert metadata["dagster/row_count"].value == 6  # three links, and the days before the first of each
        assert "regeling" in metadata["per_methode"].value


# -- again ------------------------------------------------------------------------------------------------------------


def test_nothing_changed_nothing_done(copy):
    write_package(copy.data_dir.parent / "klein")
    first = latest(copy.releases_dir)
    steps = []
    # the package moved, so its files are looked at again: same bytes, nothing to make
    summary = runner.run(copy, None, steps.append)
    assert summary.release.unchanged
    assert summary.release.path == first.path
    assert {step.kind for step in steps if not step.unchanged} <= {"fetch", "plan"}


def test_a_change_makes_a_new_release_and_leaves_the_old_one(copy):
    old = latest(copy.releases_dir)
    write_package(copy.data_dir.parent / "klein", vestigingen_bo=[SCHOOL])
    summary = runner.run(copy)
    assert not summary.release.unchanged
    assert latest(copy.releases_dir).path == summary.release.path != old.path
    assert ask(copy, "select vestigingscode from vestiging") == [("01AA00",)]
    verify(old.path)
    assert [each.name for each in copy.releases_dir.glob(".*")] == [LOCK]


def test_one_table_can_be_made_with_what_it_needs_and_is_not_released(copy):
    before = latest(copy.releases_dir).path
    write_package(copy.data_dir.parent / "klein", vestigingen_bo=[SCHOOL], gemeenten=TABLES["gemeenten"][:1])
    steps = []
    summary = runner.run(copy, "swv_postcode4", steps.append)
    assert summary.release is None
    assert latest(copy.releases_dir).path == before
    needed = load_project().needed["swv_postcode4"]
    assert {"swv_postcode4", "swv_regio_gemeente"} <= {step.subject for step in steps if step.kind == "build"} <= needed
    with pytest.raises(SettingsError, match=r"no table 'vestigin'.*vestiging"):
        runner.run(copy, "vestigin")


def test_a_check_is_made_again_when_the_table_it_refers_to_changed(copy):
    """Between two good runs the file of schools cannot be read, so that postcode4, to which others refer, is not made."""
    good = (write_package(copy.data_dir.parent / "klein") / "vestigingen_bo.csv").read_bytes()
    write_package(copy.data_dir.parent / "klein", vestigingen_bo=good.replace(b";postcode;", b";postkode;", 1))
    with pytest.raises(ReadError):
        runner.run(copy)
    write_package(copy.data_dir.parent / "klein", postcode4=TABLES["postcode4"][:1])
    assert runner.run(copy).release is not None


def test_a_check_that_refers_to_a_table_that_was_not_made_says_so_and_is_made_later(copy):
    write_package(copy.data_dir.parent / "klein", vestigingen_bo=[SCHOOL])
    summary = runner.run(copy, "vestiging_swv")
    waiting = [each for each in summary.not_passed if each.status == "errored"]
    assert any("which it refers, was not made" in each.message for each in waiting)
    assert {each.status for each in runner.run(copy).not_passed} <= {"failed"}


def test_a_run_in_which_nothing_changed_loads_nothing_that_only_work_needs(made):
    settings, _ = made
    command = (
        "import sys; from pathlib import Path; from assets.local import runner; from pipeline.settings import Settings; "
        "done = runner.run(Settings(data_dir=Path(sys.argv[1]), sources=(sys.argv[2],))); "
        "print(done.release.unchanged, {'pandas', 'great_expectations', 'shapely'} & set(sys.modules))"
    )
    arguments = [sys.executable, "-c", command, str(settings.data_dir), *settings.sources]
    assert subprocess.run(arguments, check=True, capture_output=True, text=True).stdout == "True set()\n"


def test_a_release_that_was_damaged_is_made_again_by_the_next_run(copy):
    write_package(copy.data_dir.parent / "klein")
    for damage in ("vestiging.parquet", DUCKDB_FILE):
        release = current(copy.releases_dir)
        (release.path / damage).unlink()
        with pytest.raises(CheckError, match=rf"{damage}.*`passend run` makes it again"):
            verify(release.path)
        summary = runner.run(copy)
        assert summary.release.path == release.path
        verify(release.path)
    assert [each.name for each in copy.releases_dir.glob(".*")] == [LOCK]


def test_one_table_with_a_critical_failure_ends_as_such(copy):
    write_package(copy.data_dir.parent / "klein", **NOTHING)
    with pytest.raises(CheckError, match=r"vestiging\.tabel__table_row_count"):
        runner.run(copy, "vestiging")


def test_one_file_of_many_with_another_header_stops_the_dataset_by_name(copy):
    folder = write_package(copy.data_dir.parent / "klein")
    good = (folder / "vestigingen_bo.csv").read_bytes()
    (folder / "tweede.csv").write_bytes(good.replace(b";postcode;", b";postkode;", 1))
    package = json.loads((folder / "datapackage.json").read_text())
    (resource,) = [each for each in package["resources"] if each["name"] == "vestigingen_bo"]
    resource["path"] = ["vestigingen_bo.csv", "tweede.csv"]
    del resource["bytes"]
    (folder / "datapackage.json").write_text(json.dumps(package))
    with pytest.raises(ReadError, match=r"tweede\.csv: the header does not fit"):
        runner.run(copy)


def test_when_nothing_at_all_can_be_retrieved_that_is_what_is_said(tmp_path):
    addresses = dict.fromkeys(("ckan", "duo", "cbs", "pdok"), "http://127.0.0.1:9/")
    settings = Settings(data_dir=tmp_path / "data", sources=("live",), attempts=1, connect_timeout=0.2, **addresses)
    with pytest.raises(FetchError, match=r"not one registry could be retrieved: .*127\.0\.0\.1"):
        runner.run(settings)


# -- what keeps a release from being made -----------------------------------------------------------------------------


def test_a_row_that_does_not_fit_is_kept_with_its_reason_and_the_rest_goes_on(copy):
    write_package(
        copy.data_dir.parent / "klein",
        vestigingen_bo=[*TABLES["vestigingen_bo"], {**SCHOOL, "vestigingscode": "01AA02", "postcode": "10 AA"}],
    )
    summary = runner.run(copy)
    assert ask(copy, "select dataset, bestand, regel, kolom, waarde from afgekeurd") == [
        ("vestigingen_bo", "vestigingen_bo.csv", 5, "postcode", "10 AA")
    ]
    assert ask(copy, "select regels_gelezen, regels_geladen, regels_afgekeurd from bron where dataset = 'vestigingen_bo'") == [
        (4, 3, 1)
    ]
    (line,) = [each for each in summary.datasets if each.dataset == "vestigingen_bo"]
    assert (line.read, line.loaded, line.rejected) == (4, 3, 1)


def test_a_header_that_does_not_fit_stops_with_the_names_and_the_last_release_stands(copy):
    before = latest(copy.releases_dir).path
    good = (write_package(copy.data_dir.parent / "klein") / "vestigingen_bo.csv").read_bytes()
    write_package(copy.data_dir.parent / "klein", vestigingen_bo=good.replace(b";postcode;", b";postkode;", 1))
    with pytest.raises(ReadError, match=r"Missing: postcode\. Unknown: postkode\. Nearest: postcode ~ postkode"):
        runner.run(copy)
    assert latest(copy.releases_dir).path == before
    verify(before)


def test_a_critical_check_that_fails_keeps_the_release_from_being_made(copy):
    before = latest(copy.releases_dir).path
    write_package(copy.data_dir.parent / "klein", **NOTHING)
    with pytest.raises(CheckError, match=r"no release was made, the previous one stands: .*vestiging\.tabel__table_row_count"):
        runner.run(copy)
    assert latest(copy.releases_dir).path == before
    assert [each.name for each in copy.releases_dir.glob(".building-*")] == []


def test_a_row_that_is_lost_on_its_way_keeps_the_release_from_being_made(copy, monkeypatch):
    before, write = latest(copy.releases_dir).path, pq.write_table

    def losing(rows, where, **options):
        write(rows.slice(1) if "vestigingsnaam" in rows.column_names else rows, where, **options)

    monkeypatch.setattr(pq, "write_table", losing)
    write_package(
        copy.data_dir.parent / "klein", vestigingen_bo=[*TABLES["vestigingen_bo"], {**SCHOOL, "vestigingscode": "01AA02"}]
    )
    with pytest.raises(
        CheckError, match=r"1 critical checks did not pass: bron\.gelezen__is_geladen_plus_afgekeurd failed for 1 rows"
    ):
        runner.run(copy)
    assert latest(copy.releases_dir).path == before


def test_where_nothing_is_new_to_release_no_database_is_filled(copy, monkeypatch):
    filled, fill = [], draft._fill
    monkeypatch.setattr(draft, "_fill", lambda *given: (filled.append(given), fill(*given)))
    write_package(copy.data_dir.parent / "klein")
    assert runner.run(copy).release.unchanged
    assert filled == []
    write_package(copy.data_dir.parent / "klein", vestigingen_bo=TABLES["vestigingen_bo"][:2])
    assert not editions.run(copy).unchanged
    assert len(filled) == len(CURATED)


def test_a_database_that_lacks_a_row_of_its_parquet_is_not_published(copy, monkeypatch):
    before, fill = latest(copy.releases_dir).path, draft._fill

    def losing(database, contract, *more):
        fill(database, contract, *more)
        if contract.table == "gemeente":
            database.execute("delete from gemeente where gemeentenummer = '0014'")

    monkeypatch.setattr(draft, "_fill", losing)
    write_package(copy.data_dir.parent / "klein", vestigingen_bo=TABLES["vestigingen_bo"][:2])
    with pytest.raises(CheckError, match=r"gemeente of \.building-\S+ holds 1 rows, datapackage\.json says 2"):
        editions.run(copy)
    assert latest(copy.releases_dir).path == before
    assert [each.name for each in copy.releases_dir.glob(".*")] == [LOCK]


def test_what_goes_wrong_while_the_database_is_filled_stops_the_release_and_leaves_nothing(copy, monkeypatch):
    before, ddl = latest(copy.releases_dir).path, Contract.ddl

    def broken(self, *, name=None, rows=None):
        if rows is not None and self.table == "gemeente":
            raise OSError("the disk is gone")
        return ddl(self, name=name, rows=rows)

    monkeypatch.setattr(Contract, "ddl", broken)
    write_package(copy.data_dir.parent / "klein", vestigingen_bo=TABLES["vestigingen_bo"][:2])
    with pytest.raises(OSError, match="the disk is gone"):
        editions.run(copy)
    assert latest(copy.releases_dir).path == before
    assert [each.name for each in copy.releases_dir.glob(".*")] == [LOCK]


def test_a_database_that_cannot_be_begun_leaves_nothing(copy, monkeypatch):
    def no_room(*_, **__):
        raise duckdb.IOException("No space left on device")

    with monkeypatch.context() as full:
        full.setattr(duckdb, "connect", no_room)
        with pytest.raises(duckdb.IOException):
            draft.Filling(CURATED, copy.releases_dir, fictitious=False)
    assert [each.name for each in copy.releases_dir.glob(".building-*")] == []


def test_while_another_publishes_nothing_is_published_and_all_that_was_made_is_kept(copy, monkeypatch):
    before = latest(copy.releases_dir).path
    monkeypatch.setattr("pipeline.releases.publish.exclusive", partial(exclusive, patience=0.1))
    write_package(copy.data_dir.parent / "klein", vestigingen_bo=[SCHOOL])
    with (
        exclusive(copy.releases_dir / LOCK),
        pytest.raises(BusyError, match=r"another run or rollback has been publishing in .*run again: all that was made is kept"),
    ):
        runner.run(copy)
    assert latest(copy.releases_dir).path == before
    steps = []
    assert not runner.run(copy, None, steps.append).release.unchanged
    assert {step.kind for step in steps if not step.unchanged} <= {"plan", "fetch", "release", "site"}


def test_what_a_killed_run_left_is_cleared_away_and_what_one_at_work_has_is_not(copy):
    write_package(copy.data_dir.parent / "klein", vestigingen_bo=[SCHOOL])
    with Workplace(copy.releases_dir, ".building-") as at_work:
        left = copy.releases_dir / ".building-old"
        left.mkdir()
        left.with_name(f"{left.name}{MARK}").touch()
        (left / "half.parquet").write_bytes(b"half")
        runner.run(copy)
        assert at_work.path.is_dir()
    assert not left.exists()


def test_the_ui_shows_what_a_release_changes_and_where_its_report_is(copy):
    write_package(copy.data_dir.parent / "klein", vestigingen_bo=TABLES["vestigingen_bo"][:2])
    release = runner.run(copy).release
    with open_instance(copy) as instance:
        made, told = (
            instance.get_latest_materialization_event(dg.AssetKey(name)).asset_materialization.metadata
            for name in ("release", "release_verschil")
        )
    assert made["validation_report"].value == str(release.path / "validatie.html")
    assert "### Schools closed: 1\n\n- 02BB00  BO  De Proef" in told["difference"].value
    assert (told["closed"].value, told["opened"].value) == (1, 0)


def test_a_release_that_was_tampered_with_is_noticed(copy):
    release = current(copy.releases_dir)
    file = release.path / "vestiging.parquet"
    assert {stat.filemode(each.stat().st_mode) for each in release.path.iterdir() if each.is_file()} == {"-r--r--r--"}
    file.chmod(0o644)
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(CheckError, match=r"vestiging\.parquet is not the file that datapackage\.json describes"):
        check(data_dir=copy.data_dir)


def test_a_site_that_was_tampered_with_is_noticed(copy):
    page = current(copy.releases_dir).path / "site" / "index.html"
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(CheckError, match=r"site is not the site that was made of .*`passend run` makes it again"):
        check(data_dir=copy.data_dir)


def test_no_release_says_how_to_get_one(tmp_path):
    with pytest.raises(SettingsError, match=r"there is no release in .*passend run"):
        current(tmp_path)


def test_what_stopped_many_steps_is_said_once():
    told = [("check_a", "the process died"), ("stg_b", "no header"), ("check_c", "the process died")]
    assert runner._told_once(told) == "check_a and 1 more: the process died | stg_b: no header"


def test_a_step_that_failed_of_ctrl_c_is_ctrl_c():
    stopped = SerializableErrorInfo("", [], dg.DagsterExecutionInterruptedError.__name__)
    assert failures.stopped(SerializableErrorInfo("of a step", [], "DagsterExecutionStepExecutionError", cause=stopped))
    assert not failures.stopped(SerializableErrorInfo("of a step", [], "CheckError"))
    assert not failures.stopped(None)
