"""What looks leave behind: one truth per run, a log that two runs share, editions that add up, and the first version's state."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.archive import Archive
from pipeline.archive.fetch import Fetched, fetch
from pipeline.archive.looks import Looks
from pipeline.archive.states import states
from pipeline.errors import FetchError
from pipeline.registries.catalogue import Registry
from pipeline.store.objects import Store
from tests.archive.test_fetch import CSV, NOW, SCHOLEN, Scripted

KEPT = replace(SCHOLEN, editions="kept")
OTHER, THIRD = CSV + b"3;4\n", CSV + b"5;6\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def look(store: Store, run: str, *origins: Any, days: float = 0, registry: Registry = KEPT) -> Fetched:
    return fetch(registry, origins, Archive(store), run=run, now=NOW + timedelta(days=days))


def days_of(got: Fetched) -> list[str | None]:
    return [each.peildatum for each in got.files]


def dated(content: bytes, day: str | None, **given: Any) -> Scripted:
    return Scripted(content, peildatum=day, **given)


# -- one truth per run -------------------------------------------------------------------------------------------------


def test_a_registry_is_looked_at_once_in_a_run_wherever_its_steps_are(store):
    look(store, "before", Scripted(CSV))
    first = look(store, "run", Scripted(CSV + b"3;4\n"), days=1)
    assert first.drift
    elsewhere = Store(store.address)
    assert look(elsewhere, "run", Scripted(FetchError("it is asked again")), days=60) == first
    assert look(elsewhere, "next", Scripted(FetchError("it was tried once")), days=2).messages != first.messages


class Meanwhile(Scripted):
    """An origin at which something happens elsewhere while it is looked at."""

    def __init__(self, happens: Any, *says: Any, **given: Any) -> None:
        super().__init__(*says, **given)
        self.happens = happens

    def candidates(self, *arguments: Any) -> Any:
        self.happens()
        yield from super().candidates(*arguments)


def test_of_two_processes_of_one_run_the_first_decides_for_both(store):
    found = []
    other = Meanwhile(lambda: found.append(look(store, "run", dated(CSV, "2026-10-01"))), OTHER, peildatum="2026-10-02")
    assert look(store, "run", other) == found[0]
    assert days_of(found[0]) == ["2026-10-01"]


def test_two_runs_at_once_lose_nothing(store):
    def another_run() -> None:
        look(store, "b", dated(CSV, "2026-10-01"), Scripted(THIRD, name="folder", changes=False))

    look(store, "a", Meanwhile(another_run, OTHER, peildatum="2026-10-02"))
    known = Looks(Archive(store), "scholen").known()
    assert {each.peildatum for each in known["live"].editions} == {"2026-10-01", "2026-10-02"}
    assert [each.sha256 for each in known["folder"].files] == [hashlib.sha256(THIRD).hexdigest()]


def test_each_look_adds_a_document_that_names_its_run_and_the_newest_has_everything(store):
    look(store, "a", Scripted(CSV, name="folder", changes=False))
    look(store, "b", Scripted(OTHER), days=1)
    first, second = (store.json(key) for key in store.names("looks/scholen"))
    assert (first["run"], second["run"]) == ("a", "b")
    assert set(second["origins"]) == {"folder", "live"}
    store.delete("looks/scholen/00000001.json")
    assert look(store, "c", Scripted(None, name="folder", changes=False), days=2).unchanged


@pytest.mark.parametrize("text", ["", "{", "[]", '{"origins": {"live": 1}}', '{"origins": {"live": {"files": []}}}'])
def test_a_document_that_cannot_be_read_is_as_good_as_none(store, text):
    look(store, "a", Scripted(CSV))
    (Path(store.address) / "looks" / "scholen" / "00000001.json").write_text(text)
    assert Looks(Archive(store), "scholen").known() == {}
    assert look(store, "b", Scripted(CSV)).confirmed


# -- editions ----------------------------------------------------------------------------------------------------------


def test_editions_add_up_after_the_files_in_use_by_their_day(store):
    for number, (content, day) in enumerate(((CSV, "2026-09-01"), (OTHER, "2026-10-01"), (THIRD, "2026-11-01"))):
        got = look(store, day, dated(content, day), days=number)
    assert days_of(got) == ["2026-11-01", "2026-09-01", "2026-10-01"]
    assert days_of(look(store, "later", Scripted(FetchError("it was tried once")), days=9)) == days_of(got)
    (row,) = states({"scholen": KEPT}, Archive(store), None, NOW)
    assert row.files == 1, "only what is in use now"


def test_a_registry_that_is_replaced_has_its_newest_file_alone(store):
    look(store, "a", dated(CSV, "2026-09-01"), registry=SCHOLEN)
    got = look(store, "b", dated(OTHER, "2026-10-01"), days=1, registry=SCHOLEN)
    assert days_of(got) == ["2026-10-01"]


def test_of_two_editions_of_one_day_the_later_counts_and_the_earlier_stays_in_the_archive(store):
    look(store, "a", dated(CSV, "2026-09-01"))
    got = look(store, "b", dated(OTHER, "2026-09-01"), days=1)
    assert [each.bytes for each in got.files] == [len(OTHER)]
    assert len(list((Path(store.address) / "raw" / "scholen").glob("*Z.json"))) == 2


def test_a_folder_whose_file_was_replaced_keeps_the_earlier_edition(store):
    look(store, "a", dated(CSV, "2025-10-01", name="folder", changes=False))
    got = look(store, "b", dated(OTHER, "2026-10-01", name="folder", changes=False), days=1)
    assert days_of(got) == ["2026-10-01", "2025-10-01"]


def test_in_a_folder_no_earlier_file_of_the_same_day_stands_in_for_a_refused_one(store):
    look(store, "a", dated(CSV, "2026-10-01", name="folder", changes=False))
    got = look(store, "b", dated(b"", "2026-10-01", name="folder", changes=False), days=1)
    assert (got.files, got.state) == ((), "refused")


def test_editions_of_an_origin_that_is_not_among_the_sources_are_left_out(store):
    for number, day in enumerate(("2026-09-01", "2026-10-01")):
        look(store, day, dated(CSV + b"7;8\n" * number, day, name="sandbox"), days=number)
    assert days_of(look(store, "live", dated(THIRD, "2026-11-01"), days=3)) == ["2026-11-01"]


def test_the_same_bytes_under_another_day_are_the_edition_of_the_first(store):
    look(store, "a", dated(CSV, "2026-09-02"))
    again = look(store, "b", dated(CSV, "2026-10-01"), days=1)
    assert (days_of(again), again.unchanged) == (["2026-09-02"], True)
    assert days_of(look(store, "c", dated(CSV, "2026-09-01"), days=2)) == ["2026-09-01"]
    assert days_of(look(store, "d", dated(OTHER, "2026-10-02"), days=3)) == ["2026-10-02", "2026-09-01"]


def test_bytes_that_come_back_are_the_newest_edition(store):
    for number, content in enumerate((CSV, OTHER, CSV)):
        got = look(store, str(number), dated(content, f"2026-10-0{number + 1}"), days=number)
    assert days_of(got) == ["2026-10-03", "2026-10-02"]


def test_a_folder_says_itself_of_which_day_a_file_is(store):
    look(store, "a", dated(CSV, "2026-09-01", changes=False))
    assert days_of(look(store, "b", dated(CSV, "2026-10-01", changes=False), days=1)) == ["2026-10-01"]


def test_an_edition_without_a_day_has_no_place_among_the_others(store):
    look(store, "a", dated(CSV, None))
    assert days_of(look(store, "b", dated(OTHER, "2026-10-01"), days=1)) == ["2026-10-01"]


def test_an_edition_whose_payload_is_gone_is_left_out_and_named_until_it_is_back(store):
    look(store, "a", dated(CSV, "2026-09-01"))
    got = look(store, "b", dated(OTHER, "2026-10-01"), days=1)
    path = Archive(store).path(got.files[1])
    path.write_bytes(b"half")
    lost = look(store, "c", Scripted(None, peildatum="2026-10-01"), days=2)
    assert days_of(lost) == ["2026-10-01"]
    assert lost.messages == (
        f"scholen: the edition of 2026-09-01 is left out: {path} is not there, or not with the bytes of 0.csv; "
        "put it back, or retrieve that edition again",
    )
    path.write_bytes(CSV)
    assert days_of(look(store, "d", Scripted(None, peildatum="2026-10-01"), days=3)) == days_of(got)


def test_editions_add_up_in_a_store_without_folders(tmp_path):
    store = Store("memory:///", tmp_path)
    look(store, "a", dated(CSV, "2026-09-01"))
    got = look(store, "b", dated(OTHER, "2026-10-01"), days=1)
    assert [Archive(store).path(each).read_bytes() for each in got.files] == [OTHER, CSV]


# -- the first version -------------------------------------------------------------------------------------------------


def first_file(content: bytes, day: str, name: str = "0.csv") -> dict[str, Any]:
    """A file as the first version wrote it down."""
    return {
        "key": "0",
        "file": {
            "name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content),
            "url": "https://example.org/a.csv", "fetched_at": "2026-10-02T02:00:00+00:00", "peildatum": day, "licence": "CC0",
            "publisher": "DUO", "accepted": True, "reason": None, "acceptable": False,
        },
        "etag": '"1"', "last_modified": None, "declared_bytes": None, "declared_hash": None, "size": None, "mtime_ns": None,
    }  # fmt: skip


@pytest.fixture
def first_version(store: Store) -> Path:
    """A data directory of the first version: a file in use, and two editions of years that were asked for."""
    folder = Path(store.address) / "raw" / "scholen"
    folder.mkdir(parents=True)
    stamps = {"checked_at": "2026-11-20T02:00:00+00:00", "fresh_at": "2026-11-20T02:00:00+00:00"}
    state = {
        key: {"files": [first_file(content, day)], "refused": [], **stamps, "lacking": False, "messages": []}
        for key, content, day in (
            ("live#2019", OTHER, "2019-10-01"), ("live", CSV, "2026-10-01"), ("live#2020", THIRD, "2020-10-01"),
        )
    }  # fmt: skip
    for content in (CSV, OTHER, THIRD):
        (folder / hashlib.sha256(content).hexdigest()).write_bytes(content)
    (folder / "state.json").write_text(json.dumps(state))
    return folder / "state.json"


def test_the_first_look_starts_from_what_the_first_version_knew(store, first_version):
    before = first_version.read_bytes()
    (row,) = states({"scholen": KEPT}, Archive(store), None, NOW)
    assert (row.state, row.files, row.checked_at) == ("fresh", 1, "2026-11-20T02:00:00+00:00")
    got = look(store, "run", Scripted(None, peildatum="2026-10-01"))
    assert got.unchanged
    assert days_of(got) == ["2026-10-01", "2019-10-01", "2020-10-01"]
    assert got.files[0].fetched_at == "2026-10-02T02:00:00+00:00"
    assert first_version.read_bytes() == before
    assert [each.etag for each in got.files] == [None, '"1"', '"1"'], "as the origin says now, and as it was kept"


def test_what_the_first_version_knew_counts_no_longer_once_there_is_a_look(store, first_version):
    look(store, "run", dated(CSV, "2026-10-01"))
    first_version.write_text("{")
    assert days_of(look(store, "next", Scripted(None, peildatum="2026-10-01"), days=1)) == [
        "2026-10-01", "2019-10-01", "2020-10-01",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "{", "[]", '{"live": 1}', '{"live": {"files": []}}', '{"live": {"files": 1}}'])
def test_a_damaged_state_is_none(store, first_version, text):
    first_version.write_text(text)
    assert Looks(Archive(store), "scholen").known() == {}


def test_times_are_those_of_the_look(store):
    look(store, "run", Scripted(CSV))
    (document,) = (store.json(key) for key in store.names("looks/scholen"))
    assert document["at"] == document["origins"]["live"]["checked_at"] == NOW.isoformat()
    assert datetime.fromisoformat(document["at"]).tzinfo == UTC
