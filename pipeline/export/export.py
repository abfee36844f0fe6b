"""A release in other formats: a folder with a subfolder per format, and the descriptions of all of it.

Belongs here: what an export holds. Does not belong here: which formats there are (formats), and how readers get the folder
(destination).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from pipeline.contracts.contract import Contract
from pipeline.contracts.frictionless import resource_of
from pipeline.describe.descriptor import file_resource
from pipeline.describe.metadata import describe
from pipeline.errors import SettingsError
from pipeline.export import csvw
from pipeline.export.address import refuse_unfit
from pipeline.export.destination import publish
from pipeline.export.dialect import Dialect
from pipeline.export.formats import DUCKDB, FORMATS, NAMES, USUAL, Format, Job
from pipeline.hashing import hash_of
from pipeline.releases.release import DUCKDB_FILE, Release, opened


@dataclass(frozen=True)
class Exported:
    """An export: where it stands, and the bytes of its files by path below that."""

    place: str
    files: Mapping[str, int]


def export(
    release: Release, contracts: Mapping[str, Contract], address: str, formats: Sequence[str], wanted: Sequence[str],
    keep: int | None = None,
) -> Exported:  # fmt: skip
    """Write a release at ``address`` in these formats (USUAL when empty), all tables or those ``wanted``; of the exports that
    stand there then, ``keep`` the newest (None: all).

    Raises SettingsError for a format or table that does not exist, for a table that a format cannot hold, and for an address that
    no export may be put at.
    """
    refuse_unfit(address, release.path.parent)
    formats = list(dict.fromkeys(formats)) or list(USUAL)
    _known("format", formats, NAMES)
    _known("table", wanted, contracts)
    with TemporaryDirectory(prefix="passend-") as temporary, opened(release.path) as connection:
        folder = Path(temporary) / "export"
        folder.mkdir()  # with the mode that the umask gives, which a temporary folder has not: a web server may read it
        package = _write(folder, release, contracts, connection, formats, wanted)
        name = f"{release.path.name}-{_digest(package)}"
        files = {each["path"]: (folder / each["path"]).stat().st_size for each in package["resources"]}
        return Exported(publish(folder, name, address, keep), files)


def _write(
    folder: Path, release: Release, contracts: Mapping[str, Contract], connection: duckdb.DuckDBPyConnection,
    formats: Sequence[str], wanted: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    described = {each["name"]: each for each in release.description["resources"]}
    resources: list[dict[str, Any]] = []
    beside = []
    for name in formats:
        (folder / name).mkdir()
        if name == DUCKDB:
            path = Path(shutil.copyfile(release.path / DUCKDB_FILE, folder / name / DUCKDB_FILE))
            resources.append(file_resource(folder, path, DUCKDB, described[DUCKDB]["title"]))
            continue
        form = FORMATS[name]
        chosen = _chosen(name, form, contracts, wanted)
        for contract in chosen:
            path = folder / name / f"{contract.table}.{form.suffix}"
            form.write(Job(connection, release, contract, path))
            known = resource_of(contract)["name"]
            resources.append(_resource(folder, path, name, described[known], {each["name"] for each in resources}))
        if form.dialect:
            (folder / name / csvw.FILE).write_text(csvw.table_group(chosen, form.dialect, release.description), encoding="utf-8")
            beside.append(
                file_resource(folder, folder / name / csvw.FILE, f"{name}-csvw", "CSV on the Web: betekenis van kolommen")
            )
    return describe(folder, {**release.description, "resources": _keys_within(resources)}, beside)


def _chosen(name: str, form: Format, contracts: Mapping[str, Contract], wanted: Sequence[str]) -> list[Contract]:
    """The tables to write in a format: those that are asked for, else those that it is usual for."""
    if unfit := [each for each in wanted if not form.fits(contracts[each])]:
        raise SettingsError(f"{', '.join(unfit)} cannot be exported as {name}: its rows have no place on the map")
    return [contracts[each] for each in wanted] or [each for each in contracts.values() if form.fits(each) and form.usual(each)]


def _resource(folder: Path, path: Path, form: str, described: Mapping[str, Any], taken: set[str]) -> dict[str, Any]:
    """A table in one format. The first of the tabular formats has its columns; every other refers to it by its name alone."""
    about = {name: described[name] for name in ("title", "description", "temporal", "licenses", "sources") if name in described}
    dialect = FORMATS[form].dialect
    if described["name"] in taken or not (dialect or form == "parquet"):
        return file_resource(folder, path, f"{described['name']}-{form}", **about)
    schema = described["schema"]
    if dialect:
        about |= {"encoding": "utf-8", "dialect": {"delimiter": dialect.delimiter}}
        schema = {**schema, "missingValues": [""], "fields": [_field(each, dialect) for each in schema["fields"]]}
    return file_resource(folder, path, described["name"], **about, schema=schema, rows=described["rows"])


def _field(field: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    return {**field, "decimalChar": dialect.decimal} if field["type"] == "number" and dialect.decimal != "." else dict(field)


def _keys_within(resources: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The resources, without the foreign keys to tables that are not among them."""
    names = {each["name"] for each in resources}
    kept = []
    for each in resources:
        if keys := each.get("schema", {}).get("foreignKeys"):
            within = [key for key in keys if key["reference"]["resource"] in names]
            each = {**each, "schema": {**each["schema"], "foreignKeys": within}}
        kept.append(each)
    return kept


def _digest(package: Mapping[str, Any]) -> str:
    """What an export holds, as a hash: another choice of formats or tables is another folder."""
    parts = [f"{each['path']} {each['hash']}" for each in package["resources"]]
    return hash_of(parts)[:8]


def _known(kind: str, given: Sequence[str], known: Any) -> None:
    if unknown := [each for each in given if each not in known]:
        raise SettingsError(f"there is no {kind} {', '.join(unknown)}; known are {', '.join(known)}")
