"""One column: what it is called, what it holds, and how the registries write it.

Belongs here: a column by itself. Does not belong here: how columns make a table (contract) and how a cell is read (codecs).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator
from pydantic import Field as Entry

from pipeline.contracts.codecs import CODECS
from pipeline.contracts.types import DUCKDB_TYPES, Type
from pipeline.contracts.written import Words, Written

Constraint = Literal["required", "unique", "enum", "pattern", "minimum", "maximum"]


def _known(codec: str) -> str:
    if codec not in CODECS:
        raise ValueError(f"{codec!r} is unknown; known are {', '.join(CODECS)}")
    return codec


class Field(Written):
    """One column. The reading half (codec, headers, columns, join, bound, map) is empty for curated tables.

    ``headers`` are the names the column has had, its own when none is given; ``columns`` is a pattern that gathers several
    columns into an array of counts, by a group that is called ``jaar`` where it is the year of the count; ``join`` concatenates
    other fields; ``bound`` is ("ondergrens" or "bovengrens", field of a count); ``map`` translates the registry's words;
    ``optional`` marks a column that some editions lack; ``ceiling`` is what a count can be at most where its cell cannot be read.
    ``wide`` and ``long`` are of a registry that has files of two shapes. ``wide`` is a pattern of the columns that a count is
    spread over in the other shape, with groups named after other fields; ``long`` are the columns of heading and count that stand
    there for those of ``columns``.
    """

    name: str
    type: Type
    description: Words
    constraints: Mapping[Constraint, Any] = {}
    codec: Annotated[str, AfterValidator(_known)] | None = None
    headers: tuple[str, ...] = Entry(default_factory=lambda data: (data["name"],))
    columns: str | None = None
    join: tuple[str, ...] = ()
    bound: tuple[Literal["ondergrens", "bovengrens"], str] | None = None
    map: Mapping[str, str] | None = None
    optional: bool = False
    ceiling: int | None = None
    wide: str | None = None
    long: tuple[str, str] | None = None

    def __hash__(self) -> int:
        return hash((self.name, self.type))

    @property
    def required(self) -> bool:
        return bool(self.constraints.get("required"))

    @property
    def duckdb_type(self) -> str:
        return DUCKDB_TYPES[self.type]

    @property
    def made_from(self) -> tuple[str, ...]:
        """The fields that the reader makes this one from; empty for one that it reads from the file."""
        return (*self.join, *(self.bound[1:] if self.bound else ()))


# Columns that every staging table has: the row's own provenance.
PROVENANCE = (
    Field(
        name="bron_sha256",
        type="string",
        description="SHA-256 of the file the row was read from (table bron)",
        constraints={"required": True},
    ),
    Field(
        name="bron_regel",
        type="integer",
        description="Line of that file on which the record begins; the header is line 1",
        constraints={"required": True},
    ),
    Field(name="editie", type="date", description="Date the file's edition describes, as its publisher states it"),
)
