"""Contracts and rows as Dagster shows them: column schemas, previews, key figures.

Belongs here: projections to Dagster's metadata types. Does not belong here: where the values come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.archive.fetch import Fetched
from pipeline.contracts.contract import Contract
from pipeline.contracts.fields import Field
from pipeline.describe.descriptor import FILE as DESCRIPTION
from pipeline.describe.descriptor import sha256
from pipeline.describe.licences import together
from pipeline.hashing import hash_of
from pipeline.registries.catalogue import Location, Registry
from pipeline.registries.files import SourceFile
from pipeline.releases.release import Release
from pipeline.settings import Settings

PREVIEW = 8
UNSTATED = "not stated"
OWNERS = ["team:passend-onderwijs"]


def column_schema(contract: Contract) -> dg.TableSchema:
    """A contract's columns with types, descriptions and constraints."""
    return dg.TableSchema(columns=[_column(field, field.name in contract.primary_key) for field in contract.fields])


def origin(registry: Registry) -> dict[str, Any]:
    """What the catalogue says of a registry, with a link to its publisher and the page of these docs that knows its traps."""
    return {
        "publisher": registry.publisher,
        "cadence_days": registry.cadence,
        "licence": registry.licence or "as the publisher's own metadata states",
        "source": next(filter(None, map(_page, registry.where)), "no stable public address: a folder that holds it is given"),
        "docs": docs(f"sources/{registry.name}.md"),
    }


def docs(page: str) -> dg.PathMetadataValue:
    """A page of this project's documentation, as it stands in a checkout."""
    return dg.MetadataValue.path(f"docs/{page}")


def files(got: Fetched) -> dict[str, Any]:
    """The files of a registry: how many bytes of which day under which terms, and each with what identifies it."""
    # refused ones first, so that a long list does not hide them
    seen = [("refused", each) for each in got.refused] + [("accepted", each) for each in got.files]
    return {
        "files": len(got.files),
        "refused": len(got.refused),
        "bytes": sum(each.bytes for each in got.files),
        **_day_and_terms(got.files),
        "sources": table(
            {"file": each.name, "status": status, "peildatum": each.peildatum, "bytes": each.bytes,
             "sha256": each.sha256, "licence": each.licence, "fetched_at": each.fetched_at, "url": each.url,
             "reason": each.reason}
            for status, each in seen[:20]
        ),
    }  # fmt: skip


def made_from(looks: Iterable[Fetched]) -> dict[str, Any]:
    """The registries that a table is made from; the asset of each tells its files one by one.

    As markdown: a table of Dagster's takes ten times as long to write down.
    """
    used = [got.files for got in looks if got.files]
    rows = [
        (files[0].dataset, len(files), sum(each.bytes for each in files), *_day_and_terms(files).values(), _identity(files))
        for files in used
    ]
    columns = ("registry", "files", "bytes", "peildatum", "licence", "sha256")
    return {**_day_and_terms([each for files in used for each in files]), "made_from": markdown(columns, rows)}


def _identity(files: Sequence[SourceFile]) -> str:
    """The SHA-256 of a file; of several, that of theirs in order, a line each."""
    hashes = sorted(each.sha256 for each in files)
    return hashes[0] if len(hashes) == 1 else hash_of(hashes)


def _day_and_terms(used: Sequence[SourceFile]) -> dict[str, str]:
    """The newest day among files, and the terms of what is made from them; nothing is said of no file."""
    if not used:
        return {"peildatum": UNSTATED, "licence": UNSTATED}
    days = [each.peildatum for each in used if each.peildatum]
    return {"peildatum": max(days, default=UNSTATED), "licence": together(each.licence for each in used).name}


def release(made: Release) -> dict[str, Any]:
    """What identifies a release: its hash is that of its description, which holds the hash of every file."""
    return {
        "path": dg.MetadataValue.path(str(made.path)),
        **of_release(made),
        "bytes": sum(each.stat().st_size for each in made.path.iterdir() if each.is_file()),
        "sha256": sha256(made.path / DESCRIPTION).removeprefix("sha256:"),
    }


