"""One look at a registry: admission, the last good file, what is said of it, and the real folders."""

from __future__ import annotations

import gzip
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.archive import Archive
from pipeline.archive.fetch import Fetched
from pipeline.archive.fetch import fetch as fetch_in_run
from pipeline.archive.looks import Looks
from pipeline.archive.overrides import accept
from pipeline.archive.states import states
from pipeline.errors import FetchError, SettingsError
from pipeline.registries.catalogue import Location, Registry, load_catalogue
from pipeline.registries.files import SourceFile
from pipeline.registries.http.client import Client
from pipeline.registries.origins import Candidate, FolderOrigin, Look
from pipeline.registries.origins.live import LiveOrigin
from pipeline.store.objects import Store
from tests.support.server import Server, answer

NOW = datetime(2026, 11, 24, 2, 41, 2, tzinfo=UTC)
CSV = b"a;b\n" + b"1;2\n" * 24
MD5 = hashlib.md5(CSV, usedforsecurity=False).hexdigest()
SCHOLEN = Registry("scholen", "Scholen", "DUO", "stg_scholen", 45, where=(Location("url", "duo", {"path": "a.csv"}),))
GRENZEN = Registry("grenzen", "Grenzen", "CBS", "stg_grenzen", 400, format="geojson")
GEBIEDEN = Registry("gebieden", "Gebieden", "CBS", "stg_gebieden", 400, format="odata")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Store(tmp_path))


class Scripted:
    """An origin that says what a test tells it to: bytes, a FetchError, or None for "unchanged"."""

    def __init__(self, *says: Any, name: str = "live", changes: bool = True, **given: Any) -> None:
        self.name = self.key = name
        self.changes = changes
        self.says = says
        self.given = given

    def provides(self, registry: Registry) -> bool:
        return True

    def candidates(self, registry: Registry, look: Look) -> Iterator[Candidate | FetchError]:
        for number, each in enumerate(self.says):
            if isinstance(each, FetchError):
                yield each
                continue
            place, path = str(number), None
            given = {name: value for name, value in self.given.items() if name not in ("status", "content_type")}
            file = SourceFile(registry.name, place, f"{number}.csv", "https://example.org/a.csv", registry.publisher, **given)
            if each is None:
                file = replace(file, sha256=look.held[place].sha256, bytes=look.held[place].bytes)
            else:
                path = look.into / "file"
                path.write_bytes(each)
                file = replace(file, sha256=hashlib.sha256(each).hexdigest(), bytes=len(each))
            yield Candidate(file, path, self.given.get("status", 200), self.given.get("content_type"))


def fetch(registry: Registry, origins: Any, archive: Archive, **given: Any) -> Fetched:
    """Look in a run of its own."""
    return fetch_in_run(registry, origins, archive, **{"run": uuid.uuid4().hex, **given})


def folder(archive: Archive) -> Path:
    return Path(archive.store.address) / "raw" / "scholen"


@pytest.fixture
def at(archive: Archive) -> Callable[..., Fetched]:
    """Look at origins, some days later."""

    def look(*origins: Any, days: float = 0, registry: Registry = SCHOLEN) -> Fetched:
        return fetch(registry, origins, archive, now=NOW + timedelta(days=days))

    return look


def test_a_renamed_column_is_refused_where_a_good_file_can_stand_in_and_else_left_to_the_reader(archive, make_contract):
    contract = make_contract(name="scholen", fields=[
        {"name": name, "type": "string", "codec": "text", "description": name} for name in ("a", "b")])  # fmt: skip

    def look(content, days, changes=True):
        return fetch(SCHOLEN, [Scripted(content, changes=changes)], archive, now=NOW + timedelta(days=days), contract=contract)

    assert look(CSV, 0).confirmed
    renamed = look(CSV.replace(b"a;b", b"a;c"), 1)
    assert [each.sha256 for each in renamed.files] == [hashlib.sha256(CSV).hexdigest()]
    assert not renamed.confirmed
    assert "the header does not fit stg_scholen. Missing: b. Unknown: c" in " ".join(renamed.messages)
    first = look(CSV.replace(b"a;b", b"a;d"), 2, changes=False)
    assert (len(first.files), first.refused) == (1, ())


