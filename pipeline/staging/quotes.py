"""Quotes that are opened and never closed, which would make one cell of many records.

Belongs here: finding such a quote, and the record it is in. Does not belong here: cutting text into cells (delimited).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.errors import ReadError

REASON = "geopend aanhalingsteken zonder einde"
MOST = 100  # such records; beyond that each costs another look at the rest of the file
NARROW = 4  # delimiters: a cell of a narrow table may well hold as many as a record has

Broken = list[tuple[int, str, str]]


def without_unclosed(text: str, delimiter: str, columns: int, name: str) -> tuple[str, Broken]:
    """Return a text with a blank line for each record that opens a quote and does not close it, and those records: their line,
    their text and the reason.

    A quote is not closed when text follows its end, when the file ends first, or when a whole record lies within it. Raises
    ReadError when there are too many. A record that is not one line is left as it is.
    """
    broken: Broken = []
    kept, after = [], 0
    for start, end in _opened(text, delimiter, columns):
        if len(broken) == MOST:
            raise ReadError(f"{name}: over {MOST} records open a quote that is never closed; ask the publisher")
        broken.append((text.count("\n", 0, start) + 1, text[start:end].rstrip("\r"), REASON))
        kept.append(text[after:start])
        after = end
    return "".join([*kept, text[after:]]), broken


def _opened(text: str, delimiter: str, columns: int) -> Iterator[tuple[int, int]]:
    """Yield where each line begins and ends that is a whole record but for a quote that is not closed."""
    quoted = re.compile(r'"[^"]*(?:""[^"]*)*("|\Z)')
    place = text.find("\n") + 1
    while (place := text.find('"', place)) >= 0:
        cell = quoted.match(text, place) if text[place - 1] in (delimiter, "\n") else None
        if cell is None:  # within a cell a quote is a character like any other
            place += 1
            continue
        start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
        whole = end >= 0 and text.count(delimiter, start, end) == columns - 1
        if whole and not _closed(text, cell, delimiter, columns):
            yield start, end
            place = end
        else:
            place = max(cell.end(), place + 1)


def _closed(text: str, cell: re.Match[str], delimiter: str, columns: int) -> bool:
    """Return whether a quoted cell ends as it should, with no record in it."""
    if not cell[1] or text[cell.end() : cell.end() + 1] not in (delimiter, "\r", "\n", ""):
        return False
    line_end = text.find("\n", cell.start(), cell.end())
    return line_end < 0 or columns - 1 <= NARROW or text.count(delimiter, line_end, cell.end()) < columns - 1
