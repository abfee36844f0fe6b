"""A release as it comes about in a run: its database, filled with each table as soon as that is made, its other files, its site.

Belongs here: the parts of a draft and what each comes after, so that they can be done ahead. Does not belong here: writing them
(releases, site), and publishing the draft (run).
"""

from __future__ import annotations

import time
from collections import deque
from functools import cached_property
from threading import Lock

from pipeline.describe.descriptor import BuildInfo
from pipeline.hashing import hash_of
from pipeline.project import Project
from pipeline.releases.draft import Draft, Filling, content_hash, draft
from pipeline.releases.moves import held_back
from pipeline.releases.release import content_of, intact, latest, resources
from pipeline.run.looks import RunLooks
from pipeline.run.tables import Tables
from pipeline.run.version import code_version
from pipeline.settings import Settings
from pipeline.site.build import Site, build_site

FILL, DRAFT, SITE = "release with ", "release", "site of the release"


class Drafting:
    """The draft of a run. ``made`` is there once ``draft`` found that there is something new to release, ``site`` and the seconds
    it took once that was made ahead.
    """

    def __init__(self, settings: Settings, project: Project, tables: Tables, looks: RunLooks) -> None:
        self._settings, self._project, self._tables, self._looks = settings, project, tables, looks
        self.made: Draft | None = None
        self.site: tuple[Site, float] | None = None
        self._filling: Filling | None = None
        self._waiting: deque[str] = deque()
        self._worth = False
        self._lock = Lock()

    def tasks(self) -> dict[str, list[str]]:
        """Return the parts of the draft, and what each comes after: tables, and other parts."""
        models = list(self._project.models)
        fills = {f"{FILL}{table}": [table] for table in models}
        return {**fills, DRAFT: [*models, *fills], SITE: [DRAFT]}

    def work(self, task: str) -> None:
        """Do one of the parts."""
        if task == DRAFT:
            self.draft()
        elif task == SITE:
            self._make_site()
        else:
            self._fill(task.removeprefix(FILL))

    def draft(self) -> None:
        """Write the files of a release, unless the current one holds the same, or what it would hold was rolled back from."""
        self._tables.require(self._project.models, "no release was made, the previous one stands: it is made from")
        with self._lock:
            tables = {table: (self._tables.make(table).stored, self._tables.paths(table)[0]) for table in self._project.curated}
            if self.made is None and self._is_new(content_hash(tables, self._project.questions)):
                filling, self._filling = self._filling or self._begin(), None
                self.made = draft(tables, self._project.curated, self._project.questions, filling, self._build())

    def clear(self) -> None:
        """Remove what was never published."""
        with self._lock:
            if self._filling is not None:
                self._filling.clear()
            if self.made is not None:
                self.made.place.clear()

    def _fill(self, table: str) -> None:
        """Put a table in the database, once one has other rows than in the current release. The database takes one at a time:
        whoever puts another in just now puts this in too.
        """
        self._waiting.append(table)
        self._worth = self._worth or self._differs(table)
        if self._worth and self._lock.acquire(blocking=False):
            try:
                while self._waiting:
                    self._add(self._waiting.popleft())
            finally:
                self._lock.release()

    def _differs(self, table: str) -> bool:
        stored = self._tables.find(table)
        return table != "bron" and stored is not None and self._current.get(table) != f"sha256:{stored.parts[0].sha256}"

    @cached_property
    def _current(self) -> dict[str, str]:
        """What the tables of the current release are, by name."""
        newest = latest(self._settings.releases_dir)
        return {} if newest is None else {name: each["hash"] for name, each in resources(newest).items()}

    def _add(self, table: str) -> None:
        if (stored := self._tables.find(table)) is None:
            return
        filling, self._filling = self._filling or self._begin(), None  # none is left when this fails: the draft begins anew
        try:
            filling.add(stored, self._tables.paths(table)[0])
        except BaseException:
            filling.clear()
            raise
        self._filling = filling

    def _begin(self) -> Filling:
        return Filling(self._project.curated, self._settings.releases_dir, fictitious=self._fictitious())

    def _make_site(self) -> None:
        if self.made is not None:
            began = time.perf_counter()
            self.site = build_site(self.made.path), time.perf_counter() - began

    def _is_new(self, content: str) -> bool:
        newest, held = latest(self._settings.releases_dir), held_back(self._settings.releases_dir)
        if newest is None:
            return True
        return content not in [content_of(each.path.name) for each in held] and not (
            content_of(newest.path.name) == content and intact(newest.path)
        )

    def _build(self) -> BuildInfo:
        looks = self._looks.taken()
        stale = {name: got.since[:10] for name, got in sorted(looks.items()) if got.overdue and got.since}
        return BuildInfo(
            self._made_from(), self._looks.run_id, code_version(), self._looks.now, self._origins(), self._project.datasets,
            self._settings.publisher, self._settings.contact, stale, self._fictitious(),
        )  # fmt: skip

    def _made_from(self) -> str:
        parts = [f"{each} {self._tables.make(each).stored.content}" for each in self._project.models]
        return hash_of([*parts, *(each.sql for each in self._project.questions)])[:16]

    def _origins(self) -> list[str]:
        return [each.name for each in self._looks.origins()]

    def _fictitious(self) -> bool:
        return any(each.fictitious for each in self._looks.origins())
