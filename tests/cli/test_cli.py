"""The command as a person meets it: in a process of its own, on a release of a few rows."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.loading import load_contracts
from pipeline.errors import CheckError, interruptible
from pipeline.registries.catalogue import load_catalogue
from pipeline.store.engine import connect
from tests.support.small import SCHOOL, TABLES, write_package

PASSEND = Path(sys.executable).with_name("passend")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("cli")


def passend(data, *arguments, text=True):
    command = [PASSEND, *arguments, "--data-dir", str(data)]
    return subprocess.run(command, capture_output=True, text=text, timeout=120, check=False, cwd=data)


@pytest.fixture(scope="module")
def run(data):
    return passend(data, "run", "--source", str(write_package(data / "klein")))


def test_a_run_tells_what_it_does_and_what_came_of_it(run, data):
    assert run.returncode == 0, run.stderr
    for kind in ("fetch", "stage", "build", "check", "release", "site"):
        assert f"  {kind}" in run.stderr
    for told in ("vestigingen_bo", "fresh", "Links by method", "regeling", "checks:", "not at hand from these origins"):
        assert told in run.stdout
    *_, release, to_see, to_ask = run.stdout.rstrip().replace("\n  ", " ").split("\n")
    assert release == f"release: {(data / 'releases' / 'latest').resolve()}"
    assert to_see == f"to see it: passend open --data-dir {data}"
    assert to_ask.startswith(f"to ask it: passend query school_en_swv --data-dir {data} ")


@pytest.mark.usefixtures("run")
def test_what_a_release_holds_is_listed_and_described(data):
    listed = json.loads(passend(data, "tables", "--json").stdout)
    assert listed == sorted(
        listed, key=lambda each: (["view", "table", "macro"].index(each["kind"]), not each["core"], each["name"])
    )
    held = {each["name"]: each for each in listed}
    assert (held["school_en_swv"]["kind"], held["vestiging"]["rows"], held["geldt_op"]["parameters"][-1]) == ("view", 3, "datum")
    assert "Vestigingen: School locations" in " ".join(passend(data, "tables").stdout.split())
    told = json.loads(passend(data, "describe", "Vestiging", "--json").stdout)
    columns = {each["name"]: each for each in told["columns"]}
    assert columns["vestigingscode"] == {
        "name": "vestigingscode", "type": "varchar", "required": True, "words": "BRIN plus two digits",
    }  # fmt: skip
    assert "vestigingscode" in passend(data, "describe", "vestiging").stdout
    unknown = passend(data, "describe", "vestigng")
    assert (unknown.returncode, "did you mean vestiging" in " ".join(unknown.stderr.split())) == (2, True)


@pytest.mark.usefixtures("run")
def test_a_name_alone_is_all_that_it_holds(data):
    assert "3 rows" in passend(data, "query", "vestiging").stdout
    assert "rows" in passend(data, "query", "vestiging_swv_op(date '2026-08-01')").stdout


@pytest.mark.usefixtures("run")
def test_the_map_of_a_release_is_opened(data):
    shown = passend(data, "open", "--print")
    page = Path(shown.stdout.strip().removeprefix("file://"))
    assert (shown.returncode, page.name, page.is_file()) == (0, "index.html", True)


@pytest.mark.usefixtures("run")
def test_a_release_is_exported_with_one_command(data):
    shown = passend(data, "export", "--format", "csv", "--format", "xlsx")
    assert shown.returncode == 0, shown.stderr
    folder = Path(shown.stdout.split()[-1])
    assert folder == (data / "export" / "latest").resolve()
    assert (folder / "csv" / "vestiging.csv").read_text(encoding="utf-8").count("\n") == 4
    assert "xlsx" in shown.stdout
    told = json.loads(passend(data, "export", "--to", "elders", "--format", "csv", "--table", "vestiging", "--json").stdout)
    assert told["place"].startswith(str(data / "elders"))
    assert told["files"]["csv/vestiging.csv"] == (data / "elders" / "latest" / "csv" / "vestiging.csv").stat().st_size
    assert passend(data, "export", "--format", "csv", "--keep", "1").returncode == 0
    assert len([each for each in (data / "export").iterdir() if not each.is_symlink()]) == 1
    assert passend(data, "export", "--keep", "0").returncode == 2
    refused = passend(data, "export", "--format", "cvs")
    assert (refused.returncode, "there is no format cvs" in refused.stderr) == (2, True)


@pytest.mark.usefixtures("run")
def test_a_question_is_answered_in_the_format_that_was_asked_for(data):
    sql = "select vestigingscode, longitude, date '2024-10-01' as dag, 1.10::decimal(18, 2) as bedrag from vestiging order by 1"
    shown = passend(data, "query", sql)
    assert (shown.returncode, "01AA00" in shown.stdout, "3 rows" in shown.stdout) == (0, True, True)
    rows = list(csv.DictReader(io.StringIO(passend(data, "query", sql, "--format", "csv").stdout)))
    assert [each["vestigingscode"] for each in rows] == ["01AA00", "01AA01", "02BB00"]
    records = json.loads(passend(data, "query", sql, "--format", "json").stdout)
    assert records[0] == {"vestigingscode": "01AA00", "longitude": 4.9, "dag": "2024-10-01", "bedrag": "1.10"}
    nested = passend(
        data, "query", "select [1, 2] as a, {'dag': date '2024-10-01'} as b, map {'é': 1.10} as c", "--format", "csv"
    )
    assert list(csv.DictReader(io.StringIO(nested.stdout))) == [
        {"a": "[1, 2]", "b": '{"dag": "2024-10-01"}', "c": '[["é", "1.10"]]'}
    ]
    table = pq.read_table(io.BytesIO(passend(data, "query", sql, "--format", "parquet", text=False).stdout))
    assert table.num_rows == 3


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select * from scholen", "scholen does not exist"),
        ("drop table vestiging", "read-only"),
        ("select * from read_csv('/etc/passwd')", "disabled"),
        ("attach '/tmp/x.duckdb'", "disabled"),
        ("set enable_external_access = true", "locked"),
    ],
)
def test_a_question_reads_the_release_and_nothing_else(data, sql, said):
    done = passend(data, "query", sql)
    assert done.returncode == 2
    assert "cannot be answered" in done.stderr
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("run")
def test_the_state_of_every_registry_is_listed(data):
    rows = {each["dataset"]: each for each in json.loads(passend(data, "sources", "--json").stdout)}
    assert set(rows) == set(load_catalogue())
    assert rows["vestigingen_bo"]["state"] == "fresh"
    assert rows["rio_locaties"]["state"] == "never"
    assert "vestigingen_bo" in passend(data, "sources").stdout


@pytest.mark.usefixtures("run")
def test_the_current_release_can_be_checked_again(data):
    done = passend(data, "check")
    assert done.returncode == 0, done.stderr
    assert f"checks of {len(load_contracts('curated'))} tables" in done.stdout
    assert "hashes verified" in done.stdout
    page = (data / "releases" / "latest").resolve() / "validatie.html"
    assert done.stdout.rstrip().endswith(str(page))
    assert page.is_file()


def test_each_failure_is_one_paragraph_with_its_exit_code(tmp_path):
    for arguments, code, said in (
        (("check",), 2, "there is no release in"),
        (("query", "select 1"), 2, "passend run"),
        (("run", "--source", "nergens"), 2, "neither a word this project knows nor an existing folder"),
        (("run", "--source", "sandbox", "--source", "sandbox"), 2, "given twice"),
        (("run", "--only", "vestigin"), 2, "there is no table"),
        (("frobnicate",), 2, "No such command"),
    ):
        done = passend(tmp_path, *arguments)
        assert done.returncode == code, (arguments, done.stderr)
        assert said in " ".join(done.stderr.split()), done.stderr
        assert "Traceback" not in done.stderr


def test_a_data_folder_that_cannot_be_used_is_told(tmp_path):
    (tmp_path / "bestand").touch()
    for folder, said in (
        (tmp_path / "bestand", "is a file"),
        (tmp_path / "bestand" / "in", "cannot be written: Not a directory"),
    ):
        done = subprocess.run(
            [PASSEND, "run", "--data-dir", str(folder)],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"COLUMNS": "999"},
        )
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr


@pytest.mark.usefixtures("run")
def test_what_the_last_run_read_can_be_asked_for_and_nothing_else(tmp_path, data):
    wrong = [*TABLES["vestigingen_bo"], {**SCHOOL, "vestigingscode": "01AA02", "postcode": "10 AA"}]
    package = write_package(tmp_path / "klein", vestigingen_bo=wrong)
    (tmp_path / "data").mkdir()
    early = passend(tmp_path / "data", "query", "--staging", "from afgekeurd")
    assert (early.returncode, "no run has read anything" in " ".join(early.stderr.split())) == (2, True), early.stderr
    assert passend(tmp_path / "data", "run", "--source", str(package)).returncode == 0

    def asked(sql):
        done = passend(tmp_path / "data", "query", "--staging", sql, "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    codes = [each["vestigingscode"] for each in asked("select vestigingscode from stg_vestigingen_bo order by 1")]
    assert codes == ["01AA00", "01AA01", "02BB00"]
    assert asked("select dataset, bestand, regel, kolom, waarde from afgekeurd") == [
        {"dataset": "vestigingen_bo", "bestand": "vestigingen_bo.csv", "regel": 5, "kolom": "postcode", "waarde": "10 AA"}
    ]
    # a table of which no origin has a file is there, and empty
    assert asked("select count(*) as rows from stg_rio_locaties") == [{"rows": 0}]
    outside = data / "releases" / "latest" / "gemeente.parquet"
    for sql, said in (
        (f"from read_parquet('{outside}')", "disabled"),
        ("from vestiging", "does not exist"),
        (f"copy (select 1) to '{tmp_path / 'uit.csv'}'", "disabled"),
        ("set enable_external_access = true", "locked"),
    ):
        done = passend(tmp_path / "data", "query", "--staging", sql)
        assert (done.returncode, said in " ".join(done.stderr.split())) == (2, True), done.stderr
    assert not (tmp_path / "uit.csv").exists()


@pytest.mark.parametrize("word", ["fetch", "stage", "check"])
def test_ctrl_c_ends_a_run_in_one_paragraph_and_leaves_nothing_half(tmp_path, word):
    command = [PASSEND, "run", "--source", str(write_package(tmp_path / "klein")), "--data-dir", str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True) as run:
        for line in run.stderr:
            if line.startswith(f"  {word}"):
                os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to every process of the command
                break
        said = run.stderr.read()
        assert run.wait(60) == 130, said
    assert "passend: stopped; the last release stands" in said
    assert "Traceback" not in said
    assert "Warning" not in said
    assert not list((tmp_path / "data" / "releases").glob("*"))
    assert not list((tmp_path / "data" / "releases").glob(".building*"))


def _ask_for_hours(path):
    with connect(path, memory_mb=100) as connection:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        connection.execute("select sum(a.range * b.range) from range(1_000_000) a, range(1_000_000) b")


def test_ctrl_c_amid_a_query_ends_it_and_is_ctrl_c(tmp_path):
    with pytest.raises(KeyboardInterrupt), interruptible():
        _ask_for_hours(tmp_path / "spill")


def _fail_for(reason):
    try:
        raise OSError("of a library") from reason
    except OSError as error:
        raise CheckError("of ours") from error


def test_ctrl_c_is_found_below_whatever_was_made_of_it_and_a_failure_stays_one():
    with pytest.raises(KeyboardInterrupt), interruptible():
        _fail_for(KeyboardInterrupt())
    with pytest.raises(CheckError, match="of ours"), interruptible():
        _fail_for(ValueError())


@pytest.mark.usefixtures("run")
def test_the_build_up_of_one_swv_is_written_out_as_on_paper(data):
    periods = passend(data, "funding", "po-20-01")
    assert periods.returncode == 0, periods.stderr
    # the most complete period, and below it what is known of each
    assert "Netto" in periods.stdout
    assert re.search(r"\n2015-2016   \d+ van \d+ +[0-9.,]+( tot [0-9.,]+)?\n", periods.stdout)
    assert max(map(len, periods.stdout.splitlines())) <= 80
    written = passend(data, "funding", "PO2001", "--periode", "2015-2016")
    assert written.returncode == 0, written.stderr
    assert "\n  lichte ondersteuning                    1.000 x     156,61 =        156.610,00\n" in written.stdout
    for told in (
        "WPO 132 lid 1",
        "teldatum 1-10-2014",
        "versie 2; gepubliceerd 15-10-2015",
        "ontbreekt: aantal SO jonger dan 8",
        "Netto",
        "BWBR0037118 art 19",
    ):
        assert told in written.stdout
    assert max(map(len, written.stdout.splitlines())) <= 80


@pytest.mark.usefixtures("run")
def test_a_build_up_is_recomputed_with_other_amounts_and_counts(data):
    given = ("--what-if", "lichte_ondersteuning_per_bao_leerling=160.00", "--telling", "aftrek_so_vanaf_8_categorie_1=10")
    what_if = passend(data, "funding", "PO2001", "--periode", "2015-2016", *given)
    assert what_if.returncode == 0, what_if.stderr
    assert "\nlichte ondersteuning                156.610,00      160.000,00       +3.390,00\n" in what_if.stdout
    answer = passend(data, "funding", "PO2001", "--periode", "2015-2016", *given, "--gepubliceerd-op", "2016-01-01", "--json")
    found = json.loads(answer.stdout)
    (row,) = [each for each in found["regels"] if each["component"] == "aftrek_so_vanaf_8_categorie_1"]
    assert (row["aantal"], row["bedrag"], row["opgegeven"], row["teldatum"]) == (10, "-82209.50", ["aantal"], "2014-10-01")
    assert found["opmerkingen"] == []


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("PO2002",), "did you mean PO2001"),
        (("PO2001", "--periode", "2017"), "there is for 2014-2015, 2015"),
        (("PO2001", "--periode", "2015-2016", "--what-if", "zware_norm=3"), "did you mean zware_ondersteuning_norm"),
        (("PO2001", "--periode", "2015-2016", "--what-if", "zware_ondersteuning_norm"), "write a name, = and a number"),
        (("PO2001", "--what-if", "zware_ondersteuning_norm=3"), "--periode"),
        (("PO2001", "--periode", "2015-2016", "--gepubliceerd-op", "gisteren"), "2023-06-01"),
    ],
)
def test_a_build_up_that_cannot_be_made_is_told_in_one_paragraph(data, arguments, said):
    done = passend(data, "funding", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_debug_shows_the_traceback(tmp_path):
    done = subprocess.run([PASSEND, "--debug", "check", "--data-dir", str(tmp_path)], capture_output=True, text=True, check=False)
    assert "Traceback" in done.stderr
    assert done.returncode == 1


def test_help_tells_the_exit_codes():
    done = subprocess.run([PASSEND, "--help"], capture_output=True, text=True, check=True)
    assert "Exit codes: 0 done" in " ".join(done.stdout.split())
    assert all(command in done.stdout for command in ("run", "sources", "check", "query", "funding", "dev"))
