"""Where runs are kept: the UI and the command line look at the same, and nothing is reported to anyone."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from functools import partial
from pathlib import Path

import dagster as dg
import pytest
import yaml

from assets.local import instance
from pipeline.errors import SettingsError
from pipeline.settings import Settings


@dg.asset(check_specs=[dg.AssetCheckSpec("telt", asset="getal")])
def getal():
    yield dg.MaterializeResult(metadata={"dagster/row_count": 3})
    yield dg.AssetCheckResult(passed=False, asset_key="getal", check_name="telt", severity=dg.AssetCheckSeverity.WARN)


@pytest.fixture(autouse=True)
def home(monkeypatch):
    monkeypatch.delenv(instance.HOME, raising=False)


@pytest.mark.parametrize("place", ["history/runs.db", "history/runs/index.db", "schedules/schedules.db"])
@pytest.mark.parametrize("damage", [lambda content: content[: len(content) // 2], lambda content: bytes(len(content)), None])
def test_a_damaged_history_ends_in_its_cure_and_an_empty_one_begins_anew(tmp_path, place, damage):
    settings = Settings(data_dir=tmp_path)

    def run() -> bool:
        with instance.open_instance(settings) as opened:
            return dg.materialize([getal], instance=opened).success

    assert run()
    file = settings.dagster_home / place
    before = file.read_bytes()
    file.unlink()
    file.write_bytes(damage(before)) if damage else file.mkdir()
    with pytest.raises(SettingsError, match=f"history in {settings.dagster_home} is damaged .* remove that folder, which costs"):
        run()
    shutil.rmtree(settings.dagster_home)
    assert run()


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


def test_nothing_is_reported_to_the_maker_of_the_orchestrator(tmp_path):
    home = instance.prepare_home(Settings(data_dir=tmp_path))
    config = yaml.safe_load((home / "dagster.yaml").read_text())
    assert config["telemetry"] == {"enabled": False}
    assert config["nux"] == {"enabled": False}


def test_runs_that_are_asked_for_at_once_take_turns(tmp_path):
    with instance.open_instance(Settings(data_dir=tmp_path / "a: 'b' $c")) as opened:
        assert opened.get_concurrency_config().run_queue_config.max_concurrent_runs == 1


@pytest.fixture
def postgres(tmp_path):
    """The address of a real server on this machine, made for the test; it will not run as root, so then it is another's."""
    pytest.importorskip("dagster_postgres", reason="the extra `postgres` is not installed")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not (program := shutil.which("pg_ctl") or (found and found[-1])):
        pytest.skip("PostgreSQL is not here (apt-get install postgresql)")
    with tempfile.TemporaryDirectory(prefix="passend-pg-") as folder:  # a socket's path must be short
        person = {}
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            person = {"user": "postgres", "group": "postgres", "extra_groups": []}
        call = partial(subprocess.run, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=120, **person)
        call([program, "-D", f"{folder}/data", "-s", "-o", "-A trust -U postgres -N", "initdb"])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        call([program, "-D", f"{folder}/data", "-s", "-w", "-l", f"{folder}/log", "-o", options, "start"])
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            call([program, "-D", f"{folder}/data", "-s", "-m", "immediate", "stop"])


def test_runs_are_kept_in_postgresql_with_its_template(postgres, tmp_path, monkeypatch):
    import psycopg2

    shutil.copy(instance.LOCAL.with_name("postgres.yaml"), tmp_path / "dagster.yaml")
    monkeypatch.setenv(instance.HOME, str(tmp_path))
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", postgres.replace("://", "+psycopg2://"))
    with instance.open_instance(Settings(data_dir=tmp_path / "data")) as first:
        done = dg.materialize([getal], instance=first)
    with instance.open_instance(Settings(data_dir=tmp_path / "data")) as second:
        event = second.get_latest_materialization_event(dg.AssetKey("getal"))
        assert event.asset_materialization.metadata["dagster/row_count"].value == 3
    with contextlib.closing(psycopg2.connect(postgres)) as connection, connection.cursor() as cursor:
        cursor.execute("select run_id, status from runs")
        assert cursor.fetchall() == [(done.run_id, "SUCCESS")]
    assert not list(tmp_path.rglob("*.db"))


def test_settings_of_ones_own_are_kept(tmp_path):
    home = instance.prepare_home(Settings(data_dir=tmp_path))
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    instance.prepare_home(Settings(data_dir=tmp_path))
    assert (home / "dagster.yaml").read_text() == "telemetry: {enabled: false}\n"


def test_a_home_of_ones_own_is_used(tmp_path, monkeypatch):
    monkeypatch.setenv(instance.HOME, str(tmp_path / "elsewhere"))
    assert instance.prepare_home(Settings(data_dir=tmp_path)) == tmp_path / "elsewhere"
    assert not (tmp_path / "dagster").exists()


@pytest.mark.parametrize("left", [b"", b"\n", b"\0" * 400])
def test_what_a_crash_left_of_the_configuration_is_written_again(tmp_path, left):
    file = instance.prepare_home(Settings(data_dir=tmp_path)) / "dagster.yaml"
    file.write_bytes(left)
    instance.prepare_home(Settings(data_dir=tmp_path))
    assert yaml.safe_load(file.read_text())["telemetry"] == {"enabled": False}
    file.write_text("telemetry: {enabled: true}  # a person's own")
    instance.prepare_home(Settings(data_dir=tmp_path))
    assert file.read_text() == "telemetry: {enabled: true}  # a person's own"


@pytest.mark.parametrize("name", ["wat?", "a*", "a[1]", "%41"])
def test_a_folder_in_which_dagster_would_not_find_its_configuration_is_refused(tmp_path, name, monkeypatch):
    with pytest.raises(SettingsError, match="which Dagster does not take"):
        instance.prepare_home(Settings(data_dir=tmp_path / name))
    monkeypatch.setenv(instance.HOME, str(tmp_path / name))
    with pytest.raises(SettingsError, match="which Dagster does not take"):
        instance.prepare_home(Settings(data_dir=tmp_path))
