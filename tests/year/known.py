"""What is known to differ from the truth, by day and subject, with the cause. Each is a strict expected failure: once it is
mended the test says so, and it goes from here."""

from __future__ import annotations

from datetime import date

KNOWN: dict[tuple[date, str], str] = {}
