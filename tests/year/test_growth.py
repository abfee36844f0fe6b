"""A day on which nothing is new takes next to no room, Dagster's own storage included."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.year.living import installed

FIRST = date(2027, 7, 1)
FEW = 3  # so many quiet runs leave what a later one takes the place of (docs/operating.md)
MOST = 200_000


def _bytes(folder: Path) -> int:
    """What the files hold, each once under whatever names."""
    files = [each.lstat() for each in folder.rglob("*") if each.is_file()]
    return sum({(each.st_dev, each.st_ino): each.st_size for each in files}.values())


def test_an_unchanged_day_adds_less_than_200_kb(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        sizes = []
        for number in range(FEW + 3):
            day = installation.live(FIRST + timedelta(number))
            assert (day.code, day.did == "unchanged") == (0, number > 0), day.told
            sizes.append(_bytes(tmp_path))
    assert any((tmp_path / "dagster").rglob("*.db")), "Dagster's storage is in the data folder"
    grown = [after - before for before, after in zip(sizes[FEW:], sizes[FEW + 1 :], strict=False)]
    assert max(grown) < MOST, grown
