"""One look at a registry: what its origins hold now, what passes the gate, and what is used instead of what does not.

Belongs here: the choice of files, the state of a registry, its age. Does not belong here: finding files (origins), judging
them (gate), keeping them (archive), and what their columns are (reading).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from pipeline.archive.admission import Gate, Judgement
from pipeline.archive.archive import Archive, Held, Memory, SourceFile
from pipeline.archive.drift import Measure, as_plain
from pipeline.archive.overrides import accepted
from pipeline.contracts.contract import Contract
from pipeline.errors import FetchError, ReadError
from pipeline.registries.catalogue import Registry
from pipeline.registries.origins import Found, Look, Origin, Payload
from pipeline.staging.reader import header_problem

State = Literal["never", "fresh", "stale", "refused"]
SHOWN = 3
# between an origin's key and a year: under it the archive remembers the edition of that year
EDITION = "#"


@dataclass(frozen=True)
class Fetched:
    """The files of a registry to work with, in the order of the origins and then by name.

    ``refused`` did not pass the gate and are not used. ``messages`` say what went wrong and what is used instead.
    ``unchanged``: ``files`` are exactly those of the previous look. ``drift``: by name, how each file that this look brought
    differs from the one before. ``confirmed``: every origin that provides the registry answered in this look, and its files
    are those in use; ``since`` is when that last was so, or the first look, None when no origin provides it. ``overdue``:
    that is longer ago than the cadence. ``state``, the first that holds:

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
    since: str | None = None
    overdue: bool = False
    drift: Mapping[str, tuple[Measure, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
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


def fetch(
    registry: Registry, origins: Sequence[Origin], archive: Archive, *, now: datetime, contract: Contract | None = None
) -> Fetched:
    """Look at every origin that provides the registry and keep what it brought.

    With ``contract`` a file that does not fit it, or that drifted from the one before, is refused where an earlier good one
    can stand in for it; where none can, it is for the reader to say what is wrong.
    An origin that fails does not fail the registry: its last good file is used, and a message says so.
    Raises SettingsError when a folder no longer holds what its data package lists.
    """
    before = archive.recall(registry.name)
    gate = Gate(registry, archive, contract)
    drift: dict[str, tuple[Measure, ...]] = {}
    looked = {
        origin.key: _look(origin, gate, before.get(origin.key, Memory()), now, drift)
        for origin in origins if origin.provides(registry)
    }  # fmt: skip
    if not looked:
        shown = ", ".join(origin.name for origin in origins)
        return Fetched((), (), "never", (f"{registry.name}: none of the origins given ({shown}) provides it",), True)
    archive.remember(registry.name, {**before, **looked})
    return Fetched(
        tuple(file for key, memory in looked.items() for file in _with_editions(key, memory, before, archive)),
        tuple(held.file for memory in looked.values() for held in memory.refused),
        _state(looked.values(), registry, now),
        tuple(message for memory in looked.values() for message in memory.messages),
        all(_identity(memory) == _identity(before.get(key, Memory())) for key, memory in looked.items()),
        all(memory.in_order for memory in looked.values()),
        _since(looked.values()), _overdue(looked.values(), registry, now), drift,
    )  # fmt: skip


def fetch_edition(
    registry: Registry, year: int, origins: Sequence[Origin], archive: Archive, *, now: datetime, contract: Contract
) -> Fetched:
    """Ask the origins for the edition of a year, and keep it: every look from then on finds it beside what is there now.

    Raises FetchError when none of them gives it, and ReadError when what it gives is no edition of this registry.
    """
    before, gate = archive.recall(registry.name), Gate(registry, archive, contract)
    problems: list[str] = []
    for origin in origins:
        if not (origin.changes and origin.provides(registry)):
            continue
        key = f"{origin.key}{EDITION}{year}"
        memory = _look(origin, gate, before.get(key, Memory()), now, {}, year)
        for held in memory.files:
            if wrong := header_problem(contract, held.file.path, held.file.name, registry.format):
                raise ReadError(f"{held.file.url} is no edition of {registry.name} of {year} that can be read: {wrong}")
        if memory.files:
            archive.remember(registry.name, {**before, key: memory})
            files = tuple(held.file for held in memory.files)
            return Fetched(files, (), "fresh", memory.messages, memory.files == before.get(key, Memory()).files, True)
        problems += memory.messages
    asked = ", ".join(origin.name for origin in origins)
    why = (
        "; ".join(problems)
        or f"none of the origins given ({asked}) can be asked for a year; give live, or a folder that holds it"
    )
    raise FetchError(f"there is no edition of {year} of {registry.name} to be had: {why}")


def _with_editions(key: str, memory: Memory, before: Mapping[str, Memory], archive: Archive) -> list[SourceFile]:
    """The files of an origin in use, and after them those of the years that were asked for, but for a year that it gives now."""
    now = [held.file for held in memory.files]
    given = {file.peildatum for file in now}
    years = sorted(each for each in before if each.startswith(f"{key}{EDITION}"))
    return now + [
        held.file for year in years for held in before[year].files
        if held.file.peildatum not in given and archive.intact(held.file)
    ]  # fmt: skip


def states(catalogue: Mapping[str, Registry], archive: Archive, origin_keys: Iterable[str] | None, now: datetime) -> list[Row]:
    """What the last looks found, a row for every registry; of all origins ever looked at when no keys are given."""
    rows = []
    keys = None if origin_keys is None else set(origin_keys)
    for registry in catalogue.values():
        memories = [
            each for key, each in archive.recall(registry.name).items() if (EDITION not in key if keys is None else key in keys)
        ]
        messages = [message for each in memories for message in each.messages]
        if not memories:
            messages = ["never looked at" if registry.where else "no public address: give a folder that holds it"]
        more = [f"and {len(messages) - SHOWN} more"] if len(messages) > SHOWN else []
        rows.append(Row(
            registry.name, registry.title, registry.publisher, registry.cadence, _state(memories, registry, now),
            max((each.checked_at for each in memories if each.checked_at), default=None),
            sum(len(each.files) for each in memories), "; ".join([*messages[:SHOWN], *more]),
            _since(memories), _overdue(memories, registry, now),
            tuple(held.file for each in memories for held in each.refused),
            tuple(held.file for each in memories for held in each.files if held.file.reason),
        ))  # fmt: skip
    return rows


def _look(
    origin: Origin, gate: Gate, last: Memory, now: datetime, drift: dict[str, tuple[Measure, ...]], year: int | None = None
) -> Memory:
    """One look at one origin, and what is used of it from now on. How its files drifted is added to ``drift``."""
    registry, archive = gate.registry, gate.archive
    stamp = now.astimezone(UTC).isoformat()
    before = _with_accepted(last, archive, registry.name)
    held = {each.key: each for each in before.files if archive.intact(each.file)}
    known = {each.key: each for each in before.refused} | held
    used: list[Held] = []
    refused: list[Held] = []
    messages = []
    judged = Judgement()

    def judge(found: Found) -> str | None:
        nonlocal judged
        # the places of an origin that changes are mirrors of each other, so any file of it may be compared with
        previous = held.get(found.key, next(iter(held.values()), None)) if origin.changes else None
        judged = gate.judge(found, previous)
        return judged.reason

    with archive.incoming(registry.name) as into:
        for found in origin.look(registry, Look(held, into, judge, now, year)):
            if isinstance(found, FetchError):
                messages.append(f"{origin.name}: {found}")
                continue
            (refused if found.reason else used).append(_keep(registry, found, judged, known, archive, stamp))
            if judged.drift:
                drift[found.name] = judged.drift
            if found.reason:
                messages.append(f"{origin.name}: {found.name} was refused: {found.reason}")
            judged = Judgement()
    if origin.changes and not used:  # what it gave before that, and could not be used, still waits to be accepted or cured
        refused += [each for each in before.refused if each.key not in {new.key for new in refused}]
    lacking = bool(refused) and not (origin.changes and (used or held))
    fresh_at = min(before.fresh_at or stamp, stamp) if lacking or not used else stamp
    if origin.changes and used and messages:
        messages.append(f"{origin.name}: {used[0].file.url} is used instead")
    elif origin.changes and not used:
        used = list(held.values())
        messages += [
            f"{origin.name}: the last good file is used instead: {each.file.name} ({each.file.bytes:,} bytes), "
            f"last confirmed on {fresh_at[:10]}" for each in used
        ]  # fmt: skip
    if _late(fresh_at, registry, now):
        messages.append(f"{origin.name}: not in order since {fresh_at[:10]}, longer than its cadence of {registry.cadence} days")
    return Memory(_ordered(used), _ordered(refused), stamp, fresh_at, lacking, tuple(messages))


def _with_accepted(memory: Memory, archive: Archive, dataset: str) -> Memory:
    """A memory in which a refused file that a person has accepted since is the one in use."""
    for each in memory.refused:
        if each.file.acceptable and (reason := accepted(archive, dataset, each.file.sha256)):
            file = replace(each.file, accepted=True, acceptable=False, reason=reason)
            left = tuple(other for other in memory.refused if other != each)
            return replace(memory, files=(replace(each, file=file),), refused=left, fresh_at=memory.checked_at, lacking=False)
    return memory


def _keep(registry: Registry, found: Found, judged: Judgement, known: Mapping[str, Held], archive: Archive, stamp: str) -> Held:
    """A file as it is held from now on, with its bytes in the archive. The same bytes keep the time they first came."""
    earlier = known.get(found.key)
    got = found.got or Payload(known[found.key].file.path, known[found.key].file.sha256, known[found.key].file.bytes)
    file = SourceFile(
        registry.name, found.name, got.sha256, got.bytes, archive.path(registry.name, got.sha256), found.url, stamp,
        found.peildatum, found.licence, registry.publisher, found.reason is None,
        found.reason or accepted(archive, registry.name, got.sha256), judged.acceptable,
    )  # fmt: skip
    entry = Held(
        found.key, file, found.etag, found.last_modified,
        found.declared_bytes, found.declared_hash, found.size, found.mtime_ns,
    )  # fmt: skip
    if found.got is not None:
        archive.store(entry, found.got.path, found.status, as_plain(judged.drift))
    if earlier is not None and earlier.file.sha256 == got.sha256:
        # a clock that went backwards since makes nothing younger than it is
        entry = replace(entry, file=replace(file, fetched_at=min(earlier.file.fetched_at, stamp)))
    return entry


def _state(memories: Iterable[Memory], registry: Registry, now: datetime) -> State:
    seen = list(memories)
    if any(memory.lacking for memory in seen):
        return "refused"
    used = [memory for memory in seen if memory.files]
    if not used:
        return "never"
    return "stale" if any(_late(memory.fresh_at, registry, now) for memory in used) else "fresh"


def _since(memories: Iterable[Memory]) -> str | None:
    """Since when a registry is as it is: when the origin that has been out of order longest last was in order."""
    return min((memory.fresh_at for memory in memories if memory.fresh_at), default=None)


def _overdue(memories: Iterable[Memory], registry: Registry, now: datetime) -> bool:
    return any(_late(memory.fresh_at, registry, now) for memory in memories)


def _late(fresh_at: str | None, registry: Registry, now: datetime) -> bool:
    return fresh_at is not None and now - datetime.fromisoformat(fresh_at) > timedelta(days=registry.cadence)


def _ordered(files: Iterable[Held]) -> tuple[Held, ...]:
    return tuple(sorted(files, key=lambda held: (held.file.name, held.key)))


def _identity(memory: Memory) -> list[tuple[str, str, str, str | None]]:
    return [(held.key, held.file.name, held.file.sha256, held.file.peildatum) for held in memory.files]
