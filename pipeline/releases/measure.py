"""Which releases a new one is measured against: the one before it, and that of a year ago.

Belongs here: choosing them, also when the current release is damaged or ``latest`` is gone. Does not belong here: how much may be
gone (shrinkage).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.releases.release import LATEST, Release, intact, latest, releases
from pipeline.releases.shrinkage import Span

YEAR = timedelta(days=366)
NAME = re.compile(r"\d{4}\.\d\d\.\d\d-[0-9a-f]+")


def measures(folder: Path, created: str, held_back: Collection[Release]) -> dict[Span, Release]:
    """Return the releases that one of the moment ``created`` (ISO 8601) is measured against: the current one, or else the newest;
    and the oldest of the year before. Their tables are sound. Empty for a first release. What a person accepted is the measure
    from then on: the year begins no earlier than that.

    ``held_back`` are those that were rolled back from, which are no measure.
    """
    away = {each.path for each in held_back}
    there = [each for each in releases(folder) if each.path not in away]
    before = next(
        (each for each in (latest(folder), *reversed(there)) if each is not None and intact(each.path, tables_only=True)), None
    )
    if before is None:
        return {}
    since = datetime.fromisoformat(created) - YEAR
    accepted = max((number for number, each in enumerate(there) if "accepted" in each.description), default=0)
    recent = (each for each in there[accepted:] if datetime.fromisoformat(each.description["created"]) >= since)
    year = next((each for each in recent if intact(each.path, tables_only=True)), None)
    return {"release": before, **({"year": year} if year is not None and year.path != before.path else {})}


def unmeasurable(folder: Path, held_back: Collection[Release]) -> str | None:
    """Return the name of the release that would be the measure where ``measures`` finds none, for its tables or its description
    are damaged: the current one, or else the newest. None where there is no release at all."""
    link, away = folder / LATEST, {each.path.name for each in held_back}
    named = {each.name for each in folder.iterdir() if NAME.fullmatch(each.name) and each.is_dir()} - away
    current = link.readlink().name if link.is_symlink() else ""
    described = [each.path.name for each in releases(folder)]
    return next((each for each in (current, *reversed(described), *sorted(named, reverse=True)) if each in named), None)
