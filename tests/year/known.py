"""What is known to differ from the truth, by day and subject, with the cause. Each is a strict expected failure: once it is
mended the test says so, and it goes from here."""

from __future__ import annotations

from datetime import date

from tests.year.calendar import TESTED
from tests.year.truth import EARLIER, LINKS

HISTORY_LOST = (
    "the regions of 2027 are lost on New Year's Day: a new edition of RIO takes the place of the old, so the boundary change "
    "counts for the past too"
)
WRONG_REGISTER = "the register holds a wrong postcode of a school that RIO has no relation for, until it is corrected"

KNOWN: dict[tuple[date, str], str] = {
    **{(day, EARLIER): HISTORY_LOST for day in TESTED if day.year == 2028},
    (date(2027, 11, 1), LINKS): WRONG_REGISTER,
}
