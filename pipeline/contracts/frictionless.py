"""A contract as others read it: a Data Package v2 resource, in the words of Frictionless.

Belongs here: columns and keys in that standard. Does not belong here: files, licences and sources (describe).
"""

from __future__ import annotations

from typing import Any

from pipeline.contracts.contract import Contract, ForeignKey
from pipeline.contracts.fields import Field


def resource_of(contract: Contract) -> dict[str, Any]:
    """Return a table as a resource, without path, bytes and hash."""
    schema: dict[str, Any] = {"fields": [_field(each) for each in contract.fields]}
    if contract.primary_key:
        schema["primaryKey"] = list(contract.primary_key)
    if contract.foreign_keys:
        schema["foreignKeys"] = [_foreign_key(each) for each in contract.foreign_keys]
    return {"name": slug(contract.table), "title": contract.title, "description": contract.description, "schema": schema}


def slug(table: str) -> str:
    """Return a table's name as the standard accepts it for a resource."""
    return table.replace("_", "-")


def _field(field: Field) -> dict[str, Any]:
    kind = "number" if field.type == "decimal" else field.type
    described: dict[str, Any] = {"name": field.name, "type": kind, "description": field.description}
    if field.constraints:
        described["constraints"] = dict(field.constraints)
    if "enum" in field.constraints and field.type == "string":
        described["categories"] = list(field.constraints["enum"])
    return described


def _foreign_key(key: ForeignKey) -> dict[str, Any]:
    target = {"resource": slug(key.reference.resource), "fields": list(key.reference.fields)}
    return {"fields": list(key.fields), "reference": target}
