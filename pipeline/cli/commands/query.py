"""``passend query``: a question to the current release."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from pipeline.cli.application import EXIT_CODES, DataDir, app, settings_for
from pipeline.cli.screen import OUT, plain, print_json, table_of


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


@app.command(epilog=EXIT_CODES)
def query(
    sql: Annotated[str, typer.Argument(help="A query on the tables of the current release.")],
    form: Annotated[Format, typer.Option("--format", help="How to write the answer to standard output.")] = Format.table,
    data_dir: DataDir = None,
) -> None:
    """Ask the current release a question. It is opened read-only.

    Example: passend query "select soort, count(*) from vestiging group by soort"
    """
    from pipeline.querying import ask

    answer = ask(settings_for(data_dir).releases_dir, sql)
    if form is Format.table:
        _print_answer(answer.columns, answer.rows(limit=200), answer.count)
    elif form is Format.json:
        print_json(answer.records())
    elif form is Format.csv:
        answer.write_csv(sys.stdout.buffer)
    else:
        answer.write_parquet(sys.stdout.buffer)


def _print_answer(columns: list[str], rows: list[tuple[Any, ...]], count: int) -> None:
    shown = table_of(None, *columns)
    for row in rows:
        shown.add_row(*("" if value is None else plain(str(value)) for value in row))
    OUT.print(shown)
    OUT.print(
        f"{count:,} rows" + (f", the first {len(rows)} shown; --format csv gives all" if count > len(rows) else ""),
        highlight=False,
    )
