"""What a reader can take with them: the files of the release, and what the columns of its tables mean.

Belongs here: what the page about the data shows. Does not belong here: making those files (pipeline.releases), and describing
them (pipeline.describe).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.describe.descriptor import FILE as DESCRIPTION
from pipeline.releases.report import REPORT

TABLE = "parquet"
# what is written after the site: its size is not known here
LAST = (DESCRIPTION, REPORT)


def files(release: Path, description: Mapping[str, Any]) -> dict[str, Any]:
    """Return the files of a release, tables apart, with rows and bytes; its publisher and its terms, to cite it by."""
    resources = description["resources"]
    listed = [_file(release, each["path"], each) for each in resources if each["path"] not in LAST]
    whole = [_file(None, DESCRIPTION, {}), _file(None, REPORT, {"name": Path(REPORT).stem})]
    publishers = [each["title"] for each in description["contributors"] if "publisher" in each.get("roles", ())]
    return {
        "titel": description["title"],
        "uitgever": ", ".join(publishers),
        "licenties": description["licenses"],
        "tabellen": [each for each in listed if each["vorm"] == TABLE],
        "bestanden": [*(each for each in listed if each["vorm"] != TABLE), *whole],
    }


def dictionary(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return for each table its description and its key, and of each column name, type and description."""
    return {
        Path(each["path"]).stem: {
            "omschrijving": each.get("description", ""),
            "sleutel": _key(each["schema"].get("primaryKey")),
            "kolommen": [[field["name"], field["type"], field.get("description", "")] for field in each["schema"]["fields"]],
        }
        for each in description["resources"]
        if each.get("format") == TABLE and "schema" in each
    }


def _file(release: Path | None, path: str, resource: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a file; of its bytes nothing without the folder of a release."""
    place = (release or Path()) / path
    return {
        "naam": place.stem if resource.get("format") == TABLE else resource.get("name", path),
        "pad": path,
        "titel": resource.get("title"),
        "vorm": resource.get("format", place.suffix.removeprefix(".")),
        "rijen": resource.get("rows"),
        "bytes": place.stat().st_size if release and place.is_file() else None,
    }


def _key(key: str | list[str] | None) -> list[str]:
    return [key] if isinstance(key, str) else list(key or [])
