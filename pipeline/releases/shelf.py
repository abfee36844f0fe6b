"""The releases that stand on disk, in the order in which they were made, and found by name.

Belongs here: which releases there are. Does not belong here: making one (release), comparing two (difference), going back
to one (rollback).
"""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.describe.descriptor import FILE as DESCRIPTION
from pipeline.errors import SettingsError
from pipeline.releases.release import LATEST, Release, current

SHOWN = 5


def releases(folder: Path) -> list[Release]:
    """Every release below a releases folder, oldest first."""
    found = [
        Release(path, True, json.loads((path / DESCRIPTION).read_text(encoding="utf-8")))
        for path in folder.glob("[!.]*") if not path.is_symlink() and (path / DESCRIPTION).is_file()
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.description["created"], each.path.name))


def find(folder: Path, name: str) -> Release:
    """The release of a name, or of the beginning of one or of its hash; ``latest`` is the current one.

    Raises SettingsError unless exactly one fits.
    """
    if name == LATEST:
        return current(folder)
    there = releases(folder)
    fits = [each for each in there if any(part.startswith(name) for part in (each.path.name, content_of(each.path.name)))]
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
