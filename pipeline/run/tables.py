"""A table as a step: found by the key of what it is made from, or made; by any process, at any time, with the same result.

Belongs here: keys, and one table at a time. Does not belong here: the order of tables and who asks for them (ahead, the
orchestrator), and how rows come about (staging, curated).

    tables/<table>/<key>.json                 what was made under a key, and from what
    tables/<table>/<sha256>.parquet           its rows: the very bytes that a release publishes

A key goes by the content of what a table reads. So a table that is made again and comes out the same stops there: whatever reads
it has the key that it had.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from pipeline.archive.fetch import Fetched
from pipeline.code import version_of
from pipeline.contracts.contract import Contract
from pipeline.curated.build import Input, build, recipe
from pipeline.curated.models import BOOKKEEPING
from pipeline.errors import CheckError, ReadError, SettingsError
from pipeline.hashing import hash_of
from pipeline.project import Project
from pipeline.run import bookkeeping
from pipeline.run.looks import GivenLooks, RunLooks
from pipeline.staging import editions
from pipeline.staging.editions import Edition, EditionFile
from pipeline.store.engine import Engine
from pipeline.store.objects import Store
from pipeline.store.stored import Stored, keep, together

TABLES = "tables"
OWN = f"{BOOKKEEPING}."


@dataclass(frozen=True)
class Made:
    """A table that a step made, or found made. ``seconds`` is how long that took."""

    stored: Stored
    unchanged: bool
    seconds: float


class Tables:
    """The tables of a project in a store, as the looks of one run make them. Holds nothing that is not in the store."""

    def __init__(self, project: Project, store: Store, looks: RunLooks | GivenLooks, engine: Engine) -> None:
        self._project, self._store, self._looks, self._engine = project, store, looks, engine
        self._found: dict[str, Stored] = {}  # what is in the store never changes: it need not be looked up twice

    # -- finding -------------------------------------------------------------------------------------------------------

    def find(self, table: str) -> Stored | None:
        """Return a table that is made from what is at hand now; None when it, or something that it reads, must be made first."""
        if table not in self._found:
            found = self._find_staged(table) if table in self._project.staging else self._find_made(table)
            if found is None:
                return None
            self._found[table] = found
        return self._found[table]

    def editions(self, table: str) -> list[Edition] | None:
        """Return the editions of a staging table; None when one of them was not read yet."""
        form = self._project.feeders[table].format
        contract, day = self._project.staging[table], self._looks.day
        found = [editions.find_until(self._store, contract, each, form, day) for each in self._files(table)]
        return None if None in found else [each for each in found if each is not None]

    def used(self) -> Iterator[str]:
        """Yield the keys of the objects that the tables found so far stand on."""
        for table, stored in list(self._found.items()):
            yield from (part.key for part in stored.parts)
            if table in self._project.staging:
                contract, form, day = self._project.staging[table], self._project.feeders[table].format, self._looks.day
                for each in self._files(table):
                    yield from editions.keys_until(self._store, contract, each, form, day)
                yield from (part.key for each in self.editions(table) or () for part in each.rejects.parts)
            elif (key := self._key(table)) is not None:
                yield _sidecar(table, key)

    def absent(self, table: str) -> bool:
        """Return whether a staging table is empty because no origin gave a file of its registry: there is nothing to check."""
        if table not in self._project.staging:
            return False
        got = self._looks.of(self._project.feeders[table].name)
        return not got.files and not got.refused

    def inputs(self, table: str) -> list[str]:
        """Return the names of what a curated table reads, those of the run's bookkeeping as ``intern.bestand``."""
        model = self._project.models[table]
        return [*sorted(model.depends), *sorted(f"{OWN}{each}" for each in model.bookkeeping)]

    def _find_staged(self, table: str) -> Stored | None:
        found = self.editions(table)
        return None if found is None else together(table, (each.rows for each in found))

    def _find_made(self, table: str) -> Stored | None:
        key = self._key(table)
        return None if key is None else self._store.find(_sidecar(table, key), self._whole)

    def _whole(self, sidecar: Mapping[str, Any]) -> Stored | None:
        """Return a table as it was written down; None when its files are not there as they were."""
        found = Stored.from_dict(sidecar["stored"])
        return found if found.paths(self._store) is not None else None

    def _key(self, table: str) -> str | None:
        """What a table is made from, as a hash; None when that is not made itself."""
        if table.startswith(OWN):
            return self._own_key(table)
        read = self._contents(self.inputs(table))
        return None if read is None else _hash([recipe(self._project.models[table], self._project.curated[table]), *read])

    def _own_key(self, table: str) -> str | None:
        name, code = table.removeprefix(OWN), version_of(bookkeeping.__name__)
        read = self._contents(self._project.staging)
        if read is None:
            return None
        if name == "dag":
            return _hash([code, str(self._looks.day), json.dumps(self._project.boundaries), *read])
        # without the time: bytes that are retrieved once more, at another origin or by another run, make nothing new
        files = [{**each, "opgehaald_op": None} for each in self._file_rows()]
        return _hash([code, json.dumps(files), *(_rejected_content(each) for _, _, each in self._rejected())])

    def _contents(self, tables: Iterable[str]) -> list[str] | None:
        """What tables hold, a line each; None as soon as one of them is not made."""
        lines = []
        for table in tables:
            if (found := self.find(table)) is None:
                return None
            lines.append(f"{table} {found.content}")
        return lines

    # -- making --------------------------------------------------------------------------------------------------------

    def make(self, table: str) -> Made:
        """Make a table, unless it is there. Twice is the same as once, and so is two at a time.

        Raises ReadError when none of the files that are there can be read, or when a query does not give its contract's columns;
        CheckError when what it is made from is not up to date.
        """
        began = time.perf_counter()
        if (found := self.find(table)) is None and table in self._project.models:
            self.make_own(self._project.models[table].bookkeeping)
            found = self.find(table)
        if found is not None:
            return Made(found, True, time.perf_counter() - began)
        made = self._stage(table) if table in self._project.staging else self._build(table, began)
        self._found[table] = made
        return Made(made, False, time.perf_counter() - began)

    def make_own(self, names: Iterable[str]) -> None:
        """Make the tables of the run's bookkeeping of which the inputs are there. That takes no time, and where they come out as
        they were, what reads them is there too."""
        for table in (f"{OWN}{each}" for each in names):
            if self.find(table) is None and self._key(table) is not None:
                self._found[table] = self._keep_own(table)

    def _stage(self, table: str) -> Stored:
        contract, form, day = self._project.staging[table], self._project.feeders[table].format, self._looks.day
        read = [editions.stage_until(self._store, contract, each, form, day) for each in self._files(table)]
        if not any(each.records for each in read) and (refused := [why for each in read for why in each.refused.values()]):
            raise ReadError("; ".join(refused))
        return together(table, (each.rows for each in read))

    def _build(self, table: str, began: float) -> Stored:
        read = self.require(self.inputs(table), f"{table} was not made: it is made from")
        with self._store.scratch() as folder:
            target = folder / f"{table}.parquet"
            inputs = [Input(name, self._paths(stored), self.columns(name)) for name, stored in read.items()]
            self._write(table, inputs, target)
            return self._keep(table, target, {name: each.content for name, each in read.items()}, began)

    def _write(self, table: str, inputs: Sequence[Input], target: Path) -> None:
        """Write a table; with more memory when its share is not enough. Raises SettingsError when that is not either."""
        model, contract = self._project.models[table], self._project.curated[table]
        try:
            build(model, contract, inputs, target, self._engine)
        except duckdb.OutOfMemoryException:
            with self._engine.alone() as larger:
                try:
                    build(model, contract, inputs, target, larger)
                except duckdb.OutOfMemoryException as error:
                    raise SettingsError(
                        f"{table} cannot be made in {larger.share_mb:,} MB of memory; set PASSEND_MAKER_MEMORY_MB "
                        f"({self._engine.share_mb} now, of which a table that needs it gets several times as much) higher"
                    ) from error

    def _keep_own(self, table: str) -> Stored:
        began, name = time.perf_counter(), table.removeprefix(OWN)
        read = self.require(self._project.staging, f"{table} was not made: it is made from")
        with self._store.scratch() as folder:
            target = folder / "rows.parquet"
            if name == "dag":
                found = ((self._paths(read[each]), columns) for each, columns in self._project.boundaries.items())
                bookkeeping.write_day(self._looks.day, found, target)
            elif name == "bestand":
                bookkeeping.write_files(self._file_rows(), target)
            else:
                bookkeeping.write_rejects(self._store, self._rejected(), target)
            return self._keep(table, target, {}, began)

    def _keep(self, table: str, path: Path, read: Mapping[str, str], began: float) -> Stored:
        """Put a file in the store, and say what it was made from. What another put there meanwhile counts."""
        part, content, rows = keep(self._store, f"{TABLES}/{table}", path)
        made, address = Stored(table, (part,), content, rows), _sidecar(table, self._key(table) or "")
        sidecar = {
            "stored": made.as_dict(), "made_from": dict(read), "run": self._looks.run_id,
            "made_at": self._looks.now.isoformat(timespec="seconds"), "seconds": round(time.perf_counter() - began, 3),
            "engine": duckdb.__version__,
        }  # fmt: skip
        return self._store.settle(address, sidecar, self._whole) or made

    def require(self, tables: Iterable[str], why: str) -> dict[str, Stored]:
        """Return tables that are made. Raises CheckError unless all are: what is made from an older one would be taken for newer
        than it is."""
        found = {table: self.find(table) for table in tables}
        if behind := [table for table, each in found.items() if each is None]:
            shown = f"{', '.join(behind[:5])}{f' and {len(behind) - 5} more' if len(behind) > 5 else ''}"
            raise CheckError(f"{why} {shown}, which are not up to date; run a job, which makes all that it needs")
        return {table: each for table, each in found.items() if each is not None}

    # -- what is read --------------------------------------------------------------------------------------------------

    def columns(self, table: str) -> dict[str, str]:
        """Return the columns of a table by name, with their DuckDB types."""
        if table.startswith(OWN):
            return bookkeeping.columns(table.removeprefix(OWN))
        contract: Contract = self._project.contract(table)
        return {each.name: each.duckdb_type for each in contract.fields}

    def paths(self, table: str) -> list[Path]:
        """Return the files of a table that is made. Raises CheckError when it is not."""
        return self._paths(self.require([table], "it cannot be read: it is made from")[table])

    def _paths(self, stored: Stored) -> list[Path]:
        if (paths := stored.paths(self._store)) is None:
            raise CheckError(f"a file of {stored.table} was damaged in this very moment; run again, which makes it again")
        return paths

    def _files(self, table: str) -> list[list[EditionFile]]:
        got = self._looks.of(self._project.feeders[table].name)
        archive = self._looks.archive
        # bytes are what identifies a file: what two origins give alike is read once, as the first of them gives it
        once = {each.sha256: each for each in reversed(got.files)}
        return editions.editions_of(
            EditionFile(each.name, each.sha256, each.peildatum, partial(archive.path, each), each.encoding, each.delimiter)
            for each in got.files if once[each.sha256] is each
        )  # fmt: skip

    def _each(self, work: Callable[[str, Fetched, list[Edition]], Any]) -> list[Any]:
        """What is worked out of each registry: its name, its look, and its editions."""
        return [
            work(name, self._looks.of(name), self.editions(registry.feeds) or [])
            for name, registry in self._project.catalogue.items()
        ]

    def _file_rows(self) -> list[dict[str, Any]]:
        return [row for rows in self._each(bookkeeping.files_of) for row in rows]

    def _rejected(self) -> list[tuple[str, dict[str, str], list[Edition]]]:
        return self._each(lambda name, got, found: (name, bookkeeping.names_of(got), found))


def _rejected_content(found: Iterable[Edition]) -> str:
    return " ".join(each.rejects.content for each in found)


def _sidecar(table: str, key: str) -> str:
    return f"{TABLES}/{table}/{key}.json"


def _hash(parts: Iterable[str]) -> str:
    return hash_of(parts)[:24]
