"""The build-up of one SWV as a release holds it.

Belongs here: finding rows in its open database, and telling what there is when they are not found. Does not belong here: which
release (the caller opens it), computing (formulas, scenario) and showing (statement).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import duckdb

from pipeline.errors import SettingsError
from pipeline.sql import quoted

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Swv:
    """An SWV of a release: its code, its name (None when the register is not at hand), and the periods that have money.

    ``called`` is what to call it where it has no name: by its gemeenten.
    """

    code: str
    name: str | None
    release: str
    fictitious: bool
    periods: Sequence[Row]
    called: str | None = None

    @property
    def fullest(self) -> str | None:
        """The most complete period."""
        return next((str(each["periode"]) for each in self.periods if each["meest_compleet"]), None)


def find_swv(database: duckdb.DuckDBPyConnection, release: Mapping[str, Any], text: str) -> Swv:
    """Return an SWV by its code, however it is written (PO2707, po-27-07), with a row per period: periode, delen (of the money),
    regels and onvolledig (lines that count, and how many of those are incomplete), netto, what is known of it between bounds
    (bekend_ondergrens, bekend_bovengrens), and whether it is the most complete period.

    ``release`` is the description of the release whose database it is. Raises SettingsError for a code that it does not know.
    """
    code = re.sub(r"[^A-Z0-9]", "", text.upper())
    named = "select s.swv_code, s.naam, a.aanduiding from samenwerkingsverband s left join swv_aanduiding a using (swv_code)"
    known = {row["swv_code"]: row for row in _rows(database, named)}
    if code not in known:
        close = get_close_matches(code, sorted(known), 3, 0.6)
        hint = f"did you mean {', '.join(close)}?" if close else f"it has {len(known)}, such as {', '.join(sorted(known)[:3])}"
        raise SettingsError(f"release {release['version']} has no samenwerkingsverband {text!r}; {hint}")
    periods = _rows(
        database,
        f"""
        select periode, list_sort(list(distinct o.deel) filter (o.deel is not null)) as delen, any_value(p.regels) as regels,
            any_value(p.regels_onvolledig) as onvolledig, any_value(p.netto) as netto,
            any_value(p.bekend_minstens) as bekend_ondergrens, any_value(p.bekend_hoogstens) as bekend_bovengrens,
            any_value(p.meest_compleet) as meest_compleet
        from ondersteuningsbekostiging_swv o
        join bekostiging_per_periode p using (swv_code, periode)
        where swv_code = {quoted(code)}
        group by periode order by left(periode, 4), length(periode)
        """,
    )
    name, called = known[code]["naam"], known[code]["aanduiding"]
    return Swv(code, name, release["version"], release.get("fictitious", False), periods, called)


def find_build_up(database: duckdb.DuckDBPyConnection, swv: Swv, period: str) -> tuple[Sequence[Row], Sequence[Row]]:
    """Return the rows of ondersteuningsbekostiging_swv of one SWV and period in order, and every version of that period's amounts
    (bekostigingsparameter). Raises SettingsError for a period that is not there, and names those that are."""
    have = [row["periode"] for row in swv.periods]
    if period not in have:
        raise SettingsError(
            f"there is no build-up of {swv.code} for {period!r}; there is for {', '.join(have) or 'none'}. A period appears with "
            "its first amount in pipeline/curated/reference/bekostigingsparameters.csv"
        )
    rows = _rows(
        database,
        f"select * from ondersteuningsbekostiging_swv where swv_code = {quoted(swv.code)} and periode = {quoted(period)} "
        "order by volgorde",
    )
    return rows, _rows(database, f"select * from bekostigingsparameter where periode = {quoted(period)} order by regel")


def _rows(database: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = database.sql(sql).to_arrow_table().to_pylist()
    return found
