"""A draft becomes the current release, or it does not, and readers never see anything in between.

Belongs here: whether a draft may go out, and the one rename that lets it. Does not belong here: writing its files (draft).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.checks.outcome import Outcome
from pipeline.contracts.contract import Contract
from pipeline.describe.descriptor import FILE as DESCRIPTION
from pipeline.describe.descriptor import file_resource
from pipeline.describe.metadata import describe
from pipeline.errors import CheckError
from pipeline.releases.difference import compare
from pipeline.releases.draft import BUILDING, Draft
from pipeline.releases.measure import measures, unmeasurable
from pipeline.releases.moves import settle
from pipeline.releases.release import CONTENT, Release, content_of, intact, latest, point
from pipeline.releases.report import REPORT, write_report
from pipeline.releases.shrinkage import ALL, Accepted, Loss, beyond, explain, load_limits
from pipeline.store.lock import exclusive
from pipeline.store.replacing import settle as on_disk
from pipeline.store.workplace import Workplace

LOCK = ".publishing"


def publish(
    made: Draft, contracts: Mapping[str, Contract], outcomes: Sequence[Outcome], counts: Mapping[str, int], folder: Path,
    *, held_back: Sequence[Release] = (), accept_diff: Accepted | None = None,
) -> Release:  # fmt: skip
    """Make a draft the current release of ``folder``, unless the current one holds the same; the draft is gone in either case.

    ``outcomes`` are those of every check and ``counts`` the rows of every table, for the validation report. ``held_back`` are
    releases that were rolled back from, whose content stays back. ``accept_diff`` is what a person accepts to be gone beyond the
    limits. Raises CheckError when more is gone than that, BusyError when another publishes all the time.
    """
    try:
        with exclusive(folder / LOCK):
            settle(folder, made.description["created"])
            current = latest(folder)
            if current is not None and (_holds(current, made) or any(_is_held(each, made, contracts) for each in held_back)):
                return Release(current.path, True, current.description)
            whole = {**made.package, **_measured(made, contracts, folder, held_back, accept_diff)}
            write_report(made.path, contracts, whole, outcomes, counts)
            report = file_resource(made.path, made.path / REPORT, "validatie", "What the checks of this release found")
            description = describe(made.path, whole, [report])
            return _swap_in(made, description, folder)
    finally:
        made.place.clear()


def _measured(
    made: Draft, contracts: Mapping[str, Contract], folder: Path, held_back: Sequence[Release], accept_diff: Accepted | None
) -> dict[str, object]:  # fmt: skip
    """What the release says of those that it was measured against, and of the limits that it goes beyond."""
    after = Release(made.path, False, made.description)
    spans = measures(folder, made.description["created"], held_back)
    before = {each.path.name: each for each in spans.values()}
    found: dict[str, list[Loss]] = {
        each.path.name: beyond(each, after, contracts, load_limits(contracts, span=span)) for span, each in spans.items()
    }
    if not spans and (damaged := unmeasurable(folder, held_back)) and content_of(damaged) != made.content:
        found[damaged] = [
            Loss(ALL, f"nobody can tell how much, for {damaged} is damaged and no other release is there to compare with")
        ]
    refused = {
        name: losses for name, each in found.items()
        if (losses := [loss for loss in each if accept_diff is None or not accept_diff.covers(loss)])
    }  # fmt: skip
    if refused:
        raise CheckError(explain(refused, before, after))
    said: dict[str, object] = {"compared_with": list(before)}
    lost = {name: [each.said for each in losses] for name, losses in found.items() if losses}
    if accept_diff is not None and lost:
        said["accepted"] = {
            "reason": accept_diff.reason, "tables": sorted(accept_diff.tables), "compared_with": ", ".join(lost),
            "beyond": list(dict.fromkeys(each for losses in lost.values() for each in losses)),
        }  # fmt: skip
    return said


def _swap_in(made: Draft, description: Mapping[str, object], folder: Path) -> Release:
    target = folder / made.name
    if target.exists() and intact(target):  # made earlier today, and left for another since: a release never changes
        point(folder, made.name)
        return Release(target, False, json.loads((target / DESCRIPTION).read_text(encoding="utf-8")))
    for file in filter(Path.is_file, made.path.iterdir()):
        file.chmod(0o444)  # a release never changes: who opens its database can only read it
        on_disk(file)
    on_disk(made.path)
    with Workplace(folder, BUILDING) as aside:
        if target.exists():  # the same content, damaged since: out of the way first, so that no reader meets a mixture
            target.rename(aside.path / target.name)
        made.place.hand_over(target)
    on_disk(folder)
    point(folder, made.name)
    return Release(target, False, description)


def _holds(current: Release, made: Draft) -> bool:
    """Whether the current release holds what a draft does, undamaged."""
    return bool(content_of(current.path.name) == made.content) and intact(current.path)


def _is_held(held: Release, made: Draft, contracts: Mapping[str, Contract]) -> bool:
    """Whether a draft holds what a release that was rolled back from held.

    The first version named a release by a hash of other things, so that one is compared by its rows.
    """
    if CONTENT in held.description:
        return content_of(held.path.name) == made.content
    found = compare(held, Release(made.path, False, made.description), contracts)
    return all(each.same for each in found.tables if each.table != "bron")
