"""What the portal shows on a day: which edition of each file, since when, under which name and licence.

Belongs here: when publishers publish, and what goes wrong there. Does not belong here: what is in a file (the writers), or what
happens to the country (country.calendar).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

from pipeline.errors import SettingsError
from pipeline.sandbox.country import SIZES, Country, make_country
from pipeline.sandbox.country.calendar import FIRST, LAST, NOTICE, Calendar, make_calendar
from pipeline.sandbox.country.day import COUNTED, country_on
from pipeline.sandbox.country.rio import rio_on
from pipeline.sandbox.counts import counts
from pipeline.sandbox.geography import geography
from pipeline.sandbox.publication import Published
from pipeline.sandbox.relations import PACKAGE, relations
from pipeline.sandbox.schools import schools

AT = "T16:39:36"
MOVED = date(2026, 10, 2)  # the portal went to another machine, and all files got a new date
MAPPED = (1, 15)  # month and day on which the areas of a year come out
# a register of which an edition held a wrong postcode, for so many days after it came out
WRONG, CORRECTED = (date(2027, 11, 1), date(2028, 5, 1)), timedelta(8)
PAUSED = ("ckan/adressen_vo/besturenvo.csv", date(2027, 10, 1), date(2028, 3, 1))
RENAMED = ("ckan/adressen_so/besturenso.csv", "ckan/adressen_so/besturen_so_nieuw.csv", date(2028, 4, 10), date(2028, 5, 10))
LICENSED = ("ckan/adressen_vo/", "cc-zero", date(2028, 2, 10))
# a file of which one of two machines behind the portal gives the edition of a month before, on every other day
FLIPS = (f"{PACKAGE}/onderwijslocaties.csv", date(2028, 6, 10), date(2028, 6, 20), timedelta(31))


@dataclass(frozen=True)
class Kind:
    """Which country: its seed, scale and size, and for how many years its pupils are counted by home."""

    seed: int
    scale: int
    size: str
    home_years: int


@dataclass(frozen=True)
class Shown:
    """A file at the portal."""

    file: Published
    modified: str
    licence: str


@cache
def calendar_of(kind: Kind) -> Calendar:
    """Return the calendar of a country."""
    return make_calendar(make_country(kind.seed, kind.scale, SIZES[kind.size]), kind.seed, kind.scale)


def shown_on(kind: Kind, day: date) -> Iterator[Shown]:
    """Yield every file that the portal shows on a day. Raises SettingsError for a day outside the calendar."""
    if not FIRST <= day <= LAST:
        raise SettingsError(f"PASSEND_SANDBOX_DAY={day} is not in the calendar of the sandbox; give a day from {FIRST} to {LAST}")
    month = day.replace(day=1)
    for group, since, modified in (
        ("registers", month, edition_of_registers(day)), ("rio", news(kind, day), day), ("counts", _yearly(day, COUNTED), None),
        ("geography", _yearly(day, MAPPED), None), ("statute", _statute(kind, day), None),
    ):  # fmt: skip
        for file in _written(kind, group, since, day in _wrong_days(month)):
            yield _as_shown(kind, day, file, modified or since)


def happens_at_the_portal(day: date) -> list[str]:
    """Return in words what publishers do on a day, beside publishing what is new."""
    told = [
        (PAUSED[1] + timedelta(31), "besturen_vo houdt op te verschijnen"), (PAUSED[2], "besturen_vo verschijnt weer"),
        (RENAMED[2], "besturenso.csv heet anders"), (RENAMED[3], "besturenso.csv heet weer als voorheen"),
        (LICENSED[2], "andere licentie op adressen_vo"), (FLIPS[1], "onderwijslocaties wisselt tussen twee edities"),
        (FLIPS[2], "onderwijslocaties wisselt niet meer"),
        *((each, "onderwijslocaties is weer de andere editie") for each in _flipping()),
        *((each, "een postcode staat fout in vestigingen_bo") for each in WRONG),
        *((each + CORRECTED, "vestigingen_bo is verbeterd") for each in WRONG),
    ]  # fmt: skip
    found = [words for then, words in told if then == day]
    if (day.month, day.day) == COUNTED:
        found.append(f"leerlingen van {day.year - 1} (jaar in de bestandsnaam), {day.year - 2} herzien")
    return found + ["gebieden van het jaar"] * ((day.month, day.day) == MAPPED) + ["registers van de maand"] * (day.day == 1)


def _flipping() -> list[date]:
    """The days after the first on which a file flips."""
    return [FLIPS[1] + timedelta(each) for each in range(1, (FLIPS[2] - FLIPS[1]).days)]


def misplaced(kind: Kind, day: date) -> str | None:
    """Return the code of the location of which the register of a day has the postcode wrong; None on all other days."""
    if day not in _wrong_days(month := day.replace(day=1)):
        return None
    country = country_on(calendar_of(kind), month)
    return str(country.vestiging.loc[_misplaced(country), "vestigingscode"])


def news(kind: Kind, day: date) -> date:
    """Return the last day up to this one on which something happened to the country, or was announced."""
    return max(each for each in _news_days(kind) if each <= day)


@cache
def _news_days(kind: Kind) -> frozenset[date]:
    calendar = calendar_of(kind)
    days = {each.day for each in calendar.changes} | {each.day for each in calendar.rezonings}
    days |= {calendar.merger[0], *calendar.postcode}
    days |= {*calendar.opens, *calendar.closes} - {min(calendar.opens), max(calendar.closes)}
    return frozenset({FIRST} | days | {each - NOTICE for each in days})


def _statute(kind: Kind, day: date) -> date:
    """Return the last day up to this one on which a region changed: the statutory table comes out with it."""
    return max([FIRST, *(each.day for each in calendar_of(kind).rezonings if each.day <= day)])


def _yearly(day: date, since: tuple[int, int]) -> date:
    return date(day.year - ((day.month, day.day) < since), *since)


def edition_of_registers(day: date) -> date:
    """Return the day of the edition of the registers that is out on a day."""
    month = day.replace(day=1)
    return month + CORRECTED if month in WRONG and day >= month + CORRECTED else month


def _wrong_days(month: date) -> list[date]:
    return [month + timedelta(each) for each in range(CORRECTED.days)] if month in WRONG else []


@lru_cache(maxsize=12)
def _written(kind: Kind, group: str, since: date, wrong: bool) -> tuple[Published, ...]:
    """The files of a group as they were written on a day. ``wrong``: with a wrong postcode in a register."""
    calendar = calendar_of(kind)
    country = country_on(calendar, since)
    if group == "registers" and wrong:
        v, one = country.vestiging.copy(), _misplaced(country)
        v.loc[one, "postcode"] = v.loc[one + 10, "postcode"]
        country = replace(country, vestiging=v)
    writers: dict[str, Callable[[], list[Published]]] = {
        "registers": lambda: schools(country),
        "rio": lambda: relations(country, rio_on(calendar, since)),
        "counts": lambda: counts(country, kind.home_years),
        "geography": lambda: [each for each in geography(country, since.year) if "pc4_gemeente" not in each.place],
        "statute": lambda: [each for each in geography(country, since.year) if "pc4_gemeente" in each.place],
    }
    return tuple(writers[group]())


def _misplaced(country: Country) -> Any:
    v = country.vestiging
    return v.index[~v["gesloten"] & (v["soort"] == "BO")][3]


def _as_shown(kind: Kind, day: date, file: Published, modified: date) -> Shown:
    place = file.place
    if place == PAUSED[0] and PAUSED[1] <= day < PAUSED[2]:
        modified = PAUSED[1]
        (file,) = (each for each in _written(kind, "registers", modified, False) if each.place == place)
    if place == FLIPS[0] and FLIPS[1] <= day < FLIPS[2] and day.day % 2:
        modified = day - FLIPS[3]
        (file,) = (each for each in _written(kind, "rio", news(kind, modified), False) if each.place == place)
    if place == RENAMED[0] and RENAMED[2] <= day < RENAMED[3]:
        file = replace(file, place=RENAMED[1])
    licence = LICENSED[1] if place.startswith(LICENSED[0]) and day >= LICENSED[2] else "cc-by"
    stamp = max(modified, MOVED) if day >= MOVED else modified
    return Shown(file, f"{stamp}{AT}", licence)
