"""Where each column of a curated table comes from, read from its query.

Belongs here: columns. Does not belong here: tables (models), and writing down what is found (`make pages`, which makes the
reference file herkomst_kolom.csv of it: no run parses SQL).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer import build_scope, qualify
from sqlglot.schema import MappingSchema

from pipeline.curated.models import BOOKKEEPING, Model
from pipeline.curated.questions import Question
from pipeline.curated.reference import SCHEMA

Column = tuple[str, str]
Lineage = Mapping[str, tuple[Column, ...]]


def column_lineage(model: Model, columns: Mapping[str, Sequence[str]]) -> Lineage:
    """For each column of the table, the columns of other tables that its values come from.

    ``columns`` gives the columns of every table the query may read, reference files and the run's bookkeeping by their full
    names (``referentie.soorten``). A macro counts as what its body reads. A column that comes from no column (a constant, a
    number of rows) has no entry; nor has any column of a query whose shape the parser cannot follow, rather than a wrong one.
    A column that a function makes after the query comes from all that the query gives.
    """
    known = {name: table for table in columns for name in [table.rpartition(".")[2]] if table in read_by(model)}
    # the schema is made once: from a dict it is made anew for each column
    schema = MappingSchema(
        {name: dict.fromkeys(columns[table], "text") for name, table in known.items()}, dialect="duckdb", normalize=False
    )
    try:
        query = _without_macros(sqlglot.parse_one(model.sql, dialect="duckdb"), {each.name: each for each in model.macros})
        if any(each.args.get("by_name") for each in query.find_all(exp.SetOperation)):
            return {}  # the parser matches the sides of a union by position
        query = qualify.qualify(query, schema=schema, dialect="duckdb", validate_qualify_columns=False)
        nodes = lineage(None, query, schema=schema, dialect="duckdb", scope=build_scope(query), copy=False, trim_selects=False)
    except (SqlglotError, ValueError, KeyError):
        return {}
    found: dict[str, tuple[Column, ...]] = {}
    for column, node in nodes.items():
        leaves = [each for each in node.walk() if isinstance(each.source, exp.Table) and each.source.name in known]
        found[column] = tuple(sorted({(known[each.source.name], each.name.rpartition(".")[2].strip('"')) for each in leaves}))
    made = columns[model.table]
    if model.transform:
        every = tuple(sorted({source for sources in found.values() for source in sources}))
        return {column: found.get(column) or every for column in made}
    return {column: sources for column, sources in found.items() if column in made and sources}


def read_by(model: Model) -> set[str]:
    """Return all that a query reads, by full names: tables, reference files and the run's bookkeeping."""
    own = {f"{BOOKKEEPING}.{each}" for each in model.bookkeeping} | {f"{SCHEMA}.{each}" for each in model.reference}
    return own | model.depends


def _without_macros(query: exp.Expr, macros: Mapping[str, Question]) -> exp.Expr:
    """Return a query in which every call of a macro is its body, with the arguments in the place of its parameters."""

    def written_out(node: exp.Expr) -> exp.Expr:
        call = node.this if isinstance(node, exp.Table) else node
        if not isinstance(call, exp.Anonymous) or call.name not in macros:
            return node
        macro = macros[call.name]
        given = dict(zip(macro.parameters, call.expressions, strict=True))
        body = sqlglot.parse_one(macro.body, dialect="duckdb").transform(
            lambda each: (
                given[each.name].copy() if isinstance(each, exp.Column) and not each.table and each.name in given else each
            )
        )
        if isinstance(node, exp.Table):
            return exp.Subquery(this=_without_macros(body, macros), alias=node.args.get("alias") or exp.to_identifier(macro.name))
        (value,) = body.selects
        return exp.Paren(this=_without_macros(value, macros))

    return query.transform(written_out)
