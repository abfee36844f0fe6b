"""A release of a few rows, made without a run: what is in it is written here, what is published of it is asserted in tests."""

from __future__ import annotations

import datetime
import json
import tempfile
from pathlib import Path

import shapely

from assets.project import MODELS
from pipeline.contracts.loading import load_contracts
from pipeline.curated.build import write
from pipeline.curated.questions import load_questions
from pipeline.describe.descriptor import BuildInfo
from pipeline.releases.draft import Filling, draft
from pipeline.releases.publish import publish
from pipeline.releases.release import Release
from pipeline.store.stored import Part, Stored, read_footer
from tests.support.database import CONTRACTS, empty
from tests.support.tables import insert

CURATED = load_contracts("curated")
ASKED = load_questions(MODELS)
DAY = datetime.date(2024, 10, 1)
MADE = datetime.datetime(2026, 3, 1, 6, 30, tzinfo=datetime.UTC)
WEST, EAST = shapely.box(4.0, 52.0, 4.5, 52.5), shapely.box(4.5, 52.0, 5.0, 52.5)
AREA = {"geldig_vanaf": datetime.date(2014, 8, 1), "geldig": True, "gemaakt_van": "postcode4", "benaderd": False,
        "postcode4_aantal": 1, "postcode4_getekend": 1, "peildatum": DAY}  # fmt: skip
LOCATION = {"instellingscode": "01AA", "soort": "BO", "bron": "vestigingen_bo", "bron_sha256": "a" * 64}
FILE = {"opgehaald_op": MADE, "bytes": 10, "status": "gelezen", "regels_gelezen": 2, "regels_geladen": 2, "regels_afgekeurd": 0,
        "regels_verantwoord": 2, "uitgever": "DUO"}  # fmt: skip
ROWS = {
    "bron": [
        {**FILE, "sha256": "a" * 64, "dataset": "vestigingen_bo", "bestand": "bo.csv", "licentie": "CC-0 (1.0)",
         "url": "https://example.org/bo (1).csv"},
        {**FILE, "sha256": "b" * 64, "dataset": "rio_swv_regio", "bestand": "regio.csv", "licentie": "CC BY 4.0", "url": None},
        {**FILE, "sha256": "c" * 64, "dataset": "leerlingen_vo", "bestand": "vo.csv", "licentie": None, "url": None},
    ],
    "samenwerkingsverband": [
        {"swv_code": code, "sector": code[:2], "landelijk": False, "bron": "rio", "naam": naam}
        for code, naam in (("PO2001", 'Naam; met "aanhaling", en ë'), ("PO2002", "=1+1"), ("VO0001", None))
    ],
    "swv_gebied": [
        {**AREA, "swv_code": "PO2001", "sector": "PO", "geometrie": json.dumps(shapely.geometry.mapping(WEST))},
        {**AREA, "swv_code": "PO2002", "sector": "PO", "geometrie": json.dumps(shapely.geometry.mapping(EAST))},
        {**AREA, "swv_code": "VO0001", "sector": "VO", "gemaakt_van": "onbekend", "reden": "landelijk"},
    ],
    "vestiging": [
        {**LOCATION, "vestigingscode": "01AA00", "naam": "De Proef", "latitude": 52.25, "longitude": 4.25, "peildatum": DAY},
        {**LOCATION, "vestigingscode": "01AA01", "naam": "Zonder plek"},
    ],
    "swv_kerncijfers": [
        {"swv_code": "PO2001", "jaar": jaar, "sector": "PO", "landelijk": False, "peildatum": DAY, "naam": "=1+1",
         "vestigingen_bo": 12 if jaar == 2024 else None, "vestigingen_sbo": 0,
         "vestigingen_so_vso": 0, "netto_schooljaar": 1234.5 if jaar == 2024 else None,
         "deelname_sbo_ondergrens": 2.25, "leerlingen_bo_ondergrens": 100}
        for jaar in (2023, 2024)
    ],
}  # fmt: skip
DATASETS = {"vestiging": ["vestigingen_bo"], "swv_gebied": ["rio_swv_regio", "vestigingen_bo"],
            "swv_kerncijfers": ["leerlingen_vo", "rio_swv_regio"]}  # fmt: skip


def release(
    folder: Path,
    *,
    origins: tuple[str, ...] = ("klein",),
    contact: str = "data@proef.example",
    publisher: str = "Stichting Proef",
    fictitious: bool = False,
    asked=ASKED,
    **changed,
) -> Release:
    """Publish ``ROWS``, with tables changed, below ``folder``; every other table is empty."""
    datasets = {table: DATASETS.get(table, []) for table in CURATED}
    build = BuildInfo("versie", "loop", "code", MADE, origins, datasets, publisher, contact, fictitious=fictitious)
    folder.mkdir(parents=True, exist_ok=True)
    with empty() as database, tempfile.TemporaryDirectory(dir=folder.parent) as made:
        tables = {}
        for table, contract in CURATED.items():
            insert(database, contract, {**ROWS, **changed}.get(table, []))
            path = Path(made) / f"{table}.parquet"
            write(database, contract, table, path)
            part = Part(table, "", path.stat().st_size)
            content, rows = read_footer(path)
            tables[table] = Stored(table, (part,), content, rows), path
        drafted = draft(tables, CURATED, asked, Filling(CURATED, folder, fictitious=fictitious), build)
        return publish(drafted, CURATED, [], dict.fromkeys(CONTRACTS, 0), folder)
