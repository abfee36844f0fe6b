"""Contracts from ``expectations/``: a file per table, checked when it is read.

Belongs here: from YAML to contracts, and what every table of a layer gets beside what its file says. Does not belong here: what
a contract may hold (contract, fields).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.contracts.contract import Contract, Layer
from pipeline.contracts.fields import PROVENANCE
from pipeline.contracts.written import explain
from pipeline.errors import SettingsError

EXPECTATIONS = Path(__file__).resolve().parents[2] / "expectations"


def load_contracts(layer: Layer, folder: Path = EXPECTATIONS) -> dict[str, Contract]:
    """Return the contracts of a layer by table name. Raises SettingsError that names file, key and offending value."""
    return dict(_loaded(layer, folder))


@cache
def _loaded(layer: Layer, folder: Path) -> Mapping[str, Contract]:
    contracts = (_load(layer, path) for path in sorted((folder / layer).glob("*.yaml")))
    return {each.table: each for each in contracts}


def _load(layer: Layer, path: Path) -> Contract:
    raw: Any = None
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        if not isinstance(raw, dict):
            raise ValueError(f"it holds {type(raw).__name__}, not keys with values")
        named = {"table": path.stem, "layer": layer}
        if given := sorted(named.keys() & raw.keys()):
            raise ValueError(f"unknown key {given[0]!r}; the place of the file says it")
        named |= raw
        return Contract.model_validate(_staged(named) if layer == "staging" else named)
    except ValidationError as error:
        raise SettingsError(f"contract {layer}/{path.name} cannot be used: {explain(error, raw)}") from error
    except (ValueError, yaml.YAMLError) as error:
        raise SettingsError(f"contract {layer}/{path.name} cannot be used: {error}") from error


def _staged(raw: dict[str, Any]) -> dict[str, Any]:
    """Add what every staging table has: its prefix, the provenance of a row, and a key that holds within one file, because
    editions of a register stand side by side."""
    fields = [*raw["fields"], *PROVENANCE] if isinstance(raw.get("fields"), list) else raw.get("fields")
    key = ["bron_sha256", *(raw.get("primaryKey") or ["bron_regel"])]
    return {**raw, "table": f"stg_{raw['table']}", "fields": fields, "primaryKey": key}
