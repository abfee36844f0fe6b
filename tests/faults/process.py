"""Faults of the machine and of time: a run that is killed, a full disk, a second run, an analyst who holds what is published."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import duckdb
import pyarrow.parquet as pq

from pipeline.contracts.loading import load_contracts
from pipeline.describe.descriptor import FILE as DESCRIPTION
from pipeline.describe.descriptor import BuildInfo
from pipeline.releases.release import DUCKDB_FILE, LATEST, make_release
from tests.faults.matrix import LAST_GOOD, Outcome, Skipped, fault
from tests.faults.world import DATASET, GOOD, REPOSITORY, Seen, World
from tests.support.server import answer
from tests.support.small import write_package

PROCESS = "Process"
ANEW = Outcome("run again: the release of an undisturbed run", new=True)
STOPPED = Outcome("stopped, exit 130", codes=(130,))
BUSY = Outcome("refused, exit 6; the first run goes on", codes=(6,), new=True)
NO_ROOM = Outcome("stopped, exit 9; the last release stands", codes=(9,))
UNWRITABLE = Outcome("stopped, exit 2; the last release stands", codes=(2,))
OVERDUE = Outcome("made of what is good, which it names; exit 3", codes=(3,), new=True)
MADE = Outcome("the release of an undisturbed run", new=True)
PAGE = answer(200, b"<!DOCTYPE html><title>Storing</title>")
CHANGED = GOOD.replace(b"De Proef 7;", b"De Nieuwe Proef;")
STAGES = (
    ("fetching, before a file is kept", "pipeline.archive.archive:Archive.keep 1", True),
    ("fetching, before it is remembered", "pipeline.archive.looks:Looks.add 1", False),
    ("staging", "pipeline.run.warehouse:Warehouse._stand 1", False),
    ("building", "pipeline.run.warehouse:Warehouse._stand 9", False),
    ("checking", "pipeline.run.warehouse:Warehouse.store_outcomes 5", False),
    ("writing the release", "pipeline.releases.release:write_parquet 30", True),
    ("the release stands, not yet named latest", "pipeline.releases.release:point 1", False),
    ("making the site", "pipeline.site.build:_write_page 1", False),
    ("writing down the last checks", "assets.local.runner:summarise 1", False),
)


def undisturbed(world: World) -> str:
    """The content of the release that a run makes of the changed register when nothing goes wrong; made once."""
    if "undisturbed" not in world.shared:
        other = world.sibling("undisturbed")
        assert other.gives(CHANGED).code == 0
        world.shared["undisturbed"] = other.content()
    return world.shared["undisturbed"]


def same(world: World, seen: Seen) -> Seen:
    assert world.content() == undisturbed(world), f"the release differs from that of an undisturbed run: {seen.told[-500:]}"
    return seen


def killed(point: str) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        world.portal.gives(answer(200, CHANGED))
        stopped = world.ends(world.starts(point=f"kill {point}"))
        assert stopped.code == -signal.SIGKILL, stopped.told
        assert world.intact()
        return same(world, world.run())

    return play


for stage, point, daily in STAGES:
    fault(PROCESS, f"SIGKILL: {stage}", f"at {point.partition(':')[2]}, then a run", ANEW, daily=daily)(killed(point))


def interrupted(what: str, point: str) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        world.portal.gives(answer(200, CHANGED))
        return world.ends(world.starts(point=f"{what} {point}"))

    return play


for what, stage, point in (
    *(("interrupt", stage, point) for stage, point, _ in (STAGES[0], STAGES[2], STAGES[4], STAGES[5])),
    ("query", "staging, amid a query", STAGES[2][1]),
):
    fault(PROCESS, f"SIGINT: {stage}", f"at {point.partition(':')[2]}", STOPPED, "passend: stopped; the last release stands")(
        interrupted(what, point)
    )


@fault(PROCESS, "two runs at once", "a second run while the first is staging", BUSY, "another run is at work in .*--data-dir")
def _(world: World) -> Seen:
    world.portal.gives(answer(200, CHANGED))
    first = world.starts(point="pause pipeline.run.warehouse:Warehouse.load 1")
    assert first.stdout is not None
    assert first.stdin is not None
    assert first.stdout.readline() == "paused\n"
    second = world.run()
    first.stdin.write("\n")
    first.stdin.flush()
    assert world.ends(first).code == 0
    return same(world, second)


@fault(PROCESS, "the clock goes backwards", "the next run takes place 400 days ago", MADE)
def _(world: World) -> Seen:
    world.portal.gives(answer(200, CHANGED))
    seen = same(world, world.ends(world.starts(point="back 400")))
    assert sorted(each.name for each in world.releases.glob("2*"))[0] == world.release_name()
    after = world.run()
    assert after == Seen(0, ""), after
    return seen


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
    ("building", "pipeline.run.warehouse:Warehouse.build 1"),
    ("releasing", "pipeline.releases.release:write_parquet 30"),
):
    fault(PROCESS, f"disk full while {stage}", f"a small disk, filled up at {point.partition(':')[2]}", NO_ROOM,
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
    contracts, columns = load_contracts("curated"), {"gemeente": "naam", "vestiging": "naam", "bron": "bestand"}
    datasets = dict.fromkeys(contracts, ())
    seen: list[set[str]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            folder = (world.releases / LATEST).resolve()
            seen.append(
                {pq.read_table(folder / f"{each}.parquet", columns=[column])[0][0].as_py() for each, column in columns.items()}
            )

    reader = threading.Thread(target=read)
    with duckdb.connect(str(world.data / "warehouse.duckdb")) as connection:
        for number in range(20):
            for each, column in columns.items():
                connection.execute(f"update {each} set {column} = 'uitgave {number}'")
            making = BuildInfo(f"{number}", f"run-{number}", "code", datetime.now(UTC), ["klein"], datasets, "de proef")
            make_release(connection, contracts, [], world.releases, making, lambda: [])
            if number == 0:
                reader.start()
    done.set()
    reader.join()
    assert all(len(each) == 1 for each in seen), f"a mixture: {next(each for each in seen if len(each) > 1)}"
    assert len({next(iter(each)) for each in seen}) > 5, "the reader saw few of the releases"
    return Seen(0, "")
