"""``passend check``: the current release against every contract, and its files and site as they were made."""

from __future__ import annotations

from collections import Counter

from pipeline.cli.application import AsJson, DataDir, app, epilog, settings_for
from pipeline.cli.output import print_json, say, show


@app.command(epilog=epilog("passend check", "passend check --json"))
def check(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Check the contracts and file hashes of the current release."""
    from pipeline.contracts.loading import load_contracts
    from pipeline.errors import CheckError
    from pipeline.releases.check import check_release
    from pipeline.releases.release import current, verify
    from pipeline.releases.report import REPORT
    from pipeline.site.build import verify_site

    release = current(settings_for(data_dir).releases_dir)
    verify(release.path)
    verify_site(release.path)
    contracts = load_contracts("curated")
    outcomes = list(check_release(release, contracts))
    not_passed = [each for each in outcomes if each.status != "passed"]
    page = release.path / REPORT
    if as_json:
        print_json({
            "release": release.path.name, "tables": len(contracts), "checks": Counter(each.status for each in outcomes),
            "not_passed": [each.as_dict() for each in not_passed], "report": page if page.is_file() else None,
        })  # fmt: skip
    else:
        if not_passed:
            rows = [
                (each.table, each.check, each.severity, each.status, each.message if each.unexpected is None
                 else f"{each.unexpected:,} of {each.checked:,}") for each in not_passed
            ]  # fmt: skip
            show(f"Release {release.path.name}", ("table", "check", "severity", "outcome", "rows"), rows)
        say(
            f"{len(outcomes)} checks of {len(contracts)} tables: {len(outcomes) - len(not_passed)} passed, "
            f"{len(not_passed)} did not; files and hashes verified"
        )
        if page.is_file():
            say(f"what they found when it was approved: {page}", hang="  ")
    if blocking := [each for each in not_passed if each.blocks]:
        raise CheckError(f"{len(blocking)} critical checks of the current release did not pass; it should not be used")
