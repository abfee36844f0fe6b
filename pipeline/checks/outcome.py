"""What a check found.

Belongs here: the outcome of one check, and what it means for a release. Does not belong here: carrying a check out (validation)
and keeping what was found (outcomes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from pipeline.contracts.contract import Severity
from pipeline.contracts.expectations import Expectation

SHOWN = 3


@dataclass(frozen=True)
class Outcome:
    """What one check of one table found. ``errored`` means that the engine failed, which says nothing of the data.

    ``checked`` and ``unexpected`` count rows; ``examples`` are up to twenty failing rows: their keys and the value. ``title`` is
    that of the expectation: empty for one that follows from columns and keys.
    """

    table: str
    check: str
    status: Literal["passed", "failed", "errored"]
    severity: Severity
    reason: str
    checked: int | None = None
    unexpected: int | None = None
    examples: tuple[Mapping[str, str], ...] = ()
    message: str = ""
    title: str = ""

    @property
    def blocks(self) -> bool:
        """Whether a release must not be made: a critical check failed, or could not be carried out."""
        return self.severity == "critical" and self.status != "passed"

    def shown(self, most: int) -> str:
        """Return the first of the failing rows as a sentence has them."""
        return "; ".join(" ".join(f"{name}={value}" for name, value in row.items()) for row in self.examples[:most])

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Return the outcome that ``as_dict`` gave, also after a journey through JSON."""
        return cls(**{**raw, "examples": tuple(raw["examples"])})


def not_carried_out(table: str, expectation: Expectation, message: str) -> Outcome:
    """Return the outcome of a check that says nothing of the data, and why."""
    words = expectation.severity, expectation.reason
    return Outcome(table, expectation.name, "errored", *words, message=message, title=expectation.title)


def explain(blocking: Sequence[Outcome]) -> str:
    """Return one paragraph on the checks that keep a release from being made."""
    shown = []
    for each in blocking[:5]:
        if each.status == "errored":
            shown.append(f"{each.table}.{each.check} could not be carried out ({each.message})")
        else:
            examples = each.shown(SHOWN)
            rows = each.message if each.unexpected is None else f"{each.unexpected:,} rows"
            shown.append(f"{each.table}.{each.check} failed for {rows}{f' (e.g. {examples})' if examples else ''}: {each.reason}")
    more = f" and {len(blocking) - 5} more" if len(blocking) > 5 else ""
    return (
        f"no release was made, the previous one stands: {len(blocking)} critical checks did not pass: {' | '.join(shown)}{more}. "
        "Look at the check in the Dagster UI; correct the source, or the contract if that is what is wrong"
    )
