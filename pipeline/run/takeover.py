"""A data folder of the first version, taken over: its archive and its releases are used as they are.

Belongs here: what of it is not used any more. Does not belong here: reading its state of the registries (archive.looks) and its
rollbacks (releases.rollback), which is done where those are read.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.settings import Settings

WAREHOUSE = "warehouse.duckdb"
# what a killed run of that version left half
LEFTOVERS = ("raw/*/.incoming-*", "raw/*/.*.part", "releases/.building-*", "releases/.*.part")


def take_over(settings: Settings) -> list[str]:
    """Remove the working file of the first version and what its runs left half. Returns what a person should know of it."""
    working = settings.data_dir / WAREHOUSE
    if not working.exists():
        return []
    for pattern in LEFTOVERS:
        for path in settings.data_dir.glob(pattern):
            _remove(path)
    size = working.stat().st_size
    for path in settings.data_dir.glob(f"{WAREHOUSE}*"):
        _remove(path)
    return [
        f"{working} ({size / 1e6:,.0f} MB), the working file of the first version, was removed: tables are files of their own "
        "now, made from the archive, where everything still is; releases stay. `passend query --staging` shows what was read "
        "of the registries"
    ]


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
