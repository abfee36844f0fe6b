"""A release: an immutable folder of Parquet, one DuckDB file and their description, and ``latest`` that names the current one.

Belongs here: which releases there are, opening and verifying one, and moving ``latest``. Does not belong here: making one (draft,
publish), comparing two (difference), going back (rollback).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline.describe.descriptor import FILE as DESCRIPTION
from pipeline.describe.descriptor import sha256
from pipeline.errors import CheckError, SettingsError
from pipeline.sql import parquet

DUCKDB_FILE = "passend_onderwijs.duckdb"
LATEST = "latest"
# in a description, what the release holds as a hash; the first version did not say it
CONTENT = "content"
SHOWN = 5


@dataclass(frozen=True)
class Release:
    """A release on disk. ``unchanged`` means that no new one was made; ``note`` says why, where that needs saying."""

    path: Path
    unchanged: bool
    description: Mapping[str, Any]
    note: str = ""


def latest(folder: Path) -> Release | None:
    """Return the current release below a releases folder; None when there is none, or its description is damaged."""
    link = folder / LATEST
    return _read(link.resolve()) if link.is_symlink() else None


def current(folder: Path) -> Release:
    """Return the current release. Raises CheckError when it is damaged, SettingsError that says how to get one otherwise."""
    found = latest(folder)
    if found is None and (folder / LATEST / DESCRIPTION).is_file():
        raise CheckError(_damaged(folder / LATEST / DESCRIPTION))
    if found is None:
        raise SettingsError(f"there is no release in {folder}; make one with `passend run`, or name its place with --data-dir")
    return found


@contextmanager
def opened(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database of a release, read-only. Raises CheckError when it is not there or damaged."""
    try:
        connection = duckdb.connect(str(folder / DUCKDB_FILE), read_only=True)
    except duckdb.Error as error:
        raise CheckError(
            f"{folder / DUCKDB_FILE} cannot be opened: {error}. The release is damaged; `passend run` makes it again"
        ) from error
    with connection:
        yield connection


def intact(folder: Path, *, tables_only: bool = False) -> bool:
    """Whether every file of a release, or every table whatever else of it is damaged, is the one that its description names."""
    try:
        _verify_files(folder, tables_only=tables_only)
    except (CheckError, OSError):
        return False
    return True


def verify(folder: Path) -> None:
    """Check a release against its own description: every file there, with its bytes, hash and rows. Raises CheckError."""
    description = _verify_files(folder)
    with opened(folder) as database:
        for resource in description["resources"]:
            path = folder / resource["path"]
            if "rows" not in resource:
                continue
            for place in (parquet(path), path.stem):
                (rows,) = database.execute(f"select count(*) from {place}").fetchone() or (0,)
                if rows != resource["rows"]:
                    raise CheckError(
                        f"{place} of {folder.name} holds {rows} rows, {DESCRIPTION} says {resource['rows']}; run again"
                    )


def _verify_files(folder: Path, *, tables_only: bool = False) -> Mapping[str, Any]:
    """The description of a release, once every file that it names, or every table, has the hash that it says."""
    found = _read(folder)
    if found is None:
        raise CheckError(_damaged(folder / DESCRIPTION))
    for resource in found.description["resources"]:
        path = folder / resource["path"]
        if tables_only and "rows" not in resource:
            continue
        if not path.is_file() or sha256(path) != resource["hash"]:
            raise CheckError(
                f"{path} is not the file that {DESCRIPTION} describes; the release is damaged, `passend run` makes it again"
            )
    return found.description


def _read(folder: Path) -> Release | None:
    """Return the release in a folder; None when it has no description, or a damaged one."""
    try:
        description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        datetime.fromisoformat(description["created"])
        _ = [(each["path"] + each["hash"], each.get("rows")) for each in description["resources"]]
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return Release(folder, True, description)


def _damaged(description: Path) -> str:
    return f"{description} cannot be read; the release is damaged, `passend run` makes it again"


def resources(release: Release) -> dict[str, Mapping[str, Any]]:
    """Return the tables of a release by name, as its description has them."""
    return {Path(each["path"]).stem: each for each in release.description["resources"] if "rows" in each}


def releases(folder: Path) -> list[Release]:
    """Return every release below a releases folder, oldest first, but for those whose description is damaged."""
    found = [each for path in folder.glob("[!.]*") if not path.is_symlink() and (each := _read(path)) is not None]
    return sorted(found, key=lambda each: (each.description["created"], each.path.name))


def find(folder: Path, name: str) -> Release:
    """The release of a name, or of the beginning of one or of its hash; ``latest`` is the current one.

    Raises SettingsError unless exactly one fits.
    """
    if name == LATEST:
        return current(folder)
    there = releases(folder)
    fits = [each for each in there if each.path.name == name] or [
        each for each in there if any(part.startswith(name) for part in (each.path.name, content_of(each.path.name)))
    ]
    if len(fits) == 1:
        return fits[0]
    shown = ", ".join(each.path.name for each in (fits or there)[-SHOWN:]) or "none"
    said = f"{name!r} is the beginning of {len(fits)} releases" if fits else f"there is no release {name!r} in {folder}"
    raise SettingsError(f"{said}; the newest are {shown}")


def previous(folder: Path, release: Release) -> Release:
    """The release that was made before this one. Raises SettingsError when it is the first."""
    earlier = [each for each in releases(folder) if each.description["created"] < release.description["created"]]
    if not earlier:
        raise SettingsError(f"{release.path.name} is the oldest release in {folder}; there is none before it")
    return earlier[-1]


def content_of(name: str) -> str:
    """The content hash in the name of a release."""
    return name.rpartition("-")[2]


def point(folder: Path, name: str) -> None:
    """Make ``latest`` name a release: a new link under another name, then one rename over the old."""
    if (folder / LATEST).is_dir() and not (folder / LATEST).is_symlink():
        raise SettingsError(
            f"{folder / LATEST} is a folder, where this project has a link to the current release; move it away and run again"
        )
    link = folder / f".{LATEST}-new"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(folder / LATEST)
