"""The field's own notations, one pure function each: text of one cell in, value out, ``ValueError`` with the reason.

Belongs here: how a code, number or date is written by the registries and what its one normal form is.
Does not belong here: files, columns, rows. A reader applies a function once per distinct value of a column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pipeline.day import day_of

SUPPRESSED = re.compile(r"<\s*5|-1")
SUPPRESSED_BOUNDS = (1, 4)
MOST_PUPILS = 999_999  # in one cell: that of a location, a gemeente or an SWV, where the whole country has 2.4 million
NOT_APPLICABLE = "n.v.t."

_BRIN = re.compile(r"[0-9]{2}[A-Z]{2}")
_VESTIGING = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}")
_POSTCODE = re.compile(r"([1-9][0-9]{3})([A-Z]{2})")
_SWV = re.compile(r"(PO|VO)[0-9]{4}")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ][0-9:.,+Z-]*)?", re.ASCII)
_ZONED = re.compile(r"[T ][0-9:.,]+(?:Z|[+-][0-9:]+)$", re.ASCII)
# a count has no decimals, so a point can only part its thousands
_COUNT = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:\.[0-9]{3})+")
_AMOUNT = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+(,\d+)?|\d+([.,]\d+)?)", re.ASCII)
_EITHER = re.compile(r"[-+€ ]*[0-9]{1,3}\.[0-9]{3}")
_PAYER = re.compile(r"(CL[12]|GJIJJI)_[0-9A-Z]{4,6}")
# home postcodes that stand for abroad or unknown: Belgium, Germany, elsewhere, unknown
PSEUDO_POSTCODES = ("10", "20", "30", "40")


@dataclass(frozen=True)
class Count:
    """A number of pupils: exact, or hidden between two bounds. All three are None when the cell says nothing."""

    exact: int | None
    lower: int | None
    upper: int | None


def text(cell: str) -> str | None:
    """Text without surrounding blanks; any run of blanks (1, 10, 80) is unknown, ``N.v.t.`` stays as ``n.v.t.``."""
    stripped = cell.strip()
    if stripped.lower() in ("n.v.t.", "n.v.t"):
        return NOT_APPLICABLE
    return stripped or None


def brin(cell: str) -> str | None:
    """BRIN of an institution: two digits and two capitals, ``20LO``."""
    return _matched(_BRIN, cell.strip().upper(), "BRIN: twee cijfers en twee letters")


def vestigingscode(cell: str) -> str | None:
    """Code of a location: BRIN plus two digits, ``20LO00``."""
    return _matched(_VESTIGING, cell.strip().upper(), "vestigingscode: BRIN en twee cijfers")


def vestigingsnummer(cell: str) -> str | None:
    """The two digits of a location within its BRIN; a number that lost its zero gets it back (``0`` is ``00``)."""
    stripped = cell.strip()
    return _matched(re.compile(r"[0-9]{2}"), stripped.zfill(2) if stripped else "", "vestigingsnummer: twee cijfers")


def postcode(cell: str) -> str | None:
    """Postcode as ``1234AB``; with and without the blank."""
    return _matched(_POSTCODE, re.sub(r"\s+", "", cell).upper(), "postcode: vier cijfers en twee letters")


def postcode4(cell: str) -> str | None:
    """The four digits of a postcode."""
    return _matched(re.compile(r"[1-9][0-9]{3}"), cell.strip(), "postcode4: vier cijfers")


def postcode4_leerling(cell: str) -> str | None:
    """Home postcode4 of a pupil, or a pseudo code for abroad or unknown (see PSEUDO_POSTCODES)."""
    stripped = cell.strip()
    return stripped if stripped in PSEUDO_POSTCODES else postcode4(stripped)


def gemeentenummer(cell: str) -> str | None:
    """CBS number as four digits: ``0363`` from ``363``, `` 363``, ``0363`` or ``GM0363``; 9999 and 0 are no gemeente."""
    stripped = cell.strip().upper().removeprefix("GM")
    number = _matched(re.compile(r"[0-9]{4}"), stripped.zfill(4) if stripped else "", "gemeentenummer: vier cijfers")
    return None if number in ("9999", "0000") else number


def bevoegd_gezag(cell: str) -> str | None:
    """Number of a board: five digits; ``0`` means that the registry does not know."""
    stripped = cell.strip()
    if stripped == "0":
        return None
    return _matched(re.compile(r"[0-9]{5}"), stripped.zfill(5) if stripped else "", "bevoegd gezag: vijf cijfers")


def swv_code(cell: str) -> str | None:
    """SWV as ``PO2707``, also from ``PO-27-07`` and ``po 2707``. A code without its sector (``20.02``) is not enough."""
    return _matched(_SWV, re.sub(r"[^0-9A-Z]", "", cell.upper()), "samenwerkingsverband: PO of VO en vier cijfers", cell)


def swv_of_ander(cell: str) -> str | None:
    """SWV number of the RIO tables: a PO or VO code normalised, or the number of an older kind of SWV as written."""
    compact = re.sub(r"[^0-9A-Z]", "", cell.upper())
    if not compact or _SWV.fullmatch(compact):
        return compact or None
    return _matched(re.compile(r"[0-9A-Z]{4}"), compact, "samenwerkingsverband: PO/VO en vier cijfers, of vier tekens", cell)


def betaler(cell: str) -> str | None:
    """Who pays for a pupil in (v)so: an SWV, or ``CL1_``/``CL2_``/``GJIJJI_`` with a BRIN, which is not an SWV."""
    stripped = cell.strip().upper()
    return stripped if _PAYER.fullmatch(stripped) else swv_code(stripped)


def cluster(cell: str) -> str | None:
    """Cluster of special education: 1, 2, 3, 4 or ``3/4``; 0 and blank are none."""
    stripped = cell.strip()
    return None if stripped == "0" else _matched(re.compile(r"[1-4]|3/4"), stripped, "cluster: 1, 2, 3, 4 of 3/4")


def datum(cell: str) -> date | None:
    """A day written ``2024-10-01``, ``20241001`` or as a timestamp: its first part, or with a zone its day in the Netherlands.
    ``9999-12-31`` is none: an open end."""
    stripped = cell.strip()
    if not stripped:
        return None
    try:
        day = date(*map(int, found.groups())) if (found := _DAY.fullmatch(stripped)) else _wrong(cell)
        if _ZONED.search(stripped):
            day = day_of(datetime.fromisoformat(stripped.replace(",", ".")))
    except OverflowError:
        return None
    except ValueError:
        return _wrong(cell)
    return None if day == date.max else day


def peiljaar(cell: str) -> date | None:
    """1 October of the year: the count of a school year that starts then."""
    year = geheel(cell)
    if year is None:
        return None
    if not 1950 <= year <= 2100:
        raise ValueError(f"peiljaar: {cell.strip()!r} is geen jaar")
    return date(year, 10, 1)


def geheel(cell: str) -> int | None:
    """A whole number."""
    stripped = cell.strip()
    if not re.fullmatch(r"-?[0-9]{0,12}", stripped) or stripped == "-":
        raise ValueError(f"geheel getal verwacht, {cell.strip()!r} gevonden")
    return int(stripped) if stripped else None


def getal(cell: str) -> float | None:
    """A measured number with a decimal point or comma. Never for money."""
    amount = bedrag(cell)
    return None if amount is None else float(amount)


def bedrag(cell: str) -> Decimal | None:
    """An exact decimal: ``2880.94``, ``2880,94`` or ``€ 2.880,94``."""
    stripped = cell.strip().removeprefix("€").strip()
    if not stripped:
        return None
    if not _AMOUNT.fullmatch(stripped):
        raise ValueError(f"getal verwacht, {cell.strip()!r} gevonden")
    dutch = "," in stripped or stripped.count(".") > 1
    return Decimal(stripped.replace(".", "").replace(",", ".") if dutch else stripped)


def one_notation(cells: Iterable[str]) -> Callable[[str], str]:
    """Return what makes the numbers of one column alike: ``1.134`` is 1134 where a comma goes before its decimals, else 1.134.

    It raises ValueError for such a number in a column that writes its decimals both ways.
    """
    known = [cell.strip() for cell in cells]
    comma = any("," in cell for cell in known)
    point = any(cell.count(".") == 1 and "," not in cell and not _EITHER.fullmatch(cell) for cell in known)

    def alike(cell: str) -> str:
        if not comma or not _EITHER.fullmatch(cell.strip()):
            return cell
        if point:
            raise ValueError(f"{cell.strip()!r} is in deze kolom een duizendtal of een decimaal getal, en niet te zien welk")
        return cell.replace(".", "")

    return alike


def aantal(cell: str) -> Count:
    """A count of pupils. ``<5`` (downloads) and ``-1`` (CKAN) hide 1 to 4 (DUO's suppression); blank is unknown."""
    stripped = cell.strip()
    if not stripped:
        return Count(None, None, None)
    if SUPPRESSED.fullmatch(stripped):
        return Count(None, *SUPPRESSED_BOUNDS)
    if not _COUNT.fullmatch(stripped):
        raise ValueError(f"aantal verwacht (geheel getal of <5), {stripped!r} gevonden")
    count = int(stripped.replace(".", ""))
    if count > MOST_PUPILS:
        raise ValueError(f"aantal verwacht van hoogstens {MOST_PUPILS}, {stripped!r} gevonden")
    return Count(count, count, count)


def _matched(pattern: re.Pattern[str], normal: str, expected: str, cell: str | None = None) -> str | None:
    if not normal:
        return None
    if not pattern.fullmatch(normal):
        raise ValueError(f"{expected} verwacht, {(cell or normal).strip()!r} gevonden")
    return normal


def _wrong(cell: str) -> date:
    raise ValueError(f"datum verwacht (jjjj-mm-dd of jjjjmmdd), {cell.strip()!r} gevonden") from None


CODECS: dict[str, Callable[[str], Any]] = {
    each.__name__: each
    for each in (
        text, brin, vestigingscode, vestigingsnummer, postcode, postcode4, postcode4_leerling, gemeentenummer,
        bevoegd_gezag, swv_code, swv_of_ander, betaler, cluster, datum, peiljaar, geheel, getal, bedrag, aantal,
    )
}  # fmt: skip
