"""The site as an asset: the release as a map and pages, beside the release's files."""

import dagster as dg

from assets import metadata
from assets.release import GROUP
from assets.release import NAME as RELEASE
from assets.resources import KEY, explained
from pipeline.run.run import Run

NAME = "site"


@dg.asset(
    key=NAME,
    deps=[RELEASE],
    description="Samenwerkingsverbanden op de kaart: a static site in the release's folder, which opens from disk and from any "
    "web server and asks nothing of another host. Made once per release and version of its code.",
    group_name=GROUP,
    kinds={"javascript"},
    owners=metadata.OWNERS,
    metadata={"docs": metadata.docs("site.md")},
    required_resource_keys={KEY},
    op_tags={"dagster/priority": "-3"},
)
def site(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    run: Run = context.resources.run
    with explained():
        made = run.site()
    return dg.MaterializeResult(
        metadata={
            **metadata.of_release(run.newest()),
            "path": dg.MetadataValue.path(str(made.path / "index.html")),
            "unchanged": made.unchanged,
            "files": made.files,
            "bytes": made.bytes,
            "sha256": made.content,
        }
    )
