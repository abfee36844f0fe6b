"""What a query answers in each format: every column, every cell, whatever its name and type."""

from __future__ import annotations

import csv
import io
import json

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline.errors import SettingsError
from pipeline.releases.query import answer


def ask(sql):
    with duckdb.connect() as connection:
        return answer(connection, sql, "de proef")


def as_json(sql):
    return json.loads(json.dumps(ask(sql).records(), default=str, allow_nan=False))


def as_csv(sql):
    target = io.BytesIO()
    ask(sql).write_csv(target)
    return list(csv.DictReader(io.StringIO(target.getvalue().decode())))


def test_columns_of_one_name_are_all_answered_in_every_format():
    sql = "select 1 as a, 2 as a, 3 as A, 4 as a_2"
    asked = ask(sql)
    assert asked.columns == ["a", "a_3", "A_4", "a_2"]
    assert as_json(sql) == [{"a": 1, "a_3": 2, "A_4": 3, "a_2": 4}]
    assert as_csv(sql) == [{"a": "1", "a_3": "2", "A_4": "3", "a_2": "4"}]
    assert asked.rows(1) == [(1, 2, 3, 4)]
    target = io.BytesIO()
    asked.write_parquet(target)
    assert pq.read_table(target).to_pylist() == [{"a": 1, "a_3": 2, "A_4": 3, "a_2": 4}]


def test_a_number_that_json_has_no_word_for_is_null():
    sql = "select 'nan'::double as a, 'inf'::float as b, [1.5, 'nan'::double] as c, {'x': 'nan'::double} as d"
    assert as_json(sql) == [{"a": None, "b": None, "c": [1.5, None], "d": {"x": None}}]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("170141183460469231731687303715884105727::hugeint", 170141183460469231731687303715884105727),
        ("340282366920938463463374607431768211455::uhugeint", "340282366920938463463374607431768211455"),
        ("sum(37)", 37),
        ("1.10::decimal(18, 2)", "1.10"),
        (r"'\xAA\x41'::blob", r"\xAAA"),
        (r"['\xAA'::blob]", "[\\xAA]"),
        ("interval 1 month + interval 3 day", "1 month 3 days"),
        ("{'a': interval 1 day}", "{'a': 1 day}"),
        ("time '12:00:30.5'", "12:00:30.500000"),
        ("'12:00:00+01'::timetz", "12:00:00+01"),
        ("timestamp_ns '2020-01-01 01:02:03.123456789'", "2020-01-01 01:02:03.123456789"),
        ("'4ac7a9e9-607c-4c8a-84f3-843f0191e3fd'::uuid", "4ac7a9e9-607c-4c8a-84f3-843f0191e3fd"),
        ("'101'::bit", "101"),
        ("union_value(num := 2)", "2"),
        ("'a'::enum('a', 'b')", "a"),
        ("'12345678901234567890123456789012345678901234567890'::bignum", "12345678901234567890123456789012345678901234567890"),
        ("date '2024-10-01'", "2024-10-01"),
        ("date '290000-01-01'", "290000-01-01"),
        ("date '0044-03-15 (BC)'", "0044-03-15 (BC)"),
        ("'infinity'::date", "infinity"),
        ("['infinity'::date]", "[infinity]"),
        ("timestamp '12000-01-01 01:02:03'", "12000-01-01 01:02:03"),
        ("null", None),
        ("[1, 2]::int[2]", [1, 2]),
        ("map {'é': date '2024-10-01'}", [["é", "2024-10-01"]]),
    ],
)
def test_a_value_of_an_odd_type_is_text(value, shown):
    assert as_json(f"select {value} as x") == [{"x": shown}]
    (cell,) = [each["x"] for each in as_csv(f"select {value} as x, 1 as y")]
    assert cell == ("" if shown is None else shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False))
    assert len(ask(f"select {value} as x").rows(1)) == 1


def test_what_is_sorted_stays_sorted_when_a_column_becomes_text():
    rows = as_json("select n, to_days(n) as x from range(5) t(n) order by n desc")
    assert [each["n"] for each in rows] == [4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("-- een vraag\nselect 1 as a", [{"a": 1}]),
        ("/* een vraag */ select 1 as a;", [{"a": 1}]),
        ("set variable a = 3; select getvariable('a') as a;", [{"a": 3}]),
        ("create temp table t as select 1 as a; from t -- en klaar", [{"a": 1}]),
        ("select 1 as a where false", []),
    ],
)
def test_comments_and_statements_before_the_query_are_no_hindrance(sql, rows):
    assert as_json(sql) == rows


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select 1; select 2", "more than one query"),
        ("", "returns no rows"),
        ("-- niets", "returns no rows"),
        ("set variable a = 1", "returns no rows"),
        ("selecteer 1", "syntax error"),
        ("select 1; selecteer 2", "syntax error"),
    ],
)
def test_what_has_no_answer_or_two_is_told(sql, said):
    with pytest.raises(SettingsError, match=said):
        ask(sql)
