"""Some days of the small country with the whole job: the orchestrator, and every check."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.year.calendar import BEGIN, END
from tests.year.living import installed

# the first day, the SWVs and gemeenten of a new year, the counts of the year before, and the last day
DAYS = (BEGIN, date(2028, 1, 1), date(2028, 1, 20), END)


def test_every_check_passes_on_the_days_on_which_most_is_new(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        for each in DAYS:
            day = installation.live(each)
            assert (day.code, day.did.split()[0]) == (0, "released"), (each, day.told)
