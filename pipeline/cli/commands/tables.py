"""``passend tables``: what the current release holds, and what one of its tables is made of."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import completion
from pipeline.cli.application import AsJson, DataDir, app, epilog, settings_for
from pipeline.cli.output import print_json, say, show

if TYPE_CHECKING:
    from pipeline.releases.contents import Item


@app.command(epilog=epilog("passend tables", "passend tables --json"))
def tables(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List what the current release holds, in a sentence each."""
    from pipeline.releases.contents import items
    from pipeline.releases.release import current

    release = current(settings_for(data_dir).releases_dir)
    held = items(release)
    if as_json:
        print_json([asdict(each) for each in held])
        return
    say(f"Release {release.path.name}")
    for kind, group in groupby(held, lambda each: f"{'core ' if each.core else ''}{each.kind}s"):
        say(f"\n{kind}")
        for each in group:
            say(f"  {each.call}{'' if each.rows is None else f' ({each.rows:,} rows)'}: {_shortly(each)}", hang=" " * 6)
    say("")
    say("`passend describe NAME` tells the columns of one, `passend query NAME` shows it")


@app.command(epilog=epilog("passend describe school_en_swv", "passend describe vestiging --json"))
def describe(
    name: Annotated[
        str,
        typer.Argument(help="A view, table or macro of the current release.", autocompletion=completion.held),
    ],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Tell what one of these holds, column by column."""
    from pipeline.releases.contents import columns, item
    from pipeline.releases.release import current

    release = current(settings_for(data_dir).releases_dir)
    found = item(release, name)
    made_of = columns(release, found.name)
    if as_json:
        print_json({**asdict(found), "columns": [asdict(each) for each in made_of]})
        return
    say(f"{found.call}: {found.kind}{'' if found.rows is None else f' of {found.rows:,} rows'}")
    say(found.words)
    if made_of:
        rows = [(each.name, each.type, "always" if each.required else "", each.words) for each in made_of]
        show("", ("column", "type", "filled", "what it means"), rows)


def _shortly(held: Item) -> str:
    """The first sentence; of a table, after its title."""
    title, *rest = held.words.split(". ")
    return f"{title}: {rest[0]}".rstrip(".") if held.kind == "table" and rest else title.rstrip(".")
