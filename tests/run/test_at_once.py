<<<<<<< HEAD
"""Runs at once, a data folder that is copied or moved, and one of the first version: no lock and no repair."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.project import load_project
from pipeline.archive.looks import LOOKS, RUNS
from pipeline.releases.release import current, latest, releases, verify
from pipeline.releases.rollback import EARLIER, in_force, undo
from pipeline.run.tables import TABLES
from pipeline.run.takeover import take_over
from pipeline.settings import Settings
from pipeline.store.objects import Store
from tests.support import editions
from tests.support.made import ask
from tests.support.server import answer
from tests.support.small import TABLES as ROWS
from tests.support.small import csv_of, write_package

PASSEND = Path(sys.executable).with_name("passend")
YEARLY = "leerlingen_vo_vestiging"
YEARS = range(2019, 2024)
PATH = "/03.-leerlingen-vo-per-vestiging-en-bestuur-(vavo-apart)-{}.csv"
BACKFILL = """
import sys, uuid
from assets.project import load_project
from pipeline.run.run import open_run
from pipeline.settings import Settings
for year in map(int, sys.argv[2:]):
    with open_run(Settings.from_environment(), load_project(), run_id=uuid.uuid4().hex) as run:
        run.looks.edition(sys.argv[1], year)
"""


def made(settings: Settings) -> dict[str, list[Path]]:
    """The files of every table."""
    found = defaultdict(list)
    for path in sorted((settings.data_dir / TABLES).glob("*/*.parquet")):
        found[path.parent.name].append(path)
    return found


def fresh(steps):
    return [(each.kind, each.subject) for each in steps if not each.unchanged and each.kind not in ("plan", "fetch")]


def test_two_runs_and_a_backfill_at_once_end_well_and_agree(tmp_path, server):
    contract = load_project().staging[f"stg_{YEARLY}"]
    this = datetime.now(UTC).year
    for year in (*YEARS, this):
        row = {"instellingscode": "01AA", "vestigingscode": "01AA00", "leerlingen": str(year)}
        server.on(PATH.format(year), answer(200, csv_of(contract, [row])))
    nowhere = dict.fromkeys(Settings().bases(), "")
    settings = Settings(
        data_dir=tmp_path / "data", sources=("live", str(write_package(tmp_path / "klein"))), attempts=1,
        **{**nowhere, "duo": server.url},
    )  # fmt: skip
    environment = {
        **os.environ, **{f"PASSEND_{name.upper()}": value for name, value in settings.bases().items()},
        "PASSEND_DATA_DIR": str(settings.data_dir), "PASSEND_SOURCES": os.pathsep.join(settings.sources), "PASSEND_ATTEMPTS": "1",
    }  # fmt: skip
    commands = [[PASSEND, "run"], [PASSEND, "run"], [sys.executable, "-c", BACKFILL, YEARLY, *map(str, YEARS)]]
    started = [subprocess.Popen(each, env=environment, stderr=subprocess.PIPE, text=True) for each in commands]
    for process in started:
        _, said = process.communicate(timeout=240)
        assert process.returncode == 0, said
    steps = []
    release = editions.run(settings, steps.append)
    verify(release.path)
    assert ask(settings, f"select leerlingen from stg_{YEARLY} order by 1", f"stg_{YEARLY}") == [
        (year,) for year in (*YEARS, this)
    ]
    again = []
    assert editions.run(settings, again.append).path == release.path
    assert fresh(again) == []


def test_two_runs_at_once_publish_one_release_and_make_each_table_once(tmp_path):
    settings = Settings(data_dir=tmp_path / "data", sources=(str(write_package(tmp_path / "klein")),))
    command = [PASSEND, "run", "--data-dir", settings.data_dir, "--source", settings.sources[0], "--json"]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = []
    for process in started:
        text, said = process.communicate(timeout=240)
        assert process.returncode == 0, said
        told.append(json.loads(text))
    (release,) = releases(settings.releases_dir)
    assert {each["release"]["name"] for each in told} == {release.path.name}
    verify(release.path)
    # what differs is when each of them retrieved the files
    several = {table for table, files in made(settings).items() if len(files) > 1}
    assert several <= {"bron", "intern.bestand"}
    steps = []
    assert editions.run(settings, steps.append).path == release.path
    assert fresh(steps) == []
    assert [path.name for path in (settings.data_dir / "scratch").iterdir()] == []


@pytest.mark.parametrize("how", ["copied", "moved"])
def test_a_data_folder_elsewhere_goes_on_and_makes_nothing(two_copied, how):
    before = current(two_copied.releases_dir)
    elsewhere = two_copied.with_(data_dir=two_copied.data_dir.with_name("elders"))
    if how == "copied":
        shutil.copytree(two_copied.data_dir, elsewhere.data_dir, symlinks=True)
    else:
        two_copied.data_dir.rename(elsewhere.data_dir)
    steps = []
    release = editions.run(elsewhere, steps.append)
    assert (release.path.name, release.unchanged) == (before.path.name, True)
    assert release.path.parent == elsewhere.releases_dir
    assert fresh(steps) == []
    verify(release.path)


# -- a data folder of the first version --------------------------------------------------------------------------------

REGISTER = "/02.-alle-schoolvestigingen-basisonderwijs.csv"


@pytest.fixture
def first_version(tmp_path, server):
    """A data folder as the first version left it, with two releases, of which the newer was rolled back from.

    Its archive is the same; what it knew stands in ``state.json``, its tables in a working file, its moves in one file.
    """
    schools = csv_of(load_project().staging["stg_vestigingen_bo"], ROWS["vestigingen_bo"])
    server.on(REGISTER, answer(200, schools, ETag='"1"'))
    nowhere = dict.fromkeys(Settings().bases(), "")
    package = write_package(tmp_path / "klein", without=["vestigingen_bo"])
    settings = Settings(
        data_dir=tmp_path / "data", sources=("live", str(package)), attempts=1, **{**nowhere, "duo": server.url}
    )  # fmt: skip
    editions.run(settings)
    write_package(
        package, without=["vestigingen_bo"], gemeenten=[*ROWS["gemeenten"], {"gemeentenummer": "GM0080", "naam": "Leeuwarden"}]
    )
    editions.run(settings)
    older, newer = releases(settings.releases_dir)
    for folder in sorted((settings.data_dir / LOOKS).iterdir()):
        document = json.loads(max(folder.iterdir()).read_text())
        state = {key: as_first_version(known) for key, known in document["origins"].items()}
        (settings.data_dir / "raw" / folder.name).mkdir(exist_ok=True)
        (settings.data_dir / "raw" / folder.name / "state.json").write_text(json.dumps(state))
    for each in (LOOKS, RUNS, TABLES, "staged", "checks", "scratch"):
        shutil.rmtree(settings.data_dir / each)
    (settings.data_dir / "warehouse.duckdb").write_bytes(b"tables of the first version" * 100_000)
    (settings.data_dir / "warehouse.duckdb.wal").touch()
    (settings.releases_dir / ".building-gone").mkdir()
    moved = {"at": "2026-11-20T10:00:00+00:00", "origin": newer.path.name, "target": older.path.name, "undo": False}
    (settings.releases_dir / EARLIER).write_text(json.dumps([moved]))
    link = settings.releases_dir / "latest"
    link.unlink()
    link.symlink_to(older.path.name)
    server.requests.clear()
    server.on(REGISTER, answer(304))
    return settings


def as_first_version(known):
    validators = ("etag", "last_modified", "size", "mtime_ns", "declared_bytes", "declared_hash")

    def file(raw):
        inner = {name: value for name, value in raw.items() if name not in (*validators, "place", "dataset")}
        return {"file": inner, "key": raw["place"], **{name: raw[name] for name in validators if name in raw}}

    return {
        **{name: known[name] for name in ("checked_at", "fresh_at", "lacking", "messages")},
        "files": list(map(file, known["files"])), "refused": list(map(file, known["refused"])),
    }  # fmt: skip


def test_a_data_folder_of_the_first_version_is_taken_over(first_version, server):
    settings, working = first_version, first_version.data_dir / "warehouse.duckdb"
    older, newer = releases(settings.releases_dir)
    (move,) = in_force(settings.releases_dir)
    assert (move.origin, move.target) == (newer.path.name, older.path.name)
    payloads = {path: path.stat().st_mtime_ns for path in (settings.data_dir / "raw").glob("*/*") if path.name != "state.json"}

    (note,) = take_over(settings)
    assert note.startswith(f"{working} (3 MB), the working file of the first version, was removed")
    assert "`passend query --staging`" in note
    assert not list(settings.data_dir.glob("warehouse.duckdb*"))
    assert not (settings.releases_dir / ".building-gone").exists()
    assert take_over(settings) == []

    steps = []
    release = editions.run(settings, steps.append)
    # every file was asked for on condition, and none was sent again
    register = [headers for path, headers in server.requests if path == REGISTER]
    assert [each["If-None-Match"] for each in register] == ['"1"']
    assert {path: path.stat().st_mtime_ns for path in payloads} == payloads
    assert len(list((settings.data_dir / "raw" / "vestigingen_bo").glob("*"))) == len(
        [each for each in payloads if each.parent.name == "vestigingen_bo"]
    ) + 1  # fmt: skip
    # what was rolled back from stays back, and can be brought back
    assert (release.path.name, release.unchanged) == (older.path.name, True)
    assert f"rolled back from {newer.path.name}" in release.note
    for each in (older, newer):
        verify(each.path)
    assert undo(settings.releases_dir, datetime.now(UTC)).target == newer.path.name
    assert latest(settings.releases_dir).path == newer.path
    assert Store(settings.data_dir).names(LOOKS)
=======
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
>>>>>>> t-b
