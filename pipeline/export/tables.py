"""Tables as CSV and as a workbook.

Belongs here: writing the rows of one table, in the order of its key. Does not belong here: which tables and where (export).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from pipeline.contracts.contract import Contract
from pipeline.errors import SettingsError
from pipeline.export.dialect import COMMA, Dialect
from pipeline.harmless import FORMULA
from pipeline.sql import column_list, quoted

BOM = b"\xef\xbb\xbf"
# rows of a sheet, header included, beyond which no spreadsheet goes
LONGEST_SHEET = 1_048_576
NUMBERS = ("number", "decimal")


def ordered(contract: Contract, columns: str = "*") -> str:
    """The query for all rows of a table in the order of its key, so that the same rows give the same bytes."""
    return f"select {columns} from {contract.table} order by {', '.join(contract.primary_key) or 'all'}"


def write_csv(connection: duckdb.DuckDBPyConnection, contract: Contract, path: Path, dialect: Dialect = COMMA) -> None:
    """One table as CSV in UTF-8, with a header; a missing value is an empty cell, a moment is in UTC."""
    columns = ", ".join(_cell(field.name, field.type, dialect) for field in contract.fields)
    connection.execute("set timezone = 'UTC'")
    connection.execute(
        f"copy ({ordered(contract, columns)}) to {quoted(str(path))} "
        f"(format csv, header, delimiter {quoted(dialect.delimiter)}, timestampformat '%Y-%m-%dT%H:%M:%SZ')"
    )
    if dialect.mark:
        plain = path.rename(path.with_suffix(".plain"))
        with plain.open("rb") as source, path.open("wb") as target:
            target.write(BOM)
            shutil.copyfileobj(source, target)
        plain.unlink()


def _cell(name: str, kind: str, dialect: Dialect) -> str:
    if kind in NUMBERS and dialect.decimal != ".":
        return f'replace("{name}"::varchar, \'.\', {quoted(dialect.decimal)}) as "{name}"'
    if kind == "string" and dialect.defused:
        return f'case when regexp_matches("{name}", \'{FORMULA}\') then chr(39) || "{name}" else "{name}" end as "{name}"'
    return f'"{name}"'


def write_workbook(
    connection: duckdb.DuckDBPyConnection, contract: Contract, path: Path, package: Mapping[str, Any]
) -> None:  # fmt: skip
    """One table as a workbook: a sheet with its rows and one with what its columns mean. The same rows give the same bytes."""
    rows = connection.execute(ordered(contract, column_list(contract.columns))).fetchall()
    if len(rows) >= LONGEST_SHEET:
        raise SettingsError(f"{contract.table} has {len(rows):,} rows, more than a sheet can hold; export it as csv or parquet")
    # texts are values, never formulas or links: they come from outside
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({
        "title": contract.title, "comments": package["description"], "created": datetime.fromisoformat(package["created"]),
    })  # fmt: skip
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    shapes = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}), "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "decimal": book.add_format({"num_format": "#,##0.00"}),
    }  # fmt: skip
    sheet = book.add_worksheet("gegevens")
    sheet.write_row(0, 0, contract.columns, bold)
    for number, row in enumerate(rows, 1):
        for column, (value, field) in enumerate(zip(row, contract.fields, strict=True)):
            if value is not None:
                plain = value.replace(tzinfo=None) if field.type == "datetime" else value
                sheet.write(number, column, plain, shapes.get(field.type))
    sheet.freeze_panes(1, len(contract.primary_key))
    sheet.autofilter(0, 0, len(rows), len(contract.columns) - 1)
    meaning = book.add_worksheet("toelichting")
    meaning.set_column(0, 1, 30, wrap)
    meaning.set_column(2, 2, 100, wrap)
    facts = (
        ("tabel", contract.table), ("titel", contract.title), ("omschrijving", contract.description),
        ("uitgave", package["version"]), ("gegevens", package["description"]), ("voorwaarden", _terms(contract, package)),
    )  # fmt: skip
    for number, (name, words) in enumerate(facts):
        meaning.write(number, 0, name, bold)
        meaning.write(number, 2, words, wrap)
    meaning.write_row(len(facts) + 1, 0, ("kolom", "soort", "betekenis"), bold)
    for number, field in enumerate(contract.fields, len(facts) + 2):
        meaning.write_row(number, 0, (field.name, field.type, field.description), wrap)
    book.close()


def _terms(contract: Contract, package: Mapping[str, Any]) -> str:
    resource = next(each for each in package["resources"] if each["path"] == f"{contract.table}.parquet")
    return "; ".join(each["title"] for each in resource["licenses"])
