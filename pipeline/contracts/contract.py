"""Contracts: what each table must be, read once from ``expectations/`` and projected to everything that needs it.

Belongs here: loading a contract and its projections (DDL, comments, Arrow types, datapackage resource, check list).
Does not belong here: carrying out checks (validation), reading files (reading), making tables (warehouse).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa
import yaml

from pipeline.contracts.codecs import CODECS
from pipeline.errors import SettingsError

EXPECTATIONS = Path(__file__).resolve().parents[2] / "expectations"
Severity = Literal["critical", "warning"]
Layer = Literal["staging", "curated"]

# Frictionless type -> DuckDB type. Money is decimal(18,2) unless a field says otherwise.
DUCKDB_TYPES = {
    "string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "decimal": "DECIMAL(18,2)", "boolean": "BOOLEAN",
    "date": "DATE", "datetime": "TIMESTAMP WITH TIME ZONE", "geojson": "VARCHAR",
    "array": "STRUCT(kop VARCHAR, ondergrens INTEGER, bovengrens INTEGER)[]",
}  # fmt: skip

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "decimal": pa.decimal128(18, 2),
    "boolean": pa.bool_(), "date": pa.date32(), "datetime": pa.timestamp("us", "UTC"), "geojson": pa.string(),
}  # fmt: skip

# characters of a title: more does not fit a line of Dagster's list of checks
TITLE = 80

# What is checked of a row beside its own columns: the names of required ones that are empty, or null
EMPTY = "lege_kolommen"

# Columns that every staging table has: the row's own provenance.
PROVENANCE = (
    {"name": "bron_sha256", "type": "string", "description": "SHA-256 of the file the row was read from (table bron)",
     "constraints": {"required": True}},
    {"name": "bron_regel", "type": "integer", "description": "Line of that file on which the record begins; the header is line 1",
     "constraints": {"required": True}},
    {"name": "editie", "type": "date", "description": "Date the file's edition describes, as its publisher states it"},
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One column. The reading half (codec, headers, columns, join, bound, map) is empty for curated tables.

    ``headers`` are the names the column has had; ``columns`` is a pattern that gathers several columns into an array of
    counts; ``join`` concatenates other fields; ``bound`` is ("ondergrens" or "bovengrens", field of a count);
    ``map`` translates the registry's words; ``optional`` marks a column that some editions lack.
    """

    name: str
    type: str
    description: str
    constraints: Mapping[str, Any]
    codec: str | None = None
    headers: tuple[str, ...] = ()
    columns: str | None = None
    join: tuple[str, ...] = ()
    bound: tuple[str, str] | None = None
    map: Mapping[str, str] | None = None
    optional: bool = False

    @property
    def required(self) -> bool:
        return bool(self.constraints.get("required"))

    @property
    def duckdb_type(self) -> str:
        return DUCKDB_TYPES[self.type]


@dataclass(frozen=True)
class Expectation:
    """One check of a table in Great Expectations' terms, with the name that Dagster and the report show."""

    name: str
    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    reason: str
    # (table, column) in which every value of column_A must stand; column_B is what was found there, joined by SQL.
    # A value_set would be the plain way, but Great Expectations copies it dozens of times: 2.3 s for 8,584 values.
    reference: tuple[str, str] | None = None
    # one sentence in Dutch, of an expectation that a contract states itself; empty for one that follows from columns and keys
    title: str = ""

    def columns(self, contract: Contract) -> list[str]:
        """The columns of the table that this check reads."""
        words = set(re.findall(r"\w+", " ".join(_words(self.kwargs))))
        return [field.name for field in contract.fields if field.name in words]


