"""A table as files: which objects hold its rows, and a hash of what is in them.

Belongs here: what every table has, whatever made it. Does not belong here: keys, which say what it was made from (run.tables).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import pyarrow.parquet as pq

from pipeline.hashing import hash_of
from pipeline.store.objects import Store

FOOTER = 8  # bytes after the footer of a Parquet file: its length, and the mark PAR1


@dataclass(frozen=True)
class Part:
    """One Parquet file of a table: its key in the store, the SHA-256 of its bytes, and how many there are."""

    key: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Stored:
    """A table as it was made: its rows stand in ``parts``, in that order; a table without parts is empty.

    ``content`` is a hash of the rows: it stays the same when another version of the engine writes the same rows in other bytes,
    and is what keys of tables that read this one go by.
    """

    table: str
    parts: tuple[Part, ...]
    content: str
    rows: int

    def paths(self, store: Store) -> list[Path] | None:
        """Return the files of the table on this machine; None when one is not there or is damaged."""
        found = [store.verified(each.key, each.sha256) for each in self.parts]
        return None if None in found else [each for each in found if each is not None]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        return cls(raw["table"], tuple(Part(**each) for each in raw["parts"]), raw["content"], raw["rows"])


def keep(store: Store, prefix: str, path: Path) -> tuple[Part, str, int]:
    """Move a Parquet file in under the hash of its bytes. Returns the part, its content hash and its rows."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    size, (content, rows) = path.stat().st_size, read_footer(path)
    key = f"{prefix}/{sha256}.parquet"
    if not store.take(key, path) and store.verified(key, sha256) is None:
        store.delete(key)  # what stood there is not what its name says
        store.take(key, path)
    return Part(key, sha256, size), content, rows


def read_footer(path: Path) -> tuple[str, int]:
    """Return a hash of the rows in a Parquet file, and how many there are.

    The hash covers the pages, the schema and the words of the file. It leaves out the rest of the footer, where the writer names
    its own version: DuckDB 1.5.5 and 1.5.6 write the same rows in files that differ there alone.
    """
    with path.open("rb") as file:
        file.seek(-FOOTER, 2)
        length = int.from_bytes(file.read(4), "little")
        pages = file.tell() - 4 - length
        file.seek(0)
        digest = hashlib.sha256()
        while pages > 0:
            chunk = file.read(min(pages, 1 << 20))
            digest.update(chunk)
            pages -= len(chunk)
    found = pq.read_metadata(path)
    columns = [found.schema.column(number) for number in range(len(found.schema))]
    digest.update(repr([(each.path, each.physical_type, str(each.logical_type)) for each in columns]).encode())
    digest.update(repr(sorted((found.metadata or {}).items())).encode())
    return digest.hexdigest(), found.num_rows


def together(table: str, parts: Iterable[Stored]) -> Stored:
    """Return several stored tables as one, their rows one after the other."""
    stored = list(parts)
    content = hash_of(each.content for each in stored)
    return Stored(table, tuple(part for each in stored for part in each.parts), content, sum(each.rows for each in stored))
