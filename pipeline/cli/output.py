"""How answers look on a screen: the two consoles, paragraphs, tables, and JSON for programs.

Belongs here: what several commands show alike. Does not belong here: what one command shows.

What is shown fits the width of the terminal (80 where there is none), and nothing of it is cut: words wrap, and a path, an
address or a hash stays in one piece. In text from outside no markup is read, and what would steer a terminal, or leaves no mark
on it, shows as �. Rich leaves out colours where NO_COLOR is set, and every control code where the output is no terminal.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from pipeline.harmless import visible

if TYPE_CHECKING:
    from typing_extensions import Buffer


class _Console(Console):
    """Leave a reader who has read enough to ``main``: Rich would end the process with another exit code."""

    def on_broken_pipe(self) -> None:
        """Re-raise what a pipe without a reader gave."""
        raise


class _StandardError(io.FileIO):
    """Standard error, of which nothing waits to be written: each process that is started flushes it first, and would fail for it.
    That it is full, or nobody reads it, ends no command."""

    def write(self, content: Buffer, /) -> int:
        """Write a text; one that cannot be written is lost."""
        with suppress(OSError):
            return super().write(content)
        return len(memoryview(content))


OUT, ERR = (_Console(stderr=stderr, markup=False, highlight=False, emoji=False) for stderr in (False, True))
GAP = 3  # between two columns
USUAL = 80  # columns, where there are none


def open_all() -> None:
    """Have the three streams of a process, also where whoever started it closed them, and let no encoding end it: a character
    that the other side has no place for is a question mark.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # else a file of ours would take the place, and what is shown
        os.set_inheritable(number, True)
    os.close(number)
    for name, number in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115
        getattr(sys, name).reconfigure(errors="replace")
    if sys.stderr is sys.__stderr__ or sys.__stderr__ is None:  # not one that a test has put in its place
        own = _StandardError(2, "wb", closefd=False)
        sys.stderr = io.TextIOWrapper(own, sys.stderr.encoding, "replace", write_through=True)
    for console in (OUT, ERR):
        console.width = console.width or USUAL  # COLUMNS=0 hides everything


def say(text: str, hang: str = "") -> None:
    """Paragraphs on standard output; lines after the first of each begin with ``hang``."""
    for line in paragraph(text, OUT.width, hang):
        OUT.print(line, soft_wrap=True)


def paragraph(text: str, width: int, hang: str = "") -> list[str]:
    """Text as lines of at most ``width``, broken between words only."""
    return [
        line
        for each in _harmless(text).split("\n")
        for line in wrap(each, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False) or [""]
    ]


def listed(words: Sequence[str], last: str) -> str:
    """Return words as a sentence lists them; the word ``last`` (and, or) stands before the last."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], numbers: Collection[str] = ()) -> None:
    """A table and a blank line; where it cannot fit with every word whole, a list per row. ``numbers`` stand to the right."""
    cells = [["" if value is None else _harmless(str(value)) for value in row] for row in rows]
    widths = _widths([[name, *(row[index] for row in cells)] for index, name in enumerate(columns)], OUT.width)
    if title:
        OUT.print(title, style="bold")
    if widths:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name, width in zip(columns, widths, strict=True):
            table.add_column(name, width=width, justify="right" if name in numbers else "left")
        for row in cells:
            table.add_row(*row)
        OUT.print(table)
    else:
        _show_lists(columns, cells)
    OUT.print()


def _show_lists(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    label = max(map(cell_len, columns))
    for number, row in enumerate(cells, 1):
        OUT.print(f"row {number}", style="bold")
        for name, value in zip(columns, row, strict=True):
            say(f"  {name:<{label}}  {value}", hang=" " * min(label + 4, OUT.width // 2))


def _widths(columns: Sequence[Sequence[str]], width: int) -> list[int]:
    """How wide each column may be, so that all fit in ``width`` and no word breaks; empty when that cannot be."""
    room = width - GAP * (len(columns) - 1)
    least = [max(cell_len(word) for cell in column for word in (cell.split() or [""])) for column in columns]
    most = [max(map(cell_len, column)) for column in columns]
    wish, over = sum(most) - sum(least), room - sum(least)
    if over < 0:
        return []
    return most if wish <= over else [low + over * (high - low) // wish for low, high in zip(least, most, strict=True)]


def _harmless(text: str) -> str:
    return visible(text.replace("\r\n", "\n"))


def print_json(data: Any) -> None:
    """The one document that a program gets on standard output."""
    exact = sys.stdout.encoding.lower().startswith("utf")  # else what has no place would not be what it was
    json.dump(data, sys.stdout, ensure_ascii=not exact, indent=2, default=str)
    sys.stdout.write("\n")
