"""Where things are, as others than DUO write it: the statutory region table, postcodes, and the areas of CBS and PDOK.

Belongs here: those documents' columns and shapes, and what is wrong in them on purpose. Does not belong here: what exists
(country), or RIO's regions (relations).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.sandbox.country import Array, Country, either, wgs84
from pipeline.sandbox.publication import Flaw, Published, csv_bytes
from pipeline.sandbox.statement import statement

MISSING, WITHHELD = -99995, -99997
UNREADABLE = "0999"
SOORTEN = ("Adres", "Adres", "Adres", "Adres", "Adres", "Adres", "Adres + Postbus", "Postbus", "Onbekend")


def geography(country: Country, year: int = 2026) -> list[Published]:
    """Write the reference files, the CBS table of areas and the two PDOK feature types of a year."""
    of_the_year = [each(country, year) for each in (_areas, _postcode_areas, _borders)]
    return [_statute(country), _postcodes(country), statement(country), *of_the_year]


def _statute(country: Country) -> Published:
    """The annex: every postcode4 that is not newer than it, once; a few rows hold a place's name in place of a code."""
    listed = country.postcode4[~country.postcode4["nieuw"]]
    frame = pd.DataFrame({
        "pc4": listed["postcode4"], "gemeente_2015": country.gemeente["naam"].to_numpy()[listed["gemeente"]],
        "swv_po": either(listed["europoort"], "Europoort", listed["regeling_PO"]),
        "swv_vo": either(listed["europoort"], "Europoort", listed["regeling_VO"]),
    })  # fmt: skip
    lines = [int(row) + 2 for row in np.flatnonzero(listed["europoort"])]
    flaws = tuple(Flaw("swv_regio_wettelijk", line, column) for line in lines for column in ("swv_po", "swv_vo"))
    return Published("reference/pc4_gemeente_swv.csv", csv_bytes(frame, delimiter=",", encoding="utf-8"), flaws)


def _postcodes(country: Country) -> Published:
    place = country.gemeente.loc[country.postcode4["gemeente"]].reset_index(drop=True)
    p = country.postcode4
    other = either(p.index % 40 == 0, place["naam"].str.replace(" ", "-"), "")
    soort = np.array(SOORTEN)[np.arange(len(p)) % 11 % len(SOORTEN)]
    frame = pd.DataFrame({
        "id": np.arange(1, len(p) + 1).astype(str), "postcode": p["postcode4"], "woonplaats": place["naam"],
        "alternatieve_schrijfwijzen": other, "gemeente": place["naam"], "provincie": place["provincie"], "netnummer": "000",
        "latitude": p["latitude"].astype(str), "longitude": p["longitude"].astype(str), "soort": soort,
    })  # fmt: skip
    quoted = ["woonplaats", "alternatieve_schrijfwijzen", "gemeente", "provincie", "netnummer", "soort"]
    return Published("reference/4pp.csv", csv_bytes(frame, delimiter=",", encoding="utf-8", newline="\n", quoted=quoted))


def _areas(country: Country, year: int) -> Published:
    """A table of observations: a gemeente, its province's code and its province's name are three rows each."""
    groups = [{"Id": "1", "Title": "Codes en namen van gemeenten"}, {"Id": "2", "Title": "Provincies"}]
    codes = [
        {"Identifier": "GM_1", "Title": "Naam", "MeasureGroupId": "1", "DataType": "String"},
        {"Identifier": "PV_1", "Title": "Code", "MeasureGroupId": "2", "DataType": "String"},
        {"Identifier": "PV_2", "Title": "Naam", "MeasureGroupId": "2", "DataType": "String"},
    ]
    seen: list[dict[str, Any]] = []
    g = country.gemeente.drop_duplicates("gemeentenummer", keep="last")
    for number, name, code, province in zip(g["gemeentenummer"], g["naam"], g["provincie_code"], g["provincie"], strict=True):
        for measure, value in (("GM_1", name), ("PV_1", f"PV{code}"), ("PV_2", province)):
            seen.append({"Id": len(seen), "Measure": measure, "RegioS": f"GM{number}", "Value": None, "StringValue": value})
    title = f"Gebieden in Nederland {year}"
    document = {
        "Identifier": "90001FIC", "Title": title, "MeasureGroups": groups, "MeasureCodes": codes, "Observations": seen,
    }  # fmt: skip
    return Published(f"cbs/{title}.json", _json(document))


