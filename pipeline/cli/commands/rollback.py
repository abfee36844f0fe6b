"""``passend rollback``: readers get an earlier release."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from pipeline.cli import completion
from pipeline.cli.application import AsJson, DataDir, app, epilog, settings_for
from pipeline.cli.output import print_json, say
from pipeline.errors import SettingsError


@app.command(epilog=epilog("passend rollback", "passend rollback 2026.08", "passend rollback --undo"))
def rollback(
    release: Annotated[
        str | None,
        typer.Argument(
            metavar="[RELEASE]", help="Name, or how its name or hash begins; by default the one made before the current one.",
            autocompletion=completion.releases,
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Return to the release that was current before the rollback.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:  # fmt: skip
    """Point `latest` at an earlier release that verifies.

    A run does not publish the content of the release that was rolled back; it does publish new content.
    """
    from datetime import UTC, datetime

    from pipeline.releases.rollback import roll_back
    from pipeline.releases.rollback import undo as undo_rollback

    if undo and release:
        raise SettingsError("--undo goes back to where `latest` was before the rollback; leave out the name of a release")
    settings = settings_for(data_dir)
    now = datetime.now(UTC)
    move = undo_rollback(settings.releases_dir, now) if undo else roll_back(settings.releases_dir, release, now)
    if as_json:
        print_json(asdict(move))
        return
    say(f"latest: {move.origin} -> {move.target}")
    if not undo:
        say(f"A run does not publish {move.origin} again; something new it does. `passend rollback --undo` brings it back.")
