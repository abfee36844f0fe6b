"""One asset per staging table: a registry's files read under its contract, one row per source row."""

from collections.abc import Container

import dagster as dg

from assets import metadata
from assets.registries import registry_key
from assets.resources import KEY, explained
from pipeline.contracts.contract import Contract
from pipeline.project import Project
from pipeline.run.run import Run

GROUP = "staging"


def staging_assets(project: Project, tables: Container[str]) -> list[dg.AssetsDefinition]:
    """Return the assets of those tables that are staging tables."""
    return [_asset(contract, project.feeders[table].name) for table, contract in project.staging.items() if table in tables]


def _asset(contract: Contract, registry: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=contract.table,
        deps=[registry_key(registry)],
        description=f"{contract.title}. {contract.description}",
        group_name=GROUP,
        kinds={"pandas", "duckdb"},
        owners=metadata.OWNERS,
        metadata={
            "dagster/column_schema": metadata.column_schema(contract),
            "dagster/table_name": contract.table,
            "docs": metadata.docs(f"sources/{registry}.md"),
        },
        required_resource_keys={KEY},
    )
    def stage(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        run: Run = context.resources.run
        with explained():
            made = run.make(contract.table)
        got, editions = run.fetch(registry), run.tables.editions(contract.table) or []
        for note in dict.fromkeys(note for each in editions for note in each.notes):
            context.log.warning(note)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": made.stored.rows,
                "unchanged": made.unchanged,
                "editions": len(editions),
                "records_read": sum(each.read for each in editions),
                "records_rejected": sum(sum(each.rejected.values()) for each in editions),
                "files_refused": len(got.refused) + sum(len(each.refused) for each in editions),
                **metadata.files(got),
                "preview": metadata.preview(contract.columns, run.paths(contract.table)),
            },
            data_version=dg.DataVersion(made.stored.content[:16] or "empty"),
        )

    return stage
