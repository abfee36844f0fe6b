"""The sandbox's CKAN portal: the metadata of its packages as ``package_show`` gives it, with the traps of the real one.

Belongs here: which resources a package lists, and under what address, hash and size. Does not belong here: the bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LICENCES = {"cc-by": "CC BY 4.0 (fictieve gegevens)", "cc-zero": "CC0 1.0 (fictieve gegevens)"}
INTERNAL = "http://onderwijsdata-intern.example:5000"
SPACE = uuid.UUID("5f1c7a0e-0000-4000-8000-000000000000")
TITLES = {"swv_geslacht.csv": "Leerlingen per samenwerkingsverband naar geslacht"}
# resources that are not what they say (package, title, file whose bytes they serve): all seen in the real portal
DISGUISED = (("poswv", "Leerlingen per samenwerkingsverband naar leeftijd", "swv_geslacht.csv"),)
# served by a page that is no file, with status 200
PAGE_NAME = "___"
PAGES = (("leerling_so_en_vso-v1", "Leerlingen so en vso naar bekostigingscategorie"),)
PAGE = (
    b"<!DOCTYPE html>\n<html lang=\"nl\">\n<head><title>Fictief onderwijsportaal</title></head>\n<body>\n"
    b"<h1>Fictief onderwijsportaal</h1>\n<p>Dit is geen gegevensbestand.</p>\n</body>\n</html>\n"
)  # fmt: skip
# on a host that only the portal itself can reach
HIDDEN = ("brin6_cluster.csv",)


@dataclass(frozen=True)
class Stored:
    """What the index of an edition knows of a file."""

    bytes: int
    md5: str
    sha256: str
    modified: str  # when the publisher wrote it, as the portal says it
    licence: str = "cc-by"


def packages(files: Mapping[str, Stored], base: str) -> dict[str, dict[str, Any]]:
    """Metadata by package name. ``files`` are the places below ``ckan/``; ``base`` is the portal's own address."""
    found: dict[str, dict[str, Any]] = {}
    newest = max(each.modified for each in files.values())
    for place, stored in sorted(files.items()):
        name, _, file = place.partition("/")
        title = TITLES.get(file, file.rpartition(".")[0].replace("_", " "))
        _package(found, name)["resources"].append(
            _resource(name, title, file, stored, INTERNAL if file in HIDDEN else base, stored.modified)
        )
    for name, title, file in DISGUISED:
        stored = files[f"{name}/{file}"]
        _package(found, name)["resources"].append(_resource(name, title, file, stored, base, stored.modified))
    for name, title in PAGES:
        _package(found, name)["resources"].append(_resource(name, title, PAGE_NAME, None, base, newest))
    licences = {place.partition("/")[0]: each.licence for place, each in sorted(files.items())}
    for name, package in found.items():
        package["metadata_modified"] = max(each["last_modified"] for each in package["resources"])
        licence = licences.get(name, "cc-by")
        package |= {"license_id": licence, "license_title": LICENCES[licence]}
    return found


def resource_id(package: str, title: str) -> str:
    return str(uuid.uuid5(SPACE, f"{package}/{title}"))


def _package(found: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    return found.setdefault(name, {
        "id": str(uuid.uuid5(SPACE, name)), "name": name, "title": f"Fictief: {name}", "private": False, "state": "active",
        "notes": "FICTIEVE GEGEVENS van de sandbox: scholen, besturen, samenwerkingsverbanden en aantallen zijn verzonnen.",
        "metadata_modified": "", "license_id": "", "license_title": "",
        "organization": {"name": "fictief", "title": "Fictieve uitgever"},
        "resources": [],
    })  # fmt: skip


def _resource(package: str, title: str, file: str, stored: Stored | None, base: str, modified: str) -> dict[str, Any]:
    identifier = resource_id(package, title)
    return {
        "id": identifier, "name": title, "format": "CSV", "mimetype": "text/csv" if stored else None, "state": "active",
        "url": f"{base}/dataset/{uuid.uuid5(SPACE, package)}/resource/{identifier}/download/{file}",
        "hash": stored.md5 if stored else "", "size": stored.bytes if stored else len(PAGE),
        "last_modified": modified, "datastore_active": stored is not None,
    }  # fmt: skip
