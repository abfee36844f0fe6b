"""Four real editions of the bo register, given one by one to one installation; see test_acceptance."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest

from pipeline.releases.release import DUCKDB_FILE
from pipeline.settings import Settings
from tests.support.editions import run
from tests.support.made import begin

pytestmark = pytest.mark.acceptance
EDITIONS = ("duo-2013-06", "duo-2013-12", "duo-2020-12", "duo-2026-08")
# from the oldest, from the newest, and two in which each has an older and a newer one before it somewhere
ORDERS = tuple(tuple(EDITIONS[number] for number in order) for order in ((0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)))
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def together(shared, tmp_path_factory):
    """The release of an installation that was given all four at once."""
    return _given(shared, tmp_path_factory.mktemp("samen"), EDITIONS)


def _given(shared, data, names):
    sources = tuple(str(shared / "registries" / name) for name in names)
    settings = Settings(data_dir=data, sources=sources)
    return run(settings, run_id=begin(settings, NOW))


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
def test_editions_that_are_given_one_by_one_end_in_the_same_tables(shared, tmp_path, together, order):
    for count in range(1, len(order) + 1):
        release = _given(shared, tmp_path, order[:count])
    assert release.description["content"] == together.description["content"]


def test_what_opened_and_closed_between_two_editions_is_what_was_counted_by_hand(together):
    with duckdb.connect(str(together.path / DUCKDB_FILE), read_only=True) as connection:
        counted = connection.execute("""
            select soort, count(*)
            from wijzigingen
            where bron = 'vestigingen_bo' and gebeurd_na >= date '2020-12-01' and soort in ('geopend', 'heropend', 'gesloten')
            group by soort
        """).fetchall()
    assert dict(counted) == {"geopend": 147, "gesloten": 293}
