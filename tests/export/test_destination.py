"""Where an export is put: on this machine and in an S3 store, and what readers see meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event, Thread

import fsspec
import pytest
import requests
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from moto.server import ThreadedMotoServer

from pipeline.errors import ExportError, SettingsError
from pipeline.export.destination import publish


def folder(path: Path, mark: str) -> Path:
    """Some files that all say the same."""
    for name in ("csv/a.csv", "csv/b.csv", "datapackage.json"):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(mark * 1000)
    return path


@pytest.fixture
def bucket(monkeypatch):
    """The address of an empty bucket in an S3 store on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    requests.post(f"http://{host}:{port}/moto-api/reset", timeout=10)
    fsspec.filesystem("s3").clear_instance_cache()
    fsspec.filesystem("s3").mkdir("emmer")
    yield "s3://emmer/passend"
    fsspec.filesystem("s3").clear_instance_cache()
    server.stop()


def read(address):
    """What a reader gets: the pointer, then the files that it leads to."""
    system, root = fsspec.url_to_fs(address, use_listings_cache=False)
    pointer = json.loads(system.cat_file(f"{root}/latest.json"))
    return {name: system.cat_file(f"{root}/{pointer['path']}{name}").decode()[0] for name in ("csv/a.csv", "datapackage.json")}


def test_in_a_store_the_pointer_leads_to_the_newest(bucket, tmp_path):
    assert publish(folder(tmp_path / "1", "1"), "een", bucket) == f"{bucket}/een"
    assert read(bucket) == {"csv/a.csv": "1", "datapackage.json": "1"}
    publish(folder(tmp_path / "2", "2"), "twee", f"{bucket}/")
    assert read(bucket) == {"csv/a.csv": "2", "datapackage.json": "2"}
    system, root = fsspec.url_to_fs(bucket, use_listings_cache=False)
    assert {each.removeprefix(f"{root}/") for each in system.find(root)} == {
        "latest.json", *(f"{name}/{file}" for name in ("een", "twee") for file in ("csv/a.csv", "csv/b.csv", "datapackage.json"))
    }  # fmt: skip


def test_whoever_reads_meanwhile_has_the_one_or_the_other(bucket, tmp_path):
    folders = [folder(tmp_path / mark, mark) for mark in "12"]
    publish(folders[0], "begin", bucket)
    seen, done = [], Event()

    def reader():
        while not done.is_set() or not seen:
            try:
                seen.append(frozenset(read(bucket).values()))
            except FileNotFoundError as error:
                seen.append(error)

    thread = Thread(target=reader)
    thread.start()
    try:
        for turn in range(6):
            publish(folders[turn % 2], f"beurt-{turn}", bucket)
    finally:
        done.set()
        thread.join()
    assert set(seen) <= {frozenset("1"), frozenset("2")}


@pytest.mark.parametrize("where", ["store", "disk"])
def test_only_so_many_are_kept_and_what_is_no_export_is_left_alone(where, tmp_path, request):
    address = request.getfixturevalue("bucket") if where == "store" else str(tmp_path / "uit")
    names = [f"2026.11.0{day}-aaaaaaaaaaaa-{day}0000000" for day in range(1, 5)]
    system, root = fsspec.url_to_fs(address, use_listings_cache=False)

    def put(number, keep=None):
        mark = str(number + 1)
        made = folder(tmp_path / mark, mark)
        (made / "datapackage.json").write_text(json.dumps({"created": f"2026-11-0{mark}T06:30:00+00:00"}))
        publish(made, names[number], address, keep)
        return {each.rstrip("/").rpartition("/")[2] for each in system.ls(root, detail=False)} - {"latest", "latest.json"}

    assert put(0) == {names[0]}
    broken = "2026.11.09-bbbbbbbbbbbb-00000000"
    for file in ("eigen/datapackage.json", f"{broken}/a.csv"):
        system.makedirs(f"{root}/{file}".rpartition("/")[0], exist_ok=True)
        system.pipe_file(f"{root}/{file}", b"{}")
    assert put(1) == {*names[:2], broken, "eigen"}
    assert put(2, keep=2) == {*names[1:3], broken, "eigen"}
    assert put(3, keep=5) == {*names[1:4], broken, "eigen"}
    # the release that was rolled back to is the one that readers get
    assert put(0, keep=2) == {names[0], names[3], broken, "eigen"}
    assert put(0, keep=1) == {names[0], broken, "eigen"}


class Full(MemoryFileSystem):
    """A store that has room for one more file."""

    protocol = "full"
    store: dict = {}  # noqa: RUF012
    pseudo_dirs = [""]  # noqa: RUF012
    room = 1_000_000

    def put_file(self, lpath, rpath, **more):
        if Full.room == 0:
            raise OSError("no room left")
        Full.room -= 1
        super().put_file(lpath, rpath, **more)


class Losing(MemoryFileSystem):
    """A store that says it has taken a file, and keeps half of it."""

    protocol = "losing"
    store: dict = {}  # noqa: RUF012
    pseudo_dirs = [""]  # noqa: RUF012

    def put_file(self, lpath, rpath, **more):
        self.pipe_file(rpath, Path(lpath).read_bytes()[:500])


