"""The areas of the SWVs, out of the areas of postcode4s or the boundaries of gemeenten, for each period of their regions.

Belongs here: dissolving, dividing and generalising geometry, as a pure function of rows. Does not belong here: which postcode4
lies in which region (SQL), and the formats in which areas are written (export).

Generalising keeps borders shared: the country is cut into the pieces that lie in the same SWV of both sectors, on every day
alike, these are made simpler together, and every area of every period is put together from them. So neighbours fit on each
day, and what did not change costs nothing more.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from pipeline.curated.plane import METRES_PER_DEGREE, SHORTER, Array, project, read, unproject

SECTORS = ("PO", "VO")
CENTRE = ["longitude", "latitude"]
COLUMNS = ["swv_code", "sector", "geldig_vanaf", "geldig_tot", "geldig", "gemaakt_van", "benaderd", "gedeelde_gemeenten",
           "postcode4_aantal", "postcode4_getekend", "latitude", "longitude", "geometrie", "peildatum", "bron",
           "reden"]  # fmt: skip
TOLERANCE = 100.0 / METRES_PER_DEGREE  # two sides of the largest triangle that is left out measure about 100 m
DECIMALS = 5  # about a metre
NO_REGION = "geen bron zegt welke postcode4's in het gebied liggen"
NO_GEOMETRY = "van geen postcode4 van het gebied is een vlak of een gemeentegrens voorhanden"


@dataclass(frozen=True)
class Region:
    """What an SWV's row says of its region: as long as all of it stays the same, it is one period.

    ``parts`` are the pieces of the country that its area is put together from.
    """

    members: tuple[int, ...]
    drawn: int
    shared: tuple[str, ...]
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Period:
    """The days on which a region was this one; without an end it is open."""

    first: datetime.date
    end: datetime.date | None
    region: Region


def areas(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per SWV and period in which its region did not change, with the columns of table swv_gebied.

    ``rows`` has, by ``soort``: each SWV (``code``, ``vanaf``, ``tot``, ``reden``); each period of a postcode4 (``code``) in a
    region (``swv``, ``vanaf``, ``tot``); each postcode4 with its ``gemeentenummer``, ``latitude``, ``longitude`` and area
    ``geometrie`` where known; each gemeente with its ``geometrie``. Geometries are GeoJSON text in WGS84. ``peildag`` is the
    day of now.
    """
    swv, regio, postcode4, gemeente = (_of(rows, each) for each in ("swv", "regio", "postcode4", "gemeente"))
    days, regions = _through_time(postcode4["code"], regio)
    drawn = np.broadcast_to(postcode4["vlak"].notna().to_numpy()[:, None], regions.shape[:2])
    if drawn.any():
        made_of, source, edition, within = "postcode4", "postcode4_vlakken", postcode4["editie"], postcode4["gemeentenummer"]
        which = drawn.any(axis=1)
        ground, shapes = regions[which], postcode4["vlak"].to_numpy()[which]
    else:
        made_of, source, edition, within = "gemeente", "gemeenten_grenzen", gemeente["editie"], _gemeente_of(postcode4, gemeente)
        regions = _with_gemeente(regions, within)
        ground, shapes, drawn = _divide(regions, postcode4[CENTRE].to_numpy(float), within, gemeente)
    ground, shapes = _generalise(ground, shapes)
    described: dict[tuple[int, ...], dict[str, Any]] = {(): {}}
    periods = _periods(days, regions, within.to_numpy(), drawn, ground)
    found = []
    for code, begin, end, reason, today in swv[["code", "vanaf", "tot", "reden", "peildag"]].to_numpy():
        of = periods.get(code, [])
        for period in of:
            region = period.region
            row = _row(code, period.first, period.end, today) | {
                "gedeelde_gemeenten": ", ".join(region.shared) or None,
                "postcode4_aantal": len(region.members), "postcode4_getekend": region.drawn, "reden": NO_GEOMETRY,
            }  # fmt: skip
            if region.parts:
                if region.parts not in described:
                    described[region.parts] = _described(shapely.union_all(shapes[list(region.parts)]))
                approximate = made_of == "gemeente" and bool(region.shared)
                row |= {
                    **described[region.parts], "gemaakt_van": made_of, "benaderd": approximate, "reden": None,
                    "peildatum": edition.dropna().max(), "bron": f"{source}, postcode4" if approximate else source,
                }  # fmt: skip
            found.append(row)
        if (without := _without_region(begin, end, of, today)) is not None:
            found.append(_row(code, *without, today) | {"reden": reason or NO_REGION})
    return pd.DataFrame(found, columns=COLUMNS, dtype=object)


