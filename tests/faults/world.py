"""Where a fault happens: a data folder with a good release, a portal that serves one register, and a package with the rest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from assets.local import runner
from assets.local.instance import HOME
from assets.project import load_project
from pipeline.checks.process import Validator
from pipeline.contracts.loading import load_contracts
from pipeline.errors import PassendError
from pipeline.releases.publish import LOCK
from pipeline.releases.release import DUCKDB_FILE, LATEST
from pipeline.run.staged import open_staged
from pipeline.settings import PREFIX, Settings
from tests.conftest import REPOSITORY
from tests.support.server import Answer, Server, answer
from tests.support.small import SCHOOL, csv_of, write_package

DATASET, PACKAGE, FILE = "vestigingen_bo", "adressen_bo", "vestigingenbo.csv"
DOWNLOAD = f"/dataset/1/resource/r/download/{FILE}"
PLACES = (("1011 AA", "0363"), ("1012 AB", "0363"), ("9711 ZZ", "0014"))
SCHOOLS = [
    {**SCHOOL, "instellingscode": f"{n:02}AA", "vestigingscode": f"{n:02}AA00", "vestigingsnaam": f"De Proef {n}",
     "postcode": PLACES[n % 3][0], "gemeentenummer": PLACES[n % 3][1]}
    for n in range(1, 81)
]  # fmt: skip
GOOD = csv_of(load_contracts("staging")[f"stg_{DATASET}"], SCHOOLS)
HEADER, *LINES = GOOD.splitlines(keepends=True)


@dataclass(frozen=True)
class Seen:
    """How a run ended: its exit code, and what it told of the register and of its failure."""

    code: int
    told: str


class Portal:
    """The register as the live portal gives it, until a test gives other answers at one of its addresses."""

    def __init__(self) -> None:
        self.server = Server()
        self.url = self.server.url
        self.lists()
        self.gives(answer(200, GOOD))

    def lists(self, **resource: Any) -> None:
        """The portal's metadata of the file; a size and a hash only when they are given."""
        listed = {"id": "r", "name": FILE, "url": f"{self.url}{DOWNLOAD}", "last_modified": "2026-08-01T00:00:00", **resource}
        shown = {"success": True, "result": {"name": PACKAGE, "license_title": "CC-BY-4.0", "resources": [listed]}}
        self.shows(json.dumps(shown).encode())

    def shows(self, *bodies: bytes, status: int = 200) -> None:
        """The answers to the question what the package holds."""
        self.server.on(f"/api/3/action/package_show?id={PACKAGE}", *(answer(status, body) for body in bodies))

    def gives(self, *answers: Answer) -> None:
        """The answers to the question for the file."""
        self.server.on(DOWNLOAD, *answers)

    def asked(self, path: str = DOWNLOAD) -> int:
        return sum(each == path for each, _ in self.server.requests)


