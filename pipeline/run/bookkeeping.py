"""What a run itself knows, as tables that queries read in schema ``intern``: its files, what was rejected of them, and its day.

Belongs here: their columns and rows. Does not belong here: what is published of them (tables bron and afgekeurd are queries).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.sql import parquet, quoted
from pipeline.store.objects import Store

if TYPE_CHECKING:
    from pipeline.archive.fetch import Fetched
    from pipeline.staging.editions import Edition

# the day on which passend onderwijs began: where no registry gives a later one, the day of a run
BEGAN = date(2014, 8, 1)
NAMES = "; "  # between the names of files that hold the same bytes

SCHEMAS = {
    "bestand": pa.schema([
        *((name, pa.string()) for name in ("dataset", "sha256", "bestand", "url", "uitgever", "licentie")),
        ("peildatum", pa.date32()), ("opgehaald_op", pa.timestamp("us", "UTC")), ("bytes", pa.int64()),
        ("status", pa.string()), ("reden", pa.string()),
        *((name, pa.int64()) for name in ("regels_gelezen", "regels_geladen", "regels_afgekeurd")),
    ]),
    "afgekeurd": pa.schema([
        ("dataset", pa.string()), ("bron_sha256", pa.string()), ("bestand", pa.string()), ("regel", pa.int64()),
        ("kolom", pa.string()), ("waarde", pa.string()), ("reden", pa.string()),
    ]),
    "dag": pa.schema([("dag", pa.date32())]),
}  # fmt: skip
DUCKDB = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.date32(): "DATE",
    pa.timestamp("us", "UTC"): "TIMESTAMP WITH TIME ZONE",
}


def columns(name: str) -> dict[str, str]:
    """Return the columns of a bookkeeping table by name, with their DuckDB types."""
    return {each.name: DUCKDB[each.type] for each in SCHEMAS[name]}


def files_of(dataset: str, got: Fetched, editions: Sequence[Edition]) -> list[dict[str, Any]]:
    """Return a row per file of a registry: where it came from, and how many of its records went where."""
    names = names_of(got)
    read, loaded, rejected, refused = (
        {sha256: value for each in editions for sha256, value in getattr(each, what).items()}
        for what in ("records", "loaded", "rejected", "refused")
    )
    return [
        {
            "dataset": dataset, "sha256": file.sha256, "bestand": names[file.sha256], "url": file.url, "uitgever": file.publisher,
            "licentie": file.licence, "peildatum": file.peildatum, "opgehaald_op": file.fetched_at, "bytes": file.bytes,
            "status": "gelezen" if file.sha256 in read else "geweigerd", "reden": file.reason or refused.get(file.sha256),
            "regels_gelezen": read.get(file.sha256, 0), "regels_geladen": loaded.get(file.sha256, 0),
            "regels_afgekeurd": rejected.get(file.sha256, 0),
        }
        for file in {file.sha256: file for file in [*got.files, *got.refused]}.values()
    ]  # fmt: skip


def names_of(got: Fetched) -> dict[str, str]:
    """Return the name of each file by its hash. Bytes are what identifies a file: several that hold the same are one."""
    names: dict[str, str] = {}
    for file in [*got.files, *got.refused]:
        names[file.sha256] = f"{names[file.sha256]}{NAMES}{file.name}" if file.sha256 in names else file.name
    return names


def write_files(rows: Iterable[Mapping[str, Any]], target: Path) -> None:
    """Write table ``bestand``."""
    typed = [
        {
            **each, "opgehaald_op": datetime.fromisoformat(each["opgehaald_op"]),
            "peildatum": date.fromisoformat(each["peildatum"]) if each["peildatum"] else None,
        }
        for each in rows
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(typed, schema=SCHEMAS["bestand"]), target, compression="zstd")


def write_rejects(store: Store, found: Iterable[tuple[str, Mapping[str, str], Sequence[Edition]]], target: Path) -> None:
    """Write table ``afgekeurd``. ``found`` gives each dataset, the names of its files by hash, and its editions."""
    tables = [SCHEMAS["afgekeurd"].empty_table()]
    for dataset, names, editions in found:
        for path in (path for each in editions for path in each.rejects.paths(store) or ()):
            rows = pq.read_table(path)
            told = pa.array([names.get(each, "") for each in rows["bron_sha256"].to_pylist()], pa.string())
            rows = rows.append_column("dataset", pa.repeat(dataset, rows.num_rows)).append_column("bestand", told)
            tables.append(rows.select(SCHEMAS["afgekeurd"].names).cast(SCHEMAS["afgekeurd"]))
    pq.write_table(pa.concat_tables(tables), target, compression="zstd")


def write_day(until: date, found: Iterable[tuple[Sequence[Path], Sequence[str]]], target: Path) -> None:
    """Write table ``dag``: the last day, up to ``until``, on which anything begins or ends. So its content changes when such a
    day passes, and at no other time.

    ``found`` gives the files of each table, and its columns with such days.
    """
    days = [BEGAN]
    with duckdb.connect() as connection:
        for files, columns_ in found:
            if not files:
                continue
            last = ", ".join(f'max("{each}") filter ("{each}" <= {quoted(until.isoformat())}::date)' for each in columns_)
            days += filter(None, connection.execute(f"select {last} from {parquet(*files)}").fetchone() or ())
    pq.write_table(pa.table({"dag": [max(days)]}, schema=SCHEMAS["dag"]), target, compression="zstd")
