"""pipeline/curated/reference/herkomst_kolom.csv: from which columns each column of a released table or view comes, from the SQL.

Belongs here: writing down what the queries say. Does not belong here: reading it from a query (pipeline/curated/lineage.py).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from functools import cache

import duckdb

from pipeline.curated import reference
from pipeline.curated.lineage import Lineage, column_lineage
from pipeline.curated.models import BOOKKEEPING, Model
from pipeline.curated.questions import Reading, called_by
from pipeline.project import Project
from pipeline.run import bookkeeping

FILE = "../pipeline/curated/reference/herkomst_kolom.csv"
Lineages = Mapping[str, Lineage]
HEAD = ("tabel", "kolom", "uit_tabel", "uit_kolom", "dataset")


def pages(project: Project, origins: Lineages) -> dict[str, str]:
    """The file by its path from docs/."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(HEAD)
    for table, columns in sorted(origins.items()):
        for column, sources in sorted(columns.items()):
            for source in sources:
                registry = project.feeders.get(source[0])
                writer.writerow([table, column, *source, registry.name if registry else ""])
    return {FILE: written.getvalue()}


def lineages(project: Project) -> Lineages:
    """For every released table and view, the columns that each of its own comes from."""
    views = dict(_views(project))
    columns: dict[str, list[str]] = {
        **{table: list(contract.columns) for table, contract in {**project.staging, **project.curated}.items()},
        **{f"{reference.SCHEMA}.{each}": _header(each) for each in reference.known()},
        **{f"{BOOKKEEPING}.{each}": list(bookkeeping.columns(each)) for each in bookkeeping.SCHEMAS},
        **{view.table: names for view, names in views.values()},
    }
    models = {**project.models, **{name: view for name, (view, _) in views.items()}}
    return {table: column_lineage(model, columns) for table, model in models.items()}


def _views(project: Project) -> Iterator[tuple[str, tuple[Model, list[str]]]]:
    """Each view as if it were a table, with its columns."""
    macros = {each.name: each for each in project.questions if each.kind != "view"}
    with duckdb.connect() as database:
        for contract in project.curated.values():
            database.execute(contract.ddl())
        for each in project.questions:
            database.execute(each.sql)
            if each.kind == "view":
                read = Reading.of(each.name, each.body, database)
                called = called_by(read, macros)
                tables = frozenset(name for _, name in read.tables.union(*(macro.reads.tables for macro in called)))
                model = Model(each.name, "views", each.body, tables, frozenset(), frozenset(), None, called)
                yield each.name, (model, database.sql(f"from {each.name}").columns)


@cache
def _header(name: str) -> list[str]:
    with (reference.FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))
