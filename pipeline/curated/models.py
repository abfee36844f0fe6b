"""Curated tables as written down: one ``.sql`` file each, read into a model with its dependencies.

Belongs here: what the SQL says of itself. Does not belong here: where each column comes from (lineage), running it (build) and
its columns' meaning (contracts).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from pipeline.contracts.contract import Contract
from pipeline.curated import reference
from pipeline.curated.transforms import TRANSFORMS, Transform
from pipeline.errors import SettingsError
from pipeline.sql import quoted

APPLY = "-- apply: "
# the schema of what a run itself knows: its files, what was rejected, and its day
BOOKKEEPING = "intern"


@dataclass(frozen=True)
class Model:
    """One curated table: its query and, after ``-- apply:``, the pure function that its rows pass through.

    ``subject`` is the folder that it stands in; ``depends`` are the tables that it reads, ``bookkeeping`` those of them that the
    run itself makes (``intern.bestand`` as ``bestand``), ``reference`` the reference files.
    """

    table: str
    subject: str
    sql: str
    depends: frozenset[str]
    bookkeeping: frozenset[str]
    reference: frozenset[str]
    transform: Transform | None

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True)
class Question:
    """A question to the released database that is asked as if it were a table: a view, or a macro where it takes an argument."""

    kind: str
    name: str
    sql: str

    @property
    def words(self) -> str:
        """What it answers: the words that stand above it in its file."""
        return " ".join(line.removeprefix("--").strip() for line in self.sql.splitlines() if line.startswith("--"))

    @property
    def comment(self) -> str:
        return f"COMMENT ON {KINDS[self.kind]} {self.name} IS {quoted(self.words)}"


# by how they are made, what DuckDB calls them in a comment
KINDS = {"macro": "MACRO TABLE", "view": "VIEW"}
OBJECTS = {f"{kind}s" for kind in KINDS}


def load_questions(folder: Path) -> tuple[Question, ...]:
    """The macros and views of the released database, from ``macros/`` and ``views/``: one ``.sql`` file each, of its name.

    They come in the order of their names, so that one may read another before it. Raises SettingsError.
    """
    found = []
    for kind in KINDS:
        for path in sorted((folder / f"{kind}s").glob("*.sql")):
            question = Question(kind, path.stem, path.read_text(encoding="utf-8"))
            if not re.search(rf"^create {kind} {path.stem}\b", question.sql, re.MULTILINE) or not question.words:
                raise SettingsError(f"{kind}s/{path.name} does not say `create {kind} {path.stem}` under a comment on what it is")
            found.append(question)
    return tuple(found)


def load_models(folder: Path, contracts: Mapping[str, Contract], staging: Iterable[str]) -> dict[str, Model]:
    """Models by table, in an order in which each comes after what it reads.

    Raises SettingsError for a model without a contract, a contract without a model, an unknown table or a circle.
    """
    paths = sorted(folder.glob("*/*.sql"), key=lambda each: each.name)
    with duckdb.connect() as parser:
        models = {path.stem: _model(path, parser) for path in paths if path.parent.name not in OBJECTS}
    for name in models.keys() ^ contracts.keys():
        what, where = ("contract", "expectations/curated/") if name in models else ("query", f"{folder.name}/")
        raise SettingsError(f"curated table {name!r} has no {what}; add it to {where} or remove the other half")
    known = models.keys() | set(staging)
    for model in models.values():
        if unknown := model.depends - known:
            raise SettingsError(
                f"{model.table}.sql reads {', '.join(sorted(unknown))}, which is neither a staging nor a curated table"
            )
    try:
        order = list(TopologicalSorter({name: model.depends & models.keys() for name, model in models.items()}).static_order())
    except CycleError as error:
        raise SettingsError(f"curated tables read each other in a circle: {' -> '.join(error.args[1])}") from error
    return {name: models[name] for name in order}


def _model(path: Path, parser: duckdb.DuckDBPyConnection) -> Model:
    sql = path.read_text(encoding="utf-8")
    tables = _tables(path.name, sql, parser)
    by_schema = {schema: frozenset(name for of, name in tables if of == schema) for schema in ("", BOOKKEEPING, reference.SCHEMA)}
    if unknown := by_schema[reference.SCHEMA] - reference.known():
        raise SettingsError(f"{path.name} reads reference file {', '.join(sorted(unknown))}, which is not there")
    return Model(
        path.stem, path.parent.name, sql, by_schema[""], by_schema[BOOKKEEPING], by_schema[reference.SCHEMA],
        _transform(path.name, sql),
    )  # fmt: skip


def _tables(file: str, sql: str, parser: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """The tables that a query reads, as schema and name, found by DuckDB's own parser; names that the query makes are none."""
    (parsed,) = parser.execute(f"select json_serialize_sql({quoted(sql)})").fetchone() or ("{}",)
    document = json.loads(parsed)
    if document["error"]:
        raise SettingsError(f"{file} cannot be parsed: {document['error_message']}")
    if (queries := len(document["statements"])) != 1:
        raise SettingsError(f"{file} holds {queries} queries; write the one that makes its table")
    made, read = set[str](), set[tuple[str, str]]()
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                read.add((node["schema_name"], node["table_name"]))
            made |= {each["key"] for each in (node.get("cte_map") or {}).get("map", ())}
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return {(schema, name) for schema, name in read if schema or name not in made}


def _transform(file: str, sql: str) -> Transform | None:
    name = next((line.removeprefix(APPLY).strip() for line in sql.splitlines() if line.startswith(APPLY)), None)
    if name is not None and name not in TRANSFORMS:
        raise SettingsError(f"{file} applies {name!r}, which is none of {', '.join(TRANSFORMS)} (pipeline/curated/transforms.py)")
    return TRANSFORMS[name] if name else None
