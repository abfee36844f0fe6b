"""Which releases are kept by the days on which they were made, also when the clock was wrong."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from pipeline.run.keeping import Rule, days_of_making, settled_day
from pipeline.settings import Settings
from pipeline.store.objects import Store

TODAY = date(2026, 11, 28)
RULE = Rule.of(Settings())
YEAR = timedelta(days=365)


def daily(first, last):
    """A release on each day, named by it."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {day.isoformat(): day for day in days}


def test_all_of_a_month_the_last_of_each_month_for_two_years_and_of_each_year():
    kept = sorted(RULE.kept(daily(date(2020, 3, 1), TODAY), TODAY))
    assert kept[:5] == ["2020-12-31", "2021-12-31", "2022-12-31", "2023-12-31", "2024-12-31"]
    months = [each for each in kept if "2025-01-01" <= each <= "2026-10-28"]
    assert (months[0], months[-1], len(months)) == ("2025-01-31", "2026-09-30", 21)
    assert kept[len(kept) - 31 :] == list(daily(TODAY - timedelta(days=30), TODAY))
    assert len(kept) == 5 + 21 + 31


def test_day_by_day_for_five_years_what_stays_is_what_the_rule_says_of_all_that_ever_were():
    """What goes on one day is not missed on a later one."""
    everything = daily(TODAY - 5 * YEAR, TODAY)
    there = {}
    for name, day in everything.items():
        there[name] = day
        kept = RULE.kept(there, day)
        there = {each: made for each, made in there.items() if each in kept}
    assert set(there) == RULE.kept(everything, TODAY)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(0, 0, 0, 1), ["2026-11-28"]),
        (Rule(2, 0, 0, 1), ["2026-11-27", "2026-11-28"]),
        (Rule(0, 2, 0, 1), ["2026-10-31", "2026-11-28"]),
        (Rule(0, 0, 1, 3), ["2026-11-26", "2026-11-27", "2026-11-28"]),
    ],
)
def test_each_part_of_the_rule_is_a_setting(rule, expected):
    assert sorted(rule.kept(daily(date(2025, 6, 1), TODAY), TODAY)) == expected


def test_with_a_hundred_years_of_days_everything_stays():
    everything = daily(date(2000, 1, 1), TODAY)
    assert Rule.of(Settings(keep_days=36_500)).kept(everything, TODAY) == everything.keys()
    assert Rule.of(Settings(keep_days=10_000_000)).kept(everything, TODAY) == everything.keys()


# -- clocks ------------------------------------------------------------------------------------------------------------


def chain(dated):
    """Each was made after the one before it, in the order of ``dated``; and what the rule is asked: the earliest day first."""
    names = list(dated)
    return dict(sorted(dated.items(), key=lambda each: each[1])), {later: [name] for name, later in pairwise(names)}


def test_a_release_of_a_clock_that_was_ahead_is_one_of_the_day_of_the_next():
    right = daily(TODAY - 2 * YEAR, TODAY)
    for at in (5, 45, 400):  # days ago
        day = TODAY - timedelta(days=at)
        order = {}
        for name, own in right.items():
            order |= {"wrong": own + 3 * YEAR, name: own} if own == day else {name: own}
        made = days_of_making(*chain(order), TODAY)
        assert made["wrong"] == day
        kept = RULE.kept(made, TODAY)
        assert kept - {"wrong"} == RULE.kept(right, TODAY)  # it takes the place of none
        assert ("wrong" in kept) == (at == 5)  # and goes with those of its day
    assert days_of_making({"wrong": TODAY + YEAR}, {}, TODAY) == {"wrong": TODAY}


def test_a_day_ahead_is_as_good_as_today():
    later = TODAY + timedelta(days=45)
    there = {**daily(TODAY - YEAR, TODAY), "wrong": TODAY + timedelta(days=1)}
    assert "wrong" in RULE.kept(days_of_making(*chain(there), TODAY), TODAY)
    there |= daily(TODAY + timedelta(days=2), later)
    assert "wrong" not in RULE.kept(days_of_making(*chain(there), later), later)


