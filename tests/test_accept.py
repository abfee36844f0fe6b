"""A source that is refused, over a real socket: kept and listed, accepted with a reason or growing old, and told at each step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from assets.instance import HOME
from tests.small import SCHOOL, csv_of, write_package
from tests.test_gate import CONTRACTS
from tests.test_http import Server, answer

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
        self.data, self.server = folder / "data", server
        self.package = write_package(folder / "klein")
        package = json.loads((self.package / "datapackage.json").read_text())
        package["resources"] = [each for each in package["resources"] if each["name"] != "vestigingen_bo"]
        (self.package / "datapackage.json").write_text(json.dumps(package))

    def passend(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        addresses = {f"PASSEND_{name}": "" for name in ("CKAN", "CBS", "PDOK", "REFERENCE")} | {"PASSEND_DUO": self.server.url}
        environment = {name: value for name, value in os.environ.items() if name != HOME} | addresses
        return subprocess.run(
            [PASSEND, *arguments, "--data-dir", str(self.data)], capture_output=True, text=True, timeout=120, check=False,
            env=environment | {"COLUMNS": "200", "PASSEND_ATTEMPTS": "1"},
        )  # fmt: skip

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.passend("run", "--source", "live", "--source", str(self.package), *arguments)

    def look(self) -> subprocess.CompletedProcess[str]:
        """A run that fetches and reads everything, and makes the list of files of it."""
        return self.run("--only", "bron")

    def serves(self, content: bytes) -> None:
        self.server.on(PATH, answer(200, content, Last_Modified="Sat, 01 Aug 2026 09:20:20 GMT"))

    def bron(self) -> list[tuple[object, ...]]:
        """What became of the register of schools: status, reason and rows of each file."""
        sql = "select status, reden, regels_geladen from bron where dataset = 'vestigingen_bo' order by all"
        with duckdb.connect(str(self.data / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def source(self) -> dict[str, object]:
        rows = json.loads(self.passend("sources", "--json").stdout)
        return next(each for each in rows if each["dataset"] == "vestigingen_bo")

    def ages(self, days: int) -> None:
        """Let the last looks have been some days longer ago."""
        path = self.data / "raw" / "vestigingen_bo" / "state.json"
        state = json.loads(path.read_text())
        for memory in state.values():
            for name in ("checked_at", "fresh_at"):
                memory[name] = (datetime.fromisoformat(memory[name]) - timedelta(days=days)).isoformat()
        path.write_text(json.dumps(state))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    server = Server()
    place = Place(tmp_path_factory.mktemp("accept"), server)
    try:
        place.serves(schools(4))
        done = place.look()
        assert done.returncode == 0, done.stderr
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
    assert place.look().returncode == 0
    done = place.passend("accept", "vestigingen_bo", "--reason", "x")
    assert done.returncode == 2
    assert "this can never be accepted: 02.-alle-schoolvestigingen-basisonderwijs.csv (an HTML page instead of csv)" in said(done)


def test_a_refused_file_is_kept_listed_and_accepted_as_exactly_those_bytes(place):
    place.serves(schools(12))
    done = place.look()
    assert done.returncode == 0
    assert "12 rows that fit the contract, 200% more than the previous 4, where at most 20% is expected" in said(done)
    assert [each for each in place.bron() if each[0] == "gelezen"] == [("gelezen", None, 4)]
    (refused,) = place.source()["refused"]
    assert Path(refused["path"]).read_bytes() == schools(12)
    listed = said(place.passend("sources"))
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert f"refused: vestigingen_bo {PATH[1:]}, since {today}: " in listed
    assert f"kept as {refused['path']}" in listed

    done = place.passend("accept", "vestigingen_bo", "--reason", REASON)
    assert done.returncode == 0, done.stderr
    assert refused["sha256"] in done.stdout
    note = json.loads(Path(f"{refused['path']}.accepted.json").read_text())
    assert (note["reason"], note["sha256"], note["refused_because"]) == (REASON, refused["sha256"], refused["reason"])
    assert "accepted already" in said(place.passend("accept", "vestigingen_bo", "--reason", "again"))
    assert json.loads(Path(f"{refused['path']}.accepted.json").read_text()) == note

    # used by the next run, also when the source cannot be reached in it
    place.server.on(PATH, answer(500))
    done = place.look()
    assert done.returncode == 0, done.stderr
    reason = f"accepted on {today}: {REASON}"
    assert place.bron() == [("gelezen", reason, 12)]
    assert [each["reason"] for each in place.source()["accepted"]] == [reason]
    assert f"accepted: vestigingen_bo {PATH[1:]}, {reason}" in said(place.passend("sources"))
    place.serves(schools(12))
    assert place.look().returncode == 0
    assert place.source()["accepted"][0]["reason"] == reason, "it stays told as long as it is in use"

    # other bytes are judged anew
    place.serves(schools(30))
    assert "30 rows that fit the contract, 150% more than the previous 12" in said(place.look())
    assert place.source()["accepted"][0]["reason"] == reason


def test_beyond_its_cadence_a_refusal_is_a_failure_that_says_since_when(place):
    place.serves(schools(90))
    place.ages(30)
    done = place.look()
    assert done.returncode == 0, said(done)
    assert check_of(place) == (False, "WARN")
    place.ages(20)
    done = place.run()
    since = f"{datetime.now(UTC) - timedelta(days=50):%Y-%m-%d}"
    assert done.returncode == 3
    assert f"not in order for longer than their cadence are vestigingen_bo (since {since})" in said(done)
    assert "Traceback" not in done.stderr
    assert check_of(place) == (False, "ERROR")
    package = json.loads((place.data / "releases" / "latest" / "datapackage.json").read_text())
    assert package["stale"] == [{"registry": "vestigingen_bo", "since": since}]
    assert (place.source()["state"], place.source()["overdue"], place.source()["since"][:10]) == ("stale", True, since)
    assert place.passend("accept", "vestigingen_bo", "--reason", REASON).returncode == 0
    assert place.look().returncode == 0
    assert check_of(place) == (True, "WARN")


def check_of(place: Place) -> tuple[bool, str]:
    """The last outcome of the registry's check in the orchestrator, with its severity."""
    code = (
        "import sys; from pathlib import Path; import dagster as dg; from assets.instance import open_instance; "
        "from assets.registries import registry_key; from pipeline.settings import Settings\n"
        "with open_instance(Settings(data_dir=Path(sys.argv[1]))) as instance:\n"
        "    key = dg.AssetCheckKey(registry_key('vestigingen_bo'), 'actueel')\n"
        "    record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]\n"
        "    found = record.event.dagster_event.asset_check_evaluation_data\n"
        "    print(found.passed, found.severity.value)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(place.data)], capture_output=True, text=True, check=True, timeout=60)
    passed, severity = done.stdout.split()
    return passed == "True", severity
