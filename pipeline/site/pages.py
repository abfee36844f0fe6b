"""The queries of ``sql/`` as data files: whole tables, and the sections of pages.

Belongs here: how rows become files. Does not belong here: which rows (``sql/``).

A query in ``sql/whole`` is one file, column by column. One in another folder is a section of every page of that kind: its
first column, ``sleutel``, names the page, and its rows stand on it in the order of the query, without the names of their
columns, which the file gives once. Pages whose key begins the same (``CHUNK``) share a file, so that ten thousand schools
are not ten thousand files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.site.scripts import merged, to_json
from pipeline.sql import column_list

SQL = Path(__file__).with_name("sql")
# kind of page -> how many characters of its key name the file it is in
CHUNK = {"swv": 6, "vestiging": 2, "postcode": 2}


def whole(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Name and JSON of each file that the site reads in one piece."""
    for path in sorted((SQL / "whole").glob("*.sql")):
        rows = connection.execute(path.read_text(encoding="utf-8")).to_arrow_table()
        yield path.stem, to_json(rows.to_pydict())


def pages(connection: duckdb.DuckDBPyConnection, kind: str) -> Iterator[tuple[str, str]]:
    """Name and JSON of each file with pages of a kind: the columns of each section, and the rows of each page."""
    columns: dict[str, list[str]] = {}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted((SQL / kind).glob("*.sql")):
        section = path.stem
        columns[section], rows = columns_and_rows(connection, path.read_text(encoding="utf-8"))
        for key, text in rows:
            found[key][section] = text
    files: dict[str, dict[str, str]] = defaultdict(dict)
    for key in sorted(found):
        files[key[: CHUNK[kind]]][key] = merged(found[key])
    for chunk, texts in files.items():
        yield f"{kind}/{chunk}", merged({"columns": to_json(columns), "pages": merged(texts)})


def columns_and_rows(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the columns of a query but its first, ``sleutel``; and for each value of that its rows, as JSON that the database
    writes: Python would take ten times as long. In one thread, rows come together in the order of the query."""
    columns = [name for name, *_ in connection.execute(f"describe {query}").fetchall() if name != "sleutel"]
    connection.execute("set threads = 1")
    return columns, connection.execute(
        f"select sleutel, '[' || string_agg(json_array({column_list(columns)})::varchar, ',') || ']' from ({query}) "
        "where sleutel is not null group by sleutel"
    ).fetchall()
