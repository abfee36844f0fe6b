"""The country on a day, worked out from its calendar, and what is true of it then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from pipeline.sandbox.country.arrays import Array, either
from pipeline.sandbox.country.calendar import NEWEST, NOTICE, Calendar
from pipeline.sandbox.country.links import answer, following
from pipeline.sandbox.country.model import Country

COUNTED = (1, 20)  # month and day on which the pupils of the October before are published
REVISED_SINCE = 2014
REVISED = 40  # one kind per location in so many is revised in a year, when the next one comes out
LARGE = 30  # and only where there are so many pupils


def country_on(calendar: Calendar, day: date) -> Country:
    """Return the country as it is on a day, with the pupils that were counted and published by then."""
    full = calendar.country
    count, places = len(known(calendar, day)), _places(calendar, day)
    units = int((full.eenheid["vestiging"] < count).sum())
    last = last_year(day)
    years = full.years[full.years <= last]
    counts, homes = _published(full, years, units)
    shift = len(full.postcode4) - places
    home = {
        soort: (unit[unit < units], np.where(home >= len(full.postcode4), home - shift, home)[unit < units], number[unit < units])
        for soort, (unit, home, number) in homes.items()
    }  # fmt: skip
    return replace(
        full, gemeente=gemeente_on(calendar, day), postcode4=postcode4_on(calendar, day), swv=swv_known(calendar, day),
        vestiging=vestiging_on(calendar, day), vestiging_swv=links_on(calendar, day), eenheid=full.eenheid.iloc[:units],
        counts=counts, home=home, years=years, later=_later(calendar, years, units),
    )  # fmt: skip


def last_year(day: date) -> int:
    """Return the newest year of which the pupils are published on a day."""
    return day.year - 1 if (day.month, day.day) >= COUNTED else day.year - 2


def known(calendar: Calendar, day: date) -> Array:
    """Return the positions of the locations that a frame of this day holds: those that open after it stand behind them."""
    return np.arange(int((calendar.opens <= max(day, NEWEST)).sum()))


@lru_cache(maxsize=8)
def vestiging_on(calendar: Calendar, day: date) -> pd.DataFrame:
    """Return the locations. ``gesloten`` are those that are not there, ``bekend`` those that were there before or are now."""
    n = len(known(calendar, day))
    v = calendar.country.vestiging.iloc[:n].copy()
    undone = [each for each in reversed(calendar.changes) if day < each.day <= NEWEST]
    done = [each for each in calendar.changes if NEWEST < each.day <= day]
    values: dict[str, dict[int, Any]] = {}
    for change in [*undone, *done]:
        for name, value in change.other.items() if change.vestiging < n else ():
            values.setdefault(name, {})[change.vestiging] = value
    for name, new in values.items():
        column = v[name].to_numpy(dtype=object, copy=True)
        column[list(new)] = list(new.values())
        v[name] = pd.Series(column, index=v.index).astype(v[name].dtype)
    opens, closes = calendar.opens[:n], calendar.closes[:n]
    v["gesloten"] = ~((opens <= day) & (closes > day))
    v["bekend"] = opens <= day
    return v.assign(gemeentenummer=gemeente_on(calendar, day)["gemeentenummer"].to_numpy()[v["gemeente"]])


def gemeente_on(calendar: Calendar, day: date) -> pd.DataFrame:
    """Return the gemeenten. One that went up in another one has that one's number and name."""
    merged, one, other = calendar.merger
    g = calendar.country.gemeente
    if day < merged:
        return g
    names = ["gemeentenummer", "naam", "naam_register"]
    return g.assign(**{name: g[name].mask(g.index == one, g[name].iloc[other]) for name in names})


def postcode4_on(calendar: Calendar, day: date) -> pd.DataFrame:
    """Return the postcodes, with the regions that they lie in."""
    p = calendar.country.postcode4.iloc[: _places(calendar, day)].copy()
    for each in calendar.rezonings:
        here = list(each.postcodes)
        if day < each.day <= NEWEST:
            p.loc[here, each.sector] = each.leaves
        elif NEWEST < each.day <= day:
            p.loc[here, [each.sector, f"regeling_{each.sector}"]] = each.joins
    new, in_rio = calendar.postcode
    if new <= day:
        p.loc[p.index[-1], "in_rio"] = in_rio <= day
    return p


@lru_cache(maxsize=64)
def links_on(calendar: Calendar, day: date) -> pd.DataFrame:
    """Return the SWV of every location per sector, and what each method answers."""
    full, v = calendar.country, vestiging_on(calendar, day)
    links = full.vestiging_swv[full.vestiging_swv["vestiging"] < len(v)]
    if day > NEWEST:
        return answer(links, v, postcode4_on(calendar, day), gemeente_on(calendar, day), following(full.postcode4))
    here = links["vestiging"].to_numpy()
    until = links["vorige"].map({each.leaves: each.day for each in calendar.rezonings})
    before = (until > day) & links["methode"].isin(["rio", "rio_regio"])
    return links.assign(
        gesloten=v["gesloten"].to_numpy()[here], swv_code=either(before, links["vorige"], links["swv_code"])
    )  # fmt: skip


def swv_known(calendar: Calendar, day: date) -> pd.DataFrame:
    """Return the SWVs, with the day on which they end as far as it is announced."""
    ends = {each.leaves: each.day.isoformat() for each in calendar.rezonings if each.ends and each.day - NOTICE <= day}
    swv = calendar.country.swv
    return swv.assign(einddatum=swv["swv_code"].map(ends).astype(object))


def _places(calendar: Calendar, day: date) -> int:
    return len(calendar.country.postcode4) - (day < calendar.postcode[0])


def _later(calendar: Calendar, years: Array, units: int) -> dict[int, Array]:
    """The SWV of each kind per location in the years that were counted after the newest day."""
    found = {}
    eenheid = calendar.country.eenheid.iloc[:units]
    for year in (int(each) for each in years if each >= NEWEST.year):
        links = links_on(calendar, date(year, 10, 1)).set_index(["vestiging", "sector"])["swv_code"]
        found[year] = links.reindex(pd.MultiIndex.from_frame(eenheid[["vestiging", "sector"]])).to_numpy(dtype=object)
    return found


def _published(full: Country, years: Array, units: int) -> tuple[Array, dict[str, tuple[Array, Array, Array]]]:
    """Pupils as the file of a year has them: those of the newest year are provisional, and revised a year later.

    The drawing has the provisional number of its own last year, and the final ones of those before.
    """
    counts = full.counts[:, : len(years)].copy()
    revisions = [(k, _revision(full, k) * (1 if years[k] == NEWEST.year - 1 else -1)) for k in _revised(full, years)]
    for k, revision in revisions:
        counts[:, k] += revision
    homes = {}
    for soort, (unit, home, number) in full.home.items():
        number = number[..., : len(years)].copy()
        for k, revision in revisions:
            most = number[..., k].argmax(axis=1)
            number[np.arange(len(unit)), most, k] += revision[unit]
        homes[soort] = unit, home, number
    return counts[:units], homes


def _revised(full: Country, years: Array) -> list[int]:
    """The positions of years in which a published number is another than the drawn one."""
    last, drawn = len(years) - 1, NEWEST.year - 1
    provisional = [last] if REVISED_SINCE <= years[last] != drawn else []
    return provisional + [k for k in range(last) if years[k] == drawn]


def _revision(full: Country, k: int) -> Array:
    number = np.arange(len(full.counts))
    here = (full.counts[:, k] >= LARGE) & ((number * 7 + k * 13) % REVISED == 0)
    return np.where(here, 1 + number % 2, 0)
