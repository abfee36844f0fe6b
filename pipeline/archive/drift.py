"""How a file differs from the previous one of its place: a profile of each, and five measures between the two.

Belongs here: what is measured, and the words for it. Does not belong here: where profiles are kept (archive), when two are
compared and what follows from it (admission), and the limits (the catalogue).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from heapq import nsmallest

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.contract import Contract
from pipeline.contracts.fields import PROVENANCE
from pipeline.registries.catalogue import DriftLimits

# as many keys tell how many are gone with a standard error of one percent point, whatever the number of rows
SAMPLE = 2500
# a code column has fewer values than this, and each in this many rows or more
VALUES, REPEATED = 50, 10
OWN = {each.name for each in PROVENANCE}


@dataclass(frozen=True)
class Profile:
    """What is compared of one file. ``rows`` fit the contract; ``filled`` counts those with a value, by column.

    ``keys`` are the smallest hashes of the keys, so that two profiles hold the same keys where both files have them.
    ``values`` counts the most frequent values of each text column. ``rejected`` counts records that do not fit the contract.
    """

    bytes: int
    rows: int
    filled: Mapping[str, int]
    keys: Sequence[int]
    values: Mapping[str, Mapping[str, int]]
    rejected: int


@dataclass(frozen=True)
class Measure:
    """One thing that was compared: ``change`` as a fraction of the previous file, what that means in words, its limit."""

    what: str
    change: float
    limit: float
    told: str

    @property
    def exceeded(self) -> bool:
        return self.change > self.limit


def key_columns(contract: Contract) -> list[str]:
    """What tells rows apart from edition to edition: the key without its dates, or else the text that is never empty."""
    own = [each for each in contract.fields if each.name not in OWN]
    key = [each.name for each in own if each.name in contract.primary_key and each.type != "date"]
    return key or [each.name for each in own if each.required and each.type == "string"]


def profile(contract: Contract, rows: pa.Table, size: int, rejected: int = 0) -> Profile:
    """Profile of a file of ``size`` bytes from its rows as they were read under its contract, and the number of other records."""
    text = [each.name for each in contract.fields if each.type == "string" and each.name not in OWN]
    columns = [each for each in rows.column_names if each not in OWN]
    return Profile(
        bytes=size,
        rows=rows.num_rows,
        filled={each: rows.num_rows - rows[each].null_count for each in columns},
        keys=_keys(rows.select(key_columns(contract))),
        values={each: _frequent(rows[each]) for each in text},
        rejected=rejected,
    )


def compare(after: Profile, before: Profile, limits: DriftLimits) -> tuple[Measure, ...]:
    """Every measure between a file and the previous one. What the previous one does not have is not measured."""
    found = [compare_size(after.bytes, before.bytes, limits)]
    if before.rows:
        found.append(_count("rows", after.rows, before.rows, limits.rows, "rows that fit the contract"))
        found.append(_columns(after, before, limits.columns))
        found.append(_distribution(after, before, limits.codes))
        found.append(_rejected(after, before, limits.rejected))
    if before.keys:
        gone = _gone(after.keys, before.keys)
        found.append(Measure("keys", gone, limits.keys, f"{gone:.0%} of the previous keys are gone"))
    return tuple(found)


def compare_size(after: int, before: int, limits: DriftLimits) -> Measure:
    """The one measure that needs no reading: bytes."""
    return _count("size", after, before, limits.size, "bytes")


def _count(what: str, after: int, before: int, limit: float, unit: str) -> Measure:
    change = abs(after - before) / before
    told = f"{after:,} {unit}, {change:.0%} {'more' if after > before else 'less'} than the previous {before:,}"
    return Measure(what, change, limit, told)


def _columns(after: Profile, before: Profile, limit: float) -> Measure:
    """The column that lost its value in most rows."""
    filled = {each: (_share(count, before), _share(after.filled[each], after)) for each, count in before.filled.items()}
    worst = max(filled, key=lambda each: filled[each][0] - filled[each][1])
    was, now = filled[worst]
    return Measure("columns", max(was - now, 0.0), limit, f"column {worst} is filled in {now:.0%} of the rows, {was:.0%} before")


def _rejected(after: Profile, before: Profile, limit: float) -> Measure:
    """Records that do not fit, such as those with a key twice of a file in which two editions are mixed."""
    was, now = (each.rejected / max(each.rows + each.rejected, 1) for each in (before, after))
    return Measure("rejected", max(now - was, 0.0), limit, f"{now:.0%} of the records do not fit the contract, {was:.0%} before")


def _distribution(after: Profile, before: Profile, limit: float) -> Measure:
    """The code column whose values are distributed most unlike the previous ones."""
    moved = {
        name: _moved(after, before, name) for name, counts in before.values.items()
        if 0 < len(counts) < VALUES and len(counts) * REPEATED <= before.filled[name] and after.filled[name]
    }  # fmt: skip
    if not moved:
        return Measure("codes", 0.0, limit, "no column of codes has values in both")
    # what the profiles do not tell apart has what is missing
    changes = {name: (sum(map(abs, by.values())) + abs(sum(by.values()))) / 2 for name, by in moved.items()}
    worst = max(changes, key=changes.__getitem__)
    value = max(moved[worst], key=lambda each: abs(moved[worst][each]))
    was, now = (each.values[worst].get(value, 0) / each.filled[worst] for each in (before, after))
    return Measure("codes", changes[worst], limit, f"{worst} is {value} in {now:.0%} of the rows, {was:.0%} before")


def _moved(after: Profile, before: Profile, column: str) -> dict[str, float]:
    """By value of a column, how much larger its share has become."""
    new, old = after.values[column], before.values[column]
    return {
        value: new.get(value, 0) / after.filled[column] - old.get(value, 0) / before.filled[column] for value in {**old, **new}
    }


def _gone(after: Sequence[int], before: Sequence[int]) -> float:
    """The share of keys that is gone, as far as both samples reach."""
    reach = min((keys[-1] for keys in (after, before) if len(keys) == SAMPLE), default=None)
    seen = [key for key in before if reach is None or key <= reach]
    return len(set(seen).difference(after)) / len(seen) if seen else 0.0


def _share(count: int, of: Profile) -> float:
    return count / of.rows if of.rows else 0.0


def _keys(rows: pa.Table) -> list[int]:
    if not rows.num_columns:
        return []
    texts = [pc.fill_null(column.cast(pa.string()), "") for column in rows.columns]
    distinct = pc.unique(pc.binary_join_element_wise(*texts, "\t")).to_pylist()
    hashes = (int.from_bytes(blake2b(each.encode(), digest_size=8).digest(), "big") for each in distinct)
    return nsmallest(SAMPLE, hashes)


def _frequent(column: pa.ChunkedArray) -> dict[str, int]:
    counted = pa.Table.from_struct_array(pc.value_counts(column.drop_null()))
    most = counted.sort_by([("counts", "descending"), ("values", "ascending")]).slice(0, VALUES)
    return dict(zip(most["values"].to_pylist(), most["counts"].to_pylist(), strict=True))


def as_plain(measures: Sequence[Measure]) -> list[dict[str, object]]:
    """Measures for a record or a screen."""
    return [{**asdict(each), "change": round(each.change, 4), "exceeded": each.exceeded} for each in measures]
