"""Where Dagster keeps its runs: one folder beside the data, shared by the command line and the UI.

Belongs here: the instance's settings. Does not belong here: how events are written (``events``) and what runs (``runner``).
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from string import Template

import dagster as dg
import sqlalchemy as sa

from pipeline.errors import SettingsError
from pipeline.settings import Settings, fit
from pipeline.store.lock import alone
from pipeline.store.replacing import replacing

HOME, OPENING = "DAGSTER_HOME", ".opening"
MARK = "# written by passend; change anything below and remove this line to keep it\n"
LOCAL = Path(__file__).parent / "instances" / "local.yaml"
# SQLite's words for a file that is none of its databases any more: malformed, not a database, not to be opened
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN}
# of a database server: how long a statement may take, how long a connection is used, how many more there may be at once
STATEMENT_MS, POOL_SECONDS, MORE = 60_000, 3_600, 20


def prepare_home(settings: Settings) -> Path:
    """The folder of the instance: ``DAGSTER_HOME`` when set, else one beside the data, made ready. Telemetry is off."""
    given = os.environ.get(HOME)
    home = fit(Path(given) if given else settings.dagster_home.resolve())
    if given:
        return home
    home.mkdir(parents=True, exist_ok=True)
    file = home / "dagster.yaml"
    if _is_ours(file):
        # as JSON, so that no folder's name can be taken for anything else
        template = Template(LOCAL.read_text(encoding="utf-8"))
        with replacing(file) as part:  # another process may read it at this very moment
            part.write_text(MARK + template.substitute(events=json.dumps(str(home / "history" / "runs"))), encoding="utf-8")
    return home


def _is_ours(file: Path) -> bool:
    """Whether a file is not a person's own: it is not there, begins with our mark, or is what a crash has left of one."""
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        return True
    return not text.strip(b"\0 \r\n\t") or text.startswith(MARK.encode())


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The instance whose runs the UI shows. Raises SettingsError, with the cure, when its history is damaged."""
    home = prepare_home(settings)
    try:
        with _opened(home) as instance:
            yield instance
    except sa.exc.DatabaseError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF not in DAMAGED:
            raise
        raise SettingsError(
            f"Dagster's history in {home} is damaged ({error.orig}). It is expendable: remove that folder, which costs the "
            "history in the UI and nothing else, and run again"
        ) from error


@contextmanager
def _opened(home: Path) -> Iterator[dg.DagsterInstance]:
    before = os.environ.get(HOME)
    os.environ[HOME] = str(home)
    try:
        # processes that make its databases at once fail: "UNIQUE constraint failed: alembic_version.version_num"
        with nullcontext() if before else alone(home / OPENING):
            opened = dg.DagsterInstance.get()
        with opened as instance:
            # PostgreSQL's storage makes a connection for every event unless it is told, as the UI tells it, to keep one open
            instance.optimize_for_webserver(STATEMENT_MS, POOL_SECONDS, MORE)
            yield instance
    finally:
        if before is None:
            del os.environ[HOME]