def of_release(made: Release) -> dict[str, str]:
    """Which release something is made from, of which day, and under which terms."""
    return {
        "version": made.description["version"],
        "peildatum": _newest_day(made.path),
        "licence": ", ".join(each["name"] for each in made.description["licenses"]),
    }


@cache
def _newest_day(release: Path) -> str:
    """The newest day of the files that a release was made from. Three assets tell it, and a release never changes."""
    with duckdb.connect() as connection:
        bron = connection.from_parquet(str(release / "bron.parquet"), hive_partitioning=False).filter("status = 'gelezen'")
        (day,) = bron.aggregate("max(peildatum)").fetchone() or (None,)
    return str(day or UNSTATED)


def table(rows: Iterable[Mapping[str, Any]]) -> dg.TableMetadataValue:
    """Rows of plain values as a table in the UI. All rows have the keys of the first."""
    rows = list(rows)
    columns = [dg.TableColumn(name, "string") for name in (rows[0] if rows else {})]
    records = [dg.TableRecord({str(k): "" if v is None else str(v) for k, v in row.items()}) for row in rows]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns=columns))


def preview(columns: Sequence[str], files: Sequence[Path]) -> dg.MarkdownMetadataValue:
    """The first rows of a table as markdown, from its files; cells are cut at forty characters."""
    batch = next(pq.ParquetFile(files[0]).iter_batches(PREVIEW, columns=list(columns)), None) if files else None
    rows = [] if batch is None else [row.values() for row in batch.to_pylist()]
    return markdown(columns, [[_cut(value) for value in row] for row in rows])


def counts(files: Sequence[Path], column: str) -> list[tuple[str, int]]:
    """How often each value of a column occurs, most frequent first; no value shows as a dash."""
    values = pa.concat_tables(pq.read_table(each, columns=[column]) for each in files)[column].combine_chunks()
    found = [
        ("-" if each["values"] is None else str(each["values"]), int(each["counts"]))
        for each in values.value_counts().to_pylist()
    ]
    return sorted(found, key=lambda each: (-each[1], each[0]))


def markdown(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> dg.MarkdownMetadataValue:
    """Rows as a markdown table. A registry's text stays text."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return dg.MetadataValue.md("\n".join(lines))


def bars(counts: Sequence[tuple[str, int]]) -> dg.MarkdownMetadataValue:
    """Counts as a plot of bars, in text: it needs no library, and shows in every theme of the UI."""
    longest = max((count for _, count in counts), default=0) or 1
    lines = ["| | | |", "| --- | ---: | --- |"]
    lines += [f"| {label} | {count:,} | {'█' * round(30 * count / longest) or '▏'} |" for label, count in counts]
    return dg.MetadataValue.md("\n".join(lines))


def _page(location: Location) -> dg.UrlMetadataValue | None:
    """Where a person finds it at its publisher; None where this installation knows no public address."""
    if not (base := Settings().bases()[location.base]):
        return None
    if location.kind == "ckan":
        return dg.MetadataValue.url(f"{base}/dataset/{location.spec['package']}")
    path = location.spec.get("path", "Datasets")
    return dg.MetadataValue.url(base if location.yearly else f"{base}{path}")


def _column(field: Field, in_key: bool) -> dg.TableColumn:
    limits = field.constraints
    other = [f"{name}: {limits[name]}" for name in ("enum", "pattern", "minimum", "maximum") if name in limits]
    return dg.TableColumn(
        field.name,
        field.duckdb_type.lower(),
        field.description,
        dg.TableColumnConstraints(nullable=not field.required, unique=bool(limits.get("unique")), other=other),
        tags={"sleutel": ""} if in_key else {},
    )


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _cut(value: Any) -> str:
    text = "" if value is None or value != value else str(value)
    return text if len(text) <= 40 else text[:39] + "…"
