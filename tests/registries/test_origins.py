"""Origins: folders with a data package, and live services spoken to over real sockets on this machine."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.errors import FetchError, SettingsError
from pipeline.registries.catalogue import Location, Registry, load_catalogue
from pipeline.registries.files import SourceFile
from pipeline.registries.http.client import Client
from pipeline.registries.origins import Candidate, FolderOrigin, Look, open_origins, unknown_resources
from pipeline.registries.origins.live import LiveOrigin
from pipeline.settings import Settings
from tests.support.server import Answer, Server, answer

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CSV = b"a;b\n1;2\n"


def registry(*where: Location, name: str = "scholen", **given: Any) -> Registry:
    return Registry(name, "Scholen", "DUO", "stg_scholen", **{"cadence": 45, "where": tuple(where), **given})


CATALOGUE = {"scholen": registry()}


def looked(origin: Any, entry: Registry, into: Path, *, first: bool = False, **held: SourceFile) -> list[Any]:
    """What an origin offers, each candidate with its file; of mirrors the first alone when that can be used."""
    found = origin.candidates(entry, Look({each.place: each for each in held.values()}, into, NOW))
    if not first:
        return list(found)
    taken = []
    for each in found:
        taken.append(each)
        if isinstance(each, Candidate):
            break
    return taken


def held(found: Candidate, **given: Any) -> SourceFile:
    assert found.path is not None
    return replace(found.file, fetched_at="2026-10-01T00:00:00+00:00", **given)


# -- folders -------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "edition").mkdir()
    (tmp_path / "edition" / "scholen.csv").write_bytes(CSV)
    return tmp_path / "edition"


@pytest.fixture
def into(tmp_path: Path) -> Path:
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


def pack(folder: Path, *resources: Any, **package: Any) -> Path:
    (folder / "datapackage.json").write_text(json.dumps({"name": "edition-1", "resources": list(resources), **package}))
    return folder


def scholen(**given: Any) -> dict[str, Any]:
    return {"name": "scholen", "path": "scholen.csv", **given}


def test_a_folder_gives_its_files_with_what_the_package_says_of_them(folder, into):
    pack(
        folder,
        scholen(
            peildatum="2026-08-01", bytes=8, hash=f"sha256:{hashlib.sha256(CSV).hexdigest()}",
            sources=[{"title": "DUO", "path": "https://www.duo.nl/scholen.csv"}], licenses=[{"name": "CC0-1.0"}],
        ),
    )  # fmt: skip
    origin = FolderOrigin(folder, CATALOGUE)
    assert (origin.name, origin.key, origin.changes, origin.unknown) == ("edition-1", str(folder), False, [])
    assert origin.provides(CATALOGUE["scholen"])
    (found,) = looked(origin, CATALOGUE["scholen"], into)
    assert isinstance(found, Candidate)
    assert (found.file.name, found.file.url, found.file.peildatum, found.file.licence) == (
        "scholen.csv", "https://www.duo.nl/scholen.csv", "2026-08-01", "CC0-1.0",
    )  # fmt: skip
    assert (found.file.declared_bytes, found.file.declared_hash) == (8, f"sha256:{hashlib.sha256(CSV).hexdigest()}")
    assert found.path is not None
    assert (found.file.sha256, found.file.bytes) == (hashlib.sha256(CSV).hexdigest(), 8)
    assert found.path.read_bytes() == CSV
    assert found.path.parent == into


def test_what_a_resource_leaves_out_the_package_says(folder, into):
    pack(
        folder, scholen(), peildatum="2026-08-01", licenses=[{"name": "A"}, {"title": "B"}, {"path": "C"}],
        sources=[{"title": "no address"}, {"path": "https://duo.nl/"}],
    )  # fmt: skip
    (found,) = looked(FolderOrigin(folder, CATALOGUE), CATALOGUE["scholen"], into)
    assert isinstance(found, Candidate)
    assert (found.file.peildatum, found.file.licence, found.file.url) == ("2026-08-01", "A, B, C", "https://duo.nl/")


def test_what_nobody_says_is_not_known(folder, into):
    pack(folder, scholen())
    (found,) = looked(FolderOrigin(folder, CATALOGUE), CATALOGUE["scholen"], into)
    assert isinstance(found, Candidate)
    assert (found.file.peildatum, found.file.licence, found.file.url) == (None, None, "scholen.csv")


def test_resources_that_are_no_registry_are_listed_and_registries_that_are_not_there_are_not_provided(folder):
    origin = FolderOrigin(pack(folder, {"name": "anders", "path": "nowhere.csv"}, {"path": "x"}), CATALOGUE)
    assert origin.unknown == ["anders", "None"]
    assert not origin.provides(CATALOGUE["scholen"])


def test_a_resource_that_is_no_registry_is_named_with_the_nearest_registry(folder, live):
    origin = FolderOrigin(pack(folder, {"name": "schoolen", "path": "nowhere.csv"}), CATALOGUE)
    assert unknown_resources([live, origin], CATALOGUE) == [
        "edition-1: resource schoolen is left unread, as the catalogue has no registry of that name. Nearest: scholen. "
        f"Correct `name` in {folder}/datapackage.json, or take it off the list"
    ]


def test_other_bytes_of_the_same_size_and_time_are_seen(folder, into):
    file = folder / "scholen.csv"
    (first,) = looked(FolderOrigin(pack(folder, scholen()), CATALOGUE), CATALOGUE["scholen"], into)
    moment, known = file.stat().st_mtime_ns, held(first)
    file.write_bytes(CSV.replace(b"2", b"3"))
    os.utime(file, ns=(moment, moment))
    (second,) = looked(FolderOrigin(folder, CATALOGUE), CATALOGUE["scholen"], into, a=known)
    assert second.path is not None
    assert second.file.sha256 == hashlib.sha256(CSV.replace(b"2", b"3")).hexdigest()
    # where the package states a hash, that says whether the file is another
    stated = f"sha256:{known.sha256}"
    (third,) = looked(
        FolderOrigin(pack(folder, scholen(hash=stated)), CATALOGUE), CATALOGUE["scholen"], into,
        a=replace(known, declared_hash=stated),
    )  # fmt: skip
    assert (third.path, third.file.sha256) == (None, known.sha256)


def test_a_file_that_did_not_change_is_not_copied_again(folder, into):
    origin = FolderOrigin(pack(folder, scholen()), CATALOGUE)
    (first,) = looked(origin, CATALOGUE["scholen"], into)
    (second,) = looked(origin, CATALOGUE["scholen"], into, a=held(first))
    assert isinstance(second, Candidate)
    assert second.path is None
    (folder / "scholen.csv").write_bytes(b"a;b\n1;3\n")
    (third,) = looked(origin, CATALOGUE["scholen"], into, a=held(first, mtime_ns=1))
    assert third.file.bytes == 8


def test_a_file_of_which_the_package_now_says_something_else_is_read_again(folder, into):
    (first,) = looked(FolderOrigin(pack(folder, scholen()), CATALOGUE), CATALOGUE["scholen"], into)
    pack(folder, scholen(hash="0" * 32))
    (second,) = looked(FolderOrigin(folder, CATALOGUE), CATALOGUE["scholen"], into, a=held(first))
    assert second.path is not None


def test_a_package_says_how_its_file_is_written(folder, into):
    written = {
        "path": "scholen.csv",
        "encoding": "cp850",
        "dialect": {"delimiter": "|", "quoteChar": '"', "lineTerminator": "\n"},
    }
    (found,) = looked(FolderOrigin(pack(folder, scholen(**written)), CATALOGUE), CATALOGUE["scholen"], into)
    assert (found.file.encoding, found.file.delimiter, found.wrong) == ("cp850", "|", None)
    for name, value in (("quoteChar", "'"), ("header", False), ("commentChar", "#")):
        (found,) = looked(
            FolderOrigin(pack(folder, scholen(dialect={name: value})), CATALOGUE),
            CATALOGUE["scholen"],
            into,
        )
        assert found.wrong.startswith(f"datapackage.json declares {name} {value!r}, which cannot be read: write the file with ")


def test_the_files_of_a_list_are_measured_together(folder, into):
    (folder / "deel").mkdir()
    (folder / "deel" / "b.csv").write_bytes(CSV)
    paths = ["scholen.csv", "deel/b.csv"]
    right = looked(FolderOrigin(pack(folder, scholen(path=paths, bytes=16)), CATALOGUE), CATALOGUE["scholen"], into)
    assert [(each.file.place, each.file.name, each.file.declared_bytes, each.wrong) for each in right] == [
        ("scholen.csv", "scholen.csv", None, None), ("deel/b.csv", "b.csv", None, None),
    ]  # fmt: skip
    wrong = looked(FolderOrigin(pack(folder, scholen(path=paths, bytes=1700)), CATALOGUE), CATALOGUE["scholen"], into)
    assert {each.wrong for each in wrong} == {"the 2 files hold 16 bytes together, datapackage.json declares 1,700"}


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ({"name": "scholen", "path": "weg.csv"}, r"lists weg\.csv, which cannot be found there \(No such file"),
        ({"name": "scholen", "path": ["scholen.csv", "weg.csv"]}, r"lists weg\.csv, which cannot be found there"),
        ({"name": "scholen", "path": "../geheim.csv"}, r"lists \.\./geheim\.csv for resource scholen, outside its own"),
        ({"name": "scholen", "path": "/etc/passwd"}, r"lists /etc/passwd for resource scholen, outside its own folder"),
        ({"name": "scholen", "path": "link.csv"}, r"lists link\.csv for resource scholen, outside its own folder"),
        ({"name": "scholen"}, r"gives resource scholen no `path`"),
        ({"name": "scholen", "path": []}, r"gives resource scholen no `path`"),
        ({"name": "scholen", "path": [1]}, r"gives resource scholen no `path`"),
        ({"name": "scholen", "path": "lus.csv"}, r"lists lus\.csv for resource scholen, which leads nowhere \(Symlink loop"),
        ({"name": "scholen", "path": "dood.csv"}, r"lists nergens, which cannot be found there"),
        ({"name": "scholen", "path": "pijp"}, r"lists pijp, which is no file"),
        ({"name": "scholen", "path": "."}, r"lists \., which is no file"),
        ({"name": "scholen", "path": "a" * 5000}, r"lists a+, which cannot be found there \(File name too long"),
        ({"name": "scholen", "path": "scholen.csv\0"}, r"holds a NUL character, in 'scholen\.csv\\x00'"),
        ({"name": "scholen", "path": "\ud800.csv"}, r"lists \?\.csv, which cannot be found there"),
        (
            {"name": "scholen", "path": "scholen.csv", "hash": "sha256:0"},
            r"gives resource scholen the hash sha256:0, which is none",
        ),
        (
            {"name": "scholen", "path": "scholen.csv", "hash": f"shake_128:{'0' * 32}"},
            r"gives resource scholen the hash shake_128:",
        ),
        (
            {"name": "scholen", "path": "scholen.csv", "hash": f"crc32:{'0' * 8}"},
            r"gives resource scholen the hash crc32:0+, which",
        ),
        ({"name": "scholen", "path": "scholen.csv", "hash": f"md5:{'é' * 32}"}, r"gives resource scholen the hash md5:"),
        ({"name": "scholen", "path": "scholen.csv", "bytes": True}, r"gives resource scholen `bytes` that is no number"),
        ({"name": "scholen", "path": "scholen.csv", "licenses": 5}, r"gives resource scholen `licenses` that is no list"),
        ({"name": "scholen", "path": "scholen.csv", "sources": {"a": 1}}, r"gives resource scholen `sources` that is no list"),
        ({"name": "scholen", "path": "scholen.csv", "bytes": "8"}, r"gives resource scholen `bytes` that is no number"),
        (
            {"name": "scholen", "path": "scholen.csv", "peildatum": "2026"},
            r"gives resource scholen peildatum '2026'; write a date as 2026-08-01",
        ),
        (
            {"name": "scholen", "path": ["scholen.csv", "scholen.csv"], "hash": "0"},
            r"declares one hash for the 2 files",
        ),
    ],
)
def test_a_package_that_cannot_be_used_is_named_with_what_is_wrong(folder, resource, message):
    (folder.parent / "geheim.csv").write_bytes(CSV)
    (folder / "link.csv").symlink_to(folder.parent / "geheim.csv")
    (folder / "lus.csv").symlink_to("lus.csv")
    (folder / "dood.csv").symlink_to("nergens")
    os.mkfifo(folder / "pijp")
    with pytest.raises(SettingsError, match=rf"^{folder}/datapackage\.json {message}"):
        FolderOrigin(pack(folder, resource), CATALOGUE)


def test_a_resource_listed_twice_is_refused(folder):
    with pytest.raises(SettingsError, match=r"lists resource scholen twice"):
        FolderOrigin(pack(folder, scholen(), scholen()), CATALOGUE)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"has no datapackage\.json; give a folder that has one"),
        ("{", r"datapackage\.json cannot be read: .*correct it"),
        pytest.param("[" * 100_000, r"datapackage\.json cannot be read: it is nested too deep; correct it", id="deep"),
        ('{"name": "\\u0000", "resources": []}', r"datapackage\.json holds a NUL character"),
        pytest.param(
            " " * 20_000_001, r"datapackage\.json holds 20,000,001 bytes, where at most 20,000,000 are expected", id="large"
        ),
        ("[]", r"datapackage\.json has no list of `resources`"),
        ('{"resources": ["scholen"]}', r"datapackage\.json has no list of `resources`"),
    ],
)
def test_a_folder_without_a_usable_package_is_refused(folder, text, message):
    if text is not None:
        (folder / "datapackage.json").write_text(text)
    with pytest.raises(SettingsError, match=message) as raised:
        FolderOrigin(folder, CATALOGUE)
    assert str(folder) in str(raised.value)


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_a_package_that_is_no_file_is_refused(folder, make):
    make(folder / "datapackage.json")
    with pytest.raises(SettingsError, match=r"datapackage\.json is no file; put the package in its place"):
        FolderOrigin(folder, CATALOGUE)


def test_a_file_that_can_be_found_and_not_read_is_named(folder, into, monkeypatch):
    origin = FolderOrigin(pack(folder, scholen()), CATALOGUE)

    def refuse(path, mode):
        if mode == "rb":
            raise PermissionError(13, "Permission denied")
        return opened(path, mode)

    opened = Path.open
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SettingsError, match=r"lists scholen\.csv, which cannot be read \(Permission denied\)"):
        looked(origin, CATALOGUE["scholen"], into)


def test_only_the_sandbox_is_fictitious_whatever_a_package_calls_itself(folder):
    assert not FolderOrigin(pack(folder, scholen(), name="sandbox"), CATALOGUE).fictitious
    with open_origins(Settings(sources=("sandbox", str(folder))), CATALOGUE, lambda: nullcontext({})) as origins:
        assert [(each.name, each.fictitious) for each in origins] == [("sandbox", True), ("sandbox", False)]


def test_a_file_that_disappears_after_the_folder_was_opened_is_named(folder, into):
    origin = FolderOrigin(pack(folder, scholen()), CATALOGUE)
    (folder / "scholen.csv").unlink()
    with pytest.raises(SettingsError, match=rf"{folder}/datapackage\.json lists scholen\.csv, which cannot be found there"):
        looked(origin, CATALOGUE["scholen"], into)


def test_the_real_packages_can_be_used(shared):
    catalogue = load_catalogue()
    origins = [FolderOrigin(each.parent, catalogue) for each in sorted(shared.glob("registries/*/datapackage.json"))]
    assert any(origin.provides(registry) for origin in origins for registry in catalogue.values())
    assert unknown_resources(origins, catalogue) == []


# -- live ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def live(server: Server, client: Client) -> LiveOrigin:
    return LiveOrigin(
        "live", {"ckan": server.url, "duo": f"{server.url}/images/", "cbs": f"{server.url}/odata/v1/",
                 "pdok": server.url, "reference": ""}, client,
    )  # fmt: skip


CKAN = Location("ckan", "ckan", {"package": "adressen_bo", "file": "vestigingenbo.csv"})
DUO = Location("url", "duo", {"path": "02.-alle-scholen.csv"})
SHOW = "/api/3/action/package_show?id=adressen_bo"


def document(value: Any) -> Answer:
    return answer(200, json.dumps(value).encode(), Content_Type="application/json")


def package(server: Server, *resources: dict[str, Any], **given: Any) -> None:
    result = {"license_id": "cc-by", "license_title": "Creative Commons Attribution", "resources": resources, **given}
    server.on(SHOW, document({"success": True, "result": result}))


def resource(server: Server, **given: Any) -> dict[str, Any]:
    return {
        "id": "r1", "name": "Vestigingen", "url": f"{server.url}/dataset/d/resource/r1/download/vestigingenbo.csv",
        "last_modified": "2026-10-02T09:20:20.123", "hash": hashlib.md5(CSV, usedforsecurity=False).hexdigest(),
        "size": 8, **given,
    }  # fmt: skip


def paths(server: Server) -> list[str]:
    return [path for path, _ in server.requests]


def test_a_portal_file_is_found_by_the_name_at_the_end_of_its_address(server, live, into):
    package(server, resource(server, id="r0", url=f"{server.url}/x/besturenbo.csv"), resource(server))
    server.on("/dataset/d/resource/r1/download/vestigingenbo.csv", answer(200, CSV, Content_Type="text/csv"))
    (found,) = looked(live, registry(CKAN), into)
    assert isinstance(found, Candidate)
    assert (found.file.name, found.file.peildatum, found.file.licence) == (
        "vestigingenbo.csv", "2026-10-02", "Creative Commons Attribution",
    )  # fmt: skip
    assert (found.file.url, found.status, found.content_type) == (resource(server)["url"], 200, "text/csv")
    assert (found.file.declared_bytes, found.file.declared_hash) == (8, resource(server)["hash"])
    assert found.path.read_bytes() == CSV


@pytest.mark.parametrize("name", ["vestigingenbo.csv", "Vestigingenbo"])
def test_a_portal_file_is_found_by_the_name_of_its_resource(server, live, into, name):
    package(server, resource(server, name=name, url=f"{server.url}/download/v1"))
    server.on("/download/v1", answer(200, CSV))
    (found,) = looked(live, registry(CKAN), into)
    assert found.file.bytes == 8


@pytest.mark.parametrize("other", [{"hash": "d" * 32}, {"hash": ""}])
def test_of_two_resources_with_one_file_name_the_first_is_taken_and_that_is_said(server, live, into, other):
    package(server, resource(server), resource(server, url=f"{server.url}/later/VestigingenBO.csv", **other))
    server.on("/dataset/d/resource/r1/download/vestigingenbo.csv", answer(200, CSV))
    said, found = looked(live, registry(CKAN), into)
    assert str(said) == ("package adressen_bo lists 2 files vestigingenbo.csv, of which the first counts; tell the publisher")
    assert found.file.url == resource(server)["url"]


def test_a_resource_that_is_listed_twice_is_one(server, live, into):
    package(server, resource(server), resource(server, url=f"{server.url}/more/vestigingenbo.csv"))
    server.on("/dataset/d/resource/r1/download/vestigingenbo.csv", answer(200, CSV))
    (found,) = looked(live, registry(CKAN), into)
    assert found.file.url == resource(server)["url"]


def test_what_the_catalogue_says_of_the_licence_goes_before_the_metadata(server, live, into):
    package(server, resource(server, url=f"{server.url}/vestigingenbo.csv"))
    server.on("/vestigingenbo.csv", answer(200, CSV))
    (found,) = looked(live, registry(CKAN, licence="MIT"), into)
    assert found.file.licence == "MIT"


def test_metadata_of_odd_kinds_is_not_taken_for_hash_size_or_date(server, live, into):
    package(
        server,
        resource(server, url=f"{server.url}/vestigingenbo.csv", hash="sha1:0", size="8", last_modified="gisteren"),
        license_title=None, license_id=None,
    )  # fmt: skip
    server.on("/vestigingenbo.csv", answer(200, CSV, Last_Modified="Fri, 02 Oct 2026 09:20:20 GMT"))
    (found,) = looked(live, registry(CKAN), into)
    assert (found.file.declared_bytes, found.file.declared_hash, found.file.peildatum, found.file.licence) == (
        None,
        None,
        "2026-10-02",
        None,
    )


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2026-07-31T22:30:00Z", "2026-08-01"), ("2026-07-31T22:30:00+00:00", "2026-08-01"),
        ("2026-07-31T22:30:00.5", "2026-07-31"),
        ("9999-12-31T23:30:00Z", None), ("2026-07-31T22:30:00+99:99", None),
    ],
)  # fmt: skip
def test_a_moment_with_a_zone_is_of_its_day_in_the_netherlands(server, live, into, stated, day):
    package(server, resource(server, url=f"{server.url}/vestigingenbo.csv", last_modified=stated))
    server.on("/vestigingenbo.csv", answer(200, CSV))
    (found,) = looked(live, registry(CKAN), into)
    assert found.file.peildatum == day


def test_the_moment_that_a_server_states_is_of_its_day_in_the_netherlands(server, live, into):
    package(server, resource(server, url=f"{server.url}/vestigingenbo.csv", last_modified=None))
    server.on("/vestigingenbo.csv", answer(200, CSV, Last_Modified="Fri, 31 Jul 2026 22:30:00 GMT"))
    (found,) = looked(live, registry(CKAN), into)
    assert found.file.peildatum == "2026-08-01"


def test_a_file_with_the_hash_and_size_that_are_held_is_not_downloaded(server, live, into):
    package(server, resource(server))
    server.on("/dataset/d/resource/r1/download/vestigingenbo.csv", answer(200, CSV))
    (first,) = looked(live, registry(CKAN), into)
    server.requests.clear()
    (second,) = looked(live, registry(CKAN), into, a=held(first))
    assert (second.path, second.file.url, second.file.peildatum) == (None, first.file.url, "2026-10-02")
    assert paths(server) == [SHOW]


def test_a_file_without_hash_and_size_is_asked_for_conditionally(server, live, into):
    package(server, resource(server, url=f"{server.url}/vestigingenbo.csv", hash="", size=None))
    server.on("/vestigingenbo.csv", answer(200, CSV, ETag='"1"'))
    (first,) = looked(live, registry(CKAN), into)
    (second,) = looked(live, registry(CKAN), into, a=held(first))
    assert second.path is not None
    assert server.requests[-1][1]["If-None-Match"] == '"1"'


def test_a_file_with_another_hash_is_downloaded_without_condition(server, live, into):
    package(server, resource(server))
    server.on("/dataset/d/resource/r1/download/vestigingenbo.csv", answer(200, CSV, ETag='"1"'))
    (first,) = looked(live, registry(CKAN), into)
    (second,) = looked(live, registry(CKAN), into, a=held(first, declared_hash="0" * 32))
    assert second.path is not None
    assert "If-None-Match" not in server.requests[-1][1]


def test_an_address_on_a_host_of_the_portals_own_is_rewritten_to_the_portal(server, live, into):
    package(server, resource(server, url="https://beheer-ckan.apps.intern/dataset/d/resource/r1/download/vestigingenbo.csv"))
    server.on("/dataset/d/resource/r1/download/vestigingenbo.csv", answer(200, CSV))
    (found,) = looked(live, registry(CKAN), into)
    assert found.file.url == f"{server.url}/dataset/d/resource/r1/download/vestigingenbo.csv"
    assert found.file.bytes == 8


def test_the_dump_stands_in_for_a_file_that_cannot_be_had(server, live, into):
    package(server, resource(server, url="https://beheer-ckan.apps.intern/dataset/vestigingenbo.csv"))
    server.on("/datastore/dump/r1", answer(200, b"_id,a,b\n1,1,2\n"))
    error, found = looked(live, registry(CKAN), into)
    assert isinstance(error, FetchError)
    assert f"{server.url}/dataset/vestigingenbo.csv answered 404" in str(error)
    assert (found.file.url, found.file.name) == (f"{server.url}/datastore/dump/r1", "vestigingenbo.csv")
    assert (found.file.declared_bytes, found.file.declared_hash) == (None, None)


def test_a_file_that_neither_itself_nor_its_dump_can_be_had_fails_with_both(server, live, into):
    package(server, resource(server))
    first, second = looked(live, registry(CKAN), into)
    assert "/download/vestigingenbo.csv answered 404" in str(first)
    assert "/datastore/dump/r1 answered 404" in str(second)


def test_a_renamed_file_is_reported_with_the_nearest_name(server, live, into):
    package(server, resource(server, name="Scholen", url=f"{server.url}/download/vestigingen_bo.csv"))
    (error,) = looked(live, registry(CKAN), into)
    assert str(error) == (
        "package adressen_bo has no file vestigingenbo.csv. Nearest: vestigingen_bo.csv. "
        "If it was renamed, correct `file` in the catalogue"
    )


def test_a_renamed_package_is_reported_with_the_nearest_name(server, live, into):
    server.on("/api/3/action/package_list", document({"success": True, "result": ["adressen-bo", "poswv"]}))
    (error,) = looked(live, registry(CKAN), into)
    assert str(error) == (
        f"the portal {server.url} gives no package adressen_bo. Nearest: adressen-bo. "
        f"{server.url}{SHOW} answered 404 Not Found; if the publisher renamed it, correct the catalogue"
    )


def test_an_answer_that_says_it_failed_is_a_failure(server, live, into):
    server.on(SHOW, document({"success": False, "error": {"message": "Not found: adressen_bo"}}))
    (error,) = looked(live, registry(CKAN), into)
    assert str(error) == (
        f"the portal {server.url} gives no package adressen_bo. Nearest: none. {server.url}{SHOW} answered success: "
        'false ({"message": "Not found: adressen_bo"}); if it was renamed, correct the catalogue'
    )


@pytest.mark.parametrize("value", [{"success": True}, {"success": True, "result": []}, [1]])
def test_an_answer_of_another_shape_is_a_failure(server, live, into, value):
    server.on(SHOW, document(value))
    (error,) = looked(live, registry(CKAN), into)
    assert "gives JSON without the result it should have; see whether the service changed" in str(error)


def test_a_mirror_is_used_when_the_first_location_fails(server, live, into):
    server.on("/images/02.-alle-scholen.csv", answer(200, CSV, Last_Modified="Fri, 02 Oct 2026 09:20:20 GMT"))
    error, found = looked(live, registry(CKAN, DUO), into)
    assert "gives no package adressen_bo" in str(error)
    assert (found.file.url, found.file.peildatum) == (f"{server.url}/images/02.-alle-scholen.csv", "2026-10-02")


def test_mirrors_are_asked_one_by_one_as_long_as_the_caller_wants_another(server, live, into):
    server.on("/images/02.-alle-scholen.csv", answer(200, CSV))
    package(server, resource(server, url=f"{server.url}/vestigingenbo.csv"))
    server.on("/vestigingenbo.csv", answer(200, b"<html>"))
    (found,) = looked(live, registry(DUO, CKAN), into, first=True)
    assert found.file.name == "02.-alle-scholen.csv"
    assert paths(server) == ["/images/02.-alle-scholen.csv"]
    both = looked(live, registry(CKAN, DUO), into)
    assert [each.file.name for each in both] == ["vestigingenbo.csv", "02.-alle-scholen.csv"]


def test_a_location_without_an_address_does_not_exist_here(live):
    assert not live.provides(registry(Location("url", "reference", {"path": "4pp.csv"})))
    assert not live.provides(registry())
    assert live.provides(registry(Location("url", "reference", {"path": "4pp.csv"}), DUO))


def test_a_file_that_is_held_is_asked_for_conditionally(server, live, into):
    stamp = "Fri, 02 Oct 2026 09:20:20 GMT"
    server.on("/images/02.-alle-scholen.csv", answer(200, CSV, ETag='"1"', Last_Modified=stamp), answer(304))
    (first,) = looked(live, registry(DUO), into)
    (second,) = looked(live, registry(DUO), into, a=held(first))
    assert (second.path, second.file.etag, second.file.last_modified, second.file.peildatum) == (None, '"1"', stamp, "2026-10-02")
    assert server.requests[-1][1]["If-None-Match"] == '"1"'
    assert server.requests[-1][1]["If-Modified-Since"] == stamp


YEARLY = Location("url", "duo", {"path": "leerlingen-{jaar}-{jaar+1}.csv"})


@pytest.mark.parametrize("year", [2026, 2025, 2024, 2023])
def test_the_newest_year_that_exists_is_taken(server, live, into, year):
    server.on(f"/images/leerlingen-{year}-{year + 1}.csv", answer(200, CSV, Last_Modified="Fri, 02 Jan 2026 09:20:20 GMT"))
    server.on("/images/leerlingen-2022-2023.csv", answer(200, CSV))
    (found,) = looked(live, registry(YEARLY), into)
    assert (found.file.name, found.file.peildatum) == (f"leerlingen-{year}-{year + 1}.csv", f"{year}-10-01")
    assert len(server.requests) == 2027 - year


def test_no_year_at_all_is_a_failure(server, live, into):
    (error,) = looked(live, registry(YEARLY), into)
    assert str(error).startswith("no edition of 2026 nor of the 3 years before.")
    assert "/images/leerlingen-2026-2027.csv answered 404" in str(error)


def test_a_year_that_fails_otherwise_is_not_passed_over(server, live, into):
    server.on("/images/leerlingen-2026-2027.csv", answer(500))
    server.on("/images/leerlingen-2025-2026.csv", answer(200, CSV))
    (error,) = looked(live, registry(YEARLY), into)
    assert "leerlingen-2026-2027.csv was tried 2 times, the last time it answered 500" in str(error)


def test_the_year_before_is_not_taken_for_this_year(server, live, into):
    server.on("/images/leerlingen-2025-2026.csv", answer(200, CSV, ETag='"1"'))
    (first,) = looked(live, registry(YEARLY), into)
    server.on("/images/leerlingen-2026-2027.csv", answer(200, CSV, ETag='"2"'))
    (second,) = looked(live, registry(YEARLY), into, a=held(first))
    assert second.file.name == "leerlingen-2026-2027.csv"
    assert "If-None-Match" not in server.requests[-1][1]
    assert second.file.place == first.file.place


GEBIEDEN = Location("odata", "cbs", {"title": "Gebieden in Nederland {jaar}"})


def serve_table(server: Server, identifier: str = "85755NED") -> None:
    base = f"/odata/v1/CBS/{identifier}"
    server.on(f"{base}/MeasureGroups", document({"value": [{"Id": "1", "Title": "Provincies"}]}))
    server.on(f"{base}/MeasureCodes", document({"value": [{"Identifier": "M1", "Title": "Code", "MeasureGroupId": "1"}]}))
    more = f"{server.url}{base}/Observations?$skip=1"
    server.on(f"{base}/Observations", document({"value": [{"Id": 2, "RegioS": "GM0014"}], "@odata.nextLink": more}))
    server.on(f"{base}/Observations?$skip=1", document({"value": [{"Id": 1, "RegioS": "GM0034"}]}))


def test_a_table_is_found_by_title_and_put_together_from_its_pages(server, live, into):
    server.on("/odata/v1/Datasets", document({
        "value": [{"Identifier": "1", "Title": "Gebieden in Nederland 2021"}], "@odata.nextLink": "Datasets?page=2",
    }))  # fmt: skip
    server.on("/odata/v1/Datasets?page=2", document({"value": [
        {"Identifier": "85755NED", "Title": "Gebieden in Nederland 2025", "Catalog": "CBS"}, "odd",
        {"Identifier": "2", "Title": "Gebieden in Nederland 2025", "Catalog": "CBS-Maatwerk"},
    ]}))  # fmt: skip
    serve_table(server)
    (found,) = looked(live, registry(GEBIEDEN, format="odata", licence="CC-BY-4.0"), into)
    assert (found.file.name, found.file.peildatum, found.file.licence) == ("85755NED.json", "2025-01-01", "CC-BY-4.0")
    assert found.file.url == f"{server.url}/odata/v1/CBS/85755NED"
    assert json.loads(found.path.read_bytes()) == {
        "Identifier": "85755NED", "Title": "Gebieden in Nederland 2025",
        "MeasureGroups": [{"Id": "1", "Title": "Provincies"}],
        "MeasureCodes": [{"Identifier": "M1", "Title": "Code", "MeasureGroupId": "1"}],
        "Observations": [{"Id": 1, "RegioS": "GM0034"}, {"Id": 2, "RegioS": "GM0014"}],
    }  # fmt: skip
    assert found.file.sha256 == hashlib.sha256(found.path.read_bytes()).hexdigest()


def test_a_table_in_another_order_is_the_same_document(server, live, into):
    server.on("/odata/v1/Datasets", document({"value": [{"Identifier": "85755NED", "Title": "Gebieden in Nederland 2026"}]}))
    serve_table(server)
    (first,) = looked(live, registry(GEBIEDEN, format="odata"), into)
    rows = [{"RegioS": "GM0014", "Id": 2}, {"RegioS": "GM0034", "Id": 1}]
    for order in (rows, rows[::-1]):
        server.on("/odata/v1/CBS/85755NED/Observations", document({"value": order}))
        (again,) = looked(live, registry(GEBIEDEN, format="odata"), into)
        assert again.file.sha256 == first.file.sha256


def test_a_table_that_is_not_listed_is_reported_with_the_nearest_title(server, live, into):
    server.on("/odata/v1/Datasets", document({"value": [{"Identifier": "1", "Title": "Gebieden van Nederland 2026"}]}))
    (error,) = looked(live, registry(GEBIEDEN), into)
    assert "no edition of 2026 nor of the 3 years before" in str(error)
    assert "no table with the title 'Gebieden in Nederland 2026'. Nearest: Gebieden van Nederland 2026." in str(error)


def test_pages_in_a_circle_end(server, live, into):
    server.on("/odata/v1/Datasets", document({"value": [], "@odata.nextLink": "Datasets"}))
    (error,) = looked(live, registry(GEBIEDEN), into)
    assert f"is paged in a circle: {server.url}/odata/v1/Datasets comes back" in str(error)


def test_pages_without_end_are_a_failure(server, live, into, monkeypatch):
    monkeypatch.setattr("pipeline.registries.origins.paging.PAGES", 3)

    def page(handler: BaseHTTPRequestHandler) -> None:
        number = int(parse_qs(urlsplit(handler.path).query).get("page", ["0"])[0])
        document({"value": [], "@odata.nextLink": f"Datasets?page={number + 1}"})(handler)

    for number in range(5):
        server.on(f"/odata/v1/Datasets?page={number}" if number else "/odata/v1/Datasets", page)
    (error,) = looked(live, registry(GEBIEDEN), into)
    assert "Datasets has no end: over 3 pages" in str(error)


def test_a_next_page_on_another_host_is_not_followed(server, live, into):
    server.on("/odata/v1/Datasets", document({"value": [], "@odata.nextLink": "https://example.org/x"}))
    (error,) = looked(live, registry(GEBIEDEN), into)
    assert "https://example.org/x is not followed: example.org:443 is not among the hosts" in str(error)


GRENZEN = Location("wfs", "pdok", {"path": "cbs/gebieden/{jaar}/wfs/v1_0", "type": "gebieden:gemeente", "sort": "i"})


def serve_features(
    server: Server, count: int, *, cap: int = 1000, matched: Any = ..., ids: bool = True, hits: bytes = b"", sorts: bool = True
) -> None:
    """A service that gives at most ``cap`` features at a time, as PDOK does without saying so. ``hits`` is what it says when it
    is asked for a number alone; one that does not sort gives an exception report."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        query = parse_qs(urlsplit(handler.path).query)
        if "resultType" in query:
            return answer(200, hits, Content_Type="text/xml")(handler)
        if "sortBy" in query and not sorts:
            return answer(400, b"<ows:ExceptionReport/>", Content_Type="text/xml")(handler)
        start, asked = int(query["startIndex"][0]), int(query["count"][0])
        features = [
            {"type": "Feature", **({"id": f"gemeente.{i:05}"} if ids else {}), "properties": {"i": i}, "geometry": None}
            for i in range(start, min(start + min(asked, cap), count))
        ]
        stated = {} if matched is None else {"numberMatched": count if matched is ... else matched}
        return document({"type": "FeatureCollection", "timeStamp": "now", "features": features, **stated})(handler)

    server.on("/cbs/gebieden/2026/wfs/v1_0", page)


