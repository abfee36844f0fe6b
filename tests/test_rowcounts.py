"""The row counts that are kept in git do notice a row."""

from __future__ import annotations

import pytest

from pipeline.releases.release import latest
from tests.support import rowcounts


def test_a_row_more_or_a_table_less_is_named_until_it_is_reviewed(two_releases, tmp_path, monkeypatch):
    release = latest(two_releases.releases_dir).path
    monkeypatch.setattr(rowcounts, "FOLDER", tmp_path)
    monkeypatch.setenv(rowcounts.RENEW, "1")
    rowcounts.check("proef", release)
    monkeypatch.delenv(rowcounts.RENEW)
    rowcounts.check("proef", release)
    written = (tmp_path / "proef.yaml").read_text()
    (tmp_path / "proef.yaml").write_text(written.replace("  vestiging: 60\n", "  vestiging: 61\n").replace("  gemeente: 2\n", ""))
    with pytest.raises(AssertionError, match=r"'vestiging': \(61, 60\)") as error:
        rowcounts.check("proef", release)
    assert "'gemeente': (None, 2)" in str(error.value)
