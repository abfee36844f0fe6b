"""What SECURITY.md promises: of the code itself it is shown here, and for the rest there are tests elsewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipeline.releases.release import DUCKDB_FILE
from pipeline.settings import Settings
from tests.conftest import REPOSITORY
from tests.faults import FAULTS
from tests.support.editions import FIRST, run
from tests.support.small import TABLES, write_package

RUFF = Path(sys.executable).with_name("ruff")
# exec, pickle, marshal, eval, yaml.load of any object, a shell, XML that unpacks without end
RULES = {"S102", "S301", "S302", "S307", "S506", "S602", "S605", "S314"}
SQL = "o'brien\"; drop table vestiging; --"


def lint(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([RUFF, "check", *arguments], input=code, capture_output=True, text=True, cwd=REPOSITORY, check=False)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("S102", "exec(cell)"),
        ("S301", "import pickle\n\npickle.loads(cell)"),
        ("S302", "import marshal\n\nmarshal.loads(cell)"),
        ("S307", "eval(cell)"),
        ("S506", "import yaml\n\nyaml.load(cell, Loader=yaml.Loader)"),
        ("S602", "import subprocess\n\nsubprocess.run(cell, shell=True)"),
    ],
)
def test_the_lint_of_this_project_refuses_what_executes_data(rule, code):
    found = lint("--stdin-filename", "pipeline/proef.py", "-", code=f"{code}\n")
    assert found.returncode == 1
    assert rule in found.stdout


def test_nothing_executes_data_not_even_where_the_lint_was_told_to_look_away():
    found = lint("--ignore-noqa", "--select", ",".join(RULES), "pipeline", "assets", "expectations", "tools")
    assert found.returncode == 0, found.stdout


def test_cells_and_names_of_files_and_folders_that_hold_sql_are_text(tmp_path):
    schools = [{**each, "vestigingsnaam": SQL, "denominatie": SQL, "internetadres": SQL} for each in FIRST["vestigingen_bo"]]
    gemeenten = [{**each, "naam": SQL} for each in TABLES["gemeenten"]]
    folder = write_package(tmp_path / SQL, vestigingen_bo=schools, gemeenten=gemeenten)
    (folder / "gemeenten.csv").rename(folder / f"{SQL}.csv")
    package = (folder / "datapackage.json").read_text()
    (folder / "datapackage.json").write_text(package.replace('"gemeenten.csv"', json.dumps(f"{SQL}.csv")))
    made = run(Settings(data_dir=tmp_path / f"data {SQL}", sources=(str(folder),), publisher=SQL))
    with duckdb.connect(str(made.path / DUCKDB_FILE), read_only=True) as connection:
        names = connection.execute("select distinct naam, denominatie, website from vestiging").fetchall()
        (bestand,) = connection.execute("select bestand from bron where dataset = 'gemeenten'").fetchone()
        (gemeente,) = connection.execute("select distinct naam from gemeente").fetchone()
    assert (names, bestand, gemeente) == ([(SQL, SQL, SQL)], f"{SQL}.csv", SQL)
    assert made.description["origins"] == [SQL]


def test_no_file_of_a_release_can_be_written(tmp_path):
    made = run(Settings(data_dir=tmp_path / "data", sources=(str(write_package(tmp_path / "klein", **FIRST)),)))
    tables = [path for path in made.path.iterdir() if path.suffix in (".parquet", ".duckdb")]
    assert tables
    assert not [path.name for path in tables if path.stat().st_mode & 0o222]


# what shows each promise: a test, or a fault as "group: name"
SHOWN = {
    "Only the hosts of the catalogue are contacted.": (
        "tests/registries/test_http.py::test_a_redirect_to_another_host_names_both_and_is_not_followed",
        "tests/registries/test_http.py::test_an_address_that_a_gateway_may_lead_inwards_is_not_public",
        "HTTP: a public name that leads to this machine", "HTTP: redirect from a public origin to a NAT64 address",
        "HTTP: redirect from a public origin to a 6to4 address", "HTTP: TLS failure",
    ),
    "No password is published.": (
        "tests/test_settings.py::test_a_base_address_with_a_password_is_refused_and_not_repeated",
        "Access: a password in a base address", "Access: a password in a source", "Access: a password where an export goes",
        "Access: passwords of those who are told",
    ),
    "Whatever is read has limits": (
        "tests/registries/test_http.py::test_a_small_body_that_grows_beyond_the_limit_is_stopped",
        "HTTP: gzip that unpacks without end", "HTTP: stall past the time-out", "HTTP: a body that drips",
        "Services: features without end", "Services: a page that would fill the memory",
    ),
    "No name from outside names a file.": (
        "tests/archive/test_archive.py::test_a_dataset_name_cannot_leave_the_archive",
        "tests/archive/test_archive.py::test_a_payload_that_went_missing_or_has_other_bytes_is_not_there_and_is_put_back",
        "HTTP: a resource named after a path", "Sources: a link that leads out of the folder",
    ),
    "A spreadsheet computes nothing of ours.": (
        "tests/export/test_export.py::test_a_csv_for_excel_holds_no_formulas_and_numbers_stay_numbers",
        "tests/site/test_site_browser.py::test_the_rows_of_an_swv_are_saved_from_its_page_without_formulas",
        "tests/test_harmless.py::test_the_site_takes_the_same_cells_for_a_formula_as_the_exports_do",
    ),
    "What is in a file stays text": (
        "tests/test_security.py::test_cells_and_names_of_files_and_folders_that_hold_sql_are_text",
        "Content: HTML in a cell", "Content: a cell that begins with =", "Access: text that steers what is seen",
    ),
    "Nothing from outside is executed or unpickled.": (
        "tests/test_security.py::test_nothing_executes_data_not_even_where_the_lint_was_told_to_look_away",
        "tests/checks/test_process.py::test_outcomes_come_from_the_files_in_the_order_of_the_contract",
    ),
    "What is published is read-only": (
        "tests/test_security.py::test_no_file_of_a_release_can_be_written",
        "tests/cli/test_cli.py::test_a_question_reads_the_release_and_nothing_else",
        "tests/cli/test_cli.py::test_what_the_last_run_read_can_be_asked_for_and_nothing_else",
    ),
    "No page elsewhere commands the UI.": (
        "tests/assets/test_guard.py::test_a_page_elsewhere_commands_nothing_in_a_browser",
        "tests/assets/test_guard.py::test_another_host_than_this_machine_is_turned_away",
        "Access: a page elsewhere commands the UI",
    ),
    "The UI and the sandbox listen on 127.0.0.1 only.": (
        "tests/assets/test_ui.py::test_it_answers_this_machine_alone_and_leaves_nothing_behind",
        "tests/sandbox/test_sandbox.py::test_only_this_machine_is_served",
        "Places: a dagster.yaml that a crash left empty",
    ),
    "Dependencies are locked with hashes": (
        "tests/test_audit.py::test_what_is_known_fails_and_what_cannot_be_looked_up_is_said_so",
        "tests/test_audit.py::test_an_audit_that_cannot_reach_its_database_says_so_and_does_not_pass",
    ),
}  # fmt: skip


def test_every_promise_is_shown_by_tests_that_are_there():
    promised, _, _ = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8").partition("## What is not")
    assert re.findall(r"^- \*\*(.+?)\*\*", promised, re.MULTILINE) == list(SHOWN)
    known = {f"{each.group}: {each.name}" for each in FAULTS}
    for each in (test for tests in SHOWN.values() for test in tests):
        path, _, name = each.partition("::")
        assert each in known or f"def {name}(" in (REPOSITORY / path).read_text(encoding="utf-8"), each
