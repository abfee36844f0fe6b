"""Tables with a place as GeoJSON (RFC 7946) and GeoParquet 1.1, in WGS84.

Belongs here: writing the rows of one table with their geometry. Does not belong here: making the geometry (regions).
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from pipeline.contracts.contract import Contract
from pipeline.export.tables import ordered
from pipeline.sql import column_list

POINT = ("longitude", "latitude")
GEOMETRY = "geometry"
AANDUIDING = "aanduiding"


def has_place(contract: Contract) -> bool:
    """Whether the rows of a table are somewhere: it has a column of geometry, or coordinates."""
    return _geometry_column(contract) is not None or {*POINT} <= {*contract.columns}


def write_geojson(connection: duckdb.DuckDBPyConnection, contract: Contract, path: Path) -> None:
    """One table as a FeatureCollection; a row without a place is a feature without a geometry.

    The area of an SWV is also called what people call the SWV, since a map has no table of names beside it.
    """
    rows, shapes = _read(connection, contract)
    if "swv_code" in contract.primary_key and AANDUIDING not in contract.columns:
        names = dict(connection.execute(f"select swv_code, {AANDUIDING} from swv_aanduiding").fetchall())
        rows = rows.append_column(AANDUIDING, pa.array([names.get(code) for code in rows["swv_code"].to_pylist()], pa.string()))
    geometries = [None if each is None else json.loads(each) for each in shapely.to_geojson(shapes)]
    features = [
        {"type": "Feature", "id": "/".join(str(properties[name]) for name in contract.primary_key), "geometry": geometry,
         "properties": {name: _plain(value) for name, value in properties.items()}}
        for properties, geometry in zip(rows.to_pylist(), geometries, strict=True)
    ]  # fmt: skip
    lines = ",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")


def write_geoparquet(connection: duckdb.DuckDBPyConnection, contract: Contract, path: Path) -> None:
    """One table with its geometry as WKB. Without a ``crs`` GeoParquet means longitude and latitude in WGS84 (OGC:CRS84)."""
    rows, shapes = _read(connection, contract)
    known = shapes[~shapely.is_missing(shapes)]
    kinds = [_TYPES[each] for each in np.unique(shapely.get_type_id(known))]
    column = {"encoding": "WKB", "geometry_types": kinds}
    if kinds:
        column["bbox"] = shapely.total_bounds(known).tolist()
    geo = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    fields = [field.with_metadata({"description": contract.field(field.name).description}) for field in rows.schema]
    schema = pa.schema(
        [*fields, pa.field(GEOMETRY, pa.binary(), metadata={"description": "Place, WGS84 (longitude, latitude), as WKB"})],
        metadata={"title": contract.title, "description": contract.description, "geo": json.dumps(geo)},
    )
    geometry = pa.array(shapely.to_wkb(shapes).tolist(), pa.binary())
    pq.write_table(pa.Table.from_arrays([*rows.columns, geometry], schema=schema), path, compression="zstd")


# of shapely's numbers; those in between are rings and lines, which no area or location is
_TYPES = {0: "Point", 3: "Polygon", 4: "MultiPoint", 6: "MultiPolygon", 7: "GeometryCollection"}


def _read(connection: duckdb.DuckDBPyConnection, contract: Contract) -> tuple[pa.Table, Any]:
    """The rows of a table without the column of geometry, and the geometry of each."""
    rows = connection.execute(ordered(contract, column_list(contract.columns))).to_arrow_table()
    column = _geometry_column(contract)
    if column is not None:
        texts = np.array(rows[column].to_pylist(), dtype=object)
        return rows.drop_columns(column), shapely.from_geojson(texts)
    x, y = (rows[each].to_numpy(zero_copy_only=False).astype(float) for each in POINT)
    known = ~(np.isnan(x) | np.isnan(y))
    shapes = np.full(len(x), None, dtype=object)
    shapes[known] = shapely.points(x[known], y[known])
    return rows, shapes


def _geometry_column(contract: Contract) -> str | None:
    return next((field.name for field in contract.fields if field.type == "geojson"), None)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
