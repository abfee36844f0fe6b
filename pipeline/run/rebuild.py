"""A release made once more from the archive alone, and held against the one that is there.

Belongs here: which archived files a release was made from, making its tables again from them, and comparing. Does not belong
here: how tables are made (tables).

Nothing is retrieved and nothing in the data folder is written: the archive is read, everything else happens in a folder that
is gone afterwards. The checks are not carried out: the same bytes have the same outcomes.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from pipeline.archive.archive import Archive
from pipeline.archive.fetch import Fetched
from pipeline.day import day_of
from pipeline.errors import CheckError
from pipeline.project import Project
from pipeline.registries.files import SourceFile
from pipeline.releases.release import Release, resources
from pipeline.run.bookkeeping import NAMES
from pipeline.run.looks import GivenLooks
from pipeline.run.step import Step
from pipeline.run.tables import Tables
from pipeline.run.version import code_version
from pipeline.settings import Settings
from pipeline.sql import parquet
from pipeline.store.engine import Engine
from pipeline.store.objects import Store


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
    """Make every table of a release again, as of its own day. Raises CheckError when the archive lacks a file that it needs."""
    archive = Archive(Store(settings.data_dir))
    files = _files(archive, release)
    seen = {
        name: Fetched(
            tuple(each for each in files[name] if each.accepted), tuple(each for each in files[name] if not each.accepted),
            "fresh", (), unchanged=True,
        )
        for name in project.catalogue
    }  # fmt: skip
    made_at = datetime.fromisoformat(release.description["created"]).astimezone(UTC)
    with tempfile.TemporaryDirectory(prefix="passend-rebuild-") as folder:
        store, looks = Store(Path(folder)), GivenLooks(archive, "rebuild", made_at, _day(release, made_at), seen)
        with Engine(store.scratch, settings.maker_memory_mb, threads=settings.maker_threads) as engine:
            tables = Tables(project, store, looks, engine)
            report(Step("plan", "tables", 0, rows=len(project.staging) + len(project.models)))
            for table in [*project.staging, *project.models]:
                made = tables.make(table)
                kind = "stage" if table in project.staging else "build"
                report(Step(kind, table, made.seconds, made.unchanged, made.stored.rows))  # type: ignore[arg-type]
            now = {table: tables.make(table).stored for table in project.curated}
    there = resources(release)
    return [
        Rebuilt(
            table,
            there[table]["rows"] if table in there else None, now[table].rows if table in now else None,
            there[table]["hash"] if table in there else None, f"sha256:{now[table].parts[0].sha256}" if table in now else None,
        )
        for table in sorted(there | now)
    ]  # fmt: skip


def reasons(release: Release, tables: list[Rebuilt]) -> str:
    """Return one paragraph on why tables of a rebuilt release differ."""
    differ = [each.table for each in tables if not each.same]
    made_with = release.description["code_version"]
    if made_with != code_version():
        why = f"it was made by code {made_with}, this is code {code_version()}; check out the version that made it"
    else:
        why = "the code is the same; a contract, a query or the catalogue may have changed since, or the archive was touched"
    return f"{len(differ)} of {len(tables)} tables are not what {release.path.name} holds ({', '.join(differ)}): {why}"


def _day(release: Release, made_at: datetime) -> date:
    """Return the day of the run that made a release. Where the clock was behind then, the release shows a later one itself."""
    path = release.path / "peildag.parquet"
    days: list[date] = pq.read_table(path)["dag"].to_pylist() if path.is_file() else []
    return max([day_of(made_at), *days])


def _files(archive: Archive, release: Release) -> defaultdict[str, list[SourceFile]]:
    """The archived files that a release was made from, by registry, as its table bron lists them."""
    files: defaultdict[str, list[SourceFile]] = defaultdict(list)
    for file in _listed(release):
        if not archive.intact(file):
            raise CheckError(
                f"{archive.address(file)} is not there, or not with the bytes of {file.name} from which {release.path.name} was "
                f"made; put the file of {file.dataset} with SHA-256 {file.sha256} back under that name"
            )
        files[file.dataset].append(file)
    return files


def _listed(release: Release) -> Iterator[SourceFile]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        rows = connection.execute(
            "select dataset, bestand, sha256, bytes, url, opgehaald_op::varchar, peildatum::varchar, licentie, uitgever, status, "
            f"reden from {parquet(release.path / 'bron.parquet')}"
        ).fetchall()
    for dataset, names, sha256, size, url, fetched_at, peildatum, licence, publisher, status, reason in rows:
        for name in names.split(NAMES):
            yield SourceFile(
                dataset, name, name, url, publisher, sha256, size, fetched_at, peildatum, licence, status == "gelezen", reason,
            )  # fmt: skip
