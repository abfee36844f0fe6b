"""``passend sources``: the catalogue and the state of each registry."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from pipeline.cli.application import AsJson, DataDir, app, settings_for
from pipeline.cli.screen import OUT, plain, print_json, right, table_of


@app.command()
def sources(
    source: Annotated[list[str] | None, typer.Option("--source", help="Show the state as seen from these origins only.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List the catalogue and the state of each registry: never, fresh, stale or refused; and every file refused or accepted."""
    from datetime import UTC, datetime

    from pipeline.archive import Archive
    from pipeline.catalogue import load_catalogue
    from pipeline.fetch import states
    from pipeline.origins import origin_key

    settings = settings_for(data_dir, source)
    keys = [origin_key(settings, each) for each in settings.sources] if source else None
    rows = states(load_catalogue(), Archive(settings.archive_dir), keys, datetime.now(UTC))
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    shown = table_of("Catalogue", "dataset", "state", "since", *right("files"), "looked at", "message")
    for row in rows:
        since, looked = ((each or "")[:10] for each in (row.since, row.checked_at))
        shown.add_row(row.dataset, row.state, since, f"{row.files:,}", looked, plain(row.message))
    OUT.print(shown)
    for row in rows:
        for file in row.refused:
            OUT.print(
                f"refused: {row.dataset} {plain(file.name)}, since {file.fetched_at[:10]}: {plain(file.reason or '')}\n"
                f"         kept as {plain(str(file.path))}", highlight=False, soft_wrap=True,
            )  # fmt: skip
        for file in row.accepted:
            OUT.print(f"accepted: {row.dataset} {plain(file.name)}, {plain(file.reason or '')}", highlight=False, soft_wrap=True)
