from __future__ import annotations

import pytest

from pipeline.store.replacing import replacing


def test_a_replacement_that_fails_leaves_what_was_there(tmp_path):
    target = tmp_path / "moves.json"
    target.write_text("earlier")

    def halfway() -> None:
        with replacing(target) as part:
            part.write_text("new")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        halfway()
    assert target.read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["moves.json"]
