"""One asset per staging table: a registry's files read under its contract, one row per source row."""

from collections.abc import Container

import dagster as dg

from assets import metadata
from assets.registries import registry_key
from assets.resources import KEY, explained
from pipeline.contracts.contract import Contract
from pipeline.project import Project
from pipeline.run.session import Session

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
            "docs": metadata.docs("data-dictionary.md", contract.table),
        },
        required_resource_keys={KEY},
    )
    def stage(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        session: Session = context.resources.session
        with explained():
            made = session.make(contract.table)
        read, got = session.warehouse.reading(registry), session.fetch(registry)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": session.warehouse.rows(contract.table),
                "unchanged": not made,
                "records_read": read.read,
                "records_rejected": read.rejected,
                "files_refused": read.refused,
                **metadata.files(got),
                "preview": metadata.preview(contract.columns, session.warehouse.head(contract, metadata.PREVIEW)),
            },
            data_version=dg.DataVersion(session.version(contract.table)),
        )

    return stage
