"""A build-up of support money as a person would write it on paper: Dutch, 80 characters wide.

Belongs here: words, columns and Dutch notation. Does not belong here: any arithmetic but the subtotal of a group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from textwrap import wrap
from typing import Any

from pipeline.funding.formulas import INCOMPLETE, NET, amount_key
from pipeline.funding.lookup import Swv
from pipeline.funding.scenario import Difference, Recomputed, Scenario, differences

Row = Mapping[str, Any]
WIDTH = 80
# label, count, x, amount per unit, =, product: 80 with the indent and the blanks between
LABEL, COUNT, UNIT, PRODUCT = 30, 15, 10, 17
DUTCH = str.maketrans(",.", ".,")


def euro(amount: Decimal | None, unknown: str = INCOMPLETE) -> str:
    """4.782.450,00; a word where it is not known."""
    return unknown if amount is None else f"{amount:,.2f}".translate(DUTCH)


def between(row: Row, name: str = "bedrag") -> str:
    """4.782.450,00, or 4.782.450,00 tot 4.790.000,00 where only the bounds are known; a word where they are not."""
    return " tot ".join(dict.fromkeys(euro(each) for each in _ends(row, name)))


def day(value: date) -> str:
    """1-10-2014"""
    return f"{value.day}-{value.month}-{value.year}"


def periods_text(swv: Swv) -> str:
    """Write the periods that an SWV has a build-up for, how complete each is, and what is known of its netto."""
    lines = ["", f"{'periode':<12}{'bekende regels':<20}{'bekend bedrag':>48}", "-" * WIDTH]
    for row in swv.periods:
        known = f"{row['regels'] - row['onvolledig']} van {row['regels']}"
        lines.append(f"{row['periode']:<12}{known:<20}{between(row, 'bekend'):>48}")
    if swv.periods:
        lines += ["", f"Een andere periode: passend funding {swv.code} --periode {swv.periods[0]['periode']}"]
    return "\n".join(lines).rstrip() + "\n"


def build_up_text(swv: Swv, period: str, result: Recomputed, scenario: Scenario) -> str:
    """The build-up: its lines in groups, each with count, amount and product, where they come from and what is missing."""
    rows = result.rows
    parts = ", ".join(dict.fromkeys(row["deel"] for row in rows if row["deel"]))
    kind = "schooljaar" if "-" in period else "kalenderjaar"
    lines = [*_heading(swv), *_wrapped(f"{kind} {period} ({parts}), in euro; uitgave {swv.release}", "")]
    if scenario.published:
        lines.append(f"met bedragen zoals gepubliceerd op {day(scenario.published)}")
    lines += ["", f"{'':<{LABEL + 2}}{'aantal':>{COUNT}}   {'bedrag':>{UNIT}}   {'product':>{PRODUCT}}"]
    for group, found in groupby(rows, key=lambda row: row["groep"]):
        members = list(found)
        lines += _group(group, members, result) if group != NET else _net(members[0], rows)
    lines += _sources(rows)
    for remark in result.remarks:
        lines += ["", *_wrapped(remark, "")]
    if not scenario.empty:
        lines += _differences(differences(result))
    return "\n".join(lines) + "\n"


def periods_data(swv: Swv) -> dict[str, Any]:
    """The same for a program."""
    return {"swv_code": swv.code, "naam": swv.name, "uitgave": swv.release, "perioden": swv.periods}


def build_up_data(swv: Swv, period: str, result: Recomputed) -> dict[str, Any]:
    """The build-up for a program: rows as in ondersteuningsbekostiging_swv, each with what was given for it."""
    return {
        "swv_code": swv.code, "naam": swv.name, "periode": period, "uitgave": swv.release,
        "regels": [{**row, "opgegeven": list(result.given.get(row["component"], ()))} for row in result.rows],
        "verschillen": [
            {"component": each.component, "was": each.before, "wordt": each.after, "verschil": each.change}
            for each in differences(result)
        ],
        "opmerkingen": list(result.remarks),
    }  # fmt: skip


def _heading(swv: Swv) -> list[str]:
    lines = ["FICTIEVE GEGEVENS (sandbox)"] if swv.fictitious else []
    called = swv.name or swv.called
    return [*lines, *_wrapped(f"Ondersteuningsbekostiging van {swv.code}{f', {called}' if called else ''}", "")]


def _group(group: str, rows: Sequence[Row], result: Recomputed) -> Iterator[str]:
    yield group[:1].upper() + group[1:]
    for row in rows:
        yield from _line(row)
        yield from _about(row, result.given.get(row["component"], ()))
    counting = [_ends(row) for row in rows if row["telt_mee"]]
    if len(counting) > 1:
        yield _rule("-")
        yield from _products("  samen", [None if None in each else sum(each, Decimal(0)) for each in zip(*counting, strict=True)])
    yield ""


def _line(row: Row) -> Iterator[str]:
    label = f"  {row['omschrijving']:<{LABEL}}"
    if row["parameter"] is None:  # follows from other lines
        yield from _products(label, _ends(row))
        return
    factors = f"{_count(row):>{COUNT}} x {euro(row['bedrag_per_eenheid'], '?'):>{UNIT}}"
    if row["percentage_naam"] is None:
        yield from _products(f"{label}{factors} =", _ends(row))
        return
    percentage = "? %" if row["percentage"] is None else f"{euro(row['percentage']).removesuffix(',00')} %"
    yield f"{label}{factors}"
    yield from _products(f"{f'    x {percentage}':<{WIDTH - PRODUCT - 3}} =", _ends(row))


def _products(label: str, ends: Sequence[Decimal | None]) -> Iterator[str]:
    """An amount in the last column; one that lies between two has the second below it."""
    first, *second = dict.fromkeys(ends)
    yield f"{label:<{WIDTH - PRODUCT}}{euro(first):>{PRODUCT}}"
    yield from (f"{'tot':>{WIDTH - PRODUCT}}{euro(each):>{PRODUCT}}" for each in second)


def _ends(row: Row, name: str = "bedrag") -> tuple[Any, Any]:
    return row[f"{name}_ondergrens"], row[f"{name}_bovengrens"]


def _count(row: Row) -> str:
    if row["aantal_ondergrens"] is None:
        return "?"
    bounds = sorted({row["aantal_ondergrens"], row["aantal_bovengrens"]})
    return "-".join(f"{each:,}".translate(DUTCH) for each in bounds)


def _about(row: Row, given: Sequence[str]) -> Iterator[str]:
    """Below a line, indented: its name, the day of the count, the amount and its version, the article; what is missing."""
    told = [row["component"]]
    if row["parameter"]:
        told.append(f"teldatum {day(row['teldatum'])}")
        told.append(" ".join(amount_key(row)[:-1]) + (f" versie {row['versie']}" if row["versie"] else ""))
        if row["gepubliceerd_op"]:
            told.append(f"gepubliceerd {day(row['gepubliceerd_op'])}")
    if row["opgave"]:
        told.append(f"{row['opgave']} volgens eigen opgave")
    told += [f"{each} opgegeven" for each in given]
    if row["wetsartikel"]:
        told.append(row["wetsartikel"])
    # a blank that does not break: each part stays in one piece
    yield from (each.replace("\xa0", " ") for each in _wrapped("; ".join(part.replace(" ", "\xa0") for part in told), "    "))
    if row["indicatief_bedrag_ondergrens"] is not None:
        pupils = "-".join(dict.fromkeys(f"{each:,}".translate(DUTCH) for each in _ends(row, "indicatief_aantal")))
        near = f"{pupils} op {day(row['indicatief_teldatum'])} geeft {between(row, 'indicatief_bedrag')}"
        yield from _wrapped(f"indicatief, telt niet mee: {near}", "    ")
    if row["ontbreekt"]:
        yield from _wrapped(f"ontbreekt: {row['ontbreekt']}", "    ")


def _net(net: Row, rows: Sequence[Row]) -> Iterator[str]:
    yield _rule("=")
    yield from _products("Netto", _ends(net))
    counting = [row for row in rows if row["telt_mee"]]
    if lacking := [row["omschrijving"].removeprefix("af: ") for row in counting if row["status"] == INCOMPLETE]:
        yield from _wrapped(
            f"Bekend: {between(net, 'bekend')}. Onvolledig: {len(lacking)} van de {len(counting)} regels die meetellen, "
            f"namelijk {'; '.join(lacking)}. Wat ontbreekt, staat bij de regel. Wie een aantal kent, geeft het met "
            "--telling REGEL=AANTAL, een bedrag met --what-if REGEL=BEDRAG.",
            "",
        )
        yield from _to_supply(net, counting)


def _to_supply(net: Row, counting: Sequence[Row]) -> Iterator[str]:
    """The file that an SWV can give with every run, with a line for each count and percentage that is missing."""
    wanted = []
    for row in (each for each in counting if each["parameter"]):
        count, part = row["aantal"] is None, row["percentage_naam"] is not None and row["percentage"] is None
        if count or part:
            wanted.append(";".join([net["swv_code"], net["periode"], row["component"], "?" * count, "?" * part]))
    if wanted:
        yield ""
        yield from _wrapped("Wat het samenwerkingsverband zelf telt, voor elke run, is een map met swv_opgave.csv:", "")
        yield "SWV;PERIODE;REGEL;AANTAL;PERCENTAGE"
        yield from wanted


def _sources(rows: Sequence[Row]) -> Iterator[str]:
    if sources := list(dict.fromkeys(row["bron"] for row in rows if row["bron"])):
        yield ""
        yield from _wrapped(f"Bron van de bedragen: {'; '.join(sources)}", "")


def _differences(found: Sequence[Difference]) -> Iterator[str]:
    yield ""
    width = (WIDTH - LABEL) // 3
    yield f"{'Verschil met de uitgave':<{LABEL}}{'was':>{width}}{'wordt':>{width}}{'verschil':>{width}}"
    yield _rule("-", WIDTH)
    for each in found:
        change = "" if each.change is None else f"{'+' if each.change > 0 else ''}{euro(each.change)}"
        yield f"{each.label:<{LABEL}}{euro(each.before):>{width}}{euro(each.after):>{width}}{change:>{width}}".rstrip()
    if not any(each.component == NET for each in found):
        yield "netto verandert niet, of is in beide gevallen onvolledig"


def _rule(sign: str, width: int = PRODUCT) -> str:
    return f"{sign * width:>{WIDTH}}"


def _wrapped(text: str, indent: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
