"""Which releases are kept, by their days; and what day it is, for a clock that may be wrong.

Belongs here: the rule, as a function of days. Does not belong here: removing anything (retention).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.settings import Settings
from pipeline.store.log import Log
from pipeline.store.objects import Store

DAYS = "days"
# of so many days on which something ran the middle one counts: a clock that was wrong on two of them changes nothing
SEEN = 5
AHEAD = 31  # days; what is dated further ahead than this has its day of a clock that was wrong, then or now


@dataclass(frozen=True)
class Rule:
    """All releases of ``days``, the last of each of ``months`` and of ``years``, and the ``newest`` whatever their day.

    The month and the year of the day itself count as one each.
    """

    days: int
    months: int
    years: int
    newest: int

    @classmethod
    def of(cls, settings: Settings) -> Rule:
        return cls(settings.keep_days, settings.keep_months, settings.keep_years, settings.keep_releases)

    def kept(self, made: Mapping[str, date], today: date) -> set[str]:
        """Return the names of what is kept of things that were made on these days. ``made`` is in the order of making."""
        month = _month(today)
        return {
            *(name for name, day in made.items() if day.toordinal() > today.toordinal() - self.days),
            *_last_of((_month(day), name) for name, day in made.items() if _month(day) > month - self.months),
            *_last_of((day.year, name) for name, day in made.items() if day.year > today.year - self.years),
            *list(made)[len(made) - min(self.newest, len(made)) :],
        }


def days_of_making(dated: Mapping[str, date], after: Mapping[str, Iterable[str]], today: date) -> dict[str, date]:
    """Return the days on which things were made, in the order of making.

    ``dated`` are the days that they bear, the earliest first. What bears a day before that of something that it was made
    ``after`` was made while the clock was behind: on the day of the other, then. What bears a day far ahead was made by today,
    and by the day of whatever was made after it. So what a wrong clock has dated is kept for as long as if it were dated right,
    and while the clock is behind nothing is too old.
    """
    before: dict[str, list[str]] = {}
    for name, earlier in after.items():
        for each in earlier:
            before.setdefault(each, []).append(name)
    own: dict[str, date] = {}
    for name, day in reversed(list(dated.items())):
        later = (own.get(each, dated[each]) for each in before.get(name, ()))
        own[name] = min([today, *later]) if _ahead(day, today) else day
    made: dict[str, date] = {}
    for name in sorted(dated, key=own.__getitem__):
        others = (found for each in after.get(name, ()) if (found := made.get(each) or own.get(each) or _named(each)))
        made[name] = max([own[name], *(each for each in others if not _ahead(each, today))])
    # of one day, what was moved down to it came before what has it of itself, and what was moved up to it after
    order = {name: (day, (day > dated[name]) - (day < dated[name]), number) for number, (name, day) in enumerate(made.items())}
    return {name: made[name] for name in sorted(made, key=order.__getitem__)}


def settled_day(store: Store, today: date) -> date:
    """Write down that something ran on a day, and return the day that the clock of late agrees upon: the middle one of the last
    days on which something ran. It lags behind by two such days at most, and then more is kept, never less."""
    log = Log(store, DAYS, _day, keep=SEEN)
    seen: list[date] = [day for _, day in log.newest_first()]
    if today not in seen:
        log.append(lambda _: {"day": today.isoformat()})
        seen = [today, *seen][:SEEN]
    return _middle(seen)


def not_before(store: Store, today: date) -> date:
    """Return the day of a run: that of the clock, or the one that the clock of late agrees upon where that is later. What was of
    the past yesterday is not of the future today."""
    seen = [day for _, day in Log(store, DAYS, _day).newest_first()]
    return max(today, _middle(seen)) if seen else today


def _middle(days: Sequence[date]) -> date:
    return sorted(days)[(len(days) - 1) // 2]


def _ahead(day: date, today: date) -> bool:
    return day.toordinal() > today.toordinal() + AHEAD


def _named(name: str) -> date | None:
    """Return the day in the name of a release that is there no longer; None for a name without one."""
    try:
        return date(*map(int, name.partition("-")[0].split(".")))
    except (TypeError, ValueError):
        return None


def _day(document: Any) -> date:
    return date.fromisoformat(document["day"])


def _month(day: date) -> int:
    return 12 * day.year + day.month


def _last_of(found: Iterable[tuple[int, str]]) -> set[str]:
    """Return the last name of each period."""
    return set(dict(found).values())
