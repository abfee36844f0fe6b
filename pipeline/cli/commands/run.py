"""``passend run``: fetch, make what is not up to date, check, publish."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import completion
from pipeline.cli.application import AsJson, DataDir, app, enough_room, epilog, settings_for, writable
from pipeline.cli.orchestrator import Orchestrator
from pipeline.cli.output import print_json, say, show
from pipeline.cli.progress import progress
from pipeline.errors import FetchError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.run.summary import Summary


EXAMPLES = (
    "passend run",
    "passend run --source live",
    "passend run --source ./duo-2026-08 --source ./reference",
    "passend run --only samenwerkingsverband",
)


@app.command(epilog=epilog(*EXAMPLES))
def run(
    context: typer.Context,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", help="Origin: sandbox, live, or a folder with a datapackage.json. May be repeated."),
    ] = None,
    data_dir: DataDir = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--only", metavar="TABLE", help="Make one table and what it is made from; publish no release.",
            autocompletion=completion.all_tables,
        ),
    ] = None,
    accept_diff: Annotated[
        str | None,
        typer.Option(
            "--accept-diff", metavar="TABLES: REASON",
            help="Publish although more of these tables (or of all) is gone than allowed, for this reason.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Fetch the registries, make what is out of date and publish it.

    A release is published when every critical check has passed and its content differs from that of the current release.
    """
    from pipeline.checks.process import Validator
    from pipeline.contracts.loading import load_contracts
    from pipeline.releases.shrinkage import Accepted
    from pipeline.store.objects import SCRATCH

    accepted = None if accept_diff is None else Accepted.parse(accept_diff, load_contracts("curated"))
    settings = writable(settings_for(data_dir, source))
    with enough_room(settings), progress() as report, Validator(settings.data_dir / SCRATCH) as validator:
        if not (settings.data_dir / "checks").exists():
            validator.warm()  # a first run checks everything: let its process start beside all that follows
        orchestrator: Orchestrator = context.obj
        summary = orchestrator.run(settings, only, report, validator, accepted)
    if as_json:
        print_json(_document(summary))
    else:
        _show(summary, data_dir)
    _tell_overdue(summary)


def _document(summary: Summary) -> dict[str, Any]:
    """What came of a run, for a program."""
    made = summary.release
    return {
        "release": made and {"name": made.path.name, "path": made.path, "unchanged": made.unchanged, "note": made.note},
        "datasets": [asdict(each) for each in summary.datasets],
        "tables": summary.tables,
        "checks": summary.checks,
        "not_passed": [each.as_dict() for each in summary.not_passed],
        "links": [{"sector": sector, "methode": method, "links": count} for sector, method, count in summary.methods],
        "notes": summary.notes,
        "seconds": round(summary.seconds, 1),
    }


def _show(summary: Summary, data_dir: Path | None) -> None:
    from pipeline.checks.outcome import SHOWN

    for note in summary.notes:
        say(note, hang="  ")
    at_hand = [each for each in summary.datasets if each.state != "never"]
    counts = ("files", "read", "loaded", "rejected")
    show("Registries", ("dataset", "state", *counts), (
        (each.dataset, each.state, *(f"{n:,}" for n in (each.files, each.read, each.loaded, each.rejected))) for each in at_hand
    ), counts)  # fmt: skip
    for each in at_hand:
        for message in each.messages:
            say(f"{each.dataset}: {message}", hang="  ")
    if never := [each.dataset for each in summary.datasets if each.state == "never"]:
        say(f"not at hand from these origins: {', '.join(never)}", hang="  ")
    show("Tables", ("table", "rows"), ((name, f"{count:,}") for name, count in summary.tables.items()), ("rows",))
    show("Links by method", ("sector", "method", "links"), (
        (sector, "unresolved" if method == "-" else method, f"{count:,}") for sector, method, count in summary.methods
    ), ("links",))  # fmt: skip
    for outcome in summary.not_passed:
        rows = "" if outcome.unexpected is None else f" for {outcome.unexpected:,} of {outcome.checked:,}"
        few = f" ({outcome.shown(SHOWN)})" if 0 < len(outcome.examples) <= SHOWN else ""
        say(f"{outcome.severity}: {outcome.table}.{outcome.check} {outcome.status}{rows}{few}: {outcome.reason}", hang="  ")
    total = sum(summary.checks.values())
    say(f"checks: {total}, of which {summary.checks.get('passed', 0)} passed; {summary.seconds:.1f} s")
    if summary.release:
        say(f"release{' (unchanged)' if summary.release.unchanged else ''}: {summary.release.path}", hang="  ")
        if summary.release.note:
            say(summary.release.note)
        there = f" --data-dir {shlex.quote(str(data_dir))}" if data_dir else ""
        say(f"to see it: passend open{there}")
        say(f"to ask it: passend query school_en_swv{there} (passend tables{there} lists what else)", hang="  ")


def _tell_overdue(summary: Summary) -> None:
    """Raises FetchError when a registry is out of order for longer than its cadence: the run is done, and not all is well."""
    late = [f"{each.dataset} (since {each.overdue})" for each in summary.datasets if each.overdue]
    if late:
        raise FetchError(
            f"everything was made, of parts that are too old: not in order for longer than their cadence are {', '.join(late)}. "
            "`passend sources` says why; when upstream changed for good, `passend accept` takes what was refused"
        )
