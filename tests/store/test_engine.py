"""A database for one piece of work, with its share of the memory and, alone, with more."""

from __future__ import annotations

import threading

import duckdb
import pytest

from pipeline.store.engine import MORE, Engine

HEAVY = "select len(list(range)) from range(9_000_000)"


def test_what_needs_more_than_its_share_has_more_alone(tmp_path):
    engine = Engine(64)
    with engine.connect(tmp_path / "a") as connection, pytest.raises(duckdb.OutOfMemoryException):
        connection.execute(HEAVY)
    with engine.alone() as larger, larger.connect(tmp_path / "b") as connection:
        assert larger.memory_mb == MORE * 64
        assert connection.execute(HEAVY).fetchall() == [(9_000_000,)]


def test_every_query_at_work_can_be_ended(tmp_path):
    engine, ended = Engine(100), []

    def work(name):
        with engine.connect(tmp_path / name) as connection:
            began.wait()
            try:
                connection.execute("select sum(a.range * b.range) from range(1_000_000) a, range(1_000_000) b")
            except duckdb.InterruptException:
                ended.append(name)

    began = threading.Barrier(3)
    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for each in threads:
        each.start()
    began.wait()
    while any(each.is_alive() for each in threads):
        engine.interrupt()
        for each in threads:
            each.join(0.05)
    assert sorted(ended) == ["a", "b"]
