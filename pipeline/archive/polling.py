"""Polling: what the origins hold that the archive does not, found without keeping anything, and cheap enough to do often.

Belongs here: conditional requests, as cheap as the origin allows. Does not belong here: taking files into use (fetch), and what
follows from a new file (the orchestrator).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline.archive.archive import Archive
from pipeline.archive.looks import Known, Looks
from pipeline.errors import FetchError
from pipeline.registries.catalogue import Registry
from pipeline.registries.http.client import UnreachableError
from pipeline.registries.origins import Look, Origin

# a CBS table and a PDOK feature type can only be had whole, page by page: those are left to the runs
CONDITIONAL = ("ckan", "url")
NEVER = "never looked at"


@dataclass(frozen=True)
class PollResult:
    """What one origin holds of one registry.

    ``new`` identifies a file that the archive does not hold: its hash, or ``NEVER`` where no look was ever taken; None when
    there is none. ``problem`` is why that is not known.
    """

    origin: str
    dataset: str
    new: str | None = None
    problem: str | None = None


def poll(catalogue: Mapping[str, Registry], origins: Sequence[Origin], archive: Archive, now: datetime) -> Iterator[PollResult]:
    """Poll each registry that supports conditional requests. Lazy: stop iterating to stop polling.

    A new file is downloaded once, and thrown away. A server that cannot be reached is left alone for the next registry.
    """
    with tempfile.TemporaryDirectory(prefix="passend-poll-") as folder:
        for origin in origins:
            silent: dict[str, str] = {}
            for registry in catalogue.values():
                if ways := [way for way in _ways(origin, registry) if origin.provides(way)]:
                    known = Looks(archive, registry.name).known().get(origin.key, Known())
                    if known.checked_at is None:
                        yield PollResult(origin.name, registry.name, NEVER)
                    else:
                        new, problem = _poll(origin, ways, known, silent, Path(folder), now)
                        yield PollResult(origin.name, registry.name, new, problem)


def _ways(origin: Origin, registry: Registry) -> list[Registry]:
    """Return the registry with one of its places each: they are mirrors of each other, so one that answers is enough."""
    if not origin.changes:
        return [registry]
    return [replace(registry, where=(each,)) for each in registry.where if each.kind in CONDITIONAL]


def _poll(
    origin: Origin, ways: Sequence[Registry], known: Known, silent: dict[str, str], into: Path, now: datetime
) -> tuple[str | None, str | None]:
    """Return what is new, and else why nobody answered."""
    refused = {each.place: each for each in known.refused}
    hashes = {each.sha256 for each in (*known.files, *known.refused)}
    # what was refused is asked for conditionally as well, and is then no news; it does stand aside for its mirror
    look = Look({each.place: each for each in known.files} | refused, into, now)
    problem = None
    for way in ways:
        base = way.where[0].base if origin.changes else ""
        if base in silent:
            problem = problem or silent[base]
            continue
        for found in origin.candidates(way, look):
            if isinstance(found, FetchError):
                problem = str(found)
                if isinstance(found, UnreachableError):
                    silent[base] = problem
                continue
            if found.path is not None and found.file.sha256 not in hashes:
                return found.file.sha256, None
            problem = None
            if origin.changes:
                if found.file.place not in refused:
                    return None, None
                break
    return None, problem
