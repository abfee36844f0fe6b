"""DuckDB for pieces of work that go on side by side, in memory, with files shown as tables.

Belongs here: how a database is opened and shared, and files shown as tables. Does not belong here: what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Self

import duckdb

from pipeline.sql import column_list, parquet, quoted

# how many times its share a piece of work has when it has the rest of the memory to itself
MORE = 4
# queries see tables, never a Python variable that happens to have their name
SETTINGS = "set TimeZone = 'UTC'; set python_enable_replacements = false; set enable_progress_bar = false;"


class Engine:
    """One database in memory for pieces of work that see nothing of each other, and a way to end what they are all at.

    They share its memory, ``share_mb`` for each of ``at_once``, and a folder that it spills to, which ``scratch`` gives. Opening
    one for each of 47 tables takes 1.2 s longer, mostly to hand memory back and be given it again. Opened when it is first
    used. Use as a context manager.
    """

    def __init__(
        self, scratch: Callable[[], AbstractContextManager[Path]], share_mb: int, at_once: int = 1, threads: int = 1
    ) -> None:  # fmt: skip
        self.share_mb, self._at_once, self._threads, self._scratch = share_mb, at_once, threads, scratch
        self._database: duckdb.DuckDBPyConnection | None = None
        self._open: set[duckdb.DuckDBPyConnection] = set()
        self._names, self._lock, self._one_at_a_time = count(), Lock(), Lock()
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open an empty place of one's own in the database, gone afterwards with what is in it."""
        with self._lock:
            database = self._database = self._database or self._begin()
            connection, name = database.cursor(), f"work_{next(self._names)}"
        connection.execute(f"{SETTINGS} attach ':memory:' as {name}; use {name}")
        self._open.add(connection)
        try:
            yield connection
        finally:
            self._open.discard(connection)
            connection.close()
            with self._lock:
                database.execute(f"detach {name}")

    @contextmanager
    def alone(self) -> Iterator[Engine]:
        """Yield an engine with several times the memory, which one piece of work has at a time: for one that needs more than its
        share even with what it can spill."""
        with self._one_at_a_time, Engine(self._scratch, MORE * self.share_mb, threads=self._threads) as larger:
            larger._open = self._open
            yield larger

    def interrupt(self) -> None:
        """End every query at work: one that Ctrl-C cut off goes on otherwise, and whoever waits for it waits too."""
        for connection in list(self._open):
            connection.interrupt()

    def _begin(self) -> duckdb.DuckDBPyConnection:
        folder = self._opened.enter_context(self._scratch())
        memory = self.share_mb * self._at_once
        return self._opened.enter_context(connect(folder / "spill", memory_mb=memory, threads=self._threads))


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
        connection.execute(f"create view {name} as select {column_list(columns)} from {parquet(*files)}")
    else:
        empty = ", ".join(f'null::{kind} as "{each}"' for each, kind in columns.items())
        connection.execute(f"create view {name} as select {empty} where false")
