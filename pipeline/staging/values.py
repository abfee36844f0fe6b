"""From text cells to typed values, and to rejects with their reason.

Belongs here: cells, bounds, keys within a file. Does not belong here: how a file is cut into cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.codecs import CODECS, Count, one_notation
from pipeline.contracts.contract import Contract
from pipeline.contracts.fields import Field
from pipeline.contracts.types import ARROW_TYPES
from pipeline.staging.cells import Raw
from pipeline.staging.header import cut, source_fields

WHOLE_ROW = "*"
COUNTED = "peildatum"
YEAR = "jaar"

MANY = 0.05  # of a column or a file, from which on it is not its cells or records that are wrong
BOUNDED = "; telt mee als 0 tot "
Wrong = tuple[int, str, str, str]  # row, column, cell, reason


def with_provenance(table: pa.Table, file: Raw) -> pa.Table:
    edition = CODECS["datum"](file.editie or "")
    # a hash of 64 characters, once for each file and not for each row
    hashes = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), table.num_rows), [file.sha256])
    return table.append_column("bron_sha256", hashes).append_column(
        "editie", pa.repeat(pa.scalar(edition, pa.date32()), table.num_rows)
    )


def counted(contract: Contract, columns: Iterable[str]) -> dict[str, date]:
    """Return the day of the count by column ``field|kop``, of fields whose pattern says that the head is a year."""
    dated = {each.name for each in contract.fields if each.columns and YEAR in re.compile(each.columns).groupindex}
    heads = {each: each.split("|", 1)[1] for each in columns if each.split("|", 1)[0] in dated}
    return {column: day for column, head in heads.items() if (day := CODECS["peiljaar"](head)) is not None}


def typed(
    contract: Contract, cells: pa.Table | None, before: date | None = None
) -> tuple[pa.Table, list[tuple[str, int, str, str, str]]]:
    """Cells to values. Returns the rows that fit and a reject per offending cell; with ``before`` a count of that day or later
    does not fit. A count that cannot be read keeps its row, between zero and the ceiling of its field."""
    if cells is None:
        cells = with_provenance(pa.table({"bron_regel": pa.array([], pa.int64())}), Raw("", "", b""))
    count = cells.num_rows
    values: dict[str, pa.Array] = {}
    counts: dict[str, tuple[pa.Array, pa.Array]] = {}
    wrong: list[Wrong] = []
    unread: list[Wrong] = []
    for field in source_fields(contract):
        column = cells[field.name].combine_chunks() if field.name in cells.column_names else pa.repeat("", count)
        parsed = _column(field, pc.fill_null(column, ""), wrong, unread)
        values[field.name], counts[field.name] = parsed[0], parsed[1:]
    for field in contract.fields:
        if field.columns:
            values[field.name] = _array(field, cells, wrong, unread)
        elif field.join:
            values[field.name] = pc.binary_join_element_wise(*(values[name] for name in field.join), "")
        elif field.bound:
            kind, of = field.bound
            values[field.name] = counts[of][("ondergrens", "bovengrens").index(kind)]
        elif field.name in ("bron_sha256", "bron_regel", "editie"):
            values[field.name] = cells[field.name].combine_chunks()
    rows = pa.table({field.name: values[field.name] for field in contract.fields})
    if before is not None and COUNTED in rows.column_names:
        days = rows[COUNTED].to_pylist()
        wrong += [
            (index, COUNTED, str(day), "de peildatum ligt na de dag van deze run")
            for index, day in enumerate(days) if day is not None and day >= before
        ]  # fmt: skip
    rejected = {index for index, *_ in wrong}
    for index, column_name, cell, reason in _broken_keys(contract, rows, rejected):
        wrong.append((index, column_name, cell, reason))
        rejected.add(index)
    hashes, numbers = rows["bron_sha256"], rows["bron_regel"]
    rejects = [
        (hashes[i].as_py(), numbers[i].as_py(), column, cut(cell), cut(reason))
        for i, column, cell, reason in sorted([*wrong, *unread])
    ]
    if rejected:
        keep = np.ones(count, bool)
        keep[list(rejected)] = False
        rows = rows.filter(pa.array(keep))
    return rows, rejects


def _column(field: Field, cells: pa.Array, wrong: list[Wrong], unread: list[Wrong]) -> tuple[pa.Array, pa.Array, pa.Array]:
    """One column of text to values (and, for a count, its bounds), each distinct cell read once."""
    encoded = cells.dictionary_encode()
    distinct, indices = encoded.dictionary.to_pylist(), encoded.indices
    parsed: list[Any] = []
    reasons: dict[int, str] = {}
    alike = one_notation(distinct) if field.codec in ("getal", "bedrag") else str
    for position, cell in enumerate(distinct):
        try:
            parsed.append(_value(field, alike(cell)))
        except ValueError as error:
            parsed.append(None)
            reasons[position] = str(error)
    if reasons:
        places = indices.to_numpy()
        rows = np.flatnonzero(np.isin(places, list(reasons)))
        # where many cells of a column cannot be read, it is the file that is not what it should be
        bounded = (
            field.ceiling is not None
            and len(rows) <= max(1, MANY * len(places))
            and all(distinct[each].strip() for each in reasons)
        )
        for row in rows:
            place = int(places[row])
            if bounded:
                reason = f"{cut(reasons[place], 400)}{BOUNDED}{field.ceiling}"
                unread.append((int(row), field.name, distinct[place], reason))
            else:
                wrong.append((int(row), field.name, distinct[place], reasons[place]))
        if bounded:
            for place in reasons:
                parsed[place] = Count(None, 0, field.ceiling)
    kind = ARROW_TYPES[field.type]
    if field.codec == "aantal":
        triples = [each or Count(None, None, None) for each in parsed]
        exact, lower, upper = (pa.array([getattr(each, part) for each in triples], pa.int64()).take(indices)
                               for part in ("exact", "lower", "upper"))  # fmt: skip
        return exact, lower, upper
    none = pa.nulls(0)
    return pa.array(parsed, kind).take(indices), none, none


def _value(field: Field, cell: str) -> Any:
    value = CODECS[field.codec or "text"](cell)
    if value is not None and field.map is not None:
        if value not in field.map:
            raise ValueError(f"een van {', '.join(field.map)} verwacht, {cell.strip()!r} gevonden")
        value = field.map[value]
    if field.required and (value is None or value == Count(None, None, None)):
        raise ValueError("verplicht, maar leeg")
    return value


def _array(field: Field, cells: pa.Table, wrong: list[Wrong], unread: list[Wrong]) -> pa.Array:
    """The columns ``field|kop`` of a wide file as one array per row: head, lower and upper bound."""
    heads = [name for name in cells.column_names if name.startswith(f"{field.name}|")]
    element = pa.struct([("kop", pa.string()), ("ondergrens", pa.int32()), ("bovengrens", pa.int32())])
    if not heads:
        return pa.nulls(cells.num_rows, pa.list_(element))
    single = Field(name=field.name, type="integer", description="", codec="aantal", ceiling=field.ceiling)
    bounds = []
    for head in heads:
        of_head: tuple[list[Wrong], list[Wrong]] = [], []
        bounds.append(_column(single, pc.fill_null(cells[head].combine_chunks(), ""), *of_head)[1:])
        for found, into in zip(of_head, (wrong, unread), strict=True):
            into += [(row, head.replace("|", " "), cell, reason) for row, _, cell, reason in found]
    lower, upper = (
        pa.array(np.column_stack([each[i].to_numpy(zero_copy_only=False) for each in bounds]).ravel(), from_pandas=True)
        for i in (0, 1)
    )
    labels = pa.array([head.split("|", 1)[1] for head in heads])
    kop = labels.take(pa.array(np.tile(np.arange(len(heads), dtype=np.int32), cells.num_rows)))
    structs = pa.StructArray.from_arrays([kop, lower.cast(pa.int32()), upper.cast(pa.int32())], fields=list(element))
    offsets = pa.array(np.arange(0, (cells.num_rows + 1) * len(heads), len(heads), dtype=np.int32))
    return pa.ListArray.from_arrays(offsets, structs)


def _broken_keys(contract: Contract, rows: pa.Table, rejected: set[int]) -> Iterable[tuple[int, str, str, str]]:
    """Rows whose key stands earlier in the same file: the first stays, each later one is rejected."""
    keys = [name for name in contract.primary_key if name != "bron_regel"]
    if keys == ["bron_sha256"] or rows.num_rows == 0:
        return
    frame = rows.select(keys).to_pandas(date_as_object=False)
    if rejected:
        frame = frame.drop(index=list(rejected))
    for index in frame.index[frame.duplicated()]:
        values = (rows[name][index].as_py() for name in keys if name != "bron_sha256")
        shown = " ".join("leeg" if value is None else str(value) for value in values)
        yield int(index), WHOLE_ROW, shown, f"dubbele sleutel ({', '.join(keys[1:])}); de eerste rij blijft"
