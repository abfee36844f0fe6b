"""One asset per entry of the catalogue: its files, as the archive holds them after this run's look at the origins.

Its check ``actueel`` tells whether they are what the registry holds now: a warning while an earlier good file stands in
within the cadence, a failure beyond it. Only a look that found it so materializes it, which is what its freshness counts from;
any other look is an observation.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

import dagster as dg
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION

from assets import metadata
from assets.editions import edition_key
from assets.resources import KEY, explained
from pipeline.archive.fetch import Fetched
from pipeline.project import Project
from pipeline.registries.catalogue import Location, Registry

GROUP = "registries"
CURRENT = "actueel"
# An output with this mark is handed on without an event: what is made from the registry goes on, with the files of before, and
# the registry is not taken for fresh. An output that is left out would stop all that comes after it. Dagster has no other way
# (its issue 9408), and this one is not public: tests/test_registries.py fails when a new Dagster no longer knows it.
LOOKED_AT = {SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION: True}


def registry_key(name: str) -> dg.AssetKey:
    """Registries have a prefix of their own: some share their name with the curated table they lead to."""
    return dg.AssetKey(["registry", name])


def registry_assets(project: Project) -> list[dg.AssetsDefinition]:
    return [_asset(registry) for registry in project.catalogue.values()]


def _asset(registry: Registry) -> dg.AssetsDefinition:
    @dg.asset(
        key=registry_key(registry.name),
        deps=[edition_key(registry.name)] if registry.yearly else [],
        description=f"{registry.title}. Published by {registry.publisher}; {_where(registry)}.",
        group_name=GROUP,
        kinds={"http", registry.format},
        owners=metadata.OWNERS,
        metadata={**metadata.origin(registry), "drift_limits": asdict(registry.drift)},
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=registry.cadence)),
        check_specs=[
            dg.AssetCheckSpec(
                CURRENT,
                asset=registry_key(registry.name),
                description="The files in use are those that every origin holds now; beyond its cadence of "
                f"{registry.cadence} days that is a failure",
            )
        ],
        required_resource_keys={KEY},
    )
    def fetch(context: dg.AssetExecutionContext) -> Iterator[dg.AssetObservation | dg.MaterializeResult]:
        with explained():
            got = context.resources.run.fetch(registry.name)
        for message in got.messages:
            context.log.warning(message)
        shown = {
            "state": got.state,
            "messages": dg.MetadataValue.md("\n".join(f"- {each}" for each in got.messages) or "none"),
            **metadata.files(got),
            **({"drift": metadata.table(
                {"file": name, "measure": each.what, "change": f"{each.change:.1%}", "limit": f"{each.limit:.0%}",
                 "told": each.told}
                for name, measures in got.drift.items() for each in measures
            )} if got.drift else {}),
        }  # fmt: skip
        if not got.confirmed:
            yield dg.AssetObservation(registry_key(registry.name), metadata=shown)
        yield dg.MaterializeResult(
            metadata=shown if got.confirmed else LOOKED_AT,
            check_results=[_current(got)],
            data_version=dg.DataVersion(" ".join(sorted(each.sha256[:12] for each in got.files))[:200] or "none"),
        )

    return fetch


def _current(got: Fetched) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=CURRENT,
        passed=got.confirmed or got.since is None,
        severity=dg.AssetCheckSeverity.ERROR if got.overdue else dg.AssetCheckSeverity.WARN,
        description="; ".join(got.messages[-3:]) or None,
        metadata={"since": got.since or "never looked at", "state": got.state},
    )


def _where(registry: Registry) -> str:
    return "; mirrored at ".join(map(_address, registry.where)) or "no stable public address, give a folder that holds it"


def _address(location: Location) -> str:
    return f"{location.kind} " + " ".join(location.spec.values())
