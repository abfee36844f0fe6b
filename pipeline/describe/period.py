"""The time that a table covers, by its own rows.

Belongs here: which columns tell it. Does not belong here: writing it down (descriptor, dcat).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

# the first of these that a table has tells its time: a day of a count or an edition, or the first day on which a row holds
TELLING = ("peildatum", "geldig_vanaf", "begindatum")
Period = Mapping[str, str]


def covered(path: Path) -> Period:
    """Return the first and the last day that the rows of a Parquet file are about; of rows that hold on, the first alone.

    It is read from the footer: no row is. Empty where a table has no such column, or no day in it.
    """
    footer = pq.read_metadata(path)
    columns = {footer.schema.column(number).path: number for number in range(footer.num_columns)}
    name = next((each for each in TELLING if each in columns), None)
    if name is None:
        return {}
    groups = (footer.row_group(number).column(columns[name]).statistics for number in range(footer.num_row_groups))
    days = [day for each in groups if each is not None and each.has_min_max for day in (each.min, each.max)]
    return _period(days, until=name == TELLING[0])


def together(periods: Iterable[Period]) -> Period:
    """Return the time that tables cover together."""
    known = [date.fromisoformat(day) for each in periods for day in each.values()]
    return _period(known, until=True)


def _period(days: Iterable[date], *, until: bool) -> Period:
    days = sorted(days)
    if not days:
        return {}
    return {"start": days[0].isoformat(), **({"end": days[-1].isoformat()} if until else {})}
