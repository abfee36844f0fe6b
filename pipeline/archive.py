"""The archive: every payload ever retrieved, by its hash, with what is known of its retrieval.

Belongs here: storing bytes and remembering what the last look at a registry found. Does not belong here: getting the
bytes (origins) and judging them (fetch).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SourceFile:
    """One archived file of a registry.

    ``sha256`` and ``bytes`` are of the payload alone; ``fetched_at`` is UTC, ISO 8601; ``peildatum`` an ISO date, the date
    the content is about, or None when nobody says. ``reason`` says why a file that is not ``accepted`` was refused.
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