@pytest.mark.parametrize("matched", [..., None, "unknown"])
@pytest.mark.parametrize("count", [0, 1, 999, 1000, 2345])
def test_features_are_fetched_page_by_page(server, live, into, count, matched):
    serve_features(server, count, matched=matched)
    (found,) = looked(live, registry(GRENZEN, format="geojson"), into)
    assert (found.file.name, found.file.peildatum) == ("gemeente-2026.geojson", "2026-01-01")
    collection = json.loads(found.path.read_bytes())
    assert set(collection) == {"type", "features"}
    assert [each["properties"]["i"] for each in collection["features"]] == list(range(count))


def test_a_page_is_asked_for_in_the_services_own_terms(server, live, into):
    serve_features(server, 1)
    looked(live, registry(GRENZEN, format="geojson"), into)
    assert parse_qs(urlsplit(server.requests[0][0]).query) == {
        "service": ["WFS"], "version": ["2.0.0"], "request": ["GetFeature"], "typeNames": ["gebieden:gemeente"],
        "outputFormat": ["application/json"], "srsName": ["EPSG:4326"], "count": ["1000"], "startIndex": ["0"], "sortBy": ["i"],
    }  # fmt: skip


def test_a_lower_cap_than_asked_is_noticed(server, live, into):
    serve_features(server, 1200, cap=500)
    (found,) = looked(live, registry(GRENZEN, format="geojson"), into)
    assert len(json.loads(found.path.read_bytes())["features"]) == 1200


