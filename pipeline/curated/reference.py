"""The project's own reference files: small tables that are part of the code, such as the norm amounts with their sources.

Belongs here: finding and reading them. Does not belong here: what their columns mean (the SQL that reads them gives them types).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.errors import SettingsError

FOLDER = Path(__file__).with_name("reference")
SCHEMA = "referentie"


def load(connection: duckdb.DuckDBPyConnection, names: Iterable[str], folder: Path = FOLDER) -> None:
    """Put reference files in schema ``referentie`` of a database, every column as text. Raises SettingsError."""
    connection.execute(f"create schema if not exists {SCHEMA}")
    for name in sorted(names):
        connection.register("reference_rows", _rows(folder / f"{name}.csv"))
        connection.execute(f"create table {SCHEMA}.{name} as select * from reference_rows")
        connection.unregister("reference_rows")


@cache
def digest(name: str, folder: Path = FOLDER) -> str:
    """Return the SHA-256 of a reference file."""
    return hashlib.sha256((folder / f"{name}.csv").read_bytes()).hexdigest()


@cache
def known(folder: Path = FOLDER) -> frozenset[str]:
    """Return the names of the reference files."""
    return frozenset(path.stem for path in folder.glob("*.csv"))


def _rows(path: Path) -> pa.Table:
    """A file as text: an empty cell is null, blank lines are left out, a row may leave out its last cells.

    Raises SettingsError for a file that is no table, with the line where it breaks.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        rows = []
        try:
            for row in filter(None, reader):
                rows.append(row)
                if len(row) > len(rows[0]) or len(rows[0]) == 1:
                    raise csv.Error(f"{len(row)} cells under {len(rows[0])} columns")
        except (csv.Error, UnicodeDecodeError) as error:
            raise SettingsError(
                f"reference file {path.name}, line {reader.line_num}: {error}; cells are divided by commas, "
                'and a text with a comma in it stands in quotes: "art 19, lid 1"'
            ) from error
    header, *records = rows
    padded = [[*(cell or None for cell in row), *[None] * (len(header) - len(row))] for row in records]
    return pa.table({name: pa.array([row[i] for row in padded], pa.string()) for i, name in enumerate(header)})
