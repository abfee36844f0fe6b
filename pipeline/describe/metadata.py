"""The descriptions that stand in a folder of tables: data package, DCAT-AP-NL catalogue and citation.

Belongs here: which files describe a folder. Does not belong here: what each says (descriptor, dcat, citation).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.describe import citation, dcat, descriptor


def describe(folder: Path, package: Mapping[str, Any], beside: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Write the descriptions of a package beside its files. Returns the package with those that it describes in turn, and with
    the ones that stand there already (``beside``)."""
    sizes = {each["path"]: (folder / each["path"]).stat().st_size for each in package["resources"]}
    catalogue = dcat.catalogue(package, sizes)
    written = [
        _write(folder, dcat.JSONLD, "dcat-jsonld", "DCAT-AP-NL 3.0 (JSON-LD)", dcat.jsonld(catalogue)),
        _write(folder, dcat.TURTLE, "dcat-turtle", "DCAT-AP-NL 3.0 (Turtle)", dcat.turtle(catalogue)),
        _write(folder, citation.FILE, "citation", "Verwijzing (Citation File Format)", citation.citation(package)),
    ]
    whole = {**package, "resources": [*package["resources"], *beside, *written]}
    (folder / descriptor.FILE).write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return whole


def _write(folder: Path, file: str, name: str, title: str, content: str) -> dict[str, Any]:
    path = folder / file
    path.write_text(content, encoding="utf-8")
    return descriptor.file_resource(folder, path, name, title)
