"""Support money of a samenwerkingsverband: the formulas of WPO and WVO, exact to the cent.

Belongs here: arithmetic on counts and norm amounts, from the lines of one SWV and period to its netto. Does not belong here:
which pupils count (SQL), which lines a regime has and the amounts themselves (reference data), asking and showing
(funding_scenario, funding_lookup, funding_paper). Amounts are euro as Decimal, rounded half up to the cent once, at the end
of a line. Nothing here knows a year: the table build and ``passend funding`` pass through the same ``build_one``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipeline.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd

CENT, NOTHING = Decimal("0.01"), Decimal("0.00")
# known to the cent; known between two amounts; not known
COMPLETE, BOUNDED, INCOMPLETE = "volledig", "binnen grenzen", "onvolledig"
# the two groups of lines (bekostigingsposten.csv) that the law lets no lower than nothing, and the line each is paid from
LIGHT, HEAVY = "lichte ondersteuning", "zware ondersteuning"
LIGHT_BUDGET, HEAVY_BUDGET = "lichte_ondersteuning", "zware_ondersteuning"
EXHAUSTION, SHORTFALL, SHORTFALL_TAKEN, NET = (
    "uitputting", "tekort_lichte_ondersteuning", "aftrek_tekort_lichte_ondersteuning", "netto",
)  # fmt: skip
KNOWN = "bekend"  # what is known of netto
# the lines that follow from the others, in a few words, and the article of those that the law names, by sector and part
DERIVED = {
    EXHAUSTION: "uitputting: door de scholen",
    SHORTFALL: "tekort: er is niets te betalen",
    SHORTFALL_TAKEN: "af: tekort van de lichte",
    NET: "netto",
}
ARTICLES = {
    EXHAUSTION: {
        ("PO", "personeel"): "WPO 125a", ("PO", "materieel"): "WPO 118b", ("PO", "totaal"): "WPO 125a, 118b",
        ("VO", "personeel"): "WVO 85c", ("VO", "materieel"): "WVO 89b", ("VO", "totaal"): "WVO 85c, 89b",
    },
    SHORTFALL: {("PO", "totaal"): "WPO, bekostiging per kalenderjaar vanaf 2023"},
    SHORTFALL_TAKEN: {("PO", "totaal"): "WPO, bekostiging per kalenderjaar vanaf 2023 [afgeleid]"},
}  # fmt: skip

# -- formulas -----------------------------------------------------------------------------------------------------------


def cents(amount: Decimal) -> Decimal:
    """Euro, two places, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def line(count: int, amount: Decimal, percentage: Decimal | None = None) -> Decimal:
    """Count times norm amount, or a percentage of that."""
    return cents(count * amount if percentage is None else count * amount * percentage / 100)


def two_percent(pupils: int) -> int:
    """2 % of all bao and sbo pupils, rounded half up to a whole number (WPO 120 lid 4, until 2022): 1,225 gives 25."""
    return int((Decimal(pupils) * 2 / 100).quantize(Decimal(1), ROUND_HALF_UP))


def growth(now: int, before: int) -> int:
    """Pupils above an earlier count; never less than none (WPO 124, 125b, WVO 85d)."""
    return max(0, now - before)


def above_two_percent(sbo: int, all_pupils: int) -> int:
    """Pupils in sbo above 2 % of all bao and sbo pupils (WPO 124)."""
    return max(0, sbo - two_percent(all_pupils))


def exhaustion(budget: Decimal, deductions: Decimal) -> Decimal:
    """What deductions exceed a budget by. For zware ondersteuning that is uitputting: it is taken from the lump sum of the
    schools (WPO 125a, WVO 85c). For lichte ondersteuning (from 2023) it is a shortfall: nothing is paid."""
    return max(NOTHING, deductions - budget)


# -- counts, of which only the bounds may be known -----------------------------------------------------------------------

Bounds = tuple[int, int] | None


