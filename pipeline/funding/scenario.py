"""What if: the build-up of one SWV in one period again, with other amounts, counts that only the SWV knows, or as of a day.

Belongs here: reading what a person gives, choosing versions, and recomputing released rows. Does not belong here: the
arithmetic (funding, through which every row goes again), the release (funding_lookup) and how it looks (funding_paper).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar

from pipeline.errors import SettingsError
from pipeline.funding.formulas import DERIVED, amount_key, build_one

Row = Mapping[str, Any]
T = TypeVar("T")
GIVEN = "opgegeven"


@dataclass(frozen=True)
class Scenario:
    """What differs from the release. Names are those of lines or, for amounts, of parameters; ``published`` is the day up to
    which amounts must have been published."""

    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    percentages: Mapping[str, Decimal] = field(default_factory=dict)
    published: date | None = None

    @classmethod
    def read(
        cls,
        amounts: Iterable[str] = (),
        counts: Iterable[str] = (),
        percentages: Iterable[str] = (),
        published: str | None = None,
    ) -> Scenario:
        """From the words of the command line. Raises SettingsError for what cannot be understood."""
        return cls(
            _pairs("--what-if", amounts, _euro, "zware_ondersteuning_norm=330.00"),
            _pairs("--telling", counts, _count, "aftrek_so_vanaf_8_categorie_1=150"),
            _pairs("--percentage", percentages, _percentage, "lwoo_pro=11.25"),
            None if published is None else _day(published),
        )

    @property
    def empty(self) -> bool:
        return not (self.amounts or self.counts or self.percentages or self.published)


@dataclass(frozen=True)
class Recomputed:
    """The rows of a build-up made again. ``given`` says per line what was given for it, ``remarks`` what was chosen why."""

    before: Sequence[Row]
    rows: Sequence[Row]
    given: Mapping[str, Sequence[str]]
    remarks: Sequence[str]


@dataclass(frozen=True)
class Difference:
    """A line that came out otherwise; an amount is None where the line has no exact one, or is not there."""

    component: str
    label: str
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        return None if self.before is None or self.after is None else self.after - self.before


def recompute(rows: Sequence[Row], parameters: Sequence[Row], scenario: Scenario) -> Recomputed:
    """Make a build-up again from its released rows (ondersteuningsbekostiging_swv, one SWV and period) under a scenario.

    ``parameters`` are rows of bekostigingsparameter of that period, every version. Raises SettingsError for a name that is no
    line or parameter of this build-up, or that could be several.
    """
    records = {row["component"]: _record(row) for row in rows if row["component"] not in DERIVED}
    remarks: list[str] = []
    if scenario.published is not None:
        remarks = _as_published(records.values(), parameters, scenario.published)
    given: dict[str, list[str]] = {}
    for name, amount in scenario.amounts.items():
        for post in _lines_of_amount(name, records):
            changed = {
                "bedrag_per_eenheid": amount, "bedrag_marge": None, "versie": 0, "gepubliceerd_op": None,
                "bron": f"{GIVEN} met --what-if",
            }  # fmt: skip
            records[post] |= changed
            given.setdefault(post, []).append("bedrag")
    for name, count in scenario.counts.items():
        records[_known(name, records, "--telling")] |= {"ondergrens": count, "bovengrens": count, "geteld": True}
        given.setdefault(name, []).append("aantal")
    for name, percentage in scenario.percentages.items():
        partial = {post: record for post, record in records.items() if record["percentage_naam"]}
        records[_known(name, partial, "--percentage")] |= {"percentage": percentage}
        given.setdefault(name, []).append("percentage")
    return Recomputed(rows, list(build_one(list(records.values()))), given, remarks)


def differences(result: Recomputed) -> list[Difference]:
    """The lines whose amount came out otherwise, in the order of the new build-up; those that are gone come last."""
    before, after = ({row["component"]: row for row in rows} for rows in (result.before, result.rows))
    found = []
    for component, row in {**after, **{name: row for name, row in before.items() if name not in after}}.items():
        old, new = (rows[component]["bedrag"] if component in rows else None for rows in (before, after))
        if old != new or (component in before) != (component in after):
            found.append(Difference(component, row["omschrijving"], old, new))
    return found


def version_on(versions: Sequence[Row], day: date) -> tuple[Row | None, str | None]:
    """The newest version of an amount that was published on a day, and what is not certain of that (Dutch).

    A version of which the day of publication is not known is taken only where no version with a day will do, and never one
    that comes after a version published later than the day.
    """
    too_late = min(
        (each["versie"] for each in versions if each["gepubliceerd_op"] and each["gepubliceerd_op"] > day), default=None
    )
    candidates = [each for each in versions if too_late is None or each["versie"] < too_late]
    dated = [each for each in candidates if each["gepubliceerd_op"]]
    chosen = max(dated or candidates, key=lambda each: int(each["versie"]), default=None)
    if chosen is None:
        return None, "Nog niet gepubliceerd" if versions else None
    unsure = [each["versie"] for each in candidates if not each["gepubliceerd_op"] and each["versie"] >= chosen["versie"]]
    if not unsure:
        return chosen, None
    many = "versies" if len(unsure) > 1 else "versie"
    return chosen, f"Publicatiedatum van {many} {', '.join(map(str, sorted(unsure)))} niet bekend"


def _record(row: Row) -> dict[str, Any]:
    """A released row as the record that it was made from: its count is known, however it was derived."""
    return {
        **row, "post": row["component"], "rekenwijze": "aantal", "geteld": row["aantal_ondergrens"] is not None,
        "ondergrens": row["aantal_ondergrens"], "bovengrens": row["aantal_bovengrens"],
        "tegenover_ondergrens": None, "tegenover_bovengrens": None,
    }  # fmt: skip


def _as_published(records: Iterable[dict[str, Any]], parameters: Sequence[Row], day: date) -> list[str]:
    """Give each record the version of its amount that counted on a day. Returns what must be said of that, once each."""
    versions: dict[tuple[str, ...], list[Row]] = {}
    for each in parameters:
        key = amount_key({**each, "parameter_sector": each["sector"], "deel": each["component"]})
        versions.setdefault(key, []).append(each)
    remarks: dict[str, list[str]] = {}
    records = list(records)
    for record in records:
        chosen, remark = version_on(versions.get(amount_key(record), []), day)
        if remark:
            remarks.setdefault(remark, []).append(" ".join(amount_key(record)))
        record["bedrag_per_eenheid"] = chosen["bedrag"] if chosen else None
        record["bedrag_marge"] = chosen["marge"] if chosen else None
        record["versie"] = chosen["versie"] if chosen else 0
        record["gepubliceerd_op"] = chosen["gepubliceerd_op"] if chosen else None
        record["bron"] = chosen["bron"] if chosen else None
        if chosen and chosen["teldatum"] not in (None, record["teldatum"]):
            # this version counts pupils of another day, of which the row knows nothing
            record |= {"teldatum": chosen["teldatum"], "geteld": False}
    return [
        f"{remark}: {'alle bedragen' if len(names) == len(records) else ', '.join(dict.fromkeys(names))}"
        for remark, names in remarks.items()
    ]


def _lines_of_amount(name: str, records: Mapping[str, Row]) -> list[str]:
    """The lines that an amount is for: a line's name, a parameter, or a parameter with sector and category."""
    if name in records:
        return [name]
    keys = {post: _spelled(record) for post, record in records.items()}
    if exact := [post for post, key in keys.items() if key == name]:
        return exact
    of_parameter = {post: key for post, key in keys.items() if records[post]["parameter"] == name}
    if len(set(of_parameter.values())) == 1:
        return list(of_parameter)
    if of_parameter:
        raise SettingsError(
            f"--what-if {name}: this build-up has several amounts of that name; say which: "
            f"{', '.join(dict.fromkeys(of_parameter.values()))}"
        )
    parameters = [str(record["parameter"]) for record in records.values()]
    raise _unknown(name, [*records, *keys.values(), *parameters], "--what-if")


