"""Curated tables as written down: one ``.sql`` file each, read into a model with its dependencies.

Belongs here: what the SQL says of itself. Does not belong here: views and macros (questions), where each column comes from
(lineage), running it (build) and its columns' meaning (contracts).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb

from pipeline.contracts.contract import Contract
from pipeline.curated import reference
from pipeline.curated.questions import FOLDERS, Question, Reading, called_by, load_questions
from pipeline.curated.transforms import TRANSFORMS, Transform
from pipeline.errors import SettingsError

APPLY = "-- apply: "
# the schema of what a run itself knows: its files, what was rejected, and its day
BOOKKEEPING = "intern"


@dataclass(frozen=True)
class Model:
    """One curated table: its query and, after ``-- apply:``, the pure function that its rows pass through.

    ``subject`` is the folder that it stands in; ``depends`` are the tables that it reads, ``bookkeeping`` those of them that the
    run itself makes (``intern.bestand`` as ``bestand``), ``reference`` the reference files, ``macros`` what its query calls, each
    after those that it calls itself.
    """

    table: str
    subject: str
    sql: str
    depends: frozenset[str]
    bookkeeping: frozenset[str]
    reference: frozenset[str]
    transform: Transform | None
    macros: tuple[Question, ...] = ()

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def load_models(folder: Path, contracts: Mapping[str, Contract], staging: Iterable[str]) -> dict[str, Model]:
    """Models by table, in an order in which each comes after what it reads.

    Raises SettingsError for a model without a contract, a contract without a model, an unknown table or a circle.
    """
    paths = sorted(folder.glob("*/*.sql"), key=lambda each: each.name)
    with duckdb.connect() as parser:
        macros = {each.name: each for each in load_questions(folder) if each.kind != "view"}
        models = {path.stem: _model(path, parser, macros) for path in paths if path.parent.name not in FOLDERS}
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


def _model(path: Path, parser: duckdb.DuckDBPyConnection, macros: Mapping[str, Question]) -> Model:
    sql = path.read_text(encoding="utf-8")
    read = Reading.of(path.name, sql, parser)
    called = called_by(read, macros)
    tables = read.tables.union(*(each.reads.tables for each in called))
    by_schema = {schema: frozenset(name for of, name in tables if of == schema) for schema in ("", BOOKKEEPING, reference.SCHEMA)}
    if unknown := by_schema[reference.SCHEMA] - reference.known():
        raise SettingsError(f"{path.name} reads reference file {', '.join(sorted(unknown))}, which is not there")
    return Model(
        path.stem, path.parent.name, sql, by_schema[""], by_schema[BOOKKEEPING], by_schema[reference.SCHEMA],
        _transform(path.name, sql), called,
    )  # fmt: skip


def _transform(file: str, sql: str) -> Transform | None:
    name = next((line.removeprefix(APPLY).strip() for line in sql.splitlines() if line.startswith(APPLY)), None)
    if name is not None and name not in TRANSFORMS:
        raise SettingsError(f"{file} applies {name!r}, which is none of {', '.join(TRANSFORMS)} (pipeline/curated/transforms.py)")
    return TRANSFORMS[name] if name else None
