"""The few steps from rows to rows that SQL cannot do, by the name that a query gives after ``-- apply:``.

Belongs here: which there are. Does not belong here: what they do (each is a pure function in a module of its own, imported when
it is used: shapely and pandas take half a second).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from pipeline.code import version_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Transform:
    """A function from the rows of a query to the rows of its table, both as data frames."""

    module: str
    function: str

    def __call__(self, rows: pd.DataFrame) -> pd.DataFrame:
        made: pd.DataFrame = getattr(import_module(self.module), self.function)(rows)
        return made

    @property
    def version(self) -> str:
        """A hash of the code that the function is, with all that it imports from this library."""
        return version_of(self.module)


TRANSFORMS = {
    each.function: each
    for each in (
        Transform("pipeline.curated.areas", "areas"),
        Transform("pipeline.curated.centres", "centres"),
        Transform("pipeline.funding.formulas", "build_up"),
    )
}
