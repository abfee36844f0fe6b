"""``passend rebuild``: a release made once more from the archive, and held against the one that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.application import EXIT_CODES, DataDir, app, entry, settings_for
from pipeline.cli.screen import ERR, OUT, right, table_of
from pipeline.errors import CheckError

if TYPE_CHECKING:
    from pipeline.project import Project


@app.command(epilog=EXIT_CODES)
def rebuild(
    release: Annotated[
        str, typer.Argument(metavar="[RELEASE]", help="Which one: its name, or how it begins; without it, the current one.")
    ] = "latest",
    data_dir: DataDir = None,
) -> None:
    """Make a release again from the archive, without network, and tell whether every Parquet file is the same, byte for byte."""
    from pipeline.rebuild import reasons
    from pipeline.rebuild import rebuild as make_again
    from pipeline.shelf import find

    settings = settings_for(data_dir)
    found = find(settings.releases_dir, release)
    load_project: Callable[[], Project] = entry("passend.project")
    with ERR.status("making it again") as status:
        tables = make_again(settings, load_project(), found, lambda step: status.update(f"{step.kind} {step.subject}"))
    shown = table_of(f"Release {found.path.name}, made again", "table", *right("rows"), "sha256", "same bytes")
    for each in tables:
        rows = each.rows_now if each.rows is None else each.rows
        shown.add_row(each.table, f"{rows or 0:,}", (each.hash or "-").removeprefix("sha256:")[:12], "yes" if each.same else "NO")
    OUT.print(shown)
    if not all(each.same for each in tables):
        raise CheckError(reasons(found, tables))
    OUT.print(f"all {len(tables)} tables are the same, byte for byte", highlight=False)
