"""``passend export``: the current release in other formats, here or elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.application import EXIT_CODES, DataDir, app, settings_for
from pipeline.cli.screen import OUT, right, table_of

HELP = "csv, csv-excel, geojson, geoparquet, xlsx, parquet or duckdb; without it csv, geojson, geoparquet and xlsx."


@app.command(epilog=EXIT_CODES)
def export(
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="A folder, or an address (s3://bucket/path).")] = "export",
    form: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="FORMAT", help=f"{HELP} May be repeated."),
    ] = None,
    table: Annotated[list[str] | None, typer.Option("--table", metavar="TABLE", help="Only this table. May be repeated.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Write the current release in other formats, with a data package, DCAT-AP-NL, CSVW and a citation beside them.

    Examples: passend export | passend export --table vestiging | passend export --to s3://bucket/path --format parquet
    """
    from pipeline.contracts import load_contracts
    from pipeline.opendata import export as exports
    from pipeline.release import current

    release = current(settings_for(data_dir).releases_dir)
    done = exports.export(release, load_contracts("curated"), to, form or (), table or ())
    folders: dict[str, list[int]] = {}
    for path, size in done.files.items():
        folders.setdefault(path.partition("/")[0] if "/" in path else "descriptions", []).append(size)
    shown = table_of(f"Release {release.path.name}", "format", *right("files", "bytes"))
    for folder, sizes in folders.items():
        shown.add_row(folder, f"{len(sizes):,}", f"{sum(sizes):,}")
    OUT.print(shown)
    OUT.print(f"export: {done.place}", highlight=False, soft_wrap=True)
