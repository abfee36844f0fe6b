"""A table as files: named by their bytes, told apart by their rows."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.store.engine import connect, show
from pipeline.store.objects import Store
from pipeline.store.stored import Stored, keep, read_footer, together


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data")


def kept(store, rows, **options):
    with store.scratch() as folder:
        pq.write_table(pa.table({"k": rows}), folder / "f", **options)
        return keep(store, "tables/t", folder / "f")


def test_the_same_rows_are_one_file_and_one_content(store):
    first, second, other = kept(store, [1, 2]), kept(store, [1, 2]), kept(store, [1, 3])
    assert first == second
    assert first[0].sha256 != other[0].sha256
    assert first[1] != other[1]
    assert len(store.names("tables/t")) == 2


def test_content_does_not_name_the_engine_that_wrote_it(tmp_path):
    """DuckDB and Arrow put their version in the footer: another version is another file with the same rows."""
    with duckdb.connect() as connection:
        connection.execute(f"copy (select range as k from range(3)) to '{tmp_path / 'a'}' (format parquet)")
    found = (tmp_path / "a").read_bytes()
    name = pq.read_metadata(tmp_path / "a").created_by.encode()
    assert name in found
    (tmp_path / "b").write_bytes(found.replace(name, name.swapcase()))
    assert (tmp_path / "a").read_bytes() != (tmp_path / "b").read_bytes()
    assert read_footer(tmp_path / "a") == read_footer(tmp_path / "b")
    assert read_footer(tmp_path / "a")[1] == 3


@pytest.mark.parametrize("other", [{"j": [1, 2]}, {"k": ["1", "2"]}, {"k": [2, 1]}])
def test_content_covers_names_types_and_order(tmp_path, other):
    pq.write_table(pa.table({"k": [1, 2]}), tmp_path / "a")
    pq.write_table(pa.table(other), tmp_path / "b")
    assert read_footer(tmp_path / "a")[0] != read_footer(tmp_path / "b")[0]


def test_a_damaged_file_makes_a_table_that_is_not_there_and_is_put_right(store):
    part, content, rows = kept(store, [1, 2])
    stored = Stored("t", (part,), content, rows)
    assert stored.paths(store) == [store.path(part.key)]
    store.path(part.key).write_bytes(b"PAR1")
    assert stored.paths(store) is None
    assert kept(store, [1, 2])[0] == part
    assert stored.paths(store) is not None


def test_several_files_are_one_table_in_their_order(store, tmp_path):
    tables = [Stored("t", (part,), content, rows) for part, content, rows in (kept(store, [3]), kept(store, [1, 2]))]
    both = together("t", tables)
    assert (both.rows, len(both.parts)) == (3, 2)
    assert both.content != together("t", tables[::-1]).content
    assert Stored.from_dict(both.as_dict()) == both
    with connect(tmp_path / "spill", memory_mb=100) as connection:
        show(connection, "t", both.paths(store), {"k": "BIGINT"})
        show(connection, "empty", [], {"k": "BIGINT", "d": "DATE"})
        assert connection.execute("from t").fetchall() == [(3,), (1,), (2,)]
        assert connection.execute("select k, d, typeof(d) from empty").fetchall() == []
        assert connection.execute("describe empty").fetchall()[1][1] == "DATE"