def _spelled(record: Row) -> str:
    category = () if record["categorie"] in (None, "geen") else (record["categorie"],)
    return "/".join((record["parameter"], record["parameter_sector"] or "", *category))


def _known(name: str, known: Iterable[str], option: str) -> str:
    if name not in (known := list(known)):
        raise _unknown(name, known, option)
    return name


def _unknown(name: str, known: Iterable[str], option: str) -> SettingsError:
    known = list(dict.fromkeys(known))
    if close := get_close_matches(name, known, 3, 0.5):
        hint = f"did you mean {' or '.join(close)}?"
    else:
        hint = f"it has {', '.join(known) or 'none'}"
    return SettingsError(f"{option} {name}: this build-up has no such line; {hint}")


def _pairs(option: str, texts: Iterable[str], value_of: Callable[[str], T | None], example: str) -> dict[str, T]:
    found: dict[str, T] = {}
    for text in texts:
        name, _, value = text.rpartition("=")  # the last one: SO>=8 has one of its own
        parsed = value_of(value.strip())
        if not name.strip() or parsed is None:
            raise SettingsError(
                f"{option} {text!r} cannot be understood; write a name, = and a number, such as {option} {example}"
            )
        if name.strip() in found:
            raise SettingsError(f"{option} gives {name.strip()} twice")
        found[name.strip()] = parsed
    return found


def _euro(text: str) -> Decimal | None:
    """330, 330.00 or 330,00. A thousands separator is not understood: 1.234 could be two amounts."""
    return Decimal(text.replace(",", ".")) if re.fullmatch(r"\d{1,14}([.,]\d{1,2})?", text) else None


def _count(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None


def _percentage(text: str) -> Decimal | None:
    found = _euro(text)
    return found if found is not None and found <= 100 else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"--gepubliceerd-op {text!r} is no day; write it as 2023-06-01") from error
