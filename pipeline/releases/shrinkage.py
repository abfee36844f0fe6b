"""How much a release may take away from the one before it: the limits, and what goes beyond them.

Belongs here: what keeps a drafted release from its readers, with the numbers of ``shrinkage.yaml``. Does not belong here:
everything else that differs (difference).

Only what is gone is counted, by keys over Parquet: 0.6 s when every table of a national release differs, nothing for tables
that hold the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from pipeline.contracts.contract import Contract
from pipeline.errors import SettingsError
from pipeline.releases.difference import both, relinked, removed_rows
from pipeline.releases.release import Release, resources

LIMITS = Path(__file__).with_name("shrinkage.yaml")
SHOWN = 3
LINK = {"vestigingscode", "sector", "swv_code", "geldig_tot"}


@dataclass(frozen=True)
class Limit:
    """``share`` of the rows may be gone; ``least`` rows may always be."""

    share: float
    least: int

    def allows(self, count: int, of: int) -> bool:
        return count <= max(self.share * of, self.least)


@dataclass(frozen=True)
class Limits:
    """The limit of every table, None for one that may lose any number of rows, and that of links."""

    removed: Mapping[str, Limit | None]
    relinked: Limit


def load_limits(tables: Mapping[str, Contract], path: Path = LIMITS) -> Limits:
    """The limits of these tables. Raises SettingsError for a file that cannot be used or names an unknown table."""
    return _loaded(frozenset(tables), path)


@cache
def _loaded(tables: frozenset[str], path: Path) -> Limits:
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        removed = raw["removed"]
        own, free = removed["tables"], set(removed["free"])
        if unknown := (own.keys() | free) - tables:
            raise ValueError(f"no curated table is called {', '.join(sorted(unknown))}")
        limits = {each: None if each in free else Limit(**own.get(each, removed["default"])) for each in sorted(tables)}
        return Limits(limits, Limit(**raw["relinked"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError(f"{path.name} cannot be used: {error!r}") from error


def beyond(before: Release, after: Release, contracts: Mapping[str, Contract], limits: Limits) -> list[str]:
    """What release ``after`` takes away from ``before`` beyond the limits, a sentence each; empty when it may go out.

    The first real release after a made-up one takes nothing away; a made-up one never follows a real one by itself.
    """
    made_up = before.description["fictitious"], after.description["fictitious"]
    if made_up == (True, False):
        return []
    if made_up == (False, True):
        return ["the previous release holds real registries, this one would hold the fictitious ones of the sandbox"]
    return list(_beyond(before, after, contracts, limits))


def explain(found: Sequence[str], before: Release, after: Release) -> str:
    """One paragraph on a release that takes too much away."""
    was, now = (", ".join(each.description["origins"]) for each in (before, after))
    others = f" (made from {was}; now from {now})" if was != now else ""
    return (
        f"no release was made, the previous one stands: compared with {before.path.name}{others} too much would be gone or "
        f'changed: {" | ".join(found)}. If that is right, say why: `passend run --accept-diff "the reason"`, which the release '
        "then states; if it is not, look at the registries with `passend sources` and correct or leave out the one that is wrong"
    )


def _beyond(before: Release, after: Release, contracts: Mapping[str, Contract], limits: Limits) -> Iterator[str]:
    old, new = resources(before), resources(after)
    differ = [each for each in contracts if each in old and old[each]["hash"] != new[each]["hash"]]
    with both(before.path, after.path, {*differ, "vestiging"}) as connection:

        def exceeds(table: str, query: str, what: str, of: int, limit: Limit) -> Iterator[str]:
            (count,) = connection.execute(f"select count(*) from ({query})").fetchone() or (0,)
            if not limit.allows(count, of):
                rows = connection.execute(f"select columns(*)::varchar from ({query}) order by all limit {SHOWN}").fetchall()
                shown = "; ".join(" ".join(filter(None, row)) for row in rows)
                yield f"{table}: {count:,} of {of:,} {what} ({count / of:.1%}; at most {limit.share:.0%} may; e.g. {shown})"

        for table in differ:
            limit, had = limits.removed[table], set(connection.table(f"oud_{table}").columns)
            if limit is not None and set(contracts[table].primary_key) <= had:
                yield from exceeds(table, removed_rows(contracts[table], had), "rows are gone", old[table]["rows"], limit)
            if table == "vestiging_swv" and had >= LINK:
                links = "select count(*) from oud_vestiging_swv where geldig_tot is null"
                (of,) = connection.execute(links).fetchone() or (0,)
                yield from exceeds(table, relinked(), "links lead to another SWV", of, limits.relinked)
