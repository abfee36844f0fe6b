"""A source that is refused, over a real socket: kept and listed, accepted with a reason or growing old, and told at each step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from assets.local import runner
from assets.local.instance import HOME, open_instance
from assets.registries import CURRENT, registry_key
from pipeline.archive.archive import Archive
from pipeline.archive.states import RegistryState, states
from pipeline.registries.catalogue import load_catalogue
from pipeline.run.summary import DatasetLine
from pipeline.settings import Settings
from pipeline.store.objects import Store
from tests.archive.test_admission import CONTRACTS
from tests.registries.test_http import Server, answer
from tests.support.made import ask
from tests.support.small import SCHOOL, csv_of, write_package

PASSEND = Path(sys.executable).with_name("passend")
PATH = "/02.-alle-schoolvestigingen-basisonderwijs.csv"
REASON = "the register [of 2026] lists all locations again, says the publisher"


def schools(count: int) -> bytes:
    return csv_of(CONTRACTS["stg_vestigingen_bo"], [
        {**SCHOOL, "vestigingscode": f"01AA{number:02}"} for number in range(count)
    ])  # fmt: skip


class Place:
    """A data folder, a server with the register of schools, and a folder with the rest."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server = server
        package = write_package(folder / "klein") / "datapackage.json"
        listed = json.loads(package.read_text())
        listed["resources"] = [each for each in listed["resources"] if each["name"] != "vestigingen_bo"]
        package.write_text(json.dumps(listed))
        nowhere = dict.fromkeys(("ckan", "cbs", "pdok", "reference"), "")
        sources = ("live", str(package.parent))
        self.settings = Settings(data_dir=folder / "data", sources=sources, attempts=1, duo=server.url, **nowhere)

    def serves(self, content: bytes) -> None:
        self.server.on(PATH, answer(200, content, Last_Modified="Sat, 01 Aug 2026 09:20:20 GMT"))

    def look(self) -> DatasetLine:
        """A run that fetches and reads everything and makes the list of files of it; what it tells of the register."""
        return next(each for each in runner.run(self.settings, "bron").datasets if each.dataset == "vestigingen_bo")

    def bron(self) -> list[tuple[object, ...]]:
        """What became of the register of schools: status, reason and rows of each file."""
        sql = "select status, reden, regels_geladen from bron where dataset = 'vestigingen_bo' order by all"
        return ask(self.settings, sql, "bron")

    @property
    def archive(self) -> Archive:
        return Archive(Store(self.settings.data_dir))

    def source(self) -> RegistryState:
        catalogue = {"vestigingen_bo": load_catalogue()["vestigingen_bo"]}
        (row,) = states(catalogue, self.archive, None, datetime.now(UTC))
        return row

    def check(self) -> tuple[bool, dg.AssetCheckSeverity]:
        """The last outcome of the registry's check in the orchestrator, with its severity."""
        key = dg.AssetCheckKey(registry_key("vestigingen_bo"), CURRENT)
        with open_instance(self.settings) as instance:
            record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
        found = record.event.dagster_event.asset_check_evaluation_data
        return found.passed, found.severity

    def ages(self, days: int) -> None:
        """Let the last looks have been some days longer ago."""
        path = max((self.settings.data_dir / "looks" / "vestigingen_bo").iterdir())
        document = json.loads(path.read_text())
        for known in document["origins"].values():
            for name in ("checked_at", "fresh_at"):
                known[name] = (datetime.fromisoformat(known[name]) - timedelta(days=days)).isoformat()
        path.write_text(json.dumps(document))

    def passend(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        given = {f"PASSEND_{name.upper()}": value for name, value in self.settings.bases().items()}
        return subprocess.run(
            [PASSEND, *arguments, "--data-dir", str(self.settings.data_dir)], capture_output=True, text=True, timeout=120,
            check=False, env=os.environ | given | {"PASSEND_SOURCES": os.pathsep.join(self.settings.sources)},
        )  # fmt: skip


@pytest.fixture(autouse=True)
def no_home(monkeypatch):
    monkeypatch.delenv(HOME, raising=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    server = Server()
    place = Place(tmp_path_factory.mktemp("accept"), server)
    try:
        place.serves(schools(4))
        assert place.look().state == "fresh"
        yield place
    finally:
        server.close()


def said(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join((done.stdout + done.stderr).split())


def test_what_may_never_be_accepted_says_so_and_so_does_an_empty_request(place):
    for arguments, code, told in (
        (("vestigingen_b", "--reason", "x"), 2, "there is no registry 'vestigingen_b'; near it are vestigingen_bo"),
        (("vestigingen_bo", "--reason", "x"), 2, "nothing of vestigingen_bo is refused"),
        (("vestigingen_bo", "--reason", " "), 2, "say why vestigingen_bo may be used as it is"),
        (("vestigingen_bo",), 2, "Missing option '--reason'"),
    ):
        done = place.passend("accept", *arguments)
        assert (done.returncode, told in said(done)) == (code, True), said(done)
        assert "Traceback" not in done.stderr
    place.serves(b"<!doctype html><title>Onderhoud</title>")
    place.look()
    done = place.passend("accept", "vestigingen_bo", "--reason", "x")
    assert done.returncode == 2
    assert "this can never be accepted: 02.-alle-schoolvestigingen-basisonderwijs.csv (an HTML page instead of csv)" in said(done)


def test_a_refused_file_is_kept_listed_and_accepted_as_exactly_those_bytes(place):
    place.serves(schools(12))
    told = "12 rows that fit the contract, 200% more than the previous 4, where at most 20% is expected"
    assert told in " ".join(place.look().messages)
    assert [each for each in place.bron() if each[0] == "gelezen"] == [("gelezen", None, 4)]
    (refused,) = place.source().refused
    assert place.archive.path(refused).read_bytes() == schools(12)
    listed = said(place.passend("sources"))
    (row,) = (each for each in json.loads(place.passend("sources", "--json").stdout) if each["dataset"] == "vestigingen_bo")
    (shown,) = row["refused"]
    assert list(shown) == [
        "dataset", "name", "sha256", "bytes", "path", "url", "fetched_at", "peildatum", "licence", "publisher", "accepted",
        "reason", "acceptable",
    ]  # fmt: skip
    assert (shown["path"], shown["acceptable"]) == (place.archive.address(refused), True)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert f"refused: vestigingen_bo {PATH[1:]}, since {today}: " in listed
    assert f"kept as {place.archive.address(refused)}" in listed

    done = place.passend("accept", "vestigingen_bo", "--reason", REASON)
    assert done.returncode == 0, done.stderr
    assert refused.sha256 in done.stdout
    record = place.archive.path(refused).with_name(f"{refused.sha256}.accepted.json")
    note = json.loads(record.read_text())
    assert (note["reason"], note["sha256"], note["refused_because"]) == (REASON, refused.sha256, refused.reason)
    assert "accepted already" in said(place.passend("accept", "vestigingen_bo", "--reason", "again"))
    assert json.loads(record.read_text()) == note

    # used by the next run, also when the source cannot be reached in it
    place.server.on(PATH, answer(500))
    place.look()
    reason = f"accepted on {today}: {REASON}"
    assert place.bron() == [("gelezen", reason, 12)]
    assert [each.reason for each in place.source().accepted] == [reason]
    assert f"accepted: vestigingen_bo {PATH[1:]}, {reason}" in said(place.passend("sources"))
    place.serves(schools(12))
    place.look()
    assert place.source().accepted[0].reason == reason, "it stays told as long as it is in use"

    # other bytes are judged anew
    place.serves(schools(30))
    assert "30 rows that fit the contract, 150% more than the previous 12" in " ".join(place.look().messages)
    assert place.source().accepted[0].reason == reason


def test_beyond_its_cadence_a_refusal_is_a_failure_that_says_since_when(place):
    place.serves(schools(90))
    place.ages(30)
    assert place.look().overdue is None
    assert place.check() == (False, dg.AssetCheckSeverity.WARN)
    place.ages(20)
    done = place.passend("run")
    since = f"{datetime.now(UTC) - timedelta(days=50):%Y-%m-%d}"
    assert done.returncode == 3
    assert f"not in order for longer than their cadence are vestigingen_bo (since {since})" in said(done)
    assert "Traceback" not in done.stderr
    assert place.check() == (False, dg.AssetCheckSeverity.ERROR)
    package = json.loads((place.settings.releases_dir / "latest" / "datapackage.json").read_text())
    assert package["stale"] == [{"registry": "vestigingen_bo", "since": since}]
    row = place.source()
    assert (row.state, row.overdue, row.since[:10]) == ("stale", True, since)
    (refused,) = row.refused
    done = place.passend("accept", "vestigingen_bo", "--reason", REASON, "--json")
    assert json.loads(done.stdout) == {
        "dataset": "vestigingen_bo",
        "reason": REASON,
        "accepted": [{"name": refused.name, "bytes": refused.bytes, "sha256": refused.sha256, "refused_because": refused.reason}],
    }
    assert place.look().overdue is None
    assert place.check() == (True, dg.AssetCheckSeverity.WARN)
