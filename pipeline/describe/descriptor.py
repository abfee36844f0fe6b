"""``datapackage.json`` (Data Package v2): what is in a folder of tables, made from what, by whom, under which terms.

Belongs here: the description of files and of the whole. Does not belong here: columns and keys of a table (contracts), and the
same facts in another vocabulary (dcat, csvw, citation).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.contracts.contract import Contract
from pipeline.contracts.frictionless import resource_of
from pipeline.describe import period
from pipeline.describe.licences import stated, together

FILE = "datapackage.json"
NAME = "passend-onderwijs"
TITLE = "Passend onderwijs: vestigingen, samenwerkingsverbanden en ondersteuningsmiddelen"
ABOUT = (
    "Every school location in the Netherlands, the samenwerkingsverband it belongs to and how that is known, pupils, and "
    "support money. Table bron names every file it was made from."
)
FICTITIOUS = "FICTIEVE GEGEVENS (sandbox): scholen, besturen, samenwerkingsverbanden en aantallen zijn verzonnen. "
KEYWORDS = ("passend onderwijs", "samenwerkingsverband", "onderwijs", "school", "leerlingen", "speciaal onderwijs",
            "ondersteuningsbekostiging", "open data")  # fmt: skip
PUBLISHER = "publisher"
# a null of Parquet is one; these are what readers by way of pandas make of it
MISSING = ("", "nan", "NaT")
MEDIA_TYPES = {
    "parquet": "application/vnd.apache.parquet", "csv": "text/csv", "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "duckdb": "application/vnd.duckdb",
    "html": "text/html", "jsonld": "application/ld+json", "ttl": "text/turtle", "cff": "application/yaml",
    "json": "application/json", "atom": "application/atom+xml",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A dataset that went in: who publishes it, an address of it and the licences of its files as the publisher states them."""

    dataset: str
    publisher: str
    url: str | None
    licences: tuple[str | None, ...]

    def described(self) -> dict[str, Any]:
        licences = {each: stated(each).described() | {"title": each or stated(None).title} for each in self.licences}
        return {
            "title": f"{self.publisher}: {self.dataset}", **({"path": self.url} if self.url else {}),
            "licenses": list(licences.values()),
        }  # fmt: skip


@dataclass(frozen=True)
class BuildInfo:
    """How a release comes about: the versions of its tables as one hash, the run, the code, the time, the origins, the datasets
    that each table is made from, and who publishes it (a name, and an e-mail or web address if there is one).

    ``stale`` names the registries that are out of order for longer than their cadence, with the day since. ``fictitious``: what
    comes from one of the origins is about a country that is not there.
    """

    made_from: str
    run_id: str
    code_version: str
    created: datetime
    origins: Sequence[str]
    datasets: Mapping[str, Sequence[str]]
    publisher: str
    contact: str = ""
    stale: Mapping[str, str] = field(default_factory=dict)
    fictitious: bool = False


def file_resource(folder: Path, path: Path, name: str, title: str, **more: Any) -> dict[str, Any]:
    """A file as a resource, with its hash and its size.

    Only Parquet goes without ``bytes``: frictionless does not count them there, and would call every file damaged.
    """
    form = path.suffix.removeprefix(".")
    size = {} if form == "parquet" else {"bytes": path.stat().st_size}
    return {
        "name": name, "title": title, "path": path.relative_to(folder).as_posix(), "format": form,
        "mediatype": MEDIA_TYPES[form], **size, "hash": sha256(path), **more,
    }  # fmt: skip


def table_resource(folder: Path, path: Path, contract: Contract, rows: int, sources: Iterable[Source]) -> dict[str, Any]:
    """A table in Parquet: its columns and keys, the time it covers, what it was made from, and under which terms that comes."""
    described, sources = resource_of(contract), list(sources)
    described["schema"]["missingValues"] = list(MISSING)
    return file_resource(
        folder, path, **described, rows=rows, **_time(period.covered(path)), **_terms(sources),
        sources=[each.described() for each in sources],
    )  # fmt: skip


def package(resources: Sequence[Mapping[str, Any]], sources: Sequence[Source], name: str, build: BuildInfo) -> dict[str, Any]:
    """The whole. ``name`` is that of the release; ``sources`` are the datasets that were read."""
    contact = {"path" if "://" in build.contact else "email": build.contact} if build.contact else {}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": NAME,
        "title": f"{'FICTIEF: ' if build.fictitious else ''}{TITLE}",
        "description": f"{FICTITIOUS if build.fictitious else ''}{ABOUT}",
        "keywords": list(KEYWORDS),
        "version": name,
        "created": build.created.isoformat(timespec="seconds"),
        "made_from": build.made_from,
        "run_id": build.run_id,
        "code_version": build.code_version,
        "origins": list(build.origins),
        "fictitious": build.fictitious,
        "stale": [{"registry": name, "since": since} for name, since in build.stale.items()],
        "contributors": [
            {"title": build.publisher, **contact, "roles": [PUBLISHER, "wrangler"]},
            *({"title": each, "roles": ["source"]} for each in sorted({source.publisher for source in sources})),
        ],
        **_time(period.together(each["temporal"] for each in resources if "temporal" in each)),
        **_terms(sources),
        "sources": [each.described() for each in sources],
        "resources": list(resources),
    }  # fmt: skip


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _time(covered: period.Period) -> dict[str, Any]:
    return {"temporal": dict(covered)} if covered else {}


def _terms(sources: Iterable[Source]) -> dict[str, Any]:
    """Under which terms what is made from these sources may be used; what each came under stands with the source."""
    return {"licenses": [together(licence for each in sources for licence in each.licences).described()]}
