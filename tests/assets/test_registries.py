"""A registry in Dagster: what makes it fresh, and what a look that retrieved nothing leaves behind."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest

from assets.build import build_defs, load_project
from assets.jobs import JOB
from assets.local import runner
from assets.registries import CURRENT, registry_key
from pipeline.settings import Settings
from tests.support.server import answer
from tests.support.small import TABLES, csv_of

PATH = "/02.-alle-schoolvestigingen-basisonderwijs.csv"
PROJECT = load_project()
REGISTRY, TABLE = registry_key("vestigingen_bo"), dg.AssetKey("stg_vestigingen_bo")
GIVEN = csv_of(PROJECT.staging["stg_vestigingen_bo"], TABLES["vestigingen_bo"])


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def look(tmp_path, server, instance):
    """Materialize a registry and the table it feeds, as in the UI, with one server that may have the file."""
    nowhere = dict.fromkeys(Settings().bases(), "")
    settings = Settings(data_dir=tmp_path, sources=("live",), attempts=1, **{**nowhere, "duo": server.url})

    def once() -> dg.ExecuteInProcessResult:
        job = build_defs(settings, PROJECT).resolve_job_def(JOB)
        done = job.execute_in_process(instance=instance, asset_selection=[REGISTRY, TABLE], run_config=runner.QUIET)
        assert {event.step_key for event in done.get_step_success_events()} >= {"registry__vestigingen_bo", TABLE.path[0]}
        return done

    return once


def events(instance: dg.DagsterInstance) -> tuple[int, int]:
    """How often it was materialized, and observed."""
    made, seen = instance.fetch_materializations(REGISTRY, 9), instance.fetch_observations(REGISTRY, 9)
    return len(made.records), len(seen.records)


def test_only_a_look_that_found_it_in_order_makes_a_registry_fresh_and_what_is_made_from_it_goes_on(look, instance, server):
    server.on(PATH, answer(503))
    nothing = look()
    assert events(instance) == (0, 1)
    (check,) = (each for each in nothing.get_asset_check_evaluations() if each.check_name == CURRENT)
    assert not check.passed

    server.on(PATH, answer(200, GIVEN, ETag='"1"'), answer(304))
    look()
    assert events(instance) == (1, 1)
    look()  # nothing new is in order too
    assert events(instance) == (2, 1)

    server.on(PATH, answer(503))
    again = look()
    assert events(instance) == (2, 2)
    (seen,) = instance.fetch_observations(REGISTRY, 1).records
    assert seen.asset_observation.metadata["files"].value == 1
    assert "the last good file is used instead" in seen.asset_observation.metadata["messages"].value
    (made,) = (each for each in again.get_asset_materialization_events() if each.asset_key == TABLE)
    assert made.materialization.metadata["dagster/row_count"].value == 3


def test_a_registry_that_no_origin_provides_is_not_fresh(look, instance):
    look()
    assert events(instance) == (0, 1)
