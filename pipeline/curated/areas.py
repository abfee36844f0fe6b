"""The areas of the SWVs, out of the areas of postcode4s or the boundaries of gemeenten.

Belongs here: dissolving, dividing and generalising geometry, as a pure function of rows. Does not belong here: which postcode4
lies in which region (SQL), and the formats in which areas are written (export).

Generalising keeps borders shared: the country is cut into the pieces that lie in the same SWV of both sectors, these are made
simpler together, and every area is put together from them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

Array = npt.NDArray[Any]
SECTORS = {"PO": "swv_po", "VO": "swv_vo"}
PAIR = list(SECTORS.values())
CENTRE = ["longitude", "latitude"]
COLUMNS = ["swv_code", "sector", "gemaakt_van", "benaderd", "gedeelde_gemeenten", "postcode4_aantal", "postcode4_getekend",
           "latitude", "longitude", "geometrie", "peildatum", "bron", "reden"]  # fmt: skip
METRES_PER_DEGREE = 111_320.0
# degrees of longitude are this much shorter than degrees of latitude in the middle of the country
SHORTER = float(np.cos(np.radians(52.2)))
TOLERANCE = 100.0 / METRES_PER_DEGREE  # two sides of the largest triangle that is left out measure about 100 m
DECIMALS = 5  # about a metre
NO_REGION = "geen bron zegt welke postcode4's in het gebied liggen"
NO_GEOMETRY = "van geen postcode4 van het gebied is een vlak of een gemeentegrens voorhanden"


def areas(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per SWV with the columns of table swv_gebied.

    ``rows`` has, by ``soort``: each SWV (``code``, ``reden``); each postcode4 with ``swv_po`` and ``swv_vo`` as of now, and its
    ``gemeentenummer``, ``latitude``, ``longitude`` and area ``geometrie`` where known; each gemeente with its ``geometrie``.
    Geometries are GeoJSON text in WGS84.
    """
    swv, postcode4, gemeente = (_of(rows, each) for each in ("swv", "postcode4", "gemeente"))
    if postcode4["vlak"].notna().any():
        made_of, source, edition = "postcode4", "postcode4_vlakken", postcode4["editie"]
        placed = postcode4.assign(gemeente=postcode4["gemeentenummer"], getekend=postcode4["vlak"].notna())
        pieces = placed[placed["getekend"]]
    else:
        made_of, source, edition = "gemeente", "gemeenten_grenzen", gemeente["editie"]
        placed, pieces = _divide(_in_gemeente(postcode4, gemeente), gemeente)
    drawn = _generalise(pieces)
    several = {column: _several(placed, column) for column in PAIR}
    members_of = {code: of for column in PAIR for code, of in placed.groupby(column)}
    pieces_of = {code: of["vlak"].to_numpy() for column in PAIR for code, of in drawn.groupby(column)}
    found = []
    for code, reason in zip(swv["code"], swv["reden"], strict=True):
        members, area = members_of.get(code, placed[:0]), pieces_of.get(code, ())
        shared = sorted(several[SECTORS[code[:2]]].intersection(members["gemeente"]))
        row: dict[str, Any] = dict.fromkeys(COLUMNS) | {
            "swv_code": code, "sector": code[:2], "gedeelde_gemeenten": ", ".join(shared) or None,
            "postcode4_aantal": len(members), "postcode4_getekend": int(members["getekend"].sum()),
            "gemaakt_van": "onbekend", "benaderd": False,
        }  # fmt: skip
        if len(area):
            approximate = made_of == "gemeente" and bool(shared)
            row |= {
                **_described(shapely.union_all(area)), "gemaakt_van": made_of, "benaderd": approximate,
                "peildatum": edition.dropna().max(), "bron": f"{source}, postcode4" if approximate else source,
            }  # fmt: skip
        else:
            row["reden"] = reason or (NO_GEOMETRY if len(members) else NO_REGION)
        found.append(row)
    return pd.DataFrame(found, columns=COLUMNS, dtype=object)


