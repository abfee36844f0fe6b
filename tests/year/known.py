"""What is known to differ from the truth, by day and subject, with the cause. Each is a strict expected failure: once it is
mended the test says so, and it goes from here."""

from __future__ import annotations

from datetime import date

from tests.year.calendar import TESTED
from tests.year.truth import EARLIER, LINKS

TOO_EARLY = "vestiging_swv_op(2027-07-01) lists schools that opened on 2027-08-01: their links begin before any source saw them"
HISTORY_LOST = (
    f"{TOO_EARLY}; and the regions of 2027 are lost on New Year's Day: new editions of RIO and the statute replace the old, so "
    "the boundary change counts for the past too, and what only the statute knew has no region before it"
)
WRONG_REGISTER = "the register holds a wrong postcode of a school that RIO has no relation for, until it is corrected"

KNOWN: dict[tuple[date, str], str] = {
    **{(day, EARLIER): HISTORY_LOST if day.year == 2028 else TOO_EARLY for day in TESTED if day >= date(2027, 8, 1)},
    (date(2027, 11, 1), LINKS): WRONG_REGISTER,
}
