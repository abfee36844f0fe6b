"""docs/data-dictionary.md: every table and column, from the contracts and the SQL."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.contracts import Contract
from pipeline.project import Project

HEAD = """# Data dictionary

Made by `make pages` from the contracts in `expectations/` and the queries in `assets/sql/`; do not edit. The released
database holds the same words as comments. A column with a circle is part of the key; one with a star is never empty.
"""


def pages(project: Project) -> dict[str, str]:
    """The page by its path in docs/: released tables first, then what they are made from."""
    lines = [HEAD]
    for title, contracts in (("Released tables", project.curated), ("Staging tables", project.staging)):
        lines += [f"## {title}", ""]
        for table in sorted(contracts):
            lines += _table(project, contracts[table])
    return {"data-dictionary.md": "\n".join(lines)}


def _table(project: Project, contract: Contract) -> Iterator[str]:
    yield f"### `{contract.table}`"
    yield ""
    yield f"**{contract.title}.** {contract.description}"
    yield ""
    if contract.layer == "staging":
        registry = project.feeders[contract.table].name
        yield f"From registry [`{registry}`](sources/{registry}.md)."
    else:
        made_from = ", ".join(f"`{each}`" for each in sorted(project.models[contract.table].depends))
        yield f"Made from {made_from}." if made_from else "Made from the project's own reference data and the run itself."
    yield ""
    yield "| column | type | |"
    yield "|---|---|---|"
    for field in contract.fields:
        mark = f"{' ○' if field.name in contract.primary_key else ''}{' *' if field.required else ''}"
        words = field.description.replace("|", "\\|").replace("<", "&lt;")
        if "enum" in field.constraints and len(field.constraints["enum"]) > 1:
            words += f" ({', '.join(map(str, field.constraints['enum']))})"
        yield f"| `{field.name}`{mark} | {field.duckdb_type.lower() if field.type != 'array' else 'list of counts'} | {words} |"
    yield ""
