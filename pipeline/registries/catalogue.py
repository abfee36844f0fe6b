"""The catalogue: what registries exist, where they are published and which staging table they feed.

Belongs here: reading ``catalogue.yaml`` into typed entries and refusing what does not hold together.
Does not belong here: fetching (origins, http), the columns of a registry (its contract), and whether every staging table has
one (project).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.errors import SettingsError

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
EXACT = ConfigDict(extra="forbid")
LocationKind = Literal["ckan", "url", "odata", "wfs"]
Fraction = Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)]


@dataclass(frozen=True, config=EXACT)
class Location:
    """One public address of a registry. ``spec`` holds what its kind needs: package and file, path, title or type."""

    kind: LocationKind
    base: str
    spec: Mapping[str, str]

    @property
    def yearly(self) -> bool:
        """Whether there is an address for each year, so that an earlier edition can be asked for."""
        return any("{jaar" in each for each in self.spec.values())


@dataclass(frozen=True, config=EXACT)
class DriftLimits:
    """How far a file may drift from the previous one of its place before it is refused; each is a fraction of that one.

    ``size``: bytes, and ``rows``: rows that fit the contract, more or fewer. ``columns``: rows in which a column lost its
    value. ``keys``: keys that are gone. ``codes``: rows that would have to change the value of a code column.
    ``rejected``: records that do not fit the contract, beyond those of the previous file.
    """

    size: Fraction = 0.2
    rows: Fraction = 0.2
    columns: Fraction = 0.2
    keys: Fraction = 0.3
    codes: Fraction = 0.2
    rejected: Fraction = 0.05


def _location(raw: Any) -> Any:
    """Read an address as the catalogue writes it. One that is a Location already stays as it is."""
    match raw:
        case Location():
            return raw
        case {"ckan": {"package": str(), "file": str()} as spec, **rest} if not rest:
            return Location("ckan", "ckan", spec)
        case {"url": str(path), "base": str(base), **rest} if not rest:
            return Location("url", base, {"path": path})
        case {"odata": {"title": str()} as spec, "base": str(base), **rest} if not rest:
            return Location("odata", base, spec)
        case {"wfs": {"path": str(), "type": str(), "sort": str()} as spec, "base": str(base), **rest} if not rest:
            return Location("wfs", base, spec)
    raise ValueError("it is not ckan, url, odata or wfs with what that needs")


@dataclass(frozen=True, config=EXACT)
class Registry:
    """One entry of the catalogue. ``cadence`` is in days.

    ``editions``: those of a registry that is ``kept`` add up, each the state on its day; one that is ``replaced`` holds the whole
    series in its newest file. ``together``: the files of its package are one publication.
    """

    name: str
    title: str
    publisher: str
    feeds: str
    cadence: Annotated[int, Field(gt=0, strict=True)]
    drift: DriftLimits = DriftLimits()
    format: Literal["csv", "geojson", "odata"] = "csv"
    editions: Literal["kept", "replaced"] = "replaced"
    licence: str | None = None
    together: bool = False
    where: tuple[Annotated[Location, BeforeValidator(_location)], ...] = ()

    @property
    def yearly(self) -> bool:
        """Whether the edition of an earlier year can be asked for somewhere."""
        return any(each.yearly for each in self.where)


def load_catalogue(path: Path = CATALOGUE) -> dict[str, Registry]:
    """Return the registries by name, in the order of the file.

    Raises SettingsError that names the file, the entry and the offending value.
    """
    return dict(_read(path))


@cache
def _read(path: Path) -> Mapping[str, Registry]:
    try:
        raw = _parsed(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SettingsError(f"{path.name} cannot be read as YAML: {error}") from error
    if not isinstance(raw, dict) or not raw:
        raise SettingsError(f"{path.name} holds no entries; it is a mapping of registry names to what is known of them")
    return {str(name): _registry(path, str(name), entry) for name, entry in raw.items()}


def _parsed(text: str) -> Any:
    """Return the content of a YAML file. A name that is given twice is an error, as the first of the two would be lost."""
    loader = yaml.CSafeLoader(text)
    node = loader.get_single_node()
    waiting = [node] if node is not None else []
    while waiting:
        each = waiting.pop()
        if isinstance(each, yaml.SequenceNode):
            waiting += each.value
        elif isinstance(each, yaml.MappingNode):
            waiting += [value for _, value in each.value]
            _require_unique(key for key, _ in each.value)
    return loader.construct_document(node) if node is not None else None


def _require_unique(keys: Iterable[yaml.Node]) -> None:
    seen: set[str] = set()
    for key in keys:
        if str(key.value) in seen:
            words = f"{key.value} is given twice, and the first would be lost; remove one"
            raise yaml.MarkedYAMLError(problem=words, problem_mark=key.start_mark)
        seen.add(str(key.value))


def _registry(path: Path, name: str, entry: Any) -> Registry:
    if not isinstance(entry, dict):
        raise SettingsError(f"{path.name}: entry {name!r} is {entry!r}; it should be a mapping of what is known of the registry")
    try:
        return _REGISTRY.validate_python({**entry, "name": name})
    except ValidationError as error:
        wrong = "; ".join(_said(each) for each in error.errors())
        raise SettingsError(f"{path.name}: entry {name!r} cannot be used: {wrong}") from error


def _said(error: Mapping[str, Any]) -> str:
    """Say which value of an entry is wrong, and why."""
    field = ".".join(str(each) for each in error["loc"])
    if error["type"] in ("missing", "missing_argument"):
        return f"{field} is missing; add it"
    if error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"{field} is not a field of an entry; correct its name or remove it"
    return f"{field} is {error['input']!r}: {error['msg'].removeprefix('Value error, ')}"


_REGISTRY = TypeAdapter(Registry)
