"""Dagster's event log in SQLite, written in few and large transactions.

Belongs here: how events reach the disk, and every private part of Dagster's event log that this takes. Does not belong here:
which events there are. Files and schema are those of Dagster's own storage, so either reads what the other wrote.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from dagster import AssetKey, DagsterEventType, EventLogEntry, EventLogRecord
from dagster._core.events import EVENT_TYPE_TO_PIPELINE_RUN_STATUS
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS

OPEN_SHARDS = 16
# how long an event may wait for others, and how many may wait together: the UI beside a run sees progress within a second
SECONDS, EVENTS = 0.5, 200
# what others act upon: a step in another process begins when the ones before it have ended
ENDS = {
    *EVENT_TYPE_TO_PIPELINE_RUN_STATUS,
    DagsterEventType.STEP_SUCCESS,
    DagsterEventType.STEP_FAILURE,
    DagsterEventType.STEP_UP_FOR_RETRY,
}


class GatheringSqliteEventLogStorage(SqliteEventLogStorage):
    """Keep connections open, and write the events of a step, or of half a second, in one transaction per database.

    The stock storage opens an engine and commits twice for every event. For the 72 steps and 360 checks of a national run
    that took 20 s; with connections kept open 4.5 s.

    Events wait in memory until half a second has passed, 200 wait, a step or the run ends, something is read, or the storage
    is disposed of. Only a killed process loses those that wait. What begins with ``_`` is not public:
    ``tests/assets/test_events.py`` fails when a new Dagster no longer uses it.
    """

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: dict[str, sa.Engine] = {}
        self._tables: set[str] = set()
        self._indexes: set[str] = set()
        self._columns: set[str] = set()
        self._read: dict[tuple[str, str | None, str | None], EventLogRecord | None] = {}
        self._waiting: list[EventLogEntry] = []
        # set while events wait; the thread that writes them begins with the first, and ends with the storage
        self._some, self._ended = threading.Event(), threading.Event()
        self._writer: threading.Thread | None = None
        # the connections of the transaction in which waiting events are being written
        self._writing: dict[str, sa.Connection] = {}
        # reentrant: writing what waits connects once more
        self._lock = threading.RLock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Self:
        return cls(inst_data=inst_data, **config_value)

    def store_event(self, event: EventLogEntry) -> None:
        """Let an event wait for others; write all that wait when it ends a step or a run, or when many wait."""
        with self._lock:
            self._waiting.append(event)
            if event.dagster_event_type in ENDS or len(self._waiting) >= EVENTS:
                self.flush()
            else:
                self._some.set()
                if self._writer is None:
                    self._writer = threading.Thread(target=self._flush_in_time, name="events", daemon=True)
                    self._writer.start()

    def flush(self) -> None:
        """Write the events that wait, in order. When that fails they go on waiting, and the error is raised."""
        with self._lock:
            self._some.clear()
            if not self._waiting:
                return
            runs = {event.run_id for event in self._waiting}
            with ExitStack() as transactions:
                # leave no connection behind for others to find, whatever happens
                transactions.callback(self._writing.clear)
                for shard in (INDEX_SHARD_NAME, *runs):
                    self._writing[shard] = transactions.enter_context(self._transaction(shard))
                for event in self._waiting:
                    super().store_event(event)
            self._waiting.clear()

    def _flush_in_time(self) -> None:
        """Be the thread that lets no event wait for long. An error comes again with the next event, read or the end of the run,
        which can raise it."""
        while self._some.wait() and not self._ended.wait(SECONDS):
            with suppress(sa.exc.SQLAlchemyError, OSError):
                self.flush()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction, after what waits is written: readers see every event."""
        with self._lock:
            if shard in self._writing:
                yield self._writing[shard]
                return
            self.flush()
            with self._transaction(shard) as connection:
                yield connection

    @contextmanager
    def _transaction(self, shard: str) -> Iterator[sa.Connection]:
        with self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def has_table(self, table_name: str) -> bool:
        """Return whether the index has a table. Asked for every check; the tables of a database that is ready stay."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def has_secondary_index(self, name: str) -> bool:
        """Return whether a summary in the index is complete. Asked whenever a step reads an asset; one that is, stays so."""
        if name not in self._indexes and super().has_secondary_index(name):
            self._indexes.add(name)
        return name in self._indexes

    def _has_asset_key_col_on_connection(self, conn: sa.Connection, column_name: str) -> bool:
        """Return whether the table of assets has a column. Asked at every read of an asset; a column that is there stays."""
        if column_name not in self._columns and super()._has_asset_key_col_on_connection(conn, column_name):
            self._columns.add(column_name)
        return column_name in self._columns

    def _get_latest_materialization_records(self, raw_asset_rows: Iterable[Any]) -> Mapping[AssetKey, EventLogRecord | None]:
        """Read what an asset was last made as once. Every step asks that of all that it reads, which with previews and terms are
        much to read, and what was written does not change (0.8 of 27 s, with the columns)."""
        rows = {(row["asset_key"], row["last_materialization"], row["asset_details"]): row for row in raw_asset_rows}
        if new := [row for name, row in rows.items() if name not in self._read]:
            found = super()._get_latest_materialization_records(new)
            self._read |= {name: found.get(_key(name)) for name in rows if name not in self._read}
        return {_key(name): self._read[name] for name in rows}

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

    def delete_events(self, run_id: str) -> None:
        """Remove the events of a run, and the database that held them. The stock storage leaves that as large as it was, and the
        outcomes of checks for ever. In the index, new events take the room of those that were removed."""
        with self._lock:
            with self.index_connection() as connection:
                self.delete_events_for_run(connection, run_id)
                connection.execute(AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id == run_id))
            if self.supports_global_concurrency_limits:
                self.free_concurrency_slots_for_run(run_id)
            if (engine := self._engines.pop(run_id, None)) is not None:
                engine.dispose()
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path_for_shard(run_id)}{suffix}").unlink(missing_ok=True)

    def dispose(self) -> None:
        """Write what waits and close every connection."""
        try:
            self.flush()
        finally:
            self._ended.set()
            self._some.set()
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()
            super().dispose()


def _key(row: tuple[str, str | None, str | None]) -> AssetKey:
    return AssetKey(json.loads(row[0]))
