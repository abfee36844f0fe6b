"""docs/faults.md: what was played and measured, each part written by the command that found it."""

from __future__ import annotations

from datetime import UTC, datetime

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
