"""The archive: every payload ever retrieved, by its hash, with a record of each retrieval and notes on its bytes.

Belongs here: storing bytes and finding them again. Does not belong here: getting the bytes (origins), judging them (admission),
and which of them are in use (looks).

    raw/<dataset>/<sha256>                    a payload
    raw/<dataset>/<sha256>.<time>.json        one retrieval that brought those bytes
    raw/<dataset>/<sha256>.<kind>.json        a note on those bytes: their profile, or that a person accepted them

All of them are written once. A payload counts as there only while its bytes have the hash that names it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError
from pipeline.registries.files import SourceFile
from pipeline.store.objects import Store

RAW = "raw"


class Archive:
    """Payloads and their retrievals in a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def key(self, dataset: str, sha256: str) -> str:
        """Return the key of a payload. Raises SettingsError for a dataset that cannot be part of one."""
        if not re.fullmatch(r"[A-Za-z0-9][\w-]*", dataset):
            raise SettingsError(f"catalogue entry {dataset!r} cannot name a folder; use letters, digits, _ and - only")
        return f"{RAW}/{dataset}/{sha256}"

    def address(self, file: SourceFile) -> str:
        """Return where a payload is kept, for a person."""
        return f"{self.store.address}/{self.key(file.dataset, file.sha256)}"

    def path(self, file: SourceFile) -> Path:
        """Return a file of this machine with the payload. Raises FileNotFoundError when it is not there or is damaged."""
        key = self.key(file.dataset, file.sha256)
        if (path := self.store.verified(key, file.sha256)) is None:
            raise FileNotFoundError(f"{self.address(file)} is not there, or not with the bytes of {file.name}")
        return path

    def intact(self, file: SourceFile) -> bool:
        """Return whether the payload is there, with the bytes that its hash names."""
        return self.store.verified(self.key(file.dataset, file.sha256), file.sha256) is not None

    def keep(self, file: SourceFile, incoming: Path, status: int | None, drift: Sequence[Mapping[str, Any]] = ()) -> None:
        """Move a payload in from ``incoming``, and record how it came and how it drifted from the one before.

        Bytes that are there stay untouched; damaged ones are replaced.
        """
        key = self.key(file.dataset, file.sha256)
        if not self.intact(file):
            self.store.delete(key)
            self.store.take(key, incoming)
        record = {
            "url": file.url, "fetched_at": file.fetched_at, "status": status,
            "etag": file.etag, "last_modified": file.last_modified,
            "bytes": file.bytes, "sha256": file.sha256, "licence": file.licence, "publisher": file.publisher,
            "peildatum": file.peildatum, "name": file.name, "accepted": file.accepted, "reason": file.reason,
            "drift": list(drift),
        }  # fmt: skip
        content = json.dumps(record, ensure_ascii=False, indent=1).encode()
        stem, number = f"{key}.{re.sub(r'[-:]', '', file.fetched_at.removesuffix('+00:00'))}Z", 1
        while not self.store.put(f"{stem}{f'-{number}' if number > 1 else ''}.json", content, synced=False):
            number += 1  # two retrievals of one moment, each with a record of its own

    def note(self, dataset: str, sha256: str, kind: str) -> dict[str, Any] | None:
        """Return the note of a kind on some bytes; None when there is none, or none that can be read."""
        return self.store.find(f"{self.key(dataset, sha256)}.{kind}.json", _as_note)

    def write_note(self, dataset: str, sha256: str, kind: str, content: Mapping[str, Any]) -> None:
        """Write a note on some bytes. One that is there already stays as it is, unless it cannot be read."""
        self.store.settle(f"{self.key(dataset, sha256)}.{kind}.json", content, _as_note)


def _as_note(document: Any) -> dict[str, Any] | None:
    return document if isinstance(document, dict) else None
