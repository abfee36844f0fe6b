"""Objects that are written once and never changed, and a log of numbered documents."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import time
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.store.log import Log
from pipeline.store.objects import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data")


def test_an_object_is_written_once(store):
    assert store.put("a/b", b"first")
    assert not store.put("a/b", b"second")
    assert store.get("a/b") == b"first"


def test_a_file_is_moved_in_unless_its_key_is_taken(store):
    with store.scratch() as folder:
        (folder / "one").write_bytes(b"one")
        (folder / "two").write_bytes(b"two")
        assert store.take("x/y", folder / "one")
        assert not store.take("x/y", folder / "two")
        assert not (folder / "one").exists()
        assert (folder / "two").read_bytes() == b"two"
    assert store.get("x/y") == b"one"
    assert not folder.exists()


def test_a_file_from_another_place_is_copied_in(store, tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"one")
    assert store.take("x/y", tmp_path / "elsewhere")
    assert store.get("x/y") == b"one"


def test_what_is_not_there_is_told_apart(store):
    with pytest.raises(FileNotFoundError):
        store.get("nothing")
    with pytest.raises(FileNotFoundError):
        store.path("nothing")
    assert (store.json("nothing"), store.size("nothing"), store.verified("nothing", "0" * 64)) == (None, None, None)
    store.delete("nothing")


def test_half_an_object_is_not_seen_and_is_cleared_when_it_is_old(store, tmp_path):
    store.put("a/b.json", b"{}")
    (tmp_path / "data" / "a" / "b.json#1").write_bytes(b"{")
    (tmp_path / "data" / "a" / "c.json#1").write_bytes(b"{")
    assert store.names("a") == ["a/b.json"]
    assert store.put("a/c.json", b"{}")
    assert store.clear_halves(time.time() - 60) == 0
    assert store.clear_halves(time.time() + 60) == 2
    assert sorted(each.name for each in (tmp_path / "data" / "a").iterdir()) == ["b.json", "c.json"]


@pytest.mark.parametrize("way", ["put", "take"])
def test_bytes_are_on_the_disk_before_a_name_stands_for_them(store, tmp_path, monkeypatch, way):
    target, seen = tmp_path / "data" / "a" / "b.json", []

    def sync(number):
        seen.append((Path(f"/proc/self/fd/{number}").readlink().read_bytes(), target.exists()))

    monkeypatch.setattr(os, "fsync", sync)
    with store.scratch() as folder:
        (folder / "new").write_bytes(b"{}")
        assert store.put("a/b.json", b"{}") if way == "put" else store.take("a/b.json", folder / "new")
    assert seen == [(b"{}", False)]
    assert [each.name for each in target.parent.iterdir()] == ["b.json"]


@pytest.mark.parametrize("damaged", [b"", b'{"a": ', b"\xff\xfe", b"[]", b"{}", b"null", b'{"b": 1}'])
def test_a_damaged_document_is_not_found_and_makes_way_for_a_sound_one(store, damaged):
    def read(document):
        return document["a"]

    store.put("x.json", damaged)
    assert store.find("x.json", read) is None
    assert store.settle("x.json", {"a": 1}, read) == 1
    assert store.settle("x.json", {"a": 2}, read) == 1
    assert store.find("x.json", read) == 1


def test_a_document_that_lost_its_end_is_none(store):
    store.put("half.json", b'{"a": ')
    assert store.json("half.json") is None


def test_an_object_is_read_back_through_its_hash(store):
    sha256 = hashlib.sha256(b"rows").hexdigest()
    store.put("t/rows", b"rows")
    path = store.verified("t/rows", sha256)
    assert path is not None
    assert path.read_bytes() == b"rows"
    path.write_bytes(b"rowz")
    assert store.verified("t/rows", sha256) is None
    assert Store(store.address).verified("t/rows", "0" * 64) is None


def test_keys_below_a_prefix_are_listed_in_order(store):
    for key in ("p/b/2", "p/a", "p/b/1", "pp/c"):
        store.put(key, b"")
    assert store.names("p") == ["p/a", "p/b/1", "p/b/2"]
    assert store.modified("p/b").keys() == {"p/b/1", "p/b/2"}
    assert store.names("q") == []


def test_an_object_of_a_bucket_is_fetched_once(tmp_path):
    bucket = Store("memory:///", tmp_path / "scratch")
    bucket.put("a/b", b"first")
    path = bucket.path("a/b")
    assert path.read_bytes() == b"first"
    assert bucket.path("a/b") == path
    assert bucket.verified("a/b", hashlib.sha256(b"first").hexdigest()) == path
    (tmp_path / "file").write_bytes(b"taken")
    assert bucket.take("a/c", tmp_path / "file")
    assert not bucket.take("a/c", tmp_path / "file")
    assert bucket.get("a/c") == b"taken"


# -- a log ------------------------------------------------------------------------------------------------------------


def test_documents_are_added_at_the_end(store):
    log = Log(store, "log")
    assert log.last() is None
    assert log.append(lambda last: [last]) == [None]
    assert log.append(lambda last: [last]) == [[None]]
    assert log.last() == [[None]]
    assert [number for number, _ in log.newest_first()] == [2, 1]


def test_of_a_log_that_keeps_few_the_newest_stay_and_their_numbers_go_on(store):
    for number in range(1, 8):
        Log(store, "log", keep=3).append(lambda earlier: (earlier or 0) + 1)
        assert len(store.names("log")) == min(number, 3)
    assert list(Log(store, "log").newest_first()) == [(7, 7), (6, 6), (5, 5)]


def test_whoever_comes_second_builds_on_the_first(store):
    log, came_between = Log(store, "log"), iter([True, False])

    def make(last):
        if next(came_between):
            Log(store, "log").append(lambda earlier: [*(earlier or []), "other"])
        return [*(last or []), "mine"]

    assert log.append(make) == ["other", "mine"]


def test_a_document_that_cannot_be_read_is_passed_over(store):
    log = Log(store, "log")
    log.append(lambda _: 1)
    store.put("log/00000002.json", b"{")
    assert log.last() == 1
    assert log.append(lambda last: last + 1) == 2
    assert store.names("log")[-1] == "log/00000003.json"


def _add(address: str, number: int) -> None:
    log = Log(Store(address), "log")
    for each in range(20):
        log.append(lambda last, each=each: [*(last or []), f"{number}-{each}"])


def test_many_processes_that_add_at_once_lose_nothing(store):
    context = multiprocessing.get_context("spawn")
    started = [context.Process(target=_add, args=(store.address, number)) for number in range(3)]
    for each in started:
        each.start()
    for each in started:
        each.join()
    found = Log(store, "log").last()
    assert sorted(found) == sorted(f"{number}-{each}" for number in range(3) for each in range(20))


# -- a folder to work in -----------------------------------------------------------------------------------------------


def _leave(parent: Path) -> None:
    from pipeline.store.workplace import Workplace

    place = Workplace(parent, "work-")
    (place.path / "half").write_text("half")
    print(json.dumps(str(place.path)), flush=True)
    os._exit(9)


def test_a_folder_of_a_killed_process_is_cleared_and_that_of_a_living_one_is_not(tmp_path):
    from pipeline.store.workplace import Workplace

    child = multiprocessing.get_context("spawn").Process(target=_leave, args=(tmp_path,))
    child.start()
    child.join()
    assert child.exitcode == 9
    (left,) = (each for each in tmp_path.iterdir() if each.is_dir())
    with Workplace(tmp_path, "work-") as mine:
        assert not left.exists()
        with Workplace(tmp_path, "work-") as other:
            assert mine.path.is_dir()
            assert other.path.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_done_is_handed_over_whole(tmp_path):
    from pipeline.store.workplace import Workplace

    place = Workplace(tmp_path, "work-")
    (place.path / "file").write_text("whole")
    place.hand_over(tmp_path / "target")
    assert [each.name for each in (tmp_path / "target").iterdir()] == ["file"]
    assert [each.name for each in tmp_path.iterdir()] == ["target"]


def test_a_folder_that_takes_the_next_number_is_stepped_over(store):
    log = Log(store, "log")
    log.append(lambda _: 1)
    (store.root / "log" / "00000002.json").mkdir()
    log.append(lambda earlier: earlier + 1)
    assert list(log.newest_first()) == [(3, 2), (1, 1)]


def test_a_folder_in_place_of_an_object_makes_way_only_when_it_is_empty(store):
    (store.root / "a.json").mkdir(parents=True)
    assert store.settle("a.json", {"b": 1}, lambda raw: raw["b"]) == 1
    (store.root / "mijn.json").mkdir()
    (store.root / "mijn.json" / "brief.txt").touch()
    with pytest.raises(SettingsError, match="is a folder with something in it, where this project has a file; move it away"):
        store.settle("mijn.json", {"b": 1}, lambda raw: raw["b"])
    assert (store.root / "mijn.json" / "brief.txt").is_file()
