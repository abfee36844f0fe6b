"""The moment of a run, the same for each of its processes, also when what one of them wrote down was damaged since."""

from __future__ import annotations

import json

import pytest

from pipeline.run.looks import STARTED, moment
from pipeline.store.objects import Store


@pytest.mark.parametrize("damaged", [b"", b'{"started": "2026', b"\xff", b"{}", b"[]", b'{"started": "2026-01-01"}'])
def test_a_run_whose_moment_was_damaged_has_one_moment_from_then_on(tmp_path, damaged):
    store = Store(tmp_path)
    store.put(f"runs/r/{STARTED}", damaged)
    now = moment(store, "r")
    assert now.tzinfo is not None
    assert moment(store, "r") == now
    assert json.loads(store.get(f"runs/r/{STARTED}")) == {"started": now.isoformat()}
