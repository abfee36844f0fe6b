"""Text in columns, with a delimiter that its first line shows, cut into cells by Arrow.

Belongs here: delimiter, ragged records, line numbers. Does not belong here: what the cells mean (values).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from pipeline.contracts.contract import Contract
from pipeline.errors import ReadError
from pipeline.staging.cells import Cells, Raw
from pipeline.staging.encoding import decode, doubled
from pipeline.staging.header import match_header
from pipeline.staging.quotes import Broken, without_unclosed
from pipeline.staging.shapes import as_described

LONGEST_HEADER = 1 << 16  # characters
DELIMITERS = (";", ",", "\t")


def first_line(text: str, name: str, declared: str | None = None) -> tuple[str, list[str]]:
    """Return the delimiter of a CSV, which is the one declared where there is one, and the cells of its first line."""
    first = text[: LONGEST_HEADER + 1].partition("\n")[0].rstrip("\r")
    if len(first) > LONGEST_HEADER:
        raise ReadError(
            f"{name}: its first line is longer than {LONGEST_HEADER:,} characters, so it is no header; fetch it again"
        )
    delimiter = declared or max(DELIMITERS, key=first.count)
    if declared and len(declared) == 1 and declared not in first and any(each in first for each in DELIMITERS):
        raise ReadError(f"{name}: its package declares {declared!r} as delimiter, which its first line does not hold; correct it")
    try:
        return delimiter, next(csv.reader(io.StringIO(first), delimiter=delimiter), [])
    except TypeError:
        raise ReadError(f"{name}: its package declares {declared!r} as delimiter, which must be one character") from None
    except csv.Error as error:
        raise ReadError(f"{name}: its first line cannot be cut into cells: {error}; fetch it again") from None


def read_csv(contract: Contract, file: Raw) -> Cells:
    text = decode(file.content, file.name, file.encoding)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    delimiter, header = first_line(text, file.name, file.delimiter)
    matched = match_header(contract, header, file.name)
    broken: Broken = []
    try:
        table, ragged = _cut(text, delimiter, header, matched, file.name)
        lines_in_cells = text.count("\n") > table.num_rows + len(ragged) + 1  # or blank lines
    except ReadError:
        lines_in_cells, table = True, None
    if lines_in_cells:
        text, broken = without_unclosed(text, delimiter, len(header), file.name)
        if broken or table is None:
            table, ragged = _cut(text, delimiter, header, matched, file.name)
    records = table.num_rows + len(ragged)
    if text.count('"') % 2 and _runs_on(table, ragged, records):
        raise ReadError(
            f"{file.name}: record {records + 1} opens a quote that is never closed, which swallows the rest; fetch it again"
        )
    lines = _lines(text, delimiter, records)
    numbers = np.setdiff1d(np.arange(2, records + 2), [number for number, _, _ in ragged], assume_unique=True)
    table, unplaced = as_described(
        contract, table.append_column("bron_regel", pa.array(lines[numbers - 1], pa.int64())), file.editie
    )
    left = [*((int(lines[number - 1]), cells, reason) for number, cells, reason in ragged), *broken, *unplaced]
    return Cells(
        table, left, table.num_rows + len(left), tuple(cell for cell in header if cell not in matched),
        doubled(text.splitlines()) if any(each in text for each in "ÂÃâ") else 0,
    )  # fmt: skip


def _cut(
    text: str, delimiter: str, header: Sequence[str], matched: Mapping[str, str], name: str
) -> tuple[pa.Table, list[tuple[int, str, str]]]:
    """Return the cells of a text by field, and each record that has not as many as the header: its number, text and reason."""
    ragged: list[tuple[int, str, str]] = []

    def reject(row: Any) -> str:
        reason = f"{row.expected_columns} velden verwacht, {row.actual_columns} gevonden"
        ragged.append((row.number, row.text, reason))
        return "skip"

    names = [f"c{i}" for i in range(len(header))]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(text.encode()),
            # one thread: with more, Arrow does not number the records that do not fit
            read_options=pacsv.ReadOptions(column_names=names, skip_rows=1, use_threads=False, block_size=1 << 24),
            parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=reject),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False,
                include_columns=[name for name, cell in zip(names, header, strict=True) if cell in matched],
            ),
        )  # fmt: skip
    except pa.ArrowInvalid as error:
        raise ReadError(f"{name} cannot be cut into cells: {error}; fetch it again or ask the publisher") from None
    return table.rename_columns([matched[header[int(each[1:])]] for each in table.column_names]), ragged


def _lines(text: str, delimiter: str, records: int) -> np.ndarray:
    """The line on which each record begins, the header first: its number, but for blank lines and quoted line ends."""
    if text.count("\n") == records + 1:
        return np.arange(1, records + 2)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    starts, line = [], 1
    with suppress(csv.Error):  # a cell beyond what that module takes, in a file that Arrow could cut
        for record in reader:
            if record:
                starts.append(line)
            line = reader.line_num + 1
    return np.array(starts) if len(starts) == records + 1 else np.arange(1, records + 2)


def _runs_on(table: pa.Table, ragged: list[tuple[int, str, str]], records: int) -> bool:
    """Whether the last record of a file spans several lines."""
    if ragged and ragged[-1][0] == records + 1:
        return "\n" in ragged[-1][1]
    return table.num_rows > 0 and any("\n" in (column[-1].as_py() or "") for column in table.columns)
