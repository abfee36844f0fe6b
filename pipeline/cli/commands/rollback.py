"""``passend rollback``: readers get an earlier release."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.application import EXIT_CODES, DataDir, app, settings_for
from pipeline.cli.screen import OUT
from pipeline.errors import SettingsError


@app.command(epilog=EXIT_CODES)
def rollback(
    release: Annotated[
        str | None, typer.Argument(metavar="[RELEASE]", help="Which one: its name, or how it begins; without it, the one before.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Back to where it was before the rollback.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Point `latest` at an earlier release that verifies.

    What was rolled back from is not published again by a run that makes the same; something new is.
    """
    from datetime import UTC, datetime

    from pipeline.rollback import roll_back
    from pipeline.rollback import undo as undo_rollback
    from pipeline.warehouse import Warehouse

    if undo and release:
        raise SettingsError("--undo goes back to where `latest` was before the rollback; leave out the name of a release")
    settings = settings_for(data_dir)
    with Warehouse(settings.warehouse_path):  # the lock that a run holds: none publishes meanwhile
        now = datetime.now(UTC)
        move = undo_rollback(settings.releases_dir, now) if undo else roll_back(settings.releases_dir, release, now)
    OUT.print(f"latest: {move.origin} -> {move.target}", highlight=False)
    if not undo:
        OUT.print(
            f"A run does not publish {move.origin} again; something new it does. `passend rollback --undo` brings it back.",
            highlight=False, markup=False,
        )  # fmt: skip
