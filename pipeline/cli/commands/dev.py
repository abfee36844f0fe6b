"""``passend dev``: the Dagster UI on this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from pipeline.cli.application import DataDir, app, entry, epilog, settings_for, writable


@app.command(epilog=epilog("passend dev", "passend dev --port 3001 --source live"))
def dev(
    data_dir: DataDir = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="Origins for runs started in the UI.")] = None,
    port: Annotated[int, typer.Option("--port", help="Port on this machine.")] = 3000,
) -> None:
    """Start the Dagster UI on this machine (loopback only). Stop it with Ctrl-C."""
    start: Callable[..., None] = entry("passend.ui")
    start(writable(settings_for(data_dir, source)), port)