# -- admission ------------------------------------------------------------------------------------------------------


def test_an_edition_of_a_later_day_is_refused_by_name_until_that_day(at):
    now, later = Scripted(CSV, peildatum="2026-11-01"), Scripted(CSV + b"3;4\n", peildatum="2026-12-01")
    assert at(now).confirmed
    early = at(later, days=1)
    assert ([each.peildatum for each in early.files], [each.peildatum for each in early.refused]) == (
        ["2026-11-01"],
        ["2026-12-01"],
    )
    said = "0.csv was refused: its peildatum, 2026-12-01, lies after the day of this run, 2026-11-25"
    assert said in " ".join(early.messages)
    # it is the day in the Netherlands that counts: 23:00 in Greenwich is the next day there
    assert [each.peildatum for each in at(later, days=6.86).files] == ["2026-12-01"]


def test_what_a_clock_that_was_ahead_admitted_is_not_used_before_its_day(at):
    ahead = Scripted(CSV, peildatum="2026-12-01")
    assert at(ahead, days=30).confirmed
    found = at(ahead)
    assert (found.files, found.state) == ((), "refused")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file (0 bytes)"),
        (b"<!doctype html><title>x</title>\n1\n", "an HTML page instead of csv"),
        (b"\xef\xbb\xbf \r\n<HTML lang=nl>\n1\n", "an HTML page instead of csv"),
        (b"PK\x03\x04rest\n1\n", "a zip or Excel file instead of csv"),
        (b"\xd0\xcf\x11\xe0rest\n1\n", "an old Excel file instead of csv"),
        (b"%PDF-1.7\n1\n", "a PDF instead of csv"),
        (gzip.compress(CSV, mtime=0), "a gzip file instead of csv"),
        (b"a;b\n1;\x002\n", "binary content (a NUL byte) instead of csv"),
        (b"a;b\n" + b"1;2\n" * 600_000 + b"\0", "binary content (a NUL byte) instead of csv"),
        (b"a;b", "a header without a single record"),
        (b"a;b\r\n\r\n  \r\n", "a header without a single record"),
    ],
)
def test_what_is_no_table_is_refused_by_name_and_kept(at, archive, content, reason):
    got = at(Scripted(content))
    (refused,) = got.refused
    assert (refused.name, refused.accepted, refused.reason) == ("0.csv", False, reason)
    assert (got.files, got.state, got.messages) == ((), "refused", (f"live: 0.csv was refused: {reason}",))
    assert archive.path(refused).read_bytes() == content
    assert refused.sha256 == hashlib.sha256(content).hexdigest()
    (record,) = folder(archive).glob("*Z.json")
    assert json.loads(record.read_text())["reason"] == reason


def test_a_page_that_is_declared_to_be_html_is_refused(at):
    got = at(Scripted(CSV, content_type="text/html; charset=utf-8"))
    assert got.refused[0].reason == "an HTML page instead of csv"


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ({"declared_bytes": 1234}, "100 bytes, its publisher declares 1,234"),
        ({"declared_hash": "0" * 32}, f"its md5 is {MD5}, its publisher declares {'0' * 32}"),
        ({"declared_hash": "md5:" + "0" * 32}, f"its md5 is {MD5}, its publisher declares {'0' * 32}"),
        ({"declared_hash": "sha256:0"}, f"its sha256 is {hashlib.sha256(CSV).hexdigest()}, its publisher declares 0"),
        ({"declared_hash": "crc:0"}, "its publisher declares crc:0, a kind of hash that cannot be verified"),
    ],
)  # fmt: skip
def test_what_is_not_as_declared_is_refused(at, declared, reason):
    got = at(Scripted(CSV, **declared))
    assert (got.refused[0].reason, got.files) == (reason, ())


