"""What a figure of the audit is, and when it holds.

Belongs here: a figure, and the list of all of them. Does not belong here: any figure (places, pupils, provision, money,
accounts).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.audit_data.files import Registries, Release

Worked = Callable[[Registries, Release], tuple[Any, Any]]
FIGURES: list[Figure] = []
# how the mean of no rows is shown
NOTHING = "nan"


@dataclass(frozen=True)
class Figure:
    """One figure: the table that it is of, what it is, and the function that gives it as published and as worked out again.

    ``explained`` says of one pair of values that are not the same why they are not. It explains no other pair.
    """

    table: str
    what: str
    worked: Worked
    explained: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def outcome(self, registries: Registries, release: Release) -> Outcome:
        published, again = (shown(each) for each in self.worked(registries, release))
        same = published == again != NOTHING
        return Outcome(self.table, self.what, published, again, same, "" if same else self.explained.get((published, again), ""))


@dataclass(frozen=True)
class Outcome:
    """A figure as it is published and as it was worked out again, as text; and why the two differ, where that is known."""

    table: str
    what: str
    published: str
    again: str
    same: bool
    why: str = ""

    @property
    def holds(self) -> bool:
        return self.same or bool(self.why)


def figure(table: str, what: str, explained: Mapping[tuple[str, str], str] | None = None) -> Callable[[Worked], Worked]:
    """Add a function to the figures of the audit: it returns what is published, and the same worked out again."""

    def add(worked: Worked) -> Worked:
        FIGURES.append(Figure(table, what, worked, explained or {}))
        return worked

    return add


def of_all(values: Iterable[Any]) -> str:
    """Return how many values there are, and a fingerprint of all of them in order: one that is changed, lost or added shows."""
    texts = sorted(map(str, values))
    return f"{len(texts):,} ({hashlib.sha256(chr(10).join(texts).encode()).hexdigest()[:8]})"


def shown(value: Any) -> str:
    """Return a figure as a reader sees it; two bounds as `1 to 4`, once where they are equal."""
    if isinstance(value, tuple):
        return " to ".join(dict.fromkeys(map(shown, value)))
    if isinstance(value, float):
        return f"{value:,.3f}"
    return value if isinstance(value, str) else f"{value:,}"
