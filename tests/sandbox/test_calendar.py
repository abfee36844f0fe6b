"""The small country from day to day: what happens to it, what its portal shows, and what is true."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from pipeline import sandbox
from pipeline.errors import SettingsError
from pipeline.sandbox import editions
from pipeline.sandbox.country import SMALL, make_country
from pipeline.sandbox.country.calendar import FIRST, LAST, NEW_YEAR, NEWEST, NOTICE
from pipeline.sandbox.country.day import country_on
from pipeline.sandbox.country.truth import Truth
from pipeline.sandbox.portal import Stored, packages

KIND = editions.Kind(2014, 1, "small", 2)
CALENDAR = editions.calendar_of(KIND)
DAY = timedelta(1)


@pytest.fixture(scope="module")
def truth():
    return Truth(CALENDAR)


def shown(day):
    return {each.file.place: each for each in editions.shown_on(KIND, day)}


def changed(before, after):
    """Which files have another content on the second day."""
    one, other = shown(before), shown(after)
    return {place for place in one.keys() & other.keys() if one[place].file.content != other[place].file.content}


def test_on_the_newest_day_the_country_is_what_was_drawn():
    drawn, then = make_country(2014, 1, SMALL), country_on(CALENDAR, NEWEST)
    for name in ("gemeente", "postcode4", "swv", "vestiging", "vestiging_swv", "eenheid"):
        wanted = getattr(drawn, name)
        pd.testing.assert_frame_equal(getattr(then, name)[wanted.columns], wanted, check_dtype=False)
    assert (drawn.counts == then.counts).all()


def test_every_kind_of_event_happens():
    days = [each.date() for each in pd.date_range(FIRST, LAST)]
    words = "; ".join(text for day in days for text in (*CALENDAR.happens(day), *editions.happens_at_the_portal(day)))
    for kind in (
        "geopend", "gesloten", "verhuizing", "naam", "bestuur", "fusie", "aangekondigd", "gaat op in", "is nieuw", "herzien",
        "houdt op te verschijnen", "heet anders", "andere licentie", "twee edities", "staat fout", "is verbeterd",
    ):  # fmt: skip
        assert kind in words, kind


@pytest.mark.parametrize("day", [FIRST, date(2016, 2, 29), date(2027, 10, 31), NEW_YEAR, date(2028, 2, 29), LAST])
def test_a_day_is_the_same_every_time_and_has_every_file(day):
    first = shown(day)
    editions._written.cache_clear()
    again = shown(day)
    assert {place: each.file.content for place, each in first.items()} == {
        place: each.file.content for place, each in again.items()
    }
    assert len(first) == len(shown(NEWEST))


@pytest.mark.parametrize("day", [FIRST - DAY, LAST + DAY])
def test_a_day_outside_the_calendar_is_refused_by_name(day, tmp_path):
    with pytest.raises(SettingsError, match=f"PASSEND_SANDBOX_DAY={day} is not in the calendar of the sandbox; give a day from"):
        sandbox.generate(tmp_path, 2014, 1, 2, "small", day)


def test_a_file_that_is_as_it_was_is_on_the_disk_once(tmp_path):
    day = date(2028, 3, 14)
    one, other = (sandbox.generate(tmp_path, 2014, 1, 2, "small", each) for each in (day, day + DAY))
    files = [each.relative_to(other) for each in other.rglob("*") if each.is_file()]
    apart = {str(each) for each in files if not (other / each).samefile(one / each)}
    assert apart == {"index.json"}
    assert len(files) == 45


def test_on_most_days_only_the_date_of_the_nightly_registry_is_new():
    before, after = shown(date(2028, 3, 14)), shown(date(2028, 3, 15))
    assert changed(date(2028, 3, 14), date(2028, 3, 15)) == set()
    newer = {place for place in before if before[place].modified != after[place].modified}
    assert newer == {place for place in before if "rio_nfo" in place}


def test_a_register_comes_out_on_the_first_of_a_month():
    place = "ckan/adressen_bo/vestigingenbo.csv"
    assert shown(date(2027, 8, 31))[place].modified[:10] == "2027-08-01"
    assert shown(date(2027, 9, 1))[place].modified[:10] == "2027-09-01"


def test_counts_come_out_in_january_under_the_name_of_their_year_and_revise_the_year_before():
    before, after = shown(date(2028, 1, 19)), shown(date(2028, 1, 20))
    (new,) = {each for each in after.keys() - before.keys() if "onderwijstype" in each}
    assert new.endswith("-2027.csv")
    place = "ckan/poleerlingen-v1/brin6_totaal.csv"
    lines = [set(each[place].file.content.decode().splitlines()) for each in (before, after)]
    gone = lines[0] - lines[1]
    # beside the revised ones, the row that is wrong on purpose
    assert {line.split(",")[3] for line in gone} == {"2026"}
    assert len(gone) > 1


def test_the_nightly_registry_announces_a_merger_and_the_regions_change_on_its_day(truth):
    regions = next(place for place in shown(NEW_YEAR) if place.endswith("regio_erkende_samenwerkingen.csv"))
    told = NEW_YEAR - NOTICE
    assert b"2028-01-01" not in shown(told - DAY)[regions].file.content
    assert b"2028-01-01" in shown(told)[regions].file.content
    before, after = truth.regions(NEW_YEAR - DAY), truth.regions(NEW_YEAR)
    moved = {(before[key], after[key]) for key in before if before[key] != after[key]}
    merger, boundary = (each for each in CALENDAR.rezonings if each.day == NEW_YEAR)
    assert moved == {(merger.leaves, merger.joins), (boundary.leaves, boundary.joins)}
    assert boundary.leaves in after.values()
    assert merger.leaves not in {*after.values(), *truth.links(NEW_YEAR).values()}


def test_a_gemeente_that_went_up_in_another_is_no_more():
    listed = [
        shown(date(year, 1, 15))[f"cbs/Gebieden in Nederland {year}.json"].file.content.count(b'"Measure":"GM_1"')
        for year in (2027, 2028)
    ]
    assert listed[0] - listed[1] == 1
    assert len(set(country_on(CALENDAR, NEW_YEAR).gemeente["gemeentenummer"])) == len(CALENDAR.country.gemeente) - 1


def test_what_goes_wrong_at_the_portal_goes_wrong_on_its_days():
    place, since, until = editions.PAUSED
    assert shown(until - DAY)[place].modified == shown(since)[place].modified != shown(until)[place].modified
    old, new, since, until = editions.RENAMED
    assert [(old in shown(day), new in shown(day)) for day in (since - DAY, since, until)] == [
        (True, False), (False, True), (True, False),
    ]  # fmt: skip
    place, since, until, _ = editions.FLIPS
    days = [shown(since + n * DAY)[place].modified for n in range(3)]
    assert days[1] < days[0] < days[2]
    month, bo = editions.WRONG[0], "ckan/adressen_bo/vestigingenbo.csv"
    assert bo in changed(month + editions.CORRECTED - DAY, month + editions.CORRECTED)


def test_the_portal_names_the_licence_that_counts_on_the_day():
    for day, licence in ((editions.LICENSED[2] - DAY, "cc-by"), (editions.LICENSED[2], "cc-zero")):
        files = {
            place.removeprefix("ckan/"): Stored(1, "", "", each.modified, each.licence)
            for place, each in shown(day).items() if place.startswith("ckan/")
        }  # fmt: skip
        assert packages(files, "http://x")["adressen_vo"]["license_id"] == licence


def test_a_school_that_gets_another_brin_stays_where_it_is_with_its_pupils(truth):
    day = date(2027, 8, 1)
    new = CALENDAR.country.vestiging.query("van >= 0").iloc[0]
    old = CALENDAR.country.vestiging.loc[new["van"], "vestigingscode"]
    before, after = truth.schools(day - DAY), truth.schools(day)
    assert (old in before, old in after, new["vestigingscode"] in before, new["vestigingscode"] in after) == (
        True, False, False, True,
    )  # fmt: skip
    pupils = [truth.pupils(date(year, 2, 1))[1] for year in (2027, 2028)]
    assert pupils[1][new["vestigingscode"], new["soort"]] == pytest.approx(pupils[0][old, new["soort"]], rel=0.2)
