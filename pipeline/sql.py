"""Text as it stands in SQL.

Belongs here: quoting. Does not belong here: queries and connections.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any


def literal(value: Any) -> str:
    """Return a text, a number or a truth as a literal of SQL."""
    return quoted(value) if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else repr(value)


def column(name: str) -> str:
    """Return the name of a column as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def column_list(names: Iterable[str]) -> str:
    """Return names of columns as a list of SQL."""
    return ", ".join(map(column, names))


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def parquet(*paths: Path) -> str:
    """Return the rows of Parquet files as a table of SQL: of nothing but these files, whatever their folders are called."""
    listed = ", ".join(quoted(str(each)) for each in paths)
    return f"read_parquet([{listed}], hive_partitioning = false)"  # else a folder named a=b is a column
