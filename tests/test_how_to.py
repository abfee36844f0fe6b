"""What docs/how-to/ tells to do is done here to the letter: its files are written, its commands and its code are run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.support.small import write_package

HOW_TO = REPOSITORY / "docs" / "how-to"


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """What each command of the two pages on adding printed, in a copy of the project in which their files were written.

    The only change: a few rows stand in for the sandbox.
    """
    copy = tmp_path_factory.mktemp("copy")
    for folder in ("pipeline", "assets", "expectations"):
        shutil.copytree(REPOSITORY / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    write_package(copy / "sandbox")
    commands: list[str] = []
    for page in ("add-a-registry.md", "add-a-table.md"):
        text = (HOW_TO / page).read_text(encoding="utf-8")
        for path, content in re.findall(r"`([\w/-]+\.\w+)`[^`]*?:\n\n```\w+\n(.*?)```", text, re.DOTALL):
            (copy / path).parent.mkdir(exist_ok=True)
            with (copy / path).open("a", encoding="utf-8") as file:
                file.write(content)
        commands += re.findall(r"^passend .+", text, re.MULTILINE)
    passend = Path(sys.executable).with_name("passend")
    environment = {**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "200"}
    printed = {}
    for command in dict.fromkeys(commands):
        arguments = [each.replace("sandbox", "./sandbox") for each in shlex.split(command)[1:]]
        done = subprocess.run([passend, *arguments], cwd=copy, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        printed[command] = done.stdout
    return printed


def test_the_registry_of_the_page_is_read_and_its_bad_row_is_kept_with_the_reason(followed):
    (said,) = (printed for command, printed in followed.items() if "afgekeurd" in command)
    assert re.search(r"4 +gemeentenummer +XX", said), said


def test_the_table_of_the_page_is_in_the_release(followed):
    (said,) = (printed for command, printed in followed.items() if "from vestigingen_onderwijsregio" in command)
    assert re.search(r"Amsterdam +BO +2", said), said
    assert re.search(r"Noord +BO +1", said), said


def test_the_code_for_python_runs_as_it_stands_on_the_page(national, tmp_path):
    code = "\n".join(re.findall(r"```python\n(.*?)```", (HOW_TO / "python.md").read_text(encoding="utf-8"), re.DOTALL))
    (tmp_path / "data").symlink_to(national.data)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "VSO" in done.stdout
    assert "WGS84 degrees north" in done.stdout
