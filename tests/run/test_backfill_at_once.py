"""Two whole runs and a backfill of five years, all at once in one data folder: each ends well, and nothing of any is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from assets.local import runner
from assets.local.instance import HOME
from assets.project import load_project
from pipeline.releases.release import Release, current
from pipeline.run.run import open_run
from pipeline.settings import PREFIX, Settings
from tests.conftest import REPOSITORY
from tests.support.server import Server, answer
from tests.support.small import csv_of, write_package

PROJECT = load_project()
NAME = "leerlingen_vo_vestiging"
PATH = "/03.-leerlingen-vo-per-vestiging-en-bestuur-(vavo-apart)-{}.csv"
YEARS = range(2016, 2021)
BACKFILL = f"""
import sys
from assets.build import build_defs
from assets.editions import edition_key
from assets.local.instance import open_instance
from pipeline.settings import Settings

settings = Settings.from_environment()
job = build_defs(settings).resolve_implicit_global_asset_job_def()
with open_instance(settings) as instance:
    done = job.execute_in_process(
        instance=instance, asset_selection=[edition_key("{NAME}")], partition_key=sys.argv[1], raise_on_error=False
    )
sys.exit(not done.success)
"""


def edition(pupils: int) -> bytes:
    school = {"instellingscode": "01AA", "vestigingscode": "01AA00", "leerlingen": str(pupils)}
    return csv_of(PROJECT.staging[f"stg_{NAME}"], [school])


@pytest.fixture
def sources(tmp_path, monkeypatch) -> Iterator[Settings]:
    """A portal that has an edition of every year, and a package with the rest."""
    monkeypatch.delenv(HOME, raising=False)
    server = Server()
    for year in [*YEARS, datetime.now(UTC).year]:
        server.on(PATH.format(year), answer(200, edition(year - 1900)))
    nowhere = dict.fromkeys(Settings().bases(), "")
    package = write_package(tmp_path / "klein")
    yield Settings(sources=("live", str(package)), attempts=1, **{**nowhere, "duo": server.url})
    server.close()


def start(settings: Settings, *command: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own, with these settings."""
    told = {each: str(getattr(settings, each)) for each in ("data_dir", "attempts", *settings.bases())}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {f"{PREFIX}SOURCES": ":".join(settings.sources), "COLUMNS": "999"}
    environment |= {f"{PREFIX}{name.upper()}": value for name, value in told.items()}
    return subprocess.Popen(
        [sys.executable, *command], cwd=REPOSITORY, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )  # fmt: skip


def quietly(settings: Settings) -> Release:
    """The same, one after the other."""
    for year in YEARS:
        with open_run(settings, PROJECT, run_id=uuid.uuid4().hex) as run:
            run.looks.edition(NAME, year)
    runner.run(settings)
    return current(settings.releases_dir)


def pupils(release: Release) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        table = connection.from_parquet(str(release.path / "leerlingen_vestiging.parquet"))
        return table.filter(f"bron = '{NAME}'").project("year(peildatum), leerlingen").order("all").fetchall()


def tables(release: Release) -> dict[str, str]:
    """The hash of each table but the one that holds times of retrieval."""
    found = {Path(each["path"]).name: each["hash"] for each in release.description["resources"] if "rows" in each}
    return {name: each for name, each in found.items() if name != "bron.parquet"}


def test_two_runs_and_a_backfill_of_five_years_at_once_agree_with_a_quiet_day(sources, tmp_path):
    busy, quiet = (sources.with_(data_dir=tmp_path / each) for each in ("busy", "quiet"))
    passend = ("-c", "from assets.command import main; main()", "run")
    started = [
        *(start(busy, *passend) for _ in range(2)),
        *(start(busy, "-c", BACKFILL, str(year)) for year in YEARS),
    ]  # fmt: skip
    told = [each.communicate(timeout=400)[0] for each in started]
    assert [each.returncode for each in started] == [0] * len(started), "\n\n".join(told)
    runner.run(busy)
    found, wanted = current(busy.releases_dir), quietly(quiet)
    years = [*YEARS, datetime.now(UTC).year]
    assert pupils(wanted) == [(year, year - 1900) for year in years]
    assert tables(found) == tables(wanted)
    assert found.path.name == wanted.path.name
