"""How much may be gone from one release to the next: the limits, over the folders that real runs left, and the gate itself."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.contracts.loading import load_contracts
from pipeline.errors import CheckError, SettingsError
from pipeline.releases import publish, shrinkage
from pipeline.releases.difference import both, relinked
from pipeline.releases.measure import measures, unmeasurable
from pipeline.releases.publish import LOCK
from pipeline.releases.release import DESCRIPTION, latest, releases, verify
from pipeline.releases.shrinkage import Accepted, Limit, Loss, load_limits
from pipeline.settings import Settings
from tests.support.editions import REGION, SCHOOLS, SECOND, run
from tests.support.small import write_package

CURATED = load_contracts("curated")
HALF = SCHOOLS[::2]
FREE = replace(load_limits(CURATED), removed=dict.fromkeys(CURATED), relinked=Limit(1, 0))


@pytest.fixture
def two(two_releases):
    return releases(two_releases.releases_dir)


def beyond(*arguments):
    return [each.said for each in shrinkage.beyond(*arguments)]


def accepted(text):
    return Accepted.parse(text, CURATED)


def described(release, **other):
    return replace(release, description={**release.description, **other})


@pytest.mark.parametrize(
    ("limit", "count", "of", "allowed"),
    [
        (Limit(0.1, 20), 20, 60, True), (Limit(0.1, 20), 21, 60, False), (Limit(0.1, 20), 100, 1000, True),
        (Limit(0.1, 20), 101, 1000, False), (Limit(0, 0), 0, 0, True), (Limit(0, 0), 1, 1, False),
    ],
)  # fmt: skip
def test_a_share_may_go_and_a_handful_always(limit, count, of, allowed):
    assert limit.allows(count, of) is allowed


@pytest.mark.parametrize(
    ("years", "share"), [(-7, 0.05), (0, 0.05), (0.1, 0.05), (2, 0.05), (7, 0.175), (13, 0.325), (100, 0.45)]
)
def test_a_limit_grows_with_the_years_between_registries_but_never_to_half(years, share):
    assert Limit(0.05, 20).over(timedelta(days=365.5 * years)) == Limit(pytest.approx(share), 20)
    assert Limit(1, 0).over(timedelta(days=5000)) == Limit(1, 0)


def test_two_editions_that_differ_a_little_stay_within_the_limits(two):
    assert beyond(*two, CURATED, load_limits(CURATED)) == []


def test_one_row_more_than_a_table_may_lose_is_named_with_its_limit(two):
    limits = replace(FREE, removed={**FREE.removed, "vestiging": Limit(0.01, 0)})
    assert beyond(*two, CURATED, limits) == ["vestiging: 1 of 60 rows are gone (1.7%; at most 1% may; e.g. 59CC00 School 59)"]
    assert beyond(*two, CURATED, replace(FREE, removed={**FREE.removed, "vestiging": Limit(0.01, 1)})) == []


def test_links_that_lead_to_another_swv_have_a_limit_of_their_own(two):
    (said,) = beyond(*two, CURATED, replace(FREE, relinked=Limit(0.02, 0)))
    assert said.startswith("vestiging_swv: 2 of 60 links lead to another SWV (3.3%; at most 2% may; e.g. 57CC00 PO School 57")
    assert beyond(*two, CURATED, replace(FREE, relinked=Limit(0.02, 2))) == []


def test_a_link_that_was_not_known_and_is_now_is_no_loss(tmp_path):
    settings = Settings(data_dir=tmp_path / "data", sources=(str(tmp_path / "klein"),))
    # without 1012 the schools there may lie in either region of their gemeente
    unknown = [
        {**each, "swv_po": "PO2708"} if each["postcode4"] == "1013" else each for each in REGION if each["postcode4"] != "1012"
    ]
    for region in (unknown, [*unknown, REGION[1]]):
        write_package(tmp_path / "klein", vestigingen_bo=SCHOOLS, swv_regio_wettelijk=region)
        run(settings)
    assert beyond(*releases(settings.releases_dir), CURATED, replace(FREE, relinked=Limit(0, 0))) == []


def test_the_links_of_an_swv_that_merges_are_measured_as_one_swv(tmp_path):
    settings = Settings(data_dir=tmp_path / "data", sources=(str(tmp_path / "klein"),))
    merged = [{**each, "swv_po": each["swv_po"].replace("PO2707", "PO2708")} for each in REGION]
    for region, day in ((REGION, "2015-04-23"), (merged, "2025-08-01")):
        write_package(tmp_path / "klein", vestigingen_bo=SCHOOLS, swv_regio_wettelijk=region, days={"swv_regio_wettelijk": day})
        run(settings)
    two = releases(settings.releases_dir)
    with both(two[0].path, two[1].path, CURATED) as connection:
        assert connection.execute(f"select count(*) from ({relinked()})").fetchone() == (60,)
    assert beyond(*two, CURATED, replace(FREE, relinked=Limit(0, 0))) == []
    (said,) = beyond(*two, CURATED, replace(FREE, removed={**FREE.removed, "samenwerkingsverband": Limit(0, 0)}))
    assert said.startswith("samenwerkingsverband: 1 of ")
    assert "have merged into another" in said
    assert "e.g. PO2707 PO2708" in said


def test_what_is_made_up_never_follows_what_is_real_and_what_is_real_may_follow(two):
    older, newer = two
    strict = replace(FREE, removed={**FREE.removed, "vestiging": Limit(0, 0)})
    (said,) = beyond(older, described(newer, fictitious=True), CURATED, FREE)
    assert "fictitious ones of the sandbox" in said
    assert beyond(described(older, fictitious=True), newer, CURATED, strict) == []
    assert len(beyond(described(older, fictitious=True), described(newer, fictitious=True), CURATED, strict)) == 1


def test_tables_of_the_same_bytes_are_not_looked_at(two):
    _, newer = two
    strict = replace(FREE, removed=dict.fromkeys(CURATED, Limit(-1, -1)))
    assert beyond(newer, newer, CURATED, strict) == []
    assert len(beyond(*two, CURATED, strict)) > 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{free: [], facts: {}, release: {default: {share: 1, least: 1}, tables: {vestigin: {share: 1, least: 1}}}}", "vestigin"),
        ("{free: [], facts: {}, release: {default: {share: 1}, tables: {}}}", "least"),
        ("{free: [], facts: {}, release: {default: {share: 1, least: 1}, tables: {}}}", "relinked"),
        ("{free: [], facts: {vestigin: [k]}, release: {default: {share: 1, least: 1}, tables: {}}}", "vestigin"),
    ],
)
def test_limits_that_cannot_be_used_are_told(tmp_path, text, said):
    (tmp_path / "limits.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"limits\.yaml cannot be used: .*{said}"):
        load_limits(CURATED, tmp_path / "limits.yaml")


def test_a_release_that_takes_too_much_away_waits_for_a_person(two_copied):
    before = latest(two_copied.releases_dir)
    write_package(two_copied.data_dir.parent / "klein", vestigingen_bo=HALF, swv_regio_wettelijk=REGION)
    with pytest.raises(
        CheckError, match=r"no release was made, the previous one stands.*vestiging: 30 of 60 rows are gone.*accept-diff"
    ):
        run(two_copied)
    assert latest(two_copied.releases_dir).path == before.path
    assert [each.name for each in two_copied.releases_dir.glob(".*")] == [LOCK]
    made = run(two_copied, accept_diff=accepted("all: half of the schools merged"))
    assert latest(two_copied.releases_dir).path == made.path != before.path
    verify(made.path)
    said = json.loads((made.path / DESCRIPTION).read_text())["accepted"]
    assert (said["reason"], said["tables"]) == ("half of the schools merged", ["all"])
    assert before.path.name in said["compared_with"]
    assert any(each.startswith("vestiging: 30 of 60 rows are gone") for each in said["beyond"])
    # what was accepted once is the measure from then on, and a reason without need is not recorded
    write_package(two_copied.data_dir.parent / "klein", vestigingen_bo=HALF[:-1], swv_regio_wettelijk=REGION)
    assert "accepted" not in run(two_copied, accept_diff=accepted("all: not needed")).description


def damage(release):
    (release.path / "vestiging.parquet").chmod(0o644)
    (release.path / "vestiging.parquet").write_bytes(b"no parquet")


def test_when_the_current_release_is_damaged_or_not_named_the_newest_intact_one_is_the_measure(two_copied):
    folder = two_copied.releases_dir
    older, newer = releases(folder)
    assert measures(folder, newer.description["created"], []) == {"release": newer, "year": older}
    (folder / "latest").unlink()
    assert measures(folder, newer.description["created"], [])["release"] == newer
    damage(newer)
    write_package(two_copied.data_dir.parent / "klein", vestigingen_bo=HALF, swv_regio_wettelijk=REGION)
    with pytest.raises(CheckError, match=f"compared with {older.path.name} .*vestiging: 30 of 60 rows are gone"):
        run(two_copied)
    # of one whose tables are as they were, anything else may be damaged
    (older.path / "passend_onderwijs.duckdb").unlink()
    with pytest.raises(CheckError, match="vestiging: 30 of 60 rows are gone"):
        run(two_copied)
    damage(older)
    said = f"nobody can tell how much, for {newer.path.name} is damaged and no other release is there to compare with"
    with pytest.raises(CheckError, match=f'{said}.*--accept-diff "all: the reason"'):
        run(two_copied)
    made = run(two_copied, accept_diff=accepted("all: half of the schools closed")).description
    assert (made["compared_with"], made["accepted"]["beyond"]) == ([], [said])


def test_a_release_that_is_made_again_as_it_was_needs_no_measure(two_copied):
    for each in releases(two_copied.releases_dir):
        damage(each)
    current = two_copied.releases_dir / "latest"
    before = current.readlink().name
    (current / "datapackage.json").unlink()
    assert unmeasurable(two_copied.releases_dir, []) == before
    assert unmeasurable(two_copied.releases_dir / "..", []) is None
    made = run(two_copied)
    assert (made.path.name, verify(made.path)) == (before, None)


def test_what_was_rolled_back_from_is_no_measure_nor_what_is_older_than_a_year(two):
    older, newer = two
    folder, created = newer.path.parent, newer.description["created"]
    assert measures(folder, created, [older]) == {"release": newer}
    assert measures(folder, str(int(created[:4]) + 2) + created[4:], []) == {"release": newer}
    assert measures(folder / "elsewhere", created, []) == {}


def test_what_is_lost_bit_by_bit_is_measured_over_a_year(two):
    """A loss within the limit of a day is beyond that of a year when it has gone on for long."""
    day, year = (load_limits(CURATED, span=span) for span in ("release", "year"))
    assert all(year.removed[each].share < 8 * limit.share for each, limit in day.removed.items() if limit)
    assert all(year.removed[each].share >= limit.share for each, limit in day.removed.items() if limit)
    limits = replace(FREE, removed={**FREE.removed, "vestiging": Limit(0.01, 0)})
    assert [each.table for each in shrinkage.beyond(*two, CURATED, limits)] == ["vestiging"]


def test_a_loss_over_many_releases_is_held_against_the_release_of_a_year_ago(two_copied, monkeypatch):
    """One school goes with each release: no more than the limit of a release, more than that of a year."""
    older, newer = releases(two_copied.releases_dir)
    year = replace(FREE, removed={**FREE.removed, "vestiging": Limit(0, 1)})
    monkeypatch.setattr(publish, "load_limits", lambda _, span: {"release": FREE, "year": year}[span])
    write_package(two_copied.data_dir.parent / "klein", vestigingen_bo=SECOND["vestigingen_bo"][1:], swv_regio_wettelijk=REGION)
    with pytest.raises(CheckError, match=f"compared with {older.path.name} .*vestiging: 2 of 60 rows are gone") as told:
        run(two_copied)
    assert newer.path.name not in str(told.value)


def test_only_what_is_named_is_accepted(two_copied):
    write_package(two_copied.data_dir.parent / "klein", vestigingen_bo=HALF, swv_regio_wettelijk=REGION)
    with pytest.raises(CheckError, match=r'--accept-diff "(?!.*\bgemeente\b)') as other:
        run(two_copied, accept_diff=accepted("gemeente: the mergers of 1 January"))
    named = re.search(r'--accept-diff "(.*): the reason"', str(other.value))[1]
    assert "vestiging" in named.split(", ")
    assert run(two_copied, accept_diff=accepted(f"{named}: they merged")).description["accepted"]["tables"] == named.split(", ")


@pytest.mark.parametrize("text", ["", "merged", ": merged", "vestiging:", "vestiging: ", " , : merged"])
def test_to_accept_is_to_name_and_to_say_why(text):
    with pytest.raises(SettingsError, match=r"of which tables .* needs the reason"):
        accepted(text)


def test_a_table_that_is_misspelt_is_told_with_its_nearest():
    with pytest.raises(SettingsError, match="'vestigin', which is no table; near it is vestiging"):
        accepted("gemeente, vestigin: merged")
    assert accepted("gemeente, vestiging : merged: both").tables == {"gemeente", "vestiging"}
    assert accepted("all: merged: both").reason == "merged: both"
    assert accepted("vestiging: x").covers(Loss("gemeente", "")) is False


def test_an_older_edition_that_is_given_later_takes_nothing_away(tmp_path):
    """It moves the day on which every period begins: what is told of a school does not get less."""
    changed = [{**SCHOOLS[0], "vestigingsnaam": "Another name"}, *SCHOOLS[1:]]
    with_day = functools.partial(write_package, swv_regio_wettelijk=REGION)
    newer = with_day(tmp_path / "newer", vestigingen_bo=SCHOOLS, days={"vestigingen_bo": "2026-08-01"})
    older = with_day(tmp_path / "older", vestigingen_bo=changed, days={"vestigingen_bo": "2020-12-01"})
    first = run(Settings(data_dir=tmp_path / "data", sources=(str(newer),)))
    both = run(Settings(data_dir=tmp_path / "data", sources=(str(newer), str(older))))
    assert both.path != first.path
    assert both.description["compared_with"] == [first.path.name]
    assert "accepted" not in both.description


def test_the_command_ends_with_the_limit_and_takes_a_reason(two_copied):
    write_package(two_copied.data_dir.parent / "klein", vestigingen_bo=HALF, swv_regio_wettelijk=REGION)
    with pytest.raises(CheckError):
        run(two_copied)  # makes the tables, so that the command has only to publish them
    command = [Path(sys.executable).with_name("passend"), "run", "--data-dir", two_copied.data_dir]
    command += ["--source", two_copied.sources[0]]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    told = " ".join(refused.stderr.split())
    assert refused.returncode == 5, told
    assert "vestiging: 30 of 60 rows are gone (50.0%; at most 5% may" in told
    empty = subprocess.run([*command, "--accept-diff", "merged"], capture_output=True, text=True, timeout=300, check=False)
    assert (empty.returncode, "needs the reason" in " ".join(empty.stderr.split())) == (2, True)
    done = subprocess.run([*command, "--accept-diff", "all: merged"], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert latest(two_copied.releases_dir).description["accepted"]["reason"] == "merged"
