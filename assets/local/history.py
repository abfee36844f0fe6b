"""What is left of Dagster's history: the runs that say something.

Belongs here: which runs are removed, through Dagster's own API. Does not belong here: how their events leave the disk (events),
and the releases and objects that are kept (pipeline.run.retention).

A run stays as long as it is at work, as long as an asset is shown as it made it, and for the days of the settings. Of runs that
found nothing new the last one stays: it says what each of those before it said.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from pipeline.archive.looks import RUNS
from pipeline.settings import Settings
from pipeline.store.objects import Store

UNCHANGED = "ongewijzigd"
# as workspace.yaml names it, and as an installed package is named
LOCATIONS = ("passend_onderwijs", "assets.definitions")
ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def mark_unchanged(instance: dg.DagsterInstance, run_id: str) -> None:
    """Say of a run that it found nothing new."""
    instance.add_run_tags(run_id, {UNCHANGED: "true"})


def trim(instance: dg.DagsterInstance, settings: Settings, day: date) -> int:
    """Remove runs of ours that ended and say nothing any more, with what they found at the registries. Returns how many.

    ``day`` is the day from which their age counts.
    """
    ended = [each for each in instance.get_run_records(dg.RunsFilter(statuses=ENDED)) if _ours(each.dagster_run)]
    shown = _shown(instance)
    until = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=settings.keep_run_days)
    unchanged = [each for each in ended if UNCHANGED in each.dagster_run.tags and each.dagster_run.is_success]
    old = [each for each in ended if each.create_timestamp < until]
    gone = {each.dagster_run.run_id for each in (*old, *unchanged[1:])} - shown  # they come newest first
    store = Store(settings.data_dir)
    for run_id in gone:
        instance.delete_run(run_id)
        for key in store.names(f"{RUNS}/{run_id}"):
            store.delete(key)
    return len(gone)


def _ours(run: dg.DagsterRun) -> bool:
    """Whether a run is of this project: an instance of one's own may hold those of others."""
    origin = run.remote_job_origin
    return origin is not None and origin.location_name in LOCATIONS


def _shown(instance: dg.DagsterInstance) -> Collection[str]:
    """Return the runs that made what the UI shows of an asset, or were the last to try."""
    entries = [each.asset_entry for each in instance.get_asset_records()]
    events = [event for each in entries for event in (each.last_materialization, each.last_observation) if event is not None]
    return {each.run_id for each in events} | {each.last_run_id for each in entries if each.last_run_id is not None}
