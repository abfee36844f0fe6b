"""``passend funding``: the support money of one samenwerkingsverband, as on paper."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipeline.cli.application import AsJson, DataDir, app, epilog, settings_for
from pipeline.cli.output import print_json
from pipeline.errors import SettingsError

EXAMPLES = (
    "passend funding PO2707",
    "passend funding PO2707 --periode 2015-2016",
    "passend funding PO2707 --periode 2015-2016 \\\n      --what-if zware_ondersteuning_norm=330.00",
)


@app.command(epilog=epilog(*EXAMPLES))
def funding(
    swv: Annotated[str, typer.Argument(metavar="SWV", help="The samenwerkingsverband, such as PO2707.")],
    periode: Annotated[
        str | None,
        typer.Option(
            "--periode",
            help="School year 2015-2016 or calendar year 2016; by default the most complete one, below a list of all.",
        ),
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option("--what-if", metavar="NAME=EURO", help="Another amount, for a parameter or a line. May be repeated."),
    ] = None,
    telling: Annotated[
        list[str] | None,
        typer.Option("--telling", metavar="LINE=COUNT", help="A count that the SWV itself knows. May be repeated."),
    ] = None,
    percentage: Annotated[
        list[str] | None,
        typer.Option("--percentage", metavar="LINE=PERCENT", help="A percentage that the SWV itself knows. May be repeated."),
    ] = None,
    gepubliceerd_op: Annotated[
        str | None,
        typer.Option("--gepubliceerd-op", metavar="DAY", help="Use amounts as published on this day (2023-06-01)."),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Show the support money of one SWV, line by line."""
    from pipeline.funding import statement
    from pipeline.funding.lookup import find_build_up, find_swv
    from pipeline.funding.scenario import Scenario, recompute
    from pipeline.releases.release import current, opened

    scenario = Scenario.read(what_if or (), telling or (), percentage or (), gepubliceerd_op)
    release = current(settings_for(data_dir).releases_dir)
    with opened(release.path) as database:
        found = find_swv(database, release.description, swv)
        if periode is None and not scenario.empty:
            have = ", ".join(each["periode"] for each in found.periods)
            raise SettingsError(f"say of which period with --periode; {found.code} has {have or 'none'}")
        written, data = "", statement.periods_data(found)
        if shown := periode or found.fullest:
            rows, parameters = find_build_up(database, found, shown)
            result = recompute(rows, parameters, scenario)
            written = statement.build_up_text(found, shown, result, scenario)
            sheet = statement.build_up_data(found, shown, result)
            data = sheet if periode else data | sheet
        if periode is None:
            written += statement.periods_text(found)
    if as_json:
        print_json(data)
    else:
        sys.stdout.write(written)
