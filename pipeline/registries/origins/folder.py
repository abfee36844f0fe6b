"""An archived or mirrored edition: a folder with a data package.

Belongs here: reading the package, and recognising which of its files changed. Does not belong here: judging a file (fetch).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError
from pipeline.registries.catalogue import Registry
from pipeline.registries.files import SourceFile
from pipeline.registries.origins.base import Candidate, Look, day_of

PACKAGE = "datapackage.json"
# of a dialect: what is read, whatever a package declares
DIALECT = {"quoteChar": '"', "doubleQuote": True, "header": True, "escapeChar": None, "commentChar": None}
UNCHANGED_WITH = ("size", "mtime_ns", "declared_bytes", "declared_hash")


class FolderOrigin:
    """A folder with a ``datapackage.json`` (version 1 or 2): an archived or mirrored edition.

    A resource belongs to the registry of the same name; ``unknown`` are the names of those that belong to none.
    Raises SettingsError for a package that cannot be used.
    """

    changes = False

    def __init__(self, folder: Path, catalogue: Mapping[str, Registry]) -> None:
        self.folder = folder.resolve()
        self.key = str(self.folder)
        self._package = self._read()
        self.name = str(self._package.get("name") or self.folder.name)
        self.unknown: list[str] = []
        self._resources: dict[str, Mapping[str, Any]] = {}
        self._paths: dict[str, dict[str, Path]] = {}
        for resource in self._package["resources"]:
            name = str(resource.get("name"))
            if name not in catalogue:
                self.unknown.append(name)
                continue
            if name in self._resources:
                raise self._error(f"lists resource {name} twice; list all its files in one `path`")
            self._resources[name] = resource
            self._paths[name] = self._listed(name, resource)

    def provides(self, registry: Registry) -> bool:
        return registry.name in self._resources

    def candidates(self, registry: Registry, look: Look) -> Iterator[Candidate]:
        resource, paths = self._resources[registry.name], self._paths[registry.name]
        stats = {place: self._stat(path) for place, path in paths.items()}
        url = next((str(each["path"]) for each in self._stated(resource, "sources") if each.get("path")), None)
        stated = self._stated(resource, "licenses")
        licences = [str(each.get("name") or each.get("title") or each.get("path") or "") for each in stated]
        declared = resource.get("bytes")
        together = sum(stat.st_size for stat in stats.values())
        dialect = resource.get("dialect") or {}
        wrong = next((
            f"{PACKAGE} declares {name} {dialect[name]!r}, which cannot be read: write the file with {read!r}"
            for name, read in DIALECT.items() if dialect.get(name, read) != read
        ), None)  # fmt: skip
        if len(paths) > 1 and declared not in (None, together):
            wrong = f"the {len(paths)} files hold {together:,} bytes together, {PACKAGE} declares {declared:,}"
        for place, path in paths.items():
            file = SourceFile(
                registry.name, place, path.name, url or path.name, registry.publisher,
                peildatum=resource.get("peildatum") or self._package.get("peildatum"),
                licence=", ".join(filter(None, licences)) or registry.licence,
                declared_bytes=declared if len(paths) == 1 else None, declared_hash=resource.get("hash"),
                size=stats[place].st_size, mtime_ns=stats[place].st_mtime_ns,
                encoding=resource.get("encoding"), delimiter=dialect.get("delimiter"),
            )  # fmt: skip
            held = look.held.get(place)
            if held is not None and all(getattr(held, each) == getattr(file, each) for each in UNCHANGED_WITH):
                yield Candidate(replace(file, sha256=held.sha256, bytes=held.bytes), wrong=wrong)
            else:
                sha256, size = _copy(path, look.into / "file")
                yield Candidate(replace(file, sha256=sha256, bytes=size), look.into / "file", wrong=wrong)

    def _read(self) -> Mapping[str, Any]:
        try:
            package = json.loads((self.folder / PACKAGE).read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            raise SettingsError(
                f"folder {self.folder} has no {PACKAGE}; give a folder that has one, or write one that lists its files "
                "under the names of the catalogue"
            ) from None
        except (ValueError, OSError) as error:
            raise self._error(f"cannot be read: {error}; correct it") from error
        resources = package.get("resources") if isinstance(package, dict) else None
        if not isinstance(resources, list) or not all(isinstance(each, dict) for each in resources):
            raise self._error("has no list of `resources`; see https://datapackage.org")
        return dict(package)

    def _listed(self, name: str, resource: Mapping[str, Any]) -> dict[str, Path]:
        """The files of a resource by their path in the package. Raises SettingsError unless each is in the folder."""
        raw = resource.get("path")
        listed = [raw] if isinstance(raw, str) else raw
        if not isinstance(listed, list) or not listed or not all(isinstance(each, str) for each in listed):
            raise self._error(f"gives resource {name} no `path`; name its file or files, relative to the folder")
        if len(listed) > 1 and resource.get("hash"):
            raise self._error(f"declares one hash for the {len(listed)} files of resource {name}; leave it out")
        dialect = resource.get("dialect") or {}
        if not isinstance(dialect, dict) or any(not isinstance(each, str | None) for each in _way_of_writing(resource, dialect)):
            raise self._error(f"gives resource {name} an `encoding` or `dialect` that is none; see https://datapackage.org")
        if not isinstance(resource.get("bytes", 0), int) or not isinstance(resource.get("hash", ""), str):
            raise self._error(f"gives resource {name} `bytes` that is no number or a `hash` that is no text; correct it")
        day = resource.get("peildatum") or self._package.get("peildatum")
        if day is not None and day_of(day) != day:
            raise self._error(f"gives resource {name} peildatum {day!r}; write a date as 2026-08-01")
        paths = {each: (self.folder / each).resolve() for each in listed}
        for each, path in paths.items():
            if not path.is_relative_to(self.folder):
                raise self._error(f"lists {each} for resource {name}, outside its own folder; copy the file into it")
            self._stat(path)
        return paths

    def _stat(self, path: Path) -> os.stat_result:
        try:
            return path.stat()
        except OSError as error:
            what = f"lists {path.relative_to(self.folder)}, which cannot be found there ({error.strerror})"
            raise self._error(f"{what}; put the file back or take it off the list") from None

    def _stated(self, resource: Mapping[str, Any], what: str) -> list[Mapping[str, Any]]:
        """What the resource, or else the package, states as its sources or licences."""
        stated = resource.get(what) or self._package.get(what) or []
        return [each for each in stated if isinstance(each, dict)]

    def _error(self, what: str) -> SettingsError:
        return SettingsError(f"{self.folder / PACKAGE} {what}")


def _way_of_writing(resource: Mapping[str, Any], dialect: Mapping[str, Any]) -> tuple[Any, Any]:
    return resource.get("encoding"), dialect.get("delimiter")


def _copy(source: Path, target: Path) -> tuple[str, int]:
    """Copy a file. Returns its SHA-256 and its size."""
    digest, count = hashlib.sha256(), 0
    with source.open("rb") as reader, target.open("wb") as writer:
        while chunk := reader.read(1 << 20):
            digest.update(chunk)
            writer.write(chunk)
            count += len(chunk)
    return digest.hexdigest(), count
