"""Where each column of a curated table comes from, read from its query.

Belongs here: columns. Does not belong here: tables (models).
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer import build_scope, qualify
from sqlglot.schema import MappingSchema

from pipeline.curated.models import Model

Lineage = Mapping[str, tuple[tuple[str, str], ...]]


def column_lineage(model: Model, columns: Mapping[str, list[str]]) -> Lineage:
    """For each column of the table, the columns of other tables that its values come from.

    ``columns`` gives the columns of every table the query may read. A column that comes from no table has no entry;
    a query whose shape the parser cannot follow gives an empty lineage rather than a wrong one.
    """
    read: dict[str, object] = {table: dict.fromkeys(columns[table], "text") for table in model.depends}
    schema = MappingSchema(read, dialect="duckdb", normalize=False)  # made once: from a dict it is made anew for each column
    try:
        query = sqlglot.parse_one(model.sql, dialect="duckdb")
        if any(each.args.get("by_name") for each in query.find_all(exp.SetOperation)):
            return {}  # the parser matches the sides of a union by position
        query = qualify.qualify(query, schema=schema, dialect="duckdb", validate_qualify_columns=False)
        nodes = lineage(None, query, schema=schema, dialect="duckdb", scope=build_scope(query), copy=False, trim_selects=False)
    except (SqlglotError, ValueError, KeyError):
        return {}
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for column, node in nodes.items():
        if column not in columns[model.table]:
            continue
        leaves = [each for each in node.walk() if isinstance(each.source, exp.Table) and each.source.name in columns]
        if sources := {(each.source.name, each.name.rpartition(".")[2].strip('"')) for each in leaves}:
            found[column] = tuple(sorted(sources))
    return found
