"""An archived or mirrored edition: a folder with a data package.

Belongs here: recognising which of its files changed. Does not belong here: what the package says (package), judging a file
(fetch).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.registries.catalogue import Registry
from pipeline.registries.files import SourceFile
from pipeline.registries.origins.base import Candidate, Look
from pipeline.registries.origins.package import PACKAGE, Package

# of a dialect: what is read, whatever a package declares
DIALECT = {"quoteChar": '"', "doubleQuote": True, "header": True, "escapeChar": None, "commentChar": None}
UNCHANGED_WITH = ("size", "mtime_ns", "declared_bytes", "declared_hash")


class FolderOrigin:
    """A folder with a ``datapackage.json`` (version 1 or 2): an archived or mirrored edition.

    A resource belongs to the registry of the same name; ``unknown`` are the names of those that belong to none.
    Raises SettingsError for a package that cannot be used.
    """

    changes = False
    fictitious = False

    def __init__(self, folder: Path, catalogue: Mapping[str, Registry]) -> None:
        self.folder = folder.resolve()
        self.key = str(self.folder)
        self._package = Package.read(self.folder)
        self.name = str(self._package.stated.get("name") or self.folder.name)
        self.unknown: list[str] = []
        self._resources: dict[str, Mapping[str, Any]] = {}
        self._paths: dict[str, dict[str, Path]] = {}
        for resource in self._package.stated["resources"]:
            name = str(resource.get("name"))
            if name not in catalogue:
                self.unknown.append(name)
                continue
            if name in self._resources:
                raise self._package.error(f"lists resource {name} twice; list all its files in one `path`")
            self._resources[name] = resource
            self._paths[name] = self._package.listed(name, resource)

    def provides(self, registry: Registry) -> bool:
        return registry.name in self._resources

    def candidates(self, registry: Registry, look: Look) -> Iterator[Candidate]:
        resource, paths = self._resources[registry.name], self._paths[registry.name]
        stats = {place: self._package.status(path) for place, path in paths.items()}
        url = next((str(each["path"]) for each in self._package.of(resource, "sources") if each.get("path")), None)
        stated = self._package.of(resource, "licenses")
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
                peildatum=resource.get("peildatum") or self._package.stated.get("peildatum"),
                licence=", ".join(filter(None, licences)) or registry.licence,
                declared_bytes=declared if len(paths) == 1 else None, declared_hash=resource.get("hash"),
                size=stats[place].st_size, mtime_ns=stats[place].st_mtime_ns,
                encoding=resource.get("encoding"), delimiter=dialect.get("delimiter"),
            )  # fmt: skip
            held = look.held.get(place)
            if held is not None and self._unchanged(held, file, path):
                yield Candidate(replace(file, sha256=held.sha256, bytes=held.bytes), wrong=wrong)
            else:
                sha256, size = self._copy(path, look.into / "file")
                yield Candidate(replace(file, sha256=sha256, bytes=size), look.into / "file", wrong=wrong)

    def _unchanged(self, held: SourceFile, file: SourceFile, path: Path) -> bool:
        """Return whether a file still has the bytes that are held. Other bytes may have the same size and time, so where the
        package states no hash, which those that are held have, the content says it."""
        if any(getattr(held, each) != getattr(file, each) for each in UNCHANGED_WITH):
            return False
        if file.declared_hash:
            return True
        digest = hashlib.sha256()
        for chunk in self._package.chunks(path):
            digest.update(chunk)
        return digest.hexdigest() == held.sha256

    def _copy(self, source: Path, target: Path) -> tuple[str, int]:
        """Copy a file. Returns its SHA-256 and its size."""
        digest, count = hashlib.sha256(), 0
        with target.open("wb") as writer:
            for chunk in self._package.chunks(source):
                digest.update(chunk)
                writer.write(chunk)
                count += len(chunk)
        return digest.hexdigest(), count
