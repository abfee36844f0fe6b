"""What an origin is, and what it gives: a registry's files as they are now.

Belongs here: shapes and words that every origin has. Does not belong here: any one origin (folder, live).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from pipeline.day import day_of as home_day_of
from pipeline.errors import FetchError
from pipeline.registries.catalogue import Registry
from pipeline.registries.files import SourceFile

ZONED = re.compile(r"[T ][0-9:.]+(?:Z|[+-][0-9:]+)$")
MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Candidate:
    """A file as an origin offers it now, not yet judged.

    ``path`` holds its new bytes, whose hash and size ``file`` has; without it they are still those of the file held
    at the same place. ``wrong`` is why the origin itself says that it cannot be used.
    """

    file: SourceFile
    path: Path | None = None
    status: int | None = None
    content_type: str | None = None
    wrong: str | None = None


@dataclass(frozen=True)
class Look:
    """What a look at an origin starts from.

    ``held`` are the files of the last look, by place; ``into`` is a folder for new bytes. ``year`` is the year whose edition is
    wanted, at an origin that changes; None stands for what it holds now.
    """

    held: Mapping[str, SourceFile]
    into: Path
    now: datetime
    year: int | None = None


class Origin(Protocol):
    """A place that holds registries.

    ``name`` is for people; ``key`` is unique and stays the same from run to run. ``changes``: what it holds changes
    by itself, so that a file is compared with that of the last look, and the last good one may stand in for a bad
    one. Its candidates are then mirrors of each other, and the first that can be used is enough.
    """

    @property
    def name(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def changes(self) -> bool: ...

    @property
    def fictitious(self) -> bool: ...

    def provides(self, registry: Registry) -> bool:
        """Return whether this origin is meant to hold the registry."""
        ...

    def candidates(self, registry: Registry, look: Look) -> Iterator[Candidate | FetchError]:
        """Yield every file of the registry as it is now and, as its error, every place that failed to give one.

        Lazy: each candidate must be taken from the folder before the next is asked for; stop iterating to ask for no more.
        """
        ...


def day_of(text: object) -> str | None:
    """Return the ISO date that a time stamp begins with; of one with a zone, its day in the Netherlands."""
    try:
        if ZONED.search(str(text)):
            return home_day_of(datetime.fromisoformat(str(text))).isoformat()
        return date.fromisoformat(str(text)[:10]).isoformat()
    except (ValueError, OverflowError):
        return None


def nearest(name: str, known: Iterable[object]) -> str:
    """Return the names most like this one, in words."""
    return ", ".join(difflib.get_close_matches(name, list(dict.fromkeys(map(str, known))), 3, 0.5)) or "none"
