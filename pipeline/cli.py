"""The command ``passend``: what a person types, and what it shows them.

Belongs here: options, tables on the screen, exit codes. Does not belong here: the work itself, and who orchestrates it:
that is found through the entry points ``passend.orchestrator`` (run) and ``passend.ui`` (dev).
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Column, Table

from pipeline.errors import PassendError, SettingsError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.session import Step
    from pipeline.summary import Summary

EXIT_CODES = """
Exit codes: 0 done, 1 unexpected failure, 2 wrong setting, option or query, 3 a registry could not be retrieved,
4 a file is not what its contract says, 5 a critical check failed or could not be carried out (the last release stands),
6 another run is at work, 7 the private warehouse file is damaged, 130 stopped by Ctrl-C.
"""
INTERRUPTED = 130  # as every shell knows it: 128 and the number of the signal

app = typer.Typer(
    help="The open data pipeline under passend onderwijs: school locations, samenwerkingsverbanden, support money.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
out, err = Console(), Console(stderr=True)
DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Folder for archive, warehouse and releases (PASSEND_DATA_DIR; ./data)."),
]


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")] = False,
) -> None:
    context.obj = debug


@app.command(epilog=EXIT_CODES)
def run(
    source: Annotated[
        list[str] | None,
        typer.Option("--source", help="Origin: sandbox, live, or a folder with a datapackage.json. May be repeated."),
    ] = None,
    data_dir: DataDir = None,
    only: Annotated[
        str | None, typer.Option("--only", metavar="TABLE", help="Make one table and what it needs; no release.")
    ] = None,
) -> None:
    """Fetch the registries, make what is not up to date, check it, and publish a release.

    Examples: passend run | passend run --source live | passend run --source ./duo-2026-08 --source ./reference
    """
    from pipeline.validation import Validator

    settings = _writable(_settings(data_dir, source))
    with _progress() as report, Validator() as validator:
        if not settings.warehouse_path.exists():
            validator.warm()  # a first run checks everything: let its process start beside all that follows
        start: Callable[..., Summary] = _entry("passend.orchestrator")
        summary = start(settings, only, report, validator)
    _show(summary)


@app.command()
def sources(
    source: Annotated[list[str] | None, typer.Option("--source", help="Show the state as seen from these origins only.")] = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the catalogue and the state of each registry: never, fresh, stale or refused."""
    from datetime import UTC, datetime

    from pipeline.archive import Archive
    from pipeline.catalogue import load_catalogue
    from pipeline.fetch import states
    from pipeline.origins import origin_key

    settings = _settings(data_dir, source)
    keys = [origin_key(settings, each) for each in settings.sources] if source else None
    rows = states(load_catalogue(), Archive(settings.archive_dir), keys, datetime.now(UTC))
    if as_json:
        json.dump([asdict(row) for row in rows], sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return
    table = _table("Catalogue", "dataset", "state", *_right("files"), "looked at", "message")
    for row in rows:
        table.add_row(row.dataset, row.state, f"{row.files:,}", (row.checked_at or "")[:10], _plain(row.message))
    out.print(table)


@app.command(epilog=EXIT_CODES)
def check(data_dir: DataDir = None) -> None:
    """Check the current release against every contract."""
    from pipeline.checking import check_release
    from pipeline.contracts import load_contracts
    from pipeline.errors import CheckError
    from pipeline.release import current, verify

    release = current(_settings(data_dir).releases_dir)
    verify(release.path)
    contracts = load_contracts("curated")
    outcomes = list(check_release(release, contracts))
    table = _table(f"Release {release.path.name}", "table", "check", "severity", "outcome", "rows")
    for each in outcomes:
        if each.status != "passed":
            rows = "" if each.unexpected is None else f"{each.unexpected:,} of {each.checked:,}"
            table.add_row(each.table, each.check, each.severity, each.status, rows or each.message)
    passed = sum(each.status == "passed" for each in outcomes)
    if table.row_count:
        out.print(table)
    out.print(
        f"{len(outcomes)} checks of {len(contracts)} tables: {passed} passed, {len(outcomes) - passed} did not; "
        "files and hashes verified"
    )
    if blocking := [each for each in outcomes if each.blocks]:
        raise CheckError(f"{len(blocking)} critical checks of the current release did not pass; it should not be used")


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

    answer = ask(_settings(data_dir).releases_dir, sql)
    if form is Format.table:
        _print_answer(answer.columns, answer.rows(limit=200), answer.count)
    elif form is Format.json:
        json.dump(answer.records(), sys.stdout, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write("\n")
    elif form is Format.csv:
        answer.write_csv(sys.stdout.buffer)
    else:
        answer.write_parquet(sys.stdout.buffer)


@app.command(epilog=EXIT_CODES)
def funding(
    swv: Annotated[str, typer.Argument(metavar="SWV", help="The samenwerkingsverband, such as PO2707.")],
    periode: Annotated[
        str | None, typer.Option("--periode", help="School year 2015-2016 or calendar year 2016; without it, what there is.")
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option("--what-if", metavar="NAME=EURO", help="Another amount, for a parameter or a line. May be repeated."),
    ] = None,
    telling: Annotated[
        list[str] | None,
        typer.Option("--telling", metavar="LINE=COUNT", help="A count that the SWV itself knows. May be repeated."),
    ] = None,
    percentage: Annotated[
        list[str] | None,
        typer.Option("--percentage", metavar="LINE=PERCENT", help="A percentage that the SWV itself knows. May be repeated."),
    ] = None,
    gepubliceerd_op: Annotated[
        str | None, typer.Option("--gepubliceerd-op", metavar="DAY", help="With amounts as published on this day (2023-06-01).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Write out the support money of one samenwerkingsverband, line by line, from the current release.

    Example: passend funding PO2707 --periode 2015-2016 --what-if "zware_ondersteuning_norm=330.00"
    """
    from pipeline import funding_paper as paper
    from pipeline.funding_lookup import find_build_up, find_swv
    from pipeline.funding_scenario import Scenario, recompute

    scenario = Scenario.read(what_if or (), telling or (), percentage or (), gepubliceerd_op)
    releases = _settings(data_dir).releases_dir
    found = find_swv(releases, swv)
    if periode is None:
        if not scenario.empty:
            have = ", ".join(each["periode"] for each in found.periods)
            raise SettingsError(f"say of which period with --periode; {found.code} has {have or 'none'}")
        written, data = paper.periods_text(found), paper.periods_data(found)
    else:
        rows, parameters = find_build_up(releases, found, periode)
        result = recompute(rows, parameters, scenario)
        written, data = paper.build_up_text(found, periode, result, scenario), paper.build_up_data(found, periode, result)
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n" if as_json else written)


@app.command()
def dev(
    data_dir: DataDir = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="Origins for runs started in the UI.")] = None,
    port: Annotated[int, typer.Option("--port", help="Port on this machine.")] = 3000,
) -> None:
    """Start the Dagster UI on this machine (loopback only). Stop it with Ctrl-C."""
    start: Callable[..., None] = _entry("passend.ui")
    start(_writable(_settings(data_dir, source)), port)


def main() -> None:
    """Entry point: every failure of ours is one paragraph and an exit code.

    Two things make it quick. Imports make a million objects that stay, so they are not searched for garbage over and over
    (0.3 s); and the process leaves without taking itself apart piece by piece (0.5 s), for nothing is left to be done.
    """
    gc.set_threshold(100_000, 50, 50)
    debug = "--debug" in sys.argv[1:]
    try:
        code = _run_app([each for each in sys.argv[1:] if each != "--debug"])
    except PassendError as error:
        if debug:
            raise
        code = _fail(str(error), error.exit_code)
    except BrokenPipeError:
        code = 0
    except KeyboardInterrupt:
        code = _fail("stopped; the last release stands, and the next run goes on where this one was", INTERRUPTED)
    except Exception as error:
        if debug:
            raise
        code = _fail(f"unexpected {type(error).__name__}: {error}; run again with --debug for the traceback, and report it", 1)
    with suppress(BrokenPipeError):  # whoever read the answer has read enough
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _run_app(arguments: list[str]) -> int:
    try:
        app(args=arguments)
    except SystemExit as end:
        if end.code == INTERRUPTED:  # Typer says so, and nothing else
            raise KeyboardInterrupt from None
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _fail(message: str, code: int) -> int:
    err.print(f"[bold red]passend:[/] {_plain(message)}", highlight=False)
    return code


def _settings(data_dir: Path | None, source: list[str] | None = None) -> Settings:
    settings = Settings.from_environment(data_dir=data_dir, sources=tuple(source) if source else None)
    folder = settings.data_dir.resolve()
    if folder.exists() and not folder.is_dir():
        raise SettingsError(
            f"{folder} is a file; --data-dir (PASSEND_DATA_DIR) names the folder for archive, warehouse and releases"
        )
    return replace(settings, data_dir=folder)


def _writable(settings: Settings) -> Settings:
    """The same settings, once their folder is there and can be written."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        raise SettingsError(
            f"the data folder {settings.data_dir} cannot be written: {error.strerror}; make room or give rights there, "
            "or choose another with --data-dir"
        ) from error
    return settings


def _entry(group: str) -> Any:
    found = list(entry_points(group=group))
    if not found:
        raise SettingsError(f"nothing is installed for {group}; install the project with `make install` (or pip install -e .)")
    return found[0].load()


@contextmanager
def _progress() -> Iterator[Callable[[Step], None]]:
    """A line per step that did something; on a terminal also what is going on now."""
    with err.status("starting") as status:

        def report(step: Step) -> None:
            status.update(f"{step.kind} {step.subject}")
            if step.unchanged:
                return
            unit = {"fetch": "files", "check": "checks"}.get(step.kind, "rows")
            rows = "" if step.rows is None else f"{step.rows:>9,} {unit}"
            if step.kind != "fetch" or step.rows:
                err.print(f"  {step.kind:<8}{step.subject:<38}{rows:<17}{step.seconds:6.2f} s", highlight=False)

        yield report


def _show(summary: Summary) -> None:
    datasets = _table("Registries", "dataset", "state", *_right("files", "read", "loaded", "rejected"))
    never = []
    for each in summary.datasets:
        if each.state == "never":
            never.append(each.dataset)
        else:
            datasets.add_row(each.dataset, each.state, *(f"{n:,}" for n in (each.files, each.read, each.loaded, each.rejected)))
    out.print(datasets)
    for each in summary.datasets:
        for message in each.messages if each.state != "never" else ():
            out.print(f"{each.dataset}: {_plain(message)}", highlight=False)
    if never:
        out.print(f"not at hand from these origins: {', '.join(never)}", highlight=False)
    tables = _table("Tables", "table", *_right("rows"))
    for name, count in summary.tables.items():
        tables.add_row(name, f"{count:,}")
    out.print(tables)
    methods = _table("Links by method", "sector", "method", *_right("links"))
    for sector, method, count in summary.methods:
        methods.add_row(sector, "unresolved" if method == "-" else method, f"{count:,}")
    out.print(methods)
    for outcome in summary.not_passed:
        rows = "" if outcome.unexpected is None else f" for {outcome.unexpected:,} of {outcome.checked:,}"
        out.print(
            f"{outcome.severity}: {outcome.table}.{outcome.check} {outcome.status}{rows}: {_plain(outcome.reason)}",
            highlight=False,
        )
    total = sum(summary.checks.values())
    out.print(f"checks: {total}, of which {summary.checks.get('passed', 0)} passed; {summary.seconds:.1f} s", highlight=False)
    if summary.release:
        out.print(
            f"release{' (unchanged)' if summary.release.unchanged else ''}: {summary.release.path}",
            highlight=False,
            soft_wrap=True,
        )


def _table(title: str | None, *columns: str | Column) -> Table:
    """A table that leaves room: no box, the first column in one piece."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        if isinstance(column, Column):
            table.columns.append(replace(column, _index=index))
        else:
            table.add_column(column, no_wrap=index == 0)
    return table


def _right(*names: str) -> Iterator[Column]:
    return (Column(name, justify="right", no_wrap=True) for name in names)


def _print_answer(columns: list[str], rows: list[tuple[Any, ...]], count: int) -> None:
    table = _table(None, *columns)
    for row in rows:
        table.add_row(*("" if value is None else _plain(str(value)) for value in row))
    out.print(table)
    out.print(
        f"{count:,} rows" + (f", the first {len(rows)} shown; --format csv gives all" if count > len(rows) else ""),
        highlight=False,
    )


def _plain(text: str) -> str:
    """Text from outside, so that no bracket in it is taken for markup."""
    return text.replace("[", "\\[")