@pytest.mark.parametrize("behind", [2 * YEAR, 400 * YEAR])
def test_nothing_goes_while_the_clock_is_behind(behind):
    right = RULE.kept(daily(TODAY - 3 * YEAR, TODAY), TODAY)
    there = {name: date.fromisoformat(name) for name in sorted(right)}
    now = TODAY - behind
    there["wrong"] = now
    dated, after = chain(there)
    kept = RULE.kept(days_of_making(dated, after, now), now)
    assert {name for name, day in dated.items() if day > now} <= kept
    made = days_of_making(dated, after, TODAY)  # the clock is right again
    assert made["wrong"] == TODAY
    assert right <= RULE.kept(made, TODAY)


def test_of_releases_of_a_few_runs_a_year_none_goes_for_being_ahead(tmp_path):
    """The day that the clock agrees upon is that of the third run from the end."""
    store, days = Store(tmp_path), [date(2026, month, 1) for month in (1, 3, 5, 7, 9, 11)]
    for day in days:
        settled = settled_day(store, day)
    there = {day.isoformat(): day for day in days}
    assert settled == date(2026, 7, 1)
    assert RULE.kept(days_of_making(*chain(there), settled), settled) == there.keys()


def test_a_release_of_a_clock_that_was_behind_takes_the_place_of_none_and_is_not_kept_as_one_of_long_ago():
    right = {name: day for name, day in daily(TODAY - 2 * YEAR, TODAY).items() if day.month != 12 or day.day < 20}
    wrong = date(2025, 12, 28)  # as it says: the last of that month and of that year
    before = (TODAY - timedelta(days=40)).isoformat()  # made after this one, as its description says
    dated = dict(sorted({**right, "wrong": wrong}.items(), key=lambda each: each[1]))
    assert "wrong" in RULE.kept(dated, TODAY)
    made = days_of_making(dated, {"wrong": [before]}, TODAY)
    assert made["wrong"] == right[before]
    assert list(made).index("wrong") == list(made).index(before) + 1
    assert RULE.kept(made, TODAY) == RULE.kept(right, TODAY)


def test_what_it_was_made_after_may_be_gone_and_its_name_still_says_its_day():
    made = days_of_making({"wrong": date(2020, 1, 1)}, {"wrong": ["2026.11.01-0123456789ab"]}, TODAY)
    assert made == {"wrong": date(2026, 11, 1)}
    assert days_of_making({"wrong": date(2020, 1, 1)}, {"wrong": ["of the first version"]}, TODAY) == {"wrong": date(2020, 1, 1)}


def test_what_was_made_after_a_release_of_the_future_has_its_own_day():
    assert days_of_making({"next": TODAY}, {"next": ["2027.11.28-0123456789ab"]}, TODAY) == {"next": TODAY}


@pytest.mark.parametrize("wrong", [-YEAR, -timedelta(days=1), timedelta(days=1), YEAR])
@pytest.mark.parametrize("nights", [1, 2])
def test_a_clock_that_is_wrong_for_a_day_moves_the_settled_day_by_two_days_at_most(tmp_path, wrong, nights):
    """A day of wrong time may hold a midnight."""
    store = Store(tmp_path)
    for number in range(20):
        day = TODAY + timedelta(days=number)
        settled = settled_day(store, day + wrong if 8 <= number < 8 + nights else day)
        assert timedelta() <= day - settled <= timedelta(days=4)
    assert len(store.names("days")) == 5


def test_many_runs_of_a_wrong_day_count_once(tmp_path):
    store = Store(tmp_path)
    for number in (0, 1, *[365] * 9, 2, 365, 2):
        settled = settled_day(store, TODAY + timedelta(days=number))
        assert settled <= TODAY + timedelta(days=2)


def test_of_the_first_two_days_the_earlier_counts(tmp_path):
    store = Store(tmp_path)
    assert settled_day(store, TODAY + YEAR) == TODAY + YEAR
    assert settled_day(store, TODAY) == TODAY
