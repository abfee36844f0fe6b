"""What the origins hold that the archive does not, found without keeping anything: a question that may be asked often.

Belongs here: asking, as cheaply as the origin allows. Does not belong here: taking files into use (fetch), and what is done
about an answer (the orchestrator).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline.archive.archive import Archive, Memory
from pipeline.registries.catalogue import Registry
from pipeline.registries.http.client import UnreachableError
from pipeline.registries.origins import Found, Look, Origin

# a CBS table and a PDOK feature type can only be had whole, page by page: those are left to the runs
CONDITIONAL = ("ckan", "url")
NEVER = "never looked at"


@dataclass(frozen=True)
class Answer:
    """What an origin says of one registry.

    ``new`` identifies a file that the archive does not hold: its hash, or ``NEVER`` where no look was ever taken; None when
    there is none. ``problem`` is why there is no answer.
    """

    origin: str
    dataset: str
    new: str | None = None
    problem: str | None = None


def ask(catalogue: Mapping[str, Registry], origins: Sequence[Origin], archive: Archive, now: datetime) -> Iterator[Answer]:
    """Ask for every registry that can be asked for conditionally, one after the other; stop when you have heard enough.

    A new file is downloaded once, and thrown away. A server that does not answer is not asked for the next registry.
    """
    with tempfile.TemporaryDirectory(prefix="passend-ask-") as folder:
        for origin in origins:
            silent: dict[str, str] = {}
            for registry in catalogue.values():
                if ways := [way for way in _ways(origin, registry) if origin.provides(way)]:
                    memory = archive.recall(registry.name).get(origin.key)
                    new, problem = _ask(origin, ways, memory, silent, Path(folder), now) if memory else (NEVER, None)
                    yield Answer(origin.name, registry.name, new, problem)


def _ways(origin: Origin, registry: Registry) -> list[Registry]:
    """The registry with one of its places each: they are mirrors of each other, so one that answers is enough."""
    if not origin.changes:
        return [registry]
    return [replace(registry, where=(each,)) for each in registry.where if each.kind in CONDITIONAL]


def _ask(
    origin: Origin, ways: Sequence[Registry], memory: Memory, silent: dict[str, str], into: Path, now: datetime
) -> tuple[str | None, str | None]:
    """What is new, and else why nobody answered."""
    refused = {each.key: each for each in memory.refused}
    known = {each.file.sha256 for each in (*memory.files, *memory.refused)}
    # what was refused is asked for conditionally as well, and is then no news; it does stand aside for its mirror
    look = Look({each.key: each for each in memory.files} | refused, into, lambda found: None, now)
    problem = None
    for way in ways:
        base = way.where[0].base if origin.changes else ""
        if base in silent:
            problem = problem or silent[base]
            continue
        for found in origin.look(way, look):
            if isinstance(found, Found):
                if found.got is not None and found.got.sha256 not in known:
                    return found.got.sha256, None
                if found.key not in refused and origin.changes:
                    return None, None
                problem = None
            else:
                problem = str(found)
                if isinstance(found, UnreachableError):
                    silent[base] = problem
    return None, problem
