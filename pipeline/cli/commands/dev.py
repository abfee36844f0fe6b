"""``passend dev``: the Dagster UI on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.application import DataDir, app, epilog, settings_for, writable
from pipeline.cli.orchestrator import Orchestrator


@app.command(epilog=epilog("passend dev", "passend dev --port 3001 --source live"))
def dev(
    context: typer.Context,
    data_dir: DataDir = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="Origins for runs started in the UI.")] = None,
    port: Annotated[int, typer.Option("--port", help="Port on this machine.")] = 3000,
) -> None:
    """Start the Dagster UI on this machine (loopback only). Stop it with Ctrl-C."""
    orchestrator: Orchestrator = context.obj
    orchestrator.serve(writable(settings_for(data_dir, source)), port)