def derived_count(rule: str, counted: Bounds, against: Bounds) -> Bounds:
    """The count of a line from what was counted, by its ``rekenwijze`` (bekostigingsposten.csv); None is not known.

    Every rule rises with ``counted`` and falls with ``against``, so bounds give bounds. A rule may give one exact number
    from two bounds: 2 % of 1,225 to 1,230 pupils is 25. Raises SettingsError for a rule that does not exist.
    """
    match rule:
        case "aantal":
            return counted
        case "twee_procent":  # of bao and sbo together; against: sbo alone, without which there is nothing to divide
            if against == (0, 0):
                return 0, 0
            if counted is None:
                return None
            return two_percent(counted[0]) if against and against[0] else 0, two_percent(counted[1])
        case "toename":
            return counted and against and (growth(counted[0], against[1]), growth(counted[1], against[0]))
        case "boven_twee_procent":
            return counted and against and (above_two_percent(counted[0], against[1]), above_two_percent(counted[1], against[0]))
        case _:
            raise SettingsError(
                f"bekostigingsposten.csv has rekenwijze {rule!r}; known are aantal, twee_procent, toename, boven_twee_procent"
            )


# -- lines ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a build-up. Amounts are signed: a deduction is negative. ``missing`` says what is not known.

    ``least`` and ``most`` are the bounds of its amount, which is exact where nothing is missing. ``counts`` tells whether the
    line is part of netto, or stands there for information. ``known`` are the bounds of what is known of netto.
    """

    post: str
    lower: int | None
    upper: int | None
    unit: Decimal | None
    least: Decimal | None
    most: Decimal | None
    missing: str | None
    sign: int
    group: str = HEAVY
    counts: bool = True
    percentage: Decimal | None = None
    known: tuple[Decimal, Decimal] | None = None

    @property
    def count(self) -> int | None:
        return self.lower if self.lower == self.upper else None

    @property
    def amount(self) -> Decimal | None:
        return None if self.missing else self.least

    @property
    def status(self) -> str:
        return INCOMPLETE if self.least is None else BOUNDED if self.missing else COMPLETE


def make_line(
    post: str, sign: int, lower: int | None, upper: int | None, unit: Decimal | None, unit_name: str, count_name: str, *,
    group: str = HEAVY, counts: bool = True, percentage: Decimal | None = None, percentage_name: str | None = None,
    margin: Decimal = NOTHING,
) -> Line:  # fmt: skip
    """Make a line of what is known: its amount lies between those of the bounds of its count and of its norm amount, which is
    known to within ``margin``. Without a count, a norm amount or, where the line is a part of that (``percentage_name`` says of
    what), a percentage there is no amount at all."""
    lacking, vague = [], []
    if unit is None:
        lacking.append(unit_name)
    elif margin:
        vague.append(f"exact {unit_name} ({unit - margin} tot {unit + margin})")
    if lower is None or upper is None:
        lacking.append(f"aantal {count_name}")
    elif lower != upper:
        vague.append(f"exact aantal {count_name} ({lower} tot {upper})")
    if percentage_name is not None and percentage is None:
        lacking.append(f"percentage {percentage_name}")
    least = most = None
    if not lacking and unit is not None and lower is not None and upper is not None:
        ends = (line(sign * lower, unit - margin, percentage), line(sign * upper, unit + margin, percentage))
        least, most = min(ends), max(ends)
    return Line(post, lower, upper, unit, least, most, "; ".join(lacking + vague) or None, sign, group, counts, percentage)


def totals(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that follow from the others: what money cannot pay for, and netto.

    Netto is between its bounds when every line that counts is. It is least when each line is at its least, for it rises with
    every line, and then uitputting and the shortfall, which fall with every line, are greatest.
    """
    low, high = (_follow(lines, end) for end in ("least", "most"))
    found = []
    for post, group, sign in ((SHORTFALL, LIGHT, 1), (SHORTFALL_TAKEN, HEAVY, -1), (EXHAUSTION, HEAVY, 1)):
        few, many = high[post], low[post]
        if few is not None and many:
            ends = sign * few, sign * many
            missing = None if few == many else "exact bedrag van de regels waaruit dit volgt"
            found.append(Line(post, None, None, None, min(ends), max(ends), missing, sign, group))
    missing = "; ".join(dict.fromkeys(each.missing for each in lines if each.counts and each.missing))
    known = low[KNOWN] or NOTHING, high[KNOWN] or NOTHING
    return [*found, Line(NET, None, None, None, low[NET], high[NET], missing or None, 1, NET, False, known=known)]


