"""What readers get: an immutable folder of Parquet, one DuckDB file and their description, and ``latest`` that points to it.

Belongs here: building a release beside the others, verifying it, and swapping it in. Does not belong here: whether one
may be made (session).

Readers see the previous release or the next, never in between: a release is built under a temporary name, verified, renamed,
and only then ``latest`` is replaced, by one rename.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline.contracts import Contract
from pipeline.curated import Macro
from pipeline.errors import CheckError, SettingsError

DUCKDB_FILE = "passend_onderwijs.duckdb"
DESCRIPTION = "datapackage.json"
LATEST, BUILDING = "latest", ".building-"
# what DuckDB 1.2 and everything after it can open
STORAGE_VERSION = "v1.2.0"
TITLE = "Passend onderwijs: vestigingen, samenwerkingsverbanden en ondersteuningsmiddelen"
ABOUT = (
    "Every school location in the Netherlands, the samenwerkingsverband it belongs to and how that is known, pupils, and "
    "support money. Table bron names every file it was made from."
)
FICTITIOUS = "FICTIEVE GEGEVENS (sandbox): scholen, besturen, samenwerkingsverbanden en aantallen zijn verzonnen. "


@dataclass(frozen=True)
class Release:
    """A release on disk. ``unchanged`` means that the newest one already held this content, and no new one was made."""

    path: Path
    unchanged: bool
    description: Mapping[str, Any]


@dataclass(frozen=True)
class Making:
    """How a release comes about: the versions of its tables as one hash, the run, the code, the time and the origins."""

    made_from: str
    run_id: str
    code_version: str
    created: datetime
    origins: Sequence[str]

    @property
    def fictitious(self) -> bool:
        return "sandbox" in self.origins


def make_release(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], macros: Sequence[Macro], folder: Path,
    making: Making, approve: Callable[[], None],
) -> Release:  # fmt: skip
    """Publish the curated tables of a warehouse (``connection``) below ``folder``.

    ``approve`` is called when everything is written and verified, just before readers get it; what it raises stops the
    release, and nothing is left behind. So the files are written while the checks are still at work.

    The content hash is over the Parquet of every table but ``bron`` (which holds times of retrieval) and over the hashes of
    the files that bron lists and over the macros; the DuckDB file holds the same rows, but its bytes differ from build to build.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left_over in folder.glob(f"{BUILDING}*"):
        shutil.rmtree(left_over)
    building = folder / f"{BUILDING}{making.run_id}"
    building.mkdir()
    try:
        resources = [_parquet(connection, contract, building) for contract in contracts.values()]
        content = _content(connection, resources, macros)
        current = latest(folder)
        if current is not None and current.description["version"].endswith(content) and intact(current.path):
            approve()
            shutil.rmtree(building)
            return Release(current.path, True, current.description)
        name = f"{making.created:%Y.%m.%d}-{content}"
        _database(connection, contracts, macros, building / DUCKDB_FILE, FICTITIOUS if making.fictitious else "")
        description = _description(connection, resources, building, name, making)
        (building / DESCRIPTION).write_text(json.dumps(description, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        verify(building)
        approve()
        target = folder / name
        if target.exists() and intact(target):  # made earlier today, and left for another since: a release never changes
            shutil.rmtree(building)
            _point(folder, name)
            return Release(target, False, json.loads((target / DESCRIPTION).read_text(encoding="utf-8")))
        if target.exists():  # the same content, damaged since: out of the way first, so that no reader meets a mixture
            target.rename(folder / f"{BUILDING}damaged")
        building.rename(target)
        shutil.rmtree(folder / f"{BUILDING}damaged", ignore_errors=True)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _point(folder, name)
    return Release(target, False, description)


def latest(folder: Path) -> Release | None:
    """The current release below a releases folder, if there is one."""
    link = folder / LATEST
    if not link.is_symlink() or not (link / DESCRIPTION).is_file():
        return None
    path = link.resolve()
    return Release(path, True, json.loads((path / DESCRIPTION).read_text(encoding="utf-8")))


def current(folder: Path) -> Release:
    """The current release. Raises SettingsError that says how to get one."""
    found = latest(folder)
    if found is None:
        raise SettingsError(f"there is no release in {folder}; make one with `passend run`, or name its place with --data-dir")
    return found


@contextmanager
def opened(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database of a release, read-only. Raises CheckError when it is not there or damaged."""
    try:
        connection = duckdb.connect(str(folder / DUCKDB_FILE), read_only=True)
    except duckdb.Error as error:
        raise CheckError(
            f"{folder / DUCKDB_FILE} cannot be opened: {error}. The release is damaged; `passend run` makes it again"
        ) from error
    with connection:
        yield connection


def intact(folder: Path) -> bool:
    """Whether every file of a release is the one that its description names."""
    try:
        _verify_files(folder)
    except (CheckError, OSError):
        return False
    return True


def verify(folder: Path) -> None:
    """Check a release against its own description: every file there, with its bytes, hash and rows. Raises CheckError."""
    description = _verify_files(folder)
    with opened(folder) as database:
        for resource in description["resources"]:
            path = folder / resource["path"]
            if "rows" not in resource:
                continue
            for place in (f"read_parquet('{_escaped(path)}')", path.stem):
                (rows,) = database.execute(f"select count(*) from {place}").fetchone() or (0,)
                if rows != resource["rows"]:
                    raise CheckError(
                        f"{place} of {folder.name} holds {rows} rows, {DESCRIPTION} says {resource['rows']}; run again"
                    )


def _verify_files(folder: Path) -> dict[str, Any]:
    """The description of a release, once every file that it names has the bytes and the hash that it says."""
    description: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    for resource in description["resources"]:
        path = folder / resource["path"]
        if not path.is_file() or path.stat().st_size != resource["bytes"] or _sha256(path) != resource["hash"]:
            raise CheckError(
                f"{path} is not the file that {DESCRIPTION} describes; the release is damaged, `passend run` makes it again"
            )
    return description


def _parquet(connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path) -> dict[str, Any]:
    """Write one table in key order, and describe it. One thread and a fixed row group keep the bytes the same."""
    path = folder / f"{contract.table}.parquet"
    columns = ", ".join(f'"{each}"' for each in contract.columns)
    order = ", ".join(contract.primary_key) or "all"
    connection.execute("set threads = 1")
    connection.execute(
        f"copy (select {columns} from {contract.table} order by {order}) to '{_escaped(path)}' "
        "(format parquet, compression zstd, row_group_size 122880)"
    )
    connection.execute("reset threads")
    (rows,) = connection.execute(f"select count(*) from {contract.table}").fetchone() or (0,)
    return {
        **contract.resource(), "path": path.name, "format": "parquet", "mediatype": "application/vnd.apache.parquet",
        "bytes": path.stat().st_size, "hash": _sha256(path), "rows": rows,
    }  # fmt: skip


def _content(connection: duckdb.DuckDBPyConnection, resources: Sequence[Mapping[str, Any]], macros: Sequence[Macro]) -> str:
    files = connection.execute("select sha256, dataset, status from bron order by all").fetchall()
    parts = [f"{each['name']} {each['hash']}" for each in resources if each["name"] != "bron"]
    parts += [repr(files), *(macro.sql for macro in macros)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _database(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], macros: Sequence[Macro], path: Path, note: str
) -> None:
    connection.execute(f"attach '{_escaped(path)}' as uitgave (storage_version '{STORAGE_VERSION}')")
    try:
        for contract in contracts.values():
            connection.execute(contract.ddl(name=f"uitgave.{contract.table}", keys=True))
            order = ", ".join(contract.primary_key) or "all"
            connection.execute(f"insert into uitgave.{contract.table} by name select * from {contract.table} order by {order}")
            for comment in contract.comments(schema="uitgave", note=note):
                connection.execute(comment)
        # a macro is made where it is used, and reads the tables that stand beside it
        ((home,),) = connection.execute("select current_catalog()").fetchall()
        connection.execute("use uitgave")
        for macro in macros:
            connection.execute(macro.sql)
            connection.execute(macro.comment)
        connection.execute(f'use "{home}"')
        connection.execute("checkpoint uitgave")
    finally:
        connection.execute("detach uitgave")


def _description(
    connection: duckdb.DuckDBPyConnection, resources: Sequence[dict[str, Any]], folder: Path, name: str, making: Making
) -> dict[str, Any]:
    """``datapackage.json`` (Data Package v2): what is in the release, made from what, by which code, under which terms."""
    used = connection.execute(
        "select dataset, any_value(uitgever), any_value(url), list_sort(list(distinct licentie)) from bron "
        "where status = 'gelezen' group by dataset order by dataset"
    ).fetchall()
    licences = sorted({licence for *_, found in used for licence in found if licence})
    database = folder / DUCKDB_FILE
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "passend-onderwijs",
        "title": f"{'FICTIEF: ' if making.fictitious else ''}{TITLE}",
        "description": f"{FICTITIOUS if making.fictitious else ''}{ABOUT}",
        "version": name,
        "created": making.created.isoformat(timespec="seconds"),
        "made_from": making.made_from,
        "run_id": making.run_id,
        "code_version": making.code_version,
        "origins": list(making.origins),
        "fictitious": making.fictitious,
        # terms of what went in; each file's own stand in table bron
        "licenses": [_licence(each) for each in licences] or [{"name": "other-open", "title": "not stated by the publishers"}],
        "sources": [
            {"title": f"{publisher}: {dataset}", **({"path": url} if url else {})} for dataset, publisher, url, _ in used
        ],
        "resources": [
            *resources,
            {"name": "duckdb", "title": "All tables in one DuckDB file", "path": DUCKDB_FILE, "format": "duckdb",
             "mediatype": "application/vnd.duckdb", "bytes": database.stat().st_size, "hash": _sha256(database)},
        ],
    }  # fmt: skip


def _licence(text: str) -> dict[str, str]:
    """A licence as Data Package v2 wants it: a name without blanks, and the publisher's own words as title."""
    name = "".join(each if each.isalnum() or each in "-._" else "-" for each in text).strip("-")
    return {"name": name, "title": text}


def _point(folder: Path, name: str) -> None:
    """Make ``latest`` name a release: a new link under another name, then one rename over the old."""
    link = folder / f".{LATEST}-new"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(folder / LATEST)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
