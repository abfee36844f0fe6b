"""``passend diff``: what changed between two releases."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from pipeline.cli import completion
from pipeline.cli.application import AsJson, DataDir, app, epilog, settings_for
from pipeline.cli.output import print_json, say


@app.command(epilog=epilog("passend diff", "passend diff 2026.08 latest --examples 10", "passend diff --json"))
def diff(
    before: Annotated[
        str | None,
        typer.Argument(
            metavar="[A]", help="The older release: its name, or how its name or hash begins.", autocompletion=completion.releases
        ),
    ] = None,
    after: Annotated[
        str | None,
        typer.Argument(metavar="[B]", help="The newer one; without it, the current release.", autocompletion=completion.releases),
    ] = None,
    examples: Annotated[int, typer.Option("--examples", min=0, max=20, help="Rows to show of each table.")] = 3,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Show what changed between two releases.

    By default the current release is compared with the one before it.
    """
    from pipeline.contracts.loading import load_contracts
    from pipeline.releases.difference import compare
    from pipeline.releases.difference_text import text
    from pipeline.releases.release import find, previous

    folder = settings_for(data_dir).releases_dir
    newer = find(folder, after or "latest")
    older = find(folder, before) if before else previous(folder, newer)
    found = compare(older, newer, load_contracts("curated"))
    if as_json:
        names = ("version", "created", "origins", "fictitious", "code_version")
        sides = {side: {name: made[name] for name in names} for side, made in (("before", found.before), ("after", found.after))}
        schools = {what: asdict(each) for what, each in found.schools.items()}
        print_json({**sides, "schools": schools, "tables": [asdict(each) for each in found.tables]})
    else:
        say(text(found, examples), hang="    ")
