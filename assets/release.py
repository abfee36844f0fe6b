"""The release as an asset, made of every curated table once every critical check has passed; and what it changes for readers."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from assets import metadata
from assets.local import history
from assets.resources import KEY, explained
from pipeline.errors import SettingsError
from pipeline.project import Project
from pipeline.releases.difference import compare
from pipeline.releases.difference_text import markdown
from pipeline.releases.release import current, previous
from pipeline.releases.report import REPORT
from pipeline.run.run import Run

GROUP = "release"
NAME = "release"
DIFFERENCE = "release_verschil"


def release_asset(project: Project) -> dg.AssetsDefinition:
    @dg.asset(
        key=NAME,
        deps=sorted(project.models),
        description="Parquet per table, one DuckDB file and a datapackage.json, swapped in as a whole. Made only when no "
        "critical check stands in the way; the same content makes no new release.",
        group_name=GROUP,
        kinds={"parquet", "duckdb"},
        owners=metadata.OWNERS,
        metadata={"docs": metadata.docs("open-data.md")},
        required_resource_keys={KEY},
        # after the checks, whose outcome it waits for
        op_tags={"dagster/priority": "-2"},
    )
    def release(context: dg.AssetExecutionContext) -> Iterator[dg.AssetObservation | dg.MaterializeResult]:
        run: Run = context.resources.run
        with explained():
            made = run.release()
        if made.unchanged:
            history.mark_unchanged(context.instance, context.run.run_id)
        history.trim(context.instance, run.settings, run.day)
        resources = made.description["resources"]
        files = [
            {
                "file": each["path"],
                "rows": each.get("rows"),
                "bytes": (made.path / each["path"]).stat().st_size,
                "sha256": each["hash"].removeprefix("sha256:"),
                "licence": ", ".join(licence["name"] for licence in each.get("licenses", [])),
            }
            for each in resources
        ]
        if not made.unchanged:
            # a table's file is part of a release from now on: say so at the table
            for each in files:
                if each["rows"] is not None:
                    yield dg.AssetObservation(Path(each["file"]).stem, metadata={"release": made.description["version"], **each})
        yield dg.MaterializeResult(
            metadata={
                **metadata.release(made),
                "dagster/row_count": sum(each.get("rows", 0) for each in resources),
                "unchanged": made.unchanged,
                "validation_report": dg.MetadataValue.path(str(made.path / REPORT)),
                **({"note": made.note} if made.note else {}),
                "files": metadata.table(files),
                "rows": metadata.bars([(each["name"], each["rows"]) for each in resources if "rows" in each]),
            },
            data_version=dg.DataVersion(made.description["version"].rpartition("-")[2]),
        )

    return release


def difference_asset(project: Project) -> dg.AssetsDefinition:
    @dg.asset(
        key=DIFFERENCE,
        deps=[NAME],
        description="What changed for readers: the rows of every table and the schools, between the current release and the "
        "one before it. The command is `passend diff`.",
        group_name=GROUP,
        kinds={"duckdb"},
        owners=metadata.OWNERS,
        metadata={"docs": metadata.docs("operating.md")},
        required_resource_keys={KEY},
        op_tags={"dagster/priority": "-3"},
    )
    def difference(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        run: Run = context.resources.run
        folder = run.settings.releases_dir
        with explained():
            newer = current(folder)
            try:
                older = previous(folder, newer)
            except SettingsError as first:
                return dg.MaterializeResult(metadata={**metadata.release(newer), "difference": dg.MetadataValue.md(str(first))})
            found = compare(older, newer, project.curated)
        return dg.MaterializeResult(
            metadata={
                **metadata.release(newer),
                "compared_with": older.path.name,
                "difference": dg.MetadataValue.md(markdown(found)),
                **{what: each.count for what, each in found.schools.items()},
            }
        )

    return difference