@pytest.mark.parametrize("matched", [None, "unknown"])
def test_a_lower_cap_is_noticed_also_where_no_number_is_stated(server, live, into, matched):
    serve_features(server, 1200, cap=500, matched=matched)
    (found,) = looked(live, registry(GRENZEN, format="geojson"), into)
    assert len(json.loads(found.path.read_bytes())["features"]) == 1200


def test_a_service_that_does_not_take_the_key_is_asked_without(server, live, into):
    serve_features(server, 1200, sorts=False)
    (found,) = looked(live, registry(GRENZEN, format="geojson"), into)
    assert len(json.loads(found.path.read_bytes())["features"]) == 1200
    assert [("sortBy" in each, "startIndex=0" in each) for each, _ in server.requests] == [
        (True, True), (False, True), (False, False), (False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(("hits", "said"), [(b'<x numberMatched="1300"/>', "1,300"), (b'<x numberMatched="7" a="b"/>', "7")])
def test_where_no_page_states_a_number_the_service_is_asked_for_it(server, live, into, hits, said):
    serve_features(server, 1200, matched=None, hits=hits)
    (error,) = looked(live, registry(GRENZEN), into)
    assert f"says that it has {said} features of gebieden:gemeente and gave 1,200" in str(error)


@pytest.mark.parametrize("hits", [b'<x numberMatched="1200"/>', b'<x numberMatched="unknown"/>', b"", b"{}"])
def test_a_number_that_fits_or_is_not_given_stands_in_no_ones_way(server, live, into, hits):
    serve_features(server, 1200, matched=None, hits=hits)
    (found,) = looked(live, registry(GRENZEN, format="geojson"), into)
    assert len(json.loads(found.path.read_bytes())["features"]) == 1200


@pytest.mark.parametrize(("matched", "stated"), [(4070, "4,070"), (500, "500")])
def test_another_number_of_features_than_stated_is_a_failure(server, live, into, matched, stated):
    serve_features(server, 1200, cap=500, matched=matched)
    (error,) = looked(live, registry(GRENZEN), into)
    assert f"says that it has {stated} features of gebieden:gemeente and gave 1,200" in str(error)


def test_features_without_end_are_a_failure(server, live, into, monkeypatch):
    monkeypatch.setattr("pipeline.registries.origins.paging.PAGES", 3)
    serve_features(server, 10_000)
    (error,) = looked(live, registry(GRENZEN), into)
    assert "has no end of features of gebieden:gemeente: 3,000 in 3 pages" in str(error)


@pytest.mark.parametrize("ids", [True, False])
def test_pages_that_overlap_are_a_failure(server, live, into, ids):
    serve_features(server, 1000, matched=None, ids=ids)
    first = server.answers["/cbs/gebieden/2026/wfs/v1_0"][0]

    def ignores_start(handler: BaseHTTPRequestHandler) -> None:
        handler.path = handler.path.replace("startIndex=1000", "startIndex=0")
        first(handler)

    server.on("/cbs/gebieden/2026/wfs/v1_0", ignores_start)
    (error,) = looked(live, registry(GRENZEN), into)
    assert "gives the same feature of gebieden:gemeente twice: its pages overlap" in str(error)


def test_a_second_page_that_is_not_there_is_no_reason_to_take_the_year_before(server, live, into):
    serve_features(server, 3)
    server.answers["/cbs/gebieden/2025/wfs/v1_0"] = server.answers["/cbs/gebieden/2026/wfs/v1_0"]
    server.on("/cbs/gebieden/2026/wfs/v1_0", server.answers["/cbs/gebieden/2026/wfs/v1_0"][0], answer(404))
    (error,) = looked(live, registry(GRENZEN, format="geojson"), into)
    assert "the answer ends amid its pages" in str(error)


def test_a_table_of_which_a_page_is_gone_is_not_taken_for_one_of_the_year_before(server, live, into):
    server.on("/odata/v1/Datasets", document({"value": [
        {"Identifier": "85755NED", "Title": "Gebieden in Nederland 2026"},
        {"Identifier": "1", "Title": "Gebieden in Nederland 2025"},
    ]}))  # fmt: skip
    serve_table(server)
    serve_table(server, "1")
    server.on("/odata/v1/CBS/85755NED/Observations?$skip=1", answer(404))
    (error,) = looked(live, registry(GEBIEDEN, format="odata"), into)
    assert "the answer ends amid its pages" in str(error)


def test_the_year_before_is_asked_when_a_service_has_no_edition_yet(server, live, into):
    serve_features(server, 3)
    server.answers["/cbs/gebieden/2025/wfs/v1_0"] = server.answers.pop("/cbs/gebieden/2026/wfs/v1_0")
    (found,) = looked(live, registry(GRENZEN, format="geojson"), into)
    assert (found.file.name, found.file.peildatum) == ("gemeente-2025.geojson", "2025-01-01")


# -- opening them --------------------------------------------------------------------------------------------------


def never() -> Any:
    raise AssertionError("the sandbox was served without being asked for")


def test_sources_are_opened_in_the_order_they_are_given(folder):
    served = []

    @contextmanager
    def sandbox() -> Iterator[dict[str, str]]:
        served.append("open")
        yield {"ckan": "http://127.0.0.1:1"}
        served.append("closed")

    pack(folder, scholen())
    settings = Settings(sources=(str(folder), "sandbox", "live"), reference="https://example.org/", sandbox_scale=2)
    with open_origins(settings, CATALOGUE, sandbox) as origins:
        assert [each.name for each in origins] == ["edition-1", "sandbox", "live"]
        assert [each.key for each in origins] == [str(folder), "sandbox-national-2014-2-2", "live"]
        assert served == ["open"]
        reference = registry(Location("url", "reference", {"path": "4pp.csv"}), name="postcode4")
        assert [each.provides(reference) for each in origins] == [False, False, True]
        assert [each.provides(registry(CKAN, name="vestigingen_bo")) for each in origins] == [False, True, True]
    assert served == ["open", "closed"]


def test_the_sandbox_reaches_no_other_host(server, into):
    @contextmanager
    def sandbox() -> Iterator[dict[str, str]]:
        yield {"ckan": server.url}

    package(server, resource(server, url=f"{server.url}/vestigingenbo.csv"))
    server.on("/vestigingenbo.csv", answer(302, Location="https://onderwijsdata.duo.nl/x"))
    with open_origins(Settings(), CATALOGUE, sandbox) as (origin,):
        error, *_ = looked(origin, registry(CKAN), into)
    assert f"onderwijsdata.duo.nl:443 is not among the hosts of this installation's base addresses ({server.host})" in str(error)


def test_the_sandbox_is_not_served_when_another_source_is_wrong():
    message = (
        r"source 'nergens' is neither a word this project knows nor an existing folder; "
        r"give `live`, `sandbox`, or folders that hold a datapackage\.json"
    )
    with (
        pytest.raises(SettingsError, match=message),
        open_origins(Settings(sources=("sandbox", "nergens")), CATALOGUE, never),
    ):
        pass


def test_a_source_given_twice_is_refused(folder):
    pack(folder, scholen())
    again = str(folder / ".." / folder.name)
    with (
        pytest.raises(SettingsError, match=rf"source {folder} is given twice; give each source once"),
        open_origins(Settings(sources=(str(folder), again)), CATALOGUE, never),
    ):
        pass
    with (
        pytest.raises(SettingsError, match=r"source live is given twice"),
        open_origins(Settings(sources=("live", "live")), CATALOGUE, never),
    ):
        pass


def test_no_source_at_all_is_refused():
    with (
        pytest.raises(SettingsError, match=r"no source is given; give `live`"),
        open_origins(Settings(sources=()), CATALOGUE, never),
    ):
        pass


def test_a_base_that_is_no_address_is_refused_by_its_name():
    with (
        pytest.raises(SettingsError, match=r"PASSEND_DUO: duo\.nl is not an http or https address; correct it"),
        open_origins(Settings(sources=("live",), duo="duo.nl"), CATALOGUE, never),
    ):
        pass
