"""Which column of a file is which field of its contract.

Belongs here: names of columns across editions, and what is said of those that do not fit. Does not belong here: cells.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from pipeline.contracts.contract import Contract
from pipeline.contracts.fields import Field
from pipeline.errors import ReadError

HEAD, NUMBER = "#kop", "#aantal"  # columns of a file that has a record for each heading of an array field
LONGEST_CELL = 500  # characters of a cell that is told of
SHOWN = 20  # columns that are named in one message


class HeaderError(ReadError):
    """A header that lacks columns of the contract and has others: a renamed column, which stops the whole dataset."""


def match_header(contract: Contract, header: Sequence[str], name: str) -> dict[str, str]:
    """Which header cell is which field: ``{header cell: field name}``, array fields under ``field|kop``.

    Names are compared without case, blanks and underscores, through the aliases of all editions.
    Raises ReadError that lists missing, unknown and nearest names: HeaderError where some columns are as they should be.
    """
    wanted = {_plain(alias): field.name for field in source_fields(contract) for alias in (*field.headers, field.name)}
    arrays = [(re.compile(field.columns, re.IGNORECASE), field.name) for field in contract.fields if field.columns]
    shapes = _other_shape(contract, header)
    found: dict[str, str] = {}
    unknown = []
    for cell in header:
        field = wanted.get(_plain(cell))
        label = next((f"{n}|{m.group(1).lower()}" for p, n in arrays if (m := p.fullmatch(cell.strip()))), None)
        if cell in found:
            raise ReadError(
                f"{name}: the header names {cell!r} twice, and which of the two counts is not known; ask the publisher"
            )
        if cell in shapes:
            found[cell] = shapes[cell]
        elif field is not None and field not in found.values():
            found[cell] = field
        elif label is not None:
            found[cell] = label
        else:
            unknown.append(cell)
    have = {re.split(r"[|#]", value)[0] for value in found.values()}
    have |= {name for each in contract.fields if each.wide and shapes for name in re.compile(each.wide).groupindex}
    missing = [
        field.headers[0] for field in (*source_fields(contract), *(f for f in contract.fields if f.columns))
        if field.name not in have and not field.optional
    ]  # fmt: skip
    if missing:
        near = {each: difflib.get_close_matches(each, unknown, 1, 0.5) for each in missing}
        nearest = [f"{each} ~ {match[0]}" for each, match in near.items() if match]
        raise (HeaderError if found else ReadError)(
            f"{name}: the header does not fit {contract.table}. Missing: {', '.join(missing)}. "
            f"Unknown: {_some(unknown)}. Nearest: {', '.join(nearest) or 'none'}. "
            f"If the publisher renamed a column, add its name to `headers` in the contract"
        )
    return found


def _other_shape(contract: Contract, header: Sequence[str]) -> dict[str, str]:
    """Return what the columns are of a file in the other of two shapes, by header cell; empty for a file in the first."""
    plain = {_plain(cell): cell for cell in header}
    for field in contract.fields:
        if field.wide and not any(_plain(alias) in plain for alias in (*field.headers, field.name)):
            pattern = re.compile(field.wide, re.IGNORECASE)
            return {cell: f"{field.name}|{cell}" for cell in header if pattern.fullmatch(cell.strip())}
        if field.long and all(_plain(each) in plain for each in field.long):
            return {plain[_plain(each)]: f"{field.name}{end}" for each, end in zip(field.long, (HEAD, NUMBER), strict=True)}
    return {}


def _some(names: Sequence[str]) -> str:
    """Names for a message: some of them, where there are very many or they are very long."""
    shown = ", ".join(cut(each, 60) for each in names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN:,} more" if len(names) > SHOWN else shown or "none"


def cut(text: str, length: int = LONGEST_CELL) -> str:
    return text if len(text) <= length else f"{text[:length]}… ({len(text):,} tekens)"


def source_fields(contract: Contract) -> list[Field]:
    """Fields that stand in the file as one column."""
    return [f for f in contract.fields if f.codec is not None and not (f.columns or f.join or f.bound)]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
