"""``passend query``: a question to the current release, or to what the last run read."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from pipeline.cli.application import AsJson, DataDir, app, epilog, settings_for
from pipeline.cli.orchestrator import Orchestrator
from pipeline.cli.output import print_json, say, show


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


LONGEST = 1_000  # characters of a cell on a screen
EXAMPLES = (
    'passend query "select soort, count(*) from vestiging group by soort"',
    'passend query "from swv_kerncijfers limit 1"',
    'passend query "from samenwerkingsverband" --format csv > swv.csv',
    'passend query --staging "from afgekeurd limit 5"',
)


@app.command(epilog=epilog(*EXAMPLES))
def query(
    context: typer.Context,
    sql: Annotated[str, typer.Argument(help="A query on the current release or, with --staging, on what the last run read.")],
    form: Annotated[Format, typer.Option("--format", help="Format of the answer on standard output.")] = Format.table,
    staging: Annotated[
        bool,
        typer.Option("--staging", help="Query what the last run read: stg_ tables, and afgekeurd with rejected cells."),
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Query the current release.

    The release is opened read-only, and a query cannot reach any other file. --json is the same as --format json.
    """
    from pipeline.releases import query as queries

    settings = settings_for(data_dir)
    if staging:
        from pipeline.run.staged import open_staged

        orchestrator: Orchestrator = context.obj
        with open_staged(settings, orchestrator.load_project()) as connection:
            answer = queries.answer(connection, sql, "what the last run read")
    else:
        answer = queries.ask(settings.releases_dir, sql)
    if as_json or form is Format.json:
        print_json(answer.records())
    elif form is Format.table:
        _print_answer(answer.columns, answer.rows(limit=200), answer.count)
    elif form is Format.csv:
        answer.write_csv(sys.stdout.buffer)
    else:
        answer.write_parquet(sys.stdout.buffer)


def _print_answer(columns: list[str], rows: list[tuple[Any, ...]], count: int) -> None:
    show("", columns, [[None if value is None else _shortened(str(value)) for value in row] for row in rows])
    more = f", the first {len(rows)} shown; --format csv gives all" if count > len(rows) else ""
    say(f"{count:,} row{'' if count == 1 else 's'}{more}")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters; --format csv gives all)"
