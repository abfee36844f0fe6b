"""What is removed when less is kept, and what never is."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from assets.project import load_project
from pipeline.archive.archive import RAW
from pipeline.archive.looks import LOOKS, RUNS
from pipeline.checks.outcomes import FOLDER as CHECKS
from pipeline.errors import CheckError
from pipeline.releases.moves import MOVES
from pipeline.releases.release import latest, releases, resources, verify
from pipeline.releases.rollback import roll_back, undo
from pipeline.run import retention
from pipeline.run.run import open_run
from pipeline.run.tables import TABLES
from pipeline.settings import Settings
from pipeline.staging.editions import STAGED
from pipeline.store.objects import Store
from tests.cli.test_cli import passend
from tests.support import small
from tests.support.editions import FIRST, SCHOOLS, SECOND, run
from tests.support.made import last_run
from tests.support.small import SCHOOL, write_package

LONG_AGO = time.time() - 40 * 86_400


@pytest.fixture
def names(two_copied):
    return [each.path.name for each in releases(two_copied.releases_dir)]


def payloads(settings, dataset="vestigingen_bo"):
    return sorted(path.name for path in (settings.data_dir / RAW / dataset).iterdir() if len(path.name) == 64)


def age(settings, *kinds):
    for kind in kinds or (RAW,):
        for path in (settings.data_dir / kind).rglob("*"):
            os.utime(path, (LONG_AGO, LONG_AGO))


def prune(settings):
    """Prune as the run that was the last would have, with these settings."""
    with open_run(settings, load_project(), run_id=last_run(settings)) as opened:
        assert None not in [opened.tables.find(each) for each in opened.project.models]
        used = {*opened.tables.used(), *opened.checks.used()}
    return list(retention.prune(settings, Store(settings.data_dir), used, datetime.now(UTC).date()))


def newest(settings, releases, **more):
    """The same settings, of which so many releases stay and none by its day."""
    return settings.with_(keep_days=0, keep_months=0, keep_years=0, keep_releases=releases, **more)


def there(settings):
    folders = (each for each in settings.releases_dir.iterdir() if each.is_dir() and not each.is_symlink())
    return sorted(each.name for each in folders if each.name != MOVES)


def test_what_is_young_is_kept_by_default_and_the_archive_altogether(two_copied, names):
    age(two_copied)
    assert prune(two_copied) == []
    assert (there(two_copied), len(payloads(two_copied))) == (sorted(names), 2)


def test_a_run_that_succeeds_removes_what_is_no_longer_kept_and_says_so(two_copied, names):
    age(two_copied)
    before, steps = set(payloads(two_copied)), []
    files = sum(1 for _ in (two_copied.releases_dir / names[0]).iterdir())
    run(newest(two_copied, 1, keep_raw_days=30), report=steps.append)
    assert there(two_copied) == [names[1]]
    assert [(each.subject, each.rows) for each in steps if each.kind == "prune"] == [
        (names[0], files), ("raw/swv_regio_wettelijk", 1), ("raw/vestigingen_bo", 1)
    ]  # fmt: skip
    verify(latest(two_copied.releases_dir).path)
    # what the one that is left was made from is all there, and the record of what was removed too
    assert passend(two_copied.data_dir, "rebuild").returncode == 0
    (gone,) = before - set(payloads(two_copied))
    assert len(list((two_copied.data_dir / RAW / "vestigingen_bo").glob(f"{gone}.*.json"))) == 1


def test_what_a_kept_release_was_made_from_stays_however_old(two_copied, names):
    age(two_copied)
    assert prune(two_copied.with_(keep_raw_days=30)) == []
    assert len(payloads(two_copied)) == 2


def test_a_file_that_is_young_stays_although_nothing_needs_it(two_copied, names):
    assert [what for what, _ in prune(newest(two_copied, 1, keep_raw_days=30))] == [names[0]]
    assert len(payloads(two_copied)) == 2


def test_the_current_release_and_what_a_rollback_holds_stay_however_little_is_kept(two_copied, names):
    write_package(two_copied.data_dir.parent / "klein", **{**SECOND, "swv_regio_wettelijk": FIRST["swv_regio_wettelijk"]})
    third = run(two_copied).path.name
    roll_back(two_copied.releases_dir, names[0], datetime.now(UTC))
    assert [what for what, _ in prune(newest(two_copied, 1))] == [names[1]]
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
    removed = dict(prune(newest(two_copied, 1, keep_raw_days=30)))
    assert removed["raw/vestigingen_bo"] == 1
    assert new in payloads(two_copied)


# -- made objects ------------------------------------------------------------------------------------------------------

KINDS = (RAW, TABLES, STAGED, CHECKS, LOOKS, RUNS)


def keys(settings):
    store = Store(settings.data_dir)
    return {key for kind in KINDS for key in store.names(kind)}


def put_unneeded(settings, name):
    """Put an object of each kind that nothing refers to. Returns their keys."""
    store, digest = Store(settings.data_dir), name.encode().hex().rjust(64, "0")
    rows, table = f"{STAGED}/stg_vestigingen_bo/{digest}.parquet", f"{TABLES}/vestiging/{digest}.parquet"
    read = {"records": {digest: 1}, "refused": {}, "rows": {"parts": [{"key": rows}]}, "rejects": {"parts": []}}
    documents = {
        f"{STAGED}/stg_vestigingen_bo/{name}.json": read,
        f"{TABLES}/vestiging/{name}.json": {"stored": {"parts": [{"key": table}]}},
        f"{CHECKS}/vestiging/{name}.json": [],
        f"{RUNS}/{name}/started.json": {"started": "2026-01-01T00:00:00+00:00"},
    }
    payloads = [f"{RAW}/vestigingen_bo/{digest}", rows, table]
    assert all(store.put_json(key, document) for key, document in documents.items())
    assert all(store.put(key, b"payload") for key in payloads)
    return {*documents, *payloads}


def fresh(settings):
    """Run again. Returns what was read, made and checked."""
    steps = []
    run(settings, steps.append)
    return [(each.kind, each.subject) for each in steps if each.kind in ("stage", "build", "check") and not each.unchanged]


def test_old_objects_of_each_kind_that_nothing_refers_to_go_and_no_other(two_copied, names):
    old = put_unneeded(two_copied, "oud")
    age(two_copied, *KINDS)
    young = put_unneeded(two_copied, "jong")
    before, first = keys(two_copied), resources(releases(two_copied.releases_dir)[0])
    second = resources(releases(two_copied.releases_dir)[1])
    prune(newest(two_copied, 1, keep_raw_days=30))
    gone = before - keys(two_copied)
    assert old <= gone
    assert not young & gone
    # of the release that went: the tables that the kept one does not have too, with the files they were read from
    only_there = {
        f"{TABLES}/{table}/{each['hash'].removeprefix('sha256:')}.parquet"
        for table, each in first.items() if each["hash"] not in {other["hash"] for other in second.values()}
    }  # fmt: skip
    assert only_there
    assert only_there <= gone
    # the looks of runs long ago; of the looks at a registry the newest stay
    assert not {key for key in gone if key.startswith(LOOKS)}
    assert not {key for key in keys(two_copied) - young if key.startswith(RUNS)}
    assert fresh(two_copied) == []
    assert passend(two_copied.data_dir, "rebuild").returncode == 0


def test_what_a_run_of_the_last_week_made_stays_although_nothing_needs_it(two_copied, names):
    before = keys(two_copied)
    assert [what for what, _ in prune(newest(two_copied, 1))] == [names[0]]
    assert keys(two_copied) == before


def test_tables_of_every_kept_release_stay_however_old(two_copied, names):
    age(two_copied, *KINDS)
    prune(newest(two_copied, 2))
    for release in releases(two_copied.releases_dir):
        for table, each in resources(release).items():
            assert (two_copied.data_dir / TABLES / table / f"{each['hash'].removeprefix('sha256:')}.parquet").exists()


def test_an_edition_stays_with_what_was_read_of_it_although_no_kept_release_is_of_its_day(two_copied, monkeypatch):
    run(two_copied)
    (earlier,) = {name for name in payloads(two_copied) if name in newest_schools(two_copied)}
    monkeypatch.setitem(small.EDITION, "vestigingen_bo", "2026-09-01")
    write_package(two_copied.data_dir.parent / "klein", **{**SECOND, "vestigingen_bo": SCHOOLS})
    run(two_copied)
    age(two_copied, *KINDS)
    prune(newest(two_copied, 1, keep_raw_days=30))
    assert earlier in payloads(two_copied)
    assert fresh(two_copied) == []


def newest_schools(settings):
    shown = passend(settings.data_dir, "query", "select sha256 from bron where dataset = 'vestigingen_bo'", "--format", "csv")
    return shown.stdout.replace('"', "").split()[1:]


def test_a_refused_file_stays_as_long_as_it_is_the_last_that_came(two_copied):
    folder = two_copied.data_dir.parent / "klein"
    write_package(folder, **SECOND, gemeenten=[*small.TABLES["gemeenten"], {"gemeentenummer": "GM0080", "naam": "Leeuwarden"}])
    package = json.loads((folder / "datapackage.json").read_text())
    for resource in package["resources"]:
        if resource["name"] == "gemeenten":
            resource["hash"] = "sha256:" + "0" * 64
    (folder / "datapackage.json").write_text(json.dumps(package))
    before = set(payloads(two_copied, "gemeenten"))
    run(two_copied)
    (refused,) = set(payloads(two_copied, "gemeenten")) - before
    age(two_copied, *KINDS)
    prune(newest(two_copied, 1, keep_raw_days=30))
    assert refused in payloads(two_copied, "gemeenten")


def test_of_ten_releases_that_differ_in_one_registry_no_table_is_stored_twice(tmp_path):
    settings = Settings(data_dir=tmp_path / "data", sources=(str(tmp_path / "klein"),))
    for number in range(10):
        renamed = [*SCHOOLS[:-1], {**SCHOOLS[-1], "vestigingsnaam": f"Naam {number}"}]
        write_package(tmp_path / "klein", **{**FIRST, "vestigingen_bo": renamed})
        assert not run(settings).unchanged
    assert len(releases(settings.releases_dir)) == 10
    inodes = defaultdict(set)
    for path in [*(settings.data_dir / TABLES).glob("*/*.parquet"), *settings.releases_dir.glob("20*/*.parquet")]:
        inodes[hashlib.sha256(path.read_bytes()).hexdigest()].add(path.stat().st_ino)
    assert {len(each) for each in inodes.values()} == {1}
    # a table that does not change is there once, one that does ten times
    assert len(list((settings.data_dir / TABLES / "gemeente").glob("*.parquet"))) == 1
    assert len(list((settings.data_dir / TABLES / "vestiging").glob("*.parquet"))) == 10
    age(settings, *KINDS)
    prune(newest(settings, 3))
    kept = {
        each["hash"].removeprefix("sha256:")
        for release in releases(settings.releases_dir)
        for each in resources(release).values()
    }
    left = {path.stem for path in (settings.data_dir / TABLES).glob("*/*.parquet") if not path.parent.name.startswith("intern.")}
    assert left == kept
    assert fresh(settings) == []


def test_a_release_that_a_person_copied_stays(two_copied, names):
    shutil.copytree(two_copied.releases_dir / names[0], two_copied.releases_dir / "van mij")
    prune(newest(two_copied, 1))
    assert there(two_copied) == [names[1], "van mij"]


def test_what_a_killed_run_left_goes_although_this_one_makes_no_release(two_copied, names):
    """Both in the folder of the releases, where one is drafted, and in a release, where its site is made."""
    left = [two_copied.releases_dir / ".building-1", two_copied.releases_dir / names[0] / ".site-1"]
    for each in left:
        each.mkdir()
        each.with_name(f"{each.name}.at-work").touch()
    assert run(two_copied).unchanged
    assert [each.name for path in left for each in path.parent.glob(f"{path.name}*")] == []
