"""Where an export may be put: an address that readers can get it from, and nothing of somebody else's.

Belongs here: what an address means, and why one is refused. Does not belong here: writing there (destination).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from pipeline.describe.descriptor import FILE as DESCRIPTION
from pipeline.errors import ExportError, SettingsError
from pipeline.releases.release import LATEST

POINTER = f"{LATEST}.json"
# what keeps nothing where readers could get it: in this process, within another file, behind a cache, or only to be read
UNFIT = {
    "memory", "zip", "tar", "libarchive", "reference", "dir", "root", "cached", "blockcache", "filecache", "simplecache",
    "data", "http", "https", "github", "git", "generic", "async_wrapper",
}  # fmt: skip


def open_address(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path of it there. Raises SettingsError for one of an unknown kind."""
    try:
        system, root = fsspec.url_to_fs(address)
    except ImportError as error:
        raise SettingsError(
            f"for {address} another package is needed ({error}); for S3: pip install 'passend-onderwijs[s3]'"
        ) from error
    except ValueError as error:
        raise SettingsError(f"{address} is not an address that can be written to: {error}") from error
    return system, root.rstrip("/")


def refuse_unfit(address: str, releases: Path) -> None:
    """Raise SettingsError for an address that readers could get nothing from, that holds a password, or where releases are."""
    scheme, _, rest = address.partition("://")
    if "::" in address or (rest and scheme.lower() in UNFIT):
        raise SettingsError(
            f"{_shown(address)} is not an address that an export stays at, for readers to get it; give a folder, or an address "
            "such as s3://bucket/path"
        )
    if "@" in rest.partition("/")[0]:
        name = f"FSSPEC_{scheme.upper()}"
        raise SettingsError(
            f"{_shown(address)} holds a user name or a password, which messages would show; leave it out, and set "
            f"{name}_USERNAME and {name}_PASSWORD"
        )
    system, root = open_address(address)
    if isinstance(system, LocalFileSystem):
        there, ours = Path(root).resolve(), releases.resolve()
        if there == ours.parent or there.is_relative_to(ours):
            raise SettingsError(f"{address} is where the releases are; give another folder, such as {ours.parent / 'export'}")


def _shown(address: str) -> str:
    """Return an address without what may be a password."""
    return re.sub(r"://.*@", "://…@", address)


def refuse_taken(system: Any, root: str, address: str) -> None:
    """Raise ExportError when what readers look at is there already, and is not of an export."""
    local = isinstance(system, LocalFileSystem)
    with explained(address, "looked at", "Mend it and export again"):
        ours = _leads_to_an_export(Path(root) / LATEST) if local else _points_to_an_export(system, f"{root}/{POINTER}")
    if not ours:
        name = LATEST if local else POINTER
        raise ExportError(f"{name} at {address} is not of an export, so it is left alone; move it, or choose another address")


def _leads_to_an_export(link: Path) -> bool:
    if not os.path.lexists(link):
        return True
    beside = link.is_symlink() and len(link.readlink().parts) == 1
    return beside and (not link.exists() or (link / DESCRIPTION).is_file())


def _points_to_an_export(system: Any, pointer: str) -> bool:
    if not system.exists(pointer):
        return True
    content = system.cat_file(pointer)
    try:
        found = json.loads(content)
    except ValueError:
        return not content or content.startswith(b'{"name"')  # of an upload that was cut off
    return isinstance(found, dict) and {"name", "path"} <= found.keys()


@contextmanager
def explained(address: str, what: str, then: str) -> Iterator[None]:
    """Raise an ExportError for whatever goes wrong: each kind of store has errors of its own."""
    try:
        yield
    except Exception as error:
        raise ExportError(f"{address} cannot be {what}: {type(error).__name__}: {error}. {then}") from error
