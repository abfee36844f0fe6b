"""docs/tables/: a page per released table, view and macro, and the list of them, from the contracts and the SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from operator import attrgetter, itemgetter

import duckdb
from lineage import Lineages

from pipeline.contracts.contract import INDEXED_ROWS, Contract
from pipeline.contracts.fields import Field
from pipeline.curated.lineage import Column, Lineage
from pipeline.curated.models import BOOKKEEPING, Model
from pipeline.curated.questions import Question
from pipeline.project import Project

FOLDER = "tables"
MADE = "Made by `make pages` from the contracts in `expectations/` and the queries in `assets/`; do not edit."
INDEX = f"""# Data dictionary

{MADE} The released database
holds the same words as comments; `passend tables` and `passend describe NAME` show them. What a registry's files hold stands on
[a page per registry](../sources/index.md).

## Views, the way in

In `passend_onderwijs.duckdb`. They answer the common questions.
"""
KEYS = f"""
A column with a circle is part of the key (*sleutel*); one with a star is never empty. In the database a key is a constraint in
tables of at most {INDEXED_ROWS:,} rows: above that its index costs more than it gives. *From* names the columns that a value
comes from, as far as they fit: [`herkomst_kolom`](herkomst_kolom.md) has them all, and [`herkomst_van`](herkomst_van.md) the
whole way to the registries.
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
    """What stands in each page, by its path in docs/. A table and a macro of one name share a page."""
    made = {f"{FOLDER}/index.md": "\n".join(_index(project))}
    for name, section in chain(_tables(project, origins), _questions(project)):
        path = f"{FOLDER}/{name}.md"
        made[path] = "\n".join([*([made[path]] if path in made else []), *section])
    return made


def _index(project: Project) -> Iterator[str]:
    """The list: what a reader should meet first, then the rest by subject."""
    yield INDEX
    for each in sorted((each for each in project.questions if each.kind == "view"), key=attrgetter("name")):
        yield f"- [{each.name}]({each.name}.md): {_first(each.words)}"
    core = [contract for contract in project.curated.values() if contract.core]
    by_subject = groupby(
        sorted((model.subject, name) for name, model in project.models.items() if not project.curated[name].core), itemgetter(0)
    )
    sections = {"Core tables": core} | {
        subject.capitalize(): [project.curated[name] for _, name in names] for subject, names in by_subject
    }
    for heading, contracts in sections.items():
        yield f"\n## {heading}\n"
        for contract in contracts:
            yield f"- [{contract.table}]({contract.table}.md): {contract.title}"
    yield "\n## Macros\n\nIn the same file. They take arguments.\n"
    macros = (each for each in project.questions if each.kind != "view" and each.name not in project.curated)
    for each in sorted(macros, key=attrgetter("name")):
        yield f"- [{each.name}]({each.name}.md): {_first(each.words)}"
    yield ""


def _first(words: str) -> str:
    """The first sentence."""
    return words.replace("<", "&lt;").partition(". ")[0].rstrip(".")


def _tables(project: Project, origins: Lineages) -> Iterator[tuple[str, Iterable[str]]]:
    for name, contract in project.curated.items():
        yield name, _table(project, contract, origins.get(name, {}))


def _questions(project: Project) -> Iterator[tuple[str, Iterable[str]]]:
    with duckdb.connect() as database:
        for contract in project.curated.values():
            database.execute(contract.ddl())
        for each in project.questions:
            database.execute(each.sql)
            yield each.name, list(_question(database, each, shared=each.name in project.curated))


def _question(database: duckdb.DuckDBPyConnection, question: Question, *, shared: bool) -> Iterator[str]:
    """A view or macro; one that shares the page of a table is a section there."""
    yield f"{'##' if shared else '#'} {question.called}"
    yield ""
    yield question.words.replace("<", "&lt;")
    yield ""
    if not shared:
        yield MADE
        yield ""
    if question.kind != "value macro":
        arguments = ", ".join(["current_date"] * len(question.parameters))
        asked = question.name if question.kind == "view" else f"{question.name}({arguments})"
        yield "| column | type |"
        yield "|---|---|"
        for name, kind, *_ in database.execute(f"describe from {asked}").fetchall():
            yield f"| `{name}` | {kind.lower()} |"
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


def words(field: Field) -> str:
    """What a column means, and which values it may have where they are listed, for a cell of a table."""
    listed = field.constraints.get("enum", ())
    return cell(field.description + (f" ({', '.join(map(str, listed))})" if len(listed) > 1 else ""))


def cell(text: str) -> str:
    """A text as it stands in a cell of a table."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def _table(project: Project, contract: Contract, origins: Lineage) -> Iterator[str]:
    model = project.models[contract.table]
    yield f"# {contract.table}"
    yield ""
    yield f"**{contract.title}.** {contract.description} {contract.key}"
    yield ""
    yield f"Made from {', '.join(_read(model))} by `assets/sql/{model.subject}/{model.table}.sql`."
    yield ""
    yield "| column | type | | from |"
    yield "|---|---|---|---|"
    for field in contract.fields:
        mark = f"{' ○' if field.name in contract.primary_key else ''}{' *' if field.required else ''}"
        yield f"| `{field.name}`{mark} | {field.duckdb_type.lower()} | {words(field)} | {_from(origins.get(field.name, ()))} |"
    yield KEYS
    yield MADE
    yield ""
