"""The day as an input: a run on another day makes only what a day on which something began or ended changes."""

from __future__ import annotations

from datetime import datetime

import pytest

from assets.project import load_project
from pipeline.releases import query as queries
from pipeline.releases.release import current
from pipeline.settings import Settings
from tests.support import editions
from tests.support.made import begin
from tests.support.small import write_package

RIO = {
    "rio_locaties": [
        {"onderwijslocatiecode": "OL1", "postcode": "1011 AA", "latitude": "52.30", "longitude": "4.80"},
        {"onderwijslocatiecode": "OL2", "postcode": "1011 AA", "latitude": "52.40", "longitude": "4.95"},
    ],
    "rio_locatie_vestiging": [
        {"onderwijslocatiecode": "OL1", "onderwijsbestuurid": "B1", "vestigingscode": "01AA00", "begindatum": "2015-08-01",
         "einddatum": "2026-08-12"},
        {"onderwijslocatiecode": "OL2", "onderwijsbestuurid": "B1", "vestigingscode": "01AA00", "begindatum": "2026-08-12"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A data folder with a release of 10 August 2026; on the 12th a school moves to another location."""
    folder = tmp_path_factory.mktemp("day")
    settings = Settings(data_dir=folder / "data", sources=(str(write_package(folder / "klein", **RIO)),))
    run_on(settings, "2026-08-10T06:30:00+02:00")
    return settings


def run_on(settings, moment):
    """Run at a moment. Returns the release, and the steps that did something."""
    steps = []
    run_id = begin(settings, datetime.fromisoformat(moment))
    release = editions.run(settings, steps.append, run_id=run_id)
    return release, [each for each in steps if not each.unchanged]


def place(settings):
    sql = "select latitude, longitude from vestiging where vestigingscode = '01AA00'"
    return queries.ask(settings.releases_dir, sql).rows(limit=2)


def test_on_a_day_on_which_nothing_begins_or_ends_nothing_is_made_and_nothing_is_released(settings):
    before = current(settings.releases_dir)
    objects = {path for kind in ("tables", "staged", "checks") for path in (settings.data_dir / kind).rglob("*")}
    # in the Netherlands it is the 11th, in Greenwich still the 10th
    for moment in ("2026-08-11T00:30:00+02:00", "2026-08-11T23:59:00+02:00"):
        release, steps = run_on(settings, moment)
        assert (release.path, release.unchanged) == (before.path, True)
        assert [each for each in steps if each.kind not in ("plan", "fetch")] == []
    made = {path for kind in ("tables", "staged", "checks") for path in (settings.data_dir / kind).rglob("*")} - objects
    # but the one small table that says which day it is: the key of a new day, and no rows that were not there
    assert {path.parent.name for path in made} == {"intern.dag"}
    assert {path.suffix for path in made} == {".json"}
    assert place(settings) == [(52.30, 4.80)]


def test_on_a_day_on_which_something_begins_what_asks_for_the_day_is_made_again_and_what_changes_by_it(settings):
    project, before = load_project(), current(settings.releases_dir)
    release, steps = run_on(settings, "2026-08-12T00:00:00+02:00")
    assert (release.unchanged, place(settings)) == (False, [(52.40, 4.95)])
    # in Greenwich it is still the 11th
    assert release.path.name.startswith("2026.08.12-")
    built = {each.subject for each in steps if each.kind == "build"}
    assert {each.subject for each in steps if each.kind == "stage"} == set()
    asks = {table for table, model in project.models.items() if "dag" in model.bookkeeping}
    changed = {
        table for table in project.curated
        if (before.path / f"{table}.parquet").read_bytes() != (release.path / f"{table}.parquet").read_bytes()
    }  # fmt: skip
    readers = {table for table, model in project.models.items() if model.depends & changed}
    assert "vestiging" in changed
    assert built == asks | readers
    # the checks of what did not change are not carried out again, unless they refer to what did
    checked = {each.subject for each in steps if each.kind == "check"}
    assert changed <= checked
    assert "gemeente" not in checked
    # and the day after, all is as it was
    after, steps = run_on(settings, "2026-08-13T06:30:00+02:00")
    assert (after.path, after.unchanged) == (release.path, True)
    assert [each for each in steps if each.kind not in ("plan", "fetch")] == []
