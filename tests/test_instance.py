"""Where runs are kept: the UI and the command line look at the same, and nothing is reported to anyone."""

from __future__ import annotations

import dagster as dg
import pytest
import yaml

from assets import instance
from pipeline.settings import Settings


@dg.asset(check_specs=[dg.AssetCheckSpec("telt", asset="getal")])
def getal():
    yield dg.MaterializeResult(metadata={"dagster/row_count": 3})
    yield dg.AssetCheckResult(passed=False, asset_key="getal", check_name="telt", severity=dg.AssetCheckSeverity.WARN)


@pytest.fixture(autouse=True)
def home(monkeypatch):
    monkeypatch.delenv(instance.HOME, raising=False)


def test_a_run_is_kept_with_its_rows_and_checks_where_another_process_would_look(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with instance.open_instance(settings) as first:
        done = dg.materialize([getal], instance=first)
        assert done.success
    with instance.open_instance(settings) as second:
        (record,) = second.get_run_records()
        assert record.dagster_run.run_id == done.run_id
        event = second.get_latest_materialization_event(dg.AssetKey("getal"))
        assert event.asset_materialization.metadata["dagster/row_count"].value == 3
        (check,) = second.event_log_storage.get_asset_check_execution_history(dg.AssetCheckKey(dg.AssetKey("getal"), "telt"), 1)
        assert check.status.value == "FAILED"


def test_the_event_log_keeps_its_connections_open_and_is_readable_by_the_stock_one(tmp_path):
    from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

    made = []
    listen = instance.sa.create_engine
    with pytest.MonkeyPatch.context() as patch, instance.open_instance(Settings(data_dir=tmp_path)) as opened:
        patch.setattr(instance.sa, "create_engine", lambda *a, **k: made.append(a) or listen(*a, **k))
        done = dg.materialize([getal], instance=opened)
        # one for the run's own log; the index was open already. The stock storage makes one for every event.
        assert len(made) <= 2
        events = opened.all_logs(done.run_id)
    stock = SqliteEventLogStorage(str(tmp_path / "dagster" / "history" / "runs"))
    with dg.DagsterInstance.ephemeral() as other:
        stock.register_instance(other)
        assert len(stock.get_logs_for_run(done.run_id)) == len(events) > 5
    stock.dispose()


def test_no_more_logs_are_held_open_than_a_machine_can_bear(tmp_path):
    with instance.open_instance(Settings(data_dir=tmp_path)) as opened:
        storage = opened.event_log_storage
        for number in range(instance.OPEN_SHARDS + 5):
            with storage.run_connection(f"run-{number}"):
                pass
        assert len(storage._engines) == instance.OPEN_SHARDS


def test_nothing_is_reported_to_the_maker_of_the_orchestrator(tmp_path):
    home = instance.prepare_home(Settings(data_dir=tmp_path))
    config = yaml.safe_load((home / "dagster.yaml").read_text())
    assert config["telemetry"] == {"enabled": False}
    assert config["nux"] == {"enabled": False}


def test_settings_of_ones_own_are_kept(tmp_path):
    home = instance.prepare_home(Settings(data_dir=tmp_path))
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    instance.prepare_home(Settings(data_dir=tmp_path))
    assert (home / "dagster.yaml").read_text() == "telemetry: {enabled: false}\n"


def test_a_home_of_ones_own_is_used(tmp_path, monkeypatch):
    monkeypatch.setenv(instance.HOME, str(tmp_path / "elsewhere"))
    assert instance.prepare_home(Settings(data_dir=tmp_path)) == tmp_path / "elsewhere"
    assert not (tmp_path / "dagster").exists()
