"""Putting a folder where readers are: a folder on this machine, or any address that fsspec knows (``s3://bucket/path``).

Belongs here: that readers see the previous export or the next, never something in between. Does not belong here: what is in it,
and whether an export may be put there (address).

Everything is written under the export's own name first. Only when it stands there, whole, does what readers look at name it: a
link ``latest`` on this machine, a small object ``latest.json`` elsewhere, which is replaced as one. Only after that is an earlier
export removed, when a person said how many to keep. Its description is the last file to come and the first to go: an export
without one is not whole, or not any more.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from fsspec.implementations.local import LocalFileSystem

from pipeline.describe.descriptor import FILE as DESCRIPTION
from pipeline.export.address import POINTER, explained, open_address, refuse_taken
from pipeline.releases.draft import BUILDING
from pipeline.releases.release import LATEST, point

# how an export is named: a day, the hash of the release, the hash of the choice. Nothing else at an address is ever removed
NAME = re.compile(r"\d{4}\.\d\d\.\d\d-[0-9a-f]{12}-[0-9a-f]{8}")


def publish(folder: Path, name: str, address: str, keep: int | None = None) -> str:
    """Put the files of ``folder`` at ``address`` under ``name``, and make that what readers get. Returns where it stands.

    With ``keep`` only so many exports stay there: this one, and those of the newest releases. Raises SettingsError for an
    address of an unknown kind; ExportError when it cannot be written: readers have what they had.
    """
    system, root = open_address(address)
    local = isinstance(system, LocalFileSystem)
    refuse_taken(system, root, address)
    with explained(address, "written", "What readers had there stands; mend it and export again"):
        if local:
            place = str(_rename_into(folder, Path(root), name))
        else:
            place = f"{address.rstrip('/')}/{name}"
            _upload(system, folder, f"{root}/{name}")
            system.pipe_file(f"{root}/{POINTER}", json.dumps({"name": name, "path": f"{name}/"}).encode())
    if keep:
        with explained(address, "cleared", f"{name} is published; an earlier export is left, whole or in part"):
            for each in _earlier(system, root, {name, _named(system, root)})[: 1 - keep or None]:
                system.rm_file(f"{root}/{each}/{DESCRIPTION}")
                system.rm(f"{root}/{each}", recursive=True)
    return place


def _named(system: Any, root: str) -> str:
    """The export that readers get: another one, where somebody else published at the same time."""
    if isinstance(system, LocalFileSystem):
        return (Path(root) / LATEST).resolve().name
    return str(json.loads(system.cat_file(f"{root}/{POINTER}"))["name"])


def _earlier(system: Any, root: str, but: Collection[str]) -> list[str]:
    """The other whole exports at an address, that of the oldest release first. One that is not whole may be on its way."""
    system.invalidate_cache()
    names = {path.rstrip("/").rpartition("/")[2] for path in system.ls(root, detail=False)}
    made = {each: _created(system, f"{root}/{each}/{DESCRIPTION}") for each in names - set(but) if NAME.fullmatch(each)}
    return sorted((each for each in made if made[each]), key=lambda each: (made[each], each))


def _created(system: Any, description: str) -> str:
    """When the release of an export was made; nothing where no description says so."""
    try:
        return str(json.loads(system.cat_file(description))["created"])
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return ""


def _rename_into(folder: Path, root: Path, name: str) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    target, building = root / name, root / f"{BUILDING}{name}"
    shutil.rmtree(building, ignore_errors=True)
    if not (target / DESCRIPTION).is_file():
        shutil.copytree(folder, building)
        shutil.rmtree(target, ignore_errors=True)  # what is left of one that was removed
        building.rename(target)
    point(root, name)
    return target


def _upload(system: Any, folder: Path, target: str) -> None:
    """Copy every file, the description last, and see that each has arrived whole."""
    for path in sorted((each for each in folder.rglob("*") if each.is_file()), key=lambda each: (each.name == DESCRIPTION, each)):
        there = f"{target}/{path.relative_to(folder).as_posix()}"
        system.put_file(str(path), there)
        system.invalidate_cache()
        if system.size(there) != path.stat().st_size:
            raise OSError(f"{there} has {system.size(there)} bytes, not {path.stat().st_size}")
