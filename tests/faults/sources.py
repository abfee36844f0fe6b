"""Faults of folders that are given as sources: what a package says, what is in the place of its files, editions that meet."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.registries.origins.package import PACKAGE
from pipeline.releases.release import LATEST
from tests.faults.access import command
from tests.faults.cells import CONTRACTS, RELATIONS, SWVS
from tests.faults.matrix import Outcome, fault
from tests.faults.process import CHANGED, MADE, same
from tests.faults.world import DATASET, GOOD, Seen, World
from tests.support.server import answer
from tests.support.small import csv_of, write_package

SOURCES = "Sources"
REFUSED = Outcome("stopped, exit 2, with the file and the reason", codes=(2,), new=False)
TOLD = Outcome("used, and told", new=None)
LEFT = Outcome("told, exit 5; with a reason the release of an undisturbed run", codes=(5,), new=True)
NOTED = Outcome("used, and told", new=True)
SEEN = Outcome("seen; the new bytes are used", new=True)
REGISTERS = ["leerlingen_po_historisch", "swv_regio_wettelijk", "postcode4", "gemeenten"]


@contextmanager
def repacked(world: World, **stated: Any) -> Iterator[dict[str, Any]]:
    """Say other things in the package of a world, of its first resource and of itself, while the block lasts."""
    file = world.package / PACKAGE
    before = file.read_text(encoding="utf-8")
    package = json.loads(before)
    package["resources"][0] |= stated
    file.write_text(json.dumps(package), encoding="utf-8")
    try:
        yield package["resources"][0]
    finally:
        file.write_text(before, encoding="utf-8")


# -- packages that cannot be used --------------------------------------------------------------------------------------


def saying(**stated: Any) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        with repacked(world, **stated):
            return command(world, "run")

    return play


def with_a_file(make: Callable[[Path], object]) -> Callable[[World], Seen]:
    """A run with something else in the place of a listed file."""

    def play(world: World) -> Seen:
        make(world.package / "anders.csv")
        try:
            return saying(path="anders.csv")(world)
        finally:
            (world.package / "anders.csv").unlink()

    return play


for name, says, play in (
    ("a link that leads out of the folder", "outside its own folder", with_a_file(lambda path: path.symlink_to("/etc/passwd"))),
    ("a link that leads to itself", "leads nowhere", with_a_file(lambda path: path.symlink_to(path.name))),
    ("a link that leads to nothing", "cannot be found", with_a_file(lambda path: path.symlink_to("weg.csv"))),
    ("a pipe in place of a file", "is no file", with_a_file(os.mkfifo)),
    ("a NUL in the name of a file", "holds a NUL character", saying(path="a\0.csv")),
    ("half a character in the name of a file", "cannot be found", saying(path="\ud800.csv")),
    ("a hash that is none", "the hash sha256:0, which is none", saying(hash="sha256:0")),
    ("a hash of an unknown kind", "the hash shake_128:", saying(hash=f"shake_128:{'0' * 32}")),
    ("a size that is none", "`bytes` that is no number", saying(bytes=True)),
    ("licences that are no list", "`licenses` that is no list", saying(licenses=5)),
):
    fault(SOURCES, name, "in the package of a folder", REFUSED, f"datapackage.json .*{says}", world="sources",
          daily=name == "a pipe in place of a file")(play)  # fmt: skip


@fault(SOURCES, "a package of 100,000 brackets", "datapackage.json", REFUSED, "nested too deep", world="sources")
def _(world: World) -> Seen:
    with repacked(world):
        (world.package / PACKAGE).write_text("[" * 100_000, encoding="utf-8")
        return command(world, "run")


@fault(SOURCES, "a pipe in place of a package", "datapackage.json", REFUSED, "is no file", world="sources")
def _(world: World) -> Seen:
    file = world.package / PACKAGE
    before = file.read_bytes()
    file.unlink()
    os.mkfifo(file)
    try:
        return command(world, "run")
    finally:
        file.unlink()
        file.write_bytes(before)


# -- editions that meet ------------------------------------------------------------------------------------------------


@fault(SOURCES, "a folder whose package is called sandbox", "which fictitious registries are not", MADE)
def _(world: World) -> Seen:
    file = world.package / PACKAGE
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | {"name": "sandbox"}), encoding="utf-8")
    seen = same(world, world.gives(CHANGED))
    release = world.releases / LATEST
    assert not json.loads((release / "datapackage.json").read_text(encoding="utf-8"))["fictitious"]
    assert not [path for path in release.rglob("*.html") if "FICTIE" in path.read_text(encoding="utf-8")]
    return seen


@fault(SOURCES, "other bytes of the same size and time", "gemeenten.csv, of which the package states no hash", SEEN)
def _(world: World) -> Seen:
    assert world.run() == Seen(0, "")
    file = world.package / "gemeenten.csv"
    moment = file.stat().st_mtime_ns
    file.write_bytes(file.read_bytes().replace(b"Groningen", b"Groningem"))
    os.utime(file, ns=(moment, moment))
    seen = world.run()
    assert world.ask("select count(*) from gemeente where naam = 'Groningem'") == [(1,)]
    return seen


@fault(
    SOURCES,
    "files of one publication, of two days",
    "two of RIO's seven, of 1 and 8 August",
    NOTED,
    "are not of one publication, and may contradict",
)
def _(world: World) -> Seen:
    package, listed = "rio_nfo_po_vo_vavo_mbo_ho", []
    for day, table, file, rows in (
        ("01", "samenwerkingsverbanden", "samenwerkingserkenningen.csv", SWVS),
        ("08", "swv_vestiging", "relaties_samenwerkingserkenningen_vestigingserkenningen.csv", RELATIONS),
    ):
        path = f"/dataset/{package}/resource/{table}/download/{file}"
        world.portal.server.on(path, answer(200, csv_of(CONTRACTS[f"stg_rio_{table}"], rows)))
        listed.append({"id": table, "name": file, "url": f"{world.portal.url}{path}", "last_modified": f"2026-08-{day}T00:00:00"})
    shown = {"success": True, "result": {"name": package, "license_title": "CC-BY-4.0", "resources": listed}}
    world.portal.server.on(f"/api/3/action/package_show?id={package}", answer(200, json.dumps(shown).encode()))
    return command(world, "run")


def other_edition(world: World, day: str) -> str:
    """A folder with another edition of the register."""
    content = GOOD.replace(b"De Proef 7;", b"De Oude Proef;")
    return str(write_package(world.folder / "ander", without=REGISTERS, days={DATASET: day}, **{DATASET: content}))


@fault(SOURCES, "the edition of another folder, given once", "a run with two folders, then one with the first alone", LEFT,
       "made from live, klein, ander; now from live, klein")  # fmt: skip
def _(world: World) -> Seen:
    both = ("live", str(world.package), other_edition(world, "2025-10-01"))
    assert world.run(sources=both) == Seen(0, "")
    assert world.ask(f"select count(*) from bron where dataset = '{DATASET}'") == [(2,)]
    world.portal.gives(answer(200, CHANGED))
    seen = world.run(sources=both[:2])
    same(world, command(world, "run", "--accept-diff", "vestiging_gezien: the other folder was given once"))
    return seen


@fault(
    SOURCES, "two editions of one day", "of the portal and of a folder, with other bytes", TOLD, "each give an edition of 2026-08"
)
def _(world: World) -> Seen:
    return world.run(sources=("live", str(world.package), other_edition(world, "2026-08-01")))
