"""The state of a registry: what follows from its looks, and when.

Belongs here: fresh, stale, refused or never, and since when. Does not belong here: looking (fetch), and what a look is (looks).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from pipeline.archive.archive import Archive
from pipeline.archive.looks import Known, Looks
from pipeline.registries.catalogue import Registry
from pipeline.registries.files import SourceFile

State = Literal["never", "fresh", "stale", "refused"]
SHOWN = 3


@dataclass(frozen=True)
class RegistryState:
    """What is known of one registry without looking at its origins again. ``state``, ``since``, ``overdue`` as in Fetched.

    ``refused`` are files that are not used, ``accepted`` those that are because a person said so; each with its reason.
    """

    dataset: str
    title: str
    publisher: str
    cadence: int
    state: State
    checked_at: str | None
    files: int
    message: str
    since: str | None
    overdue: bool
    refused: tuple[SourceFile, ...]
    accepted: tuple[SourceFile, ...]


def states(
    catalogue: Mapping[str, Registry], archive: Archive, origin_keys: Iterable[str] | None, now: datetime
) -> list[RegistryState]:
    """Return what the last looks found, for every registry; at all origins ever looked at when no keys are given."""
    rows = []
    keys = None if origin_keys is None else set(origin_keys)
    for registry in catalogue.values():
        known = [
            each for key, each in Looks(archive, registry.name).known().items()
            if each.checked_at is not None and (keys is None or key in keys)
        ]  # fmt: skip
        messages = [message for each in known for message in each.messages]
        if not known:
            messages = ["never looked at" if registry.where else "no public address: give a folder that holds it"]
        more = [f"and {len(messages) - SHOWN} more"] if len(messages) > SHOWN else []
        rows.append(RegistryState(
            registry.name, registry.title, registry.publisher, registry.cadence, state_of(known, registry, now),
            max((each.checked_at for each in known if each.checked_at), default=None),
            sum(len(each.files) for each in known), "; ".join([*messages[:SHOWN], *more]),
            since_of(known, now), is_overdue(known, registry, now),
            tuple(file for each in known for file in each.refused),
            tuple(file for each in known for file in each.files if file.reason),
        ))  # fmt: skip
    return rows


def state_of(looked: Iterable[Known], registry: Registry, now: datetime) -> State:
    seen = list(looked)
    if any(known.lacking for known in seen):
        return "refused"
    used = [known for known in seen if known.files]
    if not used:
        return "never"
    return "stale" if is_overdue(used, registry, now) else "fresh"


def since_of(looked: Iterable[Known], now: datetime) -> str | None:
    """Return since when a registry is as it is: when the origin that has been out of order longest last was in order."""
    return min((since for known in looked if (since := known.in_order_at(stamp_of(now)))), default=None)


def is_overdue(looked: Iterable[Known], registry: Registry, now: datetime) -> bool:
    return any(is_late(known, registry, now) for known in looked)


def is_late(known: Known, registry: Registry, now: datetime) -> bool:
    since = known.in_order_at(stamp_of(now))
    return since is not None and now - datetime.fromisoformat(since) > timedelta(days=registry.cadence)


def stamp_of(now: datetime) -> str:
    return now.astimezone(UTC).isoformat()
