"""The day of a moment, where the registries are.

Belongs here: which day it is. Does not belong here: what holds on a day (macro geldt_op) and the day of a release (peildag).
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

HOME = ZoneInfo("Europe/Amsterdam")


def day_of(now: datetime) -> date:
    """Return the day of a moment in the Netherlands."""
    return now.astimezone(HOME).date()
