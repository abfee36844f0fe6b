"""What SECURITY.md promises of the code itself: nothing from outside is executed, and no SQL is made of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipeline.releases.release import DUCKDB_FILE
from pipeline.settings import Settings
from tests.conftest import REPOSITORY
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
