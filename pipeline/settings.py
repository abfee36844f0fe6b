"""Everything that may differ between two installations, in one place: a value, its default, and what it is for.

Belongs here: addresses, folders, limits. Does not belong here: anything about the domain or a single registry.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from pipeline.errors import SettingsError
from pipeline.machine import memory_mb, processors

PREFIX = "PASSEND_"
# in the name of a folder: Dagster finds no dagster.yaml below a pattern, and sends telemetry; to SQLite % begins an escape
_UNFIT = frozenset("*?[%")
OPEN = "an address without user name and password, which every release would publish"


def _whole(value: Any) -> Any:
    """Return the number in a text. Pydantic alone takes ``2.0`` for 2."""
    try:
        return int(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("a valid int") from None


def _listed(value: Any) -> Any:
    return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value


def _like(pattern: str, words: str) -> AfterValidator:
    """Accept a text that is empty or of a pattern. ``words`` name the pattern in an error."""

    def check(value: str | SecretStr) -> str | SecretStr:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text and not re.fullmatch(pattern, text):
            raise ValueError(words)
        return value

    return AfterValidator(check)


def _has_userinfo(address: object) -> bool:
    """Whether an address holds a user name or a password. Of a text that is no web address, anything before an @ may be one."""
    text = str(address)
    host = re.match(r"https?://([^/?#\\]*)", text, re.IGNORECASE)
    return "@" in (host[1] if host else text)


def _without_password(address: str) -> str:
    """Accept an address that anyone may read: it stands in messages and in every release."""
    if _has_userinfo(address):
        raise ValueError(OPEN)
    return address


def _readable(contact: str) -> str:
    return _without_password(contact) if "//" in contact else contact


def _named(folder: Any) -> Any:
    """Accept the name of a folder; one that is empty would be the folder that a person happens to stand in."""
    if folder == "":
        raise ValueError("the name of a folder")
    return folder


def _places(sources: tuple[str, ...]) -> tuple[str, ...]:
    for each in sources:
        _readable(each)
    return sources


Base = Annotated[str, AfterValidator(_without_password)]
Whole = Annotated[int, BeforeValidator(_whole)]
Seconds = Annotated[float, Field(ge=0.001, allow_inf_nan=False)]
Several = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """One installation. ``Settings()`` holds the defaults; ``from_environment`` also reads ``PASSEND_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    data_dir: Annotated[Path, BeforeValidator(_named)] = Field(
        Path("data"), description="Folder for the archive, tables and releases."
    )
    sources: Annotated[Several, AfterValidator(_places)] = Field(
        ("sandbox",), description="Where the registries come from: `sandbox`, `live`, or folders that hold a `datapackage.json`."
    )

    sandbox_seed: Whole = Field(2014, description="What the fictitious country of the sandbox is drawn from.")
    sandbox_day: date = Field(
        date(2026, 10, 2),
        description="Day that the portal of the sandbox shows, from 2014-08-01 to 2028-10-02. The country was drawn for the "
        "default; before it lies its past, after it its future.",
    )
    sandbox_size: Literal["national", "small"] = Field(
        "national", description="`national`, or `small`: some 200 schools, 49 gemeenten and 450 postcodes, for a run in seconds."
    )
    sandbox_scale: Whole = Field(1, ge=1, description="How many times larger the sandbox is.")
    sandbox_home_years: Whole = Field(
        2,
        ge=1,
        description="For how many of the newest years the sandbox counts pupils by home postcode. All 16 give 1.7 million rows, "
        "as many as the live file has.",
    )

    ckan: Base = Field(
        "https://onderwijsdata.duo.nl",
        description="Base address of DUO's open data portal. An empty base address means that its registries are not asked for.",
    )
    duo: Base = Field("https://www.duo.nl/open_onderwijsdata/images/", description="Base address of DUO's own files.")
    cbs: Base = Field("https://datasets.cbs.nl/odata/v1/", description="Base address of the tables of CBS.")
    pdok: Base = Field("https://service.pdok.nl/", description="Base address of the geographical services of PDOK.")
    reference: Base = Field(
        "", description="Base address of the registries without a stable public address, such as the statutory region table."
    )
    private_hosts: Several = Field(
        (),
        description="Host names that may lead to an address of your own network, such as a mirror there. An address in digits "
        "needs no mention.",
    )

    connect_timeout: Seconds = Field(10.0, description="Seconds until a connection must be made.")
    read_timeout: Seconds = Field(60.0, description="Seconds that a server may be silent.")
    download_timeout: Seconds = Field(900.0, description="Seconds that one file may take.")
    attempts: Whole = Field(4, ge=1, description="How many times a request is tried.")
    backoff: float = Field(
        1.0, ge=0, allow_inf_nan=False, description="Seconds before the second attempt; each wait doubles the one before it."
    )
    max_bytes: Whole = Field(1_000_000_000, ge=1, description="Largest file that is accepted, in bytes after decompression.")

    makers: Whole = Field(
        default_factory=lambda: min(4, processors()),
        ge=1,
        description="How many tables are made at once. By default one for each processor, at most 4: more makers take more "
        "memory, and wait for the largest tables anyway.",
    )
    maker_memory_mb: Whole = Field(
        default_factory=lambda: max(256, min(4096, memory_mb() // 64)),
        ge=64,
        description="Memory in megabytes that DuckDB may use for one table. Above this it spills to disk, which takes hardly "
        "longer; a table that needs more all the same gets four times as much. By default a sixty-fourth of the memory of the "
        "machine or container, at least 256 and at most 4096.",
    )
    maker_threads: Whole = Field(
        1,
        ge=1,
        description="Threads that DuckDB uses for one table. One is best with several makers: they keep the processors busy.",
    )

    publisher: str = Field(
        "Passend onderwijs open data", description="Name of who publishes the releases. It stands in every description."
    )
    contact: Annotated[str, _like(r"[^@\s/]+@[^@\s/]+|https?://\S+", "an e-mail or web address"), AfterValidator(_readable)] = (
        Field("", description="E-mail or web address where the publisher can be reached. It stands in every description.")
    )
    keep_days: Whole = Field(31, ge=0, description="For how many days every release is kept; 36500 keeps all.")
    keep_months: Whole = Field(24, ge=0, description="Of how many months the last release is kept, this one included.")
    keep_years: Whole = Field(100, ge=0, description="Of how many years the last release is kept, this one included.")
    keep_releases: Whole = Field(2, ge=1, description="How many of the newest releases are kept, whatever their day.")
    keep_raw_days: Whole = Field(
        0, ge=0, description="For how many days an archived file is kept that no kept release needs; 0 keeps all."
    )
    keep_run_days: Whole = Field(
        31,
        ge=1,
        description="For how many days Dagster keeps a run that made something, or failed. Of runs that found nothing new the "
        "last is kept, and any run as long as the UI shows an asset as it made it.",
    )

    alert_mail: Annotated[SecretStr, _like(r"smtps?://[^/\s]+", "smtp://host:port or smtps://host:port")] = Field(
        SecretStr(""),
        description="Mail server for alerts: `smtp://user:password@host:587` (encrypted when the server offers it) or "
        "`smtps://user:password@host:465` (always encrypted). It is shown nowhere.",
    )
    alert_to: Several = Field((), description="Mail addresses that get the alerts.")
    alert_from: str = Field("", description="Sender of the alerts, if not the first of those who get them.")
    alert_webhook: Annotated[SecretStr, _like(r"https?://\S+", "an http or https address")] = Field(
        SecretStr(""),
        description='Web address that takes `{"text": "…"}`, as Mattermost, Slack and Teams give. It is shown nowhere.',
    )

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
        """Return the base addresses by the names that the catalogue uses."""
        return {name: getattr(self, name) for name in ("ckan", "duo", "cbs", "pdok", "reference")}

    def with_(self, **changes: Any) -> Self:
        """Return a copy in which these settings have another value."""
        return type(self)(**{**dict(self), **changes})

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """Read the environment in ``from_environment`` alone, so that ``Settings()`` is the same everywhere."""
        return (init_settings,)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **given: Any) -> Self:
        """Return the defaults, then ``PASSEND_*`` variables, then what the caller gives (``None`` means not given).

        Raises SettingsError for a value that does not parse or is out of range, and for a name that is nearly one of these.
        """
        environment = os.environ if environment is None else environment
        _refuse_near_misses(environment, [variable(name) for name in cls.model_fields])
        source = EnvSettingsSource(cls)
        source.env_vars = {name.lower(): text for name, text in environment.items()}
        values = source() | {name: value for name, value in given.items() if value is not None}
        try:
            return cls(**values)
        except ValidationError as error:
            raise SettingsError("; ".join(cls._explain(each) for each in error.errors())) from None

    @classmethod
    def _explain(cls, error: ErrorDetails) -> str:
        name = str(error["loc"][0])
        field = cls.model_fields[name]
        if error["type"] in ("greater_than_equal", "finite_number"):
            return f"{variable(name)}={error['input']} is out of range: at least {least(name)} is needed; correct it or unset it"
        kind = getattr(field.annotation, "__name__", "value")
        told = {"value_error": "error", "literal_error": "expected"}.get(error["type"])
        needed = str(error["ctx"][told] if told else f"a valid {kind}")
        given = str(error["input"])
        secret = field.annotation is SecretStr or needed == OPEN or ("//" in given and "@" in given)
        shown = variable(name) if secret else f"{variable(name)}={error['input']!r}"
        return f"{shown} is not {needed}; correct it or unset it"


def fit(folder: Path) -> Path:
    """Return a folder in which Dagster can keep its runs. Raises SettingsError when its name is not taken as it is."""
    if unfit := sorted(_UNFIT & set(str(folder))):
        raise SettingsError(
            f"the name of the folder {folder} holds {' and '.join(unfit)}, which Dagster does not take as it is; rename it, or "
            "choose another with --data-dir"
        )
    return folder


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + name.upper()


def least(name: str) -> float | None:
    """Return the lowest value that a setting may have, if there is one."""
    return next((each.ge for each in Settings.model_fields[name].metadata if hasattr(each, "ge")), None)


def _refuse_near_misses(environment: Mapping[str, str], names: list[str]) -> None:
    for name in environment.keys() - names:
        if name.startswith(PREFIX) and (near := difflib.get_close_matches(name, names, 1, 0.85)):
            raise SettingsError(f"{name} is not a setting; did you mean {near[0]}?")
