"""Everything that may differ between two installations, in one place: a value, its default and its environment name.

Belongs here: addresses, folders, limits. Does not belong here: anything about the domain or a single registry.
"""

from __future__ import annotations

import difflib
import math
import os
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from pipeline.errors import SettingsError

PREFIX = "PASSEND_"


def _at_least(least: float, default: Any) -> Any:
    return field(default=default, metadata={"least": least})


def _secret(words: str, pattern: str) -> Any:
    """An address that may hold a password: it is shown nowhere."""
    return field(default="", repr=False, metadata={"words": words, "pattern": pattern, "secret": True})


@dataclass(frozen=True)
class Settings:
    """One installation. Every field can be set with ``PASSEND_<NAME>`` in the environment.

    ``sources`` holds origins: ``sandbox``, ``live`` or folders with a ``datapackage.json``. Base addresses are the
    roots that catalogue locations hang from; an empty one means that those registries have no live address here.
    ``keep_releases`` is how many of the newest releases are kept, ``keep_raw_days`` how many days an archived file that no
    kept release needs; 0 keeps all.
    ``sandbox_home_years`` is how many of the newest years the sandbox counts pupils by home postcode for; all 16 give
    1.7 million rows, as many as the live file has. ``publisher`` is who publishes the releases, and ``contact`` an e-mail or web
    address to ask them at: both stand in the descriptions of each release. Times are in seconds: ``read_timeout`` is how long a
    server may be silent, ``download_timeout`` how long one file may take. ``private_hosts`` are names that may lead to an
    address of this machine's own network, such as a mirror there; an address written as digits in a base needs no mention.
    ``alert_mail`` (``smtp://`` or ``smtps://``, with user and password where the server wants them) and ``alert_webhook`` are
    where what a person should know is told; ``alert_to`` are the addresses that the mail goes to, and ``alert_from`` its sender.
    """

    data_dir: Path = Path("data")
    sources: tuple[str, ...] = ("sandbox",)
    sandbox_seed: int = 2014
    sandbox_scale: int = _at_least(1, 1)
    sandbox_home_years: int = _at_least(1, 2)
    ckan: str = "https://onderwijsdata.duo.nl"
    duo: str = "https://www.duo.nl/open_onderwijsdata/images/"
    cbs: str = "https://datasets.cbs.nl/odata/v1/"
    pdok: str = "https://service.pdok.nl/"
    reference: str = ""
    publisher: str = "Passend onderwijs open data"
    contact: str = field(default="", metadata={"words": "an e-mail or web address", "pattern": r"|[^@\s]+@[^@\s]+|https?://\S+"})
    connect_timeout: float = _at_least(0.001, 10.0)
    read_timeout: float = _at_least(0.001, 60.0)
    attempts: int = _at_least(1, 4)
    backoff: float = _at_least(0, 1.0)
    max_bytes: int = _at_least(1, 1_000_000_000)
    keep_releases: int = _at_least(0, 0)
    keep_raw_days: int = _at_least(0, 0)
    download_timeout: float = _at_least(0.001, 900.0)
    private_hosts: tuple[str, ...] = ()
    alert_mail: str = _secret("smtp://host:port or smtps://host:port", r"|smtps?://[^/\s]+")
    alert_to: tuple[str, ...] = ()
    alert_from: str = ""
    alert_webhook: str = _secret("an http or https address", r"|https?://\S+")
    makers: int = _at_least(1, 2)
    maker_memory_mb: int = _at_least(64, 2000)
    maker_threads: int = _at_least(1, 1)

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

        Raises SettingsError for a value that does not parse or is out of range, and for a name that is nearly one of these.
        """
        environment = os.environ if environment is None else environment
        names = {PREFIX + each.name.upper(): each for each in fields(cls)}
        for name in environment.keys() - names.keys():
            if name.startswith(PREFIX) and (near := difflib.get_close_matches(name, names, 1, 0.85)):
                raise SettingsError(f"{name} is not a setting; did you mean {near[0]}?")
        values = {each.name: _parse(name, environment[name], each) for name, each in names.items() if name in environment}
        return cls(**values | {name: value for name, value in given.items() if value is not None})


def _parse(name: str, text: str, setting: Field[Any]) -> Any:
    kind: Any = type(setting.default)
    if kind is tuple:
        return tuple(part for part in text.split(os.pathsep) if part)
    try:
        value = kind(text)
    except ValueError as error:
        raise SettingsError(f"{name}={text!r} is not a valid {kind.__name__}; correct it or unset it") from error
    if "pattern" in setting.metadata and not re.fullmatch(setting.metadata["pattern"], text):
        shown = name if "secret" in setting.metadata else f"{name}={text!r}"
        raise SettingsError(f"{shown} is not {setting.metadata['words']}; correct it or unset it")
    least = setting.metadata.get("least")
    if least is not None and not (least <= value < math.inf):
        raise SettingsError(f"{name}={text} is out of range: at least {least} is needed; correct it or unset it")
    return value
