"""Whatever comes from outside, nothing but our own errors and rejected rows comes of it: files, and a portal's metadata.

A crash that is found stays as an example.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.archive.archive import Archive
from pipeline.archive.fetch import Fetched, fetch
from pipeline.archive.states import states
from pipeline.contracts.loading import load_contracts
from pipeline.errors import ReadError
from pipeline.registries.catalogue import Location, Registry
from pipeline.registries.http.client import Client
from pipeline.registries.origins.live import LiveOrigin
from pipeline.staging.reader import Raw, header_problem, read
from pipeline.store.objects import Store
from tests.support.server import Server, answer
from tests.support.small import COUNTS, TABLES, csv_of

STAGING = load_contracts("staging")
SCHOOLS, PLACES = STAGING["stg_vestigingen_bo"], STAGING["stg_postcode4"]
SEEDS = {
    "stg_vestigingen_bo": csv_of(SCHOOLS, TABLES["vestigingen_bo"]),
    "stg_postcode4": csv_of(PLACES, TABLES["postcode4"]),
    "stg_leerlingen_po_historisch": COUNTS,
}
# what has a meaning to a reader of CSV, and what has one to nobody
PIECES = st.sampled_from(
    [b";", b",", b"\t", b'"', b'""', b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", b"\x81", b"\xc3\xa9", b"\xe9", b"\x92",
     b"<5", b"-1", b"=1+1", b"1e309", b"nan", "²".encode(), "٣".encode(), b"9" * 40, b"\xed\xa0\x80", b"\x1a", b"\x0b", b"\x85"]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file of a real shape with a few bytes taken out, put in or written over."""
    table = draw(st.sampled_from(sorted(SEEDS)))
    content = SEEDS[table]
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.one_of(PIECES, st.binary(max_size=4))) + content[at + draw(st.integers(0, 30)) :]
    return table, content


def accounted_for(table: str, content: bytes, form: str = "csv") -> None:
    """Read a file: a ReadError, or every record among the rows, also where one of its cells was rejected, or the rejects."""
    contract = STAGING[table]
    with suppress(ReadError):
        got = read(contract, [Raw("proef.csv", "0" * 64, content, "2026-08-01")], form)
        rejected = {*got.rejects["regel"].to_pylist()} - {*got.rows["bron_regel"].to_pylist()}
        assert sum(got.records.values()) == got.rows.num_rows + len(rejected)
        json.dumps(got.rejects.to_pylist(), ensure_ascii=False).encode()  # as text that can be stored


@given(st.binary(max_size=400))
@settings(max_examples=150)
def test_any_bytes_are_read_or_refused(content):
    accounted_for("stg_vestigingen_bo", content)


@given(mutated())
@settings(max_examples=300)
def test_every_record_of_a_file_that_was_tampered_with_is_accounted_for(given):
    accounted_for(*given)


@given(content=mutated())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_header_that_was_tampered_with_fits_or_says_why_not(content, tmp_path):
    (tmp_path / "proef.csv").write_bytes(content[1])
    assert isinstance(header_problem(STAGING[content[0]], tmp_path / "proef.csv", "proef.csv", "csv"), str | None)


# -- documents --------------------------------------------------------------------------------------------------------

TEXT = st.one_of(
    st.text(max_size=8), st.sampled_from(["\ud800", "\0", "../../x", "features", "properties", "x" * 5_000, "1e999"])
)
NUMBERS = st.one_of(st.integers(), st.integers(10**30, 10**31), st.floats())
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXT),
    lambda each: st.one_of(st.lists(each, max_size=4), st.dictionaries(TEXT, each, max_size=4)),
    max_leaves=12,
)
FEATURES = st.fixed_dictionaries({"features": st.lists(st.one_of(JSON, st.fixed_dictionaries({
    "properties": st.dictionaries(st.sampled_from(["statcode", "statnaam", "postcode", "postcode4"]), JSON, max_size=3),
    "geometry": st.one_of(JSON, st.fixed_dictionaries({"type": st.just("Polygon"), "coordinates": JSON})),
})), max_size=3)})  # fmt: skip
OBSERVATIONS = st.fixed_dictionaries({
    "MeasureGroups": st.lists(st.one_of(JSON, st.fixed_dictionaries({"Id": JSON, "Title": JSON})), max_size=2),
    "MeasureCodes": st.lists(st.one_of(JSON, st.fixed_dictionaries({"Identifier": JSON, "Title": JSON})), max_size=2),
    "Observations": st.lists(
        st.one_of(JSON, st.fixed_dictionaries({"RegioS": JSON, "Measure": JSON, "Value": JSON})), max_size=3
    ),
})  # fmt: skip


