"""docs/settings.md: every setting with its default and what it is for, from the code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from pipeline.settings import Settings, least, variable

HEAD = f"""# Settings

Made by `make pages` from `pipeline/settings.py`; do not edit. Each setting is an environment variable. A setting with several
values has a `{os.pathsep}` between two. A value that cannot be used ends a command with exit code 2 and names the variable; so
does a name that is nearly one of these.
"""


def pages() -> dict[str, str]:
    """Return the page by its path in docs/."""
    return {"settings.md": "\n".join([HEAD, *_rows(), ""])}


def _rows() -> Iterator[str]:
    yield "| setting | default | |"
    yield "|---|---|---|"
    for name, field in Settings.model_fields.items():
        bound = least(name)
        words = f"{field.description}{'' if not bound else f' At least {bound:g}.'}"
        yield f"| `{variable(name)}` | {_shown(field.default)} | {words} |"


def _shown(default: Any) -> str:
    """Return a default as one would write it in the environment."""
    if default is PydanticUndefined:
        return "by the machine"
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, tuple):
        default = os.pathsep.join(default)
    return f"`{default}`" if str(default) else "none"
