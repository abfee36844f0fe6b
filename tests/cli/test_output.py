"""What is shown fits 80 columns with nothing cut, holds no control codes where nobody sees them, and is JSON when asked for."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import typer
from rich.console import Console

from assets.command import main
from pipeline.cli import app
from pipeline.cli import output as screen
from pipeline.cli.application import EXIT_CODES
from pipeline.releases.release import LATEST
from tests.conftest import REPOSITORY
from tests.support.small import write_package

PASSEND = Path(sys.executable).with_name("passend")
COMMANDS = typer.main.get_command(app).commands
GUIDE = (REPOSITORY / "docs" / "command-line.md").read_text(encoding="utf-8")
ESCAPE, COLOUR = "\x1b", re.compile(r"\x1b\[[\d;]*3[0-7]m")


def examples(name):
    """The examples in the help of a command, as the words that a shell would make of them."""
    text = COMMANDS[name].epilog.removesuffix(EXIT_CODES).partition("Examples:")[2].replace("\\\n", " ")
    return [shlex.split(line.partition(" > ")[0]) for line in text.splitlines() if line.strip()]


ALL = [pytest.param(words, id=" ".join(words)) for name in COMMANDS for words in examples(name)]
# what asks for the world outside, for a server that stays, or for a person's judgement
ELSEWHERE = re.compile(r"--source (live|\./)|s3://|passend dev|passend accept|passend rollback|2026\.08|--undo|--json")


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


class EndedError(Exception):
    pass


def passend(folder, *arguments):
    """What ``passend`` gives, in this process: it takes a second less than one of its own."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))

    def leave(code):
        raise EndedError(code)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PASSEND_DATA_DIR", str(folder / "data"))
        patch.setattr(sys, "argv", ["passend", *arguments])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setattr(os, "_exit", leave)
        patch.setattr("gc.set_threshold", lambda *_: None)
        patch.chdir(folder)
        with pytest.raises(EndedError) as ended:
            main()
    return Done(ended.value.args[0], *(each.buffer.getvalue().decode() for each in (out, err)))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder with two releases, so that there is something to compare and to go back to."""
    folder = tmp_path_factory.mktemp("screen")
    for name, changed in (("eerst", {}), ("later", {"gemeenten": [{"gemeentenummer": "GM0363", "naam": "Mokum"}]})):
        done = passend(folder, "run", "--accept-diff", "all: test", "--source", str(write_package(folder / name, **changed)))
        assert done.returncode == 0, done.stderr
    (folder / "vraag.sql").write_text("-- of which help speaks\nselect naam from samenwerkingsverband", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_help_tells_by_example_and_fits(name, tmp_path):
    shown = passend(tmp_path, name, "--help")
    assert shown.returncode == 0
    assert all(" ".join(words[:2]) == f"passend {name}" for words in examples(name))
    for words in examples(name):
        assert " ".join(words[:3]) in shown.stdout.replace('"', ""), "an example stands on a line of its own"
    assert "Exit codes: 0 done" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


@pytest.mark.parametrize("words", ALL)
def test_an_example_is_a_command_line_that_can_be_read(words):
    COMMANDS[words[1]].make_context(words[1], words[2:])


def test_every_command_is_in_the_list_with_a_whole_sentence(tmp_path):
    shown = passend(tmp_path, "--help").stdout
    assert all(re.search(rf"^  {name} +\S", shown, re.MULTILINE) for name in COMMANDS)
    assert "..." not in shown.partition("Commands:")[2]


@pytest.mark.parametrize("words", [each for each in ALL if not ELSEWHERE.search(each.id)])
def test_an_example_works_and_its_answer_fits(words, data):
    given = [*words[1:], *(["--source", str(data / "later")] if words[1] == "run" else [])]
    done = passend(data, *given)
    assert done.returncode == 0, done.stderr
    for line in [*done.stdout.splitlines(), *done.stderr.splitlines()]:
        assert len(line) <= 80 or len(line.split()) == 1 or "--format" in given, line
        assert not set(line) & {ESCAPE, "…"}


# the shape of each document is a promise (docs/command-line.md): a name may be added, none may go
DOCUMENTS = {
    ("run",): {"release", "datasets", "tables", "checks", "not_passed", "links", "seconds", "notes"},
    ("check",): {"release", "tables", "checks", "not_passed", "report"},
    ("diff",): {"before", "after", "schools", "tables"},
    ("rebuild",): {"release", "same", "tables"},
    ("export", "--format", "csv", "--table", "vestiging"): {"place", "files"},
    ("funding", "PO2707"): {
        "swv_code", "naam", "uitgave", "perioden", "periode", "regels", "verschillen", "opmerkingen",
    },
    ("funding", "PO2707", "--periode", "2015-2016"): {
        "swv_code", "naam", "periode", "uitgave", "regels", "verschillen", "opmerkingen",
    },
    ("rollback",): {"at", "by", "origin", "target", "undo"},
    ("rollback", "--undo"): {"at", "by", "origin", "target", "undo"},
}  # fmt: skip


@pytest.mark.parametrize("arguments", DOCUMENTS, ids=" ".join)
def test_json_is_one_document_of_a_known_shape(arguments, data):
    source = ("--source", str(data / "later")) if arguments == ("run",) else ()
    done = passend(data, *arguments, *source, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert set(document) == DOCUMENTS[arguments]
    assert all(f"`{name}`" in GUIDE for name in document), "docs/command-line.md names every part"


def test_lists_are_lists(data):
    for arguments, names in ((("sources",), {"dataset", "state", "refused"}), (("query", "from vestiging"), {"vestigingscode"})):
        records = json.loads(passend(data, *arguments, "--json").stdout)
        assert names <= set(records[0])
        if arguments[0] == "sources":
            assert all(f"`{name}`" in GUIDE for name in records[0])


def test_an_error_is_the_last_line_of_standard_error_as_json(data):
    done = passend(data, "query", "from scholen", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    error = json.loads(done.stderr.splitlines()[-1])
    assert (error["error"], error["exit_code"]) == ("SettingsError", 2)
    assert "scholen" in error["message"]


def test_progress_leaves_standard_output_to_the_document(tmp_path):
    done = passend(tmp_path, "run", "--json", "--source", str(write_package(tmp_path / "klein")))
    assert json.loads(done.stdout)["release"]["unchanged"] is False
    assert "  stage   stg_vestigingen_bo" in done.stderr


def on_a_terminal(folder, *arguments, **given):
    """What a person would see: everything that is written to a terminal of 80 columns."""
    master, terminal = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    environment |= {"COLUMNS": "80", "TERM": "xterm-256color", "PASSEND_DATA_DIR": str(folder / "data"), **given}
    with subprocess.Popen([PASSEND, *arguments], stdin=terminal, stdout=terminal, stderr=terminal, env=environment) as process:
        os.close(terminal)
        seen = b""
        while True:
            try:
                part = os.read(master, 65_536)
            except OSError:  # how Linux says that the other side has gone
                break
            if not part:
                break
            seen += part
    os.close(master)
    return process.returncode, seen.decode()


def test_a_terminal_sees_a_bar_and_colours(tmp_path, data):
    source = str(write_package(tmp_path / "klein"))
    code, seen = on_a_terminal(tmp_path, "run", "--source", source)
    assert (code, "━" in seen) == (0, True)
    totals = re.findall(r"(\d+)/(\d+)", re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", seen))
    assert totals[-1][0] == totals[-1][1], "as many steps were done as were announced"
    code, seen = on_a_terminal(data, "query", "from scholen")
    assert (code, bool(COLOUR.search(seen))) == (2, True)


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_who_wants_no_colour_gets_none(data, environment):
    code, seen = on_a_terminal(data, "query", "from scholen", **environment)
    assert (code, "passend:" in seen, COLOUR.search(seen)) == (2, True, None)


def test_a_shell_completes_commands_options_and_names(data):
    environment = {**os.environ, "PASSEND_DATA_DIR": str(data / "data"), "PATH": f"{PASSEND.parent}:{os.environ['PATH']}"}

    def offered(*words):
        ask = 'eval "$(passend --show-completion)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _passend_completion passend'
        run = ["bash", "-c", f'{ask}; echo "${{COMPREPLY[@]}}"', "bash", *words]
        return subprocess.run(run, capture_output=True, text=True, check=True, env=environment).stdout.split()

    assert offered("passend", "re") == ["rebuild"]
    assert offered("passend", "export", "--f") == ["--format"]
    assert offered("passend", "export", "--format", "geo") == ["geojson", "geoparquet"]
    assert offered("passend", "accept", "vestigingen_") == ["vestigingen_bo", "vestigingen_so", "vestigingen_vo"]
    assert offered("passend", "export", "--table", "koppelc") == ["koppelconflict"]
    assert "stg_vestigingen_bo" in offered("passend", "run", "--only", "stg_v")
    there = sorted(each.name for each in (data / "data" / "releases").glob("2*") if each.name != LATEST)
    assert len(there) == 2
    assert sorted(offered("passend", "diff", "2")) == there


def test_the_version_is_shown(tmp_path):
    assert re.fullmatch(r"passend \d+\.\d+\.\d+, code [0-9a-f]{12}\n", passend(tmp_path, "--version").stdout)


@pytest.mark.parametrize(
    ("reason", "as_table"),
    [
        ("een reden die langer is dan de breedte van het scherm en die tussen woorden breekt " * 2, True),
        ("x" * 79, False),
        ("[bold]rood[/]", True),
        ("\x1b[31mrood\x07", True),
    ],
)
def test_nothing_of_a_table_is_cut_and_nothing_in_it_steers_the_terminal(monkeypatch, reason, as_table):
    seen = io.StringIO()
    monkeypatch.setattr(screen, "OUT", Console(file=seen, width=80, markup=False, highlight=False, emoji=False))
    screen.show("Titel", ("swv_code", "reden"), [("PO2001", reason)])
    shown = seen.getvalue()
    assert ("row 1" in shown) is not as_table
    assert all(len(line) <= 80 or len(line.split()) == 1 for line in shown.splitlines())
    whole = "".join(re.sub("[\x1b\x07]", "\ufffd", reason).split())
    assert whole in "".join(shown.partition("PO2001")[2].removeprefix("\n  reden").split())