def _postcode_areas(country: Country, year: int) -> Published:
    """Cells that tile their gemeente, with their inhabitants; two codes stand for a number that is missing or withheld. One
    code is no postcode."""
    p = country.postcode4
    people = p["inwoners"].to_numpy().copy()
    people[::211], people[::307] = MISSING, WITHHELD
    rings = _rings(_cells(country))
    features = [
        _feature(f"postcode4.{index:05d}", [ring], {"postcode": int(code), "aantal_inwoners": int(count)})
        for index, (code, count, ring) in enumerate(zip(p["postcode4"], people, rings, strict=True))
    ]
    features.append(_feature(f"postcode4.{len(p):05d}", rings[:1], {"postcode": UNREADABLE, "aantal_inwoners": MISSING}))
    # ids have leading zeros, so that a client that sorts features by id keeps this order
    flaw = Flaw("postcode4_vlakken", len(features) + 1, "postcode4")
    place = f"pdok/cbs/postcode4/{year}/wfs/v1_0/postcode4:postcode4.json"
    return Published(place, _json({"type": "FeatureCollection", "features": features}), (flaw,))


def _borders(country: Country, year: int) -> Published:
    g = country.gemeente
    # one that went up in another has that one's number: together they are one area
    parts = (
        g.assign(ring=pd.Series(_rings(_boxes(g)), index=g.index))
        .groupby("gemeentenummer", sort=False)
        .agg({"naam": "last", "ring": list})
    )
    features = [
        _feature(f"gemeente.{number}", rings, {
            "statcode": f"GM{number}", "statnaam": name, "jrstatcode": f"{year}GM{number}", "rubriek": "gemeente",
        })
        for number, (name, rings) in parts.iterrows()
    ]  # fmt: skip
    place = f"pdok/cbs/gebiedsindelingen/{year}/wfs/v1_0/gebiedsindelingen:gemeente_gegeneraliseerd.json"
    return Published(place, _json({"type": "FeatureCollection", "features": features}))


def _boxes(gemeente: pd.DataFrame) -> Array:
    """West, south, east and north of each gemeente, metres in EPSG:28992."""
    middle, size = gemeente[["x", "y"]].to_numpy(), gemeente[["breed", "hoog"]].to_numpy()
    return np.concatenate([middle - size / 2, middle + size / 2], axis=1)


def _cells(country: Country) -> Array:
    """The same of each postcode4: its gemeente is laid out in rows of equal cells, and what is over goes to the last ones."""
    p = country.postcode4
    west, south, east, north = _boxes(country.gemeente)[p["gemeente"]].T
    rank, count = p["rang"].to_numpy(), p["in_gemeente"].to_numpy()
    side = np.ceil(np.sqrt(count))
    row, column = rank // side, rank % side
    right = west + (east - west) * np.where(rank == count - 1, side, column + 1) / side
    top = south + (north - south) * np.where(row == (count - 1) // side, side, row + 1) / side
    return np.stack([west + (east - west) * column / side, south + (north - south) * row / side, right, top], axis=1)


def _rings(boxes: Array) -> list[list[list[float]]]:
    """Closed rings of longitude and latitude. Every corner of a neighbour on an edge is a point of it, so that the areas still
    fit together where a straight line in metres is a bent one in degrees."""
    west, south, east, north = np.round(boxes).T
    corners = pd.DataFrame({"x": np.concatenate([west, east, west, east]), "y": np.concatenate([south, south, north, north])})
    on_x = {x: np.unique(ys) for x, ys in corners.groupby("x")["y"]}
    on_y = {y: np.unique(xs) for y, xs in corners.groupby("y")["x"]}
    rings: list[tuple[Array, Array]] = []
    for left, low, right, high in np.round(boxes):
        bottom, top = (_between(on_y[y], left, right) for y in (low, high))
        start, end = (_between(on_x[x], low, high) for x in (left, right))
        x = np.concatenate([bottom[:-1], np.full(len(end) - 1, right), top[:0:-1], np.full(len(start), left)])
        y = np.concatenate([np.full(len(bottom) - 1, low), end[:-1], np.full(len(top) - 1, high), start[::-1]])
        rings.append((x, y))
    latitude, longitude = wgs84(*(np.concatenate(each) for each in zip(*rings, strict=True)))
    points = np.round(np.stack([longitude, latitude], axis=-1), 5)
    return [each.tolist() for each in np.split(points, np.cumsum([len(x) for x, _ in rings])[:-1])]


def _between(positions: Array, start: float, end: float) -> Array:
    """The positions on an edge, its own ends included."""
    return positions[np.searchsorted(positions, start) : np.searchsorted(positions, end, side="right")]


def _feature(identifier: str, rings: Sequence[Any], properties: dict[str, Any]) -> dict[str, Any]:
    alone = len(rings) == 1
    geometry = {"type": "Polygon" if alone else "MultiPolygon", "coordinates": [*rings] if alone else [[each] for each in rings]}
    return {"type": "Feature", "id": identifier, "geometry": geometry, "properties": properties}


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
