"""The jobs: everything up to a release, and the parts of it that are worth running by themselves.

Belongs here: which tables belong to which part, read from what each is made of and what it holds. Does not belong here: when
a job runs (location has the schedule, sensors the rest).

A part makes its tables and everything that they are made from, because a table must never be made from an older one; what
is up to date takes no time. A part makes no release: only the whole job can say that every check has passed.
"""

from __future__ import annotations

import dagster as dg

from assets.editions import GROUP
from assets.site import NAME as SITE
from pipeline.project import Project

JOB = "passend_onderwijs"
# the table of norm amounts, from which every amount of money follows
AMOUNTS = "bekostigingsparameter"
PARTS = {
    "registers": "Which schools, boards, regions and samenwerkingsverbanden there are, and which belongs to which",
    "tellingen": "Numbers of pupils, and what is worked out from them, but for the money",
    "bekostiging": "The support money, the key figures that hold it, and what these are made from",
}
TAG = "deel"
ONLY = "alleen_"
# asked for by a backfill, year by year, and not by a job
EDITIONS = dg.AssetSelection.groups(GROUP)


def part_of(project: Project, table: str) -> str | None:
    """The part that a curated table belongs to. None: it reads the run's own bookkeeping, so only a whole run makes it."""
    needed = project.needed[table]
    if any(project.models[each].bookkeeping - {"dag"} for each in needed & project.models.keys()):
        return None
    if AMOUNTS in needed:
        return "bekostiging"
    # a number of pupils has its bounds beside it, and nothing else has
    return "tellingen" if any(column.endswith("ondergrens") for column in project.curated[table].columns) else "registers"


def tags_of(project: Project, table: str) -> dict[str, str]:
    """The tag that says which part a table belongs to; in the UI one finds them with ``tag:deel=tellingen``."""
    part = part_of(project, table)
    return {TAG: part} if part else {}


def whole_job() -> dg.UnresolvedAssetJobDefinition:
    """Return the job that ends in a release."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all() - EDITIONS,
        description="From the registries to a release: fetch, stage, build, check, publish.",
    )


def all_jobs() -> list[dg.UnresolvedAssetJobDefinition]:
    """The whole job first, then a job per part, and the site of the current release."""
    parts = [
        dg.define_asset_job(
            f"{ONLY}{part}",
            selection=dg.AssetSelection.tag(TAG, part).upstream() - EDITIONS,
            description=f"{words}. Makes and checks; no release.",
        )
        for part, words in PARTS.items()
    ]
    site = dg.define_asset_job(
        f"{ONLY}{SITE}",
        selection=dg.AssetSelection.assets(SITE),
        description="The map and pages of the current release.",
    )
    return [whole_job(), *parts, site]
