"""What a run came to, for whoever started it.

Belongs here: counting what the warehouse holds after a run. Does not belong here: showing it (cli, Dagster).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.checks.outcome import Outcome
from pipeline.releases.release import Release
from pipeline.run.session import Session


@dataclass(frozen=True)
class DatasetLine:
    """One registry: its state and files, what was read of them, and where it went.

    ``overdue`` is the day since when it is not in order, when that is longer ago than its cadence.
    """

    dataset: str
    state: str
    files: int
    read: int
    loaded: int
    rejected: int
    messages: tuple[str, ...]
    overdue: str | None = None


@dataclass(frozen=True)
class Summary:
    """The end of a run. ``methods`` counts links per sector and method; ``release`` is None when none was asked for."""

    datasets: tuple[DatasetLine, ...]
    tables: Mapping[str, int]
    checks: Mapping[str, int]
    not_passed: tuple[Outcome, ...]
    methods: tuple[tuple[str, str, int], ...]
    seconds: float
    release: Release | None


def summarise(session: Session, tables: Sequence[str]) -> Summary:
    """Count what a session's run left behind."""
    warehouse, project = session.warehouse, session.project
    datasets = []
    for name, got in session.fetched.items():
        reading = warehouse.reading(name)
        stopped_at_the_gate = {each.name for each in got.refused}
        unread = [f"{file} was refused: {reason}" for file, reason in warehouse.unread(name) if file not in stopped_at_the_gate]
        datasets.append(
            DatasetLine(
                name,
                got.state,
                len(got.files),
                reading.read,
                reading.loaded,
                reading.rejected,
                (*got.messages, *unread),
                got.since[:10] if got.overdue and got.since else None,
            )
        )
    outcomes = [each for table in tables for each in warehouse.outcomes(table)]
    return Summary(
        datasets=tuple(sorted(datasets, key=lambda each: list(project.catalogue).index(each.dataset))),
        tables={table: warehouse.rows(table) for table in project.models if table in tables},
        checks=Counter(each.status for each in outcomes),
        not_passed=tuple(each for each in outcomes if each.status != "passed"),
        methods=tuple(warehouse.links()),
        seconds=time.monotonic() - session.began,
        release=session.released,
    )
