"""Faults of where things lie and where they are shown: odd folders, pointers that are damaged, streams that take nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta

import yaml

from pipeline.releases.release import LATEST
from tests.faults.access import command
from tests.faults.matrix import Outcome, Skipped, fault
from tests.faults.process import CHANGED, MADE, same
from tests.faults.world import DATASET, GOOD, REPOSITORY, Seen, World
from tests.support.server import answer

PLACES = "Places"
REFUSED = Outcome("stopped, exit 2, with the cure", codes=(2,), new=False)
SHOWN = Outcome("no traceback, exit 0", new=False)
UNSHOWN = Outcome("stopped, exit 9: it cannot be written", codes=(9,), new=False)
SILENT = Outcome("no traceback, the exit code of the command", codes=(2,), new=False)
LEFT_ALONE = Outcome("left alone; the release of an undisturbed run", new=True)
EXPENDABLE = Outcome("stopped, exit 2, with the cure; then the release of an undisturbed run", codes=(2,), new=True)
HEALED = Outcome("healed; the release of an undisturbed run", new=True)


# -- the data folder --------------------------------------------------------------------------------------------------


def in_a_folder(name: str) -> Callable[[World], Seen]:
    """The whole job in a data folder of that name, to which the data was moved."""

    def play(world: World) -> Seen:
        place = world.data
        world.data = place.rename(world.folder / name)
        world.portal.gives(answer(200, CHANGED))
        try:
            seen = command(world, "run")
            if seen.code == 0:
                same(world, seen)
                assert command(world, "check").code == 0
                assert command(world, "query", "from afgekeurd", "--staging").code == 0
        finally:
            world.data = world.data.rename(place)
        return seen

    return play


fault(PLACES, "a data folder named key=value", "code=x, as a column of a table is called", MADE)(in_a_folder("code=x"))
for name in ("wat?", "a*b", "a[1]", "%41"):
    fault(PLACES, f"a data folder named {name}", "which Dagster would take for a pattern", REFUSED, "rename it")(
        in_a_folder(name)
    )


@fault(PLACES, "a data folder below ~", "PASSEND_DATA_DIR=~/data", SHOWN, world="places")
def _(world: World) -> Seen:
    seen = command(world, "check", PASSEND_DATA_DIR="~/data")
    assert not (REPOSITORY / "~").exists()
    return seen


@fault(
    PLACES, "an empty setting for the data folder", "PASSEND_DATA_DIR=", REFUSED, "is not the name of a folder", world="places"
)
def _(world: World) -> Seen:
    return command(world, "check", PASSEND_DATA_DIR="")


@fault(PLACES, "a dagster.yaml that a crash left empty", "of 0 bytes", MADE)
def _(world: World) -> Seen:
    file = world.data / "dagster" / "dagster.yaml"
    file.write_bytes(b"")
    seen = same(world, world.gives(CHANGED))
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["telemetry"] == {"enabled": False}
    return seen


@fault(PLACES, "Dagster's own history is damaged", "runs.db: other bytes; index.db: half", EXPENDABLE, "It is expendable: remove")
def _(world: World) -> Seen:
    world.portal.gives(answer(200, CHANGED))
    home = world.data / "dagster"
    for file, content in ((home / "history" / "runs.db", b"no database"), (home / "history" / "runs" / "index.db", None)):
        before = file.read_bytes()
        file.write_bytes(content or before[: len(before) // 2])
        seen = command(world, "run")
        assert (seen.code, "Traceback" in seen.told) == (2, False), seen.told
        file.write_bytes(before)
    file.write_bytes(b"")
    shutil.rmtree(home)
    same(world, world.run())
    return seen


@fault(PLACES, "200 releases", "of as many days, all kept", MADE)
def _(world: World) -> Seen:
    current = world.releases / world.release_name()
    for number in range(200):
        day = date(2020, 1, 1) + timedelta(number)
        other = world.releases / f"{day:%Y.%m.%d}-{number:012x}"
        shutil.copytree(current, other, copy_function=os.link)
        described = json.loads((current / "datapackage.json").read_text(encoding="utf-8"))
        described |= {"version": other.name, "created": f"{day}T12:00:00+00:00"}
        (other / "datapackage.json").unlink()
        (other / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    world.given["keep_days"] = 36500
    seen = same(world, world.gives(CHANGED))
    assert len(list(world.releases.glob("2*"))) == 202
    assert command(world, "check").code == 0
    assert command(world, "diff", f"2020.01.01-{0:012x}", f"2020.07.18-{199:012x}").code == 0
    return seen


@fault(PLACES, "a copied data folder", "cp -a, and cp -r, which parts its hard links; a run in each", MADE)
def _(world: World) -> Seen:
    place, before = world.data, world.release_name()
    assert world.run() == Seen(0, "")
    for how in ("-a", "-r"):
        copy = world.folder / f"kopie{how}"
        subprocess.run(["cp", how, str(place), str(copy)], check=True)
        try:
            world.data = copy
            assert (world.run(), world.release_name()) == (Seen(0, ""), before)
            assert command(world, "check").code == 0
            same(world, world.gives(CHANGED))
        finally:
            world.data = place
            world.portal.gives(answer(200, GOOD))
    return same(world, world.gives(CHANGED))


@fault(PLACES, "a release whose name begins another's", "diff, by its whole name", SHOWN)
def _(world: World) -> Seen:
    name = world.release_name()
    longer = world.releases / f"{name}0"
    shutil.copytree(world.releases / name, longer)
    described = json.loads((longer / "datapackage.json").read_text(encoding="utf-8"))
    (longer / "datapackage.json").chmod(0o644)
    (longer / "datapackage.json").write_text(json.dumps(described | {"version": longer.name}), encoding="utf-8")
    seen = command(world, "diff", name, name)
    assert "is the beginning of 2 releases" in command(world, "diff", name[:-1], name).told
    return seen


OTHER_USER = 12345


def owned_by_another(world: World, mode: str, *arguments: str) -> Seen:
    """A command on a data folder that belongs to another user, without the rights that root has over it."""
    alone = ["unshare", "--user", "--map-root-user"]
    if os.geteuid() != 0 or shutil.which("unshare") is None or subprocess.run([*alone, "true"], capture_output=True).returncode:
        raise Skipped("nothing can be given to another user here: this is not root, or unshare is not allowed")
    subprocess.run(["chmod", "-R", mode, str(world.data)], check=True)
    subprocess.run(["chown", "-R", str(OTHER_USER), str(world.data)], check=True)
    try:
        done = subprocess.run([*alone, sys.executable, "-m", "tests.faults.child", "", *arguments], cwd=REPOSITORY, text=True,
                              capture_output=True, env=world.environment(), timeout=300, check=False)  # fmt: skip
    finally:
        subprocess.run(["chown", "-R", str(os.geteuid()), str(world.data)], check=True)
    return Seen(done.returncode, f"{done.stdout}\n{done.stderr}")


@fault(PLACES, "another user, who may read", "a data folder of somebody else: query, check, sources; then run", REFUSED,
       "cannot be written")  # fmt: skip
def _(world: World) -> Seen:
    for arguments in (("query", "select count(*) as n from vestiging"), ("check",), ("sources",)):
        seen = owned_by_another(world, "u+rwX,go+rX", *arguments)
        assert seen.code == 0, seen.told
    staged = owned_by_another(world, "u+rwX,go+rX", "query", "from afgekeurd", "--staging")
    assert (staged.code, "cannot be used: Permission denied; give this user rights" in staged.told) == (2, True), staged.told
    world.portal.gives(answer(200, CHANGED))
    return owned_by_another(world, "u+rwX,go+rX", "run")


@fault(PLACES, "another user, who may write", "a data folder of somebody else, in which all may write", MADE)
def _(world: World) -> Seen:
    world.portal.gives(answer(200, CHANGED))
    return same(world, owned_by_another(world, "a+rwX", "run"))


@fault(PLACES, "a folder of a person among the releases", "a copy of a release; the two newest are kept", LEFT_ALONE)
def _(world: World) -> Seen:
    mine = world.releases / "van mij"
    shutil.copytree(world.releases / LATEST, mine)
    seen = same(world, world.run(keep_days=0, keep_months=0, keep_years=0, keep_releases=2) and world.gives(CHANGED))
    assert (mine / "datapackage.json").is_file()
    shutil.rmtree(mine)
    return seen


# -- pointers ---------------------------------------------------------------------------------------------------------


@fault(PLACES, "latest is a folder", "a copy of the release in place of the link", REFUSED, "move it away and run again")
def _(world: World) -> Seen:
    link = world.releases / LATEST
    release = link.resolve()
    link.unlink()
    shutil.copytree(release, link)
    world.portal.gives(answer(200, CHANGED))
    seen = command(world, "run")
    for each in sorted(link.iterdir()):
        assert each.exists()
    shutil.rmtree(link)
    same(world, world.run())
    link.unlink()
    link.symlink_to(release.name)
    return seen


@fault(PLACES, "latest is gone", "removed, or it leads nowhere, then a run", HEALED)
def _(world: World) -> Seen:
    link = world.releases / LATEST
    link.unlink()
    link.symlink_to("2020.01.01-000000000000")
    assert world.run() == Seen(0, "")
    link.unlink()
    return same(world, world.gives(CHANGED))


DOCUMENTS = (b"", b"[]", b"{}", b'{"created": 1, "resources": {}}', b"[" * 100_000, b"\0" * 500)


@fault(PLACES, "descriptions of other releases are damaged", "empty, another document, zeros, 100,000 brackets", HEALED)
def _(world: World) -> Seen:
    current = world.release_name()
    for number, document in enumerate(DOCUMENTS):
        damaged = world.releases / f"2020.01.0{number + 1}-00000000000{number}"
        shutil.copytree(world.releases / current, damaged)
        (damaged / "datapackage.json").chmod(0o644)
        (damaged / "datapackage.json").write_bytes(document)
    for arguments in (("check",), ("diff", current, current), ("rollback",)):
        seen = command(world, *arguments)
        assert (seen.code in (0, 2), "Traceback" in seen.told) == (True, False), seen.told
    return same(world, world.gives(CHANGED))


@fault(PLACES, "the log of rollbacks is damaged", "rollbacks.json and moves/: empty, another document, a folder", HEALED)
def _(world: World) -> Seen:
    moves = world.releases / "moves"
    moves.mkdir(exist_ok=True)
    (moves / "00000001.json").mkdir()
    (moves / "00000002.json").write_bytes(b"[]")
    for document in (b"", b"[]", b"[1]", b'{"at": 1}'):
        (world.releases / "rollbacks.json").write_bytes(document)
        assert world.run() == Seen(0, "")
    (world.releases / "rollbacks.json").unlink()
    (world.releases / "rollbacks.json").mkdir()
    return same(world, world.gives(CHANGED))


@fault(PLACES, "a folder in place of a look", "looks/*/*.json: the next number is taken by a folder", HEALED)
def _(world: World) -> Seen:
    newest = max((world.data / "looks" / DATASET).glob("*.json"))
    (newest.with_name(f"{int(newest.stem) + 1:08}.json")).mkdir()
    return same(world, world.gives(CHANGED))


# -- what is shown ----------------------------------------------------------------------------------------------------

ROWS = ("query", "select 'Ĳ–é中' as naam from range(3000)")


def streams(world: World, script: str, *arguments: str, **environment: str) -> Seen:
    """A command whose streams a shell has changed (``$@`` is the command); a traceback shows on either of them."""
    full = [sys.executable, "-m", "tests.faults.child", "", *arguments]
    done = subprocess.run(
        ["bash", "-c", f'{script}; exit "${{PIPESTATUS[0]}}"', "bash", *full], cwd=REPOSITORY, capture_output=True, timeout=300,
        env={**world.environment(), **environment}, check=False,
    )  # fmt: skip
    told = (done.stdout + done.stderr).decode("utf-8", "replace")
    return Seen(done.returncode, told)


for name, script, arguments, environment, outcome in (
    ("a pipe that has read enough", '"$@" | head -1', ROWS, {}, SHOWN),
    ("a pipe that has read enough of a table of lists", '"$@" | head -1', ("sources",), {}, SHOWN),
    ("standard output is full", '"$@" > /dev/full', ROWS, {}, UNSHOWN),
    ("standard output is full, as CSV", '"$@" > /dev/full', (*ROWS, "--format", "csv"), {}, UNSHOWN),
    ("standard output is closed", '"$@" >&-', ROWS, {}, SHOWN),
    ("standard error is full", '"$@" 2> /dev/full', ("query", "from geen"), {}, SILENT),
    ("standard error is full, and an option is none", '"$@" 2> /dev/full', ("query", "--onzin"), {}, SILENT),
    ("standard error is closed", '"$@" 2>&-', ("query", "from geen"), {}, SILENT),
    ("a terminal of no columns", '"$@"', ROWS, {"COLUMNS": "0"}, SHOWN),
    ("a terminal of one column", '"$@"', ("sources",), {"COLUMNS": "1"}, SHOWN),
    ("a terminal of Latin-1", '"$@"', ROWS, {"PYTHONIOENCODING": "latin-1"}, SHOWN),
    ("a terminal of ASCII", '"$@"', ("sources",), {"PYTHONIOENCODING": "ascii"}, SHOWN),
):
    fault(PLACES, name, script.replace('"$@"', "passend"), outcome, world="places")(
        lambda world, script=script, arguments=arguments, environment=environment: streams(
            world, script, *arguments, **environment
        )
    )


for name, script in (
    ("a run whose standard error is full", '"$@" 2> /dev/full'),
    ("a run whose standard error is closed", '"$@" 2>&-'),
    ("a run of which nobody reads the progress", '"$@" 2> >(exec 0<&-)'),
    ("a run of which somebody reads a line of the progress", '"$@" 2> >(head -1)'),
):

    def _(world: World, script: str = script) -> Seen:
        world.portal.gives(answer(200, CHANGED))
        return same(world, streams(world, script, "run"))

    fault(PLACES, name, script.replace('"$@"', "passend"), MADE, daily=name.endswith("full"))(_)


@fault(PLACES, "JSON for a terminal of ASCII", "PYTHONIOENCODING=ascii", SHOWN, world="places")
def _(world: World) -> Seen:
    seen = streams(world, '"$@"', "query", "select 'Ĳ–é中' as naam", "--json", PYTHONIOENCODING="ascii")
    assert json.loads(seen.told) == [{"naam": "Ĳ–é中"}]
    return seen
