"""What a release says beside what is true of its day: a sentence for each difference."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pipeline.releases.release import DUCKDB_FILE
from pipeline.sandbox.country.truth import Truth

SHOWN = 3  # how many of a difference are named
SCHOOLS, LINKS, REGIONS, EARLIER, PUPILS = SUBJECTS = (
    "vestiging", "vestiging_swv", "postcode4_swv", "een eerdere dag", "leerlingen",
)  # fmt: skip


def differences(
    release: Path, truth: Truth, day: date, first: date, misplaced: str | None = None
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """Yield a subject and a sentence for each thing in which a release that was made on a day differs from the truth.

    ``first`` is the first day that there was a run. ``misplaced`` is a location of which no registry has the right place that
    day: it must be there, wherever.
    """
    with duckdb.connect(str(release / DUCKDB_FILE), read_only=True) as connection:
        ask = Ask(connection)
        found = _sets("vestiging", ask.column("select vestigingscode from vestiging"), truth.schools(day))
        yield from ((SCHOOLS, each) for each in found)
        yield from ((LINKS, each) for each in _links(ask, truth, day, misplaced))
        yield from ((REGIONS, each) for each in _regions(ask, truth, day))
        # the first day, and the days around the New Year on which regions change
        for moment in (each for each in (first, date(2027, 12, 31), date(2028, 1, 1)) if first <= each < day):
            yield from ((EARLIER, each) for each in (*_links(ask, truth, moment), *_regions(ask, truth, moment)))
        yield from ((PUPILS, each) for each in _pupils(ask, truth, day))


def _links(ask: Ask, truth: Truth, day: date, misplaced: str | None = None) -> Iterator[str]:
    found = ask.pairs(f"select vestigingscode || ' ' || sector, swv_code from vestiging_swv_op('{day}')")
    wanted = truth.links(day)
    for each in (each for each in wanted if each.split()[0] == misplaced):
        wanted[each] = found.get(each)
    return _pairs(f"vestiging_swv_op({day})", found, wanted)


def _regions(ask: Ask, truth: Truth, day: date) -> Iterator[str]:
    found = ask.pairs(
        "select postcode4 || ' ' || sector, swv_code from postcode4_swv "
        f"where geldig_vanaf <= '{day}' and coalesce(geldig_tot, '9999-12-31') > date '{day}'"
    )
    return _pairs(f"postcode4_swv op {day}", found, truth.regions(day), truth.listed(day))


class Ask:
    """Questions to a release."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def column(self, sql: str) -> set[str]:
        return {each for (each,) in self.rows(sql)}

    def pairs(self, sql: str) -> dict[str, Any]:
        return dict(self.rows(sql))  # type: ignore[arg-type]


def _pupils(ask: Ask, truth: Truth, day: date) -> Iterator[str]:
    """The newest published year: every kind of every location that had pupils, within its bounds."""
    year, wanted = truth.pupils(day)
    found = {
        (code, soort): (low, high)
        for code, soort, low, high in ask.rows(
            f"select vestigingscode, soort, ondergrens, bovengrens from leerlingen_vestiging where peildatum = '{year}-10-01'"
        )
    }
    missing = sorted(wanted.keys() - found.keys())
    wrong = sorted(key for key in wanted.keys() & found.keys() if not _within(wanted[key], *found[key]))
    if missing:
        yield f"leerlingen {year}: {len(missing)} ontbreken ({_some(missing)})"
    if wrong:
        yield f"leerlingen {year}: {len(wrong)} buiten de grenzen ({_some(wrong)})"


def _within(number: int, low: int | None, high: int | None) -> bool:
    return (low is None or low <= number) and (high is None or number <= high)


def _sets(name: str, found: set[str], wanted: set[str]) -> Iterator[str]:
    for what, codes in (("ontbreken", wanted - found), ("te veel", found - wanted)):
        if codes:
            yield f"{name}: {len(codes)} {what} ({_some(sorted(codes))})"


def _pairs(name: str, found: dict[str, Any], wanted: dict[str, Any], needed: set[str] | None = None) -> Iterator[str]:
    """``needed`` are those that must be found; by default all, and no other."""
    yield from _sets(name, set(found) & (needed or set(found)), needed or set(wanted))
    wrong = sorted(key for key in found.keys() & wanted.keys() if found[key] != wanted[key] and not pd.isna(wanted[key]))
    guessed = sorted(key for key in found.keys() & wanted.keys() if pd.isna(wanted[key]) and found[key] is not None)
    if wrong:
        yield f"{name}: {len(wrong)} anders ({_some([f'{key}: {found[key]}, waar is {wanted[key]}' for key in wrong])})"
    if guessed:
        yield f"{name}: {len(guessed)} zonder SWV hebben er een ({_some(guessed)})"


def _some(names: list[Any]) -> str:
    return ", ".join(str(each) for each in names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
