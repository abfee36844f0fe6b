"""The rows of one SWV, table by table: the page makes files of them for whoever needs no more than that.

Belongs here: which tables. Does not belong here: the files of the whole release (pipeline.releases.release), and the form in
which a page hands rows to its reader (``site/src/csv.ts``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import duckdb

from pipeline.contracts.loading import load_contracts
from pipeline.site.pages import columns_and_rows
from pipeline.site.scripts import merged, to_json

# what the page of an SWV is made of
TABLES = (
    "swv_kerncijfers", "vestiging_swv", "swv_postcode4", "leerlingen_swv", "deelname_swv", "grensverkeer_swv", "dekking_swv",
    "ondersteuningsbekostiging_swv",
)  # fmt: skip


def downloads(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Yield name and JSON of a file per SWV: the columns of each table, and its rows of that SWV, in the order of its key."""
    columns: dict[str, list[str]] = {}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for table in TABLES:
        key = ", ".join(load_contracts("curated")[table].primary_key)
        columns[table], rows = columns_and_rows(connection, f"select swv_code as sleutel, * from {table} order by {key}")
        for swv, text in rows:
            found[swv][table] = text
    for swv in sorted(found):
        yield f"rijen/{swv}", merged({"columns": to_json(columns), "rows": merged(found[swv])})
