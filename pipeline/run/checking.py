"""What the checks of a table found, kept under a key of what they looked at; found, or carried out now.

Belongs here: one table's checks as a step. Does not belong here: Great Expectations and its process (checks).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future
from threading import Lock

from pipeline.checks import outcomes as kept
from pipeline.checks.outcome import Outcome
from pipeline.checks.process import TableFiles, Validator
from pipeline.contracts.expectations import references_of
from pipeline.project import Project
from pipeline.run.step import Report, Step
from pipeline.run.tables import Tables
from pipeline.store.objects import Store


class Checks:
    """The checks of a run's tables."""

    def __init__(self, project: Project, store: Store, tables: Tables, validator: Validator, report: Report) -> None:
        self._project, self._store, self._tables, self._validator, self._report = project, store, tables, validator, report
        self._begun: dict[str, Future[list[Outcome]]] = {}
        self._carried_out: dict[str, list[Outcome]] = {}
        self._found: dict[str, list[Outcome]] = {}  # what is in the store never changes: it need not be looked up twice
        self._lock = Lock()

    def find(self, table: str) -> list[Outcome] | None:
        """Return what the checks of a table found when they last looked at what is at hand now; None when they did not."""
        if table not in self._found:
            key = self._key(table)
            found = None if key is None else kept.find(self._store, self._project.contract(table), key)
            if found is None:
                return None
            self._found[table] = found
        return self._found[table]

    def last(self, table: str) -> list[Outcome]:
        """Return what the checks of a table found in this run, or else when they last looked at what is at hand now.

        Those that refer to a table that was not made are not kept, and are known to this run alone.
        """
        return self._carried_out.get(table) or self.find(table) or []

    def begin(self, table: str) -> None:
        """Hand a table to the validating process, unless its outcomes are there, or it was handed over before."""
        with self._lock:
            if table not in self._begun and self.find(table) is None:
                self._begun[table] = self._validator.submit(self._project.contract(table), self._files(table))

    def outcomes(self, table: str) -> list[Outcome]:
        """Return what the checks of a table found, carried out now unless they were before."""
        began = time.perf_counter()
        if (found := self.find(table)) is not None:
            return found
        self.begin(table)
        got = self._carried_out[table] = self._begun.pop(table).result()
        if (key := self._key(table)) is not None:
            kept.keep(self._store, self._project.contract(table), key, got)
        self._report(Step("check", table, time.perf_counter() - began, rows=len(got)))
        return got

    def end(self) -> None:
        """End the validating process: every table has its outcomes."""
        self._validator.end()

    def used(self) -> Iterator[str]:
        """Yield the keys of the outcomes of what is at hand."""
        for table in [*self._project.staging, *self._project.models]:
            if (key := self._key(table)) is not None:
                yield kept.address(table, key)

    def _key(self, table: str) -> str | None:
        """None when the table, or one that it refers to, is not made."""
        contract = self._project.contract(table)
        stored = {each: self._tables.find(each) for each in [table, *sorted(references_of(contract))]}
        contents = {name: each.content for name, each in stored.items() if each is not None}
        return kept.key(contract, contents) if len(contents) == len(stored) else None

    def _files(self, table: str) -> dict[str, TableFiles]:
        names = [table, *sorted(references_of(self._project.contract(table)))]
        return {
            name: TableFiles(tuple(self._tables.paths(name)), self._tables.columns(name))
            for name in names if self._tables.find(name) is not None
        }  # fmt: skip
