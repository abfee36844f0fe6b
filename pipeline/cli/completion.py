"""What the shell offers when a person presses tab: names of registries, tables, formats and releases.

Belongs here: the names that fit what was typed so far. Does not belong here: whether a name is right: the command says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pipeline.settings import Settings


def datasets(incomplete: str) -> Iterator[str]:
    """Names of registries."""
    from pipeline.registries.catalogue import load_catalogue

    return _fitting(load_catalogue(), incomplete)


def tables(incomplete: str) -> Iterator[str]:
    """Names of released tables."""
    from pipeline.contracts.loading import load_contracts

    return _fitting(load_contracts("curated"), incomplete)


def all_tables(incomplete: str) -> Iterator[str]:
    """Names of released tables and of those that registries are read into."""
    from pipeline.contracts.loading import load_contracts

    return _fitting([*load_contracts("curated"), *load_contracts("staging")], incomplete)


def held(context: typer.Context, incomplete: str) -> Iterator[str]:
    """Names of the views, tables and macros of the current release."""
    from pipeline.releases.contents import items
    from pipeline.releases.release import latest

    release = latest(_settings(context).releases_dir)
    return _fitting((each.name for each in items(release)) if release else (), incomplete)


def formats(incomplete: str) -> Iterator[str]:
    """Names of export formats."""
    from pipeline.export.formats import NAMES

    return _fitting(NAMES, incomplete)


def releases(context: typer.Context, incomplete: str) -> Iterator[str]:
    """Names of the releases in the data folder, newest first."""
    from pipeline.releases.release import releases as kept

    return _fitting((each.path.name for each in reversed(kept(_settings(context).releases_dir))), incomplete)


def _settings(context: typer.Context) -> Settings:
    from pipeline.settings import Settings

    return Settings.from_environment(data_dir=context.params.get("data_dir"))


def _fitting(names: Iterable[str], incomplete: str) -> Iterator[str]:
    return (each for each in names if each.startswith(incomplete))
