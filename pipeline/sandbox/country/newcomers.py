"""What is not there yet on the newest day: schools that open, schools that get another BRIN, and a postcode.

They stand behind what is there, in the order of their day, so that every position keeps its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from pipeline.sandbox.country.arrays import Array, Rng, text
from pipeline.sandbox.country.links import REGION, answer, following, sectors, units
from pipeline.sandbox.country.locations import address
from pipeline.sandbox.country.model import Country
from pipeline.sandbox.country.places import point

AUGUSTS = (date(2027, 8, 1), date(2028, 8, 1))
PER = 70  # one opening, one closure and half as many new BRINs per so many open locations
LATER = (2026, 2027)  # years whose pupils are counted after the newest day
ALWAYS, NEVER = date(1900, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class Newcomers:
    """A country with what is still to come, and since when and until when each location is there."""

    country: Country
    opens: Array
    closes: Array


def with_newcomers(rng: Rng, country: Country, opens: Array, closes: Array) -> Newcomers:
    """Draw what is to come."""
    postcode4 = _with_postcode(country)
    country = replace(country, postcode4=postcode4, home=_beside(country, len(postcode4)))
    v, closes = country.vestiging, closes.copy()
    frames, since = [], []
    brins = iter(_unused(v["brin"]))
    for day in AUGUSTS:
        there = np.flatnonzero((closes > day) & (v["soort"].isin(["BO", "VO"])))
        count = max(2, len(there) // PER)
        chosen = rng.choice(there, 3 * count, replace=False)
        again, alike, gone = chosen[: count // 2], chosen[count : 2 * count], chosen[2 * count :]
        closes[again], closes[gone] = day, day
        for like, new in ((again, False), (alike, True)):
            codes = [next(brins) for _ in like]
            frame = v.loc[like].assign(brin=codes, nummer="00", vestigingscode=[f"{each}00" for each in codes], van=like)
            frames.append(_elsewhere(rng, country, frame) if new else frame)
            since += [day] * len(like)
    rows = pd.concat(frames).assign(rij=lambda each: range(len(v), len(v) + len(each)), plek=lambda each: each["rij"])
    vestiging = pd.concat([v.assign(van=-1), rows], ignore_index=True)
    opens = np.concatenate([opens, np.array(since, dtype=object)])
    closes = np.concatenate([closes, np.array([NEVER] * len(rows), dtype=object)])
    extra = sectors(vestiging.loc[len(v) :]).assign(rio_soort=REGION, vorige=None, oud=-1)
    links = pd.concat([country.vestiging_swv[["vestiging", "sector", "rio_soort", "vorige", "oud"]], extra], ignore_index=True)
    links = answer(links, vestiging, postcode4, country.gemeente, following(postcode4))
    eenheid = units(vestiging, links)
    counts = _counted(rng, country, vestiging, eenheid, opens, closes)
    years = np.concatenate([country.years, LATER])
    home = _homes(country, vestiging, eenheid, counts, len(v))
    grown = replace(
        country, vestiging=vestiging, vestiging_swv=links, eenheid=eenheid, counts=counts, years=years, home=home
    )  # fmt: skip
    return Newcomers(grown, opens, closes)


def _with_postcode(country: Country) -> pd.DataFrame:
    """A new postcode at the end, in a gemeente with one region per sector and a few schools; nothing lists it yet."""
    p, g = country.postcode4, country.gemeente
    plain = ~g["PO_gedeeld"] & ~g["VO_gedeeld"] & (g["provincie_code"] == 25)
    where = country.vestiging["gemeente"].value_counts().reindex(g.index[plain], fill_value=0).idxmax()
    like: Any = p[p["gemeente"] == where].iloc[0]
    code = next(str(each) for each in range(int(like["postcode4"]) + 1, 9999) if str(each) not in set(p["postcode4"]))
    count, town = int(like["in_gemeente"]), dict(g.loc[where])  # type: ignore[call-overload]
    side = np.ceil(np.sqrt(count + 1))
    x = round(town["x"] + town["breed"] * ((count % side + 0.5) / side - 0.5))
    y = round(town["y"] + town["hoog"] * ((count // side + 0.5) / side - 0.5))
    row = like.copy()
    row["postcode4"], row["rang"], row["in_gemeente"], row["x"], row["y"] = code, count, count + 1, x, y
    row["latitude"], row["longitude"] = point(row, (0, 0))
    row["nieuw"], row["in_rio"], row["europoort"] = True, False, False
    grown: pd.DataFrame = pd.concat([p, row.to_frame().T], ignore_index=True).astype(p.dtypes)
    return grown


def _beside(country: Country, places: int) -> dict[str, tuple[Array, Array, Array]]:
    """Home postcodes whose positions beyond the real ones begin after so many places."""
    before = len(country.postcode4)
    return {
        soort: (unit, np.where(home >= before, home + places - before, home), number)
        for soort, (unit, home, number) in country.home.items()
    }  # fmt: skip


def _unused(brins: pd.Series) -> list[str]:
    """BRINs that no school ever had."""
    used, letters = set(brins), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [code for a in letters for b in letters for n in range(90, 100) if (code := f"{n}{a}{b}") not in used]


def _elsewhere(rng: Rng, country: Country, frame: pd.DataFrame) -> pd.DataFrame:
    """The same schools as new ones: with a name and an address of their own, in the same postcode."""
    for name, value in address(rng, frame["postcode4"].to_numpy()).items():
        frame[name] = value
    p = country.postcode4.loc[frame["pc"]]
    places = [point(each, rng.uniform(-0.8, 0.8, 2)) for _, each in p.iterrows()]
    naam = frame["naam"].str.replace("(fictief)", "nieuw (fictief)")
    site = text("www.fictief-", frame["vestigingscode"].str.lower(), ".example")
    return frame.assign(
        naam=naam, website=site, latitude=[each[0] for each in places], longitude=[each[1] for each in places], van=-1
    )  # fmt: skip


def _counted(
    rng: Rng, country: Country, vestiging: pd.DataFrame, eenheid: pd.DataFrame, opens: Array, closes: Array
) -> Array:  # fmt: skip
    """Pupils of every year: those of later years follow from the year before; a new BRIN takes over the pupils."""
    n = len(eenheid)
    counts = np.zeros((n, len(country.years) + len(LATER)), dtype=np.int64)
    counts[: len(country.counts), : len(country.years)] = country.counts
    where = eenheid["vestiging"].to_numpy()
    first = pd.Series(np.arange(n), index=where).groupby(level=0).first()
    before = vestiging["van"].to_numpy()[where]
    for k, year in enumerate(LATER, start=len(country.years)):
        there = (opens[where] <= date(year, 10, 1)) & (closes[where] > date(year, 10, 1))
        last = counts[:, k - 1].copy()
        taken = (before >= 0) & (last == 0)
        last[taken] = counts[first[before[taken]].to_numpy(), k - 1]
        start = np.where(eenheid["soort"] == "VO", 150, 60)
        drawn = np.rint(np.where(last > 0, last, start) * rng.normal(1, 0.03, n)).clip(1)
        counts[:, k] = np.where(there, drawn, 0)
    return counts


def _homes(
    country: Country, vestiging: pd.DataFrame, eenheid: pd.DataFrame, counts: Array, old: int
) -> dict[str, tuple[Array, Array, Array]]:
    """Home postcodes of later years, in the proportions of the last year; newcomers' pupils all come from where they stand."""
    found = {}
    for soort, (unit, home, number) in country.home.items():
        extra = np.flatnonzero((eenheid["soort"] == soort) & (eenheid["vestiging"] >= old))
        at = vestiging["pc"].to_numpy()[eenheid["vestiging"].to_numpy()[extra]]
        unit = np.concatenate([unit, extra])
        home = np.concatenate([home, np.repeat(at[:, None], home.shape[1], axis=1)])
        number = np.concatenate([number, np.zeros((len(extra), *number.shape[1:]), dtype=number.dtype)])
        later = [_spread(number[..., number.shape[2] - 1], counts[unit, len(country.years) + k]) for k in range(len(LATER))]
        found[soort] = unit, home, np.concatenate([number, np.stack(later, axis=2)], axis=2)
    return found


def _spread(like: Array, totals: Array) -> Array:
    """Totals in the proportions of others; where there are none, all at the first."""
    share = like.astype(float)
    share[share.sum(axis=1) == 0, 0] = 1
    running = np.cumsum(share, axis=1)
    running /= running[:, -1:]
    return np.diff(np.rint(running * totals[:, None]).astype(np.int64), axis=1, prepend=0)
