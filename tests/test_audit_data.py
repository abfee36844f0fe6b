"""The audit of the data: figures worked out a second time must be able to differ, and the page is what the command writes."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pandas as pd
import pytest

from tests.conftest import REPOSITORY
from tools.audit_data.figures import Figure, of_all, shown
from tools.audit_data.files import Registries, Release, bounds
from tools.audit_data.page import summary

NOWHERE = Registries(REPOSITORY), Release(REPOSITORY)


def outcome(published, again, explained=None):
    return Figure("vestiging", "locations", lambda *_: (published, again), explained or {}).outcome(*NOWHERE)


def test_a_figure_holds_when_both_are_the_same_to_the_last_one():
    assert outcome(of_all(["a", "b"]), of_all(["b", "a"])).holds
    assert not outcome(of_all(["a", "b"]), of_all(["a", "c"])).holds
    assert not outcome((1, 4), (1, 5)).holds
    assert not outcome(float("nan"), float("nan")).holds


def test_an_explanation_is_of_one_difference_and_of_no_other():
    explained = {("5", "4"): "a school that no register has"}
    assert (outcome(5, 4, explained).holds, outcome(5, 4, explained).why) == (True, "a school that no register has")
    assert not outcome(6, 4, explained).holds
    assert not outcome(4, 5, explained).holds
    assert outcome(4, 4, explained).why == ""


def test_what_differs_is_named():
    said = summary([outcome(1, 1), outcome(2, 3)])
    assert said == "1 of 2 figures of 1 tables are the same\nDIFFERS: vestiging, locations: 2, worked out again 3"


def test_a_hidden_count_is_one_to_four():
    assert bounds(pd.Series(["0", "<5", "12"])).to_numpy().tolist() == [[0, 0], [1, 4], [12, 12]]
    assert (shown((1, 4)), shown((1_234, 1_234)), shown(2.01)) == ("1 to 4", "1,234", "2.010")


def test_without_the_real_input_it_says_so_and_ends_with_2():
    command = [sys.executable, "-m", "tools.audit_data"]
    environment = {name: value for name, value in os.environ.items() if name != "PASSEND_SHARED"} | {
        "PYTHONPATH": str(REPOSITORY)
    }
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=REPOSITORY, timeout=60)
    assert (done.returncode, "PASSEND_SHARED" in done.stderr) == (2, True), done


def test_no_figure_reads_the_pipeline_or_its_sql():
    for path in (REPOSITORY / "tools/audit_data").glob("*.py"):
        imported = re.findall(r"^ *(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert not {"pipeline", "assets", "duckdb", "sqlglot"} & {*imported}, path.name


@pytest.mark.parametrize("name", ["README.md", "docs/index.md"])
def test_the_page_can_be_found(name):
    assert "audit.md" in (REPOSITORY / name).read_text(encoding="utf-8")
