"""A data file of the site: JSON in a call of a function, for a page opened from disk may not read a file but may run a script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.harmless import visible_json


def to_json(value: Any) -> str:
    """Compact JSON. Dates in ISO form; an amount in euro as a number, which two decimals keep exact."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def write_script(folder: Path, name: str, text: str) -> None:
    """Write ``<name>.js``, which hands its JSON (``text``) to the page under that name, all of it to be seen."""
    path = folder / f"{name}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'passend("{name}",{visible_json(text)});\n', encoding="utf-8")


def merged(sections: Mapping[str, str]) -> str:
    """One JSON object of texts that are JSON already."""
    return "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in sections.items()) + "}"


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no form in a data file of the site")
