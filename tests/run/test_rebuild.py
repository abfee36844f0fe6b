"""A release made again from the archive alone: the same bytes, or which tables differ and why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from assets.build import load_project
from pipeline.archive.archive import RAW
from pipeline.errors import CheckError
from pipeline.releases.release import releases
from pipeline.run.rebuild import reasons, rebuild
from tests.cli.test_cli import passend
from tests.support import editions
from tests.support.made import begin
from tests.support.small import write_package


@pytest.fixture
def older(two_copied):
    return releases(two_copied.releases_dir)[0]


@pytest.mark.usefixtures("socket_disabled")
def test_an_earlier_release_is_made_again_to_the_byte_without_network(two_copied, older):
    before = sorted((path, path.stat().st_mtime_ns) for path in two_copied.data_dir.rglob("*"))
    tables = rebuild(two_copied, load_project(), older)
    assert [each.table for each in tables] == list(load_project().curated)
    assert [each for each in tables if not each.same] == []
    assert {each.table: each.rows for each in tables}["vestiging"] == 60
    assert sorted((path, path.stat().st_mtime_ns) for path in two_copied.data_dir.rglob("*")) == before


def test_a_release_that_was_made_while_the_clock_was_behind_is_made_again_as_of_its_day(two_copied):
    moved = [{**editions.SCHOOLS[0], "straatnaam": "Weg"}, *editions.SECOND["vestigingen_bo"][1:]]
    write_package(two_copied.data_dir.parent / "klein", **{**editions.SECOND, "vestigingen_bo": moved})
    release = editions.run(two_copied, run_id=begin(two_copied, datetime.now(UTC) - timedelta(days=400)))
    assert not release.unchanged
    assert [each for each in rebuild(two_copied, load_project(), release) if not each.same] == []


def test_a_table_that_is_made_otherwise_is_named_with_the_reason(two_copied, older):
    project = load_project()
    model = project.models["gemeente"]
    project.models["gemeente"] = replace(model, sql=f"select * replace (upper(naam) as naam) from ({model.sql})")
    tables = rebuild(two_copied, project, older)
    # and what is called by its gemeenten
    assert [each.table for each in tables if not each.same] == ["gemeente", "swv_aanduiding", "swv_kerncijfers"]
    assert f"3 of {len(tables)} tables are not what" in reasons(older, tables)
    assert "the code is the same; a contract, a query" in reasons(older, tables)
    other = replace(older, description={**older.description, "code_version": "0123456789ab"})
    assert "was made by code 0123456789ab" in reasons(other, tables)


def test_the_command_shows_each_table_and_fails_when_one_differs(two_copied, older):
    path = older.path / "datapackage.json"
    description = json.loads(path.read_text())
    for each in description["resources"]:
        if each["path"] == "gemeente.parquet":
            each["hash"] = "sha256:" + "0" * 64
    description["code_version"] = "0123456789ab"
    path.chmod(0o644)
    path.write_text(json.dumps(description))
    done = passend(two_copied.data_dir, "rebuild", older.path.name)
    assert done.returncode == 5, done.stderr
    lines = {line.split()[0]: line.split()[-1] for line in done.stdout.splitlines() if line.split()}
    assert (lines["gemeente"], lines["vestiging"], lines["bron"]) == ("NO", "yes", "yes")
    assert "made by code 0123456789ab" in " ".join(done.stderr.split())


def test_a_file_that_the_archive_no_longer_has_is_named(two_copied, older):
    rows = passend(two_copied.data_dir, "query", "select sha256 from bron where dataset = 'gemeenten'", "--format", "json")
    (row,) = json.loads(rows.stdout)
    file = two_copied.data_dir / RAW / "gemeenten" / row["sha256"]
    content = file.read_bytes()
    for damage in (lambda: file.write_bytes(content.replace(b"A", b"B")), file.unlink):
        damage()
        with pytest.raises(
            CheckError, match=rf"gemeenten\.csv from which .* was made; put the file of gemeenten .*{row['sha256']}"
        ):
            rebuild(two_copied, load_project(), older)