def _follow(lines: Sequence[Line], end: str) -> dict[str, Decimal | None]:
    """Return what follows from the lines when each is at its ``least`` or ``most``; None is not known.

    Uitputting is added back, for the schools of the region pay it, so that zware ondersteuning never falls below nothing.
    The shortfall of lichte ondersteuning (from 2023) is added back too, and taken from zware ondersteuning [inferred].
    """
    light, heavy = _budget(lines, LIGHT, LIGHT_BUDGET, end), _budget(lines, HEAVY, HEAVY_BUDGET, end)
    shortfall = exhaustion(*light) if light else None
    excess = exhaustion(heavy[0], heavy[1] + shortfall) if heavy and shortfall is not None else None
    amounts = [getattr(each, end) for each in lines if each.counts]
    known = cents(sum((each for each in amounts if each is not None), NOTHING) + (excess or NOTHING))
    net = None if None in amounts else known
    return {SHORTFALL: shortfall, SHORTFALL_TAKEN: shortfall, EXHAUSTION: excess, KNOWN: known, NET: net}


def _budget(lines: Sequence[Line], group: str, post: str, end: str) -> tuple[Decimal, Decimal] | None:
    """Return what a group of lines has to spend and what is taken from it; None when that is not known."""
    budget = deductions = NOTHING
    taken = known = True
    for each in lines:
        if each.counts and each.group == group and (each.post == post or each.sign < 0):
            amount = getattr(each, end)
            if amount is None:
                known = False
            elif each.post == post:
                budget += amount
            else:
                deductions -= amount
            taken = taken and each.sign > 0
    # a budget from which nothing is taken is never short, whatever it is
    return (budget, deductions) if known else (NOTHING, NOTHING) if taken else None


# -- from records to the rows of ondersteuningsbekostiging_swv ------------------------------------------------------------

# what a row takes over from its record as it is
CARRIED = (
    "versie", "teldatum", "wetsartikel", "bron", "omschrijving", "telling_naam", "percentage_naam", "parameter",
    "parameter_sector", "categorie", "deel", "gepubliceerd_op", "bedrag_marge", "opgave",
)  # fmt: skip
INDICATIVE = (
    "indicatief_teldatum", "indicatief_aantal_ondergrens", "indicatief_aantal_bovengrens", "indicatief_bedrag_ondergrens",
    "indicatief_bedrag_bovengrens",
)  # fmt: skip
COLUMNS = [
    "swv_code", "periode", "component", "aantal", "aantal_ondergrens", "aantal_bovengrens", "bedrag_per_eenheid",
    "bedrag_marge", "bedrag", "bedrag_ondergrens", "bedrag_bovengrens", "bekend_ondergrens", "bekend_bovengrens", "status",
    "ontbreekt", "versie", "teldatum", "wetsartikel", "bron", "volgorde", "groep", "omschrijving", "telt_mee",
    "teken", "telling_naam", "percentage", "percentage_naam", "parameter", "parameter_sector", "categorie", "deel",
    "gepubliceerd_op", "opgave", *INDICATIVE,
]  # fmt: skip


def build_up(posts: pd.DataFrame) -> pd.DataFrame:
    """Every SWV's build-up per period: its lines, then what follows from them.

    ``posts`` has a row per SWV, period and line, in order: the columns that ``ondersteuningsbekostiging_swv.sql`` gives.
    Returns the columns of ondersteuningsbekostiging_swv.
    """
    import pandas as pd  # `passend funding` has no need of it

    # column by column: one look at each for what is missing, instead of one at every cell
    columns = {
        name: [None if gone else value for value, gone in zip(posts[name].tolist(), posts[name].isna(), strict=True)]
        for name in posts.columns
    }
    records = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    found = [
        row
        for _, group in groupby(records, key=lambda each: (each["swv_code"], each["periode"]))
        for row in build_one(list(group))
    ]
    return pd.DataFrame(found, columns=COLUMNS, dtype=object)


