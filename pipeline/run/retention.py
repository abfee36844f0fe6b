"""What is kept: releases by the days on which they were made, and whatever something refers to.

Belongs here: removing releases, archived files and made objects that nothing refers to. Does not belong here: which releases the
rule keeps (keeping), what a release needs (its description and its table bron say so), what is an edition (the archive's looks
do), and what the run uses (tables).

Never removed: the current release, the ones that a rollback holds, what any kept release was made from, every edition of a
registry, what this run made or used, and what any run wrote in the last week. The records of retrieval stay, whatever happens to
their payload. Files of the archive stay unless a setting says less.

Ages are counted from the day that the clock of late agrees upon (``keeping.settled_day``), not from a clock that is ahead of it.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from pipeline.archive.archive import RAW, Archive
from pipeline.archive.looks import LOOKS, RUNS, Looks
from pipeline.checks.outcomes import FOLDER as CHECKS
from pipeline.day import HOME, day_of
from pipeline.releases.moves import in_force
from pipeline.releases.publish import LOCK
from pipeline.releases.release import Release, latest, releases, resources
from pipeline.run.keeping import Rule, days_of_making
from pipeline.run.tables import TABLES
from pipeline.settings import Settings
from pipeline.staging.editions import STAGED
from pipeline.store.lock import exclusive
from pipeline.store.objects import Store
from pipeline.store.workplace import clear_left

LEAVING = ".removing-"
DAY = 86_400
RECENT = 7 * DAY  # seconds; a run that is at work has written what it made within them


@dataclass(frozen=True)
class Needed:
    """What is referred to: keys of objects, SHA-256 of released tables, and (dataset, SHA-256) of files of a registry."""

    keys: frozenset[str]
    tables: frozenset[str]
    files: frozenset[tuple[str, str]]


def prune(settings: Settings, store: Store, used: Collection[str], day: date) -> Iterator[tuple[str, int]]:
    """Remove what the settings no longer keep. Yields what was removed, and of how many files it was.

    ``used`` are the keys of the objects that the run which has just published stands on, ``day`` the settled day of that run.
    """
    kept, removed = _prune_releases(settings.releases_dir, Rule.of(settings), day)
    yield from removed
    for folder in (settings.releases_dir, *(each.path for each in kept)):
        clear_left(folder)  # of a run that was killed, when this one has made no release
    try:
        needed = _needed(kept, store, used)
    except duckdb.Error:  # a release that is kept is damaged: what it was made from is not known, so all of it may be needed
        return
    until = min(time.time(), datetime.combine(day, datetime.min.time(), HOME).timestamp())
    if settings.keep_raw_days:
        yield from _prune_raw(store, needed, until - settings.keep_raw_days * DAY)
    for what, keys in _unneeded(store, needed, until - RECENT):
        for key in keys:
            store.delete(key)
        if keys:
            yield what, len(keys)
    store.clear_empty(RUNS, until - DAY)
    if halves := store.clear_halves(until - RECENT):
        yield "half written", halves


def _prune_releases(folder: Path, rule: Rule, day: date) -> tuple[list[Release], list[tuple[str, int]]]:
    """Remove what the rule does not keep. Returns the releases that stay, and the name and number of files of each that went."""
    removed = []
    with exclusive(folder / LOCK):
        for left in folder.glob(f"{LEAVING}*"):  # by a run that was killed
            shutil.rmtree(left)
        # a folder that a person gave another name is theirs, whatever is in it
        there = {each.path.name: each for each in releases(folder) if each.description.get("version") == each.path.name}
        dated = {name: day_of(datetime.fromisoformat(each.description["created"])) for name, each in there.items()}
        after = {name: each.description.get("compared_with", ()) for name, each in there.items()}
        needed = rule.kept(days_of_making(dated, after, day), day)
        needed |= {name for move in in_force(folder) for name in (move.origin, move.target)}
        if (newest := latest(folder)) is not None:
            needed.add(newest.path.name)
        for name in sorted(there.keys() - needed):
            removed.append((name, len(list((folder / name).iterdir()))))
            leaving = (folder / name).rename(folder / f"{LEAVING}{name}")  # at once: no reader meets half a release
            shutil.rmtree(leaving)
            del there[name]
    return list(there.values()), removed


def _needed(kept: Collection[Release], store: Store, used: Collection[str]) -> Needed:
    archive, files = Archive(store), _made_from(kept)
    for dataset in {key.split("/")[1] for key in store.names(LOOKS)}:
        for known in Looks(archive, dataset).known().values():
            files |= {(dataset, file.sha256) for file in (*known.editions, *known.refused)}
    tables = {each["hash"].removeprefix("sha256:") for release in kept for each in resources(release).values()}
    return Needed(frozenset(used), frozenset(tables), frozenset(files))


def _made_from(kept: Collection[Release]) -> set[tuple[str, str]]:
    """Dataset and hash of every file that releases were made from."""
    if not kept:
        return set()
    with duckdb.connect() as connection:
        tables = [str(each.path / "bron.parquet") for each in kept]
        files = connection.read_parquet(tables, union_by_name=True, hive_partitioning=False)
        found = files.project("dataset, sha256").distinct().fetchall()
    return {(str(dataset), str(sha256)) for dataset, sha256 in found}


def _prune_raw(store: Store, needed: Needed, before: float) -> Iterator[tuple[str, int]]:
    written: dict[str, float] = {}
    for key, moment in store.modified(RAW).items():
        payload = key.split(".")[0]  # it came for the last time when its youngest record was written
        written[payload] = max(moment, written.get(payload, 0))
    removed: dict[str, int] = {}
    for payload, moment in written.items():
        _, dataset, sha256 = payload.split("/")[:3]
        if moment < before and (dataset, sha256) not in needed.files and store.size(payload) is not None:
            store.delete(payload)
            removed[dataset] = removed.get(dataset, 0) + 1
    yield from ((f"{RAW}/{dataset}", count) for dataset, count in sorted(removed.items()))


def _unneeded(store: Store, needed: Needed, before: float) -> Iterator[tuple[str, list[str]]]:
    """Yield, by kind, the keys of objects that were made before a moment and that nothing refers to."""
    old = {
        kind: {key for key, moment in store.modified(kind).items() if moment < before and key not in needed.keys}
        for kind in (TABLES, STAGED, CHECKS, RUNS)
    }
    shas = {sha256 for _, sha256 in needed.files}
    staged = {key: store.json(key) for key in store.names(STAGED) if key.endswith(".json")}
    stay = {
        key
        for key, found in staged.items()
        if key not in old[STAGED] or (found and shas & {*found["records"], *found["refused"]})
    }
    rows = {part["key"] for key in stay if staged[key] for what in ("rows", "rejects") for part in staged[key][what]["parts"]}
    yield STAGED, sorted(old[STAGED] - stay - rows)
    yield TABLES, sorted(_old_tables(store, needed, old[TABLES]))
    yield CHECKS, sorted(old[CHECKS])
    yield RUNS, sorted(old[RUNS])


def _old_tables(store: Store, needed: Needed, old: Collection[str]) -> set[str]:
    """The files that no kept release holds, and what was written about them."""
    files = {key for key in old if key.endswith(".parquet") and Path(key).stem not in needed.tables}
    for key in store.names(TABLES):
        if key.endswith(".json") and key not in old and (found := store.json(key)):
            files -= {part["key"] for part in found["stored"]["parts"]}
    told = {key for key in old if key.endswith(".json")}
    return files | {key for key in told if not (found := store.json(key)) or _all_in(found, files, store)}


def _all_in(found: dict[str, dict[str, list[dict[str, str]]]], files: Collection[str], store: Store) -> bool:
    """Whether each file that a document tells of goes, or is gone."""
    return all(part["key"] in files or store.size(part["key"]) is None for part in found["stored"]["parts"])
