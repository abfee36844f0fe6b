"""The archive: every payload ever retrieved, by its hash, with what is known of its retrieval.

Belongs here: storing bytes and remembering what the last look at a registry found. Does not belong here: getting the
bytes (origins) and judging them (fetch).

    raw/<dataset>/<sha256>                    a payload, never changed
    raw/<dataset>/<sha256>.<time>.json        one retrieval that brought those bytes, never changed
    raw/<dataset>/<sha256>.<kind>.json        a note on those bytes: their profile, or that a person accepted them
    raw/<dataset>/state.json                  what the last look at each origin found, replaced by every look
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError


@dataclass(frozen=True)
class SourceFile:
    """One archived file of a registry.

    ``sha256`` and ``bytes`` are of the payload alone; ``fetched_at`` is UTC, ISO 8601; ``peildatum`` an ISO date, the
    date the content is about, or None when nobody says. ``reason`` is why a file that is not ``accepted`` was refused, or why
    a person accepted it nevertheless. ``acceptable``: it was refused for what a person may accept.
    """

    dataset: str
    name: str
    sha256: str
    bytes: int
    path: Path
    url: str
    fetched_at: str
    peildatum: str | None
    licence: str | None
    publisher: str
    accepted: bool = True
    reason: str | None = None
    acceptable: bool = False


@dataclass(frozen=True)
class Held:
    """A file as the last look at an origin left it, with what tells whether the origin has changed it since.

    ``key`` is the file's place at its origin: the path in a data package, or the catalogue's location. ``etag`` and
    ``last_modified`` are the server's; ``declared_bytes`` and ``declared_hash`` the publisher's metadata; ``size`` and
    ``mtime_ns`` those of a file in a folder.
    """

    key: str
    file: SourceFile
    etag: str | None = None
    last_modified: str | None = None
    declared_bytes: int | None = None
    declared_hash: str | None = None
    size: int | None = None
    mtime_ns: int | None = None


@dataclass(frozen=True)
class Memory:
    """What the last look at one origin found of a registry.

    ``files`` are in use, ``refused`` are not. ``lacking``: something was refused and no earlier good file stands in for it.
    ``checked_at`` is when the origin was looked at, ``fresh_at`` when it last was in order: it gave the files in use, and
    nothing was lacking. Where it never was, that is the first look.
    """

    files: tuple[Held, ...] = ()
    refused: tuple[Held, ...] = ()
    checked_at: str | None = None
    fresh_at: str | None = None
    lacking: bool = False
    messages: tuple[str, ...] = ()

    @property
    def in_order(self) -> bool:
        return bool(self.files) and not self.lacking and self.fresh_at == self.checked_at


class Archive:
    """Payloads and their retrievals under one folder, one subfolder per dataset."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def incoming(self, dataset: str) -> Iterator[Path]:
        """A folder for bytes on their way in, on the archive's own file system; gone afterwards with what is in it."""
        folder = self._folder(dataset)
        folder.mkdir(parents=True, exist_ok=True)
        for left_over in folder.glob(".*"):  # of a run that was killed: there is one run at a time
            shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()
        with tempfile.TemporaryDirectory(prefix=".incoming-", dir=folder) as path:
            yield Path(path)

    def path(self, dataset: str, sha256: str) -> Path:
        return self._folder(dataset) / sha256

    def intact(self, file: SourceFile) -> bool:
        """Whether the payload is still there, in its size."""
        try:
            return file.path.stat().st_size == file.bytes
        except FileNotFoundError:
            return False

    def store(self, held: Held, incoming: Path, status: int | None, drift: Sequence[Mapping[str, Any]] = ()) -> None:
        """Move a payload in from ``incoming`` and write down how it came, and how it drifted from the one before.

        Bytes already there stay untouched.
        """
        file = held.file
        if not self.intact(file):
            incoming.replace(file.path)
        retrieval = {
            "url": file.url, "fetched_at": file.fetched_at, "status": status,
            "etag": held.etag, "last_modified": held.last_modified,
            "bytes": file.bytes, "sha256": file.sha256, "licence": file.licence, "publisher": file.publisher,
            "peildatum": file.peildatum, "name": file.name, "accepted": file.accepted, "reason": file.reason,
            "drift": list(drift),
        }  # fmt: skip
        stamp = re.sub(r"[-:]", "", file.fetched_at.removesuffix("+00:00"))
        _write_new(file.path.with_name(f"{file.sha256}.{stamp}Z"), json.dumps(retrieval, ensure_ascii=False, indent=1))

    def note(self, dataset: str, sha256: str, kind: str) -> dict[str, Any] | None:
        """The note of a kind on some bytes; None when there is none, or none that can be read."""
        try:
            return dict(json.loads(self._note(dataset, sha256, kind).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write_note(self, dataset: str, sha256: str, kind: str, content: Mapping[str, Any]) -> None:
        """Keep a note beside a payload, in place of an earlier one of its kind."""
        with replacing(self._note(dataset, sha256, kind)) as path:
            path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    def recall(self, dataset: str) -> dict[str, Memory]:
        """What the last look at each origin found, by the origin's key.

        A state that cannot be read is no memory: payloads and retrievals are untouched by it, and one look restores it.
        """
        try:
            raw = json.loads((self._folder(dataset) / "state.json").read_text(encoding="utf-8"))
            return {key: self._memory(dataset, each) for key, each in raw.items()}
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def remember(self, dataset: str, memories: dict[str, Memory]) -> None:
        """Replace what is known of a dataset's origins."""
        state = {key: _plain(memory) for key, memory in memories.items()}
        with replacing(self._folder(dataset) / "state.json") as path:
            path.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")

    def _folder(self, dataset: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9][\w-]*", dataset):
            raise SettingsError(f"catalogue entry {dataset!r} cannot name a folder; use letters, digits, _ and - only")
        return self.root / dataset

    def _note(self, dataset: str, sha256: str, kind: str) -> Path:
        return self._folder(dataset) / f"{sha256}.{kind}.json"

    def _memory(self, dataset: str, raw: dict[str, Any]) -> Memory:
        """Inverse of ``_plain``."""
        folder = self._folder(dataset)

        def held(each: dict[str, Any]) -> Held:
            file = each.pop("file")
            return Held(file=SourceFile(dataset=dataset, path=folder / file["sha256"], **file), **each)

        lists = {name: tuple(map(held, raw.pop(name))) for name in ("files", "refused")}
        return Memory(**{**raw, **lists, "messages": tuple(raw["messages"])})


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A new file beside ``target`` that takes its place when the block ends well, and is removed when it does not."""
    part = target.with_name(f".{target.name[:40]}.{os.getpid()}.part")
    try:
        yield part
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write_new(stem: Path, text: str) -> None:
    """Write ``<stem>.json``, or the first free ``<stem>-<n>.json``: an earlier retrieval is never written over."""
    number = 1
    while True:
        path = stem.with_name(f"{stem.name}{f'-{number}' if number > 1 else ''}.json")
        try:
            with path.open("x", encoding="utf-8") as out:
                out.write(text)
        except FileExistsError:
            number += 1
        else:
            return


def _plain(memory: Memory) -> dict[str, Any]:
    """A memory as JSON, without what follows from where it is kept."""
    return {
        **{each.name: getattr(memory, each.name) for each in fields(Memory)},
        "files": [_plain_held(held) for held in memory.files],
        "refused": [_plain_held(held) for held in memory.refused],
    }


def _plain_held(held: Held) -> dict[str, Any]:
    plain = asdict(held)
    del plain["file"]["dataset"], plain["file"]["path"]
    return plain
