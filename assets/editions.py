"""One asset per registry that has an edition for each year, in partitions of a year: "load 2019 to 2025" is a backfill.

Belongs here: years as partitions. Does not belong here: what is made of an edition: the next run stages it with the newest.
"""

from datetime import datetime

import dagster as dg

from assets import metadata
from assets.resources import KEY, explained
from pipeline.project import Project
from pipeline.registries.catalogue import Registry

GROUP = "editions"
# passend onderwijs began on 1 August 2014; the year of today is among the partitions
YEARS = dg.TimeWindowPartitionsDefinition(cron_schedule="0 0 1 1 *", start=datetime(2014, 1, 1), fmt="%Y", end_offset=1)  # noqa: DTZ001


def edition_key(name: str) -> dg.AssetKey:
    return dg.AssetKey(["edition", name])


def edition_assets(project: Project) -> list[dg.AssetsDefinition]:
    return [_asset(registry) for registry in project.catalogue.values() if registry.yearly]


def _asset(registry: Registry) -> dg.AssetsDefinition:
    @dg.asset(
        key=edition_key(registry.name),
        partitions_def=YEARS,
        description=f"{registry.title}: the edition of one year, from {registry.publisher}. A year that the publisher does not "
        "give fails, and says so. What is here is used by every run from then on, beside the newest edition.",
        group_name=GROUP,
        kinds={"http", registry.format},
        owners=metadata.OWNERS,
        metadata=metadata.origin(registry),
        required_resource_keys={KEY},
    )
    def fetch(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        with explained():
            got = context.resources.run.looks.edition(registry.name, int(context.partition_key))
        for message in got.messages:
            context.log.warning(message)
        return dg.MaterializeResult(metadata=metadata.files(got))

    return fetch
