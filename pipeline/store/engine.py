"""DuckDB for one piece of work: in memory, with a view per table file, and a place of its own to spill to.

Belongs here: how a connection is set up, and files shown as tables. Does not belong here: what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import duckdb

from pipeline.sql import quoted

# how many times its share a piece of work has when it has the rest of the memory to itself
MORE = 4
# queries see tables, never a Python variable that happens to have their name
SETTINGS = "set TimeZone = 'UTC'; set python_enable_replacements = false; set enable_progress_bar = false;"


class Engine:
    """Opens databases in memory, each with a limit of its own, and can end what they are all at."""

    def __init__(self, memory_mb: int, threads: int = 1) -> None:
        self.memory_mb, self._threads, self._one_at_a_time = memory_mb, threads, Lock()
        self._open: set[duckdb.DuckDBPyConnection] = set()

    @contextmanager
    def connect(self, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a database that spills to the folder ``spill``."""
        with connect(spill, memory_mb=self.memory_mb, threads=self._threads) as connection:
            self._open.add(connection)
            try:
                yield connection
            finally:
                self._open.discard(connection)

    @contextmanager
    def alone(self) -> Iterator[Engine]:
        """Yield an engine with several times the memory, which one piece of work has at a time: for one that needs more than its
        share even with what it can spill."""
        with self._one_at_a_time:
            larger = Engine(MORE * self.memory_mb, self._threads)
            larger._open = self._open
            yield larger

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
