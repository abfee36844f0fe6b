"""One look at a registry: what its origins hold now, which of it is admitted, and what is used instead of what is not.

Belongs here: the choice of files. Does not belong here: finding files (origins), judging them (admission), keeping them
(archive), what was found (looks), and the state and age of a registry that follow from it (states).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from pipeline.archive.admission import Admission, Judgement, too_early
from pipeline.archive.archive import Archive
from pipeline.archive.drift import Measure, as_plain
from pipeline.archive.looks import Known, Looks
from pipeline.archive.overrides import accepted
from pipeline.archive.states import State, is_late, is_overdue, since_of, stamp_of, state_of
from pipeline.contracts.contract import Contract
from pipeline.day import day_of
from pipeline.errors import FetchError, ReadError
from pipeline.registries.catalogue import Registry
from pipeline.registries.files import SourceFile
from pipeline.registries.origins import Candidate, Look, Origin
from pipeline.staging.editions import EditionFile, stage

Drift = dict[str, tuple[Measure, ...]]
# files that are brought into the archive at once: each waits for the disk, and a disk takes several in the time of one
AT_ONCE = 4


@dataclass(frozen=True)
class Fetched:
    """What a run works with of a registry.

    ``files`` are those to read: the ones in use, in the order of the origins and then by name, and after them, of a
    registry that keeps its editions, the earlier ones of the same origins, by peildatum; the same bytes are there
    once. ``refused`` were not admitted and are not used. ``messages`` say what went wrong and what is used instead.
    ``unchanged``: the files in use are exactly those of the previous look. ``drift``: by name, how each file that
    this look brought differs from the one before. ``confirmed``: every origin that provides the registry answered in
    this look, and its files are those in use; ``since`` is when that last was so, or the first look, None when no
    origin provides it. ``overdue``: that is longer ago than the cadence. ``state``, the first that holds:

    - ``refused``: a file was refused, and no earlier good one is used instead;
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

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Fetched:
        lists = {name: tuple(SourceFile(**each) for each in raw[name]) for name in ("files", "refused")}
        drift = {name: tuple(Measure(**each) for each in measures) for name, measures in raw["drift"].items()}
        return cls(**{**raw, **lists, "messages": tuple(raw["messages"]), "drift": drift})


def fetch(
    registry: Registry, origins: Sequence[Origin], archive: Archive, *, run: str, now: datetime, day: date | None = None,
    contract: Contract | None = None,
) -> Fetched:  # fmt: skip
    """Look at every origin that provides the registry and keep what it brought; once in a run, wherever its steps are.

    With ``contract`` a file that does not fit it, or that drifted from the one before, is refused where an earlier good one
    can be used instead; where none can, it is for the reader to say what is wrong.
    What is dated after ``day`` (that of ``now`` unless given) is not used.
    An origin that fails does not fail the registry: its last good file is used, and a message says so.
    Raises SettingsError when a folder no longer holds what its data package lists.
    """
    looks = Looks(archive, registry.name)
    if (found := looks.of_run(run, Fetched.from_dict)) is not None:
        return found
    providers = {origin.key: origin for origin in origins if origin.provides(registry)}
    if not providers:
        shown = ", ".join(origin.name for origin in origins)
        return Fetched((), (), "never", (f"{registry.name}: none of the origins given ({shown}) provides it",), True)
    before, admission = looks.known(), Admission(registry, archive, day or day_of(now), contract)
    looked: dict[str, Known] = {}
    drift: Drift = {}
    for key, origin in providers.items():
        looked[key], measured = _look(origin, admission, before.get(key, Known()), now)
        drift |= measured

    def learn(known: Mapping[str, Known]) -> dict[str, Known]:
        if registry.editions == "replaced":
            return looked
        return {key: each.with_editions(_editions(providers[key], known.get(key), each)) for key, each in looked.items()}

    looked = looks.add(run, stamp_of(now), learn)
    unchanged = all(_identity(each) == _identity(before.get(key, Known())) for key, each in looked.items())
    got = _fetched(registry, archive, looked, now, admission.today, unchanged, drift)
    return looks.settle(run, asdict(got), Fetched.from_dict) or got


def fetch_edition(
    registry: Registry, year: int, origins: Sequence[Origin], archive: Archive, *, run: str, now: datetime, contract: Contract,
    day: date | None = None,
) -> Fetched:  # fmt: skip
    """Fetch the edition of a year from the first origin that gives it, and keep it: every look from then on has it too.

    Raises FetchError when none of them gives it, and ReadError when what it gives is no edition of this registry.
    """
    looks, admission = Looks(archive, registry.name), Admission(registry, archive, day or day_of(now), contract)
    before = looks.known()
    problems: list[str] = []
    for key, origin in {each.key: each for each in origins if each.changes and each.provides(registry)}.items():
        last = Known(tuple(each for each in before.get(key, Known()).editions if (each.peildatum or "")[:4] == f"{year}"))
        found, _ = _look(origin, admission, last, now, year)
        for file in found.files:
            _require_readable(registry, contract, file, year, archive)
        if found.files:
            looks.add(run, stamp_of(now), partial(_with_edition, key, found.files))
            return Fetched(found.files, (), "fresh", found.messages, found.files == last.files, True)
        problems += found.messages
    asked = ", ".join(origin.name for origin in origins)
    why = (
        "; ".join(problems)
        or f"none of the origins given ({asked}) can be asked for a year; give live, or a folder that holds it"
    )
    raise FetchError(f"there is no edition of {year} of {registry.name} to be had: {why}")


