"""Editions: what a registry said on one day, read once under its contract into typed rows, and kept.

Belongs here: reading the files of an edition, and finding what was read before. Does not belong here: which editions a table is
made of (the archive's log says so), and how cells are read (reader).

    staged/<table>/<key>.json                 what came of reading: counts by file, notes, and where the rows are
    staged/<table>/<sha256>.parquet           the rows, and in a file of its own the rejected cells
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.code import version_of
from pipeline.contracts.contract import Contract
from pipeline.hashing import hash_of
from pipeline.staging import reader
from pipeline.staging.reader import Raw, Read, read
from pipeline.staging.values import BOUNDED
from pipeline.store.objects import Store
from pipeline.store.stored import Stored, keep

STAGED = "staged"


@dataclass(frozen=True)
class EditionFile:
    """One file of an edition: its name, the SHA-256 of its bytes, its day (ISO) where known, and how it is said to be written.

    ``find_path`` gives a file with its bytes, verified, when they must be read; it raises FileNotFoundError.
    """

    name: str
    sha256: str
    peildatum: str | None
    find_path: Callable[[], Path]
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class Edition:
    """What came of reading an edition. The four mappings are by SHA-256 of a file.

    ``records`` counts what was read, ``loaded`` the rows that fit, ``rejected`` the records that did not; ``refused`` says why a
    file could not be read at all. ``notes`` are what a person should know of the files, such as columns that no contract names.
    ``days`` are the days (ISO) on which its records were counted, in order, where the records or the columns say that.
    """

    rows: Stored
    rejects: Stored
    records: Mapping[str, int]
    loaded: Mapping[str, int]
    rejected: Mapping[str, int]
    refused: Mapping[str, str]
    notes: tuple[str, ...]
    days: tuple[str, ...] = ()

    def after(self, day: date) -> date | None:
        """Return the first of its days after a day: a count that nobody can have made by then."""
        return next((found for each in self.days if (found := date.fromisoformat(each)) > day), None)

    @property
    def read(self) -> int:
        """How many records were read."""
        return sum(self.records.values())


def editions_of(files: Iterable[EditionFile]) -> list[list[EditionFile]]:
    """Return files as editions: those of one day together, in the order in which the days come first."""
    by_day: dict[str | None, list[EditionFile]] = {}
    for file in files:
        by_day.setdefault(file.peildatum, []).append(file)
    return list(by_day.values())


def find(store: Store, contract: Contract, files: Sequence[EditionFile], form: str) -> Edition | None:
    """Return an edition that was read before, whole; None when it was not, or when its files are damaged."""
    return store.find(key(contract, files, form), partial(_whole, store))


def find_until(store: Store, contract: Contract, files: Sequence[EditionFile], form: str, day: date) -> Edition | None:
    """Return an edition as ``stage_until`` read it before; None when it did not."""
    whole = find(store, contract, files, form)
    before = whole and whole.after(day)
    return store.find(key(contract, files, form, before), partial(_whole, store)) if before else whole


def stage_until(store: Store, contract: Contract, files: Sequence[EditionFile], form: str, day: date) -> Edition:
    """Return an edition as ``stage`` does, without what it says to have counted after a day: that is rejected.

    Files that count no such day, as they all should, are read once.
    """
    if (found := find_until(store, contract, files, form, day)) is not None:
        return found
    whole = stage(store, contract, files, form)
    before = whole.after(day)
    return _stage(store, contract, files, form, before) if before else whole


def keys_until(store: Store, contract: Contract, files: Sequence[EditionFile], form: str, day: date) -> Iterator[str]:
    """Yield the keys that ``find_until`` reads."""
    yield key(contract, files, form)
    whole = find(store, contract, files, form)
    if whole and (before := whole.after(day)):
        yield key(contract, files, form, before)


def stage(store: Store, contract: Contract, files: Sequence[EditionFile], form: str) -> Edition:
    """Return an edition, read now unless it was read before.

    A file that is no table of its form at all is among the ``refused``. Raises HeaderError for one that is, with a header that
    does not fit, and FileNotFoundError when the bytes of a file are not there.
    """
    if (found := find(store, contract, files, form)) is not None:
        return found
    return _stage(store, contract, files, form, None)


def _stage(store: Store, contract: Contract, files: Sequence[EditionFile], form: str, before: date | None) -> Edition:
    raw = (
        Raw(each.name, each.sha256, each.find_path().read_bytes(), each.peildatum, each.encoding, each.delimiter)
        for each in files
    )
    got = read(contract, raw, form, before)
    rows, rejects = (_keep(store, contract.table, each) for each in (got.rows, got.rejects))
    made = Edition(rows, rejects, got.records, _per_file(store, rows), _rejected(got), got.refused, got.notes, got.days)
    pa.default_memory_pool().release_unused()  # else Arrow keeps what the largest file took for the rest of the run
    return store.settle(key(contract, files, form, before), asdict(made), partial(_whole, store)) or made


@cache
def recipe(contract: Contract, form: str) -> str:
    """Return a hash of what turns bytes into rows, beside the bytes: the contract, and the code of the reader."""
    reading = [(each.name, each.type, each.codec, each.headers, each.columns, each.join, each.bound, each.map, each.optional,
                each.ceiling, each.required, each.wide, each.long) for each in contract.fields]  # fmt: skip
    parts = [version_of(reader.__name__), form, contract.table, repr(reading), repr(contract.primary_key)]
    return hash_of(parts)


def key(contract: Contract, files: Sequence[EditionFile], form: str, before: date | None = None) -> str:
    """Return the key under which an edition is kept; with ``before`` as it is read without counts of that day and later."""
    parts = [
        recipe(contract, form),
        *(" ".join(filter(None, (each.sha256, each.name, f"{each.peildatum}", each.encoding, each.delimiter))) for each in files),
        *([str(before)] if before else []),
    ]
    digest = hash_of(parts)
    return f"{STAGED}/{contract.table}/{digest[:24]}.json"


def _whole(store: Store, raw: Mapping[str, Any]) -> Edition | None:
    """Return an edition as it was written down; None when its files are not there as they were."""
    found = Edition(**{
        **raw, "rows": Stored.from_dict(raw["rows"]), "rejects": Stored.from_dict(raw["rejects"]), "notes": tuple(raw["notes"]),
        "days": tuple(raw["days"]),
    })  # fmt: skip
    return found if found.rows.paths(store) is not None and found.rejects.paths(store) is not None else None


def _keep(store: Store, table: str, rows: pa.Table) -> Stored:
    if rows.num_rows == 0:
        return Stored(table, (), "", 0)
    with store.scratch() as folder:
        pq.write_table(rows, folder / "rows.parquet", compression="zstd")
        part, content, count = keep(store, f"{STAGED}/{table}", folder / "rows.parquet")
    return Stored(table, (part,), content, count)


def _per_file(store: Store, rows: Stored) -> dict[str, int]:
    """Count rows by file. What was written is counted, so that a check finds a row that was lost on its way there."""
    counted: Counter[str] = Counter()
    for path in rows.paths(store) or ():
        column = pq.read_table(path, columns=["bron_sha256"])["bron_sha256"].combine_chunks()
        counted.update({str(each["values"]): int(each["counts"].as_py()) for each in column.value_counts()})
    return dict(counted)


def _rejected(got: Read) -> dict[str, int]:
    """Records that were rejected, by file: one may have several cells that do not fit, and one with a bounded count is loaded."""
    out = got.rejects.filter(pc.invert(pc.match_substring(got.rejects["reden"], BOUNDED)))
    columns = (out[name].to_pylist() for name in ("bron_sha256", "regel"))
    return dict(Counter(sha256 for sha256, _ in set(zip(*columns, strict=True))))