@dataclass(frozen=True)
class Contract:
    """One table: its columns, keys and checks."""

    table: str
    layer: Layer
    title: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[Mapping[str, Any], ...]
    own_expectations: tuple[Mapping[str, Any], ...]
    # whether the released database keeps an index on the key: for 1.7 million rows that is 4 s and 100 MB
    index: bool = True

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
        """The columns as Arrow types."""
        return pa.schema([(field.name, ARROW_TYPES[field.type]) for field in self.fields])

    def parquet_metadata(self) -> dict[str, str]:
        """What a Parquet file of this table says of itself: its words, and its schema with the words of each column, in the form
        in which Arrow keeps it (key ``ARROW:schema``)."""
        fields = [
            pa.field(field.name, ARROW_TYPES[field.type], metadata={"description": field.description}) for field in self.fields
        ]
        words = {"title": self.title, "description": self.description}
        schema = base64.b64encode(pa.schema(fields, metadata=words).serialize().to_pybytes()).decode()
        return {**words, "ARROW:schema": schema}

    def ddl(self, *, name: str | None = None, keys: bool = False) -> str:
        """``CREATE TABLE`` with types; with ``keys`` also NOT NULL and, unless it goes without ``index``, PRIMARY KEY."""
        lines = [f'"{field.name}" {field.duckdb_type}{" NOT NULL" if keys and field.required else ""}' for field in self.fields]
        if keys and self.index and self.primary_key:
            lines.append(f"PRIMARY KEY ({', '.join(self.primary_key)})")
        return f"CREATE OR REPLACE TABLE {name or self.table} ({', '.join(lines)})"

    def comments(self, *, note: str = "") -> Iterable[str]:
        """``COMMENT ON`` statements for the table and each column; ``note`` goes before the table's own words."""
        yield f"COMMENT ON TABLE {self.table} IS {quoted(f'{note}{self.title}. {self.description}')}"
        for field in self.fields:
            yield f'COMMENT ON COLUMN {self.table}."{field.name}" IS {quoted(field.description)}'

    def expectations(self) -> list[Expectation]:
        """Every check of this table: those that follow from columns and keys, then the contract's own."""
        return [*_derived(self), *(_own(self, raw) for raw in self.own_expectations)]

    @property
    def references(self) -> set[str]:
        """Other tables whose values its checks refer to."""
        return {each.reference[0] for each in self.expectations() if each.reference} - {self.table}

    def resource(self) -> dict[str, Any]:
        """The table as a Data Package v2 resource, without path, bytes and hash."""
        schema: dict[str, Any] = {"fields": [_frictionless(field) for field in self.fields]}
        if self.primary_key:
            schema["primaryKey"] = list(self.primary_key)
        if self.foreign_keys:
            schema["foreignKeys"] = [
                {
                    "fields": each["fields"],
                    "reference": {**each["reference"], "resource": _slug(each["reference"]["resource"])},
                }
                for each in self.foreign_keys
            ]
        return {"name": _slug(self.table), "title": self.title, "description": self.description, "schema": schema}


def load_contracts(layer: Layer, folder: Path = EXPECTATIONS) -> dict[str, Contract]:
    """Contracts of a layer by table name. Raises SettingsError that names file and offending value."""
    return dict(_loaded(layer, folder))


