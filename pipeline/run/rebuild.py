"""A release made once more from the archive alone, and held against the one that is there.

Belongs here: which archived files a release was made from, making its tables anew from them, and comparing the bytes.
Does not belong here: how tables are made (session) and written (release).

Nothing is retrieved and nothing in the data folder is written: the archive is read, everything else happens in a folder that
is gone afterwards. The checks are not carried out: the same bytes have the same outcomes.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.archive.archive import Archive, SourceFile
from pipeline.archive.fetch import Fetched
from pipeline.errors import CheckError
from pipeline.project import Project
from pipeline.releases.difference import resources
from pipeline.releases.release import Release, write_parquet
from pipeline.run.session import REFERENCE, Session, Step, code_version
from pipeline.run.warehouse import Warehouse
from pipeline.settings import Settings

NAMES = "; "  # between the names of files that hold the same bytes


@dataclass(frozen=True)
class Rebuilt:
    """One table of the release: its rows and hash there and now. None: that side does not have the table."""

    table: str
    rows: int | None
    rows_now: int | None
    hash: str | None
    hash_now: str | None

    @property
    def same(self) -> bool:
        return self.hash == self.hash_now


def rebuild(
    settings: Settings, project: Project, release: Release, report: Callable[[Step], None] = lambda step: None
) -> list[Rebuilt]:
    """Make every table of a release again. Raises CheckError when the archive lacks a file that it was made from."""
    files = _files(settings, release)
    with tempfile.TemporaryDirectory(prefix="passend-rebuild-") as made:
        folder = Path(made)
        with Warehouse(folder / "warehouse.duckdb") as warehouse:
            warehouse.ensure([*project.staging.values(), *project.curated.values()])
            warehouse.load_reference(REFERENCE)
            elsewhere = settings.with_(data_dir=folder)
            archive, now = Archive(settings.archive_dir), datetime.now(UTC)
            with closing(Session(elsewhere, project, archive, (), warehouse, None, report, "rebuild", now)) as session:
                for name in project.catalogue:
                    read, refused = ([each for each in files[name] if each.accepted is wanted] for wanted in (True, False))
                    session.fetched[name] = Fetched(tuple(read), tuple(refused), "fresh", (), unchanged=True)
                staged = [table for table, registry in project.feeders.items() if files[registry.name]]
                tables = [*staged, *project.models]
                report(Step("plan", "tables", 0, rows=len(tables)))
                for table in tables:
                    session.make(table)
            now_there = {
                contract.table: write_parquet(warehouse.connection, contract, folder) for contract in project.curated.values()
            }
    there = resources(release)
    sides = [(table, there.get(table, {}), now_there.get(table, {})) for table in sorted(there | now_there)]
    return [Rebuilt(table, a.get("rows"), b.get("rows"), a.get("hash"), b.get("hash")) for table, a, b in sides]


def reasons(release: Release, tables: list[Rebuilt]) -> str:
    """One paragraph on why tables of a rebuilt release differ."""
    differ = [each.table for each in tables if not each.same]
    made_with = release.description["code_version"]
    if made_with != code_version():
        why = f"it was made by code {made_with}, this is code {code_version()}; check out the version that made it"
    else:
        why = "the code is the same; a contract, a query or the catalogue may have changed since, or the archive was touched"
    return f"{len(differ)} of {len(tables)} tables are not what {release.path.name} holds ({', '.join(differ)}): {why}"


def _files(settings: Settings, release: Release) -> defaultdict[str, list[SourceFile]]:
    """The archived files that a release was made from, by registry, as its table bron lists them."""
    archive = Archive(settings.archive_dir)
    files: defaultdict[str, list[SourceFile]] = defaultdict(list)
    for file in _listed(archive, release):
        if not _holds(file):
            raise CheckError(
                f"{file.path} is not there, or not with the bytes of {file.name} from which {release.path.name} was made; "
                f"put the file of {file.dataset} with SHA-256 {file.sha256} back under that name"
            )
        files[file.dataset].append(file)
    return files


def _holds(file: SourceFile) -> bool:
    try:
        with file.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
    except FileNotFoundError:
        return False


def _listed(archive: Archive, release: Release) -> Iterator[SourceFile]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        rows = connection.from_parquet(str(release.path / "bron.parquet")).project(
            "dataset, bestand, sha256, bytes, url, opgehaald_op::varchar, peildatum::varchar, licentie, uitgever, status, reden"
        )
        for dataset, names, sha256, size, url, fetched_at, peildatum, licence, publisher, status, reason in rows.fetchall():
            for name in names.split(NAMES):
                yield SourceFile(
                    dataset, name, sha256, size, archive.path(dataset, sha256), url, fetched_at, peildatum, licence, publisher,
                    status == "gelezen", reason,
                )  # fmt: skip
