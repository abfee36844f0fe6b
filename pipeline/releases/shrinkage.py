"""How much a release may take away from one before it: the limits, what goes beyond them, and what a person accepts of that.

Belongs here: what keeps a drafted release from its readers, with the numbers of ``shrinkage.yaml``. Does not belong here: which
release is the measure (measure), and everything else that differs (difference).

Only what is gone is counted, over Parquet: 0.6 s when every table of a national release differs, nothing for tables that hold the
same bytes.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal, Self

import duckdb
import yaml

from pipeline.contracts.contract import Contract
from pipeline.errors import SettingsError
from pipeline.releases.difference import both, relinked
from pipeline.releases.release import Release, resources

LIMITS = Path(__file__).with_name("shrinkage.yaml")
SHOWN = 3
LINK = {"vestigingscode", "sector", "swv_code"}
BEGIN = "geldig_vanaf"
DAY = "peildag"
SPANNED, MOST = timedelta(days=731), 0.45  # what a limit is meant for, and what it never goes beyond
SWVS = "samenwerkingsverband"
ALL = "all"
HOW = '"vestiging, gemeente: the mergers of 1 January", or "all: …" for whatever is gone'
# An SWV that ends keeps its row: what is gone of it is that it stands by itself.
MERGED = f"""
    select n.swv_code, n.opvolger, 1 as aantal from nieuw_{SWVS} n join oud_{SWVS} o using (swv_code)
    where n.opvolger is not null and o.opvolger is null"""
# A link that was not known and is now takes nothing away, nor does one that goes to the heir of its SWV.
ASTRAY = f"""
    select l.*, 1 as aantal from ({relinked()}) l left join nieuw_{SWVS} s on s.swv_code = l.van and s.opvolger = l.naar
    where l.van is not null and s.swv_code is null"""

Span = Literal["release", "year"]


@dataclass(frozen=True)
class Limit:
    """``share`` of the rows may be gone; ``least`` rows may always be."""

    share: float
    least: int

    def allows(self, count: int, of: int) -> bool:
        return count <= max(self.share * of, self.least)

    def over(self, time: timedelta) -> Self:
        """Return the limit for what registries show after so much time: over more than two years in proportion, never half."""
        return replace(self, share=max(self.share, min(self.share * (time / SPANNED), MOST)))


@dataclass(frozen=True)
class Limits:
    """The limit of every table, None for one that may lose any number of rows, and that of links; ``facts`` are the columns that
    say what a row of a table is about, where its key does not."""

    removed: Mapping[str, Limit | None]
    relinked: Limit
    facts: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Loss:
    """What is gone of a table beyond its limit, as a sentence. Of everything, the table is ``all``."""

    table: str
    said: str


@dataclass(frozen=True)
class Accepted:
    """What a person accepts: losses of these tables, or of all, for a reason that the release states."""

    tables: frozenset[str]
    reason: str

    @classmethod
    def parse(cls, text: str, known: Collection[str]) -> Self:
        """Read ``table, table: reason``. Raises SettingsError for a text without names or without a reason."""
        names, colon, reason = text.partition(":")
        tables = frozenset(filter(None, map(str.strip, names.split(","))))
        if not (colon and tables and reason.strip()):
            raise SettingsError(f"--accept-diff says of which tables rows may be gone, and needs the reason: {HOW}")
        for each in sorted(tables - {ALL, *known}):
            near = ", ".join(difflib.get_close_matches(each, sorted(known), 3)) or "nothing"
            raise SettingsError(f"--accept-diff names {each!r}, which is no table; near it is {near}. It reads {HOW}")
        return cls(tables, reason.strip())

    def covers(self, loss: Loss) -> bool:
        return ALL in self.tables or loss.table in self.tables


def load_limits(tables: Mapping[str, Contract], path: Path = LIMITS, span: Span = "release") -> Limits:
    """The limits of these tables against the release before, or that of a year ago.

    Raises SettingsError for a file that cannot be used or names an unknown table.
    """
    return _loaded(frozenset(tables), path, span)


@cache
def _loaded(tables: frozenset[str], path: Path, span: Span) -> Limits:
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        own, free, facts = raw[span]["tables"], set(raw["free"]), raw["facts"]
        if unknown := (own.keys() | free | facts.keys()) - tables:
            raise ValueError(f"no curated table is called {', '.join(sorted(unknown))}")
        limits = {each: None if each in free else Limit(**own.get(each, raw[span]["default"])) for each in sorted(tables)}
        return Limits(limits, Limit(**raw[span]["relinked"]), facts)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError(f"{path.name} cannot be used: {error!r}") from error


def beyond(before: Release, after: Release, contracts: Mapping[str, Contract], limits: Limits) -> list[Loss]:
    """What release ``after`` takes away from ``before`` beyond the limits; empty when it may go out.

    The first real release after a made-up one takes nothing away; a made-up one never follows a real one by itself.
    """
    made_up = before.description["fictitious"], after.description["fictitious"]
    if made_up == (True, False):
        return []
    if made_up == (False, True):
        said = "the previous release holds real registries, this one would hold the fictitious ones of the sandbox"
        return [Loss(ALL, said)]
    return list(_beyond(before, after, contracts, limits))


def explain(found: Mapping[str, Sequence[Loss]], before: Mapping[str, Release], after: Release) -> str:
    """One paragraph on a release that takes too much away from the releases ``before``, by name."""
    now, told = ", ".join(after.description["origins"]), []
    for name, losses in found.items():
        was = ", ".join(before[name].description["origins"]) if name in before else now
        others = f" (made from {was}; now from {now})" if was != now else ""
        told.append(f"compared with {name}{others} too much would be gone or changed: {' | '.join(each.said for each in losses)}")
    tables = ", ".join(sorted({each.table for losses in found.values() for each in losses}))
    return (
        f"no release was made, the previous one stands: {'; '.join(told)}. If that is right, say why: "
        f'`passend run --accept-diff "{tables}: the reason"`, which the release then states; if it is not, look at the '
        "registries with `passend sources` and correct or leave out the one that is wrong"
    )


def _beyond(before: Release, after: Release, contracts: Mapping[str, Contract], limits: Limits) -> Iterator[Loss]:
    old, new = resources(before), resources(after)
    differ = [each for each in contracts if each in old and old[each]["hash"] != new[each]["hash"]]
    with both(before.path, after.path, {*differ, "vestiging", SWVS, DAY}) as connection:
        time = _time(connection) if DAY in old and DAY in new else timedelta()

        def exceeds(table: str, query: str, what: str, of: int, limit: Limit) -> Iterator[Loss]:
            (count,) = connection.execute(f"select coalesce(sum(aantal), 0)::bigint from ({query})").fetchone() or (0,)
            if not limit.allows(count, of):
                rows = connection.execute(
                    f"select columns(* exclude aantal)::varchar from ({query}) order by all limit {SHOWN}"
                ).fetchall()
                shown = "; ".join(" ".join(filter(None, row)) for row in rows)
                said = f"{table}: {count:,} of {of:,} {what} ({count / of:.1%}; at most {limit.share:.0%} may; e.g. {shown})"
                yield Loss(table, said)

        for table in differ:
            limit, had = limits.removed[table], set(connection.table(f"oud_{table}").columns)
            limit = limit and limit.over(time)
            about = limits.facts.get(table) or [each for each in contracts[table].primary_key if each != BEGIN]
            if limit is not None and set(about) <= had:
                yield from exceeds(table, _gone(table, about, had), "rows are gone", old[table]["rows"], limit)
            if limit is not None and table == SWVS and "opvolger" in had:
                yield from exceeds(table, MERGED, "have merged into another", old[table]["rows"], limit)
            if table == "vestiging_swv" and had >= LINK:
                (of,) = connection.execute("select count(*) from oud_nu").fetchone() or (0,)
                yield from exceeds(table, ASTRAY, "links lead to another SWV", of, limits.relinked.over(time))


def _time(connection: duckdb.DuckDBPyConnection) -> timedelta:
    """How much later the registries of the newer release are."""
    (days,) = connection.execute(f"select n.dag - o.dag from nieuw_{DAY} n, oud_{DAY} o").fetchone() or (0,)
    return timedelta(days=days or 0)


def _gone(table: str, about: Sequence[str], columns: Collection[str]) -> str:
    """A query for what the older release of a table has more rows of than the newer: what they are about, and how many more."""
    keys, name = ", ".join(about), "naam" if "naam" in columns and "naam" not in about else "null"
    same = " and ".join(f"o.{each} is not distinct from n.{each}" for each in about)
    shown = ", ".join(f"o.{each}" for each in about)
    return (
        f"select {shown}, o.naam, o.rijen - coalesce(n.rijen, 0) as aantal "
        f"from (select {keys}, any_value({name}) as naam, count(*) as rijen from oud_{table} group by {keys}) o "
        f"left join (select {keys}, count(*) as rijen from nieuw_{table} group by {keys}) n on {same} "
        "where o.rijen > coalesce(n.rijen, 0)"
    )