def test_what_is_as_declared_is_accepted(at):
    for declared in (
        f"sha256:{hashlib.sha256(CSV).hexdigest()}",
        hashlib.md5(CSV, usedforsecurity=False).hexdigest().upper(),
    ):
        got = at(Scripted(CSV, declared_bytes=100, declared_hash=declared))
        assert (got.state, got.refused, got.messages) == ("fresh", (), ())


@pytest.mark.parametrize(
    ("registry", "content", "reason"),
    [
        (GRENZEN, b'{"type": "FeatureCollection", "features": []}', "no records: features is empty"),
        (GRENZEN, b'{"type": "Feature"}', "not JSON with features, as geojson has"),
        (GRENZEN, b"a;b\n1;2\n", "not JSON with features, as geojson has"),
        (GRENZEN, b"<html>", "an HTML page instead of geojson"),
        (GEBIEDEN, b'{"Observations": []}', "no records: Observations is empty"),
        (GEBIEDEN, b"[1]", "not JSON with Observations, as odata has"),
        (GEBIEDEN, b"Regio's;Naam\n", "a header without a single record"),
    ],
)
def test_a_document_without_records_is_refused(at, registry, content, reason):
    assert at(Scripted(content), registry=registry).refused[0].reason == reason


@pytest.mark.parametrize(("registry", "key"), [(GRENZEN, "features"), (GEBIEDEN, "Observations")])
def test_a_document_with_records_is_accepted(at, registry, key):
    assert at(Scripted(json.dumps({key: [{}]}).encode()), registry=registry).state == "fresh"


def test_a_cbs_table_may_be_a_csv(at):
    assert at(Scripted(b"Regio's;Naam\nGM0363;Amsterdam\n"), registry=GEBIEDEN).state == "fresh"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (20, None),
        (29, None),
        (18, "76 bytes, 24% less than the previous 100, where at most 20% is expected"),
        (49, "200 bytes, 100% more than the previous 100, where at most 20% is expected"),
    ],
)
def test_a_size_that_drifts_too_far_is_refused(at, rows, reason):
    at(Scripted(CSV))
    got = at(Scripted(b"a;b\n" + b"1;2\n" * rows), days=1)
    if reason is None:
        assert (got.state, got.refused) == ("fresh", ())
    else:
        assert got.refused[0].reason == f'{reason}; if upstream changed for good: passend accept scholen --reason "..."'
        assert [each.bytes for each in got.files] == [100]


def test_a_first_file_and_a_file_in_a_folder_may_have_any_size(at):
    assert at(Scripted(CSV * 10, name="other")).state == "fresh"
    at(Scripted(CSV, changes=False, name="folder"))
    assert at(Scripted(CSV * 10, changes=False, name="folder"), days=1).state == "fresh"


# -- the last good file --------------------------------------------------------------------------------------------


def test_the_last_good_file_is_used_in_plain_sight(at):
    first = at(Scripted(CSV))
    got = at(Scripted(b""), days=10)
    assert got.files == first.files
    assert [each.reason for each in got.refused] == ["empty file (0 bytes)"]
    assert (got.state, got.unchanged) == ("fresh", True)
    assert got.messages == (
        "live: 0.csv was refused: empty file (0 bytes)",
        "live: the last good file is used instead: 0.csv (100 bytes), last confirmed on 2026-11-24",
    )


def test_beyond_its_cadence_the_last_good_file_is_stale(at):
    at(Scripted(CSV))
    at(Scripted(None), days=10)
    assert at(Scripted(b""), days=55).state == "fresh"
    got = at(Scripted(b""), days=56)
    assert (got.state, len(got.files), got.unchanged) == ("stale", 1, True)
    assert got.messages[-2:] == (
        "live: the last good file is used instead: 0.csv (100 bytes), last confirmed on 2026-12-04",
        "live: not in order since 2026-12-04, longer than its cadence of 45 days",
    )


