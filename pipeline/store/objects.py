"""Objects by key below one address: written once, never changed, the same on a disk and in a bucket.

Belongs here: putting, getting and listing bytes under a key. Does not belong here: what the bytes are, and the one pointer that
moves (pointer).

An object that is there is whole: it is written under another name first, and appears by one rename or one request once its bytes
are on the disk. Two that write the same key at once leave the first one's bytes, and the second learns that it was too late.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, from_url

from pipeline.errors import SettingsError
from pipeline.store.replacing import settle
from pipeline.store.workplace import WORK, Workplace

SCRATCH = "scratch"
HALF = re.compile(r".*#\d+")
T = TypeVar("T")


class Store:
    """A local folder or an object store (``s3://``, ``gs://``, ``az://``), through obstore.

    ``scratch`` is a folder on this machine for bytes on their way in, and for those that a bucket has sent; in a local store it
    lies on the same file system, so that moving a file in copies nothing.
    """

    def __init__(self, address: str | Path, scratch: Path | None = None) -> None:
        self.address = str(address)
        self.root = None if urlsplit(self.address).scheme else Path(self.address).resolve()
        self._scratch = scratch or (self.root / SCRATCH if self.root else Path(tempfile.gettempdir()) / "passend")
        self._objects: ObjectStore = LocalStore(self.root, mkdir=True) if self.root else from_url(self.address)
        self._verified: dict[tuple[str, str], tuple[int, int]] = {}

    # -- writing -------------------------------------------------------------------------------------------------------

    def put(self, key: str, content: bytes, *, synced: bool = True) -> bool:
        """Write an object. Returns False, and writes nothing, when the key is taken.

        Without ``synced`` a loss of power may cost its bytes: for what is known to be damaged when it is read, and made again. A
        first run writes a thousand of those, and waits some milliseconds for each that is synced.
        """
        if self.root is not None:
            return self._put_on_disk(self.root / key, content, synced)
        try:
            obstore.put(self._objects, key, content, mode="create")
        except AlreadyExistsError:
            return False
        return True

    def put_json(self, key: str, document: Any, *, synced: bool = True) -> bool:
        """Write a document as JSON. Returns False when the key is taken."""
        return self.put(key, json.dumps(document, ensure_ascii=False).encode(), synced=synced)

    def settle(self, key: str, document: Any, read: Callable[[Any], T | None]) -> T | None:
        """Write a document unless a sound one is there, and return what ``read`` makes of the one that counts.

        Of two that settle a key at once, the first one's document counts for both. See ``find`` for what is sound.
        """
        while not self.put_json(key, document, synced=False):
            if (found := self.find(key, read)) is not None:
                return found
            self.delete(key)  # damaged
        return self.find(key, read)

    def take(self, key: str, path: Path) -> bool:
        """Move a file in as an object. Returns False, and leaves the file, when the key is taken."""
        if self.root is None or not path.resolve().is_relative_to(self.root):
            return self.put(key, path.read_bytes())
        settle(path)
        try:
            obstore.rename(self._objects, path.resolve().relative_to(self.root).as_posix(), key, overwrite=False)
        except AlreadyExistsError:
            return False
        return True

    def _put_on_disk(self, target: Path, content: bytes, synced: bool) -> bool:
        """Write an object as obstore does, with its bytes on the disk before its name: obstore leaves them to the system, which a
        loss of power may cost them."""
        part = target.with_name(f"{target.name}#{uuid4().int}")
        while True:
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                part.write_bytes(content)
                break
            except FileNotFoundError:  # the folder was empty, and another process has just cleared it away
                continue
        try:
            if synced:
                settle(part)
            os.link(part, target)
        except FileExistsError:
            return False
        finally:
            part.unlink(missing_ok=True)
        return True

    def delete(self, key: str) -> None:
        """Remove an object. One that is not there is as good as removed. A folder in its place goes when it is empty; else a
        SettingsError is raised, for what is in it is not ours.
        """
        if self.root is not None and (self.root / key).is_dir():
            try:
                (self.root / key).rmdir()
            except OSError as error:
                said = f"{self.root / key} is a folder with something in it, where this project has a file"
                raise SettingsError(f"{said}; move it away and run again") from error
            return
        try:
            obstore.delete(self._objects, key)
        except FileNotFoundError:
            return

    def clear_halves(self, before: float) -> int:
        """Remove what killed processes have left of objects amid writing them, before a moment. Returns how many.

        On a disk an object is written as ``<key>#<number>`` first, a name that obstore neither lists nor uses again.
        """
        halves = [] if self.root is None else [each for each in self.root.rglob("*#*") if HALF.fullmatch(each.name)]
        old = [each for each in halves if each.is_file() and each.stat().st_mtime < before]
        for each in old:
            each.unlink(missing_ok=True)
        return len(old)

    def clear_empty(self, prefix: str, before: float) -> None:
        """Remove the folders below a prefix that have been empty since a moment; only a disk has them."""
        folders = [] if self.root is None else [each for each in (self.root / prefix).glob("*") if each.is_dir()]
        for each in folders:
            if each.stat().st_mtime < before:
                with suppress(OSError):  # it is not empty
                    each.rmdir()

    # -- reading -------------------------------------------------------------------------------------------------------

    def get(self, key: str) -> bytes:
        """Return the bytes of an object. Raises FileNotFoundError."""
        return bytes(obstore.get(self._objects, key).bytes())

    def json(self, key: str) -> Any:
        """Return the document of an object; None when it is not there, or is no JSON."""
        return self.find(key, lambda document: document)

    def find(self, key: str, read: Callable[[Any], T | None]) -> T | None:
        """Return what ``read`` makes of a document; None when it is not there, or when ``read`` cannot read it, as it may be
        after a disk lost power."""
        try:
            return read(json.loads(self.get(key)))
        except (FileNotFoundError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return None

    def size(self, key: str) -> int | None:
        """Return the bytes of an object as a number; None when it is not there."""
        try:
            return int(obstore.head(self._objects, key)["size"])
        except FileNotFoundError:
            return None

    def names(self, prefix: str) -> list[str]:
        """Return the keys below a prefix, sorted."""
        return sorted(each["path"] for page in obstore.list(self._objects, f"{prefix.rstrip('/')}/") for each in page)

    def modified(self, prefix: str) -> dict[str, float]:
        """Return the keys below a prefix with the time each was written, in seconds since 1970."""
        pages = obstore.list(self._objects, f"{prefix.rstrip('/')}/")
        return {each["path"]: each["last_modified"].timestamp() for page in pages for each in page}

    def path(self, key: str) -> Path:
        """Return a file of this machine that holds an object. Raises FileNotFoundError.

        On a disk that is the object itself; from a bucket it is fetched once, for a key never gets other bytes.
        """
        if self.root is not None:
            path = self.root / key
            if not path.is_file():
                raise FileNotFoundError(key)
            return path
        path = self._scratch / "objects" / key
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
                part.write(self.get(key))
            Path(part.name).replace(path)
        return path

    def verified(self, key: str, sha256: str) -> Path | None:
        """Return a file that holds an object, once its bytes have this hash; None when it is not there or is damaged.

        A file that has neither been written nor replaced since is not hashed again by this process.
        """
        try:
            path = self.path(key)
            state = path.stat()
            seen = (state.st_mtime_ns, state.st_size)
            if self._verified.get((key, sha256)) != seen:
                with path.open("rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                        return None
                self._verified[key, sha256] = seen
        except OSError:
            return None
        return path

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder of one's own for files on their way in; gone afterwards with what is in it."""
        with Workplace(self._scratch, WORK) as place:
            yield place.path
