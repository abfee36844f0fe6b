"""Which releases a new one is measured against: the one before it, and that of a year ago.

Belongs here: choosing them, also when the current release is damaged or ``latest`` is gone. Does not belong here: how much may be
gone (shrinkage).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.releases.release import Release, intact, latest, releases
from pipeline.releases.shrinkage import Span

YEAR = timedelta(days=366)


def measures(folder: Path, created: str, held_back: Collection[Release]) -> dict[Span, Release]:
    """Return the intact releases that one of the moment ``created`` (ISO 8601) is measured against: the current one, or else the
    newest; and the oldest of the year before. Empty for a first release. What a person accepted is the measure from then on: the
    year begins no earlier than that.

    ``held_back`` are those that were rolled back from, which are no measure.
    """
    away = {each.path for each in held_back}
    there = [each for each in releases(folder) if each.path not in away]
    before = next((each for each in (latest(folder), *reversed(there)) if each is not None and intact(each.path)), None)
    if before is None:
        return {}
    since = datetime.fromisoformat(created) - YEAR
    accepted = max((number for number, each in enumerate(there) if "accepted" in each.description), default=0)
    recent = (each for each in there[accepted:] if datetime.fromisoformat(each.description["created"]) >= since)
    year = next((each for each in recent if intact(each.path)), None)
    return {"release": before, **({"year": year} if year is not None and year.path != before.path else {})}
