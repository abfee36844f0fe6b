"""Where registries come from: the live addresses, the sandbox that imitates them, and folders with a data package.

Belongs here: finding a registry's files at an origin, and telling what did not change since the last look.
Does not belong here: judging a file (fetch), keeping it (archive), retries and redirects (http).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from pipeline.archive import Held
from pipeline.catalogue import Registry
from pipeline.errors import FetchError, SettingsError
from pipeline.settings import Settings

PACKAGE = "datapackage.json"


@dataclass(frozen=True)
class Payload:
    """Bytes that were brought in: a file of its own, its hash and its size."""

    path: Path
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Found:
    """One file of a registry as an origin gives it now.

    ``got`` are its bytes, or None when they are still those of the file held under the same ``key``; the rest is as in
    SourceFile and Held. ``reason`` says why it must be refused.
    """

    key: str
    name: str
    url: str
    got: Payload | None = None
    peildatum: str | None = None
    licence: str | None = None
    status: int | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    declared_bytes: int | None = None
    declared_hash: str | None = None
    size: int | None = None
    mtime_ns: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Look:
    """What a look at an origin starts from.

    ``held`` are the files in use since the last look, by key; ``into`` a folder for new bytes, of which each file must be
    taken before the next one is asked for; ``gate`` says why a file must be refused, or None.
    """

    held: Mapping[str, Held]
    into: Path
    gate: Callable[[Found], str | None]
    now: datetime


class Origin(Protocol):
    """A place that holds registries.

    ``name`` is for people; ``key`` is unique and stays the same from run to run. ``changes``: what it holds changes by
    itself, so that sizes are compared with those of the last look and the last good file may stand in for a bad one.
    """

    @property
    def name(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def changes(self) -> bool: ...

    def provides(self, registry: Registry) -> bool:
        """Whether this origin is meant to hold the registry."""
        ...

    def look(self, registry: Registry, look: Look) -> Iterator[Found | FetchError]:
        """Every file of the registry as it is now, judged; and, as its error, every place that failed to give one."""
        ...


class FolderOrigin:
    """A folder with a ``datapackage.json`` (version 1 or 2): an archived or mirrored edition.

    A resource belongs to the registry of the same name. Raises SettingsError for a package that cannot be used.
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

    def look(self, registry: Registry, look: Look) -> Iterator[Found]:
        resource, paths = self._resources[registry.name], self._paths[registry.name]
        stats = {key: self._stat(path) for key, path in paths.items()}
        url = next((str(each["path"]) for each in self._stated(resource, "sources") if each.get("path")), None)
        licences = [each.get("name") or each.get("title") or each.get("path") for each in self._stated(resource, "licenses")]
        declared = resource.get("bytes")
        together = sum(stat.st_size for stat in stats.values())
        wrong_sum = None
        if len(paths) > 1 and declared not in (None, together):
            wrong_sum = f"the {len(paths)} files of {registry.name} hold {together:,} bytes together, {PACKAGE} says {declared:,}"
        for key, path in paths.items():
            found = Found(
                key, path.name, url or path.name,
                peildatum=resource.get("peildatum") or self._package.get("peildatum"),
                licence=", ".join(str(each) for each in licences if each) or registry.licence,
                declared_bytes=declared if len(paths) == 1 else None, declared_hash=resource.get("hash"),
                size=stats[key].st_size, mtime_ns=stats[key].st_mtime_ns,
            )  # fmt: skip
            held = look.held.get(key)
            if held is None or any(
                getattr(held, each) != getattr(found, each) for each in ("size", "mtime_ns", "declared_bytes", "declared_hash")
            ):
                found = replace(found, got=_copy(path, look.into / "file"))
            yield replace(found, reason=wrong_sum or look.gate(found))

    def _read(self) -> Mapping[str, Any]:
        try:
            package = json.loads((self.folder / PACKAGE).read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            raise SettingsError(
                f"folder {self.folder} has no {PACKAGE}; give a folder that has one, or write one that lists its files by "
                "the names of the catalogue"
            ) from None
        except (ValueError, OSError) as error:
            raise self._error(f"cannot be read: {error}; correct it") from error
        resources = package.get("resources") if isinstance(package, dict) else None
        if not isinstance(resources, list) or not all(isinstance(each, dict) for each in resources):
            raise self._error("has no list of `resources`; see https://datapackage.org")
        return dict(package)

    def _listed(self, name: str, resource: Mapping[str, Any]) -> dict[str, Path]:
        """The files of a resource by their path in the package. Raises SettingsError unless each is there, in the folder."""
        raw = resource.get("path")
        listed = [raw] if isinstance(raw, str) else raw
        if not isinstance(listed, list) or not listed or not all(isinstance(each, str) for each in listed):
            raise self._error(f"gives resource {name} no `path`; name its file or files, relative to the folder")
        if len(listed) > 1 and resource.get("hash"):
            raise self._error(f"declares one hash for the {len(listed)} files of resource {name}; leave it out, or make each a resource")
        if not isinstance(resource.get("bytes", 0), int) or not isinstance(resource.get("hash", ""), str):
            raise self._error(f"gives resource {name} a `bytes` that is no number or a `hash` that is no text; correct it")
        day = resource.get("peildatum") or self._package.get("peildatum")
        if day is not None and _date(day) != day:
            raise self._error(f"gives resource {name} peildatum {day!r}; write a date as 2026-08-01")
        paths = {each: (self.folder / each).resolve() for each in listed}
        for each, path in paths.items():
            if not path.is_relative_to(self.folder):
                raise self._error(f"lists {each} for resource {name}, which lies outside its folder; copy the file into it")
            self._stat(path)
        return paths

    def _stat(self, path: Path) -> os.stat_result:
        try:
            return path.stat()
        except OSError as error:
            shown = path.relative_to(self.folder)
            raise self._error(f"lists {shown}, which cannot be found there ({error.strerror}); put the file back or unlist it") from None

    def _stated(self, resource: Mapping[str, Any], what: str) -> list[Mapping[str, Any]]:
        """What the resource, or else the package, states as its sources or licences."""
        stated = resource.get(what) or self._package.get(what) or []
        return [each for each in stated if isinstance(each, dict)]

    def _error(self, what: str) -> SettingsError:
        return SettingsError(f"{self.folder / PACKAGE} {what}")


def _copy(source: Path, target: Path) -> Payload:
    """Copy a file and hash it on the way."""
    digest, count = hashlib.sha256(), 0
    with source.open("rb") as reader, target.open("wb") as writer:
        while chunk := reader.read(1 << 20):
            digest.update(chunk)
            writer.write(chunk)
            count += len(chunk)
    return Payload(target, digest.hexdigest(), count)


def _date(text: object) -> str | None:
    """The ISO date that a time stamp begins with."""
    try:
        return date.fromisoformat(str(text)[:10]).isoformat()
    except ValueError:
        return None


@contextmanager
def open_origins(
    settings: Settings,
    catalogue: Mapping[str, Registry],
    serve_sandbox: Callable[[], AbstractContextManager[Mapping[str, str]]],
) -> Iterator[list[Origin]]:
    """The origins that the settings name, in that order. The sandbox is served while they are open, if it is among them.

    Raises SettingsError for a source that is not ``live``, ``sandbox`` or a usable folder, and for one given twice.
    """
    with ExitStack() as stack:
        origins: list[Origin] = []
        for source in settings.sources:
            origins.append(_folder(source, catalogue))
        keys = [origin.key for origin in origins]
        yield origins
