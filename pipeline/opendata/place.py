"""Putting a folder where readers are: a folder on this machine, or any address that fsspec knows (``s3://bucket/path``).

Belongs here: that readers see the previous export or the next, never something in between. Does not belong here: what is in it.

Everything is written under the export's own name first. Only when it stands there, whole, does what readers look at name it: a
link ``latest`` on this machine, a small object ``latest.json`` elsewhere, which is replaced as one. Only after that is an earlier
export removed, when a person said how many to keep.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from pipeline.errors import ExportError, SettingsError
from pipeline.opendata.descriptor import FILE as DESCRIPTION
from pipeline.release import BUILDING, LATEST, point

POINTER = f"{LATEST}.json"
# how an export is named: a day, the hash of the release, the hash of the choice. Nothing else at an address is ever removed
NAME = re.compile(r"\d{4}\.\d\d\.\d\d-[0-9a-f]{12}-[0-9a-f]{8}")


def publish(folder: Path, name: str, address: str, keep: int | None = None) -> str:
    """Put the files of ``folder`` at ``address`` under ``name``, and make that what readers get. Returns where it stands.

    With ``keep`` only so many exports stay there: this one, and those of the newest releases. Raises SettingsError for an
    address of an unknown kind; ExportError when it cannot be written: readers have what they had.
    """
    system, root = _open(address)
    local = isinstance(system, LocalFileSystem)
    with _explained(address, "written", "What readers had there stands; mend it and export again"):
        if local:
            place = str(_rename_into(folder, Path(root), name))
        else:
            place = f"{address.rstrip('/')}/{name}"
            _upload(system, folder, f"{root}/{name}")
            system.pipe_file(f"{root}/{POINTER}", json.dumps({"name": name, "path": f"{name}/"}).encode())
    if keep:
        with _explained(address, "cleared", f"{name} is published; an earlier export is left, and the next one removes it"):
            for each in _earlier(system, root, {name, _named(system, root)})[: 1 - keep or None]:
                system.rm(f"{root}/{each}", recursive=True)
    return place


def _named(system: Any, root: str) -> str:
    """The export that readers get: another one, where somebody else published at the same time."""
    if isinstance(system, LocalFileSystem):
        return (Path(root) / LATEST).resolve().name
    return str(json.loads(system.cat_file(f"{root}/{POINTER}"))["name"])


def _earlier(system: Any, root: str, but: Collection[str]) -> list[str]:
    """The other exports at an address, that of the oldest release first; what one that broke off left is older than all."""
    system.invalidate_cache()
    made = {}
    for path in system.ls(root, detail=False):
        name = path.rstrip("/").rpartition("/")[2]
        if NAME.fullmatch(name) and name not in but:
            description = f"{root}/{name}/{DESCRIPTION}"
            made[name] = json.loads(system.cat_file(description))["created"] if system.exists(description) else ""
    return sorted(made, key=lambda each: (made[each], each))


def _open(address: str) -> tuple[Any, str]:
    try:
        system, root = fsspec.url_to_fs(address)
    except ImportError as error:
        raise SettingsError(
            f"for {address} another package is needed ({error}); for S3: pip install 'passend-onderwijs[s3]'"
        ) from error
    except ValueError as error:
        raise SettingsError(f"{address} is not an address that can be written to: {error}") from error
    return system, root.rstrip("/")


def _rename_into(folder: Path, root: Path, name: str) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    target, building = root / name, root / f"{BUILDING}{name}"
    shutil.rmtree(building, ignore_errors=True)
    if not target.exists():
        shutil.copytree(folder, building)
        building.rename(target)
    point(root, name)
    return target


def _upload(system: Any, folder: Path, target: str) -> None:
    """Copy every file, and see that each has arrived whole."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        there = f"{target}/{path.relative_to(folder).as_posix()}"
        system.put_file(str(path), there)
        system.invalidate_cache()
        if system.size(there) != path.stat().st_size:
            raise OSError(f"{there} has {system.size(there)} bytes, not {path.stat().st_size}")


@contextmanager
def _explained(address: str, what: str, then: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # each kind of store has its own
        raise ExportError(f"{address} cannot be {what}: {type(error).__name__}: {error}. {then}") from error
