"""How a CSV is written: for programs, and for Excel where a comma is the decimal sign.

Belongs here: the two dialects. Does not belong here: writing one (tables) and describing one (csvw).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """How a CSV is written: ``mark`` puts a byte order mark before it, by which Excel knows UTF-8.

    ``defused``: a text that a spreadsheet would take for a formula begins with an apostrophe, so that it stays a text.
    """

    delimiter: str = ","
    decimal: str = "."
    mark: bool = False
    defused: bool = False


COMMA, EXCEL = Dialect(), Dialect(delimiter=";", decimal=",", mark=True, defused=True)
