"""The checks of a table: those that follow from its columns and keys, and those that its contract states itself.

Belongs here: from a contract to a list of checks. Does not belong here: carrying one out (checks).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pipeline.contracts.contract import Contract, OwnExpectation, Reference, Severity

# What is checked of a row beside its own columns: the names of required ones that are empty, or null
EMPTY = "lege_kolommen"
SHAPE = "the contract's own shape"


@dataclass(frozen=True)
class Refers:
    """Columns whose values must stand together in a row of another table: its name, and each own column with that one's."""

    table: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Expectation:
    """One check of a table in Great Expectations' terms, with the name that Dagster and the report show."""

    name: str
    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    reason: str
    # where every value of column_A must stand, with those beside it; column_B is what was found there, joined by SQL.
    # A value_set would be the plain way, but Great Expectations copies it dozens of times: 2.3 s for 8,584 values.
    reference: Refers | None = None
    # a sentence for people, of an expectation that a contract states itself; empty for one that follows from columns and keys
    title: str = ""

    def columns(self, contract: Contract) -> list[str]:
        """Return the columns of the table that this check reads."""
        words = set(re.findall(r"\w+", " ".join(_words(self.kwargs))))
        words |= {own for own, _ in self.reference.pairs} if self.reference else set()
        return [field.name for field in contract.fields if field.name in words]


@cache
def expectations_of(contract: Contract) -> Sequence[Expectation]:
    """Return every check of a table: those that follow from columns and keys, then the contract's own."""
    return (*_derived(contract), *map(_own, contract.own_expectations))


def references_of(contract: Contract) -> set[str]:
    """Return the other tables whose values the checks of a table refer to."""
    return {each.reference.table for each in expectations_of(contract) if each.reference} - {contract.table}


def _derived(contract: Contract) -> Iterable[Expectation]:
    """Yield the checks that columns and keys imply. All critical: a table that breaks its own shape is not released."""
    if required := contract.required:
        # one check for all of them: half of all checks would be of this kind, and each costs 20 ms
        reason = f"{SHAPE}: never empty are {', '.join(required)}"
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
        yield _refers(key.fields, key.reference, key.severity, key.reason)


def _refers(own: Sequence[str], target: Reference, severity: Severity, reason: str | None) -> Expectation:
    table, name = target.resource, "_".join(own)
    return Expectation(
        name=_name("expect_column_values_to_be_in_set", f"{name}_in_{table}"),
        type="expect_column_pair_values_to_be_equal",
        kwargs={"column_A": own[0], "column_B": f"{name}__{table}", "ignore_row_if": "both_values_are_missing"},
        severity=severity,
        reason=reason or f"every {', '.join(own)} stands in {table}",
        reference=Refers(table, tuple(zip(own, target.fields, strict=True))),
    )


def _critical(kind: str, kwargs: Mapping[str, Any], subject: str | None = None) -> Expectation:
    return Expectation(_name(kind, subject or kwargs["column"]), kind, kwargs, "critical", SHAPE)


def _own(stated: OwnExpectation) -> Expectation:
    if stated.reference:
        found = _refers(stated.fields, stated.reference, stated.severity, stated.meta.reason)
        return replace(found, name=stated.name or found.name, title=stated.meta.title)
    kind, kwargs = stated.type, dict(stated.kwargs)
    name = stated.name or _pair_name(kind, kwargs) or _name(kind, kwargs.get("column", "tabel"))
    return Expectation(name, kind, kwargs, stated.severity, stated.meta.reason, title=stated.meta.title)


def _pair_name(kind: str, kwargs: Mapping[str, Any]) -> str | None:
    """Name a check that holds one column against another: by how they must stand to each other."""
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
    """Name a check: what is expected, then of which column. Dagster allows letters, digits and underscores."""
    short = kind.removeprefix("expect_").removeprefix("column_values_to_").removeprefix("be_")
    return re.sub(r"[^A-Za-z0-9_]", "_", f"{subject}__{short}")
