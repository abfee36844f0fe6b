"""The gate: why a file must not be used.

Belongs here: what is refused whatever anyone says, and what is refused because it drifted, until a person accepts it.
Does not belong here: what is used instead (fetch), how drift is measured (drift), and accepting (acceptance).
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from functools import cache
from itertools import islice
from os import SEEK_END
from pathlib import Path

import pyarrow as pa

from pipeline.archive import drift
from pipeline.archive.archive import Archive, Held
from pipeline.archive.drift import Measure, Profile, compare, compare_size, profile
from pipeline.archive.overrides import accepted
from pipeline.contracts.contract import Contract
from pipeline.contracts.documents import parsed
from pipeline.errors import ReadError
from pipeline.registries.catalogue import Registry
from pipeline.registries.origins import Found, Payload
from pipeline.staging.reader import Raw, header_problem, read

PROFILE = "profile"
MAGIC = {
    b"PK\x03\x04": "a zip or Excel file", b"\xd0\xcf\x11\xe0": "an old Excel file", b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file",
}  # fmt: skip
RECORDS = {"geojson": "features", "odata": "Observations"}


@dataclass(frozen=True)
class Judgement:
    """Why a file is refused, or None, and how it drifted. ``acceptable``: nothing but its drift speaks against it."""

    reason: str | None = None
    drift: tuple[Measure, ...] = ()
    acceptable: bool = False


@dataclass(frozen=True)
class Gate:
    """Judges the files of one registry. Without ``contract`` it does not look into them, and knows only their size."""

    registry: Registry
    archive: Archive
    contract: Contract | None = None

    def judge(self, found: Found, previous: Held | None) -> Judgement:
        """``previous`` is the last good file, to compare with where there is one."""
        if found.got is None:
            return Judgement()
        if wrong := refusal(self.registry, found, found.got):
            return Judgement(wrong)
        if previous is None or previous.file.sha256 == found.got.sha256:
            return Judgement()
        try:
            measures = self._drift(found, found.got, previous)
        except ReadError as error:
            return Judgement(str(error))
        told = [f"{each.told}, where at most {each.limit:.0%} is expected" for each in measures if each.exceeded]
        if self.registry.format == "csv" and previous.key == found.key and _ended(previous.file.path) > _ended(found.got.path):
            told.append("its last line has no end, which that of the previous file had: it may have broken off on its way")
        if not told or accepted(self.archive, self.registry.name, found.got.sha256):
            return Judgement(None, measures)
        way = f'if upstream changed for good: passend accept {self.registry.name} --reason "..."'
        return Judgement(f"{'; '.join(told)}; {way}", measures, acceptable=True)

    def _drift(self, found: Found, new: Payload, previous: Held) -> tuple[Measure, ...]:
        """The measures of a file. Raises ReadError when it cannot be read."""
        limits, old = self.registry.drift, previous.file
        if self.contract is None:
            return (compare_size(new.bytes, old.bytes, limits),)
        if wrong := header_problem(self.contract, new.path, found.name, self.registry.format):
            raise ReadError(wrong)
        after = self._profile(self.contract, new.path, new.sha256, found.name)
        try:
            measures = compare(after, self._profile(self.contract, old.path, old.sha256, old.name), limits)
        except ReadError:  # by a contract that has changed since
            measures = (compare_size(new.bytes, old.bytes, limits),)
        # a mirror may write the same rows in more or fewer bytes
        return tuple(each for each in measures if each.what != "size" or previous.key == found.key)

    def _profile(self, contract: Contract, path: Path, sha256: str, name: str) -> Profile:
        """The profile of a payload: as it was kept beside it, or else made now and kept."""
        made_with = _made_with(repr(contract))
        kept = self.archive.note(self.registry.name, sha256, PROFILE)
        if kept and kept["made_with"] == made_with:
            return Profile(**kept["profile"])
        content = path.read_bytes()
        made = profile(contract, read(contract, [Raw(name, sha256, content)], self.registry.format).rows, len(content))
        pa.default_memory_pool().release_unused()
        self.archive.write_note(self.registry.name, sha256, PROFILE, {"made_with": made_with, "profile": asdict(made)})
        return made


@cache
def _made_with(contract: str) -> str:
    """What a profile follows from beside the bytes: the contract, and how profiles are made."""
    return hashlib.sha256(contract.encode() + Path(drift.__file__).read_bytes()).hexdigest()[:16]


def refusal(registry: Registry, found: Found, got: Payload) -> str | None:
    """Why new bytes are not a file of this kind, or not the one their publisher declares; None when they are."""
    form = registry.format
    if got.bytes == 0:
        return "empty file (0 bytes)"
    with got.path.open("rb") as file:
        start = file.read(1024)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if (found.content_type or "").startswith("text/html") or text.startswith((b"<!doctype", b"<html")):
        return f"an HTML page instead of {form}"
    for magic, name in MAGIC.items():
        if start.startswith(magic):
            return f"{name} instead of {form}"
    if found.declared_bytes not in (None, got.bytes):
        return f"{got.bytes:,} bytes, its publisher declares {found.declared_bytes:,}"
    if wrong := _wrong_hash(got.path, found.declared_hash):
        return wrong
    return _content(got.path, form)


def _content(path: Path, form: str) -> str | None:
    """What is wrong with the content as a whole: not text, or without a single record."""
    with path.open("rb") as file:
        if any(b"\0" in chunk for chunk in iter(lambda: file.read(1 << 20), b"")):
            return f"binary content (a NUL byte) instead of {form}"
    if form == "csv":
        with path.open("rb") as file:
            if len(list(islice((line for line in file if line.strip()), 2))) < 2:
                return "a header without a single record"
        return None
    key = RECORDS[form]
    try:
        records = parsed(path.read_text(encoding="utf-8-sig"))[key]
    except (ValueError, KeyError, TypeError):
        return f"not JSON with {key}, as {form} has"
    return None if records else f"no records: {key} is empty"


def _ended(path: Path) -> bool:
    """Whether the last line of a file is whole. A server that tells no length of what it sends gives nothing else to go by."""
    with path.open("rb") as file:
        file.seek(-1, SEEK_END)
        return file.read() == b"\n"


def _wrong_hash(path: Path, declared: str | None) -> str | None:
    if declared is None:
        return None
    kind, _, wanted = declared.lower().rpartition(":")
    try:
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, kind or "md5").hexdigest()
    except ValueError:
        return f"its publisher declares {declared}, a kind of hash that cannot be verified"
    return None if actual == wanted else f"its {kind or 'md5'} is {actual}, its publisher declares {wanted}"
