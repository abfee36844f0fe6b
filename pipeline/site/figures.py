"""What the map can be coloured by: each figure of ``figures.yaml`` with its values per SWV and year.

Belongs here: from the columns of ``swv_kerncijfers`` to a figure's file. Does not belong here: classes and colours (the page).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipeline.site.scripts import to_json

TABLE = "swv_kerncijfers"
BOUNDS = ("_ondergrens", "_bovengrens")
# the kinds that are named, and at most those too of which nothing is known
MISSING = """
    if(voorzieningen_onbekend is null, null, coalesce(len(string_split(ontbrekende_voorzieningen, ', ')), 0))
        as voorzieningen_ontbreken_ondergrens,
    voorzieningen_ontbreken_ondergrens + voorzieningen_onbekend as voorzieningen_ontbreken_bovengrens
"""


@cache
def definitions() -> Mapping[str, Any]:
    """``figures.yaml``: groups, figures, and the columns that are none."""
    found: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("figures.yaml").read_text(encoding="utf-8"))
    return found


def columns_of(figure: str, columns: frozenset[str]) -> tuple[str, str]:
    """The columns with the least and the greatest value; one and the same where the number is exact."""
    low, high = (f"{figure}{bound}" for bound in BOUNDS)
    return (low, high) if low in columns else (figure, figure)


def figures(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[dict[str, Any], str]]:
    """Each figure as the index lists it, with the years per sector in which it has values, and its file as JSON.

    The file: ``{swv: {year: [least, greatest]}}``. A figure without any value is listed, with no years: the page says so.
    """
    rows = connection.execute(f"select *, {MISSING} from {TABLE} order by swv_code, jaar").to_arrow_table()
    columns = frozenset(rows.column_names)
    swvs, years, sectors = (rows.column(name).to_pylist() for name in ("swv_code", "jaar", "sector"))
    for figure in definitions()["figures"]:
        low, high = (rows.column(name).to_pylist() for name in columns_of(figure["id"], columns))
        values: dict[str, dict[int, list[Any]]] = {}
        known: dict[str, set[int]] = {}
        for swv, year, sector, least, greatest in zip(swvs, years, sectors, low, high, strict=True):
            if least is not None:
                values.setdefault(swv, {})[year] = [_short(least), _short(greatest)]
                known.setdefault(sector, set()).add(year)
        listed = {**figure, "table": TABLE, "years": {sector: sorted(found) for sector, found in sorted(known.items())}}
        yield listed, to_json(values)


def _short(value: Any) -> Any:
    """A percentage to two decimals, which is more than a map shows."""
    return round(value, 2) if isinstance(value, float) else value
