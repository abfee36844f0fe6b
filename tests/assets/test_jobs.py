"""The jobs beside the whole one: what each makes, that it makes no release, and that what it leaves is not taken for more."""

from __future__ import annotations

import dagster as dg
import pytest

from assets import jobs
from assets.build import build_defs, load_project
from assets.local import runner
from assets.local.instance import HOME
from pipeline.errors import CheckError
from pipeline.releases.release import latest
from pipeline.run.run import open_run
from pipeline.settings import Settings
from tests.support.editions import FIRST
from tests.support.made import ask
from tests.support.small import write_package


@pytest.fixture(scope="module")
def project():
    return load_project()


@pytest.fixture(autouse=True)
def no_home(monkeypatch):
    monkeypatch.delenv(HOME, raising=False)


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data", sources=(str(write_package(tmp_path / "klein")),))


def execute(settings, project, name, selection=None):
    job = build_defs(settings, project).resolve_job_def(name)
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(instance=instance, raise_on_error=False, asset_selection=selection, run_config=runner.QUIET)


def made(result):
    return {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}


def test_every_table_belongs_to_the_part_that_its_columns_and_its_sources_say(project):
    parts = {table: jobs.part_of(project, table) for table in project.models}
    assert parts["vestiging"] == parts["vestiging_swv"] == parts["swv_postcode4"] == "registers"
    assert parts["leerlingen_swv"] == parts["grensverkeer_swv"] == parts["deelname_swv"] == "tellingen"
    assert parts["bekostigingsparameter"] == parts["ondersteuningsbekostiging_swv"] == parts["swv_kerncijfers"] == "bekostiging"
    assert [table for table, part in parts.items() if part is None] == ["afgekeurd", "bron"]
    assert set(parts.values()) == {*jobs.PARTS, None}


@pytest.mark.parametrize("part", jobs.PARTS)
def test_a_part_takes_its_tables_all_that_they_are_made_from_and_no_release(project, settings, part):
    job = build_defs(settings, project).resolve_job_def(f"alleen_{part}")
    taken = {key.to_user_string() for key in job.asset_layer.selected_asset_keys}
    own = {table for table in project.models if jobs.part_of(project, table) == part}
    needed = {each for table in own for each in project.needed[table]}
    registries = {f"registry/{project.feeders[table].name}" for table in needed & project.staging.keys()}
    assert taken == needed | registries


def test_parts_one_after_the_other_and_then_a_whole_run_that_makes_the_rest(project, settings):
    found = execute(settings, project, "alleen_registers")
    assert found.success
    assert {"registry/vestigingen_bo", "stg_vestigingen_bo", "vestiging_swv"} <= made(found)
    assert not {"leerlingen_swv", "bekostigingsparameter", "bron", "release"} & made(found)
    assert found.get_asset_check_evaluations()
    assert execute(settings, project, "alleen_bekostiging").success
    assert latest(settings.releases_dir) is None
    assert ask(settings, "select count(*) from vestiging", "vestiging") == [(3,)]
    assert ask(settings, "select count(*) > 0 from ondersteuningsbekostiging_swv", "ondersteuningsbekostiging_swv") == [(True,)]
    steps = []
    assert runner.run(settings, report=steps.append).release
    fresh = {step.subject for step in steps if step.kind == "build" and not step.unchanged}
    assert {"bron", "afgekeurd"} <= fresh
    assert not {"vestiging", "ondersteuningsbekostiging_swv"} & fresh
    assert made(execute(settings, project, "alleen_site")) == {"site"}


def test_without_a_release_there_is_no_site_to_make_and_that_is_said(project, settings):
    missing = execute(settings, project, "alleen_site")
    (failure,) = missing.filter_events(lambda each: each.is_step_failure)
    assert "no release" in failure.step_failure_data.user_failure_data.description


def test_a_table_or_a_release_by_itself_is_not_made_from_older_tables(project, two_copied, tmp_path):
    before = latest(two_copied.releases_dir).path.name
    write_package(tmp_path / "klein", **{**FIRST, "vestigingen_bo": FIRST["vestigingen_bo"][:-1]})
    with open_run(two_copied, project, run_id="los") as run:
        with pytest.raises(CheckError, match=r"vestiging was not made: it is made from .*not up to date; run a job"):
            run.make("vestiging")
        with pytest.raises(CheckError, match=r"no release was made.*and \d+ more, which are not up to date"):
            run.release()
    assert latest(two_copied.releases_dir).path.name == before
