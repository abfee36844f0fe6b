"""The second process, in which checks are carried out while the first one goes on.

Belongs here: starting and ending that process, and what goes to and fro: the names of files go, outcomes come back, never a row.
Does not belong here: what a check is (contracts) and how it is carried out (batch, validation).

Importing Great Expectations takes as long as reading every file of a national run, so it happens once, in a process that works
while the first one reads.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Self

import duckdb
import pyarrow as pa

from pipeline.checks.batch import make_batch
from pipeline.checks.counts import count_wrong
from pipeline.checks.outcome import Outcome, not_carried_out
from pipeline.checks.validation import judge, prepare, validate
from pipeline.contracts.contract import Contract
from pipeline.contracts.expectations import Refers, expectations_of
from pipeline.errors import CheckError
from pipeline.machine import end_with_parent
from pipeline.store import engine
from pipeline.store.workplace import WORK, Workplace

MEMORY_MB = 250
# how many rows of tables that were checked may wait to be given back: to look for them takes 20 ms
HELD_ROWS = 50_000


@dataclass(frozen=True)
class TableFiles:
    """A table as Parquet files, with its columns as DuckDB types by name. A table without files is empty."""

    files: tuple[Path, ...]
    columns: Mapping[str, str]


class Validator:
    """A process that validates tables one by one while the caller goes on. Use as a context manager.

    The process starts with the first table, or earlier with ``warm``: a run with nothing to check never starts it. Above
    ``memory_mb`` its database spills to a folder of its own below ``scratch``. A pipe tells each side when the other is gone.
    """

    def __init__(self, scratch: Path | None = None, *, memory_mb: int = MEMORY_MB) -> None:
        self._scratch, self._memory_mb = scratch, memory_mb
        self._process: BaseProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the process, whatever it is at; it holds 400 MB. The next table starts another."""
        if self._process is not None:
            self._process.kill()  # its own way out takes a second: there is much to unload, and nothing to lose
            self._talk.shutdown(wait=True, cancel_futures=True)
            self._process.join()
            self._line.close()
            self._spill.clear()
            self._process = None

    def warm(self) -> None:
        """Start the process, which begins by importing Great Expectations, unless it runs already."""
        if self._process is None:
            context = multiprocessing.get_context("spawn")
            self._spill = Workplace(self._scratch or Path(gettempdir()), WORK)
            self._line, other_end = context.Pipe()
            self._talk = ThreadPoolExecutor(1)
            arguments = (os.getpid(), other_end, self._spill.path, self._memory_mb)
            self._process = context.Process(target=_serve, args=arguments, daemon=True)
            with _without_interrupts():
                self._process.start()
            other_end.close()

    def submit(self, contract: Contract, tables: Mapping[str, TableFiles]) -> Future[list[Outcome]]:
        """Carry out every check of a contract. Returns its outcomes, in the order of the contract.

        ``tables`` are the table itself and those that it refers to, by name; a check that refers to one that is not among them is
        not carried out. The result raises CheckError when the process died.
        """
        self.warm()
        return self._talk.submit(self._ask, contract, tables)

    def _ask(self, contract: Contract, tables: Mapping[str, TableFiles]) -> list[Outcome]:
        try:
            self._line.send((contract, tables))
            outcomes: list[Outcome] = self._line.recv()
        except (EOFError, OSError) as error:
            raise CheckError(
                "the process that validates died, probably for want of memory; nothing was released; free memory and run again"
            ) from error
        return outcomes


def check_table(connection: duckdb.DuckDBPyConnection, contract: Contract, tables: Mapping[str, TableFiles]) -> list[Outcome]:
    """Carry out every check of a contract on the files of its table, in the order of the contract."""
    expectations = expectations_of(contract)
    missing = {each.name: _missing(each.reference, tables) for each in expectations}
    try:
        with _shown(connection, tables):
            possible = [each for each in expectations if missing[each.name] is None]
            found = judge(contract.table, possible, *count_wrong(connection, contract, possible))
            left = [each for each in possible if each.name not in found]
            batch = make_batch(connection, contract, left) if left else None
        if batch:
            found |= {each.check: each for each in validate(*batch)}
    except Exception as error:  # of the engine, which says nothing of the data
        return [not_carried_out(contract.table, each, f"{type(error).__name__}: {error}") for each in expectations]
    return [
        found.get(each.name)
        or not_carried_out(contract.table, each, f"{missing[each.name]}, to which it refers, was not made")
        for each in expectations
    ]  # fmt: skip


def _missing(reference: Refers | None, tables: Mapping[str, TableFiles]) -> str | None:
    """Return the table that a check refers to, when that is not among those at hand."""
    return reference.table if reference and reference.table not in tables else None


@contextmanager
def _shown(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, TableFiles]) -> Iterator[None]:
    """Show tables as views, and take them away afterwards: one connection serves all tables, for opening one takes 13 ms."""
    try:
        for name, table in tables.items():
            engine.show(connection, name, table.files, table.columns)
        yield
    finally:
        for name in tables:
            connection.execute(f"drop view if exists {name}")


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Block SIGINT while the child starts, so that it inherits the mask; a pending SIGINT is delivered afterwards."""
    resource_tracker.ensure_running()  # it starts once, and unblocks SIGINT
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(parent: int, line: Connection[Any, Any], spill: Path, memory_mb: int) -> None:
    """Be the process: check the tables that are named over the line, until the other side is gone, however that ended."""
    end_with_parent(parent)  # amid a check too, and while it still imports
    prepare()
    held = 0
    with suppress(EOFError, OSError), engine.connect(spill, memory_mb=memory_mb) as connection:
        while True:
            outcomes = check_table(connection, *line.recv())
            line.send(outcomes)
            # results of Great Expectations are cycles, which hold the batch: without this each adds to the next
            held += max((each.checked or 0 for each in outcomes), default=0)
            if held >= HELD_ROWS:
                held = 0
                gc.collect()
                pa.default_memory_pool().release_unused()
