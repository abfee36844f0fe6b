"""How answers look on a screen: the two consoles, tables, and text from outside as it stands.

Belongs here: what several commands show alike. Does not belong here: what one command shows.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Column, Table

OUT, ERR = Console(), Console(stderr=True)


def table_of(title: str | None, *columns: str | Column) -> Table:
    """A table that leaves room: no box, the first column in one piece."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        if isinstance(column, Column):
            table.columns.append(replace(column, _index=index))
        else:
            table.add_column(column, no_wrap=index == 0)
    return table


def right(*names: str) -> Iterator[Column]:
    return (Column(name, justify="right", no_wrap=True) for name in names)


def plain(text: str) -> str:
    """Text from outside, so that no bracket in it is taken for markup."""
    return text.replace("[", "\\[")


def print_json(data: Any) -> None:
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")
