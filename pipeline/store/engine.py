"""DuckDB for one piece of work: in memory, with a view per table file, and a place of its own to spill to.

Belongs here: how a connection is set up, and files shown as tables. Does not belong here: what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.sql import quoted

# queries see tables, never a Python variable that happens to have their name
SETTINGS = "set TimeZone = 'UTC'; set python_enable_replacements = false; set enable_progress_bar = false;"


class Engine:
    """Opens databases in memory, each with a limit of its own, and can end what they are all at."""

    def __init__(self, memory_mb: int, threads: int = 1) -> None:
        self._memory_mb, self._threads = memory_mb, threads
        self._open: set[duckdb.DuckDBPyConnection] = set()

    @contextmanager
    def connect(self, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a database that spills to the folder ``spill``."""
        with connect(spill, memory_mb=self._memory_mb, threads=self._threads) as connection:
            self._open.add(connection)
            try:
                yield connection
            finally:
                self._open.discard(connection)

    def interrupt(self) -> None:
        """End every query at work: one that Ctrl-C cut off goes on otherwise, and whoever waits for it waits too."""
        for connection in list(self._open):
            connection.interrupt()


@contextmanager
def connect(spill: Path, *, memory_mb: int, threads: int = 1) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory. Above ``memory_mb`` it spills to the folder ``spill``, which no other connection may use:
    processes that spill to one folder read each other's pages.
    """
    with duckdb.connect() as connection:
        connection.execute(f"{SETTINGS} set threads = {threads}; set memory_limit = '{memory_mb}MB'")
        connection.execute(f"set temp_directory = {quoted(str(spill))}")
        yield connection


def show(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
    """Show Parquet files as one view; without files an empty one. ``columns`` are DuckDB types by name."""
    if files:
        listed = ", ".join(quoted(str(each)) for each in files)
        names = ", ".join(f'"{each}"' for each in columns)
        connection.execute(f"create view {name} as select {names} from read_parquet([{listed}])")
    else:
        empty = ", ".join(f'null::{kind} as "{each}"' for each, kind in columns.items())
        connection.execute(f"create view {name} as select {empty} where false")