class World:
    """A copy of the first release's data folder, to do harm to; the first release's own when ``data`` is still empty."""

    def __init__(
        self, folder: Path, portal: Portal, validator: Validator, make: Callable[[str], World], shared: dict[str, Any]
    ) -> None:
        self.folder, self.portal, self.validator = folder, portal, validator
        self.sibling, self.shared = make, shared
        self.data, self.package = folder / "data", folder / "klein"
        self.given: dict[str, Any] = {}
        self.told_of: tuple[str, ...] = (DATASET,)
        self._stood = self._hashes()

    # -- running ---------------------------------------------------------------------------------------------------

    def settings(self) -> Settings:
        nowhere = dict.fromkeys(("duo", "cbs", "pdok", "reference"), "")
        patience = {"attempts": 3, "backoff": 0.0, "connect_timeout": 5.0, "read_timeout": 10.0}
        return Settings(**{
            "data_dir": self.data, "sources": ("live", str(self.package)), "ckan": self.portal.url, **nowhere, **patience,
            **self.given,
        })  # fmt: skip

    def run(self, **given: Any) -> Seen:
        """The whole job, in this process."""
        self.given |= given
        try:
            summary = runner.run(self.settings(), validator=self.validator)
        except PassendError as error:
            return Seen(error.exit_code, str(error))
        return Seen(0, "\n".join(text for each in summary.datasets if each.dataset in self.told_of for text in each.messages))

    def gives(self, content: bytes) -> Seen:
        """The whole job, with a portal that gives this file."""
        self.portal.gives(answer(200, content))
        return self.run()

    def starts(self, *arguments: str, point: str = "", **popen: Any) -> subprocess.Popen[str]:
        """The command as a person types it, in a process of its own, with something that happens at a ``point`` (child)."""
        command = [sys.executable, "-m", "tests.faults.child", point, *(arguments or ("run",))]
        return subprocess.Popen(
            command, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            **{"stdin": subprocess.PIPE, "env": self.environment(), **popen},
        )  # fmt: skip

    def ends(self, started: subprocess.Popen[str]) -> Seen:
        out, err = started.communicate(timeout=300)
        return Seen(started.returncode, f"{out}\n{err}")

    def environment(self) -> dict[str, str]:
        settings = self.settings()
        told = {
            name: str(getattr(settings, name)) for name in ("data_dir", "ckan", "duo", "cbs", "pdok", "reference", "attempts")
        }
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "COLUMNS": "999", "HOME": str(self.folder),
            f"{PREFIX}SOURCES": ":".join(settings.sources), **{f"{PREFIX}{name.upper()}": text for name, text in told.items()},
        }  # fmt: skip

    # -- looking ---------------------------------------------------------------------------------------------------

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Return rows of the current release."""
        with duckdb.connect(str(self.releases / LATEST / DUCKDB_FILE), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def ask_staged(self, sql: str) -> list[tuple[Any, ...]]:
        """Return rows of what the last run read of the registries."""
        with open_staged(self.settings(), load_project()) as connection:
            return connection.execute(sql).fetchall()

    def ask_outcomes(self, sql: str) -> list[tuple[Any, ...]]:
        """Return rows of table ``outcome``: every outcome of a check that was ever kept."""
        with duckdb.connect() as connection:
            kinds = {"table": "varchar", "check": "varchar", "status": "varchar", "unexpected": "bigint"}
            connection.execute(f"create view outcome as from read_json('{self.data}/checks/*/*.json', columns = {kinds})")
            return connection.execute(sql).fetchall()

    @property
    def releases(self) -> Path:
        return self.data / "releases"

    def release_name(self) -> str:
        link = self.releases / LATEST
        return link.readlink().name if link.is_symlink() else ""

    def content(self) -> str:
        """What the current release holds, as the hash in its name."""
        return self.release_name().rpartition("-")[2]

    def intact(self) -> bool:
        """Whether every release that stood when this world was made still has the same bytes."""
        now = self._hashes()
        return all(now.get(name) == found for name, found in self._stood.items())

    def leftovers(self) -> list[str]:
        return leftovers(self.data)

    def _hashes(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.data)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.releases.glob("2*/*")) if path.is_file()
        }  # fmt: skip


def leftovers(data: Path) -> list[str]:
    """What a run leaves when it does not tidy up after itself."""
    left = [each for each in data.glob("releases/.*") if each.name != LOCK]
    left += [*data.glob("releases/2*/.*"), *data.glob("*.tmp"), *data.glob("raw/*/.*")]
    left += [each for pattern in ("*", ".*") for each in data.glob(f"scratch/{pattern}")]
    return sorted(str(each.relative_to(data)) for each in left)


@contextmanager
def worlds(folder: Path, first: Path | None = None) -> Iterator[Callable[[str], World]]:
    """For each name, a world below ``folder`` that begins with a first good release. One name is one world.

    ``first`` is a world that has that release already; left out, it is made.
    """
    before = os.environ.pop(HOME, None)
    portals: list[Portal] = []
    shared: dict[str, Any] = {}
    made: dict[str, World] = {}

    def world(name: str) -> World:
        if name in made:
            return made[name]
        portals.append(Portal())
        if first is not None:
            shutil.copytree(first, folder / name, symlinks=True)
        made[name] = World(folder / name, portals[-1], validator, world, shared)
        return made[name]

    with Validator() as validator:
        try:
            if first is None:
                begin = world("first")
                write_package(begin.package, without=[DATASET])
                seen = begin.run()
                assert seen == Seen(0, ""), seen
                first = begin.folder
            yield world
        finally:
            for portal in portals:
                portal.server.close()
            if before is not None:
                os.environ[HOME] = before
