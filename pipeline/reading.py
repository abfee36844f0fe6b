"""From the bytes of a registry's files to typed rows under its contract, and to rejected rows with their reason.

Belongs here: encoding, delimiter, header, cells, keys within a file. Does not belong here: where files come from
(fetch) and what rows mean together (SQL).

Text is cut into cells by Arrow's CSV reader (0.7 s for the 342 home-postcode files, against 2.4 s for pandas' own), each
distinct cell of a column is read once by its codec, and the result is an Arrow table: pandas and DuckDB share it as is.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from pipeline.codes import CODECS, Count
from pipeline.contracts import ARROW_TYPES, Contract, Field
from pipeline.errors import ReadError

REJECTS = pa.schema(
    [
        ("bron_sha256", pa.string()),
        ("regel", pa.int64()),
        ("kolom", pa.string()),
        ("waarde", pa.string()),
        ("reden", pa.string()),
    ]
)
WHOLE_ROW = "*"
LONGEST_HEADER = 1 << 16  # characters
LONGEST_CELL = 500  # characters of a cell that is told of
SHOWN = 20  # columns that are named in one message
UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
DELIMITERS = (";", ",", "\t")


class HeaderError(ReadError):
    """A header that lacks columns of the contract and has others: a renamed column, which stops the whole dataset."""


@dataclass(frozen=True)
class Raw:
    """One file to read: its bytes, its hash and the date of its edition (ISO) if known."""

    name: str
    sha256: str
    content: bytes
    editie: str | None = None


@dataclass(frozen=True)
class Read:
    """What came out of files of one dataset.

    ``rows`` has the contract's columns; ``rejects`` one row per offending cell; ``records`` counts the records of each
    file by hash; ``refused`` are files that could not be read at all, with the reason; ``notes`` say what was odd.
    """

    rows: pa.Table
    rejects: pa.Table
    records: Mapping[str, int]
    refused: Mapping[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Cells:
    """One file as text cells: fields by name (absent ones left out), record numbers, ragged records."""

    table: pa.Table
    ragged: list[tuple[int, str, str]]
    records: int
    unknown: tuple[str, ...]


def read(contract: Contract, files: Iterable[Raw], form: str = "csv") -> Read:
    """Read the files of one dataset under its contract.

    ``form`` is csv, geojson or odata. Every record ends in ``rows`` or, with a reason, in ``rejects``.
    A file that is no table of this kind at all is refused as a whole; when that leaves no file: ReadError. One that is, but
    with a header that does not fit: HeaderError, whatever the other files are.
    """
    cells, refused, notes, rejects = [], {}, [], []
    records: dict[str, int] = {}
    for file in files:
        try:
            one = _FORMS[form](contract, file)
        except HeaderError:
            raise
        except ReadError as error:
            refused[file.sha256] = str(error)
            continue
        records[file.sha256] = one.records
        rejects += [(file.sha256, number, WHOLE_ROW, _cut(text), reason) for number, text, reason in one.ragged]
        if one.unknown:
            notes.append(f"{file.name}: columns the contract does not know are left unread: {', '.join(one.unknown)}")
        cells.append(_with_provenance(one.table, file))
    if not cells and refused:
        raise ReadError("; ".join(refused.values()))
    rows, wrong = _typed(contract, pa.concat_tables(cells, promote_options="default") if cells else None)
    bad = pa.Table.from_pylist([dict(zip(REJECTS.names, each, strict=True)) for each in [*rejects, *wrong]], schema=REJECTS)
    return Read(rows, bad, records, refused, tuple(dict.fromkeys(notes)))


def decode(content: bytes, name: str) -> str:
    """Text of a file: UTF-8 if it is valid UTF-8 or begins with its byte order mark, else windows-1252.

    Where files of both were pasted together, each line is what it is by itself.
    Never latin-1: the registries use curly quotes (0x91, 0x92). Raises ReadError with the offset of the first bad byte.
    """
    if b"\0" in content:
        raise ReadError(f"{name} holds a NUL byte at offset {content.index(0)}: not a text file; fetch it again")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as utf8:
        if content.startswith(codecs.BOM_UTF8):
            raise ReadError(
                f"{name} says it is UTF-8 but byte {utf8.start} is not; fetch it again or ask the publisher"
            ) from None
        try:
            if UTF8.search(content):
                return "".join(map(_line, content.splitlines(keepends=True)))
            return content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise ReadError(
                f"{name} is neither UTF-8 (byte {utf8.start}) nor windows-1252 (byte {error.start}); "
                "ask the publisher for the encoding"
            ) from None


def _line(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def match_header(contract: Contract, header: Sequence[str], name: str) -> dict[str, str]:
    """Which header cell is which field: ``{header cell: field name}``, array fields under ``field|kop``.

    Names are compared without case, blanks and underscores, through the aliases of all editions.
    Raises ReadError that lists missing, unknown and nearest names: HeaderError where some columns are as they should be.
    """
    wanted = {_plain(alias): field.name for field in _source_fields(contract) for alias in (*field.headers, field.name)}
    arrays = [(re.compile(field.columns, re.IGNORECASE), field.name) for field in contract.fields if field.columns]
    found: dict[str, str] = {}
    unknown = []
    for cell in header:
        field = wanted.get(_plain(cell))
        label = next((f"{n}|{m.group(1).lower()}" for p, n in arrays if (m := p.fullmatch(cell.strip()))), None)
        if cell in found:
            raise ReadError(
                f"{name}: the header names {cell!r} twice, and which of the two counts is not known; ask the publisher"
            )
        if field is not None and field not in found.values():
            found[cell] = field
        elif label is not None:
            found[cell] = label
        else:
            unknown.append(cell)
    have = {value.split("|")[0] for value in found.values()}
    missing = [
        field.headers[0] for field in (*_source_fields(contract), *(f for f in contract.fields if f.columns))
        if field.name not in have and not field.optional
    ]  # fmt: skip
    if missing:
        near = {each: difflib.get_close_matches(each, unknown, 1, 0.5) for each in missing}
        nearest = [f"{each} ~ {match[0]}" for each, match in near.items() if match]
        raise (HeaderError if found else ReadError)(
            f"{name}: the header does not fit {contract.table}. Missing: {', '.join(missing)}. "
            f"Unknown: {_some(unknown)}. Nearest: {', '.join(nearest) or 'none'}. "
            f"If the publisher renamed a column, add its name to `headers` in the contract"
        )
    return found


def _some(names: Sequence[str]) -> str:
    """Names for a message: some of them, where there are very many or they are very long."""
    shown = ", ".join(_cut(each, 60) for each in names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN:,} more" if len(names) > SHOWN else shown or "none"


def _cut(text: str, length: int = LONGEST_CELL) -> str:
    return text if len(text) <= length else f"{text[:length]}… ({len(text):,} tekens)"


def header_problem(contract: Contract, path: Path, name: str, form: str) -> str | None:
    """Why the columns of a file do not fit its contract, in words, without reading the rest of a CSV; None when they do."""
    try:
        if form != "csv":
            _FORMS[form](contract, Raw(name, "", path.read_bytes()))
            return None
        with path.open("rb") as file:
            start = file.read(LONGEST_HEADER + 1)
        match_header(contract, _header(decode(start[: start.rfind(b"\n") + 1] or start, name), name)[1], name)
    except ReadError as error:
        return str(error)
    return None


def _header(text: str, name: str) -> tuple[str, list[str]]:
    """The delimiter of a CSV and the cells of its first line."""
    first = text[: LONGEST_HEADER + 1].partition("\n")[0].rstrip("\r")
    if len(first) > LONGEST_HEADER:
        raise ReadError(
            f"{name}: its first line is longer than {LONGEST_HEADER:,} characters, so it is no header; fetch it again"
        )
    delimiter = max(DELIMITERS, key=first.count)
    return delimiter, next(csv.reader(io.StringIO(first), delimiter=delimiter), [])


def _csv(contract: Contract, file: Raw) -> _Cells:
    text = decode(file.content, file.name)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    delimiter, header = _header(text, file.name)
    matched = match_header(contract, header, file.name)
    ragged: list[tuple[int, str, str]] = []

    def reject(row: Any) -> str:
        reason = f"{row.expected_columns} velden verwacht, {row.actual_columns} gevonden"
        ragged.append((row.number, row.text, reason))
        return "skip"

    names = [f"c{i}" for i in range(len(header))]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(text.encode()),
            # one thread: with more, Arrow does not number the records that do not fit
            read_options=pacsv.ReadOptions(column_names=names, skip_rows=1, use_threads=False, block_size=1 << 24),
            parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=reject),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False,
                include_columns=[name for name, cell in zip(names, header, strict=True) if cell in matched],
            ),
        )  # fmt: skip
    except pa.ArrowInvalid as error:
        raise ReadError(f"{file.name} cannot be cut into cells: {error}; fetch it again or ask the publisher") from None
    table = table.rename_columns([matched[header[int(name[1:])]] for name in table.column_names])
    records = table.num_rows + len(ragged)
    if text.count('"') % 2 and _runs_on(table, ragged, records):
        raise ReadError(
            f"{file.name}: record {records + 1} opens a quote that is never closed, which swallows the rest; fetch it again"
        )
    lines = _lines(text, delimiter, records)
    numbers = np.setdiff1d(np.arange(2, records + 2), [number for number, _, _ in ragged], assume_unique=True)
    return _Cells(
        table.append_column("bron_regel", pa.array(lines[numbers - 1], pa.int64())),
        [(int(lines[number - 1]), cells, reason) for number, cells, reason in ragged],
        records, tuple(cell for cell in header if cell not in matched),
    )  # fmt: skip


def _lines(text: str, delimiter: str, records: int) -> np.ndarray:
    """The line on which each record begins, the header first: its number, but for blank lines and quoted line ends."""
    if text.count("\n") == records + 1:
        return np.arange(1, records + 2)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    starts, line = [], 1
    with suppress(csv.Error):  # a cell beyond what that module takes, in a file that Arrow could cut
        for record in reader:
            if record:
                starts.append(line)
            line = reader.line_num + 1
    return np.array(starts) if len(starts) == records + 1 else np.arange(1, records + 2)


def _runs_on(table: pa.Table, ragged: list[tuple[int, str, str]], records: int) -> bool:
    """Whether the last record of a file spans several lines."""
    if ragged and ragged[-1][0] == records + 1:
        return "\n" in ragged[-1][1]
    return table.num_rows > 0 and any("\n" in (column[-1].as_py() or "") for column in table.columns)


def _geojson(contract: Contract, file: Raw) -> _Cells:
    """Features of a FeatureCollection: one record each, properties as cells, ``geometrie`` as compact JSON text."""
    document = _document(file, "features")
    records = [
        {**feature["properties"], "geometrie": _compact(feature.get("geometry"))}
        for feature in document["features"] if isinstance(feature.get("properties"), dict)
    ]  # fmt: skip
    if len(records) < len(document["features"]):
        raise ReadError(f"{file.name}: a feature has no properties; fetch it again")
    if any(field.name == "latitude" for field in contract.fields):
        records = [
            {**record, **_middle(feature["geometry"])} for record, feature in zip(records, document["features"], strict=True)
        ]
    return _from_records(contract, file, records)


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


def _odata(contract: Contract, file: Raw) -> _Cells:
    """Observations of a CBS table, one record per region: its measures as cells, named ``group measure``."""
    document = _document(file, "Observations", "MeasureCodes", "MeasureGroups")
    groups = {str(group["Id"]): group["Title"] for group in document["MeasureGroups"]}
    titles = {
        code["Identifier"]: f"{groups.get(str(code.get('MeasureGroupId')), '')} {code['Title']}".strip()
        for code in document["MeasureCodes"]
    }
    regions: dict[str, dict[str, Any]] = {}
    for seen in document["Observations"]:
        region = next((str(value) for key, value in seen.items() if key.startswith("Regio")), "")
        value = seen.get("StringValue") if seen.get("StringValue") is not None else seen.get("Value")
        regions.setdefault(region, {"regio": region})[titles.get(seen["Measure"], seen["Measure"])] = value
    return _from_records(contract, file, list(regions.values()))


def _document(file: Raw, *keys: str) -> Any:
    try:
        document = json.loads(decode(file.content, file.name))
        if any(not isinstance(document[key], list) or not all(isinstance(each, dict) for each in document[key]) for key in keys):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise ReadError(f"{file.name} is not JSON with {', '.join(keys)}; fetch it again") from None
    return document


def _from_records(contract: Contract, file: Raw, records: list[dict[str, Any]]) -> _Cells:
    header = list(dict.fromkeys(key for record in records for key in record))
    matched = match_header(contract, header, file.name)
    columns = {
        field: pa.array(["" if record.get(cell) is None else str(record[cell]) for record in records], pa.string())
        for cell, field in matched.items()
    }
    columns["bron_regel"] = pa.array(range(2, len(records) + 2), pa.int64())
    return _Cells(pa.table(columns), [], len(records), tuple(cell for cell in header if cell not in matched))


_FORMS: dict[str, Callable[[Contract, Raw], _Cells]] = {"csv": _csv, "geojson": _geojson, "odata": _odata}


def _with_provenance(table: pa.Table, file: Raw) -> pa.Table:
    edition = CODECS["datum"](file.editie or "")
    # a hash of 64 characters, once for each file and not for each row
    hashes = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), table.num_rows), [file.sha256])
    return table.append_column("bron_sha256", hashes).append_column(
        "editie", pa.repeat(pa.scalar(edition, pa.date32()), table.num_rows)
    )


def _typed(contract: Contract, cells: pa.Table | None) -> tuple[pa.Table, list[tuple[str, int, str, str, str]]]:
    """Cells to values. Returns the rows that fit and a reject per offending cell."""
    if cells is None:
        cells = _with_provenance(pa.table({"bron_regel": pa.array([], pa.int64())}), Raw("", "", b""))
    count = cells.num_rows
    values: dict[str, pa.Array] = {}
    counts: dict[str, tuple[pa.Array, pa.Array]] = {}
    wrong: list[tuple[int, str, str, str]] = []
    for field in _source_fields(contract):
        column = cells[field.name].combine_chunks() if field.name in cells.column_names else pa.repeat("", count)
        parsed = _column(field, pc.fill_null(column, ""), wrong)
        values[field.name], counts[field.name] = parsed[0], parsed[1:]
    for field in contract.fields:
        if field.columns:
            values[field.name] = _array(field, cells, wrong)
        elif field.join:
            values[field.name] = pc.binary_join_element_wise(*(values[name] for name in field.join), "")
        elif field.bound:
            kind, of = field.bound
            values[field.name] = counts[of][("ondergrens", "bovengrens").index(kind)]
        elif field.name in ("bron_sha256", "bron_regel", "editie"):
            values[field.name] = cells[field.name].combine_chunks()
    rows = pa.table({field.name: values[field.name] for field in contract.fields})
    rejected = {index for index, *_ in wrong}
    for index, column_name, cell, reason in _broken_keys(contract, rows, rejected):
        wrong.append((index, column_name, cell, reason))
        rejected.add(index)
    hashes, numbers = rows["bron_sha256"], rows["bron_regel"]
    rejects = [
        (hashes[i].as_py(), numbers[i].as_py(), column, _cut(cell), _cut(reason)) for i, column, cell, reason in sorted(wrong)
    ]
    if rejected:
        keep = np.ones(count, bool)
        keep[list(rejected)] = False
        rows = rows.filter(pa.array(keep))
    return rows, rejects


def _column(field: Field, cells: pa.Array, wrong: list[tuple[int, str, str, str]]) -> tuple[pa.Array, pa.Array, pa.Array]:
    """One column of text to values (and, for a count, its bounds), each distinct cell read once."""
    encoded = cells.dictionary_encode()
    distinct, indices = encoded.dictionary.to_pylist(), encoded.indices
    parsed: list[Any] = []
    reasons: dict[int, str] = {}
    for position, cell in enumerate(distinct):
        try:
            parsed.append(_value(field, cell))
        except ValueError as error:
            parsed.append(None)
            reasons[position] = str(error)
    if reasons:
        places = indices.to_numpy()
        for row in np.flatnonzero(np.isin(places, list(reasons))):
            place = int(places[row])
            wrong.append((int(row), field.name, distinct[place], reasons[place]))
    kind = ARROW_TYPES[field.type]
    if field.codec == "aantal":
        triples = [each or Count(None, None, None) for each in parsed]
        exact, lower, upper = (pa.array([getattr(each, part) for each in triples], pa.int64()).take(indices)
                               for part in ("exact", "lower", "upper"))  # fmt: skip
        return exact, lower, upper
    none = pa.nulls(0)
    return pa.array(parsed, kind).take(indices), none, none


def _value(field: Field, cell: str) -> Any:
    value = CODECS[field.codec or "text"](cell)
    if value is not None and field.map is not None:
        if value not in field.map:
            raise ValueError(f"een van {', '.join(field.map)} verwacht, {cell.strip()!r} gevonden")
        value = field.map[value]
    if field.required and (value is None or value == Count(None, None, None)):
        raise ValueError("verplicht, maar leeg")
    return value


def _array(field: Field, cells: pa.Table, wrong: list[tuple[int, str, str, str]]) -> pa.Array:
    """The columns ``field|kop`` of a wide file as one array per row: head, lower and upper bound."""
    heads = [name for name in cells.column_names if name.startswith(f"{field.name}|")]
    element = pa.struct([("kop", pa.string()), ("ondergrens", pa.int32()), ("bovengrens", pa.int32())])
    if not heads:
        return pa.nulls(cells.num_rows, pa.list_(element))
    single = Field(field.name, "integer", "", {}, "aantal")
    bounds = []
    for head in heads:
        before = len(wrong)
        bounds.append(_column(single, pc.fill_null(cells[head].combine_chunks(), ""), wrong)[1:])
        wrong[before:] = [(row, head.replace("|", " "), cell, reason) for row, _, cell, reason in wrong[before:]]
    lower, upper = (
        pa.array(np.column_stack([each[i].to_numpy(zero_copy_only=False) for each in bounds]).ravel(), from_pandas=True)
        for i in (0, 1)
    )
    labels = pa.array([head.split("|", 1)[1] for head in heads])
    kop = labels.take(pa.array(np.tile(np.arange(len(heads), dtype=np.int32), cells.num_rows)))
    structs = pa.StructArray.from_arrays([kop, lower.cast(pa.int32()), upper.cast(pa.int32())], fields=list(element))
    offsets = pa.array(np.arange(0, (cells.num_rows + 1) * len(heads), len(heads), dtype=np.int32))
    return pa.ListArray.from_arrays(offsets, structs)


def _broken_keys(contract: Contract, rows: pa.Table, rejected: set[int]) -> Iterable[tuple[int, str, str, str]]:
    """Rows whose key stands earlier in the same file: the first stays, each later one is rejected."""
    keys = [name for name in contract.primary_key if name != "bron_regel"]
    if keys == ["bron_sha256"] or rows.num_rows == 0:
        return
    frame = rows.select(keys).to_pandas(date_as_object=False)
    if rejected:
        frame = frame.drop(index=list(rejected))
    for index in frame.index[frame.duplicated()]:
        values = (rows[name][index].as_py() for name in keys if name != "bron_sha256")
        shown = " ".join("leeg" if value is None else str(value) for value in values)
        yield int(index), WHOLE_ROW, shown, f"dubbele sleutel ({', '.join(keys[1:])}); de eerste rij blijft"


def _source_fields(contract: Contract) -> list[Field]:
    """Fields that stand in the file as one column."""
    return [f for f in contract.fields if f.codec is not None and not (f.columns or f.join or f.bound)]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
