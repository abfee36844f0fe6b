"""The archive: payloads that never change, a record of every retrieval, notes that are written once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.archive import Archive
from pipeline.errors import SettingsError
from pipeline.registries.files import SourceFile
from pipeline.store.objects import Store


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Store(tmp_path))


def put(archive: Archive, content: bytes, status: int | None = 200, **given: Any) -> SourceFile:
    file = SourceFile(
        "scholen", "url scholen.csv", "scholen.csv", "https://example.org/scholen.csv", "DUO",
        hashlib.sha256(content).hexdigest(), len(content), "2026-11-24T02:41:02.123456+00:00", "2026-08-01", "CC-BY-4.0",
        etag='"1"', last_modified="Fri, 02 Oct 2026 09:20:20 GMT", **given,
    )  # fmt: skip
    with archive.store.scratch() as into:
        (into / "file").write_bytes(content)
        archive.keep(file, into / "file", status)
    return file


def folder(archive: Archive) -> Path:
    return Path(archive.store.address) / "raw" / "scholen"


def names(archive: Archive) -> list[str]:
    return sorted(path.name for path in folder(archive).iterdir())


def test_a_payload_is_kept_under_its_hash_with_a_record_of_its_retrieval(archive):
    file = put(archive, b"a;b\n1;2\n")
    assert archive.path(file).read_bytes() == b"a;b\n1;2\n"
    assert archive.address(file) == str(folder(archive) / file.sha256)
    record = folder(archive) / f"{file.sha256}.20261124T024102.123456Z.json"
    assert json.loads(record.read_text()) == {
        "url": "https://example.org/scholen.csv", "fetched_at": "2026-11-24T02:41:02.123456+00:00", "status": 200,
        "etag": '"1"', "last_modified": "Fri, 02 Oct 2026 09:20:20 GMT", "bytes": 8, "sha256": file.sha256,
        "licence": "CC-BY-4.0", "publisher": "DUO", "peildatum": "2026-08-01", "name": "scholen.csv",
        "accepted": True, "reason": None, "drift": [],
    }  # fmt: skip
    assert names(archive) == [file.sha256, record.name]


def test_a_refused_payload_says_why(archive):
    file = put(archive, b"", accepted=False, reason="empty file (0 bytes)")
    (record,) = folder(archive).glob("*.json")
    assert json.loads(record.read_text())["reason"] == "empty file (0 bytes)"
    assert archive.path(file).read_bytes() == b""


def test_the_same_bytes_again_add_a_record_and_leave_the_payload_alone(archive):
    file = put(archive, b"x")
    before = archive.path(file).stat()
    put(archive, b"x", status=None)
    after = archive.path(file).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    stem = f"{file.sha256}.20261124T024102.123456Z"
    assert names(archive) == [file.sha256, f"{stem}-2.json", f"{stem}.json"]
    first, second = (json.loads((folder(archive) / f"{stem}{each}.json").read_text()) for each in ("", "-2"))
    assert (first["status"], second["status"]) == (200, None)


@pytest.mark.parametrize("damage", [b"half", b"complEte", None])
def test_a_payload_that_went_missing_or_has_other_bytes_is_not_there_and_is_put_back(archive, damage):
    file = put(archive, b"complete")
    path = archive.path(file)
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    assert not archive.intact(file)
    with pytest.raises(FileNotFoundError, match=rf"{path} is not there, or not with the bytes of scholen\.csv"):
        archive.path(file)
    put(archive, b"complete")
    assert archive.path(file).read_bytes() == b"complete"


def test_a_payload_is_found_wherever_the_store_now_is(archive, tmp_path):
    file = put(archive, b"x")
    moved = Archive(Store(folder(archive).parent.parent.rename(tmp_path.with_name("elsewhere"))))
    assert moved.path(file).read_bytes() == b"x"


def test_a_note_is_written_once_and_again_only_when_it_cannot_be_read(archive):
    archive.write_note("scholen", "0" * 64, "accepted", {"reason": "first"})
    archive.write_note("scholen", "0" * 64, "accepted", {"reason": "second"})
    assert archive.note("scholen", "0" * 64, "accepted") == {"reason": "first"}
    (folder(archive) / f"{'0' * 64}.accepted.json").write_text("{")
    assert archive.note("scholen", "0" * 64, "accepted") is None
    archive.write_note("scholen", "0" * 64, "accepted", {"reason": "third"})
    assert archive.note("scholen", "0" * 64, "accepted") == {"reason": "third"}


@pytest.mark.parametrize("name", ["../scholen", "a/b", "", ".", "/etc"])
def test_a_dataset_name_cannot_leave_the_archive(archive, name):
    with pytest.raises(SettingsError, match=r"cannot name a folder; use letters, digits, _ and - only"):
        archive.intact(replace(SourceFile("", "", "", "", ""), dataset=name))