# -- one origin --------------------------------------------------------------------------------------------------------


def _look(origin: Origin, admission: Admission, last: Known, now: datetime, year: int | None = None) -> tuple[Known, Drift]:
    """Look at one origin once. Returns what is used of it from now on, and how its files drifted."""
    registry, archive, stamp = admission.registry, admission.archive, stamp_of(now)
    before = _with_accepted(last, archive)
    held = {each.place: each for each in before.files if archive.intact(each) and not too_early(each, admission.today)}
    known = {each.place: each for each in before.refused} | held
    used: list[SourceFile] = []
    refused: list[SourceFile] = []
    messages: list[str] = []
    drift: Drift = {}
    kept: list[Future[None]] = []
    with archive.store.scratch() as into, ThreadPoolExecutor(AT_ONCE, "keeper") as keepers:
        for found in origin.candidates(registry, Look(held, into, now, year)):
            if isinstance(found, FetchError):
                messages.append(f"{origin.name}: {found}")
                continue
            # the places of an origin that changes are mirrors of each other, so any file of it may be compared with
            previous = held.get(found.file.place, next(iter(held.values()), None)) if origin.changes else None
            judgement = admission.judge(found, previous)
            file = _judged(found, judgement, archive, stamp)
            if found.path is not None:
                incoming = found.path.rename(into / f"{len(kept)}.incoming")  # the origin writes its next file in the same place
                kept.append(keepers.submit(archive.keep, file, incoming, found.status, as_plain(judgement.drift)))
            file = _first_seen(file, known.get(file.place))
            if origin.changes and registry.editions == "kept":
                file = _of_its_first_day(file, held.get(file.place))
            (refused if judgement.reason else used).append(file)
            if judgement.drift:
                drift[file.name] = judgement.drift
            if judgement.reason:
                messages.append(f"{origin.name}: {file.name} was refused: {judgement.reason}")
            elif origin.changes:
                break
        for each in kept:
            each.result()
    if origin.changes and not used:  # what it gave before that, and could not be used, still waits to be accepted or cured
        refused += [each for each in before.refused if each.place not in {new.place for new in refused}]
    lacking = bool(refused) and not (origin.changes and (used or held))
    if lacking or not used:
        fresh_at = before.in_order_at(stamp) or stamp
    else:  # a clock that is behind takes nothing from the last good look, and one that was ahead is believed once
        fresh_at = max(stamp, before.fresh_at or "") if (before.checked_at or "") > stamp else stamp
    if origin.changes and used and messages:
        messages.append(f"{origin.name}: {used[0].url} is used instead")
    elif origin.changes and not used:
        used = list(held.values())
        messages += [
            f"{origin.name}: the last good file is used instead: {each.name} ({each.bytes:,} bytes), "
            f"last confirmed on {fresh_at[:10]}" for each in used
        ]  # fmt: skip
    look = Known(_ordered(used), _ordered(refused), (), stamp, fresh_at, lacking)
    if is_late(look, registry, now):
        messages.append(f"{origin.name}: not in order since {fresh_at[:10]}, longer than its cadence of {registry.cadence} days")
    return replace(look, messages=tuple(messages)), drift


def _with_accepted(known: Known, archive: Archive) -> Known:
    """Return what is known, with a refused file that a person has accepted since as the one in use."""
    for each in known.refused:
        if each.acceptable and (reason := accepted(archive, each.dataset, each.sha256)):
            file = replace(each, accepted=True, acceptable=False, reason=reason)
            left = tuple(other for other in known.refused if other != each)
            return replace(known, files=(file,), refused=left, fresh_at=known.checked_at, lacking=False)
    return known


def _judged(found: Candidate, judgement: Judgement, archive: Archive, stamp: str) -> SourceFile:
    """Return a file as it came and as it was judged."""
    return replace(
        found.file, fetched_at=stamp, accepted=judgement.reason is None,
        reason=judgement.reason or accepted(archive, found.file.dataset, found.file.sha256), acceptable=judgement.acceptable,
    )  # fmt: skip


def _first_seen(file: SourceFile, earlier: SourceFile | None) -> SourceFile:
    """Return a file as it is held from now on: the same bytes keep the time they first came. A clock that went backwards since
    makes nothing younger than it is."""
    if earlier is None or earlier.sha256 != file.sha256:
        return file
    return replace(file, fetched_at=min(earlier.fetched_at, file.fetched_at))


