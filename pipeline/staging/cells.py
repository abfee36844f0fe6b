"""A file to read, and the same file as text cells: what every form of file comes down to.

Belongs here: their shapes. Does not belong here: how a form is cut into cells and what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Raw:
    """One file to read: its bytes, its hash, the date of its edition (ISO) if known, and how it is said to be written."""

    name: str
    sha256: str
    content: bytes
    editie: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class Cells:
    """One file as text cells: fields by name (absent ones left out), record numbers, ragged records, and those of which text
    was encoded twice."""

    table: pa.Table
    ragged: list[tuple[int, str, str]]
    records: int
    unknown: tuple[str, ...]
    doubled: int = 0
