"""``passend open``: the map of the current release, in the browser of whoever asks."""

from __future__ import annotations

import webbrowser
from typing import Annotated

import typer

from pipeline.cli.application import DataDir, app, epilog, settings_for
from pipeline.cli.output import say


@app.command("open", epilog=epilog("passend open", "passend open --print"))
def open_site(
    only_print: Annotated[bool, typer.Option("--print", help="Only print its address, for a machine without a screen.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Open the map of the current release in a browser."""
    from pipeline.releases.release import current
    from pipeline.site.build import FOLDER, PAGE

    address = (current(settings_for(data_dir).releases_dir).path / FOLDER / PAGE).as_uri()
    if only_print or not webbrowser.open(address):
        say(address)