@pytest.mark.parametrize("says", [b"", FetchError("it was tried 4 times")])
def test_a_source_that_never_was_in_order_grows_old_from_the_first_look(at, says):
    first, within, beyond = (at(Scripted(says), days=days) for days in (0, 45, 46))
    assert [each.overdue for each in (first, within, beyond)] == [False, False, True]
    assert {each.since for each in (first, within, beyond)} == {NOW.isoformat()}
    assert beyond.messages[-1] == "live: not in order since 2026-11-24, longer than its cadence of 45 days"
    cured = at(Scripted(CSV), days=47)
    assert (cured.overdue, cured.confirmed, cured.since) == (False, True, (NOW + timedelta(days=47)).isoformat())


def test_a_folder_of_which_a_file_is_refused_is_not_in_order_though_its_other_files_are_used(at):
    folder = Scripted(CSV, b"", name="folder", changes=False)
    assert not at(folder).confirmed
    got = at(folder, Scripted(CSV), days=46)
    assert (len(got.files), got.since, got.overdue, got.confirmed) == (2, NOW.isoformat(), True, False)


@pytest.mark.parametrize("says", [None, b"", FetchError("it was tried 4 times")])
def test_a_clock_that_goes_backwards_makes_nothing_younger_and_loses_no_retrieval(at, archive, says):
    """Once the clock was a year ahead; what was retrieved then counts from the first look with the right time."""
    at(Scripted(CSV), days=365)
    got = at(Scripted(says))
    assert got.since == NOW.isoformat()
    assert archive.path(got.files[0]).read_bytes() == CSV
    late = at(Scripted(FetchError("it was tried 4 times")), days=46)
    assert (late.overdue, late.state, late.since) == (True, "stale", NOW.isoformat())
    (row,) = states({"scholen": SCHOLEN}, archive, None, NOW - timedelta(days=9))
    assert (row.state, row.overdue) == ("fresh", False)
    other = CSV + b"3;4\n"
    for days in (400, 47, 400):
        at(Scripted(other), days=days)
    sha256 = hashlib.sha256(other).hexdigest()
    assert len(list(folder(archive).glob(f"{sha256}.*.json"))) == 3
    assert at(Scripted(None), days=48).files[0].fetched_at == (NOW + timedelta(days=47)).isoformat()


@pytest.mark.parametrize("says", [CSV, None, b"", FetchError("it was tried 4 times")])
@pytest.mark.parametrize("off", [-365, -1, 1, 365])
def test_a_clock_that_was_wrong_for_a_day_leaves_no_registry_overdue_and_none_in_order_for_ever(at, archive, says, off):
    silent = Scripted(FetchError("it was tried 4 times"))
    at(Scripted(CSV))
    at(Scripted(says), days=off)
    (row,) = states({"scholen": SCHOLEN}, archive, None, NOW + timedelta(days=2))
    assert not row.overdue
    assert not any(at(silent, days=days).overdue for days in (2, 10, 40))
    late = at(silent, days=2 + 46)
    assert (late.overdue, late.state) == (True, "stale")
    assert NOW <= datetime.fromisoformat(late.since) <= NOW + timedelta(days=2)
    cured = at(Scripted(None), days=49)
    assert (cured.overdue, cured.confirmed, cured.since) == (False, True, (NOW + timedelta(days=49)).isoformat())


def test_a_place_that_fails_is_no_failure_of_the_registry(at):
    first = at(Scripted(CSV))
    got = at(Scripted(FetchError("https://example.org/a.csv was tried 4 times")), days=1)
    assert (got.files, got.refused, got.state, got.unchanged) == (first.files, (), "fresh", True)
    assert got.messages[0] == "live: https://example.org/a.csv was tried 4 times"
    assert "the last good file is used instead" in got.messages[1]


def test_a_place_that_always_failed_leaves_the_registry_without_files(at):
    got = at(Scripted(FetchError("it was tried 4 times")))
    assert (got.files, got.state, got.messages) == ((), "never", ("live: it was tried 4 times",))


