"""``passend export``: the current release in other formats, here or elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from pipeline.cli import completion
from pipeline.cli.application import AsJson, DataDir, app, epilog, settings_for
from pipeline.cli.output import listed, print_json, say, show
from pipeline.export.formats import NAMES, USUAL

FORMATS = f"{listed(NAMES, 'or')}; without it {listed(USUAL, 'and')}."
EXAMPLES = (
    "passend export",
    "passend export --table vestiging --format csv-excel",
    "passend export --to s3://bucket/path --format parquet --format duckdb",
    "passend export --to s3://bucket/path --keep 3",
)


@app.command(epilog=epilog(*EXAMPLES))
def export(
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="ADDRESS", help="A folder, or an address such as s3://bucket/path.  [data/export]"),
    ] = None,
    form: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="FORMAT", help=f"{FORMATS} May be repeated.", autocompletion=completion.formats),
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option("--table", metavar="TABLE", help="Only this table. May be repeated.", autocompletion=completion.tables),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option("--keep", metavar="N", min=1, help="Remove all but the N newest exports there, once this one is published."),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Write the current release in other formats.

    A data package, DCAT-AP-NL, CSVW and a citation are written beside them.
    """
    from pipeline.contracts.loading import load_contracts
    from pipeline.export import export as exports
    from pipeline.releases.release import current

    settings = settings_for(data_dir)
    release = current(settings.releases_dir)
    place = to or str(settings.data_dir / "export")
    done = exports.export(release, load_contracts("curated"), place, form or (), table or (), keep)
    if as_json:
        print_json(asdict(done))
        return
    folders: dict[str, list[int]] = {}
    for path, size in done.files.items():
        folders.setdefault(path.partition("/")[0] if "/" in path else "descriptions", []).append(size)
    counts = ("files", "bytes")
    rows = [(folder, f"{len(sizes):,}", f"{sum(sizes):,}") for folder, sizes in folders.items()]
    show(f"Release {release.path.name}", ("format", *counts), rows, counts)
    say(f"export: {done.place}", hang="  ")
