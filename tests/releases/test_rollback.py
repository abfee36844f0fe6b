"""Going back to an earlier release, and what runs do afterwards."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from functools import partial

import pytest

from pipeline.errors import BusyError, CheckError, SettingsError
from pipeline.releases.moves import MOVES, held_back, in_force
from pipeline.releases.publish import LOCK
from pipeline.releases.release import current, find, latest, point, releases
from pipeline.releases.rollback import roll_back
from pipeline.releases.shrinkage import Accepted
from pipeline.store.lock import exclusive
from pipeline.store.log import Log
from pipeline.store.objects import Store
from tests.cli.test_cli import passend
from tests.support.editions import FIRST, SECOND, run
from tests.support.small import write_package

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def at(settings):
    return latest(settings.releases_dir).path.name


@pytest.fixture
def names(two_copied):
    return [each.path.name for each in releases(two_copied.releases_dir)]


def test_what_was_rolled_back_from_stays_away_until_something_is_new(two_copied, names):
    done = passend(two_copied.data_dir, "rollback")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"latest: {names[1]} -> {names[0]}\n")
    assert at(two_copied) == names[0]
    ((number, move),) = Log(Store(two_copied.releases_dir), MOVES).newest_first()
    assert (number, move["origin"], move["target"]) == (1, names[1], names[0])
    # the same inputs would make what was rolled back from: it is not published, and the run says so
    again = run(two_copied)
    assert (again.path.name, again.unchanged, at(two_copied)) == (names[0], True, names[0])
    assert f"rolled back from {names[1]}" in again.note
    assert "--undo" in again.note
    # something new is published, and ends the rollback
    changed = [*SECOND["vestigingen_bo"][:-1], {**SECOND["vestigingen_bo"][-1], "vestigingsnaam": "Andere naam"}]
    write_package(two_copied.data_dir.parent / "klein", **{**SECOND, "vestigingen_bo": changed})
    new = run(two_copied)
    assert (new.unchanged, new.note, at(two_copied)) == (False, "", new.path.name)
    assert in_force(two_copied.releases_dir) == []


def test_the_same_content_by_other_ways_stays_away_too(two_copied, names, monkeypatch):
    roll_back(two_copied.releases_dir, names[0], NOW)
    monkeypatch.setattr("pipeline.run.drafting.Drafting._made_from", lambda self: "tables that were made in another way")
    assert run(two_copied).path.name == at(two_copied) == names[0]


def test_undo_brings_back_what_a_run_had_published(two_copied, names):
    write_package(two_copied.data_dir.parent / "klein", **{**SECOND, "swv_regio_wettelijk": FIRST["swv_regio_wettelijk"]})
    third = run(two_copied).path.name
    assert roll_back(two_copied.releases_dir, None, NOW).target == names[1]
    assert roll_back(two_copied.releases_dir, None, NOW).target == names[0]
    assert [each.path.name for each in held_back(two_copied.releases_dir)] == [names[1], third]
    assert passend(two_copied.data_dir, "rollback", "--undo").stdout.startswith(f"latest: {names[0]} -> {third}")
    assert (at(two_copied), in_force(two_copied.releases_dir)) == (third, [])
    nothing = passend(two_copied.data_dir, "rollback", "--undo")
    assert (nothing.returncode, "no rollback to undo" in nothing.stderr) == (2, True)
    assert run(two_copied).path.name == third


def test_a_rollback_that_is_over_does_not_come_back_when_its_release_is_published_once_more(two_copied, names, monkeypatch):
    """A holds by hand, C ends that; a run that makes A again has put it there itself, so B may follow."""
    folder, package = two_copied.releases_dir, two_copied.data_dir.parent / "klein"
    monkeypatch.setattr("pipeline.run.run.prune", lambda *_: ())
    monkeypatch.setattr("pipeline.archive.fetch._editions", lambda *_: [])  # so that the first input makes the first release
    roll_back(folder, names[0], NOW)
    assert [run(two_copied).path.name, at(two_copied)] == [names[0]] * 2
    changed = [*SECOND["vestigingen_bo"][:-1], {**SECOND["vestigingen_bo"][-1], "vestigingsnaam": "Andere naam"}]
    write_package(package, **{**SECOND, "vestigingen_bo": changed})
    third = run(two_copied).path.name
    assert (at(two_copied), in_force(folder)) == (third, [])
    write_package(package, **FIRST)
    assert (run(two_copied, accept_diff=Accepted(frozenset({"all"}), "back")).path.name, in_force(folder), held_back(folder)) == (
        names[0],
        [],
        [],
    )
    assert [move["by"] for _, move in Log(Store(folder), MOVES).newest_first()] == ["run", "hand"]
    write_package(package, **SECOND)
    assert run(two_copied, accept_diff=Accepted(frozenset({"all"}), "on")).path.name == names[1]


def test_after_retention_a_rollback_holds_and_one_that_is_over_stays_over(two_copied, names):
    folder = two_copied.releases_dir
    one = two_copied.with_(keep_days=0, keep_months=0, keep_years=0, keep_releases=1)
    roll_back(folder, names[0], NOW)
    for _ in range(2):
        assert (run(one).path.name, at(one)) == (names[0], names[0])
    assert [each.path.name for each in held_back(folder)] == [names[1]]
    changed = [*SECOND["vestigingen_bo"][:-1], {**SECOND["vestigingen_bo"][-1], "vestigingsnaam": "Andere naam"}]
    write_package(two_copied.data_dir.parent / "klein", **{**SECOND, "vestigingen_bo": changed})
    third = run(one).path.name
    assert [each.path.name for each in releases(folder)] == [third]
    assert (run(one).path.name, at(one), held_back(folder)) == (third, third, [])


def test_what_was_rolled_back_from_stays_away_although_it_is_damaged(two_copied, names):
    roll_back(two_copied.releases_dir, names[0], NOW)
    (two_copied.releases_dir / names[1] / "datapackage.json").unlink()
    assert [each.path.name for each in held_back(two_copied.releases_dir)] == [names[1]]
    assert run(two_copied).path.name == at(two_copied) == names[0]


def test_a_release_that_does_not_verify_is_not_gone_back_to(two_copied, names):
    file = two_copied.releases_dir / names[0] / "vestiging.parquet"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(CheckError, match=r"vestiging\.parquet is not the file"):
        roll_back(two_copied.releases_dir, None, NOW)
    assert at(two_copied) == names[1]
    assert not (two_copied.releases_dir / MOVES).exists()


def test_nowhere_to_go_back_to_is_told(two_copied, names):
    for name, said in ((names[1], "is the current release already"), ("bestaat-niet", "there is no release 'bestaat-niet'")):
        with pytest.raises(SettingsError, match=said):
            roll_back(two_copied.releases_dir, name, NOW)
    both = passend(two_copied.data_dir, "rollback", names[0], "--undo")
    assert (both.returncode, "leave out the name" in " ".join(both.stderr.split())) == (2, True)


def test_whoever_publishes_is_waited_for(two_copied, names, monkeypatch):
    monkeypatch.setattr("pipeline.releases.rollback.exclusive", partial(exclusive, patience=0.1))
    with (
        exclusive(two_copied.releases_dir / LOCK),
        pytest.raises(BusyError, match=r"publishing in .*releases .*run again") as busy,
    ):
        roll_back(two_copied.releases_dir, None, NOW)
    assert (busy.value.exit_code, at(two_copied)) == (6, names[1])
    roll_back(two_copied.releases_dir, None, NOW)
    assert at(two_copied) == names[0]


def test_a_move_that_was_written_down_but_not_made_is_none(two_copied, names, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.releases.rollback.point", killed)
    with pytest.raises(KeyboardInterrupt):
        roll_back(two_copied.releases_dir, None, NOW)
    assert (current(two_copied.releases_dir).path.name, in_force(two_copied.releases_dir)) == (names[1], [])


def test_an_exact_name_wins_over_a_longer_one(two_copied, names):
    longer = two_copied.releases_dir / f"{names[0]}-kopie"
    shutil.copytree(two_copied.releases_dir / names[0], longer)
    assert find(two_copied.releases_dir, names[0]).path.name == names[0]
    with pytest.raises(SettingsError, match="is the beginning of"):
        find(two_copied.releases_dir, names[0][:-1])


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{}", b"null", b'{"created": "gisteren", "resources": []}', b'{"created": "2026-01-01T00:00:00"}',
     b'{"created": "2026-01-01T00:00:00", "resources": [{}]}', b"[" * 100_000, b"\0" * 300],
)  # fmt: skip
def test_a_release_whose_description_is_none_is_passed_over(two_copied, names, document):
    description = two_copied.releases_dir / names[0] / "datapackage.json"
    description.chmod(0o644)
    description.write_bytes(document)
    assert [each.path.name for each in releases(two_copied.releases_dir)] == names[1:]
    with pytest.raises(SettingsError, match="there is no release"):
        find(two_copied.releases_dir, names[0])


def test_a_folder_called_latest_is_left_alone_and_told(two_copied, names):
    link = two_copied.releases_dir / "latest"
    link.unlink()
    link.mkdir()
    with pytest.raises(SettingsError, match=r"latest is a folder, where this project has a link .*; move it away and run again"):
        point(two_copied.releases_dir, names[0])
    assert link.is_dir()