def test_a_mirror_that_stands_in_is_named(at):
    got = at(Scripted(b"", CSV))
    assert [each.name for each in got.files] == ["1.csv"]
    assert [each.name for each in got.refused] == ["0.csv"]
    assert got.state == "fresh"
    assert got.messages == (
        "live: 0.csv was refused: empty file (0 bytes)", "live: https://example.org/a.csv is used instead",
    )  # fmt: skip


def test_in_a_folder_nothing_stands_in_for_a_refused_file(at):
    at(Scripted(CSV, CSV, name="folder", changes=False))
    got = at(Scripted(CSV, b"", name="folder", changes=False), days=1)
    assert ([each.name for each in got.files], [each.name for each in got.refused]) == (["0.csv"], ["1.csv"])
    assert (got.state, got.unchanged) == ("refused", False)
    assert got.messages == ("folder: 1.csv was refused: empty file (0 bytes)",)


def test_a_good_file_after_a_refused_one_is_used_again(at):
    at(Scripted(CSV))
    at(Scripted(b""), days=1)
    got = at(Scripted(CSV + b"3;4\n"), days=2)
    assert (got.state, got.refused, got.messages, got.unchanged) == ("fresh", (), (), False)
    assert got.files[0].bytes == 104


def test_a_last_good_file_that_is_gone_from_the_archive_is_not_used(at, archive):
    archive.path(at(Scripted(CSV)).files[0]).unlink()
    got = at(Scripted(FetchError("it was tried 4 times")), days=1)
    assert (got.files, got.state, got.unchanged) == ((), "never", False)


# -- accepted by a person ------------------------------------------------------------------------------------------------


def test_of_several_refused_files_only_the_bytes_that_were_accepted_are_used(at, archive):
    at(Scripted(CSV))
    refused = at(Scripted(b"", CSV * 2), days=1).refused
    with pytest.raises(SettingsError, match="say why scholen"):
        accept("scholen", archive, " ", NOW)
    assert [each.sha256 for each in accept("scholen", archive, "twee keer zoveel", NOW)] == [refused[1].sha256]
    got = at(Scripted(FetchError("it was tried 4 times")), days=2)
    assert [(each.sha256, each.accepted, each.reason) for each in got.files] == [
        (refused[1].sha256, True, "accepted on 2026-11-24: twee keer zoveel")
    ]
    assert (got.unchanged, got.since) == (False, (NOW + timedelta(days=1)).isoformat())
    again = at(Scripted(CSV * 4), days=3)
    assert [each.sha256 for each in again.refused] == [hashlib.sha256(CSV * 4).hexdigest()]


def test_what_was_refused_waits_to_be_accepted_while_the_source_fails_and_no_longer(at, archive):
    at(Scripted(CSV))
    (refused,) = at(Scripted(CSV * 2), days=1).refused
    assert at(Scripted(FetchError("it was tried 4 times")), days=2).refused == (refused,)
    assert accept("scholen", archive, "twee keer zoveel", NOW) == [refused]
    assert at(Scripted(FetchError("it was tried 4 times")), days=3).files[0].sha256 == refused.sha256
    at(Scripted(CSV * 4), days=4)
    assert at(Scripted(CSV * 2), days=5).refused == ()


def test_of_two_mirrors_that_were_accepted_either_may_come(at, archive):
    at(Scripted(CSV))
    assert len(at(Scripted(CSV * 2, CSV * 4), days=1).refused) == 2
    assert len(accept("scholen", archive, "allebei", NOW)) == 2
    for days, content in ((2, CSV * 4), (3, CSV * 2)):
        got = at(Scripted(content), days=days)
        assert ([each.sha256 for each in got.files], got.refused) == ([hashlib.sha256(content).hexdigest()], ())


def test_an_acceptance_lets_nothing_pass_that_is_wrong_in_another_way(at, archive):
    at(Scripted(CSV))
    at(Scripted(CSV * 2), days=1)
    accept("scholen", archive, "twee keer zoveel", NOW)
    got = at(Scripted(CSV * 2, declared_bytes=7), days=2)
    assert got.refused[0].reason == "200 bytes, its publisher declares 7"


