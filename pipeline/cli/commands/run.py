"""``passend run``: fetch, make what is not up to date, check, publish."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.application import EXIT_CODES, DataDir, app, enough_room, entry, settings_for, writable
from pipeline.cli.screen import ERR, OUT, plain, right, table_of
from pipeline.errors import FetchError, SettingsError

if TYPE_CHECKING:
    from pipeline.session import Step
    from pipeline.summary import Summary


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
    accept_diff: Annotated[
        str | None,
        typer.Option("--accept-diff", metavar="REASON", help="Publish although more is gone than the limits allow, and say why."),
    ] = None,
) -> None:
    """Fetch the registries, make what is not up to date, check it, and publish a release.

    Examples: passend run | passend run --source live | passend run --source ./duo-2026-08 --source ./reference
    """
    from pipeline.validation import Validator

    if accept_diff is not None and not accept_diff.strip():
        raise SettingsError("--accept-diff needs the reason, which the release then states; say why so much may be gone")
    settings = writable(settings_for(data_dir, source))
    with enough_room(settings), _progress() as report, Validator() as validator:
        if not settings.warehouse_path.exists():
            validator.warm()  # a first run checks everything: let its process start beside all that follows
        start: Callable[..., Summary] = entry("passend.orchestrator")
        summary = start(settings, only, report, validator, accept_diff)
    _show(summary)
    _tell_overdue(summary)


@contextmanager
def _progress() -> Iterator[Callable[[Step], None]]:
    """A line per step that did something; on a terminal also what is going on now."""
    with ERR.status("starting") as status:

        def report(step: Step) -> None:
            status.update(f"{step.kind} {step.subject}")
            if step.unchanged:
                return
            unit = {"fetch": "files", "check": "checks", "prune": "files"}.get(step.kind, "rows")
            rows = "" if step.rows is None else f"{step.rows:>9,} {unit}"
            if step.kind != "fetch" or step.rows:
                ERR.print(f"  {step.kind:<8}{step.subject:<38}{rows:<17}{step.seconds:6.2f} s", highlight=False)

        yield report


def _show(summary: Summary) -> None:
    datasets = table_of("Registries", "dataset", "state", *right("files", "read", "loaded", "rejected"))
    never = []
    for each in summary.datasets:
        if each.state == "never":
            never.append(each.dataset)
        else:
            datasets.add_row(each.dataset, each.state, *(f"{n:,}" for n in (each.files, each.read, each.loaded, each.rejected)))
    OUT.print(datasets)
    for each in summary.datasets:
        for message in each.messages if each.state != "never" else ():
            OUT.print(f"{each.dataset}: {plain(message)}", highlight=False)
    if never:
        OUT.print(f"not at hand from these origins: {', '.join(never)}", highlight=False)
    tables = table_of("Tables", "table", *right("rows"))
    for name, count in summary.tables.items():
        tables.add_row(name, f"{count:,}")
    OUT.print(tables)
    methods = table_of("Links by method", "sector", "method", *right("links"))
    for sector, method, count in summary.methods:
        methods.add_row(sector, "unresolved" if method == "-" else method, f"{count:,}")
    OUT.print(methods)
    for outcome in summary.not_passed:
        rows = "" if outcome.unexpected is None else f" for {outcome.unexpected:,} of {outcome.checked:,}"
        OUT.print(
            f"{outcome.severity}: {outcome.table}.{outcome.check} {outcome.status}{rows}: {plain(outcome.reason)}",
            highlight=False,
        )
    total = sum(summary.checks.values())
    OUT.print(f"checks: {total}, of which {summary.checks.get('passed', 0)} passed; {summary.seconds:.1f} s", highlight=False)
    if summary.release:
        OUT.print(
            f"release{' (unchanged)' if summary.release.unchanged else ''}: {summary.release.path}",
            highlight=False,
            soft_wrap=True,
        )
        if summary.release.note:
            OUT.print(summary.release.note, markup=False, highlight=False)


def _tell_overdue(summary: Summary) -> None:
    """Raises FetchError when a registry is out of order for longer than its cadence: the run is done, and not all is well."""
    late = [f"{each.dataset} (since {each.overdue})" for each in summary.datasets if each.overdue]
    if late:
        raise FetchError(
            f"everything was made, of parts that are too old: not in order for longer than their cadence are {', '.join(late)}. "
            "`passend sources` says why; when upstream changed for good, `passend accept` takes what was refused"
        )
