"""The rows of one SWV, table by table, as CSV and Parquet, for whoever needs no more than that.

A CSV is opened in a spreadsheet, so that a text which one would compute has an apostrophe before it there, as in ``csv-excel``.

Belongs here: which tables, and their files. Does not belong here: the files of the whole release (pipeline.releases.release).
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from pipeline.contracts.loading import load_contracts
from pipeline.harmless import FORMULA
from pipeline.releases.query import Answer

# what the page of an SWV is made of
TABLES = (
    "swv_kerncijfers", "vestiging_swv", "swv_postcode4", "leerlingen_swv", "deelname_swv", "grensverkeer_swv", "dekking_swv",
    "ondersteuningsbekostiging_swv",
)  # fmt: skip
# for a few rows, dictionaries and statistics take more room and four times as long as what they describe
SMALL = {"compression": "snappy", "use_dictionary": False, "write_statistics": False}


def write_downloads(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, dict[str, int]]:
    """Write ``<swv>/<table>.csv`` and ``.parquet`` below ``folder``; return how many rows there are per SWV and table."""
    written: dict[str, dict[str, int]] = defaultdict(dict)
    for table in TABLES:
        key = ", ".join(load_contracts("curated")[table].primary_key)
        rows = connection.execute(f"select * from {table} where swv_code is not null order by swv_code, {key}").to_arrow_table()
        cells, begin = _defused(Answer(rows).flat()), 0
        for run in pc.value_counts(rows.column("swv_code")).to_pylist():
            swv, count = run["values"], run["counts"]
            part, texts = rows.slice(begin, count), cells.slice(begin, count)
            begin += count
            (folder / swv).mkdir(parents=True, exist_ok=True)
            # each in one piece: Parquet written to a file directly takes forty calls of the system for a few rows
            csv, parquet = pa.BufferOutputStream(), pa.BufferOutputStream()
            pacsv.write_csv(texts, csv)
            pq.write_table(part, parquet, **SMALL)
            for kind, written_down in (("csv", csv), ("parquet", parquet)):
                (folder / swv / f"{table}.{kind}").write_bytes(written_down.getvalue())
            written[swv][table] = count
    return written


def _defused(rows: pa.Table) -> pa.Table:
    """Return a table with an apostrophe before each text that a spreadsheet would compute."""
    for index, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            texts = rows.column(index)
            computed = pc.match_substring_regex(texts, FORMULA)
            if pc.any(computed).as_py():
                safe = pc.if_else(computed, pc.binary_join_element_wise("'", texts, ""), texts)
                rows = rows.set_column(index, field.name, safe)
    return rows
