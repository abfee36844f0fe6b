"""The types that a column may have, and what each is in DuckDB and in Arrow.

Belongs here: one entry per type in each table. Does not belong here: how a cell is read into one (codecs).
"""

from __future__ import annotations

from typing import Literal

import pyarrow as pa

Type = Literal["string", "integer", "number", "decimal", "boolean", "date", "datetime", "geojson", "array"]

# Money is decimal(18,2). An array is a list of counts with their bounds; it lives in staging only.
DUCKDB_TYPES: dict[Type, str] = {
    "string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "decimal": "DECIMAL(18,2)", "boolean": "BOOLEAN",
    "date": "DATE", "datetime": "TIMESTAMP WITH TIME ZONE", "geojson": "VARCHAR",
    "array": "STRUCT(kop VARCHAR, ondergrens INTEGER, bovengrens INTEGER)[]",
}  # fmt: skip

ARROW_TYPES: dict[Type, pa.DataType] = {
    "string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "decimal": pa.decimal128(18, 2),
    "boolean": pa.bool_(), "date": pa.date32(), "datetime": pa.timestamp("us", "UTC"), "geojson": pa.string(),
    "array": pa.list_(pa.struct([("kop", pa.string()), ("ondergrens", pa.int32()), ("bovengrens", pa.int32())])),
}  # fmt: skip
