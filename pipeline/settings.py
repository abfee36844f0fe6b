"""Everything that may differ between two installations, in one place: a value, its default and its environment name.

Belongs here: addresses, folders, limits. Does not belong here: anything about the domain or a single registry.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from pipeline.errors import SettingsError

PREFIX = "PASSEND_"


@dataclass(frozen=True)
class Settings:
    """One installation. Every field can be set with ``PASSEND_<NAME>`` in the environment.

    ``sources`` holds origins: ``sandbox``, ``live`` or folders with a ``datapackage.json``. Base addresses are the
    roots that catalogue locations hang from; an empty one means that those registries have no live address here.
    ``sandbox_home_years`` is how many of the newest years the sandbox counts pupils by home postcode for; all 16 give
    1.7 million rows, as many as the live file has.
    """

    data_dir: Path = Path("data")
    sources: tuple[str, ...] = ("sandbox",)
    sandbox_seed: int = 2014
    sandbox_scale: int = 1
    sandbox_home_years: int = 2
    ckan: str = "https://onderwijsdata.duo.nl"
    duo: str = "https://www.duo.nl/open_onderwijsdata/images/"
    cbs: str = "https://datasets.cbs.nl/odata/v1/"
    pdok: str = "https://service.pdok.nl/"
    reference: str = ""
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    attempts: int = 4
    backoff: float = 1.0
    max_bytes: int = 1_000_000_000
    keep_releases: int = field(default=0)

    @property
    def archive_dir(self) -> Path:
        return self.data_dir / "raw"

    @property
    def warehouse_path(self) -> Path:
        return self.data_dir / "warehouse.duckdb"

    @property
    def releases_dir(self) -> Path:
        return self.data_dir / "releases"

    @property
    def sandbox_dir(self) -> Path:
        return self.data_dir / "sandbox"

    @property
    def dagster_home(self) -> Path:
        return self.data_dir / "dagster"

    def bases(self) -> dict[str, str]:
        """The base addresses by the names that the catalogue uses."""
        return {name: getattr(self, name) for name in ("ckan", "duo", "cbs", "pdok", "reference")}

    def with_bases(self, bases: Mapping[str, str]) -> Self:
        return replace(self, **bases)  # type: ignore[arg-type]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **given: Any) -> Self:
        """Defaults, then ``PASSEND_*`` variables, then what the caller gives (``None`` means not given).

        Raises SettingsError for a value that does not parse, naming the variable.
        """
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for each in fields(cls):
            name = PREFIX + each.name.upper()
            if name in environment:
                values[each.name] = _parse(name, environment[name], type(each.default))
        values |= {name: value for name, value in given.items() if value is not None}
        return cls(**values)


def _parse(name: str, text: str, kind: type) -> Any:
    try:
        if kind is tuple:
            return tuple(part for part in text.split(os.pathsep) if part)
        return kind(text)
    except ValueError as error:
        raise SettingsError(f"{name}={text!r} is not a valid {kind.__name__}; correct it or unset it") from error
