"""Which days an installation lives through: a year and two months of the small country, and some days of each kind."""

from __future__ import annotations

from datetime import date, timedelta

from pipeline.sandbox import editions

BEGIN, END = date(2027, 7, 1), date(2028, 8, 28)
EVERY = tuple(BEGIN + timedelta(n) for n in range((END - BEGIN).days + 1))
# the nights on which the clock goes back and forward, and the day that is not there in most years
CLOCK = (date(2027, 10, 31), date(2028, 3, 26))
LEAP = date(2028, 2, 29)
# a day of each kind of event, and the day after some of them on which nothing is new
SOME = (
    BEGIN, date(2027, 7, 2), date(2027, 8, 1), date(2027, 10, 1), CLOCK[0], editions.WRONG[0],
    editions.WRONG[0] + editions.CORRECTED, date(2027, 12, 1), date(2028, 1, 1), date(2028, 1, 15), date(2028, 1, 20),
    date(2028, 2, 1), editions.LICENSED[2], LEAP, editions.PAUSED[2], CLOCK[1], editions.RENAMED[2], date(2028, 4, 11),
    editions.RENAMED[3], editions.FLIPS[1], editions.FLIPS[1] + timedelta(1), editions.FLIPS[2], date(2028, 8, 1), END,
)  # fmt: skip
# what the tests live through: those, the two days after each, on which mostly nothing is new, and each first of a month; all days
# are for `make year`
AFTER = (each + timedelta(days) for each in SOME[:-1] for days in (1, 2))
TESTED = tuple(sorted({*SOME, *AFTER, *(each for each in EVERY if each.day == 1)}))
