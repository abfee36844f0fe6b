"""docs/data-dictionary.md: every table and column, from the contracts and the SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import duckdb
from lineage import Lineages

from pipeline.contracts.contract import INDEXED_ROWS, Contract
from pipeline.curated.lineage import Column, Lineage
from pipeline.curated.models import BOOKKEEPING, Model
from pipeline.project import Project

HEAD = f"""# Data dictionary

Made by `make pages` from the contracts in `expectations/` and the queries in `assets/`; do not edit. The released
database holds the same words as comments. A column with a circle is part of the key (*sleutel*); one with a star is never empty.
In the database a key is a constraint in tables of at most {INDEXED_ROWS:,} rows: above that its index costs more than it gives.
The [views](#views-and-macros) answer the common questions from these tables. *From* names the columns that a value comes from, as
far as they fit: [`herkomst_kolom`](#herkomst_kolom) has them all, and
[`herkomst_van`](#herkomst_vanvan_tabel-van_kolom) the whole way to the registries.
"""
# as many tables, and columns of one, as are named where a column comes from
SOME = 3
# what a run itself knows, by the name under which queries read it
OWN = {
    "afgekeurd": "the rejected cells of every registry",
    "bestand": "the files of every registry, as the run read them",
    "dag": "the last day on which anything begins or ends",
}


def pages(project: Project, origins: Lineages) -> dict[str, str]:
    """The page by its path in docs/: released tables first, then the views on them, then what they are made from."""
    lines = [HEAD]
    for title, contracts in (("Released tables", project.curated), ("Staging tables", project.staging)):
        lines += [f"## {title}", ""]
        for table in sorted(contracts):
            lines += _table(project, contracts[table], origins.get(table, {}))
        if contracts is project.curated:
            lines += _questions(project)
    return {"data-dictionary.md": "\n".join(lines)}


def _questions(project: Project) -> Iterator[str]:
    yield "## Views and macros"
    yield ""
    yield "In `passend_onderwijs.duckdb`: views, to be asked as if they were tables, and macros, which take arguments."
    yield ""
    with duckdb.connect() as database:
        for contract in project.curated.values():
            database.execute(contract.ddl())
        for each in project.questions:
            database.execute(each.sql)
            yield f"### `{each.called}`"
            yield ""
            yield each.words.replace("<", "&lt;")
            yield ""
            if each.kind != "value macro":
                asked = each.name if each.kind == "view" else f"{each.name}({', '.join(['current_date'] * len(each.parameters))})"
                columns = database.execute(f"describe from {asked}").fetchall()
                yield f"Columns: {', '.join(f'`{name}` {kind.lower()}' for name, kind, *_ in columns)}."
                yield ""


def _read(model: Model) -> Iterator[str]:
    """What a query reads: tables, then what the run itself recorded, then reference files."""
    yield from (f"`{each}`" for each in sorted(model.depends))
    yield from (f"{OWN[each]} (`{BOOKKEEPING}.{each}`)" for each in sorted(model.bookkeeping))
    yield from (f"`{each}.csv` of this project" for each in sorted(model.reference))


def _from(sources: Sequence[Column]) -> str:
    """The columns that one comes from, by table; of a long list its beginning."""
    by_table = {table: [column for _, column in pairs] for table, pairs in groupby(sources, key=itemgetter(0))}
    named = [
        f"{table}: {', '.join(columns) if len(columns) <= SOME else f'{len(columns)} columns'}"
        for table, columns in by_table.items()
    ]
    return "; ".join([*named[:SOME], *([f"{len(named) - SOME} tables more"] if len(named) > SOME else [])])


def _table(project: Project, contract: Contract, origins: Lineage) -> Iterator[str]:
    yield f"### `{contract.table}`"
    yield ""
    yield f"**{contract.title}.** {contract.description} {contract.key}"
    yield ""
    if contract.layer == "staging":
        registry = project.feeders[contract.table].name
        yield f"From registry [`{registry}`](sources/{registry}.md)."
    else:
        model = project.models[contract.table]
        yield f"Made from {', '.join(_read(model))} by `assets/sql/{model.subject}/{model.table}.sql`."
    yield ""
    curated = contract.layer != "staging"
    yield f"| column | type | |{' from |' if curated else ''}"
    yield f"|---|---|---|{'---|' if curated else ''}"
    for field in contract.fields:
        mark = f"{' ○' if field.name in contract.primary_key else ''}{' *' if field.required else ''}"
        words = field.description.replace("|", "\\|").replace("<", "&lt;")
        if "enum" in field.constraints and len(field.constraints["enum"]) > 1:
            words += f" ({', '.join(map(str, field.constraints['enum']))})"
        kind = field.duckdb_type.lower() if field.type != "array" else "list of counts"
        origin = f" {_from(origins.get(field.name, ()))} |" if curated else ""
        yield f"| `{field.name}`{mark} | {kind} | {words} |{origin}"
    yield ""
