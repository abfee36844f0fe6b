"""The audit of the locked libraries: it fails on what is known, and never takes what it could not look up for sound."""

from __future__ import annotations

import pytest

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
