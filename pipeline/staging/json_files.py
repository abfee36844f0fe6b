"""Documents of JSON as cells: the features of a map service, the observations of a statistical table.

Belongs here: their shapes, and what tells one from a CSV of the same table. Does not belong here: what the cells mean (values).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.contracts.contract import Contract
from pipeline.contracts.documents import parsed
from pipeline.errors import ReadError
from pipeline.staging.cells import Cells, Raw
from pipeline.staging.delimited import read_csv
from pipeline.staging.encoding import decode, doubled
from pipeline.staging.header import match_header


def form_of(declared: str, start: bytes) -> str:
    """Return the form of a file of which its registry says how it is written: StatLine gives one table as JSON and as CSV."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "csv" if declared == "odata" and not text.startswith((b"{", b"[", b"<")) else declared


def read_geojson(contract: Contract, file: Raw) -> Cells:
    """Features of a FeatureCollection: one record each, properties as cells, ``geometrie`` as compact JSON text."""
    document = _document(file, "features")
    with _shaped(file, "a feature"):
        records = [{**feature["properties"], "geometrie": _compact(feature.get("geometry"))} for feature in document["features"]]
        if any(field.name == "latitude" for field in contract.fields):
            records = [
                {**record, **_middle(feature["geometry"])} for record, feature in zip(records, document["features"], strict=True)
            ]
    return _from_records(contract, file, records)


@contextmanager
def _shaped(file: Raw, what: str) -> Iterator[None]:
    """A document of another shape than it should have is refused, in whatever way that shows."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise ReadError(f"{file.name}: {what} is not as it should be ({type(error).__name__}: {error}); fetch it again") from None


def _compact(geometry: Any) -> str | None:
    return json.dumps(geometry, separators=(",", ":")) if geometry else None


def _middle(geometry: Any) -> dict[str, float]:
    """The middle of a geometry's bounding box, in degrees when the file was asked for in WGS84."""
    points = np.array(list(_points((geometry or {}).get("coordinates"))), float)
    if not len(points):
        return {}
    longitude, latitude = (points.min(axis=0) + points.max(axis=0)) / 2
    return {"longitude": longitude, "latitude": latitude}


def _points(coordinates: Any) -> Iterable[tuple[float, float]]:
    """Every position of nested GeoJSON coordinates."""
    if isinstance(coordinates, list):
        if len(coordinates) >= 2 and all(isinstance(each, (int, float)) for each in coordinates[:2]):
            yield coordinates[0], coordinates[1]
        else:
            for each in coordinates:
                yield from _points(each)


def read_odata(contract: Contract, file: Raw) -> Cells:
    """Observations of a CBS table, one record per region: its measures as cells, named ``group measure``. StatLine's own
    download of the table is a CSV, with a record per region."""
    if form_of("odata", file.content) == "csv":
        return read_csv(contract, file)
    document = _document(file, "Observations", "MeasureCodes", "MeasureGroups")
    regions: dict[str, dict[str, Any]] = {}
    with _shaped(file, "an observation, or the list of measures,"):
        groups = {str(group["Id"]): group["Title"] for group in document["MeasureGroups"]}
        titles = {
            str(code["Identifier"]): f"{groups.get(str(code.get('MeasureGroupId')), '')} {code['Title']}".strip()
            for code in document["MeasureCodes"]
        }
        for seen in document["Observations"]:
            region = next((str(value) for key, value in seen.items() if key.startswith("Regio")), "")
            value = seen.get("StringValue") if seen.get("StringValue") is not None else seen.get("Value")
            measure = str(seen["Measure"])
            regions.setdefault(region, {"regio": region})[titles.get(measure, measure)] = value
    return _from_records(contract, file, list(regions.values()))


def _document(file: Raw, *keys: str) -> Any:
    try:
        document = parsed(decode(file.content, file.name, file.encoding))
        if any(not isinstance(document[key], list) or not all(isinstance(each, dict) for each in document[key]) for key in keys):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise ReadError(f"{file.name} is not JSON with {', '.join(keys)}; fetch it again") from None
    return document


def _from_records(contract: Contract, file: Raw, records: list[dict[str, Any]]) -> Cells:
    header = list(dict.fromkeys(key for record in records for key in record))
    matched = match_header(contract, header, file.name)
    columns = {
        field: pa.array(["" if record.get(cell) is None else str(record[cell]) for record in records], pa.string())
        for cell, field in matched.items()
    }
    columns["bron_regel"] = pa.array(range(2, len(records) + 2), pa.int64())
    texts = (" ".join(each for each in record.values() if isinstance(each, str)) for record in records)
    return Cells(pa.table(columns), [], len(records), tuple(cell for cell in header if cell not in matched), doubled(texts))
