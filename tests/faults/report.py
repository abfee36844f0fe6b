"""docs/faults.md: what was played and measured, each part written by the command that found it."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime

import duckdb

from tests.conftest import REPOSITORY

PAGE = REPOSITORY / "docs" / "faults.md"


def write(part: str, text: str) -> None:
    """Put a text between the marks of its part."""
    begin, end = f"<!-- {part} -->\n", f"<!-- end of {part} -->\n"
    before, rest = PAGE.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    PAGE.write_text(f"{before}{begin}{text}{end}{after}", encoding="utf-8")


def today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{os.cpu_count()} cores with {memory / 2**30:.0f} GB, Python {platform.python_version()}, DuckDB {duckdb.__version__}"