# -- several looks, several origins --------------------------------------------------------------------------------


def test_a_file_that_did_not_change_keeps_the_time_its_bytes_came(at, archive):
    first = at(Scripted(CSV))
    assert first.files[0].fetched_at == "2026-11-24T02:41:02+00:00"
    assert not first.unchanged
    again, downloaded = at(Scripted(None), days=1), at(Scripted(CSV), days=2)
    assert again.unchanged
    assert downloaded.unchanged
    assert again.files == downloaded.files == first.files
    # only looks that brought bytes are on record
    assert sorted(path.name[65:] for path in folder(archive).glob("*Z.json")) == [
        "20261124T024102Z.json", "20261126T024102Z.json",
    ]  # fmt: skip


def test_another_peildatum_for_the_same_bytes_is_a_change(at):
    at(Scripted(CSV))
    got = at(Scripted(None, peildatum="2026-10-01"), days=1)
    assert not got.unchanged
    assert got.files[0].peildatum == "2026-10-01"


def test_files_stand_in_the_order_of_the_origins_and_then_of_their_names(at):
    got = at(Scripted(CSV, CSV + b"5;6\n", name="b", changes=False), Scripted(CSV, name="a"))
    assert [(each.name, each.bytes) for each in got.files] == [("0.csv", 100), ("1.csv", 104), ("0.csv", 100)]


def test_each_of_many_files_is_kept_with_its_own_bytes(at, archive):
    says = [CSV + b"%d;2\n" % number for number in range(20)]
    got = at(Scripted(*says, name="folder", changes=False))
    assert {each.sha256 for each in got.files} == {hashlib.sha256(each).hexdigest() for each in says}
    assert all(archive.intact(each) for each in got.files)


def test_a_file_of_many_that_cannot_be_kept_is_an_error_and_no_look(at, archive, monkeypatch):
    keep = archive.keep

    def keep_all_but_one(file, *given):
        if file.name == "1.csv":
            raise OSError(28, "No space left on device")
        keep(file, *given)

    monkeypatch.setattr(archive, "keep", keep_all_but_one)
    with pytest.raises(OSError, match="No space"):
        at(Scripted(CSV, CSV + b"3;4\n", CSV + b"5;6\n", name="folder", changes=False))
    assert Looks(archive, "scholen").known() == {}


def test_what_no_origin_provides_is_said_to_be_so(archive, tmp_path):
    (tmp_path / "datapackage.json").write_text('{"name": "leeg", "resources": []}')
    got = fetch(SCHOLEN, [FolderOrigin(tmp_path, {})], archive, now=NOW)
    assert got == Fetched((), (), "never", ("scholen: none of the origins given (leeg) provides it",), True)
    assert not folder(archive).exists()


def test_states_tell_what_the_last_looks_found(at, archive):
    catalogue = {each.name: each for each in (SCHOLEN, GRENZEN, GEBIEDEN)}
    at(Scripted(CSV))
    at(Scripted(b""), days=10)
    at(*[Scripted(*[b""] * 5, name="folder", changes=False)], days=10, registry=GEBIEDEN)
    rows = {row.dataset: row for row in states(catalogue, archive, None, NOW + timedelta(days=44))}
    assert list(rows) == ["scholen", "grenzen", "gebieden"]
    scholen = rows["scholen"]
    assert (scholen.title, scholen.publisher, scholen.cadence, scholen.state, scholen.files) == (
        "Scholen", "DUO", 45, "fresh", 1,
    )  # fmt: skip
    assert scholen.checked_at == "2026-12-04T02:41:02+00:00"
    assert scholen.message.startswith("live: 0.csv was refused: empty file (0 bytes); live: the last good file is used")
    grenzen = rows["grenzen"]
    assert (grenzen.state, grenzen.checked_at, grenzen.files) == ("never", None, 0)
    assert grenzen.message == "no public address: give a folder that holds it"
    assert (rows["gebieden"].state, rows["gebieden"].files) == ("refused", 0)
    assert rows["gebieden"].message.endswith("folder: 2.csv was refused: empty file (0 bytes); and 2 more")
    assert {row.dataset: row.state for row in states(catalogue, archive, None, NOW + timedelta(days=46))} == {
        "scholen": "stale", "grenzen": "never", "gebieden": "refused",
    }  # fmt: skip


