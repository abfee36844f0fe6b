"""``passend check``: the current release against every contract, and its files and site as they were made."""

from __future__ import annotations

from pipeline.cli.application import EXIT_CODES, DataDir, app, settings_for
from pipeline.cli.screen import OUT, table_of


@app.command(epilog=EXIT_CODES)
def check(data_dir: DataDir = None) -> None:
    """Check the current release against every contract."""
    from pipeline.checking import check_release
    from pipeline.contracts import load_contracts
    from pipeline.errors import CheckError
    from pipeline.release import current, verify
    from pipeline.report import REPORT
    from pipeline.site.build import verify_site

    release = current(settings_for(data_dir).releases_dir)
    verify(release.path)
    verify_site(release.path)
    contracts = load_contracts("curated")
    outcomes = list(check_release(release, contracts))
    shown = table_of(f"Release {release.path.name}", "table", "check", "severity", "outcome", "rows")
    for each in outcomes:
        if each.status != "passed":
            rows = "" if each.unexpected is None else f"{each.unexpected:,} of {each.checked:,}"
            shown.add_row(each.table, each.check, each.severity, each.status, rows or each.message)
    passed = sum(each.status == "passed" for each in outcomes)
    if shown.row_count:
        OUT.print(shown)
    OUT.print(
        f"{len(outcomes)} checks of {len(contracts)} tables: {passed} passed, {len(outcomes) - passed} did not; "
        "files and hashes verified"
    )
    if (page := release.path / REPORT).is_file():
        OUT.print(f"what they found when it was approved: {page}", highlight=False, soft_wrap=True)
    if blocking := [each for each in outcomes if each.blocks]:
        raise CheckError(f"{len(blocking)} critical checks of the current release did not pass; it should not be used")
