"""What a writer of the sandbox hands over: a file, where the outside world finds it, and what is wrong with it on purpose.

Belongs here: the shape that writers (schools, relations, counts, geography) and the server share, and writing rows down.
Does not belong here: any one registry's columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True)
class Flaw:
    """A row that a reader must reject: the record (the header is record 1) and the field of the contract."""

    dataset: str
    regel: int
    kolom: str


@dataclass(frozen=True)
class Published:
    """One file of the edition.

    ``place`` is its path below the edition: ``ckan/<package>/<file>``, ``duo/<file>``, ``reference/<file>``,
    ``cbs/<title>.json`` or ``pdok/<path>/<type>.json``. ``flaws`` are only given for the place that the catalogue names
    first for a dataset.
    """

    place: str
    content: bytes
    flaws: tuple[Flaw, ...] = ()


def csv_bytes(
    frame: pd.DataFrame,
    *,
    delimiter: str,
    encoding: str,
    newline: str = "\r\n",
    quoted: Sequence[str] | str | None = None,
) -> bytes:
    """A frame of texts as a delimited file. ``quoted``: ``all``, the columns whose every cell is quoted, or None for only
    the cells that need it. Column names are written in the same way as their cells."""
    columns = [_cells(str(name), frame[name].to_numpy(dtype=np.str_), delimiter, quoted) for name in frame.columns]
    lines = columns[0]
    for column in columns[1:]:
        lines = np.char.add(np.char.add(lines, delimiter), column)
    return (newline.join(lines.tolist()) + newline).encode(encoding)


def _cells(name: str, values: npt.NDArray[np.str_], delimiter: str, quoted: Sequence[str] | str | None) -> npt.NDArray[np.str_]:
    cells = np.concatenate([np.array([name]), values])
    doubled = np.char.replace(cells, '"', '""')
    if quoted == "all" or (quoted is not None and name in quoted):
        return np.char.add(np.char.add('"', doubled), '"')
    needs = (np.char.find(cells, delimiter) >= 0) | (np.char.find(cells, '"') >= 0) | (np.char.find(cells, "\n") >= 0)
    return np.where(needs, np.char.add(np.char.add('"', doubled), '"'), cells)
