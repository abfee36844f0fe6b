"""Admission: why a file must not be used.

Belongs here: what is refused whatever anyone says, and what is refused because it drifted, until a person accepts it.
Does not belong here: what is used instead (fetch), how drift is measured (drift), and accepting (overrides).
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from os import SEEK_END
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.archive import drift
from pipeline.archive.archive import Archive
from pipeline.archive.drift import Measure, Profile, compare, compare_size, profile
from pipeline.archive.overrides import accepted
from pipeline.code import version_of
from pipeline.contracts.contract import Contract
from pipeline.contracts.documents import parsed
from pipeline.errors import ReadError
from pipeline.registries.catalogue import Registry
from pipeline.registries.files import SourceFile
from pipeline.registries.origins import Candidate
from pipeline.staging.editions import EditionFile, recipe, stage
from pipeline.staging.json_files import form_of

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
class Admission:
    """Judges the files of one registry on a day. Without ``contract`` it does not look into them, and knows only their size."""

    registry: Registry
    archive: Archive
    today: date
    contract: Contract | None = None

    def judge(self, found: Candidate, previous: SourceFile | None) -> Judgement:
        """Judge a file. ``previous`` is the last good one, to compare with where there is one."""
        new = found.file
        if early := too_early(new, self.today):
            return Judgement(early)
        if found.wrong or found.path is None:
            return Judgement(found.wrong)
        if wrong := refusal(self.registry, found, found.path):
            return Judgement(wrong)
        if previous is None:
            return Judgement()
        same_place = previous.place == new.place
        if previous.sha256 == new.sha256:
            another = same_place and previous.name != new.name  # of an address for each year, as no other name changes
            return Judgement(f"it has the very bytes of {previous.name}, and must be of another year" if another else None)
        try:
            measures = self._drift(new, found.path, previous)
        except ReadError as error:
            return Judgement(str(error))
        reasons = [f"{each.told}, where at most {each.limit:.0%} is expected" for each in measures if each.exceeded]
        form = _form(self.registry, found.path)
        if form == "csv" and same_place and _ended(self.archive.path(previous)) > _ended(found.path):
            reasons.append("its last line has no end, which that of the previous file had: it may have broken off on its way")
        if not reasons or accepted(self.archive, self.registry.name, new.sha256):
            return Judgement(None, measures)
        way = f'if upstream changed for good: passend accept {self.registry.name} --reason "..."'
        return Judgement(f"{'; '.join(reasons)}; {way}", measures, acceptable=True)

    def _drift(self, new: SourceFile, path: Path, old: SourceFile) -> tuple[Measure, ...]:
        """Return the measures of a file. Raises ReadError when it cannot be read."""
        limits = self.registry.drift
        if self.contract is None:
            return (compare_size(new.bytes, old.bytes, limits),)
        after = self._profile(self.contract, new, path)
        try:
            measures = compare(after, self._profile(self.contract, old, self.archive.path(old)), limits)
        except ReadError:  # by a contract that has changed since
            measures = (compare_size(new.bytes, old.bytes, limits),)
        # a mirror may write the same rows in more or fewer bytes
        return tuple(each for each in measures if each.what != "size" or old.place == new.place)

    def _profile(self, contract: Contract, file: SourceFile, path: Path) -> Profile:
        """Return the profile of a file: as it was kept beside its payload, or else made now of its staged rows, and kept."""
        kind = f"{_made_with(contract, self.registry.format)}.{PROFILE}"
        if kept := self.archive.note(file.dataset, file.sha256, kind):
            return Profile(**kept)
        made = profile(contract, *self._read(contract, file, path))
        pa.default_memory_pool().release_unused()
        self.archive.write_note(file.dataset, file.sha256, kind, asdict(made))
        return made

    def _read(self, contract: Contract, file: SourceFile, path: Path) -> tuple[pa.Table, int, int]:
        """Read a file under its contract: its rows, its bytes, and how many records do not fit. The staging step finds it read.
        Raises ReadError."""
        store = self.archive.store
        one = EditionFile(file.name, file.sha256, file.peildatum, lambda: path, file.encoding, file.delimiter)
        edition = stage(store, contract, [one], self.registry.format)
        paths = edition.rows.paths(store)
        rows = pa.concat_tables(map(pq.read_table, paths)) if paths else contract.arrow_schema().empty_table()
        return rows, file.bytes, sum(edition.rejected.values())


def too_early(file: SourceFile, today: date) -> str | None:
    """Return why an edition cannot be used yet; None when it can."""
    if file.peildatum is None or file.peildatum <= str(today):
        return None
    return f"its peildatum, {file.peildatum}, lies after the day of this run, {today}; correct the date where it is wrong"


def _made_with(contract: Contract, form: str) -> str:
    """Return a hash of what a profile follows from, beside the bytes: how they are read, and how profiles are made."""
    return hashlib.sha256(f"{recipe(contract, form)} {version_of(drift.__name__)}".encode()).hexdigest()[:16]


def refusal(registry: Registry, found: Candidate, path: Path) -> str | None:
    """Return why new bytes are not a file of this kind, or not the one their publisher declares; None when they are."""
    file, form = found.file, _form(registry, path)
    if file.bytes == 0:
        return "empty file (0 bytes)"
    with path.open("rb") as content:
        start = content.read(1024)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if (found.content_type or "").startswith("text/html") or text.startswith((b"<!doctype", b"<html")):
        return f"an HTML page instead of {form}"
    for magic, name in MAGIC.items():
        if start.startswith(magic):
            return f"{name} instead of {form}"
    if file.declared_bytes not in (None, file.bytes):
        return f"{file.bytes:,} bytes, its publisher declares {file.declared_bytes:,}"
    if wrong := _wrong_hash(path, file.declared_hash):
        return wrong
    return _content(path, form)


def _form(registry: Registry, path: Path) -> str:
    with path.open("rb") as content:
        return form_of(registry.format, content.read(1024))


def _content(path: Path, form: str) -> str | None:
    """Return what is wrong with the content as a whole: not text, or without a single record."""
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
    """Return whether the last line of a file is whole: without Content-Length, the only sign of truncation."""
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
