"""``passend dev`` as a process: who can reach it, and what is left when it is told to end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

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


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="listening sockets are looked up in /proc (Linux)")
def test_it_listens_on_this_machine_alone_and_leaves_nothing_behind(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("passend"), "dev", "--data-dir", tmp_path, "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        started = subprocess.Popen(
            command, stdout=log, stderr=log, text=True, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a shell starts what is in the background
        )  # fmt: skip
    try:
        until(lambda: answers(port), started)
        sockets = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
        listening = [fields[1] for fields in sockets if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port]
        assert listening == [f"0100007F:{port:04X}"]  # 127.0.0.1, its bytes in the order of this machine
        started.terminate()
        started.wait(PATIENCE)
        until(lambda: is_gone(started.pid), started)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
