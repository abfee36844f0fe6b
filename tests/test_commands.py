"""Commands for those who build this (tools/, bench/, docs/, `python -m tests.…`) explain themselves before they begin."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

# started by a fault, with the whole command line of another command behind it
WITHIN = "tests/faults/child.py"
COMMANDS = [
    path
    for folder in ("tools", "bench", "docs", "tests")
    for path in sorted((REPOSITORY / folder).rglob("*.py"))
    if "sys.argv" in (text := path.read_text(encoding="utf-8")) or "argparse" in text
    if ("__main__" in text or folder == "bench") and not path.name.startswith("test_") and path != REPOSITORY / WITHIN
]


def typed(command: Path, word: str) -> subprocess.CompletedProcess[str]:
    where = command.relative_to(REPOSITORY)
    module = str(where.with_suffix("")).replace("/", ".").removesuffix(".__main__")
    how = ["-m", module] if where.parts[0] == "tests" else [str(where)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, *how, word], cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_every_command_is_found():
    names = {str(path.relative_to(REPOSITORY)) for path in COMMANDS}
    assert {
        "tools/pages.py", "tools/audit.py", "bench/bench.py", "bench/floor.py", "docs/ten_questions.py", "tests/year/__main__.py",
        "tests/faults/__main__.py", "tests/faults/soak.py",
    } <= names  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_a_command_that_is_asked_for_help_or_not_understood_begins_nothing(command):
    helped, odd = typed(command, "--help"), typed(command, "--onzin")
    assert (helped.returncode, helped.stdout.startswith("usage: ")) == (0, True), helped.stdout + helped.stderr
    assert (odd.returncode, "error: " in odd.stderr) == (2, True), odd.stdout + odd.stderr
