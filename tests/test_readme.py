"""The README's own commands, run as they stand there; those that would need the network, or never end, are listed here."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.support.small import write_package

PASSEND = Path(sys.executable).with_name("passend")
NOT_HERE = {
    "make run": "CI's own tests do what it does: see below",
    "make test": "is what runs this",
    "passend open": "shows a browser; tests/cli/test_cli.py asks for the address",
    "source .venv/bin/activate": "the command is called by its path",
    "passend run --source live": "the real services",
    "passend dev --source live": "serves until it is stopped; tests/test_ui.py starts and stops it",
}
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.partition("  #")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line and not line.startswith("#")
]
QUERIES = [each for each in COMMANDS if each.startswith(("passend query", "passend tables"))]
OTHERS = [each for each in COMMANDS if each not in QUERIES and each not in NOT_HERE]


def passend(command, cwd, *more):
    name, *arguments = shlex.split(command)
    assert name == "passend", f"{command!r} is neither run here nor listed as one that is not"
    return subprocess.run([PASSEND, *arguments, *more], cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


def test_what_is_not_run_here_still_stands_in_the_readme():
    assert set(NOT_HERE) <= set(COMMANDS)


def test_make_run_is_the_run_that_the_tests_look_at(national):
    dry = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "run"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert dry.stdout.rstrip().endswith("passend run --source sandbox")
    assert "passend run --source sandbox" in shlex.join(str(each) for each in national.run.args)


def test_there_are_five_questions_and_a_list_of_what_can_be_asked():
    assert len(QUERIES) == 6


@pytest.mark.parametrize("command", QUERIES, ids=range(1, len(QUERIES) + 1))
def test_a_question_is_answered_with_rows(command, national, tmp_path):
    done = passend(command, tmp_path, "--data-dir", str(national.data), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout), f"no rows: {command}"


def test_the_other_commands_do_what_they_say(tmp_path):
    """In a folder of their own, with a few rows in the two folders that are named."""
    write_package(tmp_path / "duo-2026-08", without=("postcode4", "swv_regio_wettelijk"))
    write_package(tmp_path / "reference", without=("vestigingen_bo", "gemeenten", "leerlingen_po_historisch"))
    for command in OTHERS:
        done = passend(command, tmp_path)
        assert done.returncode == 0, f"{command}: {done.stderr}"
    assert (tmp_path / "data" / "releases" / "latest" / "passend_onderwijs.duckdb").is_file()


def test_what_you_get_is_in_a_release(national):
    (tree,) = re.findall(r"```\ndata/releases/latest/\n(.*?)```", README, re.DOTALL)
    named = re.findall(r"[\w/]+\.(?:duckdb|json|html|ttl|jsonld|cff)\b", tree)
    assert len(named) == 7
    assert not [name for name in named if not (national.release / name).is_file()]
