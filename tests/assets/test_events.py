"""The event log: few writes, every event, and nothing that Dagster's own storage cannot read."""

from __future__ import annotations

import time
from contextlib import closing

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from assets.local import events
from assets.local.instance import HOME, open_instance
from pipeline.settings import Settings

TEXT, RUN = "een regel", "6f2d52a6-6f0c-4b53-9d0e-0a4c2b7f6f11"


@dg.asset(check_specs=[dg.AssetCheckSpec(f"telt_{number}", asset="getal") for number in range(20)])
def getal(context):
    yield dg.MaterializeResult(metadata={"dagster/row_count": 3})
    for number in range(20):
        yield dg.AssetCheckResult(passed=number > 0, check_name=f"telt_{number}")


@dg.asset
def gestopt(context):
    context.log.info(TEXT)
    raise KeyboardInterrupt


@pytest.fixture
def instance(tmp_path, monkeypatch):
    monkeypatch.delenv(HOME, raising=False)
    with open_instance(Settings(data_dir=tmp_path)) as opened:
        yield opened


@pytest.fixture
def stock(instance, tmp_path):
    """What another process reads, with the storage that Dagster brings."""
    with closing(_Stock(str(tmp_path / "dagster" / "history" / "runs"))) as storage:
        storage.register_instance(instance)
        yield storage


class _Stock(SqliteEventLogStorage):
    def close(self):
        self.dispose()


def entry(text=TEXT):
    """An event of a run that is at work, as a step writes it."""
    return dg.EventLogEntry(None, 20, text, "een-run", time.time(), job_name="taak")


def texts(storage):
    return [each.user_message for each in storage.get_logs_for_run("een-run")]


def test_another_process_reads_a_run_that_has_ended_with_the_stock_storage(instance, stock):
    done = dg.materialize([getal], instance=instance)
    assert [*stock.get_logs_for_run(done.run_id)] == instance.all_logs(done.run_id)
    key = dg.AssetCheckKey(dg.AssetKey("getal"), "telt_0")
    (check,) = stock.get_asset_check_execution_history(key, 1)
    assert check.status.value == "FAILED"
    (record,) = stock.get_asset_records([dg.AssetKey("getal")])
    assert record.asset_entry.last_materialization.asset_materialization.metadata["dagster/row_count"].value == 3


def test_a_run_takes_few_engines_and_few_commits(instance, monkeypatch):
    engines, commits = [], []
    make = sa.create_engine

    def counted(*arguments, **options):
        engine = make(*arguments, **options)
        engines.append(engine)
        sa.event.listen(engine, "commit", commits.append)
        return engine

    monkeypatch.setattr(events.sa, "create_engine", counted)
    monkeypatch.setattr(events, "SECONDS", 60)
    instance.event_log_storage.dispose()  # so that the index is opened once more, and counted
    done = dg.materialize([getal], instance=instance)
    # the index and the run's own log; the stock storage makes an engine for every event, and commits twice
    assert len(engines) == 2
    assert len(commits) < len(instance.all_logs(done.run_id)) / 2


def test_an_index_is_asked_for_until_it_is_complete(instance, monkeypatch):
    storage, asked = instance.event_log_storage, []
    stock = SqliteEventLogStorage.has_secondary_index
    monkeypatch.setattr(SqliteEventLogStorage, "has_secondary_index", lambda self, name: asked.append(name) or stock(self, name))
    assert not storage.has_secondary_index("nieuw")
    storage.enable_secondary_index("nieuw")
    assert [storage.has_secondary_index("nieuw") for _ in range(3)] == [True] * 3
    assert asked == ["nieuw"] * 2


def test_what_an_asset_was_made_as_is_read_once_and_anew_when_it_was_made_again(instance, monkeypatch):
    storage, read, key = instance.event_log_storage, [], dg.AssetKey("getal")
    stock = SqliteEventLogStorage._get_latest_materialization_records
    monkeypatch.setattr(
        SqliteEventLogStorage,
        "_get_latest_materialization_records",
        lambda self, rows: read.append(len(rows)) or stock(self, rows),
    )
    runs = []
    for _ in range(2):
        read.clear()
        runs.append(dg.materialize([getal], instance=instance).run_id)
        records = [record for _ in range(3) for record in storage.get_asset_records([key])]
        assert [each.asset_entry.last_materialization_record.run_id for each in records] == [runs[-1]] * 3
        assert len(read) <= 2  # the run before, and this one