def _of_its_first_day(file: SourceFile, held: SourceFile | None) -> SourceFile:
    """Return a file with the day of the edition that it is: the same bytes under a newer day are no newer edition. A portal that
    moves gives all its files a new day, and a register that comes out every night has one every day."""
    if held is None or held.sha256 != file.sha256 or held.peildatum is None or file.peildatum is None:
        return file
    return replace(file, peildatum=min(held.peildatum, file.peildatum))


# -- editions ----------------------------------------------------------------------------------------------------------


def _editions(origin: Origin, known: Known | None, now: Known) -> list[SourceFile]:
    """Return the editions that an origin gave before.

    In a folder no other file is used for a refused one, so an edition of its day is superseded by it all the same.
    """
    refused = set() if origin.changes else {each.peildatum for each in now.refused}
    return [each for each in (known or Known()).editions if each.peildatum not in refused]


def _with_edition(key: str, edition: Iterable[SourceFile], known: Mapping[str, Known]) -> dict[str, Known]:
    """Return what is known of an origin, with an edition that was retrieved just now. What is in use stays in use."""
    origin = known.get(key, Known())
    return {key: replace(origin, earlier=()).with_editions(edition).with_editions(origin.earlier)}


def _require_readable(registry: Registry, contract: Contract, file: SourceFile, year: int, archive: Archive) -> None:
    """Read an edition, which the staging step then finds read. Raises ReadError when it cannot be."""
    try:
        edition = [
            EditionFile(file.name, file.sha256, file.peildatum, partial(archive.path, file), file.encoding, file.delimiter)
        ]
        stage(archive.store, contract, edition, registry.format)
    except ReadError as error:
        raise ReadError(f"{file.url} is no edition of {registry.name} of {year} that can be read: {error}") from error


# -- what a run works with ---------------------------------------------------------------------------------------------


def _fetched(
    registry: Registry, archive: Archive, looked: Mapping[str, Known], now: datetime, today: date, unchanged: bool, drift: Drift
) -> Fetched:
    files, lost = _to_read(registry, archive, looked.values(), today)
    twice = _twice(registry, looked, {each.sha256 for each in files})
    return Fetched(
        files, tuple(file for each in looked.values() for file in each.refused), state_of(looked.values(), registry, now),
        (*(message for each in looked.values() for message in each.messages), *lost, *twice),
        unchanged, all(each.in_order for each in looked.values()),
        since_of(looked.values(), now), is_overdue(looked.values(), registry, now), drift,
    )  # fmt: skip


def _to_read(
    registry: Registry, archive: Archive, looked: Iterable[Known], today: date
) -> tuple[tuple[SourceFile, ...], list[str]]:
    """Return the files to read, and a sentence for each earlier one that cannot be read.

    An edition without a day has no place among the others.
    """
    used = [file for each in looked for file in each.files]
    earlier: dict[str, SourceFile] = {}
    if registry.editions == "kept":
        dated = [file for each in looked for file in each.earlier if file.peildatum]
        for file in sorted(dated, key=lambda each: each.peildatum or ""):
            earlier.setdefault(file.sha256, file)
    for file in used:
        earlier.pop(file.sha256, None)  # the same bytes under a newer day
    early = {sha256: why for sha256, file in earlier.items() if (why := too_early(file, today))}
    lost = [file for file in earlier.values() if file.sha256 not in early and not archive.intact(file)]
    return (*used, *(file for file in earlier.values() if file.sha256 not in early and file not in lost)), [
        *(f"{registry.name}: an edition that was admitted before is left out: {why}" for why in early.values()),
        *(f"{registry.name}: the edition of {file.peildatum} is left out: {archive.address(file)} is not there, or not with "
          f"the bytes of {file.name}; put it back, or retrieve that edition again" for file in lost),
    ]  # fmt: skip


def _twice(registry: Registry, looked: Mapping[str, Known], read: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each day of which several origins give an edition, each another one."""
    days: dict[str, dict[str, set[str]]] = {}
    for key, known in looked.items() if registry.editions == "kept" else ():
        for file in known.editions:
            if file.peildatum and file.sha256 in read:
                days.setdefault(file.peildatum, {}).setdefault(key, set()).add(file.sha256)
    for day, given in sorted(days.items()):
        if len(set(map(frozenset, given.values()))) > 1:
            yield (
                f"{registry.name}: {' and '.join(given)} each give an edition of {day}, with other bytes; they are read as one "
                "edition. Give one of them only, or correct the `peildatum` of the other"
            )


def _ordered(files: Iterable[SourceFile]) -> tuple[SourceFile, ...]:
    return tuple(sorted(files, key=lambda each: (each.name, each.place)))


def _identity(known: Known) -> list[tuple[str, str, str, str | None]]:
    return [(each.place, each.name, each.sha256, each.peildatum) for each in known.files]
