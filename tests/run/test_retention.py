"""What is removed when less is kept, and what never is."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

import pytest
from pipeline.releases.retention import clear_leftovers, prune

from pipeline.errors import CheckError
from pipeline.releases.release import latest, releases, verify
from pipeline.releases.rollback import roll_back, undo
from pipeline.settings import Settings
from tests.cli.test_cli import passend
from tests.support.editions import FIRST, SECOND, run
from tests.support.small import SCHOOL, write_package

LONG_AGO = time.time() - 40 * 86_400


@pytest.fixture
def names(two_copied):
    return [each.path.name for each in releases(two_copied.releases_dir)]


def payloads(settings, dataset="vestigingen_bo"):
    return sorted(path.name for path in (settings.archive_dir / dataset).iterdir() if len(path.name) == 64)


def age(settings):
    for path in settings.archive_dir.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))


def there(settings):
    return sorted(each.name for each in settings.releases_dir.iterdir() if each.is_dir() and not each.is_symlink())


def test_everything_is_kept_by_default(two_copied, names):
    age(two_copied)
    assert (Settings().keep_releases, Settings().keep_raw_days) == (0, 0)
    assert list(prune(two_copied)) == []
    assert (there(two_copied), len(payloads(two_copied))) == (sorted(names), 2)


def test_a_run_that_succeeds_removes_what_is_no_longer_kept_and_says_so(two_copied, names):
    age(two_copied)
    before, steps = set(payloads(two_copied)), []
    files = sum(1 for _ in (two_copied.releases_dir / names[0]).iterdir())
    run(two_copied.with_(keep_releases=1, keep_raw_days=30), report=steps.append)
    assert there(two_copied) == [names[1]]
    assert [(each.subject, each.rows) for each in steps if each.kind == "prune"] == [
        (names[0], files), ("raw/swv_regio_wettelijk", 1), ("raw/vestigingen_bo", 1)
    ]  # fmt: skip
    verify(latest(two_copied.releases_dir).path)
    # what the one that is left was made from is all there, and the record of what was removed too
    assert passend(two_copied.data_dir, "rebuild").returncode == 0
    (gone,) = before - set(payloads(two_copied))
    assert len(list((two_copied.archive_dir / "vestigingen_bo").glob(f"{gone}.*.json"))) == 1


def test_what_a_kept_release_was_made_from_stays_however_old(two_copied, names):
    age(two_copied)
    assert list(prune(two_copied.with_(keep_raw_days=30))) == []
    assert len(payloads(two_copied)) == 2


def test_a_file_that_is_young_stays_although_nothing_needs_it(two_copied, names):
    assert [what for what, _ in prune(two_copied.with_(keep_releases=1, keep_raw_days=30))] == [names[0]]
    assert len(payloads(two_copied)) == 2


def test_the_current_release_and_what_a_rollback_holds_stay_however_little_is_kept(two_copied, names):
    write_package(two_copied.data_dir.parent / "klein", **{**SECOND, "swv_regio_wettelijk": FIRST["swv_regio_wettelijk"]})
    third = run(two_copied).path.name
    roll_back(two_copied.releases_dir, names[0], datetime.now(UTC))
    assert [what for what, _ in prune(two_copied.with_(keep_releases=1))] == [names[1]]
    assert there(two_copied) == sorted([names[0], third])
    assert undo(two_copied.releases_dir, datetime.now(UTC)).target == third


def test_what_a_registry_last_gave_stays_although_no_release_was_made_of_it(two_copied):
    """A file that is in use, or was refused and may yet be accepted, is known to the archive alone."""
    before = set(payloads(two_copied))
    write_package(two_copied.data_dir.parent / "klein", vestigingen_bo=[SCHOOL])
    with pytest.raises(CheckError, match="60 of 60 rows are gone"):
        run(two_copied)
    (new,) = set(payloads(two_copied)) - before
    age(two_copied)
    removed = dict(prune(two_copied.with_(keep_releases=1, keep_raw_days=30)))
    assert removed["raw/vestigingen_bo"] == 1
    assert new in payloads(two_copied)


def test_what_a_killed_run_left_half_is_cleared_and_nothing_else(two_copied):
    left = ["releases/.building-x/half.parquet", "releases/.removing-x/half.parquet", "releases/.rollbacks.json.1.part",
            "raw/gemeenten/.incoming-x/file", "raw/gemeenten/.state.json.1.part", "sandbox/.making-x/file"]  # fmt: skip
    mine = ["releases/.gitignore", "raw/gemeenten/.note", "warehouse.duckdb"]
    for each in [*left, *mine]:
        path = two_copied.data_dir / each
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (two_copied.releases_dir / ".latest-new").symlink_to("nowhere")
    before = {path for path in two_copied.data_dir.rglob("*") if path.is_file()}
    clear_leftovers(two_copied)
    gone = before - {path for path in two_copied.data_dir.rglob("*") if path.is_file()}
    assert gone == {two_copied.data_dir / each for each in left}
    assert not (two_copied.releases_dir / ".latest-new").is_symlink()