def _row(code: str, first: datetime.date, end: datetime.date | None, today: datetime.date) -> dict[str, Any]:
    """A row of an SWV and period, of which no area is known."""
    return dict.fromkeys(COLUMNS) | {
        "swv_code": code, "sector": code[:2], "geldig_vanaf": first, "geldig_tot": end, "geldig": _holds(first, end, today),
        "gemaakt_van": "onbekend", "benaderd": False, "postcode4_aantal": 0, "postcode4_getekend": 0,
    }  # fmt: skip


def _holds(first: datetime.date, end: datetime.date | None, day: datetime.date) -> bool:
    return first <= day and (end is None or end > day)


def _without_region(
    begin: datetime.date, end: datetime.date | None, periods: Sequence[Period], today: datetime.date
) -> tuple[datetime.date, datetime.date | None] | None:
    """The days for which a row says that an SWV has no region: all of its own where no source gives it one, else those around
    now."""
    if periods and (any(_holds(each.first, each.end, today) for each in periods) or not _holds(begin, end, today)):
        return None
    first = max((each.end for each in periods if each.end and each.end <= today), default=begin)
    end = min((each.first for each in periods if each.first > today), default=end)
    # a registry may end an SWV before it begins
    return (first if end is None else min(first, end - datetime.timedelta(days=1))), end


