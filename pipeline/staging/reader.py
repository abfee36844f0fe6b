"""From the bytes of a registry's files to typed rows under its contract, and to rejected rows with their reason.

Belongs here: encoding, delimiter, header, cells, keys within a file. Does not belong here: where files come from
(fetch) and what rows mean together (SQL).

Text is cut into cells by Arrow's CSV reader (0.7 s for the 342 home-postcode files, against 2.4 s for pandas' own), each
distinct cell of a column is read once by its codec, and the result is an Arrow table: pandas and DuckDB share it as is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.contract import Contract
from pipeline.errors import ReadError
from pipeline.staging.cells import Cells, Raw
from pipeline.staging.delimited import LONGEST_HEADER, first_line, read_csv
from pipeline.staging.encoding import decode
from pipeline.staging.header import HeaderError, cut, match_header
from pipeline.staging.json_files import read_geojson, read_odata
from pipeline.staging.values import BOUNDED, COUNTED, MANY, WHOLE_ROW, counted, typed, with_provenance

__all__ = ["REJECTS", "WHOLE_ROW", "HeaderError", "Raw", "Read", "header_problem", "read"]

REJECTS = pa.schema(
    [
        ("bron_sha256", pa.string()),
        ("regel", pa.int64()),
        ("kolom", pa.string()),
        ("waarde", pa.string()),
        ("reden", pa.string()),
    ]
)

SHOWN = 3  # of what is wrong with a file

FORMS: dict[str, Callable[[Contract, Raw], Cells]] = {"csv": read_csv, "geojson": read_geojson, "odata": read_odata}


@dataclass(frozen=True)
class Read:
    """What came out of files of one dataset.

    ``rows`` has the contract's columns; ``rejects`` one row per offending cell; ``records`` counts the records of each
    file by hash; ``refused`` are files that could not be read at all, with the reason; ``notes`` say what was odd. ``days`` are
    those that its records or columns say to have counted (ISO, in order).
    """

    rows: pa.Table
    rejects: pa.Table
    records: Mapping[str, int]
    refused: Mapping[str, str]
    notes: tuple[str, ...]
    days: tuple[str, ...]


def read(contract: Contract, files: Iterable[Raw], form: str = "csv", before: date | None = None) -> Read:
    """Read the files of one dataset under its contract; with ``before`` without counts of that day and later.

    ``form`` is csv, geojson or odata. Every record ends in ``rows`` or, with a reason, in ``rejects``.
    A file that is no table of this kind at all is refused as a whole; when that leaves no file: ReadError. One that is, but
    with a header that does not fit: HeaderError, whatever the other files are.
    """
    cells, refused, notes, rejects = [], {}, [], []
    records: dict[str, int] = {}
    names: dict[str, str] = {}
    for file in files:
        names[file.sha256] = file.name
        try:
            one = FORMS[form](contract, file)
        except HeaderError:
            raise
        except ReadError as error:
            refused[file.sha256] = str(error)
            continue
        records[file.sha256] = one.records
        rejects += [(file.sha256, number, WHOLE_ROW, cut(text), reason) for number, text, reason in one.ragged]
        if one.unknown:
            notes.append(f"{file.name}: columns the contract does not know are left unread: {', '.join(one.unknown)}")
        if one.doubled:
            notes.append(f"{file.name}: text of {one.doubled:,} records was encoded in UTF-8 twice; tell the publisher")
        table = one.table
        for column, day in counted(contract, table.column_names).items():
            if before is not None and day >= before:
                table = table.drop_columns(column)
                head = column.replace("|", " ")
                notes.append(f"{file.name}: column {head} is left unread: its count, {day}, lies after the day of this run")
        cells.append(with_provenance(table, file))
    if not cells and refused:
        raise ReadError("; ".join(refused.values()))
    whole = pa.concat_tables(cells, promote_options="default") if cells else None
    rows, wrong = typed(contract, whole, before)
    bad = pa.Table.from_pylist([dict(zip(REJECTS.names, each, strict=True)) for each in [*rejects, *wrong]], schema=REJECTS)
    if before is None:  # of records that were counted too late, nothing is wrong with the file
        unfit = _unfit(names, records, rows, bad)
        if unfit and len(unfit) == len(records):
            raise ReadError("; ".join([*unfit.values(), *refused.values()]))
        refused |= unfit
        notes += _many(names, records, rows, bad, unfit)
    notes += _unread(names, bad)
    return Read(rows, bad, records, refused, tuple(dict.fromkeys(notes)), _days(contract, whole, rows))


def _unfit(names: Mapping[str, str], records: Mapping[str, int], rows: pa.Table, bad: pa.Table) -> dict[str, str]:
    """Return why a file is none of its registry, by hash, of those with records of which not one fits."""
    fitting = set(pc.unique(rows["bron_sha256"]).to_pylist())
    return {
        sha256: f"{names[sha256]}: none of its {count:,} records fits. {_first(sha256, bad)}"
        for sha256, count in records.items() if count and sha256 not in fitting
    }  # fmt: skip


def _many(
    names: Mapping[str, str], records: Mapping[str, int], rows: pa.Table, bad: pa.Table, unfit: Collection[str]
) -> Iterator[str]:
    """Yield a sentence for each file of which many records do not fit."""
    if not bad.num_rows:
        return
    fitting = {each["values"]: each["counts"] for each in pc.value_counts(rows["bron_sha256"]).to_pylist()}
    for sha256, count in records.items():
        left = count - fitting.get(sha256, 0)
        if sha256 not in unfit and left > MANY * count:
            yield f"{names[sha256]}: {left:,} of its {count:,} records do not fit. {_first(sha256, bad)}"


def _unread(names: Mapping[str, str], bad: pa.Table) -> Iterator[str]:
    """Yield a sentence for each file with records that fit but for a count that cannot be read."""
    for sha256, name in names.items():
        told = bad.filter(pc.and_(pc.equal(bad["bron_sha256"], sha256), pc.match_substring(bad["reden"], BOUNDED)))
        if told.num_rows:
            yield f"{name}: {told.num_rows:,} counts cannot be read, and are known between bounds only. {_first(sha256, told)}"


def _first(sha256: str, bad: pa.Table) -> str:
    """Say what is wrong with the first records of a file that do not fit."""
    of_file = bad.filter(pc.equal(bad["bron_sha256"], sha256)).slice(0, SHOWN).to_pylist()
    told = "; ".join(f"line {each['regel']}, {each['kolom']}: {cut(each['reden'], 100)}" for each in of_file)
    return f"The first: {told}"


def _days(contract: Contract, cells: pa.Table | None, rows: pa.Table) -> tuple[str, ...]:
    """Return the days that were counted: those of the column ``peildatum``, and those that stand in names of columns."""
    found = set(counted(contract, cells.column_names if cells else ()).values())
    if COUNTED in rows.column_names:
        found |= {each for each in pc.unique(rows[COUNTED]).to_pylist() if each is not None}
    return tuple(sorted(map(str, found)))


def header_problem(contract: Contract, path: Path, name: str, form: str) -> str | None:
    """Why the columns of a file do not fit its contract, in words, without reading the rest of a CSV; None when they do."""
    try:
        if form != "csv":
            FORMS[form](contract, Raw(name, "", path.read_bytes()))
            return None
        with path.open("rb") as file:
            start = file.read(LONGEST_HEADER + 1)
        match_header(contract, first_line(decode(start[: start.rfind(b"\n") + 1] or start, name), name)[1], name)
    except ReadError as error:
        return str(error)
    return None
