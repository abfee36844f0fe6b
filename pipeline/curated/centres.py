"""The centre of each postcode4: of its own area where that is at hand, else of the list of places, if it can be there at all.

Belongs here: whether a point lies where it should, as a pure function of rows. Does not belong here: which gemeente a postcode4
is of (SQL).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from pipeline.curated.plane import METRES_PER_DEGREE, Array, project, read

AREA, LIST = "cbs", "4pp"
COLUMNS = ["postcode4", "woonplaats", "gemeentenummer", "gemeente_bron", "provincie", "adressoort", "latitude", "longitude",
           "coordinaat_bron", "coordinaat_reden"]  # fmt: skip
TOLERANCE = 1_000.0  # metres; boundaries are generalised, and the centre of some addresses may lie across one
DECIMALS = 5  # about a metre
OUTSIDE = "het midden in de plaatsenlijst ligt {km} km buiten de gemeente"
UNKNOWN = "geen bron geeft een vlak of een midden"


def centres(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of table postcode4 with their centres, in WGS84.

    ``rows`` has, by ``rij``: each postcode4 with the centre that the list of places gives (``latitude``, ``longitude``) and its
    own area where there is one (``geometrie``, GeoJSON text in WGS84); each area that belongs to a gemeente of now
    (``gemeentenummer``), or to one that is not known.
    """
    rows = rows.assign(
        **{name: rows[name].astype(object).where(rows[name].notna(), None) for name in ("gemeentenummer", "geometrie")}
    )
    found, ground = (rows[rows["rij"] == each].reset_index(drop=True) for each in ("postcode4", "gemeente"))
    inner, listed = shapely.point_on_surface(read(found["geometrie"])), _points(found)
    away = _outside(listed, found["gemeentenummer"], _ground(ground))
    by_area, by_list = ~shapely.is_missing(inner), ~shapely.is_missing(listed) & ~(away > TOLERANCE)
    for axis, at in (("longitude", shapely.get_x(inner)), ("latitude", shapely.get_y(inner))):
        found[axis] = np.where(by_area, at.round(DECIMALS), found[axis].where(by_list))
    found["coordinaat_bron"] = [AREA if area else LIST if listed else None for area, listed in zip(by_area, by_list, strict=True)]
    found["coordinaat_reden"] = [
        None if there else UNKNOWN if np.isnan(metres) else OUTSIDE.format(km=f"{metres / 1_000:.1f}".replace(".", ","))
        for there, metres in zip(by_area | by_list, away, strict=True)
    ]
    return found[COLUMNS]


def _points(found: pd.DataFrame) -> Array:
    """The listed centres in a plane; None where there is none."""
    at = found[["longitude", "latitude"]].to_numpy(float)
    points = np.full(len(at), None, dtype=object)
    known = np.isfinite(at).all(axis=1)
    points[known] = shapely.points(at[known])
    return np.asarray(project(points))


def _ground(rows: pd.DataFrame) -> dict[str | None, BaseGeometry]:
    """The area of each gemeente, and under None what belongs to one that is not known."""
    found: dict[str | None, list[BaseGeometry]] = defaultdict(list)
    for number, area in zip(rows["gemeentenummer"], project(read(rows["geometrie"])), strict=True):
        found[number].append(area)
    return {number: shapely.union_all(areas) for number, areas in found.items()}


def _outside(points: Array, numbers: Iterable[str | None], ground: Mapping[str | None, BaseGeometry]) -> Array:
    """How many metres each point lies outside its gemeente; NaN where that cannot be said.

    Ground of a gemeente that is not known may be of any.
    """
    of = np.array([ground.get(number) if number else None for number in numbers], dtype=object)
    away = shapely.distance(points, of)
    loose = shapely.distance(points, ground.get(None))
    return np.asarray(np.where(loose < away, loose, away) * METRES_PER_DEGREE)