def build_one(records: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The build-up of one SWV in one period, from a record per line, in the order in which they are written down.

    A record has: swv_code, periode, post, groep, teken, telt_mee, bedrag_per_eenheid, telling_naam, rekenwijze, geteld,
    ondergrens and bovengrens (of the count, and of what it is held against: tegenover_), percentage, and ``CARRIED``
    (``bedrag_marge``: within what an amount that was derived is right).
    """
    lines = [_line_of(record) for record in records]
    first = records[0]
    shared = {"swv_code": first["swv_code"], "periode": first["periode"]}
    newest = max(record["versie"] for record in records)
    part = next((record["deel"] for record in records if record["groep"] == HEAVY), None)
    rows = [
        {**shared, **{name: record[name] for name in CARRIED}, **_cells(each), **_indicative(each, record)}
        for each, record in zip(lines, records, strict=True)
    ]
    for each in totals(lines):
        article = ARTICLES.get(each.post, {}).get((first["swv_code"][:2], part or ""))
        about = {
            **dict.fromkeys((*CARRIED, *INDICATIVE)),
            "versie": newest,
            "omschrijving": DERIVED[each.post],
            "wetsartikel": article,
        }
        row = {**about, **shared, **_cells(each)}
        rows.insert(_place(rows, each.group), row)
    for number, row in enumerate(rows, 1):
        yield {**row, "volgorde": number}


def _place(rows: Sequence[Mapping[str, Any]], group: str) -> int:
    """Where a line that follows from a group is written: below that group."""
    return max((number for number, row in enumerate(rows, 1) if row["groep"] == group), default=len(rows))


def _line_of(record: Mapping[str, Any]) -> Line:
    counted = _bounds(record, "") if record["geteld"] else None
    if record["geteld"] and counted is None:
        counted = 0, 0  # counted everywhere, and this SWV had none
    lower, upper = derived_count(record["rekenwijze"], counted, _bounds(record, "tegenover_")) or (None, None)
    return make_line(
        record["post"], record["teken"], lower, upper, record["bedrag_per_eenheid"], unit_name(record),
        f"{record['telling_naam']} per {str(record['teldatum'])[:10]}", group=record["groep"], counts=record["telt_mee"],
        percentage=record["percentage"], percentage_name=record["percentage_naam"], margin=record["bedrag_marge"] or NOTHING,
    )  # fmt: skip


def _indicative(each: Line, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the nearest published count makes of a line whose own count is not known; it is part of no netto."""
    near = _bounds(record, "indicatief_aantal_")
    if each.lower is not None or near is None:
        return dict.fromkeys(INDICATIVE)
    found = make_line(each.post, each.sign, *near, each.unit, "", "", margin=record["bedrag_marge"] or NOTHING)
    amounts = {"indicatief_bedrag_ondergrens": found.least, "indicatief_bedrag_bovengrens": found.most}
    return {**{name: record.get(name) for name in INDICATIVE}, **amounts}


def unit_name(record: Mapping[str, Any]) -> str:
    """The norm amount of a line in words, as ``ontbreekt`` names it."""
    return " ".join(["bedrag", *amount_key(record)])


def amount_key(record: Mapping[str, Any]) -> tuple[str, ...]:
    """What an amount is for: parameter, sector, category (where there is one) and part (personeel, materieel ...)."""
    parts = (record["parameter"], record["parameter_sector"], record["categorie"], record["deel"])
    return tuple(each for each in parts if each and each != "geen")


def _bounds(record: Mapping[str, Any], which: str) -> Bounds:
    lower, upper = record[f"{which}ondergrens"], record[f"{which}bovengrens"]
    return None if lower is None or upper is None else (int(lower), int(upper))


def _cells(each: Line) -> dict[str, Any]:
    return {
        "component": each.post, "aantal": each.count, "aantal_ondergrens": each.lower, "aantal_bovengrens": each.upper,
        "bedrag_per_eenheid": each.unit, "bedrag": each.amount, "bedrag_ondergrens": each.least, "bedrag_bovengrens": each.most,
        "bekend_ondergrens": each.known and each.known[0], "bekend_bovengrens": each.known and each.known[1],
        "status": each.status, "ontbreekt": each.missing, "groep": each.group, "telt_mee": each.counts, "teken": each.sign,
        "percentage": each.percentage,
    }  # fmt: skip
