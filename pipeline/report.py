"""The validation report of a release: one HTML page that a person can read, without script and without anything from outside.

Belongs here: what stands on the page, and putting it into words and cells. Does not belong here: how it looks (the template)
and what the checks are (contracts).

Every value is text that the template escapes, whatever it holds: what a registry writes is shown, never carried out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.contracts import Contract, load_contracts
from pipeline.validation import Outcome

REPORT = "validatie.html"
TEMPLATE = Path(__file__).with_name("templates") / "validatie.html"
EXAMPLES = 20
# in order of how much they ask for attention
VERDICTS = ("failed", "errored", "warned", "passed")
REJECTS = """
    select dataset, reden, count(distinct (bron_sha256, regel)) as records, count(*) as cells,
        arg_min({'file': bestand, 'line': regel, 'column': kolom, 'value': waarde}, (bestand, regel, kolom)) as first
    from afgekeurd group by dataset, reden order by records desc, dataset, reden"""
UNRESOLVED = """
    select sector, coalesce(reden, 'no reason given') as reden, count(*) as links,
        array_to_string(list_slice(list(vestigingscode order by vestigingscode), 1, 5), ', ') as examples
    from vestiging_swv where swv_code is null and geldig_tot is null group by all order by links desc, sector, reden"""
CONFLICTS = """
    select vestigingscode, sector, count(*) over () as total,
        string_agg(methode || ': ' || swv_code || case when gekozen then ' (kept)' else '' end, '; ' order by methode) as says
    from koppelconflict group by vestigingscode, sector order by vestigingscode, sector limit ?"""
SOURCES = """
    select dataset, bestand, url, uitgever, licentie, peildatum::varchar as peildatum,
        strftime(opgehaald_op, '%Y-%m-%d %H:%M') as opgehaald, bytes, status, reden, regels_gelezen, regels_geladen,
        regels_afgekeurd, sha256
    from bron order by status desc, dataset, bestand, sha256"""


@dataclass(frozen=True)
class Check:
    """One check as the page shows it: an outcome and its verdict."""

    outcome: Outcome

    @property
    def verdict(self) -> str:
        """passed, warned (a warning did not pass), failed (a critical one did not) or errored (none of both: it broke)."""
        if self.outcome.status == "failed":
            return "failed" if self.outcome.severity == "critical" else "warned"
        return self.outcome.status


@dataclass(frozen=True)
class Table:
    """One table with its checks, those that ask for attention first."""

    name: str
    title: str
    layer: str
    rows: int
    checks: tuple[Check, ...]

    @property
    def tally(self) -> dict[str, int]:
        counted = Counter(each.verdict for each in self.checks)
        return {each: counted[each] for each in VERDICTS if counted[each]}


@dataclass(frozen=True)
class Page:
    """Everything on the page, as plain data. The lists hold rows as mappings; their names are those of the queries above."""

    release: Mapping[str, Any]
    tables: Sequence[Table]
    rejects: Sequence[Mapping[str, Any]]
    unresolved: Sequence[Mapping[str, Any]]
    conflicts: Sequence[Mapping[str, Any]]
    sources: Sequence[Mapping[str, Any]]

    @property
    def tally(self) -> dict[str, int]:
        total: Counter[str] = Counter()
        for table in self.tables:
            total.update(table.tally)
        return {each: total[each] for each in VERDICTS}

    @property
    def attention(self) -> list[Check]:
        """The checks that did not pass, the worst first."""
        found = [check for table in self.tables for check in table.checks if check.verdict != "passed"]
        return sorted(found, key=lambda each: VERDICTS.index(each.verdict))


def write_report(
    connection: duckdb.DuckDBPyConnection, path: Path, release: Mapping[str, Any], outcomes: Sequence[Outcome],
    contracts: Mapping[str, Contract],
) -> None:  # fmt: skip
    """Write the page of a release that is described by ``release`` and made from the tables of ``connection``."""
    path.write_text(render(gather(connection, release, outcomes, contracts)), encoding="utf-8")


def gather(
    connection: duckdb.DuckDBPyConnection,
    release: Mapping[str, Any],
    outcomes: Sequence[Outcome],
    contracts: Mapping[str, Contract],
) -> Page:
    """What the page shows, read from the tables that the release was made from."""
    checks: dict[str, list[Check]] = {}
    for each in outcomes:
        checks.setdefault(each.table, []).append(Check(each))
    tables = [
        Table(
            name, contract.title, contract.layer, len(connection.table(name)),
            tuple(sorted(checks[name], key=lambda each: VERDICTS.index(each.verdict))),
        )
        for name, contract in {**contracts, **load_contracts("staging")}.items() if name in checks
    ]  # fmt: skip
    return Page(
        release, tables, _rows(connection, REJECTS), _rows(connection, UNRESOLVED), _rows(connection, CONFLICTS, EXAMPLES),
        _rows(connection, SOURCES),
    )  # fmt: skip


def render(page: Page) -> str:
    """The page as HTML."""
    from jinja2 import Environment, StrictUndefined  # only a run that makes a release needs it

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["count"] = lambda number: f"{number:,}"
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(page=page).strip() + "\n"


def _rows(connection: duckdb.DuckDBPyConnection, query: str, *arguments: object) -> list[dict[str, Any]]:
    found = connection.execute(query, list(arguments))
    names = [each[0] for each in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
