"""``passend rebuild``: a release made once more from the archive, and held against the one that is there."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from pipeline.cli import completion
from pipeline.cli.application import AsJson, DataDir, app, epilog, settings_for
from pipeline.cli.orchestrator import Orchestrator
from pipeline.cli.output import print_json, say, show
from pipeline.cli.progress import progress
from pipeline.errors import CheckError


@app.command(epilog=epilog("passend rebuild", "passend rebuild 2026.08"))
def rebuild(
    context: typer.Context,
    release: Annotated[
        str,
        typer.Argument(
            metavar="[RELEASE]", help="Name, or how its name or hash begins; by default the current one.",
            autocompletion=completion.releases,
        ),
    ] = "latest",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:  # fmt: skip
    """Make a release again from the archive, and compare the two.

    Nothing is retrieved and the release stays as it is. Every Parquet file must be the same, byte for byte.
    """
    from pipeline.releases.release import find
    from pipeline.run.rebuild import reasons
    from pipeline.run.rebuild import rebuild as make_again

    settings = settings_for(data_dir)
    found = find(settings.releases_dir, release)
    orchestrator: Orchestrator = context.obj
    with progress(lines=False) as report:
        tables = make_again(settings, orchestrator.load_project(), found, report)
    same = all(each.same for each in tables)
    if as_json:
        print_json({"release": found.path.name, "same": same, "tables": [asdict(each) | {"same": each.same} for each in tables]})
    else:
        show(f"Release {found.path.name}, made again", ("table", "rows", "sha256", "same bytes"), (
            (each.table, f"{(each.rows_now if each.rows is None else each.rows) or 0:,}",
             (each.hash or "-").removeprefix("sha256:")[:12], "yes" if each.same else "NO") for each in tables
        ), ("rows",))  # fmt: skip
    if not same:
        raise CheckError(reasons(found, tables))
    if not as_json:
        say(f"all {len(tables)} tables are the same, byte for byte")