@cache
def _loaded(layer: Layer, folder: Path) -> Mapping[str, Contract]:
    contracts = {}
    for path in sorted((folder / layer).glob("*.yaml")):
        table = f"stg_{path.stem}" if layer == "staging" else path.stem
        try:
            contracts[table] = _contract(table, layer, yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
        except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
            raise SettingsError(f"contract {layer}/{path.name} cannot be used: {error!r}") from error
    return contracts


def _contract(table: str, layer: Layer, raw: Mapping[str, Any]) -> Contract:
    fields = tuple(_field(each) for each in [*raw["fields"], *(PROVENANCE if layer == "staging" else ())])
    primary_key = tuple(raw.get("primaryKey", ()))
    if layer == "staging":
        # a key holds within one file: editions of a register stand side by side
        primary_key = ("bron_sha256", *(primary_key or ("bron_regel",)))
    names = {field.name for field in fields}
    for name in [*primary_key, *(n for key in raw.get("foreignKeys", ()) for n in key["fields"])]:
        if name not in names:
            raise ValueError(f"a key names {name!r}, which is not a field")
    for field in fields:
        for name in (*field.join, *(field.bound[1:] if field.bound else ())):
            if name not in names:
                raise ValueError(f"field {field.name!r} is made from {name!r}, which is not a field")
    contract = Contract(
        table=table,
        layer=layer,
        title=raw["title"],
        description=" ".join(raw["description"].split()),
        fields=fields,
        primary_key=primary_key,
        foreign_keys=tuple(raw.get("foreignKeys", ())),
        own_expectations=tuple(raw.get("expectations", ())),
        index=bool(raw.get("index", True)),
    )
    for check in contract.expectations():
        if check.severity not in get_args(Severity):
            raise ValueError(f"check {check.name!r} has severity {check.severity!r}; known are {', '.join(get_args(Severity))}")
    return contract


def _field(raw: Mapping[str, Any]) -> Field:
    values = dict(raw)
    headers = tuple(values.pop("headers", ()))
    bound = values.pop("bound", None)
    field = Field(
        **{
            "constraints": {},
            **values,
            "description": " ".join(values["description"].split()),
            "headers": headers or (values["name"],),
            "join": tuple(values.get("join", ())),
            "bound": tuple(bound) if bound else None,
        }
    )
    if field.type not in DUCKDB_TYPES:
        raise ValueError(f"field {field.name!r} has type {field.type!r}; known are {', '.join(DUCKDB_TYPES)}")
    if field.codec is not None and field.codec not in CODECS:
        raise ValueError(f"field {field.name!r} has codec {field.codec!r}; known are {', '.join(CODECS)}")
    return field


def _derived(contract: Contract) -> Iterable[Expectation]:
    """Checks that columns and keys imply. All critical: a table that breaks its own shape is not released."""
    if required := contract.required:
        # one check for all of them: half of all checks would be of this kind, and each costs 20 ms
        reason = f"the contract's own shape: never empty are {', '.join(required)}"
        yield Expectation("verplichte_kolommen__gevuld", "expect_column_values_to_be_null", {"column": EMPTY}, "critical", reason)
    for field in contract.fields:
        limits = field.constraints
        column = {"column": field.name}
        if field.type == "array":
            continue
        if limits.get("unique") and contract.primary_key != (field.name,):
            yield _critical("expect_column_values_to_be_unique", column)
        if "enum" in limits:
            yield _critical("expect_column_values_to_be_in_set", {**column, "value_set": list(limits["enum"])})
        if "pattern" in limits:
            yield _critical("expect_column_values_to_match_regex", {**column, "regex": f"^(?:{limits['pattern']})$"})
        if "minimum" in limits or "maximum" in limits:
            bounds = {"min_value": limits.get("minimum"), "max_value": limits.get("maximum")}
            yield _critical("expect_column_values_to_be_between", {**column, **bounds})
    match contract.primary_key:
        case ():
            pass
        case (only,):
            yield _critical("expect_column_values_to_be_unique", {"column": only})
        case several:
            yield _critical("expect_compound_columns_to_be_unique", {"column_list": list(several)}, "sleutel")
    for key in contract.foreign_keys:
        yield _refers(key["fields"][0], key["reference"], key.get("severity", "critical"), key.get("reason"))


def _refers(
    column: str, target: Mapping[str, Any], severity: Severity, reason: str | None, name: str | None = None
) -> Expectation:
    table = target["resource"]
    return Expectation(
        name=name or _name("expect_column_values_to_be_in_set", f"{column}_in_{table}"),
        type="expect_column_pair_values_to_be_equal",
        kwargs={"column_A": column, "column_B": f"{column}__{table}", "ignore_row_if": "both_values_are_missing"},
        severity=severity,
        reason=reason or f"every {column} stands in {table}",
        reference=(table, target["fields"][0]),
    )


def _critical(kind: str, kwargs: Mapping[str, Any], subject: str | None = None) -> Expectation:
    return Expectation(_name(kind, subject or kwargs["column"]), kind, kwargs, "critical", "the contract's own shape")


def _own(contract: Contract, raw: Mapping[str, Any]) -> Expectation:
    kwargs = dict(raw.get("kwargs", {}))
    reason = " ".join(raw["meta"]["reason"].split())
    if not 0 < len(title := raw["meta"].get("title", "")) <= TITLE:
        raise ValueError(
            f"expectation {raw.get('name') or raw.get('type')!r} needs under meta a title, one sentence in Dutch that says what "
            f"holds, of at most {TITLE} characters; it has {title!r}"
        )
    if "reference" in raw:
        found = _refers(raw["fields"][0], raw["reference"], raw.get("severity", "critical"), reason, raw.get("name"))
        return replace(found, title=title)
    return Expectation(
        title=title,
        name=raw.get("name") or _pair_name(raw["type"], kwargs) or _name(raw["type"], kwargs.get("column", "tabel")),
        type=raw["type"],
        kwargs=kwargs,
        severity=raw.get("severity", "critical"),
        reason=reason,
    )


def _pair_name(kind: str, kwargs: Mapping[str, Any]) -> str | None:
    """Name of a check that holds one column against another: how they must stand to each other."""
    if not {"column_A", "column_B"} <= kwargs.keys():
        return None
    relation = "gelijk_aan" if kind.endswith("equal") else "niet_onder" if kwargs.get("or_equal") else "boven"
    return f"{kwargs['column_A']}__{relation}__{kwargs['column_B']}"


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            # the values a column may have are no columns
            if key not in ("value_set", "regex"):
                yield from _words(each)
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)


def _name(kind: str, subject: str) -> str:
    """Check name: what is expected, then of which column. Dagster allows letters, digits and underscores."""
    short = kind.removeprefix("expect_").removeprefix("column_values_to_").removeprefix("be_")
    return re.sub(r"[^A-Za-z0-9_]", "_", f"{subject}__{short}")


def _frictionless(field: Field) -> dict[str, Any]:
    kind = "number" if field.type == "decimal" else field.type
    described: dict[str, Any] = {"name": field.name, "type": kind, "description": field.description}
    if field.constraints:
        described["constraints"] = dict(field.constraints)
    if "enum" in field.constraints and field.type == "string":
        described["categories"] = list(field.constraints["enum"])
    return described


def _slug(table: str) -> str:
    """A table's name as frictionless accepts it for a resource."""
    return table.replace("_", "-")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
