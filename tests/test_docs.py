"""The pages that are made from the code are those in the repository, and every page's links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from typer.main import get_command

from assets.build import load_project
from pipeline.cli import app
from pipeline.errors import exit_codes
from tests.conftest import REPOSITORY

DOCS = REPOSITORY / "docs"
PAGES = [*sorted(REPOSITORY.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
TOOLS = sorted(each.stem for each in (REPOSITORY / "tools").glob("*.py"))


@pytest.fixture(scope="module")
def tools():
    """The module that knows what is made, imported as `make pages` runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(REPOSITORY / "tools"))
        import pages

        for name in TOOLS:
            patch.delitem(sys.modules, name, raising=False)
        yield pages


def test_what_is_made_from_the_code_is_as_the_code_is(tools):
    made = tools.pages(load_project())
    for path, text in made.items():
        assert (DOCS / path).read_text(encoding="utf-8") == text, f"{path}: run `make pages`"
    assert not tools.left_over(made), "run `make pages`"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The pages as `make docs` builds them."""
    target = tmp_path_factory.mktemp("docs")
    command = ["-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going", "-c", DOCS, "-d", target / "trees"]
    done = subprocess.run(
        [sys.executable, *command, REPOSITORY, target / "html"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return target / "html"


def test_every_page_is_built_and_none_takes_anything_from_elsewhere(built):
    for page in PAGES:
        html = built / page.relative_to(REPOSITORY).with_suffix(".html")
        fetched = re.findall(
            r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=.(?:https?:)?//[^>]*", html.read_text(encoding="utf-8")
        )
        assert not fetched, page
    for style in built.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*.?(?:https?:)?//", style.read_text(encoding="utf-8")), style


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_a_link_within_the_project_leads_to_a_file(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_a_file_of_the_project_that_a_page_names_is_there(page):
    """But for the files that a how-to page has its reader write."""
    text = page.read_text(encoding="utf-8")
    written = set(re.findall(r"[Aa] new file, `([\w/.-]+)`", text))
    named = set(re.findall(r"`((?:assets|bench|expectations|pipeline|tests|tools)/[\w./-]*)`", text))
    assert not {each for each in named - written if not (REPOSITORY / each).exists()}


def test_every_command_stands_on_the_page_of_commands():
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `passend ([\w-]+)", text, re.MULTILINE)
    assert sorted(named) == sorted(get_command(app).commands)


def test_every_exit_code_stands_on_the_page_of_commands():
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", text.partition("| exit code |")[2].partition("\n\n")[0], re.MULTILINE)
    assert {int(code): meaning for code, meaning in rows} == exit_codes()


def test_every_word_of_a_table_or_column_is_in_the_glossary():
    """A plural counts as its word: `samenwerkingsverbanden`, `locaties`."""
    project = load_project()
    named = {part for table in [*project.staging, *project.curated] for part in table.removeprefix("stg_").split("_")}
    named |= {part for contract in project.curated.values() for name in contract.columns for part in name.split("_")}
    rows = re.findall(r"^\| (.+?) \|", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    known = {word for row in rows for word in re.split(r"[ ,]+", row)}
    missing = {each for each in named if not {each, *(each.removesuffix(plural) for plural in ("n", "en", "s"))} & known}
    assert not {each for each in missing if not re.fullmatch(r"\d+(km)?", each)}