def _of(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The rows of one kind, with their geometry read."""
    found = rows[rows["soort"] == kind].reset_index(drop=True).astype(object)
    found = found.where(found.notna(), None)
    return found.assign(vlak=pd.Series(shapely.make_valid(shapely.from_geojson(found["geometrie"].to_numpy())), dtype=object))


def _several(placed: pd.DataFrame, column: str) -> set[str]:
    """The gemeenten that lie in more than one SWV of a sector."""
    count = placed.groupby("gemeente")[column].nunique()
    return set(count.index[count > 1])


def _in_gemeente(postcode4: pd.DataFrame, gemeente: pd.DataFrame) -> pd.DataFrame:
    """Each postcode4 with the ``gemeente`` whose boundary it lies in: by number, and where boundaries are of another year than
    numbers, by its centre. One that lies in no region of a sector counts with its gemeente, where that lies in one."""
    number = postcode4["gemeentenummer"].where(postcode4["gemeentenummer"].isin(gemeente["code"]))
    points = shapely.points(postcode4[CENTRE].to_numpy(float))
    which, where = shapely.STRtree(gemeente["vlak"].to_numpy()).query(points, predicate="within")
    by_point = pd.Series(gemeente["code"].to_numpy()[where], index=which, dtype=object)
    by_point = by_point[~by_point.index.duplicated()].reindex(postcode4.index)
    placed = postcode4.assign(gemeente=number.fillna(by_point))
    for column in PAIR:
        of = placed.groupby("gemeente")[column]
        placed[column] = placed[column].fillna(of.transform("first").where(of.transform("nunique") == 1))
    return placed


def _divide(placed: pd.DataFrame, gemeente: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The gemeenten in pieces with one SWV per sector, and for each postcode4 whether it is ``getekend``.

    A gemeente whose postcode4s all lie in the same two SWVs is one piece; another is divided over the centres of its
    postcode4s, each of which takes the ground that is nearest to it.
    """
    area = gemeente.set_index("code")["vlak"]
    inside = placed.dropna(subset=["gemeente"])
    several = inside.groupby("gemeente")[PAIR].nunique(dropna=False).max(axis=1) > 1
    divided = inside["gemeente"].isin(several.index[several])
    whole, split = inside[~divided], inside[divided].dropna(subset=CENTRE)
    first = whole.drop_duplicates("gemeente")
    pieces = [first[PAIR].assign(vlak=first["gemeente"].map(area))]
    for code, members in split.groupby("gemeente"):
        cells = members.drop_duplicates(CENTRE)
        pieces.append(cells[PAIR].assign(vlak=_nearest(area[code], cells[CENTRE].to_numpy(float))))
    return placed.assign(getekend=placed.index.isin([*whole.index, *split.index])), pd.concat(pieces)


def _nearest(area: BaseGeometry, centres: Array) -> Array:
    """An area cut into what is nearest to each of its centres."""
    if len(centres) == 1:
        return np.array([area])
    cells = shapely.voronoi_polygons(_project(shapely.multipoints(centres)), extend_to=_project(area), ordered=True)
    return np.asarray(shapely.intersection(_unproject(np.array(cells.geoms)), area))


def _generalise(pieces: pd.DataFrame) -> pd.DataFrame:
    """One simpler area for each pair of SWVs, with the borders between them still shared."""
    groups = pieces[PAIR].fillna("").assign(vlak=pieces["vlak"]).groupby(PAIR)["vlak"]
    joined = groups.agg(lambda each: shapely.union_all(each.to_numpy())).reset_index()
    if joined.empty:
        return joined
    coverage = _project(joined["vlak"].to_numpy())
    if not shapely.coverage_is_valid(coverage):
        coverage = shapely.coverage_clean(coverage)
    simple = shapely.transform(_unproject(shapely.coverage_simplify(coverage, TOLERANCE)), lambda xy: xy.round(DECIMALS))
    return joined.assign(vlak=shapely.make_valid(simple))


def _described(area: BaseGeometry) -> dict[str, Any]:
    """An area as GeoJSON, in one order of points (RFC 7946: counter-clockwise), and a point within it."""
    label = shapely.point_on_surface(area)
    ordered = shapely.orient_polygons(shapely.normalize(area))
    return {"geometrie": shapely.to_geojson(ordered), "longitude": round(label.x, 5), "latitude": round(label.y, 5)}


def _project(geometry: Any) -> Any:
    """Degrees to a plane in which they are as long in both directions."""
    return shapely.transform(geometry, lambda xy: xy * (SHORTER, 1))


def _unproject(geometry: Any) -> Any:
    return shapely.transform(geometry, lambda xy: xy / (SHORTER, 1))
