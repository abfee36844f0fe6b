"""Which of Dagster's runs stay, and what the UI still knows of those that went."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import dagster as dg
import pytest

from assets.local import history
from assets.local.instance import HOME, open_instance
from assets.local.runner import OF_THE_LOCATION
from pipeline.archive.looks import RUNS
from pipeline.settings import Settings
from pipeline.store.objects import Store

TODAY = datetime.now(UTC).date()


@dg.asset(check_specs=[dg.AssetCheckSpec("telt", asset="register")])
def register():
    yield dg.MaterializeResult(metadata={"dagster/row_count": 3})
    yield dg.AssetCheckResult(passed=True, asset_key="register", check_name="telt")


@dg.asset
def tabel():
    return dg.MaterializeResult(metadata={"dagster/row_count": 5})


@dg.asset
def kapot():
    raise ValueError("kapot")


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.delenv(HOME, raising=False)
    return Settings(data_dir=tmp_path)


@pytest.fixture
def instance(settings):
    with open_instance(settings) as opened:
        opened.create_run_for_job = partial(opened.create_run_for_job, remote_job_origin=OF_THE_LOCATION)
        yield opened


def run(instance, settings, *assets, unchanged=False):
    """Run assets, with a document of what the run found. Returns its id."""
    done = dg.materialize(assets, instance=instance, raise_on_error=False)
    assert Store(settings.data_dir).put_json(f"{RUNS}/{done.run_id}/started.json", {})
    if unchanged:
        history.mark_unchanged(instance, done.run_id)
    return done.run_id


def there(instance, settings):
    """The runs that Dagster knows, after it was seen that the disk holds just those."""
    known = {each.dagster_run.run_id for each in instance.get_run_records()}
    files = {each.stem for each in (settings.dagster_home / "history" / "runs").glob("*.db")} - {"index"}
    documents = {each.split("/")[1] for each in Store(settings.data_dir).names(RUNS)}
    assert known == files == documents
    return known


def test_of_runs_that_found_nothing_new_the_last_stays(instance, settings):
    made = run(instance, settings, register, tabel)
    same = [run(instance, settings, register, unchanged=True) for _ in range(4)]
    assert history.trim(instance, settings, TODAY) == 3
    # the first made the table as it is shown, the last the register
    assert there(instance, settings) == {made, same[-1]}
    assert history.trim(instance, settings, TODAY) == 0


def test_what_the_ui_shows_as_latest_stays_known_however_old(instance, settings):
    made = run(instance, settings, register, tabel)
    run(instance, settings, register)
    run(instance, settings, register)
    last = run(instance, settings, register)
    assert history.trim(instance, settings, TODAY + timedelta(days=1000)) == 2
    assert there(instance, settings) == {made, last}
    rows = {}
    for asset in ("register", "tabel"):
        event = instance.get_latest_materialization_event(dg.AssetKey(asset))
        rows[asset] = (event.run_id, event.asset_materialization.metadata["dagster/row_count"].value)
    assert rows == {"register": (last, 3), "tabel": (made, 5)}
    key = dg.AssetCheckKey(dg.AssetKey("register"), "telt")
    found = instance.event_log_storage.get_asset_check_execution_history(key, 10)
    assert [each.run_id for each in found] == [last, made]


def test_a_run_that_failed_stays_for_the_days_of_the_settings_and_the_last_try_of_an_asset_longer(instance, settings):
    failed = [run(instance, settings, kapot) for _ in range(2)]
    few = settings.with_(keep_run_days=2)
    assert history.trim(instance, few, TODAY + timedelta(days=1)) == 0
    assert history.trim(instance, few, TODAY + timedelta(days=4)) == 1
    assert there(instance, settings) == {failed[1]}


def test_runs_of_others_and_runs_at_work_stay(instance, settings):
    begun = dg.materialize([register], instance=instance)
    instance.add_run(begun.dagster_run.with_status(dg.DagsterRunStatus.STARTED)._replace(run_id="aan-het-werk"))
    foreign = []
    with open_instance(settings) as other:  # which does not say where its runs are from
        foreign = [dg.materialize([register], instance=other).run_id for _ in range(2)]
    assert history.trim(instance, settings, TODAY + timedelta(days=1000)) == 1
    assert {each.dagster_run.run_id for each in instance.get_run_records()} == {"aan-het-werk", *foreign}
