"""The areas of the SWVs as the map draws them: whole numbers, each the step from the point before.

Belongs here: making an area small, and giving one that did not change once. Does not belong here: making the area (curated table
``swv_gebied``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

# a ten-thousandth of a degree is 11 m north and 7 m east
SCALE = 10_000


def areas(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The day of now, and by SWV its areas in turn: the first day, the first day after the last, and the area as ``packed``.

    One that looks the same in two periods that join is given once.
    """
    found: dict[str, list[list[Any]]] = {}
    query = (
        "select swv_code, geldig_vanaf::varchar, geldig_tot::varchar, geometrie from swv_gebied where geometrie is not null "
        "order by swv_code, geldig_vanaf"
    )
    for swv, first, end, geometry in connection.execute(query).fetchall():
        periods, area = found.setdefault(swv, []), packed(geometry)
        if periods and periods[-1][1:] == [first, area]:
            periods[-1][1] = end
        else:
            periods.append([first, end, area])
    ((today,),) = connection.execute("select peildag()::varchar").fetchall()
    return {"scale": SCALE, "today": today, "areas": found}


def packed(geometry: str) -> list[list[list[int]]]:
    """A GeoJSON Polygon or MultiPolygon as polygons of rings: ``[lon, lat, step east, step north, ...]`` in 1/SCALE degree.

    Neighbours that share a border keep sharing it: each point is rounded by itself, and a ring begins and ends in one point.
    """
    area: dict[str, Any] = json.loads(geometry)
    polygons = area["coordinates"] if area["type"] == "MultiPolygon" else [area["coordinates"]]
    found = [[ring for ring in map(_steps, polygon) if ring] for polygon in polygons]
    return [polygon for polygon in found if polygon]


def _steps(ring: Iterable[Sequence[float]]) -> list[int]:
    """Nothing for a ring that is no wider than the grid."""
    flat: list[int] = []
    east = north = 0
    for lon, lat in ring:
        step = round(lon * SCALE) - east, round(lat * SCALE) - north
        if step != (0, 0) or not flat:
            flat += step
            east, north = east + step[0], north + step[1]
    return flat if len(flat) >= 8 else []
