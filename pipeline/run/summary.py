"""What a run came to, for whoever started it.

Belongs here: counting what is at hand after a run. Does not belong here: showing it (cli, Dagster).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipeline.archive.fetch import Fetched
from pipeline.checks.outcome import Outcome
from pipeline.registries.catalogue import Registry
from pipeline.releases.release import Release
from pipeline.run.run import Run
from pipeline.sql import parquet


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
    """The end of a run. ``methods`` counts links per sector and method; ``release`` is None when none was asked for.

    ``notes`` are what a person should know of the whole.
    """

    datasets: tuple[DatasetLine, ...]
    tables: Mapping[str, int]
    checks: Mapping[str, int]
    not_passed: tuple[Outcome, ...]
    methods: tuple[tuple[str, str, int], ...]
    seconds: float
    release: Release | None
    notes: tuple[str, ...] = ()


def summarise(run: Run, tables: Sequence[str], notes: Sequence[str] = ()) -> Summary:
    """Count what a run left behind."""
    project, looks = run.project, run.looks.taken()
    datasets = [_line(run, name) for name in project.catalogue if name in looks]
    outcomes = [each for table in tables for each in run.checks.last(table)]
    stored = {table: run.tables.find(table) for table in project.models if table in tables}
    return Summary(
        datasets=tuple(datasets),
        tables={table: each.rows for table, each in stored.items() if each is not None},
        checks=Counter(each.status for each in outcomes),
        not_passed=tuple(each for each in outcomes if each.status != "passed"),
        methods=tuple(_links(run)) if stored.get("vestiging_swv") else (),
        seconds=time.monotonic() - run.began,
        release=run.released,
        notes=(*notes, *publications(project.catalogue, looks)),
    )


def publications(catalogue: Mapping[str, Registry], looks: Mapping[str, Fetched]) -> Iterator[str]:
    """Yield a sentence for each package of which the files in use are not all of one day, where they are one publication."""
    days: dict[str, dict[str, set[str]]] = {}
    for name, got in looks.items():
        if catalogue[name].together:
            in_use = {file.place: file for file in reversed(got.files)}  # earlier editions stand behind it
            for file in in_use.values():
                if file.published:
                    days.setdefault(file.place.partition("/")[0], {}).setdefault(file.published, set()).add(file.name)
    for package, found in days.items():
        if len(found) > 1:
            told = "; ".join(f"{', '.join(sorted(names))} of {day}" for day, names in sorted(found.items()))
            yield f"{package}: its files in use are not of one publication, and may contradict each other: {told}"


def _line(run: Run, name: str) -> DatasetLine:
    got, editions = run.looks.of(name), run.tables.editions(run.project.catalogue[name].feeds) or []
    not_admitted = {each.sha256 for each in got.refused}
    names = {each.sha256: each.name for each in got.files}
    unread = [
        f"{names.get(sha256, sha256)} was refused: {reason}"
        for each in editions for sha256, reason in each.refused.items() if sha256 not in not_admitted
    ]  # fmt: skip
    notes = [note for each in editions for note in each.notes]
    loaded, rejected = (sum(sum(getattr(each, what).values()) for each in editions) for what in ("loaded", "rejected"))
    overdue = got.since[:10] if got.overdue and got.since else None
    read = sum(each.read for each in editions)
    messages = (*got.messages, *unread, *notes)
    return DatasetLine(name, got.state, len(got.files), read, loaded, rejected, messages, overdue)


def _links(run: Run) -> list[tuple[str, str, int]]:
    """How many links each method gives now, per sector, in order of precedence; a dash stands for no link."""
    (path,) = run.tables.paths("vestiging_swv")
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select sector, coalesce(methode, '-'), count(*) from {parquet(path)} where geldig "
            "group by sector, methode order by sector, methode is null, 3 desc"
        ).fetchall()
    return [(str(sector), str(method), int(count)) for sector, method, count in found]
