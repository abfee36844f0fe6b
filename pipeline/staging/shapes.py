"""Files of one registry that come in two shapes: a column for each heading, or a record for each.

Belongs here: one shape made into the one that a contract describes. Does not belong here: which column is which (header), and
what the cells mean (values).
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.codecs import CODECS
from pipeline.contracts.contract import Contract
from pipeline.contracts.fields import Field
from pipeline.staging.header import HEAD, NUMBER

LINE = "bron_regel"
NONE = "0"  # where a record for each year lacks one, the other shape has a zero

Ragged = list[tuple[int, str, str]]


def as_described(contract: Contract, table: pa.Table, edition: str | None) -> tuple[pa.Table, Ragged]:
    """Return a table in the shape of its contract, and the records that have no place in it: line, text and reason."""
    for field in contract.fields:
        if field.wide and any(name.startswith(f"{field.name}|") for name in table.column_names):
            table = _lengthened(field, table)
            if "peildatum" in contract.columns and "peildatum" not in table.column_names and edition:
                table = table.append_column("peildatum", pa.repeat(edition[:4], table.num_rows))
        elif field.long and f"{field.name}{HEAD}" in table.column_names:
            return _gathered(contract, field, table)
    return table, []


def _lengthened(field: Field, table: pa.Table) -> pa.Table:
    """Return a record for each column ``field|heading``: the groups of the field's pattern are cells of it, the count another."""
    columns = [name for name in table.column_names if name.startswith(f"{field.name}|")]
    found = [re.fullmatch(field.wide or "", name.split("|", 1)[1].strip(), re.IGNORECASE) for name in columns]
    groups = [each.groupdict() if each else {} for each in found]
    row = pa.array(np.repeat(np.arange(table.num_rows), len(columns)))
    heading = pa.array(np.tile(np.arange(len(columns)), table.num_rows))
    # one that is called like a group is something else in this shape
    named = [name for name in groups[0] if name in table.column_names]
    rest = table.drop_columns([*columns, *named]).combine_chunks().take(row)
    for name in groups[0]:
        rest = rest.append_column(name, pa.array([str(each[name]) for each in groups], pa.string()).take(heading))
    cells = pa.concat_arrays([table[name].combine_chunks() for name in columns])
    return rest.append_column(field.name, cells.take(pa.array(heading.to_numpy() * table.num_rows + row.to_numpy())))


def _gathered(contract: Contract, field: Field, table: pa.Table) -> tuple[pa.Table, Ragged]:
    """Return one record for each key, with a column ``field|heading`` for each heading that the records have. What else they say
    is taken from the last heading. A record that comes twice, or whose heading is none, has no place."""
    heads, counts = f"{field.name}{HEAD}", f"{field.name}{NUMBER}"
    encoded = table[heads].combine_chunks().dictionary_encode()
    names = [each.strip() for each in encoded.dictionary.to_pylist()]
    wrong = {place: reason for place, name in enumerate(names) if (reason := _no_year(name))}
    order = sorted({name for place, name in enumerate(names) if place not in wrong})
    column = np.array([-1 if place in wrong else order.index(name) for place, name in enumerate(names)], np.int64)
    head = column[encoded.indices.to_numpy()] if names else np.array([], np.int64)
    key = pc.binary_join_element_wise(
        *(table[name].combine_chunks() for name in contract.primary_key if name in table.column_names), "|"
    )
    group = key.dictionary_encode().indices.to_numpy()
    place = group * max(len(order), 1) + head
    fits = np.flatnonzero(head >= 0)
    first = np.zeros(table.num_rows, bool)
    first[fits[np.unique(place[fits], return_index=True)[1]]] = True
    ragged = [
        (table[LINE][int(row)].as_py(), f"{key[int(row)].as_py()} {table[heads][int(row)].as_py()}",
         wrong.get(int(encoded.indices[int(row)].as_py()), "dubbele sleutel; de eerste rij blijft"))
        for row in np.flatnonzero(~first)
    ]  # fmt: skip
    rows = np.flatnonzero(first)
    rows = rows[np.lexsort((head[rows], group[rows]))]
    last = rows[np.r_[group[rows][1:] != group[rows][:-1], True]] if len(rows) else rows
    where = np.full((len(last), len(order)), -1, np.int64)
    where[np.cumsum(np.r_[False, group[rows][1:] != group[rows][:-1]])[: len(rows)], head[rows]] = rows
    made = table.drop_columns([heads, counts]).combine_chunks().take(pa.array(last))
    cells = table[counts].combine_chunks()
    for place_of, name in enumerate(order):
        at = where[:, place_of]
        made = made.append_column(f"{field.name}|{name}", pc.fill_null(cells.take(pa.array(at, mask=at < 0)), NONE))
    return made, ragged


def _no_year(name: str) -> str | None:
    """Return why a heading is no year of a count."""
    try:
        return None if CODECS["peiljaar"](name) else "jaar ontbreekt"
    except ValueError as error:
        return str(error)