def test_states_of_some_origins_leave_the_others_out(at, archive):
    at(Scripted(CSV), Scripted(b"", name="folder", changes=False))
    assert [row.state for row in states({"scholen": SCHOLEN}, archive, None, NOW)] == ["refused"]
    assert [row.state for row in states({"scholen": SCHOLEN}, archive, ["live"], NOW)] == ["fresh"]
    (row,) = states({"scholen": SCHOLEN}, archive, ["elsewhere"], NOW)
    assert (row.state, row.message) == ("never", "never looked at")


# -- with real origins ---------------------------------------------------------------------------------------------


@pytest.fixture
def live(server: Server, client: Client) -> LiveOrigin:
    return LiveOrigin("live", {"duo": server.url, "ckan": server.url}, client)


def test_a_live_file_is_fetched_once_and_again_when_its_payload_is_damaged(server, live, at, archive):
    whole = answer(200, CSV, ETag='"1"', Last_Modified="Fri, 02 Oct 2026 09:20:20 GMT")
    server.on("/a.csv", whole, answer(304))
    first = at(live)
    assert (first.files[0].url, first.files[0].peildatum, first.state) == (f"{server.url}/a.csv", "2026-10-02", "fresh")
    second = at(live, days=1)
    assert (second.files, second.unchanged) == (first.files, True)
    assert server.requests[-1][1]["If-None-Match"] == '"1"'
    archive.path(first.files[0]).write_bytes(b"half")
    server.on("/a.csv", whole)
    third = at(live, days=2)
    assert "If-None-Match" not in server.requests[-1][1]
    assert archive.path(third.files[0]).read_bytes() == CSV
    assert third.unchanged


def test_a_live_page_instead_of_a_file_is_refused_every_time_and_replaced_when_it_is_cured(server, live, at):
    server.on("/a.csv", answer(200, b"<!doctype html>", Content_Type="text/html", ETag='"1"'))
    for day in range(2):
        got = at(live, days=day)
        assert (got.state, got.refused[0].name, got.refused[0].reason) == (
            "refused",
            "a.csv",
            "an HTML page instead of csv",
        )
        assert got.refused[0].fetched_at == "2026-11-24T02:41:02+00:00"
        assert "If-None-Match" not in server.requests[-1][1]
    server.on("/a.csv", answer(200, CSV))
    assert at(live, days=2).state == "fresh"


def test_a_portal_file_with_another_hash_than_declared_is_refused(server, live, at, archive):
    resource = {"id": "r", "url": f"{server.url}/a.csv", "hash": "0" * 32, "size": 100}
    show = json.dumps({"success": True, "result": {"resources": [resource]}}).encode()
    server.on("/api/3/action/package_show", answer(200, show))
    server.on("/a.csv", answer(200, CSV))
    registry = Registry("scholen", "", "", "", 45, where=(Location("ckan", "ckan", {"package": "p", "file": "a.csv"}),))
    got = at(live, registry=registry)
    assert got.messages == (f"live: a.csv was refused: its md5 is {MD5}, its publisher declares {'0' * 32}",)
    assert archive.path(got.refused[0]).read_bytes() == CSV


def test_a_server_that_fails_for_good_leaves_the_last_good_file(server, live, at):
    server.on("/a.csv", answer(200, CSV))
    first = at(live)
    server.on("/a.csv", answer(500))
    got = at(live, days=1)
    assert (got.files, got.state) == (first.files, "fresh")
    assert got.messages[0] == (
        f"live: {server.url}/a.csv was tried 2 times, the last time it answered 500 Internal Server Error; try again later"
    )


