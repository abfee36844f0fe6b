"""Editions add up: what a register said earlier stays in the history, and each file is read once."""

from __future__ import annotations

from collections import Counter

import pytest

from assets.project import load_project
from pipeline.releases import query as queries
from pipeline.settings import Settings
from pipeline.staging import editions as staged
from tests.support import editions, small
from tests.support.server import answer
from tests.support.small import csv_of, write_package

REGISTER = "/02.-alle-schoolvestigingen-basisonderwijs.csv"
EARLIER = editions.SCHOOLS
# a month later a school has another name and another has closed
LATER = [{**EARLIER[0], "vestigingsnaam": "De Nieuwe Proef"}, *EARLIER[1:-1]]


@pytest.fixture
def readings(monkeypatch):
    """How often each file was read, by its name and what is in it."""
    counted = Counter()

    def read(contract, files, *how, found=staged.read):
        given = list(files)
        counted.update((contract.table, each.sha256) for each in given)
        return found(contract, given, *how)

    monkeypatch.setattr(staged, "read", read)
    return counted


def history(settings):
    sql = (
        "select vestigingscode, naam, geldig_vanaf::varchar, geldig_tot::varchar, einde from vestiging_historie "
        "where vestigingscode in ('00CC00', '01CC00', '59CC00') order by vestigingscode, geldig_vanaf"
    )
    return queries.ask(settings.releases_dir, sql).rows(limit=9)


WANTED = [
    ("00CC00", "School 0", "2026-08-01", "2026-09-01", "gewijzigd"),
    ("00CC00", "De Nieuwe Proef", "2026-09-01", None, None),
    ("01CC00", "School 1", "2026-08-01", None, None),
    ("59CC00", "School 59", "2026-08-01", "2026-09-01", "gesloten"),
]


def test_a_file_that_was_replaced_in_a_folder_stays_in_the_history(tmp_path, monkeypatch, readings):
    settings = Settings(data_dir=tmp_path / "data", sources=(str(write_package(tmp_path / "klein", vestigingen_bo=EARLIER)),))
    editions.run(settings)
    assert len(history(settings)) == 3
    monkeypatch.setitem(small.EDITION, "vestigingen_bo", "2026-09-01")
    write_package(tmp_path / "klein", vestigingen_bo=LATER)
    editions.run(settings)
    assert history(settings) == WANTED
    editions.run(settings)
    assert len([file for file in readings if file[0] == "stg_vestigingen_bo"]) == 2
    assert set(readings.values()) == {1}


def test_a_file_that_was_replaced_at_a_portal_stays_in_the_history(tmp_path, server, readings):
    contract = load_project().staging["stg_vestigingen_bo"]
    package = write_package(tmp_path / "klein", without=["vestigingen_bo"])
    settings = Settings(
        data_dir=tmp_path / "data", sources=("live", str(package)), attempts=1,
        **{**dict.fromkeys(Settings().bases(), ""), "duo": server.url},
    )  # fmt: skip
    for rows, day in ((EARLIER, "Sat, 01 Aug"), (LATER, "Tue, 01 Sep")):
        server.on(REGISTER, answer(200, csv_of(contract, rows), Last_Modified=f"{day} 2026 06:00:00 GMT"))
        editions.run(settings)
    assert history(settings) == WANTED
    assert set(readings.values()) == {1}
    # and when the portal gives nothing at all
    server.on(REGISTER, answer(503))
    assert editions.run(settings).unchanged
    assert history(settings) == WANTED
