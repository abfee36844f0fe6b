"""Figures of what a release says of its own files: their hashes, their records, and what was rejected of them.

Belongs here: files. Does not belong here: what is in their records.
"""

from __future__ import annotations

import re
from typing import Any

from tools.audit_data.figures import figure, of_all
from tools.audit_data.files import Registries, Release
from tools.audit_data.places import CODE, REGION


@figure("bron", "files by their SHA-256")
def files(registries: Registries, release: Release) -> tuple[Any, Any]:
    return of_all(release.table("bron")["sha256"]), of_all(registries.hashes)


@figure("bron", "bytes of all files")
def size(registries: Registries, release: Release) -> tuple[Any, Any]:
    return int(release.table("bron")["bytes"].sum()), sum(path.stat().st_size for path in registries.hashes.values())


@figure("bron", "records of the overview, the homes of 2024 and the register of bo of 2026")
def records(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("bron")
    names = "dataset in ('leerlingen_po_historisch', 'leerlingen_po_postcode4') or bestand.str.startswith('02.')"
    return int(found.query(names)["regels_gelezen"].sum()), sum(
        map(len, (registries.overview, registries.homes, registries.bo_2026))
    )


@figure("afgekeurd", "cells of the statutory table that are no code of an SWV, by line and column")
def rejected(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("afgekeurd").query("dataset == 'swv_regio_wettelijk'")
    table = registries.regions
    # the first record stands on the second line
    again = [
        (line + 2, column) for column in REGION.values() for line, cell in table[column].items() if not re.fullmatch(CODE, cell)
    ]
    return of_all(zip(found["regel"], found["kolom"], strict=True)), of_all(again)


@figure("vestiging", "line of each location in bo in the register of August 2026")
def line_of_record(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("vestiging").query("soort == 'BO'")
    again = zip(registries.bo_2026["VESTIGINGSCODE"], registries.bo_2026.index + 2, strict=True)
    return of_all(zip(found["vestigingscode"], found["bron_regel"].astype(int), strict=True)), of_all(again)
