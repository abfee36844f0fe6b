"""``passend accept``: what the gate refused because it drifted is what upstream gives from now on."""

from __future__ import annotations

import difflib
from typing import Annotated

import typer

from pipeline.cli.application import EXIT_CODES, DataDir, app, settings_for, writable
from pipeline.cli.screen import OUT, plain


@app.command(epilog=EXIT_CODES)
def accept(
    dataset: Annotated[
        str, typer.Argument(metavar="DATASET", help="A registry of which `passend sources` shows a refused file.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why it may be used; kept beside the file and shown in table bron.")],
    data_dir: DataDir = None,
) -> None:
    """Accept the refused file of a registry, exactly those bytes, for the next run to use.

    Example: passend accept vestigingen_bo --reason "the publisher left out closed schools, see its notice of 2026-11-02"
    """
    from datetime import UTC, datetime

    from pipeline.acceptance import accept as accepting
    from pipeline.archive import Archive
    from pipeline.catalogue import load_catalogue
    from pipeline.errors import SettingsError

    catalogue = load_catalogue()
    if dataset not in catalogue:
        near = difflib.get_close_matches(dataset, catalogue, 3)
        raise SettingsError(f"there is no registry {dataset!r}; near it are {', '.join(near or catalogue)}")
    settings = writable(settings_for(data_dir))
    for file in accepting(dataset, Archive(settings.archive_dir), reason, datetime.now(UTC)):
        OUT.print(
            f"accepted: {dataset} {plain(file.name)} ({file.bytes:,} bytes, sha256 {file.sha256})\n"
            f"          refused because: {plain(file.reason or '')}\n"
            "the next `passend run` uses these bytes, and no others", highlight=False, soft_wrap=True,
        )  # fmt: skip
