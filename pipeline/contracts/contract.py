"""A contract: what one table must be. Columns, keys, checks, and what follows from columns and keys alone.

Belongs here: the shape of a contract, and the table it describes in DuckDB and Parquet. Does not belong here: where contracts
come from (loading), which checks follow from one (expectations), and its description for others (frictionless).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

import pyarrow as pa
from pydantic import Field as Entry
from pydantic import model_validator

from pipeline.contracts.fields import Field
from pipeline.contracts.types import ARROW_TYPES
from pipeline.contracts.written import Words, Written
from pipeline.sql import quoted

Severity = Literal["critical", "warning"]
Layer = Literal["staging", "curated"]

# An index on the key of 1.7 million rows takes 4 s and 100 MB, and a release never changes: for a table with more rows the key
# is documentation, and its check (Great Expectations, before the release) is what holds it.
INDEXED_ROWS = 5_000
# characters of a title: more does not fit a line of Dagster's list of checks
TITLE = 80


class Reference(Written):
    """Columns of another table."""

    resource: str
    fields: tuple[str, ...]


class ForeignKey(Written):
    """Columns whose values stand together in a row of another table."""

    fields: tuple[str, ...]
    reference: Reference
    severity: Severity = "critical"
    reason: Words | None = None

    @model_validator(mode="after")
    def _pairs_each_column(self) -> Self:
        if not 0 < len(self.fields) == len(self.reference.fields):
            raise ValueError(f"a foreign key pairs each of its columns ({', '.join(self.fields)}) with one of the other table")
        return self


class Meta(Written):
    """What people read of a check: why it is there, and what it promises in one sentence."""

    reason: Words
    title: str = Entry(min_length=1, max_length=TITLE)


class OwnExpectation(Written):
    """A check that a contract states itself: a kind of Great Expectations' with its arguments, or a reference."""

    type: str = ""
    name: str | None = None
    kwargs: Mapping[str, Any] = {}
    fields: tuple[str, ...] = ()
    reference: Reference | None = None
    severity: Severity = "critical"
    meta: Meta

    @model_validator(mode="after")
    def _says_what_is_expected(self) -> Self:
        if bool(self.type) == bool(self.reference and self.fields):
            raise ValueError("a check has a type, or fields with the reference that they must stand in")
        if self.reference:
            ForeignKey(fields=self.fields, reference=self.reference)
        return self


class Contract(Written):
    """One table: its columns, keys and checks."""

    table: str
    layer: Layer
    title: str
    core: bool = False  # one of the few tables that a reader should meet first
    description: Words
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = Entry((), alias="primaryKey")
    foreign_keys: tuple[ForeignKey, ...] = Entry((), alias="foreignKeys")
    own_expectations: tuple[OwnExpectation, ...] = Entry((), alias="expectations")

    @model_validator(mode="after")
    def _names_only_fields_that_exist(self) -> Self:
        names = {field.name for field in self.fields}
        for name in (*self.primary_key, *(name for key in self.foreign_keys for name in key.fields)):
            if name not in names:
                raise ValueError(f"a key names {name!r}, which is not a field")
        for field in self.fields:
            for name in field.made_from:
                if name not in names:
                    raise ValueError(f"field {field.name!r} is made from {name!r}, which is not a field")
        return self

    def __hash__(self) -> int:
        return hash((self.layer, self.table))

    @property
    def columns(self) -> list[str]:
        return [field.name for field in self.fields]

    @property
    def required(self) -> list[str]:
        """The columns that are never empty."""
        return [field.name for field in self.fields if field.required and field.type != "array"]

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def arrow_schema(self) -> pa.Schema:
        """Return the columns as Arrow types."""
        return pa.schema([(field.name, ARROW_TYPES[field.type]) for field in self.fields])

    def parquet_metadata(self) -> dict[str, str]:
        """Return what a Parquet file of this table says of itself: its words, and its schema with the words of each column, in
        the form in which Arrow keeps it (key ``ARROW:schema``)."""
        fields = [
            pa.field(field.name, ARROW_TYPES[field.type], metadata={"description": field.description}) for field in self.fields
        ]
        words = {"title": self.title, "description": self.description}
        schema = base64.b64encode(pa.schema(fields, metadata=words).serialize().to_pybytes()).decode()
        return {**words, "ARROW:schema": schema}

    def ddl(self, *, name: str | None = None, rows: int | None = None) -> str:
        """Return ``CREATE TABLE`` with types. ``rows`` are those that a released table will hold: it also has NOT NULL, and
        PRIMARY KEY where that costs little."""
        lines = [f'"{field.name}" {field.duckdb_type}' for field in self.fields]
        if rows is not None:
            lines = [f"{line} NOT NULL" if field.required else line for line, field in zip(lines, self.fields, strict=True)]
        if rows is not None and rows <= INDEXED_ROWS and self.primary_key:
            lines.append(f"PRIMARY KEY ({', '.join(self.primary_key)})")
        return f"CREATE OR REPLACE TABLE {name or self.table} ({', '.join(lines)})"

    def comments(self, *, note: str = "") -> Iterable[str]:
        """Yield ``COMMENT ON`` for the table and each column. ``note`` goes before the table's own words, its key after them."""
        words = f"{note}{self.title}. {self.description} {self.key}".rstrip()
        yield f"COMMENT ON TABLE {self.table} IS {quoted(words)}"
        for field in self.fields:
            yield f'COMMENT ON COLUMN {self.table}."{field.name}" IS {quoted(field.description)}'

    @property
    def key(self) -> str:
        """The key in words, as readers of the data see it."""
        return f"Sleutel: {', '.join(self.primary_key)}." if self.primary_key else ""
