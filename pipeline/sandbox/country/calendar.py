"""The calendar: what happens to the country on which day, drawn from its seed. No day is stored: ``day`` works it out.

The drawing is of the newest day. What happened before it is written as what was there before; what happens after it as what
is there from then on. Locations change on the first of a month, so that a register of that day shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from pipeline.sandbox.country.arrays import Array, Rng
from pipeline.sandbox.country.locations import address
from pipeline.sandbox.country.model import Country
from pipeline.sandbox.country.newcomers import ALWAYS, NEVER, with_newcomers
from pipeline.sandbox.country.places import point
from pipeline.settings import Settings

FIRST, LAST = date(2014, 8, 1), date(2028, 10, 2)
NEWEST: date = Settings.model_fields["sandbox_day"].default
# between these, nothing happens to a location: what the newest day shows is what was drawn, and nothing is announced there yet
QUIET, LIVELY = date(2026, 1, 1), date(2026, 12, 31)
NEW_YEAR = date(2028, 1, 1)
NEW_POSTCODE, IN_RIO = date(2027, 10, 1), date(2028, 2, 1)
NOTICE = timedelta(61)  # so long before it the nightly registry announces what is to happen
# what happens in a month, per so many open locations
PER = {"verhuizing": 600, "naam": 300, "bestuur": 600}
TOWNS = 12  # how many postcodes up or down a location moves


@dataclass(frozen=True)
class Change:
    """What becomes of a location. ``other`` is what it was until that day where it lies in the past, else what it will be."""

    day: date
    kind: str
    vestiging: int
    other: Mapping[str, Any]


@dataclass(frozen=True)
class Rezoning:
    """Postcodes (positions) that go to another region. ``ends`` says whether the region that they leave is no more."""

    day: date
    sector: str
    postcodes: tuple[int, ...]
    leaves: str
    joins: str
    ends: bool


@dataclass(frozen=True, eq=False)
class Calendar:
    """``country`` is that of the newest day, and behind it what is still to come; ``opens`` and ``closes`` are of its
    locations, and ``closes`` is the first day on which a location is not there."""

    country: Country
    opens: Array
    closes: Array
    changes: tuple[Change, ...]
    rezonings: tuple[Rezoning, ...]
    merger: tuple[date, int, int]  # the gemeente that goes up in another one
    postcode: tuple[date, date]  # since when the last postcode is there, and since when RIO knows it

    def happens(self, day: date) -> list[str]:
        """Return in words what happens in the country on a day."""
        v, found = self.country.vestiging, []
        kinds = pd.Series([each.kind for each in self.changes if each.day == day]).value_counts()
        found += [f"{count} {kind}" for kind, count in kinds.sort_index().items()]
        for name, days in (("geopend", self.opens), ("gesloten", self.closes)):
            if count := int((days == day).sum()):
                found.append(f"{count} {name}: {', '.join(v.loc[days == day, 'vestigingscode'].head(3))}")
        for each in self.rezonings:
            what = f"{len(each.postcodes)} postcodes van {each.leaves} naar {each.joins}{' (fusie)' if each.ends else ''}"
            found += [what] * (each.day == day) + [f"aangekondigd: {what}"] * (each.day - NOTICE == day)
        names = self.country.gemeente["naam"]
        if day == self.merger[0]:
            found.append(f"gemeente {names[self.merger[1]]} gaat op in {names[self.merger[2]]}")
        new = self.country.postcode4["postcode4"].iloc[-1]
        found += [f"postcode {new} is nieuw"] * (day == self.postcode[0])
        known = f"RIO kent postcode {new}"
        return found + [known] * (day == self.postcode[1]) + [f"aangekondigd: {known}"] * (day == self.postcode[1] - NOTICE)


def make_calendar(country: Country, seed: int, scale: int) -> Calendar:
    """Return what happens to a country of this seed and scale."""
    rng = np.random.default_rng([seed, scale, 1])
    opens, closes = _past(country)
    newcomers = with_newcomers(rng, country, opens, closes)
    country, opens, closes = newcomers.country, newcomers.opens, newcomers.closes
    past = _changes(rng, country, opens, closes, FIRST, QUIET)
    future = _changes(rng, country, opens, closes, LIVELY, LAST)
    new = _to_the_new_postcode(rng, country, closes, [each.vestiging for each in future])
    changes = tuple(sorted([*past, *future, new], key=lambda each: (each.day, each.vestiging)))
    rezonings = _rezonings(country)
    merger = _merger(country, rezonings)
    return Calendar(country, opens, closes, changes, rezonings, merger, (NEW_POSTCODE, IN_RIO))


def _past(country: Country) -> tuple[Array, Array]:
    """Since when and until when each location is there, as its pupils have it: from one 1 August to another."""
    present = np.zeros((len(country.vestiging), len(country.years)), dtype=bool)
    np.logical_or.at(present, country.eenheid["vestiging"].to_numpy(), country.counts > 0)
    first, last = present.argmax(axis=1), len(country.years) - 1 - present[:, ::-1].argmax(axis=1)
    gone = country.vestiging["gesloten"].to_numpy()
    opens = [ALWAYS if k == 0 else date(int(country.years[k]), 8, 1) for k in first]
    closes = [date(int(country.years[k]) + 1, 8, 1) if over else NEVER for k, over in zip(last, gone, strict=True)]
    return np.array(opens, dtype=object), np.array(closes, dtype=object)


def _changes(rng: Rng, country: Country, opens: Array, closes: Array, since: date, until: date) -> list[Change]:
    """Draw the moves, new names and new boards of the first of each month between two days."""
    v, found = country.vestiging, []
    taken: set[tuple[int, str]] = set()
    for day in (each.date() for each in pd.date_range(since, until, freq="MS") if since < each.date() < until):
        there = np.flatnonzero((opens < day) & (closes > day) & (closes > NEWEST))
        for kind, per in PER.items():
            for one in rng.choice(there, max(1, len(there) // per), replace=False):
                # of one kind, one thing happens to a location
                if (int(one), kind) not in taken:
                    taken.add((int(one), kind))
                    found.append(Change(day, kind, int(one), _other(rng, country, v.loc[one], kind, future=since >= NEWEST)))
    return found


def _other(rng: Rng, country: Country, here: pd.Series, kind: str, *, future: bool) -> Mapping[str, Any]:
    if kind == "naam":
        return {"naam": here["naam"].replace("(fictief)", f"{'aan' if future else 'onder'} de Nieuwe Weg (fictief)")}
    if kind == "bestuur":
        b = country.bestuur
        others = b.index[(b["so"] if here["groep"] == "so" else b["groep"] == here["groep"]) & (b.index != here["bestuur"])]
        return {"bestuur": int(rng.choice(others))}
    p = country.postcode4
    near = p.loc[max(0, here["pc"] - TOWNS) : here["pc"] + TOWNS]
    near = near[near["in_rio"] & ~near["nieuw"] & ~near["europoort"]]
    if not future:  # what RIO says of a location's past is that it always lay where it lies now
        own = p.loc[here["pc"]]
        near = near[(near["PO"] == own["PO"]) & (near["VO"] == own["VO"]) & (near["regeling_PO"] == own["regeling_PO"])]
    return address_at(rng, country, int(rng.choice(near.index)) if len(near) else int(here["pc"]))


def _to_the_new_postcode(rng: Rng, country: Country, closes: Array, busy: list[int]) -> Change:
    """A primary school of the same gemeente moves to the new postcode on its first day."""
    v, pc = country.vestiging, len(country.postcode4) - 1
    near = v[(v["gemeente"] == country.postcode4.loc[pc, "gemeente"]) & (v["soort"] == "BO") & (closes == NEVER)]
    one = int(near.index.difference(busy)[0])
    return Change(NEW_POSTCODE, "verhuizing", one, address_at(rng, country, pc))


def address_at(rng: Rng, country: Country, pc: int) -> Mapping[str, Any]:
    """Draw an address in a postcode."""
    p: Any = country.postcode4.loc[pc]
    drawn = {name: str(value[0]) for name, value in address(rng, np.array([p["postcode4"]])).items()}
    latitude, longitude = point(p, rng.uniform(-0.8, 0.8, 2))
    del drawn["telefoon"]
    return {
        **drawn,
        "pc": pc,
        "postcode4": p["postcode4"],
        "gemeente": p["gemeente"],
        "latitude": latitude,
        "longitude": longitude,
    }


def _rezonings(country: Country) -> tuple[Rezoning, ...]:
    """What ended before the newest day; and on one New Year's Day a merger (po) and a change of boundary (vo)."""
    p, found = country.postcode4, []
    for code, (heir, end) in country.ended.items():
        left = tuple(p.index[(p[code[:2]] == heir) & (p.index % 2 == 0)])
        found.append(Rezoning(date.fromisoformat(end), code[:2], left, code, heir, True))
    # the smallest of those with a neighbour: what changes on one day must be little beside the whole
    links = country.vestiging_swv[~country.vestiging_swv["gesloten"]]
    size = links["swv_code"].value_counts()
    heirs = {heir for heir, _ in country.ended.values()}
    neighbours = _neighbours(country)
    with_schools = [code for code in neighbours if code[:2] == "PO" and size.get(code, 0) > 1 and code not in heirs]
    one = min(with_schools, key=size.__getitem__)
    found.append(Rezoning(NEW_YEAR, "PO", tuple(p.index[p["PO"] == one]), one, neighbours[one], True))
    g = country.gemeente
    plain = p[~p["gemeente"].isin(g.index[g["VO_gedeeld"] | g["PO_gedeeld"]]) & p["VO"].isin(set(neighbours) - heirs)]
    schools = country.vestiging.loc[links.loc[links["sector"] == "VO", "vestiging"], "gemeente"].value_counts()
    # a region keeps other gemeenten, and the one that it loses has a school
    several = plain.groupby("VO")["gemeente"].transform("nunique") > 1
    town = schools.reindex(np.unique(plain.loc[several, "gemeente"])).idxmin()
    loses = str(plain.loc[plain["gemeente"] == town, "VO"].iloc[0])
    found.append(Rezoning(NEW_YEAR, "VO", tuple(p.index[p["gemeente"] == town]), loses, neighbours[loses], False))
    return tuple(found)


def _neighbours(country: Country) -> dict[str, str]:
    """For each region of a province with several, another one of the same province."""
    codes = sorted(set(np.unique(country.postcode4[["PO", "VO"]].to_numpy().ravel())))
    pairs = {one: other for one, other in pairwise(codes) if one[:4] == other[:4]}
    return {other: one for one, other in pairs.items()} | pairs


def _merger(country: Country, rezonings: tuple[Rezoning, ...]) -> tuple[date, int, int]:
    """A gemeente and its neighbour, in the same regions before and after."""
    p, g = country.postcode4, country.gemeente
    regions = p.groupby("gemeente")[["PO", "VO"]].agg(_all)
    same = (regions == regions.shift(-1)).all(axis=1) & (g["provincie_code"] == g["provincie_code"].shift(-1))
    changed = {postcode for each in rezonings for postcode in each.postcodes}
    plain = same & ~regions["PO"].str.contains("/") & ~regions["VO"].str.contains("/")
    plain &= ~g.index.isin(p.loc[sorted(changed), "gemeente"])
    one = int(np.flatnonzero(plain)[-1])
    return NEW_YEAR, one, one + 1


def _all(codes: pd.Series) -> str:
    return "/".join(sorted(set(codes)))
