"""What the looks at a registry found: a log of documents, and one document per run.

Belongs here: what is known of a registry at each origin, how it is written down and found again, and which editions are kept.
Does not belong here: looking (fetch), bytes (archive), and what a registry's state follows from (states).

    looks/<dataset>/<number>.json     what was known after a look, at every origin; the newest document has everything, and stays
                                      with the two before it
    runs/<run>/<dataset>.json         what a run works with, for all its steps, wherever they run
    raw/<dataset>/state.json          what the first version knew, read where the log is empty, and never written
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, TypeVar

from pipeline.archive.archive import RAW, Archive
from pipeline.registries.files import SourceFile
from pipeline.store.log import Log

LOOKS, RUNS = "looks", "runs"
T = TypeVar("T")
KEPT = 3  # documents of a log; those before the newest count only where that is damaged
YEAR = "#"  # in the first version, between an origin's key and the year of an edition


@dataclass(frozen=True)
class Known:
    """What is known of a registry at one origin.

    ``files`` are in use, ``refused`` are not. ``earlier`` are editions that were admitted and are not in use now: of
    a registry that keeps its editions one of each peildatum, the one that was retrieved last. ``lacking``: something
    was refused and no earlier good file is used instead. ``checked_at`` is when the origin was looked at, None when
    it never was; ``fresh_at`` when it last was in order: it gave the files in use, and nothing was lacking. Where it
    never was, that is the first look.
    """

    files: tuple[SourceFile, ...] = ()
    refused: tuple[SourceFile, ...] = ()
    earlier: tuple[SourceFile, ...] = ()
    checked_at: str | None = None
    fresh_at: str | None = None
    lacking: bool = False
    messages: tuple[str, ...] = ()

    @property
    def editions(self) -> tuple[SourceFile, ...]:
        """The files of every edition, those in use first."""
        return self.files + self.earlier

    @property
    def in_order(self) -> bool:
        return bool(self.files) and not self.lacking and (self.fresh_at or "") >= (self.checked_at or "")

    def in_order_at(self, now: str) -> str | None:
        """Return when the origin last was in order, as known at ``now``: no later than the last look, where a clock was ahead."""
        return self.checked_at if self.fresh_at and self.fresh_at > now else self.fresh_at

    def with_editions(self, editions: Iterable[SourceFile]) -> Known:
        """Add editions. Those of a day that is known already are superseded: by what is in use, or else by what is known."""
        days = {each.peildatum for each in self.editions}
        more = [each for each in editions if each.peildatum not in days]
        return replace(self, earlier=tuple(sorted((*self.earlier, *more), key=lambda each: (each.peildatum or "", each.name))))

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Known:
        lists = {name: tuple(SourceFile(**each) for each in raw[name]) for name in ("files", "refused", "earlier")}
        return cls(**{**raw, **lists, "messages": tuple(raw["messages"])})


@dataclass(frozen=True)
class Looks:
    """The looks at one registry."""

    archive: Archive
    dataset: str

    def known(self) -> dict[str, Known]:
        """Return what is known of each origin that was ever looked at, by the origin's key.

        A damaged document is passed over: the one before it counts, and the next look adds what is missing.
        """
        return self._known(self._log.last())

    def add(self, run: str, at: str, learn: Callable[[Mapping[str, Known]], Mapping[str, Known]]) -> dict[str, Known]:
        """Add a document: what is known now, with what ``learn`` makes of it for some origins. Returns the latter.

        When another run adds one in the meantime, ``learn`` is called again, with what is known then.
        """
        learned: dict[str, Known] = {}

        def document(last: Mapping[str, Known] | None) -> dict[str, Any]:
            known = self._known(last)
            learned.update(learn(known))
            return {"run": run, "at": at, "origins": {key: asdict(each) for key, each in {**known, **learned}.items()}}

        self._log.append(document)
        return learned

    def of_run(self, run: str, read: Callable[[Any], T]) -> T | None:
        """Return what a run works with, as ``read`` reads it; None when it has not looked yet."""
        return self.archive.store.find(self._run_key(run), read)

    def settle(self, run: str, document: Mapping[str, Any], read: Callable[[Any], T]) -> T | None:
        """Write what a run works with, and return it. Of two processes of one run the first decides for both."""
        return self.archive.store.settle(self._run_key(run), document, read)

    @property
    def _log(self) -> Log:
        return Log(self.archive.store, f"{LOOKS}/{self.dataset}", _origins, KEPT)

    def _run_key(self, run: str) -> str:
        return f"{RUNS}/{run}/{self.dataset}.json"

    def _known(self, last: Mapping[str, Known] | None) -> dict[str, Known]:
        if last is not None:
            return dict(last)
        first = partial(_first_version, dataset=self.dataset)
        return self.archive.store.find(f"{RAW}/{self.dataset}/state.json", first) or {}


def _origins(document: Mapping[str, Any]) -> dict[str, Known]:
    return {key: Known.from_dict(each) for key, each in document["origins"].items()}


def _first_version(state: Mapping[str, Any], dataset: str) -> dict[str, Known]:
    """Read what the first version wrote down. The edition of a year stood under a key of its own."""
    known: dict[str, Known] = {}
    years: list[tuple[str, Known]] = []
    for key, raw in state.items():
        lists = {name: tuple(_first_file(each, dataset) for each in raw[name]) for name in ("files", "refused")}
        found = Known(**{**raw, **lists, "messages": tuple(raw["messages"])})
        origin, year, _ = key.rpartition(YEAR) if key.rpartition(YEAR)[2].isdigit() else (key, "", "")
        if year:
            years.append((origin, found))
        else:
            known[origin] = found
    for origin, found in years:
        known[origin] = known.get(origin, Known()).with_editions(found.files)
    return known


def _first_file(raw: Mapping[str, Any], dataset: str) -> SourceFile:
    validators = {name: value for name, value in raw.items() if name not in ("file", "key")}
    return SourceFile(dataset=dataset, place=raw["key"], **raw["file"], **validators)
