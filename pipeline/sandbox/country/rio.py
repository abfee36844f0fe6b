"""What the nightly registry (RIO) knows on a day: what was, what is, and what is announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipeline.sandbox.country.arrays import either
from pipeline.sandbox.country.calendar import NEWEST, NOTICE, Calendar
from pipeline.sandbox.country.day import links_on, postcode4_on

START = "2014-08-01"  # passend onderwijs
FOUNDED = "2012-08-01"  # the first regions


@dataclass(frozen=True)
class Rio:
    """``regios`` are the regions with their postcodes and periods; ``relaties`` the SWV of locations with theirs, those that
    hold last first; ``oud`` which older cooperation a location once had."""

    regios: pd.DataFrame
    relaties: pd.DataFrame
    oud: pd.DataFrame


def rio_on(calendar: Calendar, day: date) -> Rio:
    """Return what the registry knows on a day."""
    until = day + NOTICE
    base = links_on(calendar, min(NEWEST, until))
    there = calendar.opens[base["vestiging"]] <= until
    return Rio(_regions(calendar, day), _relations(calendar, until), base[there & (base["oud"] >= 0)])


def _regions(calendar: Calendar, day: date) -> pd.DataFrame:
    """A row per region, with the postcodes that it has now, and its end as far as it is announced; a region that ended keeps the
    postcodes that it had."""
    until = day + NOTICE
    now = postcode4_on(calendar, max(day, NEWEST))
    now = now[now["in_rio"]].copy()
    ends: dict[str, str] = {}
    kept: dict[str, str] = {}
    for each in calendar.rezonings:
        here = now.index.intersection(list(each.postcodes))
        if each.day <= NEWEST and each.day > until:
            now.loc[here, each.sector] = each.leaves
        elif each.ends and each.day <= until:
            ends[each.leaves] = each.day.isoformat()
            kept[each.leaves] = ",".join(now.loc[here, "postcode4"])
    rows = [(code, FOUNDED, ends.get(code, ""), postcodes) for code, postcodes in (kept | _lists(now)).items()]
    return pd.DataFrame(sorted(rows), columns=["SAMENWERKINGSVERBANDNUMMER", "BEGINDATUM", "EINDDATUM", "POSTCODECIJFERS"])


def _lists(postcode4: pd.DataFrame) -> dict[str, str]:
    """The postcodes of each region, in one text."""
    groups = [postcode4.groupby(sector)["postcode4"] for sector in ("PO", "VO")]
    return {str(code): ",".join(postcodes) for group in groups for code, postcodes in group}


def _relations(calendar: Calendar, until: date) -> pd.DataFrame:
    """The relation of each location that holds last, in the order of locations, and then the earlier ones."""
    now = links_on(calendar, NEWEST).set_index(["vestiging", "sector"])
    ends = {each.leaves: each.day for each in calendar.rezonings if each.day <= NEWEST}
    moment = now["vorige"].map(ends)
    # a former region counts where this relation is what decides, and where the location was there before that region ended
    opened = calendar.opens[now.index.get_level_values(0)]
    former = now["rio"].notna() & (moment > opened) & (now["methode"] == "rio")
    over = former & (moment <= until)
    current = pd.DataFrame({
        "code": now["vestigingscode"], "swv": either(former & ~over, now["vorige"], now["rio"]),
        "begin": either(over, moment.astype(str), START), "end": "", "past": False,
    }, index=now.index)  # fmt: skip
    earlier = [current[over].assign(swv=now["vorige"][over], begin=START, end=moment[over].astype(str), past=True)]
    current = current[current["swv"].notna()]
    for day in _days(calendar, until):
        then = links_on(calendar, day).set_index(["vestiging", "sector"])
        then = then[then["rio"].notna() & ~_over(calendar, then, day)]
        was = current["swv"].reindex(then.index)
        gone = current.index.difference(then.index, sort=False)
        gone = gone[current.loc[gone, "end"] == ""]
        changed = then.index[was.notna() & (was != then["rio"])]
        # what ends without another in its place is told as what it is: a relation that ended
        current.loc[gone, "end"] = [_end(calendar, one, day) for one, _ in gone]
        earlier.append(current.loc[changed].assign(end=day.isoformat(), past=True))
        current.loc[changed, "swv"], current.loc[changed, "begin"] = then.loc[changed, "rio"], day.isoformat()
        # a relation that comes back, or a new one
        again = then.index[then.index.isin(current.index[current["end"] != ""])]
        earlier.append(current.loc[again].assign(past=True))
        new = then.index.difference(current.index, sort=False).append(again)
        fresh = then.loc[new, ["vestigingscode", "rio"]].set_axis(["code", "swv"], axis=1)
        current = pd.concat([current.drop(again), fresh.assign(begin=day.isoformat(), end="", past=False)])
    opens = calendar.opens[current.index.get_level_values(0)]
    rows = pd.concat([current[opens <= until].sort_index(kind="stable"), *(each.sort_index(kind="stable") for each in earlier)])
    return rows.reset_index()


def _over(calendar: Calendar, links: pd.DataFrame, day: date) -> pd.Series:
    """Which locations closed after the newest day, and by this one."""
    closes = calendar.closes[links.index.get_level_values(0)]
    return pd.Series((closes > NEWEST) & (closes <= day), index=links.index)


def _end(calendar: Calendar, vestiging: int, day: date) -> str:
    return min(calendar.closes[vestiging] if calendar.closes[vestiging] > NEWEST else day, day).isoformat()


def _days(calendar: Calendar, until: date) -> list[date]:
    """The days after the newest one, up to another, on which a relation may change."""
    days = {each.day for each in calendar.rezonings} | set(calendar.postcode)
    days |= {each.day for each in calendar.changes if each.kind == "verhuizing"}
    days |= set(calendar.opens[calendar.opens > NEWEST]) | set(calendar.closes[calendar.closes > NEWEST])
    return sorted(each for each in days if NEWEST < each <= until)
