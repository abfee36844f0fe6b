"""``passend query``: a question to the current release, or to what the last run read."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from pipeline.cli.application import AsJson, DataDir, app, epilog, settings_for
from pipeline.cli.orchestrator import Orchestrator
from pipeline.cli.output import print_json, say, show
from pipeline.errors import SettingsError


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
    "passend query school_en_swv",
    "passend query --file vraag.sql",
)
STDIN = "-"
# two dashes begin a comment of SQL as well as an option
COMMENT = re.compile(r"--(\s|[^=]*\n)")
# a name alone, or a macro with what it is asked for, stands for all that it holds
NAME = re.compile(r"\s*\w+\s*(\([^;]*\))?\s*")


class QueryCommand(TyperCommand):
    """Take an argument that begins with a comment for a query."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [f" {each}" if COMMENT.match(each) else each for each in args])


@app.command(cls=QueryCommand, epilog=epilog(*EXAMPLES))
def query(
    context: typer.Context,
    sql: Annotated[
        str | None,
        typer.Argument(
            help="A query on the current release or, with --staging, on what the last run read; a name alone is all of "
            "that view or table; - reads standard input."
        ),
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="File that holds the query, in UTF-8.")] = None,
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

    settings, sql = settings_for(data_dir), _given(sql, file)
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


def _given(sql: str | None, file: Path | None) -> str:
    """Return the query that was given, in whichever of the three ways. Raises SettingsError unless it is one."""
    if (sql is None) == (file is None):
        raise SettingsError("give one query: as an argument, in a file (--file FILE), or on standard input (-)")
    if sql is not None and sql != STDIN:
        return f"from {sql}" if NAME.fullmatch(sql) else sql
    name = str(file or STDIN)
    try:
        return (sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()).decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"the query in {name} cannot be read: {error.strerror}; name a file that can") from error
    except ValueError as error:
        raise SettingsError(f"the query in {name} is no text in UTF-8: {error}; save it as that") from error


def _print_answer(columns: list[str], rows: list[tuple[Any, ...]], count: int) -> None:
    show("", columns, [[None if value is None else _shortened(str(value)) for value in row] for row in rows])
    more = f", the first {len(rows)} shown; --format csv gives all" if count > len(rows) else ""
    say(f"{count:,} row{'' if count == 1 else 's'}{more}")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters; --format csv gives all)"
