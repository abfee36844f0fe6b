"""``passend dev`` in a session of its own, what it answers, and what is left of it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

PATIENCE = 180  # seconds; it takes ten on a machine with nothing else to do


def until(what: Callable[[], bool], of: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, f"waited for {PATIENCE} s; exit code {of.poll()}"
        time.sleep(0.2)


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5) as answer:
        return b"dagster_webserver_version" in answer.read()
    return False


def is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def refused(port: int, path: str = "/graphql", data: bytes | None = None, **headers: str) -> bool:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=30):
            return False
    except urllib.error.HTTPError as error:
        return error.code == 403


@contextlib.contextmanager
def serving(folder: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`passend dev` in a session of its own, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("passend"), "dev", "--data-dir", folder, "--port", str(port)]
    with (folder / "log").open("w") as log:
        started = subprocess.Popen(
            command, stdout=log, stderr=log, text=True, start_new_session=True, env={**os.environ, **environment},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a shell starts what is in the background
        )  # fmt: skip
    try:
        until(lambda: answers(port), started)
        yield started, port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)


def members(group: int) -> list[str]:
    found = subprocess.run(["ps", "-o", "pid=", "-g", str(group)], capture_output=True, text=True, check=False)
    return found.stdout.split()
