"""An installation lives through some days of the small country, in order: what it publishes is what is true of each day.

`make year` lives through all of them, with the orchestrator and with every check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.year.calendar import TESTED
from tests.year.known import KNOWN
from tests.year.living import Day, Installation, without_orchestrator
from tests.year.truth import SUBJECTS


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Day]:
    installation = Installation(tmp_path_factory.mktemp("year"), "small", without_orchestrator)
    return {str(day): installation.live(day) for day in TESTED}


def cases(subjects: tuple[str, ...]) -> Iterator[object]:
    for day in TESTED:
        for subject in subjects:
            reason = KNOWN.get((day, subject))
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            yield pytest.param(str(day), subject, id=f"{day} {subject}", marks=marks)


@pytest.mark.parametrize(("day", "subject"), [*cases(SUBJECTS)])
def test_what_is_published_is_what_is_true_of_the_day(lived: Mapping[str, Day], day: str, subject: str) -> None:
    seen = lived[day]
    assert seen.code == 0, seen.told
    assert [sentence for about, sentence in seen.differences if about == subject] == []


@pytest.mark.parametrize(("day", "subject"), [*cases(("run",))])
def test_every_day_ends_well_and_a_quiet_one_makes_no_release(lived: Mapping[str, Day], day: str, subject: str) -> None:
    seen = lived[day]
    assert (seen.code, seen.told) == (0, "")
    if not seen.happened:
        assert seen.did == "unchanged"
