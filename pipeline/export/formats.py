"""Which formats a release can be exported in, and which tables each is for.

Belongs here: one entry per format. Does not belong here: writing one (tables, geo). Those are imported by the first that
writes, because the command line shows this list in its help and their libraries take 0.5 s.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.export.dialect import COMMA, EXCEL, Dialect

if TYPE_CHECKING:
    import duckdb

    from pipeline.contracts.contract import Contract
    from pipeline.releases.release import Release

KEY_FIGURES = "swv_kerncijfers"
DUCKDB = "duckdb"


@dataclass(frozen=True)
class Job:
    """One table to write: where from, what it is and where to."""

    connection: duckdb.DuckDBPyConnection
    release: Release
    contract: Contract
    path: Path


@dataclass(frozen=True)
class Format:
    """How a table is written, and for which tables it is when none is named. ``dialect`` is of a CSV."""

    suffix: str
    write: Callable[[Job], Any]
    fits: Callable[[Contract], bool] = lambda contract: True
    usual: Callable[[Contract], bool] = lambda contract: True
    dialect: Dialect | None = None


def _csv(dialect: Dialect) -> Format:
    def write(job: Job) -> None:
        from pipeline.export.tables import write_csv

        write_csv(job.connection, job.contract, job.path, dialect)

    return Format("csv", write, dialect=dialect)


def _write_workbook(job: Job) -> None:
    from pipeline.export.tables import write_workbook

    write_workbook(job.connection, job.contract, job.path, job.release.description)


def _write_geojson(job: Job) -> None:
    from pipeline.export.geo import write_geojson

    write_geojson(job.connection, job.contract, job.path)


def _write_geoparquet(job: Job) -> None:
    from pipeline.export.geo import write_geoparquet

    write_geoparquet(job.connection, job.contract, job.path)


def _has_place(contract: Contract) -> bool:
    from pipeline.export.geo import has_place

    return has_place(contract)


def _copy(job: Job) -> None:
    shutil.copyfile(job.release.path / f"{job.contract.table}.parquet", job.path)


FORMATS = {
    "csv": _csv(COMMA),
    "csv-excel": _csv(EXCEL),
    "geojson": Format("geojson", _write_geojson, _has_place),
    "geoparquet": Format("parquet", _write_geoparquet, _has_place),
    "xlsx": Format("xlsx", _write_workbook, usual=lambda contract: contract.table == KEY_FIGURES),
    "parquet": Format("parquet", _copy),
}
# the database of a release holds all tables, and is copied whole
NAMES = (*FORMATS, DUCKDB)
USUAL = ("csv", "geojson", "geoparquet", "xlsx")
