"""The sandbox: a fictitious country that lives, written down as the real registries write, and served as the real services serve.

``country`` makes it and knows its calendar; ``schools``, ``relations``, ``geography`` and ``counts`` write it down;
``editions`` knows which edition of each file the portal shows on a day; ``portal`` and ``server`` publish it. Everything says
that it is fictitious.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pandas as pd

from pipeline.sandbox.portal import Stored
from pipeline.sandbox.server import INDEX, serve
from pipeline.settings import Settings

__all__ = ["generate", "serve", "truth"]

TRUTH = "waarheid"
NEWEST: date = Settings.model_fields["sandbox_day"].default
HOME_YEARS: int = Settings.model_fields["sandbox_home_years"].default


def generate(
    folder: Path, seed: int, scale: int, home_years: int = HOME_YEARS, size: str = "national", day: date = NEWEST
) -> Path:  # fmt: skip
    """Return what the portal of a country shows on a day, below ``folder``; made when it is not there yet. Same numbers, same
    bytes; a file that is as it was on another day is on the disk once. Raises SettingsError for a day outside the calendar."""
    kinds = f"{size}-{seed}-{scale}-{home_years}"
    edition = folder / f"{kinds}-{day}-{_code()}"
    if edition.is_dir():
        return edition
    # the writers need a second to import, and only here
    from pipeline.sandbox.country.day import country_on
    from pipeline.sandbox.editions import Kind, calendar_of, shown_on

    kind = Kind(seed, scale, size, home_years)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as making:
        target = Path(making) / edition.name
        like = _nearest(folder.glob(f"{kinds}-????-??-??-{_code()}"), day)
        index, flaws = {}, []
        for each in shown_on(kind, day):
            _put(target, each.file.place, each.file.content, like)
            # CKAN names its files by their MD5; nothing is kept safe by it
            md5 = hashlib.md5(each.file.content, usedforsecurity=False).hexdigest()
            sha256 = hashlib.sha256(each.file.content).hexdigest()
            index[each.file.place] = asdict(Stored(len(each.file.content), md5, sha256, each.modified, each.licence))
            flaws += [asdict(flaw) for flaw in each.file.flaws]
        (target / INDEX).write_text(json.dumps(index, indent=1, sort_keys=True), encoding="utf-8")
        country = country_on(calendar_of(kind), day)
        true = {name: getattr(country, name) for name in ("vestiging", "vestiging_swv", "swv", "eenheid")}
        true |= {"aantallen": pd.DataFrame(country.counts).add_prefix("jaar_"), "afgekeurd": pd.DataFrame(flaws)}
        for name, table in true.items():
            _put(target, f"{TRUTH}/{name}.parquet", table.to_parquet(), like)
        try:
            target.rename(edition)
        except OSError:
            # another process made the same edition meanwhile: its bytes are the same
            if not edition.is_dir():
                raise
    return edition


def truth(edition: Path) -> dict[str, pd.DataFrame]:
    """What is true in the edition, by name: vestiging, vestiging_swv (the SWV of each location and how it can be known),
    swv, eenheid (location x kind), aantallen (pupils per eenheid and year), afgekeurd (rows a reader must reject)."""
    return {path.stem: pd.read_parquet(path) for path in sorted((edition / TRUTH).glob("*.parquet"))}


def _nearest(editions: Iterable[Path], day: date) -> Path | None:
    """Return the edition of the day that is nearest to this one."""
    return min(editions, key=lambda each: abs(date.fromisoformat(each.name[-19:-9]) - day), default=None)


def _put(edition: Path, place: str, content: bytes, like: Path | None) -> None:
    path = edition / place
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # not there, a disk without such links, or an edition that was removed meanwhile
        if like is not None and (same := like / place).read_bytes() == content:
            path.hardlink_to(same)
            return
    path.write_bytes(content)


def _code() -> str:
    """The code that makes an edition: another version may write other bytes."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
