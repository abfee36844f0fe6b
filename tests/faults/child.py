"""The command `passend` in a process of its own, to which something happens when it comes to a point of its work.

    python -m tests.faults.child "kill pipeline.releases.release:point 1" run

``kill`` ends the process with SIGKILL, ``interrupt`` with Ctrl-C, ``query`` with Ctrl-C amid a query, ``pause`` says "paused"
and waits for a line, ``fill`` fills the disk up, ``room`` finds it full, ``tear`` writes half of an object and ends with SIGKILL;
each at the given call of a function, before the function does its work. ``left`` ends the process with SIGKILL after it did.
``back DAYS`` sets the clock back. Several are parted by a semicolon; an empty point lets the command be.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
from datetime import datetime, timedelta
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from pipeline.store.engine import Engine
from pipeline.store.objects import Store


def kill(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def interrupt(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGINT)


def query(*arguments: Any) -> None:
    """Ctrl-C while DuckDB is at work on something that would take it hours, for the maker of a table."""
    engine = arguments[-1]
    assert isinstance(engine, Engine)
    threading.Timer(0.5, interrupt).start()
    with engine.connect() as connection:
        connection.execute("select sum(a.range * b.range) from range(1_000_000) a, range(1_000_000) b")


def pause(*_: Any) -> None:
    print("paused", flush=True)
    sys.stdin.readline()


def tear(store: Store, key: str, content: bytes) -> None:
    """End amid a put: half of the object is there, under the name that it has at first."""
    assert store.root is not None
    part = store.root / f"{key}#1"
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(content[: len(content) // 2])
    kill()


def fill(*_: Any) -> None:
    """Leave no room where the data is: large pieces first, then small ones."""
    with (Path(os.environ["PASSEND_DATA_DIR"]) / "filler").open("wb", buffering=0) as filler:
        for piece in (1 << 20, 1 << 12, 1):
            try:
                while filler.write(bytes(piece)) == piece:
                    pass
            except OSError:
                continue


def room(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


HAPPENS = {"kill": kill, "interrupt": interrupt, "query": query, "pause": pause, "fill": fill, "room": room, "tear": tear}


def at(what: str, place: str, number: int) -> None:
    """Let ``what`` happen at that call of the function at ``place`` (module:name)."""
    module, _, name = place.partition(":")
    owner: Any = import_module(module)
    *within, last = name.split(".")
    for each in within:
        owner = getattr(owner, each)
    original, calls = getattr(owner, last), count(1)

    def replaced(*arguments: Any, **given: Any) -> Any:
        now = next(calls) == number
        if now and what in HAPPENS:
            HAPPENS[what](*arguments)
        found = original(*arguments, **given)
        if now and what == "left":
            kill()
        return found

    setattr(owner, last, replaced)
    for each in list(sys.modules.values()):  # those that have imported it by name
        if getattr(each, last, None) is original:
            setattr(each, last, replaced)


def back(days: int) -> None:
    """Another time than it is, for our own code and for everything that asks for seconds."""
    import pipeline.run.looks

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) - timedelta(days=days)

    pipeline.run.looks.datetime = Earlier  # type: ignore[misc]
    honest = time.time
    time.time = lambda: honest() - days * 86_400


if __name__ == "__main__":
    # a shell lets what it starts in the background ignore it
    signal.signal(signal.SIGINT, signal.default_int_handler)
    points, *arguments = sys.argv[1:]
    sys.argv = ["passend", *arguments]
    for point in points.split(";"):
        match point.split():
            case ["back", days]:
                back(int(days))
            case [what, place, number]:
                at(what, place, int(number))
    from assets.command import main

    main()
