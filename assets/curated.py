"""One asset per curated table: a file in ``sql/``, with its dependencies read from the SQL itself."""

from collections.abc import Container

import dagster as dg

from assets import metadata
from assets.jobs import tags_of
from assets.resources import KEY, explained
from pipeline.curated.models import Model
from pipeline.project import Project
from pipeline.run.run import Run

# columns whose values are worth counting where a table has them
COUNTED = ("methode", "soort", "status")


def curated_assets(project: Project, tables: Container[str]) -> list[dg.AssetsDefinition]:
    """Return the assets of those tables that are curated."""
    return [_asset(project, model) for model in project.models.values() if model.table in tables]


def _asset(project: Project, model: Model) -> dg.AssetsDefinition:
    contract = project.curated[model.table]
    counted = next((name for name in COUNTED if name in contract.columns), None)

    @dg.asset(
        key=model.table,
        deps=project.upstream(model.table),
        description=f"{contract.title}. {contract.description}\n\n```sql\n{model.sql}\n```",
        group_name=model.subject,
        tags=tags_of(project, model.table),
        kinds={"sql", "duckdb"} | ({"python"} if model.transform else set()),
        owners=metadata.OWNERS,
        metadata={
            "dagster/column_schema": metadata.column_schema(contract),
            "dagster/table_name": model.table,
            "docs": metadata.docs(f"tables/{model.table}.md"),
            "registries": ", ".join(project.datasets[model.table]) or "none: norm amounts of this project",
        },
        code_version=model.digest[:12],
        required_resource_keys={KEY},
    )
    def build(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        run: Run = context.resources.run
        with explained():
            made = run.make(model.table)
        paths = run.paths(model.table)
        shown = {
            "dagster/row_count": made.stored.rows,
            "unchanged": made.unchanged,
            **metadata.made_from(map(run.fetch, project.datasets[model.table])),
            "preview": metadata.preview(contract.columns, paths),
        }
        if counted:
            shown[f"per_{counted}"] = metadata.bars(metadata.counts(paths, counted))
        return dg.MaterializeResult(metadata=shown, data_version=dg.DataVersion(made.stored.content[:16]))

    return build
