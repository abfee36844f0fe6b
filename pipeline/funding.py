"""Support money of a samenwerkingsverband: the formulas of WPO and WVO, exact to the cent.

Belongs here: arithmetic on counts and norm amounts. Does not belong here: which pupils count (SQL) and the amounts
themselves (reference data). Amounts are euro as Decimal, rounded half up to the cent once, at the end of a line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

CENT = Decimal("0.01")
COMPLETE, INCOMPLETE = "volledig", "onvolledig"


def cents(amount: Decimal) -> Decimal:
    """Euro, two places, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def line(count: int, amount: Decimal) -> Decimal:
    """Count times norm amount."""
    return cents(count * amount)


def two_percent(pupils: int) -> int:
    """2 % of all bao and sbo pupils, rounded half up to a whole number (WPO 120 lid 4, until 2022): 1,225 gives 25."""
    return int((Decimal(pupils) * 2 / 100).quantize(Decimal(1), ROUND_HALF_UP))


def sbo_two_percent(sbo: int, all_sbo: int, all_pupils: int, amount: Decimal) -> Decimal:
    """Share of one sbo school in the support for 2 %: ``p/q x round(0.02 x r) x amount``. Zero where there is no sbo."""
    return cents(Decimal(sbo) * two_percent(all_pupils) * amount / all_sbo) if all_sbo else Decimal("0.00")


def sbo_transfer(october: int, february: int, all_pupils: int, growth: Decimal, above: Decimal) -> tuple[Decimal, Decimal]:
    """What an SWV pays its sbo schools (WPO 124, until 2022): growth since 1 October, and pupils above the 2 %."""
    return line(max(0, february - october), growth), line(max(0, february - two_percent(all_pupils)), above)


def exhaustion(budget: Decimal, deductions: Decimal) -> Decimal:
    """Uitputting: what deductions exceed the budget by, taken from the schools' lump sum (WPO 125a, WVO 85c)."""
    return max(Decimal("0.00"), deductions - budget)


@dataclass(frozen=True)
class Line:
    """One line of a build-up. ``amount`` is signed: a deduction is negative. ``missing`` says what is not known."""

    post: str
    count: int | None
    lower: int | None
    upper: int | None
    unit: Decimal | None
    amount: Decimal | None
    missing: str | None
    sign: int


def make_line(
    post: str, sign: int, lower: int | None, upper: int | None, unit: Decimal | None, unit_name: str, count_name: str
) -> Line:
    """A line from what is known: an amount only from an exact count and a published norm amount."""
    count = lower if lower is not None and lower == upper else None
    missing = []
    if unit is None:
        missing.append(unit_name)
    if count is None:
        missing.append(f"aantal {count_name}" if lower is None else f"exact aantal {count_name} ({lower} tot {upper})")
    amount = None if count is None or unit is None else sign * line(count, unit)
    return Line(post, count, lower, upper, unit, amount, "; ".join(missing) or None, sign)


def totals(lines: Sequence[Line]) -> list[Line]:
    """The lines that follow from the others: uitputting (when the zware budget does not bear its deductions) and netto.

    Incomplete as soon as one line is, with everything that is missing.
    """
    missing = "; ".join(dict.fromkeys(each.missing for each in lines if each.missing))
    if missing:
        return [Line("netto", None, None, None, None, None, missing, 1)]
    known = {each.post: each.amount or Decimal(0) for each in lines}
    heavy = known.get("zware_ondersteuning", Decimal(0))
    deductions = -sum(
        (amount for post, amount in known.items() if post.startswith("aftrek_") and post != "aftrek_sbo"), Decimal(0)
    )
    excess = exhaustion(heavy, deductions)
    found = []
    if excess:
        # paid by the schools of the region, so the SWV's own net is not lowered by it
        found.append(Line("uitputting", None, None, None, None, excess, None, 1))
    found.append(Line("netto", None, None, None, None, cents(sum(known.values(), Decimal(0)) + excess), None, 1))
    return found


def build_up(posts: pd.DataFrame) -> pd.DataFrame:
    """Every SWV's build-up per period: its lines, then what follows from them.

    ``posts``: swv_code, periode, post, teken, bedrag_per_eenheid, bedrag_naam, versie, teldatum, wetsartikel, bron,
    telling_naam, ondergrens, bovengrens, geteld. Returns the columns of ondersteuningsbekostiging_swv.
    """
    records: list[dict[Any, Any]] = posts.to_dict("records")
    found: list[dict[str, Any]] = []
    groups: dict[tuple[str, str], list[dict[Any, Any]]] = {}
    for record in records:
        groups.setdefault((record["swv_code"], record["periode"]), []).append(record)
    for (swv, period), group in groups.items():
        lines = [_line_of(record) for record in group]
        version = max(int(record["versie"]) for record in group)
        found += [
            {**_row(swv, period, each), "versie": int(record["versie"]), "teldatum": record["teldatum"],
             "wetsartikel": record["wetsartikel"], "bron": record["bron"]}
            for each, record in zip(lines, group, strict=True)
        ]  # fmt: skip
        found += [
            {**_row(swv, period, each), "versie": version, "teldatum": None, "wetsartikel": None, "bron": None}
            for each in totals(lines)
        ]
    return pd.DataFrame(found, columns=COLUMNS, dtype=object)


COLUMNS = [
    "swv_code", "periode", "component", "aantal", "aantal_ondergrens", "aantal_bovengrens", "bedrag_per_eenheid",
    "bedrag", "status", "ontbreekt", "versie", "teldatum", "wetsartikel", "bron",
]  # fmt: skip


def _line_of(record: Mapping[str, Any]) -> Line:
    known = bool(record["geteld"])
    lower, upper = (_whole(record[name]) if known else None for name in ("ondergrens", "bovengrens"))
    # counted everywhere, and this SWV had none
    lower, upper = (0, 0) if known and lower is None else (lower, upper)
    unit = record["bedrag_per_eenheid"]
    return make_line(
        record["post"], int(record["teken"]), lower, upper, None if pd.isna(unit) else Decimal(str(unit)),
        record["bedrag_naam"], f"{record['telling_naam']} per {str(record['teldatum'])[:10]}",
    )  # fmt: skip


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _row(swv: str, period: str, each: Line) -> dict[str, Any]:
    return {
        "swv_code": swv, "periode": period, "component": each.post, "aantal": each.count,
        "aantal_ondergrens": each.lower, "aantal_bovengrens": each.upper, "bedrag_per_eenheid": each.unit,
        "bedrag": each.amount, "status": INCOMPLETE if each.missing else COMPLETE, "ontbreekt": each.missing,
    }  # fmt: skip
