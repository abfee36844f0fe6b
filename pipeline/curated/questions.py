"""Views and macros: what the released database can be asked, and what the queries of tables call.

Belongs here: what their SQL says of itself, and what any query reads. Does not belong here: tables (models).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Self

import duckdb

from pipeline.errors import SettingsError
from pipeline.sql import quoted

# what a query does not say is left out, which is nine tenths of what DuckDB tells of it
SHORT = "skip_default := true, skip_empty := true, skip_null := true"


@dataclass(frozen=True)
class Reading:
    """What a query reads: tables as schema and name, and the functions that it calls. Names that it makes itself are none."""

    tables: frozenset[tuple[str, str]]
    functions: frozenset[str]

    @classmethod
    def of(cls, file: str, sql: str, parser: duckdb.DuckDBPyConnection) -> Self:
        """Return what a query reads, found by DuckDB's own parser. Raises SettingsError unless it is one query."""
        (parsed,) = parser.execute(f"select json_serialize_sql({quoted(sql)}, {SHORT})").fetchone() or ("{}",)
        document = json.loads(parsed)
        if document["error"]:
            raise SettingsError(f"{file} cannot be parsed: {document['error_message']}")
        if (queries := len(document["statements"])) != 1:
            raise SettingsError(f"{file} holds {queries} queries; write the one that makes its table")
        made, read, called = set[str](), set[tuple[str, str]](), set[str]()
        waiting: list[Any] = [document]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                if node.get("type") == "BASE_TABLE":
                    read.add((node.get("schema_name", ""), node["table_name"]))
                if "function_name" in node:
                    called.add(node["function_name"])
                made |= {each["key"] for each in (node.get("cte_map") or {}).get("map", ())}
                waiting += node.values()
            elif isinstance(node, list):
                waiting += node
        return cls(frozenset((schema, name) for schema, name in read if schema or name not in made), frozenset(called))


NOTHING = Reading(frozenset(), frozenset())


@dataclass(frozen=True)
class Question:
    """A question to the released database: a view, or where it takes an argument a macro, which gives a table or a value.

    ``reads`` is what a macro reads; what a view reads nobody asks.
    """

    kind: str
    name: str
    sql: str
    reads: Reading = NOTHING

    @property
    def words(self) -> str:
        """What it answers: the words that stand above it in its file."""
        return " ".join(line.removeprefix("--").strip() for line in self.sql.splitlines() if line.startswith("--"))

    @property
    def comment(self) -> str:
        return f"COMMENT ON {KINDS[self.kind].comment} {self.name} IS {quoted(self.words)}"

    @property
    def body(self) -> str:
        """The query that it stands for; of a macro that gives a value, the query that gives that value."""
        whole = re.search(_create(self.kind, self.name), self.sql, re.MULTILINE)
        text = self.sql[whole.end() :] if whole else self.sql
        return f"select {text}" if self.kind == "value macro" else text

    @property
    def called(self) -> str:
        """How it is written in a query."""
        return self.name if self.kind == "view" else f"{self.name}({', '.join(self.parameters)})"

    @property
    def parameters(self) -> tuple[str, ...]:
        found = re.search(rf"^create macro {self.name}\(([^)]*)\)", self.sql, re.MULTILINE)
        return tuple(each.strip() for each in found.group(1).split(",") if each.strip()) if found else ()


@dataclass(frozen=True)
class Kind:
    """How a question is made: the folder that it stands in, how its SQL begins, and what DuckDB calls it in a comment."""

    folder: str
    create: str
    comment: str


KINDS = {
    "table macro": Kind("macros", r"create macro {name}\([^)]*\) as table\b", "MACRO TABLE"),
    "value macro": Kind("macros", r"create macro {name}\([^)]*\) as\b(?! table\b)", "MACRO"),
    "view": Kind("views", r"create view {name} as\b", "VIEW"),
}
FOLDERS = {each.folder for each in KINDS.values()}


@cache
def load_questions(folder: Path) -> tuple[Question, ...]:
    """Return the macros and views of the released database, from ``macros/`` and ``views/``: one ``.sql`` file each, of its name.

    Macros come first, each after those that it calls; views in the order of their names, so that one may read another before it.
    Raises SettingsError.
    """
    found = [_question(path) for each in sorted(FOLDERS) for path in sorted((folder / each).glob("*.sql"))]
    with duckdb.connect() as parser:
        macros = {
            each.name: replace(each, reads=Reading.of(each.name, each.body, parser)) for each in found if each.kind != "view"
        }  # fmt: skip
    after = {name: called_names(each.reads, macros) for name, each in macros.items()}
    try:
        order = [macros[name] for name in TopologicalSorter(after).static_order()]
    except CycleError as error:
        raise SettingsError(f"macros call each other in a circle: {' -> '.join(error.args[1])}") from error
    return (*order, *(each for each in found if each.kind == "view"))


def called_names(read: Reading, macros: Mapping[str, Question]) -> list[str]:
    """Return the names of the macros that a query calls, in alphabetical order, so that no run differs from another."""
    return sorted(read.functions & macros.keys())


def called_by(read: Reading, macros: Mapping[str, Question]) -> tuple[Question, ...]:
    """Return the macros that a query calls, directly or by another macro, in the order of ``macros``."""
    needed, waiting = set[str](), called_names(read, macros)
    while waiting:
        if (name := waiting.pop()) not in needed:
            needed.add(name)
            waiting += called_names(macros[name].reads, macros)
    return tuple(each for name, each in macros.items() if name in needed)


def _create(kind: str, name: str) -> str:
    return f"^{KINDS[kind].create.format(name=re.escape(name))}"


def _question(path: Path) -> Question:
    sql, folder = path.read_text(encoding="utf-8"), path.parent.name
    for kind, made in KINDS.items():
        if made.folder == folder and re.search(_create(kind, path.stem), sql, re.MULTILINE):
            question = Question(kind, path.stem, sql)
            if question.words:
                return question
    what = folder.removesuffix("s")
    raise SettingsError(f"{folder}/{path.name} does not say `create {what} {path.stem}` under a comment on what it is")
