"""What a release holds, in the words of its own database: the views, tables and macros, and the columns of one of them.

Belongs here: looking names up. Does not belong here: rows (query), and what two releases have different (difference).
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from pipeline.contracts.loading import load_contracts
from pipeline.errors import SettingsError
from pipeline.releases.release import Release, opened, resources


class Kind(StrEnum):
    """What a name stands for, in the order in which a person should meet them."""

    view = "view"
    table = "table"
    macro = "macro"


@dataclass(frozen=True)
class Item:
    """A view, table or macro of a release. ``rows`` are those of a table, and a ``core`` table is one to meet first; a macro's
    ``call`` names its parameters."""

    name: str
    kind: Kind
    rows: int | None
    words: str
    core: bool = False
    parameters: tuple[str, ...] = ()

    @property
    def call(self) -> str:
        return f"{self.name}({', '.join(self.parameters)})" if self.kind is Kind.macro else self.name


@dataclass(frozen=True)
class Column:
    """A column of a view or table: its type in DuckDB, whether every row has a value, and what it means."""

    name: str
    type: str
    required: bool
    words: str


def items(release: Release) -> list[Item]:
    """Return what a release holds: views first, for they answer the common questions; then tables, the core ones before the
    rest; then macros; by name."""
    core = {name for name, contract in load_contracts("curated").items() if contract.core}
    counts = {name: each["rows"] for name, each in resources(release).items()}
    with opened(release.path) as database:
        found = database.execute(
            """
            select view_name, 'view', comment, [] from duckdb_views() where not internal
            union all select table_name, 'table', comment, [] from duckdb_tables() where not internal
            union all select function_name, 'macro', comment, parameters from duckdb_functions() where not internal
            """
        ).fetchall()
    held = (
        Item(name, Kind(kind), counts.get(name), words or "", kind == Kind.table and name in core, tuple(parameters))
        for name, kind, words, parameters in found
    )
    order = list(Kind)
    return sorted(held, key=lambda each: (order.index(each.kind), not each.core, each.name))


def item(release: Release, name: str) -> Item:
    """Return the view, table or macro of a name, in capitals or not. Raises SettingsError that names those most like it."""
    held = {each.name: each for each in reversed(items(release))}  # of a table and a macro of one name, the table
    found = held.get(name.strip().lower())
    if found is None:
        near = get_close_matches(name.lower(), held, n=3, cutoff=0.5)
        meant = f"; did you mean {' or '.join(near)}?" if near else "; `passend tables` lists what it holds"
        raise SettingsError(f"{release.path.name} holds nothing that is called {name}{meant}")
    return found


def columns(release: Release, name: str) -> list[Column]:
    """Return the columns of a view or table, in their order; none of a macro."""
    with opened(release.path) as database:
        found = database.execute(
            """
            select column_name, lower(data_type), not is_nullable, coalesce(comment, '')
            from duckdb_columns() where table_name = ? and not internal order by column_index
            """,
            [name],
        ).fetchall()
    return [Column(*each) for each in found]
