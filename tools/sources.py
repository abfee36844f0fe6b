"""docs/sources/: a page per registry, and the list of them, from the catalogue, the contracts and the SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby

from dictionary import cell, words

from pipeline.contracts.codecs import CODECS
from pipeline.contracts.fields import Field
from pipeline.project import Project
from pipeline.registries.catalogue import DriftLimits, Location, Registry
from pipeline.settings import Settings

FOLDER = "sources"
MADE = "Made by `make pages` from the catalogue, the contracts and the SQL; do not edit."
INDEX = f"""# The registries, one by one

{MADE} What the files hold that a reader
would not expect stands in [registries and their traps](../sources.md); `passend sources` prints the state of each in your own
data directory.
"""
COLUMNS = """
A header is known by its letters and digits; the column's own name is always understood. A column with a star is never empty: a
row without it goes to `afgekeurd`. Each row also carries its file (`bron_sha256`), line (`bron_regel`) and edition (`editie`).
"""
KINDS = {"ckan": "portal", "url": "file", "odata": "OData table", "wfs": "WFS features"}
BASES = Settings().bases()


def pages(project: Project) -> dict[str, str]:
    """What stands in each page, by its path in docs/."""
    registries = project.catalogue.values()
    return {f"{FOLDER}/index.md": "\n".join(_index(registries))} | {
        f"{FOLDER}/{each.name}.md": "\n".join(_page(project, each)) for each in registries
    }


def _index(registries: Iterable[Registry]) -> Iterator[str]:
    yield INDEX
    for publisher, published in groupby(sorted(registries, key=lambda each: each.publisher), lambda each: each.publisher):
        yield f"## {publisher}"
        yield ""
        for registry in published:
            yield f"- [{registry.name}]({registry.name}.md): {registry.title}"
        yield ""


def _page(project: Project, registry: Registry) -> Iterator[str]:
    contract = project.staging[registry.feeds]
    yield f"# {registry.name}"
    yield ""
    yield f"**{registry.title}.** {contract.description}"
    yield ""
    yield MADE
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| publisher | {registry.publisher} |"
    for location in registry.where:
        yield f"| {KINDS[location.kind]} | {_address(location)} |"
    if not registry.where:
        yield "| address | none that is stable: give a folder whose `datapackage.json` lists it under this name |"
    yield f"| format | {registry.format} |"
    yield f"| cadence | stale after {registry.cadence} days without a retrieval |"
    yield f"| licence | {registry.licence or 'as the metadata of its publisher states, file by file (table `bron`)'} |"
    yield f"| drift limits | {_limits(registry.drift)} |"
    yield f"| staging table | `{contract.table}`, to be asked with `passend query --staging` |"
    direct = sorted(table for table, model in project.models.items() if contract.table in model.depends)
    yield f"| read by | {', '.join(map(_table, direct)) or 'no curated table yet: it is kept, checked and archived'} |"
    made = {table for table, made_from in project.datasets.items() if registry.name in made_from}
    if further := sorted(made - set(direct)):
        yield f"| and through those by | {', '.join(f'`{each}`' for each in further)} |"
    yield ""
    yield "## Columns"
    yield ""
    yield "| column | stands in the file as | read as | |"
    yield "|---|---|---|---|"
    own = [field for field in contract.fields if field.codec or field.columns or field.join or field.bound]
    for field in own:
        name = f"`{field.name}`{' *' if field.required else ''}"
        yield f"| {name} | {_headers(field)} | {_reading(field)} | {words(field)} |"
    yield ""
    yield COLUMNS
    yield "## Notations"
    yield ""
    for codec in sorted({field.codec for field in own if field.codec}):
        yield f"- `{codec}`: {cell(_sentence(codec))}"
    yield ""


def _sentence(codec: str) -> str:
    """What a codec reads, in the first paragraph of its own words."""
    return " ".join((CODECS[codec].__doc__ or "").partition("\n\n")[0].split()).replace("``", "`")


def _address(location: Location) -> str:
    base = BASES[location.base].rstrip("/")
    match location.kind:
        case "ckan":
            package, file = location.spec["package"], location.spec["file"]
            return f"file `{file}` of package [`{package}`]({base}/api/3/action/package_show?id={package})"
        case "odata":
            return f"the table of {base} titled *{location.spec['title']}*"
        case "wfs":
            return f"`{base}/{location.spec['path']}`, type `{location.spec['type']}`"
        case _ if not base:
            setting = f"PASSEND_{location.base.upper()}"
            return f"`{location.spec['path']}` below the address in `{setting}`, which has no default; or from a folder"
        case _:
            return f"`{base}/{location.spec['path']}`"


def _limits(drift: DriftLimits) -> str:
    own = {name: limit for name, limit in asdict(drift).items() if limit != getattr(DriftLimits, name)}
    told = ", ".join(f"{name} {limit:.0%}" for name, limit in asdict(drift).items())
    wider = f" (its own: {', '.join(own)})" if own else ""
    return f"{told}{wider}; [what each measures](../sources.md#how-far-a-file-may-drift)"


def _headers(field: Field) -> str:
    if field.columns:
        return f"every column named `{cell(field.columns)}`"
    if field.join:
        return " and ".join(f"`{each}`" for each in field.join) + ", joined"
    if field.bound:
        return f"the {field.bound[0]} of `{field.bound[1]}`"
    return ", ".join(f"`{cell(each)}`" for each in field.headers) + ("; may be absent" if field.optional else "")


def _reading(field: Field) -> str:
    return f"`{field.codec}`" if field.codec else "counts" if field.columns else ""


def _table(name: str) -> str:
    return f"[`{name}`](../tables/{name}.md)"