def test_what_stops_half_way_leaves_readers_what_they_had(tmp_path):
    fsspec.register_implementation("full", Full, clobber=True)
    publish(folder(tmp_path / "1", "1"), "een", "full://emmer")
    Full.room = 1
    with pytest.raises(
        ExportError, match=r"full://emmer cannot be written: OSError: no room left\. What readers had there stands"
    ):
        publish(folder(tmp_path / "2", "2"), "twee", "full://emmer")
    assert read("full://emmer") == {"csv/a.csv": "1", "datapackage.json": "1"}
    Full.room = 10
    publish(folder(tmp_path / "2", "2"), "twee", "full://emmer")
    assert read("full://emmer") == {"csv/a.csv": "2", "datapackage.json": "2"}


def test_a_file_that_did_not_arrive_whole_is_noticed(tmp_path):
    fsspec.register_implementation("losing", Losing, clobber=True)
    with pytest.raises(ExportError, match=r"een/csv/a\.csv has 500 bytes, not 1000"):
        publish(folder(tmp_path / "1", "1"), "een", "losing://emmer")
    assert not fsspec.filesystem("losing").exists("emmer/latest.json")


def test_on_this_machine_a_link_leads_to_the_newest(tmp_path):
    place = tmp_path / "uit"
    publish(folder(tmp_path / "1", "1"), "een", str(place))
    assert publish(folder(tmp_path / "2", "2"), "twee", f"file://{place}") == str(place / "twee")
    assert (place / "latest").resolve() == place / "twee"
    assert (place / "een" / "datapackage.json").read_text()[0] == "1"
    publish(folder(tmp_path / "1", "1"), "een", str(place))
    assert (place / "latest" / "csv" / "b.csv").read_text()[0] == "1"
    assert {each.name for each in place.iterdir()} == {"een", "twee", "latest"}


def test_what_was_left_half_done_on_this_machine_is_made_again(tmp_path):
    (tmp_path / "uit" / ".building-een" / "csv").mkdir(parents=True)
    publish(folder(tmp_path / "1", "1"), "een", str(tmp_path / "uit"))
    assert {each.name for each in (tmp_path / "uit").iterdir()} == {"een", "latest"}


def test_a_place_that_is_a_file_is_refused_in_words(tmp_path):
    (tmp_path / "uit").write_text("")
    with pytest.raises(ExportError, match=r"uit cannot be written: FileExistsError"):
        publish(folder(tmp_path / "1", "1"), "een", str(tmp_path / "uit"))


def test_an_address_of_an_unknown_kind_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="gek://emmer is not an address that can be written to"):
        publish(folder(tmp_path / "1", "1"), "een", "gek://emmer")


def test_a_store_whose_package_is_not_installed_says_which(tmp_path):
    with pytest.raises(SettingsError, match=r"for gs://emmer another package is needed .*gcsfs"):
        publish(folder(tmp_path / "1", "1"), "een", "gs://emmer")


def test_an_export_that_is_on_its_way_is_not_taken_for_an_earlier_one(tmp_path):
    """Its description comes last, whatever its name sorts before."""
    fsspec.register_implementation("full", Full, clobber=True)
    names = [f"2026.11.0{day}-aaaaaaaaaaaa-{day}0000000" for day in range(1, 3)]
    described = folder(tmp_path / "1", "1")
    (described / "validatie.html").write_text("1")
    Full.room = 3  # all but its description
    with pytest.raises(ExportError, match="no room left"):
        publish(described, names[0], "full://ander")
    Full.room = 10
    publish(folder(tmp_path / "2", "2"), names[1], "full://ander", 1)
    system, root = fsspec.url_to_fs("full://ander")
    assert {each.rpartition("/")[2] for each in system.find(f"{root}/{names[0]}")} == {"a.csv", "b.csv", "validatie.html"}


def test_what_is_left_of_one_whose_removal_broke_off_is_never_what_readers_get(tmp_path, monkeypatch):
    place, old, new = tmp_path / "uit", "2026.11.01-aaaaaaaaaaaa-10000000", "2026.11.02-aaaaaaaaaaaa-20000000"
    first = folder(tmp_path / "1", "1")
    (first / "datapackage.json").write_text(json.dumps({"created": "2026-11-01T06:30:00+00:00"}))
    publish(first, old, str(place))

    def breaks_off(self, path, recursive):
        (Path(path) / "csv" / "a.csv").unlink()
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(LocalFileSystem, "rm", breaks_off)
        with pytest.raises(ExportError, match=rf"cannot be cleared: .*{new} is published; an earlier export is left, whole or"):
            publish(folder(tmp_path / "2", "2"), new, str(place), 1)
    assert (place / "latest").resolve().name == new
    publish(first, old, str(place))
    assert {each.name for each in (place / "latest").rglob("*.*")} == {"a.csv", "b.csv", "datapackage.json"}
