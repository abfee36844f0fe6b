"""Putting a folder where readers are: a folder on this machine, or any address that fsspec knows (``s3://bucket/path``).

Belongs here: that readers see the previous export or the next, never something in between. Does not belong here: what is in it.

Everything is written under the export's own name first. Only when it stands there, whole, does what readers look at name it: a
link ``latest`` on this machine, a small object ``latest.json`` elsewhere, which is replaced as one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from pipeline.errors import ExportError, SettingsError
from pipeline.release import BUILDING, LATEST, point

POINTER = f"{LATEST}.json"


def publish(folder: Path, name: str, address: str) -> str:
    """Put the files of ``folder`` at ``address`` under ``name``, and make that what readers get. Returns where it stands.

    Raises SettingsError for an address of an unknown kind; ExportError when it cannot be written: readers have what they had.
    """
    system, root = _open(address)
    with _explained(address):
        if isinstance(system, LocalFileSystem):
            return str(_rename_into(folder, Path(root), name))
        _upload(system, folder, f"{root}/{name}")
        system.pipe_file(f"{root}/{POINTER}", json.dumps({"name": name, "path": f"{name}/"}).encode())
    return f"{address.rstrip('/')}/{name}"


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
def _explained(address: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # each kind of store has its own
        reason = f"{type(error).__name__}: {error}"
        raise ExportError(
            f"{address} cannot be written: {reason}. What readers had there stands; mend it and export again"
        ) from error