def test_a_folder_with_a_wrong_hash_is_refused_until_it_is_put_right(at, tmp_path):
    def look(**given: Any) -> Fetched:
        package = {"name": "editie", "resources": [{"name": "scholen", "path": "a.csv", **given}]}
        (tmp_path / "datapackage.json").write_text(json.dumps(package))
        return at(FolderOrigin(tmp_path, {"scholen": SCHOLEN}))

    (tmp_path / "a.csv").write_bytes(CSV)
    got = look(hash=f"sha256:{'0' * 64}")
    assert got.messages == (
        f"editie: a.csv was refused: its sha256 is {hashlib.sha256(CSV).hexdigest()}, its publisher declares {'0' * 64}",
    )
    assert look(bytes=99).refused[0].reason == "100 bytes, its publisher declares 99"
    assert look(bytes=100).state == "fresh"
    assert look(bytes=100).unchanged
    # files that were good are refused as they are when the package says something else
    assert look(bytes=101).refused[0].reason == "100 bytes, its publisher declares 101"


@pytest.mark.parametrize(("editions", "told"), [("kept", 1), ("replaced", 0)])
def test_two_editions_of_one_day_from_two_origins_are_told(at, editions, told):
    registry = replace(SCHOLEN, editions=editions)

    def given(name: str, content: bytes, day: str = "2026-11-01") -> Scripted:
        return Scripted(content, name=name, changes=False, peildatum=day)

    got = at(given("/een", CSV), given("/twee", CSV + b"3;4\n"), registry=registry)
    assert len(got.files) == 2
    assert [each for each in got.messages if "/een and /twee each give an edition of 2026-11-01" in each] == [*got.messages]
    assert len(got.messages) == told
    assert at(given("/een", CSV), given("/twee", CSV), registry=registry).messages == ()
    assert at(given("/een", CSV), given("/twee", CSV + b"3;4\n", "2026-11-02"), registry=registry).messages == ()


def test_an_edition_of_a_folder_that_is_not_given_is_not_used(at):
    year = Scripted(CSV, name="/2020", changes=False, peildatum="2020-10-01")
    newest = Scripted(CSV + b"3;4\n", name="/2026", changes=False, peildatum="2026-11-01")
    registry = replace(SCHOLEN, editions="kept")
    assert [each.peildatum for each in at(newest, year, registry=registry).files] == ["2026-11-01", "2020-10-01"]
    assert [each.peildatum for each in at(newest, days=1, registry=registry).files] == ["2026-11-01"]


def test_the_real_home_postcodes_lack_one_gemeente_and_are_kept_once(shared, archive, monkeypatch):
    catalogue = load_catalogue()
    registry = catalogue["leerlingen_po_postcode4"]
    origin = FolderOrigin(shared / "registries" / "duo-2024-10", catalogue)
    got = fetch(registry, [origin], archive, now=NOW)
    assert len(got.files) == 341
    assert [(each.name, each.reason) for each in got.refused] == [("Ridderkerk afgeschermd.csv", "empty file (0 bytes)")]
    assert got.messages == ("duo-2024-10: Ridderkerk afgeschermd.csv was refused: empty file (0 bytes)",)
    assert (got.state, got.unchanged) == ("refused", False)
    assert {each.peildatum for each in got.files} == {"2024-10-01"}
    assert [each.name for each in got.files] == sorted(each.name for each in got.files)
    brought = []
    monkeypatch.setattr(Archive, "keep", lambda _, file, *__: brought.append(file.name))
    again = fetch(registry, [origin], archive, now=NOW + timedelta(days=1))
    assert brought == ["Ridderkerk afgeschermd.csv"]
    assert again.unchanged
    assert again.files == got.files


def test_every_real_registry_is_admitted(shared, archive):
    catalogue = load_catalogue()
    for edition in ("duo-2026-08", "duo-2020-12", "reference"):
        origin = FolderOrigin(shared / "registries" / edition, catalogue)
        for registry in filter(origin.provides, catalogue.values()):
            got = fetch(registry, [origin], archive, now=NOW)
            assert (got.state, got.messages, len(got.files)) == ("fresh", (), 1)
