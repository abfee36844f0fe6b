"""The catalogue: what registries exist, where they are published and which staging table they feed.

Belongs here: reading ``catalogue.yaml`` into typed entries and refusing what does not hold together.
Does not belong here: fetching (origins, http) and the columns of a registry (its contract).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from pipeline.errors import SettingsError

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
LocationKind = Literal["ckan", "url", "odata", "wfs"]
FORMATS = ("csv", "geojson", "odata")


@dataclass(frozen=True)
class Location:
    """One public address of a registry. ``spec`` holds what its kind needs: package and file, path, title or type."""

    kind: LocationKind
    base: str
    spec: Mapping[str, str]

    @property
    def yearly(self) -> bool:
        """Whether there is an address for each year, so that an earlier edition can be asked for."""
        return any("{jaar" in each for each in self.spec.values())


@dataclass(frozen=True)
class Limits:
    """How far a file may drift from the previous one of its place before it is refused; each is a fraction of that one.

    ``size``: bytes, and ``rows``: rows that fit the contract, more or fewer. ``columns``: rows in which a column lost its
    value. ``keys``: keys that are gone. ``codes``: rows that would have to change the value of a code column.
    """

    size: float = 0.2
    rows: float = 0.2
    columns: float = 0.2
    keys: float = 0.3
    codes: float = 0.2

    def __post_init__(self) -> None:
        for name, limit in asdict(self).items():
            if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 0:
                raise ValueError(f"drift of {name} is {limit!r}; it is a fraction such as 0.2 (20 %)")


@dataclass(frozen=True)
class Registry:
    """One entry of the catalogue. ``cadence`` is in days."""

    name: str
    title: str
    publisher: str
    feeds: str
    cadence: int
    drift: Limits = Limits()
    format: str = "csv"
    licence: str | None = None
    where: tuple[Location, ...] = ()

    @property
    def yearly(self) -> bool:
        """Whether the edition of an earlier year can be asked for somewhere."""
        return any(each.yearly for each in self.where)


def load_catalogue(path: Path = CATALOGUE, *, staging_tables: Iterable[str] | None = None) -> dict[str, Registry]:
    """Registries by name, in the order of the file.

    ``staging_tables`` are the tables that have a contract; left out, that check is the caller's.
    Raises SettingsError that names the entry and the offending value.
    """
    entries = _parsed(path)
    if staging_tables is not None:
        known = set(staging_tables)
        for registry in entries.values():
            if registry.feeds not in known:
                raise SettingsError(
                    f"catalogue entry {registry.name!r} feeds {registry.feeds!r}, which has no contract in "
                    f"expectations/staging/; add {registry.feeds.removeprefix('stg_')}.yaml there or correct `feeds`"
                )
    return dict(entries)


@cache
def _parsed(path: Path) -> Mapping[str, Registry]:
    text = path.read_text(encoding="utf-8")
    try:
        raw = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise SettingsError(f"{path.name} is not YAML: {error}") from error
    if not isinstance(raw, dict) or not raw:
        raise SettingsError(f"{path.name} holds no entries; it is a mapping of registry names to what is known of them")
    names = re.findall(r"^([A-Za-z]\w*):", text, re.MULTILINE)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SettingsError(f"{path.name} has more than one entry named {', '.join(twice)}; the first would be lost")
    return {name: _registry(name, entry) for name, entry in raw.items()}


def _registry(name: str, entry: Mapping[str, Any]) -> Registry:
    try:
        registry = Registry(**{
            **entry, "name": name, "drift": Limits(**entry.get("drift", {})),
            "where": tuple(_location(each) for each in entry.get("where", ())),
        })  # fmt: skip
    except (TypeError, ValueError) as error:
        raise SettingsError(f"catalogue entry {name!r} cannot be used: {error}") from error
    if registry.format not in FORMATS:
        raise SettingsError(f"catalogue entry {name!r} has format {registry.format!r}; known are {', '.join(FORMATS)}")
    return registry


def _location(raw: Mapping[str, Any]) -> Location:
    match dict(raw):
        case {"ckan": {"package": str(), "file": str()} as spec}:
            return Location("ckan", "ckan", spec)
        case {"url": str(path), "base": str(base)}:
            return Location("url", base, {"path": path})
        case {"odata": {"title": str()} as spec, "base": str(base)}:
            return Location("odata", base, spec)
        case {"wfs": {"path": str(), "type": str()} as spec, "base": str(base)}:
            return Location("wfs", base, spec)
    raise ValueError(f"location {dict(raw)!r} is not ckan, url, odata or wfs with what that needs")
