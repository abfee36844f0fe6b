"""What can go wrong at once in the life of an installation: at its portal, on its disk, with its clock, amid its work.

Belongs here: which troubles there are, and bringing some about by chance. Does not belong here: what is to come of them
(mixture).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from pipeline.registries.catalogue import Registry
from pipeline.sandbox import serve
from pipeline.sandbox.server import Answer, Site
from tests.faults.damage import WAYS, harm, newest
from tests.faults.process import STAGES

Change = Callable[[bytes], tuple[int, bytes]]
SOMETIMES = 0.5  # how likely each kind of trouble is, in each run


def _broken(body: bytes) -> bytes:
    """Half of the lines; half of the bytes where there is one line."""
    header, *lines = body.splitlines(keepends=True)
    return b"".join([header, *lines[: len(lines) // 2]]) if lines else body[: len(body) // 2]


def _reset(_: bytes) -> tuple[int, bytes]:
    raise ConnectionResetError("the soak ends this connection")


def _backwards(body: bytes) -> tuple[int, bytes]:
    header, *lines = body.split(b"\n")
    return 200, b"\n".join([header.rstrip()[::-1], *lines])


NETWORK: dict[str, Change] = {
    "500": lambda body: (500, b"storing"),
    "404": lambda body: (404, b"weg"),
    "a reset": _reset,
    "a page": lambda body: (200, b"<!doctype html>" + body),
}
CONTENT: dict[str, Change] = {
    "nothing": lambda body: (200, b""),
    "half of it": lambda body: (200, _broken(body)),
    "zeros": lambda body: (200, bytes(len(body))),
    "broken off": lambda body: (200, body[: len(body) * 19 // 20].rstrip(b"\r\n")),
    "a header from behind": _backwards,
}
DISK = (
    "tables/*/*.parquet", "tables/*/*.json", "staged/*/*", "checks/*/*.json", "looks/*/*.json", "runs/*/*.json",
    f"raw/*/{'[0-9a-f]' * 64}", "releases/2*/*", "dagster/history/runs.db",
)  # fmt: skip
# a moment of the work, and what happens there
STOPS = [point.rpartition(" ")[0] for _, point, _ in STAGES] + [
    "interrupt pipeline.staging.editions:stage", "interrupt pipeline.curated.build:build",
    "interrupt pipeline.checks.outcomes:keep", "room pipeline.store.objects:Store.put", "room pipeline.releases.draft:_fill",
]  # fmt: skip
CLOCK = (-400, -40, -5, -1, 1, 5, 40)  # days that it is ahead (behind, below zero)


@dataclass
class Portal:
    """The portal of a day, at one address; what goes wrong with its answers, by a word in their address, and how often."""

    edition: Path
    wrong: dict[str, tuple[Change, int]] = field(default_factory=dict)

    @contextmanager
    def open(self) -> Iterator[Mapping[str, str]]:
        right, sites = Site.answer, dict[Path, Site]()

        def answer(site: Site, path: str, query: Mapping[str, str]) -> Answer:
            if self.edition not in sites:
                sites[self.edition] = Site(self.edition, site.base)
            status, kind, body, stored = right(sites[self.edition], path, query)
            asked = f"{path}?{'&'.join(f'{name}={value}' for name, value in query.items())}"
            for word, (change, times) in self.wrong.items():
                if word in asked and times and status == 200:
                    self.wrong[word] = change, times - 1
                    return *_as(kind, change(body)), None
            return status, kind, body, stored

        with patch.object(Site, "answer", answer), serve(self.edition) as bases:
            yield bases


def _as(kind: str, changed: tuple[int, bytes]) -> tuple[int, str, bytes]:
    return changed[0], kind, changed[1]


@dataclass(frozen=True)
class Troubles:
    """Those of one run: their names, a point of the work (or none), seconds until it is killed, days that its clock is off."""

    names: tuple[str, ...]
    point: str = ""
    seconds: float | None = None
    ahead: int = 0


class Chance:
    """Troubles drawn from a seed."""

    def __init__(self, seed: int, catalogue: Iterable[Registry]) -> None:
        self.random = random.Random(seed)  # noqa: S311 - chance, not secrecy
        self._words = sorted({word for registry in catalogue for word in _words(registry)})

    def happens(self, likely: float) -> bool:
        return self.random.random() < likely

    def trouble(self, portal: Portal, data: Path) -> Troubles:
        """Bring troubles of each kind about, at the portal and in a data folder; the others are for the run to come."""
        names, choice = [], self.random.choice
        for kind in (NETWORK, CONTENT):
            if self.happens(SOMETIMES):
                name, word, times = choice(sorted(kind)), choice(self._words), choice((1, 99))
                portal.wrong[word] = kind[name], times
                names.append(f"{name}{' once' if times == 1 else ''} at {word}")
        if self.happens(SOMETIMES) and (damaged := self._damage(data)):
            names.append(damaged)
        point, seconds, ahead = "", None, 0
        if self.happens(SOMETIMES):
            ahead = choice(CLOCK)
            names.append(f"clock {ahead:+} days")
        match choice(("", "", "", "", "point", "time")):
            case "point":
                point = f"{choice(STOPS)} {choice((1, 1, 2, 3))}"
                names.append(point)
            case "time":
                seconds = self.random.uniform(1, 12)
                names.append(f"killed after {seconds:.1f} s")
        return Troubles(tuple(names), point, seconds, ahead)

    def _damage(self, data: Path) -> str | None:
        """Damage one of the newest files of a kind, under all its names."""
        pattern, way = self.random.choice(DISK), self.random.choice(sorted(WAYS))
        paths = newest(each for each in data.glob(pattern) if each.is_file())
        if not paths:
            return None
        path = self.random.choice(paths)
        harm(path, WAYS[way](path.read_bytes()))
        return f"{path.relative_to(data)} {way}"


def _words(registry: Registry) -> Iterator[str]:
    """Yield what stands in the addresses of a registry and in those of few others."""
    for location in registry.where:
        match location.kind:
            case "ckan":
                yield from (location.spec["file"], f"id={location.spec['package']}")
            case "odata":
                yield f"{location.base}/"
            case _:
                yield location.spec["path"].partition("{")[0]
