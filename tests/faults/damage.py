"""Faults of the disk: each kind of object is damaged in every way, one after the other, and a run finds it and goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.releases.release import DUCKDB_FILE, LATEST
from tests.faults.matrix import Outcome, fault
from tests.faults.process import CHANGED, same
from tests.faults.world import DATASET, HEADER, LINES, Seen, World

DAMAGE = "Damage"
MADE_AGAIN = Outcome("found and made again; the release of an undisturbed run", new=True)
HELD = Outcome("not published: exit 5", codes=(5,), new=False)
PASSED_OVER = Outcome("passed over; the release of an undisturbed run", new=True)
WAYS: dict[str, Callable[[bytes], bytes | None]] = {
    "truncated": lambda content: content[: len(content) // 2],
    "other bytes": lambda content: bytes(byte ^ 0x55 for byte in content),
    "another document": lambda content: b"{}",
    "no document": lambda content: b"[]",
    "empty": lambda content: b"",
    "deleted": lambda content: None,
}
HOW = ", ".join(WAYS)


def harm(path: Path, content: bytes | None) -> None:
    """Put other content in the place of a file, which keeps its other names, or remove it."""
    path.unlink()
    if content is not None:
        path.write_bytes(content)


def damaged(pattern: str, *, made_again: bool) -> Callable[[World], Seen]:
    """Damage the newest that fits the pattern, of every folder, in each way, and run; in the end with a changed register."""

    def play(world: World) -> Seen:
        assert world.run() == Seen(0, "")  # at the address of this world's own portal
        before, paths = world.release_name(), newest(world.data.glob(pattern))
        assert paths, f"nothing is {pattern}"
        for way, change in WAYS.items():
            content = {path: path.read_bytes() for path in paths}
            for path in paths:
                harm(path, change(content[path]))
            seen = world.run()
            assert seen == Seen(0, ""), f"{way}: {seen}"
            assert world.release_name() == before, f"{way}: a release was made of what had not changed"
            if made_again:
                again = [path for path in paths if path.is_file() and path.read_bytes() != change(content[path])]
                assert again == paths, f"{way}: not made again are {set(paths) - set(again)}"
            for path in paths:  # to be damaged once more
                path.write_bytes(content[path])
        for path in paths:
            harm(path, b"")
        return same(world, world.gives(CHANGED))

    return play


KINDS = (
    ("a table's file", "tables/vestiging/*.parquet", True),
    ("a table's sidecar", "tables/vestiging/*.json", True),
    ("the run's own tables", "tables/intern.*/*", True),
    ("the rows of an edition", f"staged/stg_{DATASET}/*.parquet", True),
    ("what came of reading an edition", f"staged/stg_{DATASET}/*.json", True),
    ("the outcomes of checks", "checks/vestiging*/*.json", True),
    ("what is known of a registry", f"looks/{DATASET}/*.json", False),
    ("what another run worked with", f"runs/*/{DATASET}.json", False),
    ("when another run began", "runs/*/started.json", False),
    ("a payload of the archive", f"raw/{DATASET}/{'[0-9a-f]' * 64}", True),
)
for name, pattern, made_again in KINDS:
    fault(DAMAGE, name, f"{pattern}: {HOW}", MADE_AGAIN if made_again else PASSED_OVER, daily=name == "the outcomes of checks")(
        damaged(pattern, made_again=made_again)
    )


@fault(DAMAGE, "folders in place of files", "the newest of each kind above at once, empty; then one with a file in it",
       Outcome("passed over; the one with a file is told, exit 2; then the release of an undisturbed run", new=True))  # fmt: skip
def _(world: World) -> Seen:
    assert world.run() == Seen(0, "")
    before = world.release_name()
    for path in [each for _, pattern, _ in KINDS for each in newest(world.data.glob(pattern))]:
        path.unlink()
        path.mkdir()
    assert (world.run(), world.release_name()) == (Seen(0, ""), before)
    (sidecar,) = newest(world.data.glob("tables/vestiging/*.json"))
    sidecar.unlink()
    sidecar.mkdir()
    (sidecar / "hier").touch()
    seen = world.run()
    assert (seen.code, "move it away and run again" in seen.told) == (2, True), seen
    (sidecar / "hier").unlink()
    return same(world, world.gives(CHANGED))


def newest(paths: Iterable[Path]) -> list[Path]:
    """The newest file of each kind in each folder."""
    found = {(path.parent, path.suffix): path for path in sorted(paths, key=lambda each: each.stat().st_mtime_ns)}
    return sorted(found.values())


def of_the_release(name: str) -> Callable[[World], Seen]:
    """Damage a file of the current release, in a world beside this one: `passend check` says so, and a run makes it again."""

    def play(world: World) -> Seen:
        other = world.sibling(f"release-{name}")
        assert other.gives(CHANGED).code == 0
        path = other.releases / LATEST / name
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])  # under all its names: a table is linked, not copied
        found = other.ends(other.starts("check"))
        assert found.code == 5, found
        assert "Traceback" not in found.told, found.told
        assert other.run() == Seen(0, "")
        assert other.ends(other.starts("check")).code == 0
        return same(world, world.gives(CHANGED))

    return play


@fault(DAMAGE, "half of the schools gone, and what that is measured by damaged",
       "the half is accepted; vestiging.parquet of the current release is truncated", HELD,
       "cannot be measured|too much would be gone")  # fmt: skip
def _(world: World) -> Seen:
    """In a world beside this one, whose release is not what it was."""
    other = world.sibling("measured")
    assert "was refused" in other.gives(HEADER + b"".join(LINES[::2])).told
    assert other.ends(other.starts("accept", DATASET, "--reason", "proef")).code == 0
    path = other.releases / LATEST / "vestiging.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:999])
    before = other.release_name()
    seen = other.run()
    assert other.release_name() == before, "half of the schools are gone"
    return seen


for name in ("vestiging.parquet", DUCKDB_FILE, "datapackage.json"):
    fault(DAMAGE, f"{name} of the current release", "truncated, under all its names", MADE_AGAIN)(of_the_release(name))
