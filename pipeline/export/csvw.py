"""CSV on the Web: what the columns of a folder of CSV files mean, in the file that readers look for beside them.

Belongs here: the vocabulary. Does not belong here: writing the CSV files (tables).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.contracts.contract import Contract
from pipeline.contracts.fields import Constraint, Field
from pipeline.export.dialect import Dialect
from pipeline.export.tables import NUMBERS

FILE = "csv-metadata.json"
DATATYPES = {"number": "double", "datetime": "dateTime", "geojson": "json"}
CONSTRAINTS: tuple[Constraint, ...] = ("minimum", "maximum")


def table_group(contracts: Iterable[Contract], dialect: Dialect, package: Mapping[str, Any]) -> str:
    """The CSV files of these tables as one group of tables."""
    among = {each.table: each for each in contracts}
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": package["title"],
        "dialect": {"delimiter": dialect.delimiter, "encoding": "utf-8", "header": True},
        "tables": [_table(each, among, dialect) for each in among.values()],
    }
    return json.dumps(group, indent=1, ensure_ascii=False) + "\n"


def _table(contract: Contract, among: Mapping[str, Contract], dialect: Dialect) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": [_column(field, dialect) for field in contract.fields]}
    if contract.primary_key:
        schema["primaryKey"] = list(contract.primary_key)
    keys = [each for each in contract.foreign_keys if each.reference.resource in among and _filled(contract, each.fields)]
    if keys:
        schema["foreignKeys"] = [
            {"columnReference": list(each.fields),
             "reference": {"resource": f"{each.reference.resource}.csv", "columnReference": list(each.reference.fields)}}
            for each in keys
        ]  # fmt: skip
    return {
        "url": f"{contract.table}.csv", "dc:title": contract.title, "dc:description": contract.description, "tableSchema": schema,
    }  # fmt: skip


def _filled(contract: Contract, columns: Iterable[str]) -> bool:
    """Whether a key is never empty: CSV on the Web knows no foreign key that a row may go without."""
    return {*columns} <= {*contract.required}


def _column(field: Field, dialect: Dialect) -> dict[str, Any]:
    datatype: dict[str, Any] = {"base": DATATYPES.get(field.type, field.type)}
    datatype |= {name: field.constraints[name] for name in CONSTRAINTS if name in field.constraints}
    if field.type in NUMBERS and dialect.decimal != ".":
        # a double with another sign than the point is beyond several readers
        datatype |= {"base": "decimal", "format": {"decimalChar": dialect.decimal}}
    if "pattern" in field.constraints:
        datatype["format"] = field.constraints["pattern"]
    return {
        "name": field.name, "titles": field.name, "dc:description": field.description, "datatype": datatype, "null": "",
        "required": field.required,
    }  # fmt: skip
