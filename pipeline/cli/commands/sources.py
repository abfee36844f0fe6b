"""``passend sources``: the catalogue and the state of each registry."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.application import AsJson, DataDir, app, epilog, settings_for
from pipeline.cli.output import print_json, say, show

if TYPE_CHECKING:
    from pipeline.archive.archive import Archive
    from pipeline.archive.states import RegistryState
    from pipeline.registries.files import SourceFile

FILE = (
    "dataset", "name", "sha256", "bytes", "path", "url", "fetched_at", "peildatum", "licence", "publisher", "accepted", "reason",
    "acceptable",
)  # fmt: skip


@app.command(epilog=epilog("passend sources", "passend sources --source live", "passend sources --json"))
def sources(
    source: Annotated[list[str] | None, typer.Option("--source", help="Show the state as seen from these origins only.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List the registries and the state of each.

    The state is never (not looked at yet), fresh, stale or refused. Files that were refused or accepted are listed below.
    """
    from datetime import UTC, datetime

    from pipeline.archive.archive import Archive
    from pipeline.archive.states import states
    from pipeline.registries.catalogue import load_catalogue
    from pipeline.registries.origins import origin_key
    from pipeline.store.objects import Store

    settings = settings_for(data_dir, source)
    keys = [origin_key(settings, each) for each in settings.sources] if source else None
    archive = Archive(Store(settings.data_dir))
    rows = states(load_catalogue(), archive, keys, datetime.now(UTC))
    if as_json:
        print_json([_plain(archive, row) for row in rows])
        return
    columns = ("dataset", "state", "since", "files", "looked at")
    show("Catalogue", columns, (
        (row.dataset, row.state, (row.since or "")[:10], f"{row.files:,}", (row.checked_at or "")[:10]) for row in rows
    ), ("files",))  # fmt: skip
    for row in rows:
        if row.message:
            say(f"{row.dataset}: {row.message}", hang="  ")
        for file in row.refused:
            say(f"refused: {row.dataset} {file.name}, since {file.fetched_at[:10]}: {file.reason}", hang="  ")
            say(f"  kept as {archive.address(file)}", hang="  ")
        for file in row.accepted:
            say(f"accepted: {row.dataset} {file.name}, {file.reason}", hang="  ")


def _plain(archive: Archive, row: RegistryState) -> dict[str, Any]:
    """Return a registry's state as it is printed: of each file what a person may want to know, and where it is kept."""

    def shown(file: SourceFile) -> dict[str, Any]:
        facts = asdict(file) | {"path": archive.address(file)}
        return {name: facts[name] for name in FILE}

    return asdict(row) | {"refused": [*map(shown, row.refused)], "accepted": [*map(shown, row.accepted)]}
