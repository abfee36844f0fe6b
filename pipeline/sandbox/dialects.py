"""How DUO writes a table of pupils down: the dialects of duo.nl and of CKAN, and what each hides.

Belongs here: quotes, delimiters and suppression of those files. Does not belong here: their columns (counts, secondary).
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sandbox.country import Array, either
from pipeline.sandbox.publication import Flaw, Published, csv_bytes

NUMBER = "AANTAL_LEERLINGEN"  # column of pupils


def less(number: Array) -> Array:
    """The suppression of duo.nl's files."""
    return either((number > 0) & (number < 5), "<5", number.astype(str))


def duo(
    name: str, rows: pd.DataFrame, flaws: tuple[Flaw, ...] = (), *, encoding: str = "utf-8", newline: str = "\n",
    quoted: list[str] | str | None = None,
) -> Published:  # fmt: skip
    """A file of duo.nl."""
    content = csv_bytes(rows, delimiter=";", encoding=encoding, newline=newline, quoted=quoted)
    if isinstance(quoted, list):
        # a column of bare numbers has a quoted name all the same
        content = ";".join(f'"{each}"' for each in rows.columns).encode() + content[content.index(newline.encode()) :]
    return Published(f"duo/{name}.csv", content, flaws)


def ckan(place: str, rows: pd.DataFrame, broken: str = "", *flaws: Flaw, newline: str = "\r\n", hide: bool = True) -> Published:
    """A file of CKAN: commas, quotes around names and texts, not around numbers and nothing. By Arrow: long for ``csv_bytes``."""
    if hide:
        rows = rows.assign(AANTAL_LEERLINGEN=rows[NUMBER].mask(rows[NUMBER].between(1, 4), -1))
    cells = []
    for values in (pa.array(rows[name], from_pandas=True) for name in rows.columns):
        cell = pc.fill_null(values.cast(pa.string()), "")
        bare = pa.types.is_integer(values.type)
        whole = cell if bare else pc.replace_substring(cell, '"', '""')
        cells.append(whole if bare else pc.if_else(pc.equal(cell, ""), "", pc.binary_join_element_wise('"', whole, '"', "")))
    header = ",".join(f'"{name}"' for name in rows.columns)
    lines = [header, *pc.binary_join_element_wise(*cells, ",").to_pylist(), *([broken] if broken else []), ""]
    return Published(place, newline.join(lines).encode(), flaws)
