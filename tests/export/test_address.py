"""Where an export may be put, and what is there already that is left alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import fsspec
import pytest

from pipeline.errors import ExportError, SettingsError
from pipeline.export.address import refuse_unfit
from pipeline.export.destination import publish
from pipeline.export.export import export
from tests.export.test_destination import Full, folder
from tests.support import published
from tests.support.published import CURATED


@pytest.mark.parametrize(
    "address",
    ["memory://emmer", "Memory://emmer", "zip://a.zip", "zip://a::file:///tmp/b.zip", "simplecache::s3://emmer/a", "a::b",
     "https://proef.example/a", "data:,a::memory://"],
)  # fmt: skip
def test_an_address_that_readers_get_nothing_from_is_refused(address, tmp_path):
    with pytest.raises(SettingsError, match="is not an address that an export stays at"):
        refuse_unfit(address, tmp_path / "data" / "releases")


@pytest.mark.parametrize("address", ["sftp://jan:geheim@proef.example/uit", "ftp://geheim@proef.example/", "zip://jan:geheim@x"])
def test_an_address_with_a_password_is_refused_and_not_repeated(address, tmp_path):
    with pytest.raises(SettingsError) as error:
        refuse_unfit(address, tmp_path / "data" / "releases")
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize("place", ["data/releases", "data/releases/2026", "data", "link", "file"])
def test_an_export_goes_nowhere_among_the_releases(place, tmp_path):
    (tmp_path / "data" / "releases").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "data" / "releases")
    address = f"file://{tmp_path}/data/releases" if place == "file" else str(tmp_path / place)
    with pytest.raises(SettingsError, match="is where the releases are; give another folder"):
        refuse_unfit(address, tmp_path / "data" / "releases")
    refuse_unfit(str(tmp_path / "data" / "export"), tmp_path / "data" / "releases")
    refuse_unfit(str(tmp_path / "jan@thuis"), tmp_path / "data" / "releases")


def a_folder(latest):
    latest.mkdir()


def a_file(latest):
    latest.write_text("van mij")


def a_link(latest):
    (latest.parent / "mijn").mkdir()
    latest.symlink_to("mijn")


def a_link_elsewhere(latest):
    (latest.parent.parent / "elders").mkdir()
    latest.symlink_to(latest.parent.parent / "elders")


@pytest.mark.parametrize("make", [a_folder, a_file, a_link, a_link_elsewhere])
def test_a_latest_of_somebody_else_is_left_alone(make, tmp_path):
    place = tmp_path / "uit"
    place.mkdir()
    make(place / "latest")
    before = sorted(place.rglob("*")), os.path.realpath(place / "latest")
    with pytest.raises(ExportError, match=r"latest at .* is not of an export, so it is left alone; move it"):
        publish(folder(tmp_path / "1", "1"), "een", str(place), 1)
    assert (sorted(place.rglob("*")), os.path.realpath(place / "latest")) == before


def test_a_latest_that_leads_nowhere_any_more_is_replaced(tmp_path):
    place = tmp_path / "uit"
    place.mkdir()
    (place / "latest").symlink_to("2026.11.01-aaaaaaaaaaaa-10000000")
    publish(folder(tmp_path / "1", "1"), "een", str(place))
    assert (place / "latest").resolve() == place / "een"


@pytest.mark.parametrize(("content", "ours"), [(b"[1]", False), (b"van mij", False), (b'{"name": "een", "pa', True), (b"", True)])
def test_in_a_store_too_a_latest_of_somebody_else_is_left_alone(content, ours, tmp_path):
    fsspec.register_implementation("full", Full, clobber=True)
    system, root = fsspec.url_to_fs(f"full://{tmp_path.name}")
    system.pipe_file(f"{root}/latest.json", content)
    if ours:
        publish(folder(tmp_path / "1", "1"), "een", f"full://{tmp_path.name}")
        assert json.loads(system.cat_file(f"{root}/latest.json"))["name"] == "een"
    else:
        with pytest.raises(ExportError, match="is not of an export, so it is left alone"):
            publish(folder(tmp_path / "1", "1"), "een", f"full://{tmp_path.name}")
        assert system.cat_file(f"{root}/latest.json") == content


@pytest.mark.parametrize(("umask", "folders", "files"), [(0o022, 0o755, 0o644), (0o027, 0o750, 0o640)])
def test_an_export_has_the_modes_that_the_umask_gives(umask, folders, files, tmp_path):
    before = os.umask(umask)
    try:
        release = published.release(tmp_path / "releases")
        place = Path(export(release, CURATED, str(tmp_path / "uit"), ("csv", "csv-excel", "parquet", "duckdb"), ()).place)
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in [place, *place.rglob("*")] if path.is_dir()} == {folders}
    assert {path.stat().st_mode & 0o777 for path in place.rglob("*") if path.is_file()} == {files}
