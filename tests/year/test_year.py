"""An installation lives through some days of the small country, in order: what it publishes is what is true of each day.

`make year` lives through all of them, with the orchestrator and with every check.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pipeline.sandbox import editions
from tests.year.calendar import TESTED
from tests.year.living import Day, Installation, without_orchestrator
from tests.year.truth import SUBJECTS

DAYS = [str(each) for each in TESTED]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Day]:
    installation = Installation(tmp_path_factory.mktemp("year"), "small", without_orchestrator)
    return {str(day): installation.live(day) for day in TESTED}


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("day", DAYS)
def test_what_is_published_is_what_is_true_of_the_day(lived: Mapping[str, Day], day: str, subject: str) -> None:
    seen = lived[day]
    assert seen.code == 0, seen.told
    assert [sentence for about, sentence in seen.differences if about == subject] == []


@pytest.mark.parametrize("day", DAYS)
def test_every_day_ends_well_and_a_quiet_one_makes_no_release(lived: Mapping[str, Day], day: str) -> None:
    seen = lived[day]
    assert seen.code == 0, seen.told
    # on one day the portal lacks a file, and says where it may be
    assert ("Nearest: besturen_so_nieuw.csv" in seen.told) if day == str(editions.RENAMED[2]) else (seen.told == "")
    if not seen.happened:
        assert seen.did == "unchanged"
