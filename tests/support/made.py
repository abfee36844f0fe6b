"""Tables as a run made them, read where no release has them."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

import duckdb

from assets.project import load_project
from pipeline.archive.looks import RUNS
from pipeline.run import looks
from pipeline.run.looks import STARTED
from pipeline.run.run import open_run
from pipeline.settings import Settings
from pipeline.store.objects import Store


def begin(settings: Settings, moment: datetime) -> str:
    """Return the id of a new run that begins at this moment: its first step finds that written down, with the day."""
    run_id = uuid.uuid4().hex
    assert looks.moment(Store(settings.data_dir), run_id, moment)[0] == moment
    return run_id


def last_run(settings: Settings) -> str:
    """Return the id of the run that began last."""
    began = {path.parent.name: json.loads(path.read_text())["started"] for path in settings.data_dir.glob(f"{RUNS}/*/{STARTED}")}
    return max(began, key=lambda each: began[each])


def ask(settings: Settings, sql: str, *tables: str) -> list[tuple[Any, ...]]:
    """Return what a query gives on tables as the last run made them. No registry is looked at for it."""
    with open_run(settings, load_project(), run_id=last_run(settings)) as run, duckdb.connect() as connection:
        for table in tables:
            connection.read_parquet([str(path) for path in run.paths(table)]).create_view(table)
        return connection.execute(sql).fetchall()
