"""A data package: the file that says what a folder holds, read and held to be usable.

Belongs here: what a package may say, and the sentence for what it may not. Does not belong here: looking at the files that it
lists (folder).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.contracts.documents import parsed
from pipeline.errors import SettingsError
from pipeline.registries.origins.base import day_of

PACKAGE = "datapackage.json"
LARGEST = 20_000_000  # bytes of a package: one that lists 100,000 files takes half
HEX = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True)
class Package:
    """The package of a folder. Raises SettingsError, with its file and the reason, for what cannot be used of it."""

    folder: Path
    stated: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> Package:
        """Read the package of a folder. Raises SettingsError when there is none, or none that can be read."""
        package = cls(folder, {})
        try:
            found = parsed(package.opened().read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            raise SettingsError(
                f"folder {folder} has no {PACKAGE}; give a folder that has one, or write one that lists its files "
                "under the names of the catalogue"
            ) from None
        except (ValueError, OSError) as error:
            raise package.error(f"cannot be read: {error}; correct it") from error
        listed = found.get("resources") if isinstance(found, dict) else None
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            raise package.error("has no list of `resources`; see https://datapackage.org")
        if wrong := next((each for each in texts(found) if "\0" in each), None):
            raise package.error(f"holds a NUL character, in {wrong!r:.60}; take it out")
        return cls(folder, found)

    def opened(self) -> Path:
        """Return the path of the package, which can be read whole: a pipe would keep a run waiting, a device never ends."""
        path = self.folder / PACKAGE
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise self.error("is no file; put the package in its place")
        if found.st_size > LARGEST:
            raise self.error(f"holds {found.st_size:,} bytes, where at most {LARGEST:,} are expected; correct it")
        return path

    def listed(self, name: str, resource: Mapping[str, Any]) -> dict[str, Path]:
        """Return the files of a resource by their path in the package. Raises SettingsError unless each is in the folder, and all
        that is said of them can be used."""
        raw = resource.get("path")
        listed = [raw] if isinstance(raw, str) else raw
        if not isinstance(listed, list) or not listed or not all(isinstance(each, str) for each in listed):
            raise self.error(f"gives resource {name} no `path`; name its file or files, relative to the folder")
        if wrong := next(self._wrong(name, resource, len(listed)), None):
            raise self.error(wrong)
        return {each: self._followed(each, name) for each in listed}

    def _wrong(self, name: str, resource: Mapping[str, Any], files: int) -> Iterator[str]:
        """Yield what is wrong with what is said of a resource."""
        stated, size = resource.get("hash"), resource.get("bytes", 0)
        if files > 1 and stated:
            yield f"declares one hash for the {files} files of resource {name}; leave it out"
        dialect = resource.get("dialect") or {}
        written = (resource.get("encoding"), dialect.get("delimiter")) if isinstance(dialect, dict) else (dialect,)
        if not all(each is None or isinstance(each, str) for each in written):
            yield f"gives resource {name} an `encoding` or `dialect` that is none; see https://datapackage.org"
        if not isinstance(size, int) or isinstance(size, bool) or not isinstance(stated or "", str):
            yield f"gives resource {name} `bytes` that is no number or a `hash` that is no text; correct it"
        if stated and not is_hash(stated):
            yield f"gives resource {name} the hash {stated:.80}, which is none; write sha256: and its 64 hexadecimal digits"
        day = resource.get("peildatum") or self.stated.get("peildatum")
        if day is not None and day_of(day) != day:
            yield f"gives resource {name} peildatum {day!r:.80}; write a date as 2026-08-01"
        for what in ("sources", "licenses"):
            if not isinstance(resource.get(what) or self.stated.get(what) or [], list):
                yield f"gives resource {name} `{what}` that is no list; see https://datapackage.org"

    def _followed(self, listed: str, name: str) -> Path:
        """Return where a listed file is, links followed."""
        try:
            path = (self.folder / listed).resolve()
        except (OSError, RuntimeError, ValueError) as error:  # a link that leads to itself, half of a character
            raise self.error(f"lists {listed} for resource {name}, which leads nowhere ({error}); correct it") from None
        if not path.is_relative_to(self.folder):
            raise self.error(f"lists {listed} for resource {name}, outside its own folder; copy the file into it")
        self.status(path)
        return path

    def status(self, path: Path) -> os.stat_result:
        """Return the status of a listed file. Raises SettingsError when it is not there, or is no file."""
        try:
            found = path.stat()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            what = f"lists {path.relative_to(self.folder)}, which cannot be found there ({why})"
            raise self.error(f"{what}; put the file back or take it off the list") from None
        if not stat.S_ISREG(found.st_mode):
            raise self.error(f"lists {path.relative_to(self.folder)}, which is no file; name the file or take it off the list")
        return found

    def chunks(self, path: Path) -> Iterator[bytes]:
        """Yield the content of a listed file. Raises SettingsError when it cannot be read."""
        try:
            with path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    yield chunk
        except OSError as error:
            what = f"lists {path.relative_to(self.folder)}, which cannot be read ({error.strerror})"
            raise self.error(f"{what}; make it readable or take it off the list") from None

    def of(self, resource: Mapping[str, Any], what: str) -> list[Mapping[str, Any]]:
        """Return what a resource, or else the package, states as its sources or licences."""
        return [each for each in resource.get(what) or self.stated.get(what) or [] if isinstance(each, dict)]

    def error(self, what: str) -> SettingsError:
        return SettingsError(f"{self.folder / PACKAGE} {what}")


def is_hash(stated: str) -> bool:
    """Return whether a text is a hash that can be verified: of a known kind (MD5 where none is named), with all its digits."""
    kind, _, digits = stated.lower().rpartition(":")
    if (kind or "md5") not in hashlib.algorithms_guaranteed or not HEX.fullmatch(digits):
        return False
    return len(digits) == 2 * hashlib.new(kind or "md5", usedforsecurity=False).digest_size


def texts(document: Any) -> Iterator[str]:
    """Yield every text in a document, keys as well."""
    waiting = [document]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each
