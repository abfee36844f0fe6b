"""What is kept: all of it, unless a setting says less; and what an interrupted run left behind is cleared away.

Belongs here: removing releases and archived payloads that nothing needs. Does not belong here: what a release needs (its own
table bron says so) and what is in use (the archive's looks do).

Never removed: the current release, the ones that a rollback holds, the files that any of them was made from, and every file
that the last look at a registry left in use or refused, or that is an edition of it. The records of retrieval stay, whatever
happens to their payload.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.archive.archive import Archive
from pipeline.archive.looks import Looks
from pipeline.releases.release import BUILDING, LATEST, latest
from pipeline.releases.rollback import in_force
from pipeline.releases.shelf import releases
from pipeline.settings import Settings
from pipeline.store.objects import Store

LEAVING = ".removing-"
LEFTOVERS = (
    f"releases/{BUILDING}*", f"releases/{LEAVING}*", f"releases/.{LATEST}-*", "releases/.*.part", "releases/*/.site-*",
    "raw/*/.incoming-*", "raw/*/.*.part", "sandbox/.making-*",
)  # fmt: skip
DAY = 86_400


def prune(settings: Settings) -> Iterator[tuple[str, int]]:
    """Remove what the settings no longer keep. Yields what was removed, and of how many files it was.

    To be called under the run's lock, when a release has been made.
    """
    if settings.keep_releases:
        yield from _prune_releases(settings.releases_dir, settings.keep_releases)
    if settings.keep_raw_days:
        yield from _prune_raw(settings, time.time() - settings.keep_raw_days * DAY)


def clear_leftovers(settings: Settings) -> None:
    """Remove what a run that was killed left half. To be called under the run's lock: no other is at work."""
    for pattern in LEFTOVERS:
        for path in settings.data_dir.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _prune_releases(folder: Path, keep: int) -> Iterator[tuple[str, int]]:
    there = [each.path for each in releases(folder)]
    needed = {name for move in in_force(folder) for name in (move.origin, move.target)} | {each.name for each in there[-keep:]}
    if (newest := latest(folder)) is not None:
        needed.add(newest.path.name)
    for path in there:
        if path.name not in needed:
            files = len(list(path.iterdir()))
            leaving = path.rename(folder / f"{LEAVING}{path.name}")  # at once: no reader meets half a release
            shutil.rmtree(leaving)
            yield path.name, files


def _prune_raw(settings: Settings, before: float) -> Iterator[tuple[str, int]]:
    archive = Archive(Store(settings.data_dir))
    needed = _made_from(settings.releases_dir)
    for folder in sorted(each for each in settings.archive_dir.glob("*") if each.is_dir()):
        for known in Looks(archive, folder.name).known().values():
            needed |= {(folder.name, file.sha256) for file in (*known.editions, *known.refused)}
        removed = 0
        for path in folder.glob("[0-9a-f]*"):
            # a payload has no suffix; it came for the last time when its youngest record was written
            if path.suffix or (folder.name, path.name) in needed or _last(path) >= before:
                continue
            path.unlink()
            removed += 1
        if removed:
            yield f"raw/{folder.name}", removed


def _made_from(folder: Path) -> set[tuple[str, str]]:
    """Dataset and hash of every file that the releases below a folder were made from."""
    needed: set[tuple[str, str]] = set()
    with duckdb.connect() as connection:
        for each in releases(folder):
            files = connection.from_parquet(str(each.path / "bron.parquet")).project("dataset, sha256").fetchall()
            needed.update((str(dataset), str(sha256)) for dataset, sha256 in files)
    return needed


def _last(path: Path) -> float:
    return max(each.stat().st_mtime for each in path.parent.glob(f"{path.name}*"))
