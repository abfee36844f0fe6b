"""One look at a registry: what its origins hold now, what passes the gate, and what is used instead of what does not.

Belongs here: the gate, the choice of files, the state of a registry. Does not belong here: finding files (origins),
keeping them (archive), and what their columns are (reading).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Literal

from pipeline.archive import Archive, Held, Memory, SourceFile
from pipeline.catalogue import Registry
from pipeline.contracts import Contract
from pipeline.errors import FetchError
from pipeline.origins import Found, Look, Origin, Payload
from pipeline.reading import header_problem

State = Literal["never", "fresh", "stale", "refused"]
SHOWN = 3
MAGIC = {
    b"PK\x03\x04": "a zip or Excel file", b"\xd0\xcf\x11\xe0": "an old Excel file", b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file",
}  # fmt: skip
RECORDS = {"geojson": "features", "odata": "Observations"}


@dataclass(frozen=True)
class Fetched:
    """The files of a registry to work with, in the order of the origins and then by name.

    ``refused`` did not pass the gate and are not used. ``messages`` say what went wrong and what is used instead.
    ``unchanged``: ``files`` are exactly those of the previous look. ``confirmed``: every origin that provides the registry
    answered in this look, and its files are those in use. ``state``, the first that holds:

    - ``refused``: a file was refused, and no earlier good one stands in for it;
    - ``never``: there is no file to use, and none was refused;
    - ``stale``: an origin last confirmed the files in use longer ago than the registry's cadence;
    - ``fresh``: neither of these. A last good file that is younger than the cadence may be among the files.
    """

    files: tuple[SourceFile, ...]
    refused: tuple[SourceFile, ...]
    state: State
    messages: tuple[str, ...]
    unchanged: bool
    confirmed: bool = False


@dataclass(frozen=True)
class Row:
    """What is known of one registry without looking at its origins again. ``state`` is as in Fetched."""

    dataset: str
    title: str
    publisher: str
    cadence: int
    state: State
    checked_at: str | None
    files: int
    message: str


def fetch(
    registry: Registry, origins: Sequence[Origin], archive: Archive, *, now: datetime, contract: Contract | None = None
) -> Fetched:
    """Look at every origin that provides the registry and keep what it brought.

    With ``contract`` a file whose columns do not fit is refused where an earlier good one can stand in for it; where none
    can, it is for the reader to say what is wrong.
    An origin that fails does not fail the registry: its last good file is used, and a message says so.
    Raises SettingsError when a folder no longer holds what its data package lists.
    """
    before = archive.recall(registry.name)
    looked = {
        origin.key: _look(registry, origin, archive, before.get(origin.key, Memory()), now, contract)
        for origin in origins if origin.provides(registry)
    }  # fmt: skip
    if not looked:
        shown = ", ".join(origin.name for origin in origins)
        return Fetched((), (), "never", (f"{registry.name}: none of the origins given ({shown}) provides it",), True)
    archive.remember(registry.name, {**before, **looked})
    return Fetched(
        tuple(held.file for memory in looked.values() for held in memory.files),
        tuple(held.file for memory in looked.values() for held in memory.refused),
        _state(looked.values(), registry, now),
        tuple(message for memory in looked.values() for message in memory.messages),
        all(_identity(memory) == _identity(before.get(key, Memory())) for key, memory in looked.items()),
        all(memory.files and memory.fresh_at == memory.checked_at for memory in looked.values()),
    )


def states(catalogue: Mapping[str, Registry], archive: Archive, origin_keys: Iterable[str] | None, now: datetime) -> list[Row]:
    """What the last looks found, a row for every registry; of all origins ever looked at when no keys are given."""
    rows = []
    keys = None if origin_keys is None else set(origin_keys)
    for registry in catalogue.values():
        memories = [each for key, each in archive.recall(registry.name).items() if keys is None or key in keys]
        messages = [message for each in memories for message in each.messages]
        if not memories:
            messages = ["never looked at" if registry.where else "no public address: give a folder that holds it"]
        more = [f"and {len(messages) - SHOWN} more"] if len(messages) > SHOWN else []
        rows.append(Row(
            registry.name, registry.title, registry.publisher, registry.cadence, _state(memories, registry, now),
            max((each.checked_at for each in memories if each.checked_at), default=None),
            sum(len(each.files) for each in memories), "; ".join([*messages[:SHOWN], *more]),
        ))  # fmt: skip
    return rows


def _look(
    registry: Registry, origin: Origin, archive: Archive, before: Memory, now: datetime, contract: Contract | None
) -> Memory:
    """One look at one origin, and what is used of it from now on."""
    stamp = now.astimezone(UTC).isoformat()
    held = {each.key: each for each in before.files if archive.intact(each.file)}
    known = {each.key: each for each in before.refused} | held
    accepted: list[Held] = []
    refused: list[Held] = []
    messages = []
    fresh_at = stamp

    def gate(found: Found) -> str | None:
        previous = held.get(found.key) if origin.changes else None
        wrong = refusal(registry, found, previous)
        if wrong or contract is None or previous is None or found.got is None:
            return wrong
        return header_problem(contract, found.got.path, found.name, registry.format)

    with archive.incoming(registry.name) as into:
        for found in origin.look(registry, Look(held, into, gate, now)):
            if isinstance(found, FetchError):
                messages.append(f"{origin.name}: {found}")
                continue
            (refused if found.reason else accepted).append(_keep(registry, found, known, archive, stamp))
            if found.reason:
                messages.append(f"{origin.name}: {found.name} was refused: {found.reason}")
    if origin.changes and accepted and messages:
        messages.append(f"{origin.name}: {accepted[0].file.url} is used instead")
    elif origin.changes and not accepted:
        accepted, fresh_at = list(held.values()), before.fresh_at or stamp
        late = f", longer ago than its cadence of {registry.cadence} days" if _late(fresh_at, registry, now) else ""
        messages += [
            f"{origin.name}: the last good file is used instead: {each.file.name} ({each.file.bytes:,} bytes), "
            f"last confirmed on {fresh_at[:10]}{late}" for each in accepted
        ]  # fmt: skip
    return Memory(
        _ordered(accepted), _ordered(refused), checked_at=stamp, fresh_at=fresh_at if accepted else None,
        lacking=bool(refused) and not (origin.changes and accepted), messages=tuple(messages),
    )  # fmt: skip


def _keep(registry: Registry, found: Found, known: Mapping[str, Held], archive: Archive, stamp: str) -> Held:
    """A file as it is held from now on, with its bytes in the archive. The same bytes keep the time they first came."""
    earlier = known.get(found.key)
    got = found.got or Payload(known[found.key].file.path, known[found.key].file.sha256, known[found.key].file.bytes)
    file = SourceFile(
        registry.name, found.name, got.sha256, got.bytes, archive.path(registry.name, got.sha256), found.url, stamp,
        found.peildatum, found.licence, registry.publisher, found.reason is None, found.reason,
    )  # fmt: skip
    entry = Held(
        found.key, file, found.etag, found.last_modified,
        found.declared_bytes, found.declared_hash, found.size, found.mtime_ns,
    )  # fmt: skip
    if found.got is not None:
        archive.store(entry, found.got.path, found.status)
    if earlier is not None and earlier.file.sha256 == got.sha256:
        entry = replace(entry, file=replace(file, fetched_at=earlier.file.fetched_at))
    return entry


def refusal(registry: Registry, found: Found, previous: Held | None) -> str | None:
    """The gate: why a file must not be used, or None. ``previous`` is the last good one to compare its size with."""
    if found.got is None:
        return None
    got, form = found.got, registry.format
    if got.bytes == 0:
        return "empty file (0 bytes)"
    with got.path.open("rb") as file:
        start = file.read(1024)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if (found.content_type or "").startswith("text/html") or text.startswith((b"<!doctype", b"<html")):
        return f"an HTML page instead of {form}"
    for magic, name in MAGIC.items():
        if start.startswith(magic):
            return f"{name} instead of {form}"
    if found.declared_bytes not in (None, got.bytes):
        return f"{got.bytes:,} bytes, its publisher declares {found.declared_bytes:,}"
    if wrong := _wrong_hash(got.path, found.declared_hash):
        return wrong
    return _content(got.path, form) or _drift(registry, got.bytes, previous)


def _content(path: Path, form: str) -> str | None:
    """What is wrong with the content as a whole: not text, or without a single record."""
    with path.open("rb") as file:
        if any(b"\0" in chunk for chunk in iter(lambda: file.read(1 << 20), b"")):
            return f"binary content (a NUL byte) instead of {form}"
    if form == "csv":
        with path.open("rb") as file:
            if len(list(islice((line for line in file if line.strip()), 2))) < 2:
                return "a header without a single record"
        return None
    key = RECORDS[form]
    try:
        records = json.loads(path.read_bytes())[key]
    except (ValueError, KeyError, TypeError):
        return f"not JSON with {key}, as {form} has"
    return None if records else f"no records: {key} is empty"


def _wrong_hash(path: Path, declared: str | None) -> str | None:
    if declared is None:
        return None
    kind, _, wanted = declared.lower().rpartition(":")
    try:
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, kind or "md5").hexdigest()
    except ValueError:
        return f"its publisher declares {declared}, a kind of hash that cannot be verified"
    return None if actual == wanted else f"its {kind or 'md5'} is {actual}, its publisher declares {wanted}"


def _drift(registry: Registry, size: int, previous: Held | None) -> str | None:
    if previous is None or abs(size - previous.file.bytes) <= registry.drift * previous.file.bytes:
        return None
    before = previous.file.bytes
    return (
        f"{size:,} bytes, {abs(size - before) / before:.0%} {'more' if size > before else 'less'} than the previous "
        f"{before:,}, where at most {registry.drift:.0%} is expected; if that is right, raise `drift` of "
        f"{registry.name} in the catalogue"
    )


def _state(memories: Iterable[Memory], registry: Registry, now: datetime) -> State:
    seen = list(memories)
    if any(memory.lacking for memory in seen):
        return "refused"
    used = [memory for memory in seen if memory.files]
    if not used:
        return "never"
    return "stale" if any(_late(memory.fresh_at, registry, now) for memory in used) else "fresh"


def _late(fresh_at: str | None, registry: Registry, now: datetime) -> bool:
    return fresh_at is None or now - datetime.fromisoformat(fresh_at) > timedelta(days=registry.cadence)


def _ordered(files: Iterable[Held]) -> tuple[Held, ...]:
    return tuple(sorted(files, key=lambda held: (held.file.name, held.key)))


def _identity(memory: Memory) -> list[tuple[str, str, str, str | None]]:
    return [(held.key, held.file.name, held.file.sha256, held.file.peildatum) for held in memory.files]