@given(st.one_of(JSON, FEATURES))
@settings(max_examples=150)
@pytest.mark.parametrize("table", ["stg_gemeenten_grenzen", "stg_postcode4_vlakken"])
def test_any_features_are_read_or_refused(table, document):
    accounted_for(table, json.dumps(document).encode(), "geojson")


@given(st.one_of(JSON, OBSERVATIONS))
@settings(max_examples=150)
def test_any_observations_are_read_or_refused(document):
    accounted_for("stg_gebieden", json.dumps(document).encode(), "odata")


@pytest.mark.parametrize("form", ["geojson", "odata"])
def test_a_document_nested_too_deep_is_refused(form):
    with pytest.raises(ReadError):
        read(STAGING["stg_gebieden"], [Raw("diep.json", "0" * 64, b"[" * 200_000)], form)


# -- metadata of a portal ---------------------------------------------------------------------------------------------

WHERE = (Location("ckan", "ckan", {"package": "p", "file": "a.csv"}),)
REGISTRY = Registry("scholen", "Scholen", "DUO", "stg_vestigingen_bo", 45, where=WHERE)
SHOW, FILE = "/api/3/action/package_show", SEEDS["stg_vestigingen_bo"]
FIELDS = st.sampled_from(["id", "name", "url", "hash", "size", "last_modified"])
ODD_FIELDS = st.dictionaries(FIELDS, st.one_of(JSON, st.just("http://x/a.csv")), max_size=5)
METADATA = st.one_of(
    JSON,
    st.fixed_dictionaries({"success": st.one_of(st.booleans(), JSON), "result": JSON}),
    st.fixed_dictionaries({"result": st.fixed_dictionaries({"resources": st.one_of(JSON, st.lists(ODD_FIELDS, max_size=3)),
                                                           "license_title": JSON})}),
)  # fmt: skip


@pytest.fixture(scope="module")
def portal() -> Iterator[tuple[Server, LiveOrigin]]:
    server, patience = Server(), {"connect_timeout": 5.0, "read_timeout": 5.0, "attempts": 1, "backoff": 0.0}
    server.on("/a.csv", answer(200, FILE))
    with Client({server.host}, max_bytes=1_000_000, **patience) as client:
        yield server, LiveOrigin("live", {"ckan": server.url}, client)
    server.close()


def looked_at(portal: tuple[Server, LiveOrigin], metadata: bytes, folder: Path) -> Fetched:
    """What a look finds, kept and remembered; and the same from memory."""
    server, origin = portal
    server.on(SHOW, answer(200, metadata))
    archive, now = Archive(Store(folder)), datetime.now(UTC)
    got = fetch(REGISTRY, [origin], archive, run="run", now=now, contract=SCHOOLS)
    assert got.files or got.messages
    assert len(states({REGISTRY.name: REGISTRY}, archive, None, now)) == 1
    assert not [each for each in folder.parent.rglob("*") if folder not in each.parents and each != folder]
    return got


@given(metadata=METADATA)
@example(metadata={"result": {"resources": [{"name": "a.csv", "url": "/a.csv", "id": "\ud800", "last_modified": "\ud800"}]}})
@example(metadata={"result": {"license_title": "\ud800", "resources": [{"name": "a.csv", "url": "/a.csv"}]}})
@example(metadata={"result": {"license_title": ["CC"], "resources": [{"name": "a.csv", "url": "/a.csv"}]}})
@example(metadata={"result": {"resources": [{"name": "a.csv", "url": "http://[::1/a.csv"}]}})
@example(metadata={"result": {"resources": [{"name": "a.csv", "url": "/a.csv", "size": 10**400}]}})
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_metadata_leads_to_a_file_or_to_a_message(portal, tmp_path_factory, metadata):
    looked_at(portal, json.dumps(metadata).encode(), tmp_path_factory.mktemp("archive") / "raw")
