"""The archive: payloads that never change, a record of every retrieval, a memory that is replaced whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.archive import Archive, Held, Memory, SourceFile, replacing
from pipeline.errors import SettingsError


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "raw")


def held(archive: Archive, content: bytes, **given: Any) -> Held:
    sha256 = hashlib.sha256(content).hexdigest()
    file = SourceFile(
        "scholen", "scholen.csv", sha256, len(content), archive.path("scholen", sha256), "https://example.org/scholen.csv",
        "2026-11-24T02:41:02.123456+00:00", "2026-08-01", "CC-BY-4.0", "DUO", **given,
    )  # fmt: skip
    return Held("url scholen.csv", file, '"1"', "Fri, 02 Oct 2026 09:20:20 GMT")


def put(archive: Archive, content: bytes, status: int | None = 200, **given: Any) -> Held:
    entry = held(archive, content, **given)
    with archive.incoming("scholen") as into:
        (into / "file").write_bytes(content)
        archive.store(entry, into / "file", status)
    return entry


def names(archive: Archive) -> list[str]:
    return sorted(path.name for path in (archive.root / "scholen").iterdir())


def test_a_payload_is_kept_under_its_hash_with_a_record_of_its_retrieval(archive):
    file = put(archive, b"a;b\n1;2\n").file
    assert file.path.read_bytes() == b"a;b\n1;2\n"
    assert file.path == archive.root / "scholen" / file.sha256
    record = archive.root / "scholen" / f"{file.sha256}.20261124T024102.123456Z.json"
    assert json.loads(record.read_text()) == {
        "url": "https://example.org/scholen.csv", "fetched_at": "2026-11-24T02:41:02.123456+00:00", "status": 200,
        "etag": '"1"', "last_modified": "Fri, 02 Oct 2026 09:20:20 GMT", "bytes": 8, "sha256": file.sha256,
        "licence": "CC-BY-4.0", "publisher": "DUO", "peildatum": "2026-08-01", "name": "scholen.csv",
        "accepted": True, "reason": None, "drift": [],
    }  # fmt: skip
    assert names(archive) == [file.sha256, record.name]


def test_a_refused_payload_says_why(archive):
    file = put(archive, b"", accepted=False, reason="empty file (0 bytes)").file
    (record,) = (archive.root / "scholen").glob("*.json")
    assert json.loads(record.read_text())["reason"] == "empty file (0 bytes)"
    assert file.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert file.path.read_bytes() == b""


def test_the_same_bytes_again_add_a_record_and_leave_the_payload_alone(archive):
    file = put(archive, b"x").file
    before = file.path.stat()
    put(archive, b"x", status=None)
    after = file.path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    stem = f"{file.sha256}.20261124T024102.123456Z"
    assert names(archive) == [file.sha256, f"{stem}-2.json", f"{stem}.json"]
    first, second = (json.loads((file.path.parent / f"{stem}{each}.json").read_text()) for each in ("", "-2"))
    assert (first["status"], second["status"]) == (200, None)


def test_a_payload_that_went_missing_or_lost_bytes_is_not_intact_and_is_put_back(archive):
    file = put(archive, b"complete").file
    assert archive.intact(file)
    file.path.write_bytes(b"half")
    assert not archive.intact(file)
    put(archive, b"complete")
    assert file.path.read_bytes() == b"complete"
    file.path.unlink()
    assert not archive.intact(file)


def test_what_came_in_and_was_not_stored_does_not_stay(archive):
    with archive.incoming("scholen") as into:
        (into / "file").write_bytes(b"x")
    assert names(archive) == []


def test_memory_comes_back_as_it_was_wherever_the_archive_now_stands(archive, tmp_path):
    entry = replace(put(archive, b"x"), declared_bytes=1, declared_hash="0" * 32, size=1, mtime_ns=2**60)
    memory = Memory((entry,), (entry,), "2026-11-24T02:41:02+00:00", None, True, ("something was wrong",))
    archive.remember("scholen", {"live": memory, "/a/folder": Memory()})
    assert archive.recall("scholen") == {"live": memory, "/a/folder": Memory()}
    moved = Archive(archive.root.rename(tmp_path / "elsewhere"))
    assert moved.recall("scholen")["live"].files[0].file.path == tmp_path / "elsewhere" / "scholen" / entry.file.sha256


def test_nothing_is_remembered_of_a_dataset_never_seen(archive):
    assert archive.recall("scholen") == {}
    assert not archive.root.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"live": 1}', '{"live": {"files": []}}', '{"live": {"files": 1}}'])
def test_a_damaged_memory_is_no_memory(archive, text):
    put(archive, b"x")
    (archive.root / "scholen" / "state.json").write_text(text)
    assert archive.recall("scholen") == {}


@pytest.mark.parametrize("name", ["../scholen", "a/b", "", ".", "/etc"])
def test_a_dataset_name_cannot_leave_the_archive(archive, name):
    with pytest.raises(SettingsError, match=r"cannot name a folder; use letters, digits, _ and - only"):
        archive.path(name, "0" * 64)


def test_a_replacement_that_fails_leaves_what_was_there(tmp_path):
    target = tmp_path / "state.json"
    target.write_text("earlier")

    def halfway() -> None:
        with replacing(target) as part:
            part.write_text("new")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        halfway()
    assert target.read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
