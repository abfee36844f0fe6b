"""Runs at once, a data folder that is copied or moved, and one of the first version: no lock and no repair."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.project import load_project
from pipeline.archive.looks import LOOKS, RUNS
from pipeline.releases.moves import EARLIER, in_force
from pipeline.releases.release import current, latest, releases, verify
from pipeline.releases.rollback import undo
from pipeline.run.tables import TABLES
from pipeline.run.takeover import take_over
from pipeline.settings import Settings
from pipeline.store.objects import Store
from tests.support import editions
from tests.support.server import answer
from tests.support.small import TABLES as ROWS
from tests.support.small import csv_of, write_package

PASSEND = Path(sys.executable).with_name("passend")


def made(settings: Settings) -> dict[str, list[Path]]:
    """The files of every table."""
    found = defaultdict(list)
    for path in sorted((settings.data_dir / TABLES).glob("*/*.parquet")):
        found[path.parent.name].append(path)
    return found


def fresh(steps):
    return [(each.kind, each.subject) for each in steps if not each.unchanged and each.kind not in ("plan", "fetch")]


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
