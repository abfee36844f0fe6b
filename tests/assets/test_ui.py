"""``passend dev`` as a process: who can reach it, and what is left when it is told to end or is killed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.ui import PATIENCE, is_gone, members, refused, serving, until


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="listening sockets are looked up in /proc (Linux)")
def test_it_answers_this_machine_alone_and_leaves_nothing_behind(tmp_path):
    with serving(tmp_path) as (started, port):
        sockets = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
        listening = [fields[1] for fields in sockets if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port]
        assert listening == [f"0100007F:{port:04X}"]  # 127.0.0.1, its bytes in the order of this machine
        question = b'{"query": "{ version }"}'
        own = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"}
        assert not refused(port, data=question, **own)
        assert refused(port, data=question, **own | {"Origin": "https://proef.example"})
        assert refused(port, data=question, **own | {"Host": "proef.example"})
        assert refused(
            port, f"/graphql?query={quote('mutation { x }')}", data=b"x", **{"Content-Type": "text/plain", "Origin": "null"}
        )
        assert refused(port, f"/graphql?query={quote('mutation { x }')}")
        started.terminate()
        started.wait(PATIENCE)
        until(lambda: is_gone(started.pid), started)


def test_nothing_is_left_of_it_when_it_is_killed(tmp_path):
    with serving(tmp_path) as (started, _):
        assert len(members(started.pid)) > 3
        started.kill()
        started.wait(PATIENCE)
        until(lambda: is_gone(started.pid), started)
