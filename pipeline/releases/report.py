"""The validation report of a release: one HTML page that a person can read, without script and without anything from outside.

Belongs here: what stands on the page, and putting it into words and cells. Does not belong here: how it looks (the template)
and what the checks are (contracts).

Every value is text that the template escapes, whatever it holds: what a registry writes is shown, never carried out,
and what of it could not be seen shows as �.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.checks.outcome import Outcome
from pipeline.contracts.contract import Contract
from pipeline.contracts.loading import load_contracts
from pipeline.harmless import visible

REPORT = "validatie.html"
TEMPLATE = Path(__file__).with_name("templates") / "validatie.html"
SHOWN = 20
# in order of how much they ask for attention
VERDICTS = ("failed", "errored", "warned", "passed")
# a reason quotes the value or names the place; without those the same reason is the same
REJECTS = """
    select dataset, regexp_replace(reden, '''.*''', '…') as reden, count(distinct (bron_sha256, regel)) as records,
        arg_min({'file': bestand, 'line': regel, 'column': kolom, 'value': waarde}, (bestand, regel, kolom)) as first
    from afgekeurd group by all order by records desc, dataset, reden"""
UNRESOLVED = """
    select sector, regexp_replace(coalesce(reden, 'no reason given'), '[0-9]{4}', '…', 'g') as reden, count(*) as links,
        array_to_string(list_slice(list(vestigingscode order by vestigingscode), 1, 5), ', ') as examples
    from vestiging_swv where swv_code is null and geldig group by all order by links desc, sector, reden"""
CONFLICTS = f"""
    select vestigingscode, sector, count(*) over () as total,
        string_agg(methode || ': ' || swv_code || case when gekozen then ' (kept)' else '' end, '; ' order by methode, swv_code)
            as says
    from koppelconflict group by vestigingscode, sector order by vestigingscode, sector limit {SHOWN}"""
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
    folder: Path, contracts: Mapping[str, Contract], release: Mapping[str, Any], outcomes: Sequence[Outcome],
    counts: Mapping[str, int],
) -> None:  # fmt: skip
    """Write the page of a release beside its files. ``counts`` has the rows of every table that was checked, staging included."""
    everything = {**contracts, **load_contracts("staging")}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'; set python_enable_replacements = false")
        for table in ("afgekeurd", "bron", "koppelconflict", "vestiging_swv"):
            connection.from_parquet(str(folder / f"{table}.parquet"), hive_partitioning=False).create_view(table)
        lists = [_rows(connection, query) for query in (REJECTS, UNRESOLVED, CONFLICTS, SOURCES)]
    page = Page(release, _tables(everything, counts, outcomes), *lists)
    (folder / REPORT).write_text(render(page), encoding="utf-8")


def render(page: Page) -> str:
    """The page as HTML."""
    from jinja2 import Environment, StrictUndefined  # only a run that makes a release needs it

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: visible(value) if isinstance(value, str) else value,
    )  # fmt: skip
    environment.filters["count"] = "{:,}".format
    environment.filters["sentence"] = lambda text: text[:1].upper() + text[1:]
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(page=page).strip() + "\n"


def _tables(contracts: Mapping[str, Contract], counts: Mapping[str, int], outcomes: Sequence[Outcome]) -> list[Table]:
    """The tables that were checked, in the order of their contracts."""
    checks: dict[str, list[Check]] = {}
    for each in outcomes:
        checks.setdefault(each.table, []).append(Check(each))
    worst_first = {name: tuple(sorted(found, key=lambda each: VERDICTS.index(each.verdict))) for name, found in checks.items()}
    return [
        Table(name, each.title, each.layer, counts[name], worst_first[name]) for name, each in contracts.items() if name in checks
    ]


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = connection.execute(query)
    names = [each[0] for each in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
