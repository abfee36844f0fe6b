"""The moment of a run, the same for each of its processes, also when what one of them wrote down was damaged since."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from pipeline.day import day_of
from pipeline.run.keeping import settled_day
from pipeline.run.looks import STARTED, moment
from pipeline.store.objects import Store

NO_ZONE = b'{"started": "2026-01-01", "day": "2026-01-01"}'


@pytest.mark.parametrize("damaged", [b"", b'{"started": "2026', b"\xff", b"{}", b"[]", NO_ZONE])
def test_a_run_whose_moment_was_damaged_has_one_moment_from_then_on(tmp_path, damaged):
    store = Store(tmp_path)
    store.put(f"runs/r/{STARTED}", damaged)
    now, day = moment(store, "r")
    assert now.tzinfo is not None
    assert moment(store, "r") == (now, day)
    assert json.loads(store.get(f"runs/r/{STARTED}")) == {"started": now.isoformat(), "day": day.isoformat()}


def test_the_day_of_a_run_does_not_lie_before_what_the_clock_of_late_agrees_upon(tmp_path):
    store = Store(tmp_path)
    now, day = moment(store, "first")
    assert day == day_of(now)
    settled_day(store, day + timedelta(days=400))  # since then the clock went back
    assert moment(store, "second")[1] == day + timedelta(days=400)
    settled_day(store, day)
    assert moment(store, "third")[1] == day  # of the two days the earlier counts: the clock was ahead once
