"""What differs between two releases, over the folders that real runs left; and how it is told."""

from __future__ import annotations

import json
from dataclasses import replace

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline.contracts.loading import load_contracts
from pipeline.errors import SettingsError
from pipeline.releases.difference import Difference, Example, Found, TableDifference, compare
from pipeline.releases.difference_text import markdown, text
from pipeline.releases.release import Release, find, previous, releases
from tests.cli.test_cli import passend

CURATED = load_contracts("curated")


@pytest.fixture(scope="module")
def found(two_releases):
    return compare(*releases(two_releases.releases_dir), CURATED)


def table(found, name):
    (each,) = [each for each in found.tables if each.table == name]
    return each


def test_schools_opened_closed_moved_and_relinked_are_named(found):
    told = {what: (each.count, [list(row.values()) for row in each.examples]) for what, each in found.schools.items()}
    assert told == {
        "opened": (1, [["60CC00", "BO", "School 60", "AMSTERDAM"]]),
        "closed": (1, [["59CC00", "BO", "School 59", "AMSTERDAM"]]),
        "moved": (1, [["58CC00", "School 58", "Pad 1 1011AA AMSTERDAM", "Weg 1 9711ZZ AMSTERDAM"]]),
        "relinked": (2, [
            ["57CC00", "PO", "School 57", "PO2707", "PO2001"], ["58CC00", "PO", "School 58", "PO2707", "PO2001"],
        ]),
    }  # fmt: skip


def test_rows_are_compared_by_key_and_columns_counted(found):
    vestiging = table(found, "vestiging")
    assert (vestiging.before, vestiging.after, vestiging.added, vestiging.removed) == (60, 60, 1, 1)
    # every row comes from another file now; one of them says something else as well
    assert vestiging.changed == vestiging.columns["bron_sha256"] == 59
    assert vestiging.columns["adres"] == vestiging.columns["postcode"] == 1
    (moved,) = [each for each in vestiging.examples if "adres" in each.columns]
    assert (moved.kind, moved.key, moved.columns["postcode"]) == ("changed", {"vestigingscode": "58CC00"}, ("1011AA", "9711ZZ"))
    # those that differ most come first, among what was added and removed
    assert [each.kind for each in vestiging.examples[:4]] == ["removed", "added", "changed", "changed"]
    assert moved == vestiging.examples[2]
    assert len(vestiging.examples) == 20


def test_a_table_of_the_same_bytes_does_not_differ(found, two_releases):
    _, newer = releases(two_releases.releases_dir)
    assert table(found, "bekostigingsparameter").same
    assert {each.table for each in found.tables} == set(CURATED)
    same = compare(newer, newer, CURATED)
    assert all(each.same for each in same.tables)
    assert not any(each.count for each in same.schools.values())


def test_the_counts_are_those_of_a_plain_comparison(found, two_releases):
    older, newer = (each.path for each in releases(two_releases.releases_dir))
    for name, contract in CURATED.items():
        before, after = (pq.read_table(side / f"{name}.parquet").to_pylist() for side in (older, newer))
        keys = [{tuple(row[each] for each in contract.primary_key): row for row in rows} for rows in (before, after)]
        shared = keys[0].keys() & keys[1].keys()
        wanted = (len(keys[1].keys() - shared), len(keys[0].keys() - shared), sum(keys[0][k] != keys[1][k] for k in shared))
        got = table(found, name)
        assert (got.added, got.removed, got.changed) == wanted, name


def test_a_table_or_a_column_that_only_one_has_is_said_and_not_compared(two_copied):
    older, newer = releases(two_copied.releases_dir)
    path = older.path / "vestiging.parquet"
    with duckdb.connect() as connection:
        connection.execute("create table t as select * exclude (website), 1 as oud from read_parquet(?)", [str(path)])
        connection.execute("copy t to ? (format parquet)", [str(path)])
    description = json.loads(json.dumps(older.description))
    for each in description["resources"]:
        if each["path"] == "vestiging.parquet":
            each["hash"] = "sha256:other"
    description["resources"] = [each for each in description["resources"] if each["path"] != "gemeente.parquet"]
    found = compare(Release(older.path, True, description), newer, CURATED)
    assert (table(found, "vestiging").new_columns, table(found, "vestiging").gone_columns) == (("website",), ("oud",))
    assert table(found, "gemeente").before is None
    told = text(found, 3)
    assert "new columns website; columns gone oud" in told
    assert "gemeente: a table that is new, 2 rows" in told


def test_what_a_registry_writes_is_text_in_markdown():
    made = {"version": "a", "fictitious": False, "origins": ["x"], "code_version": "1"}
    hostile = "<script>alert(1)</script> | [a](javascript:b) *c* =1+1\n# d"
    change = Example("changed", {"naam": hostile}, {"naam": (hostile, None)})
    tables = (TableDifference("vestiging", 1, 1, changed=1, columns={"naam": 1}, examples=(change,)),)
    shown = markdown(Difference(made, made, tables, {"opened": Found(1, ({"naam": hostile},))}))
    assert "<script" not in shown
    assert r"\[a\](javascript:b) \*c\* =1+1 \# d" in shown
    assert "alert(1)" in text(Difference(made, made, tables, {}), 3)


def test_a_made_up_release_against_a_real_one_is_said_to_mean_nothing(found):
    other = replace(found, after={**found.after, "fictitious": True, "origins": ["sandbox"]})
    assert "none of it means anything" in text(other, 0)
    assert "none of it means anything" not in text(found, 0)


def test_the_command_compares_the_last_two_or_those_that_are_named(two_releases):
    data = two_releases.data_dir
    older, newer = releases(two_releases.releases_dir)
    shown = passend(data, "diff")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith(f"{older.path.name} -> {newer.path.name}\n")
    for told in (
        "Schools closed: 1\n  59CC00",
        "Pad 1 1011AA AMSTERDAM -> Weg 1 9711ZZ AMSTERDAM",
        "vestiging: 60 rows, 1 added",
    ):
        assert told in shown.stdout
    turned = json.loads(passend(data, "diff", "latest", older.path.name.rpartition("-")[2][:8], "--json").stdout)
    assert turned["before"]["version"] == newer.path.name
    assert turned["schools"]["opened"]["count"] == 1
    counts = {each["table"]: (each["added"], each["removed"], each["changed"]) for each in turned["tables"]}
    assert counts["vestiging"] == (1, 1, 59)


def test_a_release_that_is_not_there_or_not_the_only_one_is_told(two_releases):
    folder = two_releases.releases_dir
    with pytest.raises(SettingsError, match=r"there is no release 'x' in .*; the newest are 20"):
        find(folder, "x")
    with pytest.raises(SettingsError, match="'20' is the beginning of 2 releases"):
        find(folder, "20")
    with pytest.raises(SettingsError, match="is the oldest release"):
        previous(folder, releases(folder)[0])
