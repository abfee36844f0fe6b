"""Faults of the machine and of time: a run that is killed, a full disk, a second run, an analyst who holds what is published."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipeline.contracts.contract import Contract
from pipeline.contracts.loading import load_contracts
from pipeline.curated.build import write
from pipeline.describe.descriptor import FILE as DESCRIPTION
from pipeline.describe.descriptor import BuildInfo
from pipeline.releases.draft import Filling, draft
from pipeline.releases.publish import publish
from pipeline.releases.release import DUCKDB_FILE, LATEST
from pipeline.store.stored import Part, Stored, read_footer
from tests.faults.matrix import LAST_GOOD, Outcome, Skipped, fault
from tests.faults.world import DATASET, GOOD, REPOSITORY, Seen, World
from tests.support.server import answer
from tests.support.small import write_package
from tests.support.ui import is_gone, members, until

PROCESS = "Process"
ANEW = Outcome("run again: the release of an undisturbed run", new=True)
STOPPED = Outcome("stopped, exit 130", codes=(130,))
BOTH = Outcome("both end well; the release of an undisturbed run", new=True)
NO_ROOM = Outcome("stopped, exit 9; the last release stands", codes=(9,))
UNWRITABLE = Outcome("stopped, exit 2; the last release stands", codes=(2,))
OVERDUE = Outcome("made of what is good, which it names; exit 3", codes=(3,), new=True)
MADE = Outcome("the release of an undisturbed run", new=True)
PAGE = answer(200, b"<!DOCTYPE html><title>Storing</title>")
CHANGED = GOOD.replace(b"De Proef 7;", b"De Nieuwe Proef;")
OTHER = GOOD.replace(b"De Proef 7;", b"De Andere Proef;")
STAGES = (
    ("fetching, before a file is kept", "kill pipeline.archive.archive:Archive.keep 1", True),
    ("fetching, before it is remembered", "kill pipeline.archive.looks:Looks.add 1", False),
    ("fetching, remembered by the registry and not by the run", "kill pipeline.archive.looks:Looks.settle 1", False),
    ("staging", "kill pipeline.staging.editions:stage 1", False),
    ("building", "kill pipeline.curated.build:build 3", False),
    ("an object is half written", "tear pipeline.store.objects:Store.put 3", True),
    ("a table is kept, its sidecar is not", "left pipeline.store.stored:keep 3", False),
    ("checking", "kill pipeline.checks.outcomes:keep 2", False),
    ("writing the release", "kill pipeline.releases.draft:_fill 1", True),
    ("publishing, while others are locked out", "kill pipeline.releases.publish:_swap_in 1", False),
    ("the release stands, not yet named latest", "kill pipeline.releases.release:point 1", False),
    ("making the site", "kill pipeline.site.build:_write_page 1", False),
    ("writing down what the run came to", "kill assets.local.runner:summarise 1", False),
)


def undisturbed(world: World, content: bytes = CHANGED) -> str:
    """The content of the release that a run makes of a register when nothing goes wrong; made once."""
    name = f"undisturbed-{hashlib.sha256(content).hexdigest()[:8]}"
    if name not in world.shared:
        other = world.sibling(name)
        assert other.gives(content).code == 0
        world.shared[name] = other.content()
    return world.shared[name]


def same(world: World, seen: Seen) -> Seen:
    assert world.content() == undisturbed(world), f"the release differs from that of an undisturbed run: {seen.told[-500:]}"
    return seen


def where(point: str) -> str:
    """A point for a person: the function and its call."""
    return point.partition(":")[2]


def killed(point: str) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        world.portal.gives(answer(200, CHANGED))
        stopped = world.ends(world.starts(point=point))
        assert stopped.code == -signal.SIGKILL, stopped.told
        assert world.intact()
        return same(world, world.run())

    return play


for stage, point, daily in STAGES:
    fault(PROCESS, f"SIGKILL: {stage}", f"at {where(point)}, then a run", ANEW, daily=daily)(killed(point))


@fault(PROCESS, "SIGKILL: what a run started", "while it checks: the process that checks, and whatever else there is",
       Outcome("nothing is left of it; run again: the release of an undisturbed run", new=True))  # fmt: skip
def _(world: World) -> Seen:
    world.portal.gives(answer(200, CHANGED))
    started = paused(world, "pipeline.checks.outcomes:keep 2", start_new_session=True)
    assert len(members(started.pid)) > 1, "there is no process beside the run"
    started.kill()
    started.wait()
    until(lambda: is_gone(started.pid), started)
    world.ends(started)
    return same(world, world.run())


def interrupted(point: str) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        world.portal.gives(answer(200, CHANGED))
        return world.ends(world.starts(point=point))

    return play


for stage, point in (
    ("fetching, before a file is kept", "interrupt pipeline.archive.archive:Archive.keep 1"),
    ("staging", "interrupt pipeline.staging.editions:stage 1"),
    ("building", "interrupt pipeline.curated.build:build 3"),
    ("building, amid a query", "query pipeline.curated.build:build 1"),
    ("checking", "interrupt pipeline.checks.outcomes:keep 2"),
    ("writing the release", "interrupt pipeline.releases.draft:_fill 1"),
):
    fault(PROCESS, f"SIGINT: {stage}", f"at {where(point)}", STOPPED, "passend: stopped; the last release stands")(
        interrupted(point)
    )


# -- two at once ------------------------------------------------------------------------------------------------------


def paused(world: World, point: str, **popen: Any) -> subprocess.Popen[str]:
    """A run that waits at a point."""
    started = world.starts(point=f"pause {point}", **popen)
    assert started.stdout is not None
    if started.stdout.readline() != "paused\n":
        started.kill()
        raise AssertionError(f"the run did not come to {point}: {world.ends(started).told[-500:]}")
    return started


def resumed(world: World, started: subprocess.Popen[str]) -> Seen:
    assert started.stdin is not None
    started.stdin.write("\n")
    started.stdin.flush()
    return world.ends(started)


def second_run(point: str) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        world.portal.gives(answer(200, CHANGED))
        first = paused(world, point)
        second = same(world, world.run())
        ended = resumed(world, first)
        assert ended.code == 0, ended.told
        return same(world, second)

    return play


for stage, point in (
    ("staging", "pipeline.staging.editions:stage 1"),
    ("building", "pipeline.curated.build:build 3"),
    ("checking", "pipeline.checks.outcomes:keep 2"),
    ("writing its release", "pipeline.releases.draft:_fill 1"),
):
    fault(PROCESS, f"two runs at once: {stage}", f"a second run while the first waits at {where(point)}", BOTH,
          daily=stage == "building")(second_run(point))  # fmt: skip


@fault(PROCESS, "two publications at once", "another release is drafted while the first waits at _swap_in 1",
       Outcome("both are published, one after the other", new=True))  # fmt: skip
def _(world: World) -> Seen:
    world.portal.gives(answer(200, CHANGED))
    first = paused(world, "pipeline.releases.publish:_swap_in 1")
    world.portal.gives(answer(200, OTHER))
    second = paused(world, "pipeline.releases.publish:publish 1")
    assert second.stdin is not None
    second.stdin.write("\n")
    second.stdin.flush()
    time.sleep(2)
    assert second.poll() is None, "the second did not wait for the first"
    assert world.content() not in (undisturbed(world), undisturbed(world, OTHER))
    for started, ended in ((first, resumed(world, first)), (second, world.ends(second))):
        assert started.returncode == 0, ended.told
    there = {each.name.rpartition("-")[2] for each in world.releases.glob("2*")}
    assert {undisturbed(world), undisturbed(world, OTHER)} <= there, there
    assert world.content() == undisturbed(world, OTHER)
    return Seen(0, "")


@fault(PROCESS, "the data folder is moved", "renamed while no run is at work", MADE)
def _(world: World) -> Seen:
    before, place = world.release_name(), world.data
    world.data = world.data.rename(world.folder / "elsewhere")
    assert world.run() == Seen(0, "")
    assert world.release_name() == before, "a release was made of what had not changed"
    seen = same(world, world.gives(CHANGED))
    world.data = world.data.rename(place)
    return seen


def at_another_time(days: int) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        world.portal.gives(answer(200, CHANGED))
        seen = world.ends(world.starts(point=f"back {days}"))
        assert sorted(each.name for each in world.releases.glob("2*"))[0 if days > 0 else -1] == world.release_name()
        after = world.run()
        assert after == Seen(0, ""), after
        return same(world, seen)

    return play


fault(PROCESS, "the clock goes backwards", "the next run takes place 400 days ago", MADE)(at_another_time(400))
fault(PROCESS, "the clock goes forwards", "the next run takes place in 400 days, the one after it now", OVERDUE,
      "not in order for longer than their cadence are")(at_another_time(-400))  # fmt: skip


# -- time -------------------------------------------------------------------------------------------------------------


@fault("Time", "a source refused within its cadence", "a page in place of the file, 5 days later", LAST_GOOD,
       "the last good file is used instead: .* last confirmed on")  # fmt: skip
def _(world: World) -> Seen:
    world.portal.gives(PAGE)
    return world.ends(world.starts(point="back -5"))


@fault("Time", "a source refused beyond its cadence", "a page in place of the file, 50 days later; another source changed",
       OVERDUE, "not in order for longer than their cadence are vestigingen_bo")  # fmt: skip
def _(world: World) -> Seen:
    world.portal.gives(PAGE)
    write_package(world.package, without=[DATASET], gemeenten=[{"gemeentenummer": "GM0363", "naam": "Mokum"}])
    seen = world.ends(world.starts(point="back -50"))
    description = json.loads((world.releases / LATEST / DESCRIPTION).read_text(encoding="utf-8"))
    (since,) = (each["since"] for each in description["stale"] if each["registry"] == DATASET)
    assert f"{DATASET} (since {since})" in seen.told, since
    return seen


# -- disks ------------------------------------------------------------------------------------------------------------


BACK = 'rm -f "$D/filler"; rm -rf "$B/releases"; cp -a "$D/releases" "$B/"'


def on_a_disk(world: World, mount: str, point: str, after: str) -> Seen:
    """Run where the data folder is a disk of its own, which only that process sees; ``B`` is where the data was before."""
    disk = world.folder / "disk"
    disk.mkdir()
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*alone, "mount", "-t", "tmpfs", "none", disk], capture_output=True).returncode
    ):
        raise Skipped("no disk can be mounted here: unshare is missing or not allowed")
    script = f'set -e; {mount}; set +e; "$@"; code=$?; {after}; exit $code'
    environment = {**world.environment(), "B": str(world.data), "D": str(disk), "PASSEND_DATA_DIR": str(disk)}
    command = [*alone, "sh", "-c", script, "sh", sys.executable, "-m", "tests.faults.child", point, "run"]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, text=True, capture_output=True, timeout=300, check=False)
    return Seen(done.returncode, f"{done.stdout}\n{done.stderr}")


def full(point: str) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        world.portal.gives(answer(200, CHANGED))
        return on_a_disk(world, 'mount -t tmpfs -o size=200m none "$D"; cp -a "$B/." "$D/"', f"fill {point}", BACK)

    return play


for stage, point in (
    ("archiving", "pipeline.archive.archive:Archive.keep 1"),
    ("building", "pipeline.curated.build:build 1"),
    ("keeping a table", "pipeline.store.stored:keep 3"),
    ("releasing", "pipeline.releases.draft:_fill 1"),
):
    fault(PROCESS, f"disk full while {stage}", f"a small disk, filled up at {where(point)}", NO_ROOM,
          "there is no room left|make room")(full(point))  # fmt: skip


@fault(PROCESS, "data folder read-only", "a read-only mount", UNWRITABLE, "the data folder .* cannot be written: Read-only")
def _(world: World) -> Seen:
    return on_a_disk(world, 'mount --bind "$B" "$D"; mount -o remount,bind,ro "$D"', "", ":")


# -- readers ----------------------------------------------------------------------------------------------------------

HOLD = (
    "import duckdb, sys; held = duckdb.connect(sys.argv[1], read_only={read_only}); print('holds', flush=True); sys.stdin.read()"
)


def held(read_only: bool) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        path = world.releases / LATEST / DUCKDB_FILE
        path.chmod(0o444 if read_only else 0o644)  # a release cannot be written; this analyst saw to it that it can
        command = [sys.executable, "-c", HOLD.format(read_only=read_only), str(path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as analyst:
            assert analyst.stdout is not None
            assert analyst.stdout.readline() == b"holds\n"
            seen = same(world, world.gives(CHANGED))
            assert analyst.stdin is not None
            analyst.stdin.close()
        return seen

    return play


fault(PROCESS, "an analyst holds the database", "opened read-only in another process", MADE)(held(True))
fault(PROCESS, "an analyst holds the database to write", "opened read-write in another process", MADE)(held(False))


@fault(
    PROCESS,
    "an analyst reads through twenty releases",
    "Parquet of three tables in a loop, of the folder that latest leads to",
    MADE,
)
def _(world: World) -> Seen:
    """Each release has one number in three tables; a reader that sees two numbers saw a mixture."""
    contracts = load_contracts("curated")
    datasets: dict[str, list[str]] = {each: [] for each in contracts}
    counts = dict.fromkeys([*contracts, *load_contracts("staging")], 0)
    first = (world.releases / LATEST).resolve()
    seen: list[set[str]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            folder = (world.releases / LATEST).resolve()
            seen.append(
                {pq.read_table(folder / f"{each}.parquet", columns=[column])[0][0].as_py() for each, column in NUMBERED.items()}
            )

    reader = threading.Thread(target=read)
    with tempfile.TemporaryDirectory(dir=world.folder) as folder:
        for number in range(20):
            tables = numbered(first, number, contracts, Path(folder))
            build = BuildInfo(f"{number}", f"run-{number}", "code", datetime.now(UTC), ["klein"], datasets, "de proef")
            drafted = draft(tables, contracts, [], Filling(contracts, world.releases, fictitious=False), build)
            publish(drafted, contracts, [], counts, world.releases)
            if number == 0:
                reader.start()
    done.set()
    reader.join()
    assert all(len(each) == 1 for each in seen), f"a mixture: {next(each for each in seen if len(each) > 1)}"
    assert len({next(iter(each)) for each in seen}) > 5, "the reader saw few of the releases"
    return Seen(0, "")


NUMBERED = {"gemeente": "naam", "vestiging": "naam", "bron": "bestand"}


def numbered(release: Path, number: int, contracts: Mapping[str, Contract], folder: Path) -> dict[str, tuple[Stored, Path]]:
    """The tables of a release, with a number in three of them."""
    tables = {}
    with duckdb.connect() as connection:
        for table, contract in contracts.items():
            path = release / f"{table}.parquet"
            if table in NUMBERED:
                rows = f"(select * replace ('uitgave {number}' as {NUMBERED[table]}) from read_parquet('{path}'))"
                path = folder / f"{table}-{number}.parquet"
                write(connection, contract, rows, path)
            content, count = read_footer(path)
            tables[table] = Stored(table, (Part(path.name, "", path.stat().st_size),), content, count), path
    return tables
