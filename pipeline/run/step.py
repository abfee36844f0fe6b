"""What a step tells whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Step:
    """What a step did. A ``plan`` says in ``rows`` how many steps are to come."""

    kind: Literal["plan", "fetch", "stage", "build", "check", "release", "site", "prune"]
    subject: str
    seconds: float
    unchanged: bool = False
    rows: int | None = None


Report = Callable[[Step], None]
