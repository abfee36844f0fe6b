"""What the name of a table covers: its query, its contract, the code that makes it and what it reads; and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assets.project import load_project
from pipeline import code
from pipeline.checks import outcomes
from pipeline.curated import build
from pipeline.project import Project
from pipeline.run import version
from pipeline.staging import editions as staged
from pipeline.staging import reader
from tests.support import editions


def built(settings, project=None):
    """Run with a project. Returns what was staged, built and checked."""
    steps = []
    editions.run(settings, steps.append, project=project)
    return {
        kind: {each.subject for each in steps if each.kind == kind and not each.unchanged} for kind in ("stage", "build", "check")
    }


def with_query(project: Project, table: str, sql: str) -> Project:
    return replace(project, models={**project.models, table: replace(project.models[table], sql=sql)})


@pytest.mark.parametrize("table", ["vestiging_bekend", "koppeling", "postcode4"])
def test_a_comment_in_a_query_makes_its_table_again_and_nothing_that_reads_it(two_copied, table):
    project = load_project()
    readers = {each for each, model in project.models.items() if table in model.depends}
    assert readers
    noted = with_query(project, table, f"-- a comment\n{project.models[table].sql}")
    assert built(two_copied, noted) == {"stage": set(), "build": {table}, "check": set()}
    assert built(two_copied, noted) == {"stage": set(), "build": set(), "check": set()}


def test_a_change_that_shows_makes_what_reads_it_again_as_far_as_it_shows(two_copied):
    project = load_project()
    louder = with_query(project, "gemeente", f"select * replace (upper(naam) as naam) from ({project.models['gemeente'].sql})")
    readers = {each for each, model in project.models.items() if "gemeente" in model.depends}
    found = built(two_copied, louder)
    assert found["build"] >= {"gemeente", *readers}
    assert "gemeente" in found["check"]
    assert not found["build"] & {"postcode4", "vestiging_historie"} - readers


def edited(monkeypatch, tmp_path, module):
    """Let a module have a comment more, as far as hashes of code go."""
    source = code._file(module)
    copy = tmp_path / source.name
    copy.write_text(f"# a comment\n{source.read_text(encoding='utf-8')}", encoding="utf-8")
    monkeypatch.setattr(code, "_file", lambda name, found=code._file: copy if name == module else found(name))
    forget()


def forget():
    code.version_of.cache_clear()
    staged.recipe.cache_clear()


@pytest.fixture
def fresh():
    """Hashes of code are worked out once in a process; a test that changes one leaves none behind."""
    forget()
    yield
    forget()


@pytest.mark.usefixtures("fresh")
def test_a_comment_in_a_function_that_makes_a_table_makes_that_table_again_alone(two_copied, monkeypatch, tmp_path):
    edited(monkeypatch, tmp_path, "pipeline.funding.formulas")
    assert built(two_copied) == {"stage": set(), "build": {"ondersteuningsbekostiging_swv"}, "check": set()}


@pytest.mark.usefixtures("fresh")
def test_a_comment_in_the_reader_reads_everything_again_and_makes_nothing_of_it(two_copied, monkeypatch, tmp_path):
    edited(monkeypatch, tmp_path, reader.__name__)
    found = built(two_copied)
    assert "stg_vestigingen_bo" in found["stage"]
    assert (found["build"], found["check"]) == (set(), set())


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("module", ["pipeline.run.alerts", "pipeline.releases.report", "pipeline.cli.output", "pipeline.run.run"])
def test_a_comment_in_a_module_that_makes_no_table_makes_nothing_again(two_copied, monkeypatch, tmp_path, module):
    edited(monkeypatch, tmp_path, module)
    assert built(two_copied) == {"stage": set(), "build": set(), "check": set()}


def test_a_recipe_covers_what_its_code_imports_and_no_command_no_page_and_no_message():
    transforms = {each.transform.module for each in load_project().models.values() if each.transform}
    covered = code.closure(reader.__name__, build.__name__, *version.MAKERS, *outcomes.CODE, *transforms)
    assert {
        "pipeline.contracts.codecs",
        "pipeline.staging.cells",
        "pipeline.curated.areas",
        "pipeline.funding.formulas",
    } <= covered
    rooms = {each.split(".")[1] for each in covered}
    assert not rooms & {"cli", "releases", "describe", "export", "site", "sandbox", "registries", "archive"}
    assert not covered & {"pipeline.run.alerts", "pipeline.run.run", "pipeline.run.summary", "pipeline.settings"}
