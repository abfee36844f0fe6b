"""The edition of a year: asked for by a backfill, kept, and used by every run from then on; or not to be had, and said."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
import pytest

from assets.build import build_defs, load_project
from assets.editions import YEARS, edition_assets
from assets.jobs import JOB
from assets.resources import KEY, run_resource
from pipeline.archive.archive import Archive
from pipeline.archive.states import states
from pipeline.run.run import open_run
from pipeline.settings import Settings
from pipeline.store.objects import Store
from tests.support.made import ask
from tests.support.server import Server, answer
from tests.support.small import csv_of

PROJECT = load_project()
NAME = "leerlingen_vo_vestiging"
CONTRACT = PROJECT.staging[f"stg_{NAME}"]
PATH = "/03.-leerlingen-vo-per-vestiging-en-bestuur-(vavo-apart)-{}.csv"


def edition(pupils: int) -> bytes:
    return csv_of(CONTRACT, [{"instellingscode": "01AA", "vestigingscode": "01AA00", "leerlingen": str(pupils)}])


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    for year, pupils in {2019: 19, 2020: 20, datetime.now(UTC).year: 99}.items():
        made.on(PATH.format(year), answer(200, edition(pupils)))
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path, server) -> Settings:
    nowhere = dict.fromkeys(Settings().bases(), "")
    return Settings(data_dir=tmp_path, sources=("live",), attempts=1, **{**nowhere, "duo": server.url})


def backfill(settings: Settings, year: int) -> dg.ExecuteInProcessResult:
    (asset,) = (each for each in edition_assets(PROJECT) if each.key.path[-1] == NAME)
    opened = run_resource(lambda run_id: open_run(settings, PROJECT, run_id=run_id))
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize([asset], instance=instance, resources={KEY: opened}, partition_key=str(year), raise_on_error=False)


def told(result: dg.ExecuteInProcessResult) -> str:
    (failure,) = result.filter_events(lambda each: each.is_step_failure)
    return failure.step_failure_data.user_failure_data.description


def staged(settings: Settings) -> list[tuple[str, int]]:
    with open_run(settings, PROJECT, run_id=uuid.uuid4().hex) as run:
        run.make(CONTRACT.table)
    return ask(settings, f"select editie::varchar, leerlingen from {CONTRACT.table} order by 1", CONTRACT.table)


def test_each_registry_with_an_address_per_year_has_a_partition_per_year_and_no_other_has():
    yearly = {asset.key.path[-1] for asset in edition_assets(PROJECT)}
    assert yearly == {name for name, each in PROJECT.catalogue.items() if "{jaar" in str(each.where)}
    assert NAME in yearly
    keys = YEARS.get_partition_keys(current_time=datetime(2026, 5, 1, tzinfo=UTC))
    assert (keys[0], keys[-1], len(keys)) == ("2014", "2026", 13)


def test_no_job_takes_the_partitions_along_and_the_registry_shows_where_its_years_come_from():
    defs = build_defs(Settings(), PROJECT)
    assert defs.resolve_job_def(JOB).partitions_def is None
    registry = defs.resolve_asset_graph().get(dg.AssetKey(["registry", NAME]))
    assert registry.parent_keys == {dg.AssetKey(["edition", NAME])}


def test_years_that_were_asked_for_are_staged_beside_the_newest_by_every_run_from_then_on(settings, server):
    this = f"{datetime.now(UTC).year}-10-01"
    assert staged(settings) == [(this, 99)]
    for year in (2019, 2020):
        done = backfill(settings, year)
        assert done.success
        (event,) = done.get_asset_materialization_events()
        assert event.partition == str(year)
        assert event.materialization.metadata["peildatum"].value == f"{year}-10-01"
        assert {"licence", "bytes", "sources"} <= event.materialization.metadata.keys()
    wanted = [("2019-10-01", 19), ("2020-10-01", 20), (this, 99)]
    assert staged(settings) == wanted
    server.requests.clear()
    assert staged(settings) == wanted
    assert [path for path, _ in server.requests] == [PATH.format(this[:4])]  # earlier years are not asked for again


def test_the_year_that_is_the_newest_is_there_once(settings):
    this = datetime.now(UTC).year
    assert backfill(settings, this).success
    assert staged(settings) == [(f"{this}-10-01", 99)]


def test_a_year_that_the_publisher_does_not_give_fails_and_is_not_pretended(settings):
    assert f"there is no edition of 2018 of {NAME} to be had: live: no edition of 2018" in told(backfill(settings, 2018))
    assert [year for year, _ in staged(settings)] == [f"{datetime.now(UTC).year}-10-01"]


@pytest.mark.parametrize(("body", "why"), [(b"<html>", "an HTML page instead of csv"), (b"a;b\n1;2\n", "is no edition of")])
def test_a_year_that_is_something_else_fails_with_what_it_is(settings, server, body, why):
    server.on(PATH.format(2019), answer(200, body))
    assert why in told(backfill(settings, 2019))
    assert len(staged(settings)) == 1


def test_folders_cannot_be_asked_for_a_year(settings, tmp_path):
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "datapackage.json").write_text('{"resources": []}')
    result = backfill(settings.with_(sources=(str(tmp_path / "map"),)), 2019)
    assert "none of the origins given (map) can be asked for a year" in told(result)


def test_a_year_long_past_makes_no_registry_stale(settings):
    backfill(settings, 2019)
    staged(settings)
    (row,) = states({NAME: PROJECT.catalogue[NAME]}, Archive(Store(settings.data_dir)), None, datetime.now(UTC))
    assert (row.state, row.files) == ("fresh", 1)


def test_a_year_that_was_asked_for_is_no_look(settings):
    backfill(settings, 2019)
    (row,) = states({NAME: PROJECT.catalogue[NAME]}, Archive(Store(settings.data_dir)), None, datetime.now(UTC))
    assert (row.state, row.files, row.message) == ("never", 0, "never looked at")
    assert [year[:4] for year, _ in staged(settings)] == ["2019", f"{datetime.now(UTC).year}"]
