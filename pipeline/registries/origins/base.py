"""What an origin is, and what it gives: a registry's files as they are now.

Belongs here: shapes that every origin has. Does not belong here: any one origin (folder, live).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from pipeline.archive.archive import Held
from pipeline.errors import FetchError
from pipeline.registries.catalogue import Registry

MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Payload:
    """Bytes that were brought in: a file of its own, its hash and its size."""

    path: Path
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Found:
    """One file of a registry as an origin gives it now.

    ``got`` are its bytes, or None when they are still those of the file held under the same ``key``; the rest is as in
    SourceFile and Held. ``reason`` says why it must be refused.
    """

    key: str
    name: str
    url: str
    got: Payload | None = None
    peildatum: str | None = None
    licence: str | None = None
    status: int | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    declared_bytes: int | None = None
    declared_hash: str | None = None
    size: int | None = None
    mtime_ns: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Look:
    """What a look at an origin starts from.

    ``held`` are the files in use since the last look, by key; ``into`` a folder for new bytes, of which each file must
    be taken before the next one is asked for; ``gate`` says why a file must be refused, or None. ``year`` is the year whose
    edition is asked for, at an origin that changes; None asks for what it holds now.
    """

    held: Mapping[str, Held]
    into: Path
    gate: Callable[[Found], str | None]
    now: datetime
    year: int | None = None


class Origin(Protocol):
    """A place that holds registries.

    ``name`` is for people; ``key`` is unique and stays the same from run to run. ``changes``: what it holds changes by
    itself, so that sizes are compared with those of the last look and the last good file may stand in for a bad one.
    """

    @property
    def name(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def changes(self) -> bool: ...

    def provides(self, registry: Registry) -> bool:
        """Whether this origin is meant to hold the registry."""
        ...

    def look(self, registry: Registry, look: Look) -> Iterator[Found | FetchError]:
        """Every file of the registry as it is now, judged; and, as its error, every place that failed to give one."""
        ...


def day_of(text: object) -> str | None:
    """The ISO date that a time stamp begins with."""
    try:
        return date.fromisoformat(str(text)[:10]).isoformat()
    except ValueError:
        return None