def _of(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The rows of one kind, with their geometry read."""
    found = rows[rows["soort"] == kind].sort_values("code").reset_index(drop=True).astype(object)
    found = found.where(found.notna(), None)
    return found.assign(vlak=pd.Series(read(found["geometrie"]), dtype=object))


def _through_time(codes: Iterable[str], regio: pd.DataFrame) -> tuple[list[datetime.date], Array]:
    """The days on which any region changed, and the SWV of each postcode4 from each of these days on, per sector."""
    days = sorted({*regio["vanaf"], *regio["tot"].dropna()})
    place, number = {day: each for each, day in enumerate(days)}, {code: each for each, code in enumerate(codes)}
    found = np.full((len(number), len(days), len(SECTORS)), None, dtype=object)
    for code, swv, first, end in regio[["code", "swv", "vanaf", "tot"]].itertuples(index=False):
        found[number[code], place[first] : place.get(end, len(days)), SECTORS.index(swv[:2])] = swv
    changed = [each for each in range(len(days)) if each == 0 or (found[:, each] != found[:, each - 1]).any()]
    return [days[each] for each in changed], found[:, changed]


def _periods(
    days: Sequence[datetime.date], regions: Array, within: Array, drawn: Array, ground: Array
) -> dict[str, list[Period]]:
    """The regions of each SWV in turn."""
    found: dict[str, list[Period]] = defaultdict(list)
    for at, (day, until) in enumerate(zip_longest(days, days[1:])):
        for sector in range(len(SECTORS)):
            several = _several(within, regions[:, at, sector])
            parts = dict(_by_code(ground[:, at, sector]))
            for code, members in _by_code(regions[:, at, sector]):
                shared = tuple(sorted(several.intersection(within[members])))
                region = Region(tuple(members), int(drawn[members, at].sum()), shared, tuple(parts.get(code, ())))
                last = found[code][-1] if found[code] else None
                if last and last.end == day and last.region == region:
                    found[code][-1] = Period(last.first, until, region)
                else:
                    found[code].append(Period(day, until, region))
    return found


def _by_code(codes: Array) -> Iterator[tuple[str, list[int]]]:
    """Each SWV with the places at which it stands."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, code in enumerate(codes):
        if code is not None:
            found[code].append(place)
    return iter(found.items())


def _several(within: Array, codes: Array) -> set[str]:
    """The gemeenten that lie in more than one SWV of a sector."""
    found: dict[str, set[str]] = defaultdict(set)
    for gemeente, code in zip(within, codes, strict=True):
        if code is not None and isinstance(gemeente, str):
            found[gemeente].add(code)
    return {gemeente for gemeente, swvs in found.items() if len(swvs) > 1}


def _gemeente_of(postcode4: pd.DataFrame, gemeente: pd.DataFrame) -> pd.Series[Any]:
    """The gemeente whose boundary each postcode4 lies in: by number, and where boundaries are of another year than numbers, by
    its centre."""
    number = postcode4["gemeentenummer"].where(postcode4["gemeentenummer"].isin(gemeente["code"]))
    points = shapely.points(postcode4[CENTRE].to_numpy(float))
    which, where = shapely.STRtree(gemeente["vlak"].to_numpy()).query(points, predicate="within")
    by_point = pd.Series(gemeente["code"].to_numpy()[where], index=which, dtype=object)
    return number.fillna(by_point[~by_point.index.duplicated()].reindex(postcode4.index))


def _with_gemeente(regions: Array, within: pd.Series[Any]) -> Array:
    """The regions, where a postcode4 that lies in none of one sector counts with its gemeente, if that lies in one."""
    found, somewhere = regions.copy(), _somewhere(regions)
    for at in range(regions.shape[1]):
        for sector in range(len(SECTORS)):
            codes = pd.Series(regions[:, at, sector], index=within.index, dtype=object)
            of = codes.groupby(within)
            only = of.transform("first").where(of.transform("nunique") == 1)
            lent = somewhere[:, at] & (codes.isna() & only.notna()).to_numpy()
            found[lent, at, sector] = only[lent]
    return found


def _divide(regions: Array, centres: Array, within: pd.Series[Any], gemeente: pd.DataFrame) -> tuple[Array, Array, Array]:
    """The gemeenten in pieces that lie in one SWV per sector on each day: their SWVs, their areas, and whether each postcode4
    is drawn on each day.

    A gemeente whose postcode4s all lie in the same two SWVs, on every day, is one piece; another is divided over the centres of
    its postcode4s, each of which takes the ground that is nearest to it.
    """
    area = gemeente.set_index("code")["vlak"]
    ground: list[Array] = []
    shapes: list[BaseGeometry] = []
    drawn = np.zeros(regions.shape[:2], dtype=bool)
    for code, here in within.groupby(within).indices.items():
        at = centres[here]
        placed = np.asarray(np.isfinite(at).all(axis=1))
        of = _lent(regions[here], at, placed)
        alike = (of == of[:1]).all(axis=(0, 2))
        drawn[here] = alike | placed[:, None]
        if alike.all() or not placed.any():
            ground.append(np.asarray(np.where(alike[:, None], of[0], None)))
            shapes.append(area.at[code])
        else:
            cells = pd.DataFrame(at[placed]).drop_duplicates().index.to_numpy()
            ground += list(of[placed][cells])
            shapes += list(_nearest(area.at[code], at[placed][cells]))
    pieces = np.empty(len(shapes), dtype=object)
    pieces[:] = shapes
    return np.array(ground, dtype=object).reshape(len(shapes), *regions.shape[1:]), pieces, drawn


def _somewhere(regions: Array) -> Array:
    """Whether each postcode4 lies in a region of any sector, on each day."""
    return np.asarray(np.any(np.asarray(pd.notna(regions)), axis=2))


def _lent(regions: Array, centres: Array, placed: Array) -> Array:
    """The SWVs of the ground of a gemeente's postcode4s: on days on which one lay in no region at all, as before it was made or
    after it was given up, its ground is of the nearest that did."""
    found, somewhere = regions.copy(), _somewhere(regions)
    for day in np.flatnonzero(~somewhere.all(axis=0) & somewhere.any(axis=0)):
        known = np.flatnonzero(somewhere[:, day])
        if (regions[known, day] == regions[known[0], day]).all():
            found[~somewhere[:, day], day] = regions[known[0], day]
            continue
        known = known[placed[known]]
        for each in np.flatnonzero(~somewhere[:, day] & placed) if len(known) else ():
            away = np.hypot(*((centres[known] - centres[each]) * (SHORTER, 1)).T)
            found[each, day] = regions[known[away.argmin()], day]
    return found


def _nearest(area: BaseGeometry, centres: Array) -> Array:
    """An area cut into what is nearest to each of its centres."""
    if len(centres) == 1:
        return np.array([area])
    cells = shapely.voronoi_polygons(project(shapely.multipoints(centres)), extend_to=project(area), ordered=True)
    return np.asarray(shapely.intersection(unproject(np.array(cells.geoms)), area))


def _generalise(ground: Array, shapes: Array) -> tuple[Array, Array]:
    """One simpler area for the pieces that lie in the same SWVs on every day, with the borders between them still shared."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for each, codes in enumerate(ground):
        alike[tuple(code or "" for code in codes.flat)].append(each)
    groups = [alike[each] for each in sorted(alike)]
    if not groups:
        return ground, shapes
    coverage = project(np.array([shapely.union_all(shapes[each]) for each in groups]))
    if not shapely.coverage_is_valid(coverage):
        coverage = shapely.coverage_clean(coverage)
    simple = shapely.transform(unproject(shapely.coverage_simplify(coverage, TOLERANCE)), lambda xy: xy.round(DECIMALS))
    return ground[[first for first, *_ in groups]], shapely.make_valid(simple)


def _described(area: BaseGeometry) -> dict[str, Any]:
    """An area as GeoJSON, in one order of points (RFC 7946: counter-clockwise), and a point within it."""
    label = shapely.point_on_surface(area)
    ordered = shapely.orient_polygons(shapely.normalize(area))
    return {"geometrie": shapely.to_geojson(ordered), "longitude": round(label.x, 5), "latitude": round(label.y, 5)}
