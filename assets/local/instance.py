"""Where Dagster keeps its runs: one folder beside the data, shared by the command line and the UI.

Belongs here: the instance's settings and its event log. Does not belong here: what runs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import Any, Self

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS

from pipeline.settings import Settings

HOME = "DAGSTER_HOME"
MARK = "# written by passend; change anything below and remove this line to keep it\n"
LOCAL = Path(__file__).parent / "instances" / "local.yaml"
OPEN_SHARDS = 16
# of a database server: how long a statement may take, how long a connection is used, how many more there may be at once
STATEMENT_MS, POOL_SECONDS, MORE = 60_000, 3_600, 20


class PooledSqliteEventLogStorage(SqliteEventLogStorage):
    """Dagster's own event log in SQLite, with the connections kept open.

    The stock one makes and throws away an engine per event: a national run has 72 steps and 360 checks, which took
    20 to 22 s; kept open it takes 4.5 to 5 s (two cores). Files and schema are the stock ones, so either can read the
    other's. ``_connect`` is not public: ``tests/test_instance.py`` fails when a new Dagster no longer calls it.
    """

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: dict[str, sa.Engine] = {}
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Self:
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def has_table(self, table_name: str) -> bool:
        """Asked for every check; the tables of a database that is ready do not go away."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _engine(self, shard: str) -> sa.Engine:
        engine = self._engines.pop(shard, None)
        if engine is None:
            engine = sa.create_engine(self.conn_string_for_shard(shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})
            # safe with a write-ahead log: a crash of the machine may lose the last events, never the database
            sa.event.listen(engine, "connect", lambda connection, _: connection.execute("pragma synchronous = normal"))
            self._initdb(engine)
        self._engines[shard] = engine  # last in, last out
        while len(self._engines) > OPEN_SHARDS:
            self._engines.pop(next(iter(self._engines))).dispose()
        return engine

    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def prepare_home(settings: Settings) -> Path:
    """The folder of the instance: ``DAGSTER_HOME`` when set, else one beside the data, made ready. Telemetry is off."""
    if given := os.environ.get(HOME):
        return Path(given)
    home = settings.dagster_home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    file = home / "dagster.yaml"
    if not file.exists() or file.read_text(encoding="utf-8").startswith(MARK):
        # as JSON, so that no folder's name can be taken for anything else
        template = Template(LOCAL.read_text(encoding="utf-8"))
        file.write_text(MARK + template.substitute(events=json.dumps(str(home / "history" / "runs"))), encoding="utf-8")
    return home


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The instance whose runs the UI shows."""
    home = prepare_home(settings)
    before = os.environ.get(HOME)
    os.environ[HOME] = str(home)
    try:
        with dg.DagsterInstance.get() as instance:
            # PostgreSQL's storage makes a connection for every event unless it is told, as the UI tells it, to keep one open
            instance.optimize_for_webserver(STATEMENT_MS, POOL_SECONDS, MORE)
            yield instance
    finally:
        if before is None:
            del os.environ[HOME]
