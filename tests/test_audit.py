"""The audit of the locked libraries: it fails on what is known, and never takes what it could not look up for sound."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY
from tools.audit import verdict

SOUND = {"name": "een", "version": "1.0", "vulns": []}
WEAK = {"name": "twee", "version": "2.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "drie", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([SOUND], 0, "1 of 1 locked libraries audited, 0 known weaknesses"),
        ([SOUND, WEAK], 1, "twee 2.0: PYSEC-2026-1, mended in 2.1"),
        (
            [SOUND, UNKNOWN],
            3,
            "1 of 2 locked libraries audited, 0 known weaknesses\nnot audited: nothing can be looked up about drie",
        ),
        ([WEAK, UNKNOWN], 1, "not audited: nothing can be looked up about drie"),
        ([], 3, "0 of 0"),
        (None, 3, "not audited: the database of known weaknesses cannot be reached"),
    ],
)
def test_what_is_known_fails_and_what_cannot_be_looked_up_is_said_so(found, code, said):
    ended, told = verdict(found)
    assert (ended, said in told) == (code, True), told


def test_an_audit_that_cannot_reach_its_database_says_so_and_does_not_pass():
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    command = [sys.executable, REPOSITORY / "tools" / "audit.py"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **nowhere})
    assert (done.returncode, done.stdout.split(":")[0]) == (3, "not audited"), done.stdout
    assert "host='127.0.0.1', port=9" in done.stdout, "it failed for another reason"
