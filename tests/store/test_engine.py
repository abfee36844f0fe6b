"""A database for pieces of work side by side, each with its share of the memory and, alone, with more."""

from __future__ import annotations

import threading

import duckdb
import pytest

from pipeline.store.engine import MORE, Engine
from pipeline.store.objects import Store

HEAVY = "select len(list(range)) from range(9_000_000)"
HOURS = "select sum(a.range * b.range) from range(1_000_000) a, range(1_000_000) b"


@pytest.fixture
def scratch(tmp_path):
    return Store(tmp_path).scratch


def test_what_needs_more_than_its_share_has_more_alone(scratch):
    with Engine(scratch, 64) as engine:
        with engine.connect() as connection, pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(HEAVY)
        with engine.alone() as larger, larger.connect() as connection:
            assert larger.share_mb == MORE * 64
            assert connection.execute(HEAVY).fetchall() == [(9_000_000,)]


def test_pieces_of_work_see_nothing_of_each_other_and_leave_nothing(scratch):
    with Engine(scratch, 64, 2) as engine:
        with engine.connect() as one, engine.connect() as other:
            one.execute("create schema intern; create table intern.t as select 1 as k; create view v as from intern.t")
            other.execute("create view v as select 2 as k")
            assert (one.execute("from v").fetchall(), other.execute("from v").fetchall()) == ([(1,)], [(2,)])
            assert other.execute("select current_setting('TimeZone')").fetchall() == [("UTC",)]
        with pytest.raises(duckdb.Error), engine.connect() as failed:
            failed.execute("create table t (k int); begin; from nowhere")
        with engine.connect() as later:
            found = later.execute("select database_name from duckdb_databases() where not internal").fetchall()
            assert len([name for (name,) in found if name.startswith("work_")]) == 1


def test_the_memory_of_all_is_shared_and_the_folder_to_spill_to_is_cleared(scratch, tmp_path):
    with Engine(scratch, 64, 2) as engine:
        assert not list(tmp_path.rglob("passend-*"))
        with engine.connect() as connection:
            assert connection.execute("select current_setting('memory_limit')").fetchall() == [("122.0 MiB",)]
            assert list(tmp_path.rglob("passend-*"))
    assert not list(tmp_path.rglob("passend-*"))


def test_every_query_at_work_can_be_ended(scratch):
    ended = []

    def work(name):
        with engine.connect() as connection:
            began.wait()
            try:
                connection.execute(HOURS)
            except duckdb.InterruptException:
                ended.append(name)

    began = threading.Barrier(3)
    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    with Engine(scratch, 100, 2) as engine:
        for each in threads:
            each.start()
        began.wait()
        while any(each.is_alive() for each in threads):
            engine.interrupt()
            for each in threads:
                each.join(0.05)
    assert sorted(ended) == ["a", "b"]
