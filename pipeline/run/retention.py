"""stub"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def prune(settings: Any, store: Any, tables: Any) -> Iterator[tuple[str, int]]:
    yield from ()
