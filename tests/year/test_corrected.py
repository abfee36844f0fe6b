"""A register in which one name is corrected, on a day on which nothing else is new, is out that same day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest.mock import patch

import duckdb

from pipeline.releases.release import DUCKDB_FILE, Release
from pipeline.sandbox import editions
from pipeline.sandbox.editions import AT, Kind, Shown, shown_on
from pipeline.settings import Settings
from tests.year.living import Installation, without_orchestrator

BEFORE, QUIET = date(2028, 2, 3), date(2028, 2, 4)
REGISTER = "ckan/adressen_vo/vestigingenvo.csv"


def test_a_register_that_corrects_one_name_leads_to_a_release(tmp_path: Path) -> None:
    made: list[Release] = []

    def run(settings: Settings) -> tuple[Release | None, list[str]]:
        release, told = without_orchestrator(settings)
        made.extend([release] if release else [])
        return release, told

    def shown(kind: Kind, day: date) -> Iterator[Shown]:
        for each in shown_on(kind, day):
            if each.file.place == REGISTER and day == QUIET:
                content = each.file.content.replace(b"College De", b"Collegium De", 1)
                each = replace(each, file=replace(each.file, content=content), modified=f"{QUIET}{AT}")
            yield each

    installation = Installation(tmp_path, "small", run)
    installation.live(BEFORE)
    with patch.object(editions, "shown_on", shown):
        day = installation.live(QUIET)
    assert (day.code, day.told, day.happened) == (0, "", ())
    assert day.did.startswith("released")
    with duckdb.connect(str(made[1].path / DUCKDB_FILE), read_only=True) as connection:
        named = connection.execute("select vestigingscode from vestiging where naam like 'Collegium De%'").fetchall()
        changes = "select code, soort, gebeurd_uiterlijk from wijzigingen where bron = 'vestigingen_vo'"
        assert [(*each, "hernoemd", QUIET) for each in named] == connection.execute(changes).fetchall()
    assert len(named) == 1
