"""A data package of a few rows, written from the contracts' own headers: enough for a whole run in seconds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from pipeline.contracts.contract import Contract
from pipeline.contracts.loading import load_contracts

Rows = Sequence[Mapping[str, str]]
SCHOOL = {
    "provincie": "Noord-Holland", "bevoegd_gezag_nummer": "10001", "instellingscode": "01AA", "vestigingscode": "01AA00",
    "vestigingsnaam": "De Proef", "straatnaam": "Pad", "huisnummer_toevoeging": "1", "postcode": "1011 AA",
    "plaatsnaam": "AMSTERDAM", "gemeentenummer": "0363", "gemeentenaam": "AMSTERDAM", "denominatie": "Openbaar",
}  # fmt: skip
TABLES: dict[str, Rows] = {
    "vestigingen_bo": [
        SCHOOL,
        {**SCHOOL, "vestigingscode": "01AA01", "postcode": "1012 AB", "vestigingsnaam": "De Proef, locatie Zuid"},
        {**SCHOOL, "instellingscode": "02BB", "vestigingscode": "02BB00", "postcode": "9711 ZZ", "gemeentenummer": "0014"},
    ],
    "swv_regio_wettelijk": [
        {"postcode4": "1011", "gemeentenaam": "Amsterdam", "swv_po": "PO2707", "swv_vo": "VO2707"},
        {"postcode4": "1012", "gemeentenaam": "Amsterdam", "swv_po": "PO2707", "swv_vo": "VO2707"},
        {"postcode4": "9711", "gemeentenaam": "Groningen", "swv_po": "PO2001", "swv_vo": "VO2001"},
    ],
    "postcode4": [
        {"postcode4": "1011", "woonplaats": "Amsterdam", "gemeentenaam": "Amsterdam", "provincie": "Noord-Holland",
         "latitude": "52.37", "longitude": "4.90"},
    ],
    "gemeenten": [{"gemeentenummer": "GM0363", "naam": "Amsterdam"}, {"gemeentenummer": "GM0014", "naam": "Groningen"}],
}  # fmt: skip
COUNTS = (
    "INSTELLINGSCODE;VESTIGINGSCODE;NAAM_VESTIGING;SOORT_VESTIGING;DENOMINATIE_VESTIGING;BEVOEGD_GEZAG_NUMMER;"
    "GEMEENTECODE_VESTIGING;GEMEENTENAAM_VESTIGING;LEERLINGEN_2014;LEERLINGEN_2015\r\n"
    "01AA;01AA00;De Proef;BO;Openbaar;10001;363;Amsterdam;100;90\r\n"
    "01AA;01AA01;De Proef, locatie Zuid;BO;Openbaar;10001;363;Amsterdam;<5;7\r\n"
    "02BB;02BB00;De Proef;BO;Openbaar;10001;14;Groningen;1000;1000\r\n"
).encode("cp1252")
EDITION = {
    "vestigingen_bo": "2026-08-01",
    "swv_regio_wettelijk": "2015-04-23",
    "postcode4": "2019-06-08",
    "gemeenten": "2025-01-01",
}


def write_package(
    folder: Path, *, without: Collection[str] = (), days: Mapping[str, str] = MappingProxyType({}), **changed: Rows | bytes
) -> Path:  # fmt: skip
    """Write the package, with tables changed: other rows, the bytes of a file, or another day; and some left out."""
    folder.mkdir(parents=True, exist_ok=True)
    contracts = load_contracts("staging")
    resources = []
    for name, rows in {**TABLES, "leerlingen_po_historisch": COUNTS, **changed}.items():
        if name in without:
            continue
        content = rows if isinstance(rows, bytes) else csv_of(contracts[f"stg_{name}"], rows)
        (folder / f"{name}.csv").write_bytes(content)
        day = days.get(name) or EDITION.get(name, "2025-10-01")
        resources.append({
            "name": name, "path": f"{name}.csv", "peildatum": day, "bytes": len(content),
            "licenses": [{"name": "CC-BY-4.0"}], "sources": [{"title": "test", "path": f"https://example.org/{name}"}],
        })  # fmt: skip
    package = {"name": folder.name, "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return folder


def csv_of(contract: Contract, rows: Rows) -> bytes:
    """Rows under the contract's own headers, as the registries write them: semicolons, CRLF, windows-1252."""
    fields = [field for field in contract.fields if field.codec is not None and not (field.columns or field.join or field.bound)]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([field.headers[0] for field in fields])
    for row in rows:
        unknown = set(row) - {field.name for field in fields}
        assert not unknown, unknown
        writer.writerow([row.get(field.name, "") for field in fields])
    return text.getvalue().encode("cp1252")