def test_a_column_of_the_assets_is_asked_for_until_it_is_there(instance, monkeypatch):
    storage, asked = instance.event_log_storage, []
    stock = SqliteEventLogStorage._has_asset_key_col_on_connection
    monkeypatch.setattr(
        SqliteEventLogStorage, "_has_asset_key_col_on_connection",
        lambda self, connection, name: asked.append(name) or stock(self, connection, name),
    )  # fmt: skip
    storage._columns.clear()
    assert [storage.has_asset_key_col(name) for name in ("cached_status_data", "cached_status_data", "nieuw", "nieuw")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert asked == ["cached_status_data", "nieuw", "nieuw"]


def test_an_event_waits_for_others(instance, stock, monkeypatch):
    monkeypatch.setattr(events, "SECONDS", 60)
    instance.event_log_storage.store_event(entry())
    assert texts(stock) == []


def test_an_event_does_not_wait_for_long(instance, stock):
    instance.event_log_storage.store_event(entry())
    for _ in range(600):
        if texts(stock) == [TEXT]:
            return
        time.sleep(events.SECONDS / 10)
    raise AssertionError(f"not written after {60 * events.SECONDS} s")


def test_many_events_wait_for_nothing(instance, stock):
    for number in range(events.EVENTS):
        instance.event_log_storage.store_event(entry(str(number)))
    assert texts(stock) == [str(number) for number in range(events.EVENTS)]


def test_the_end_of_a_step_is_written_before_it_is_told(instance, stock):
    """With a process per step, the next step begins as soon as it is told, and reads what the one before has made."""
    last = []

    def told(event):
        if event.dagster_event_type is dg.DagsterEventType.STEP_SUCCESS:
            last.append((event, stock.get_logs_for_run(RUN)[-1]))

    instance.add_event_listener(RUN, told)
    job = dg.Definitions(assets=[getal]).resolve_implicit_global_asset_job_def()
    job.execute_in_process(instance=instance, run_id=RUN)
    ((event, read),) = last
    assert event == read


def test_who_reads_sees_every_event(instance):
    instance.event_log_storage.store_event(entry())
    assert texts(instance.event_log_storage) == [TEXT]


def test_what_waits_when_the_process_ends_is_written(instance, stock):
    instance.event_log_storage.store_event(entry())
    instance.event_log_storage.dispose()
    assert texts(stock) == [TEXT]


def test_what_a_run_said_before_ctrl_c_is_written(instance, stock):
    done = dg.materialize([gestopt], instance=instance, raise_on_error=False)
    found = stock.get_logs_for_run(done.run_id)
    assert TEXT in [each.user_message for each in found]
    assert found[-1].dagster_event_type is dg.DagsterEventType.RUN_FAILURE


def test_what_could_not_be_written_is_told_and_waits_for_the_next_time(instance, stock, monkeypatch):
    monkeypatch.setattr(events, "SECONDS", 60)
    storage = instance.event_log_storage
    storage.store_event(entry())
    with monkeypatch.context() as patch:
        patch.setattr(SqliteEventLogStorage, "store_event", _disk_full)
        with pytest.raises(sa.exc.OperationalError, match="disk is full"):
            storage.flush()
    assert texts(stock) == []
    storage.flush()
    assert texts(stock) == [TEXT]


def _disk_full(*_):
    raise sa.exc.OperationalError("insert", {}, OSError("database or disk is full"))


def test_no_more_logs_are_held_open_than_a_machine_can_bear(instance):
    storage = instance.event_log_storage
    for number in range(events.OPEN_SHARDS + 5):
        with storage.run_connection(f"run-{number}"):
            pass
    assert len(storage._engines) == events.OPEN_SHARDS
