"""``passend accept``: a file that was refused because it drifted is what upstream gives from now on."""

from __future__ import annotations

import difflib
from typing import Annotated

import typer

from pipeline.cli import completion
from pipeline.cli.application import AsJson, DataDir, app, epilog, settings_for, writable
from pipeline.cli.output import print_json, say

EXAMPLE = 'passend accept vestigingen_bo --reason "closed schools are no longer listed"'


@app.command(epilog=epilog(EXAMPLE))
def accept(
    dataset: Annotated[
        str,
        typer.Argument(
            metavar="DATASET", help="A registry of which `passend sources` shows a refused file.",
            autocompletion=completion.datasets,
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why it may be used; kept beside the file and shown in table bron.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:  # fmt: skip
    """Accept the refused file of a registry.

    The next run uses exactly those bytes. Whatever the registry gives later is compared with them.
    """
    from datetime import UTC, datetime

    from pipeline.archive.archive import Archive
    from pipeline.archive.overrides import accept as accepting
    from pipeline.errors import SettingsError
    from pipeline.registries.catalogue import load_catalogue
    from pipeline.store.objects import Store

    catalogue = load_catalogue()
    if dataset not in catalogue:
        near = difflib.get_close_matches(dataset, catalogue, 3)
        raise SettingsError(f"there is no registry {dataset!r}; near it are {', '.join(near or catalogue)}")
    settings = writable(settings_for(data_dir))
    files = accepting(dataset, Archive(Store(settings.data_dir)), reason, datetime.now(UTC))
    if as_json:
        accepted = [
            {"name": file.name, "bytes": file.bytes, "sha256": file.sha256, "refused_because": file.reason} for file in files
        ]
        print_json({"dataset": dataset, "reason": reason.strip(), "accepted": accepted})
        return
    for file in files:
        say(f"accepted: {dataset} {file.name} ({file.bytes:,} bytes, sha256 {file.sha256})", hang="  ")
        say(f"  refused because: {file.reason}", hang="  ")
    say("the next `passend run` uses these bytes, and no others")
