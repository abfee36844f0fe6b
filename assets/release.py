"""The release as an asset: what readers get, made of every curated table once every critical check has passed."""

import dagster as dg

from assets import metadata
from assets.session import KEY, explained
from pipeline.session import Project, Session

GROUP = "release"
NAME = "release"


def release_asset(project: Project) -> dg.AssetsDefinition:
    @dg.asset(
        key=NAME,
        deps=sorted(project.models),
        description="Parquet per table, one DuckDB file and a datapackage.json, swapped in as a whole. Made only when no "
        "critical check stands in the way; the same content makes no new release.",
        group_name=GROUP,
        kinds={"parquet", "duckdb"},
        owners=metadata.OWNERS,
        required_resource_keys={KEY},
        # after the checks, whose outcome it waits for
        op_tags={"dagster/priority": "-2"},
    )
    def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        session: Session = context.resources.session
        with explained():
            made = session.release()
        resources = made.description["resources"]
        sizes = {each["path"]: (made.path / each["path"]).stat().st_size for each in resources}
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(made.path)),
                "version": made.description["version"],
                "unchanged": made.unchanged,
                "bytes": sum(sizes.values()),
                "files": metadata.table(
                    {
                        "file": each["path"],
                        "rows": each.get("rows"),
                        "bytes": sizes[each["path"]],
                        "sha256": each["hash"].removeprefix("sha256:"),
                    }
                    for each in resources
                ),
                "rows": metadata.bars([(each["name"], each["rows"]) for each in resources if "rows" in each]),
            },
            data_version=dg.DataVersion(made.description["version"].rpartition("-")[2]),
        )

    return release
