"""Terms: the licences that publishers of the registries state, and what follows for a table that is made from several.

Belongs here: recognising a licence and comparing two. Does not belong here: which file came under which (table bron).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

EU = "http://publications.europa.eu/resource/authority/licence/"


@dataclass(frozen=True)
class Licence:
    """A licence under its SPDX name. ``authority`` is its place in the list of the EU, where it has one."""

    name: str
    title: str
    path: str | None = None
    authority: str | None = None

    def described(self) -> dict[str, str]:
        """As Data Package v2 has it."""
        return {"name": self.name, "title": self.title, **({"path": self.path} if self.path else {})}


# the later one asks more of who uses the data
_KNOWN = (
    (re.compile(r"publiek domein|public.?domain", re.I),
     Licence("LicenseRef-publiek-domein", "Publiek domein (Auteurswet art. 11)", "https://wetten.overheid.nl/BWBR0001886")),
    (re.compile(r"\bcc.?(0|zero)\b", re.I),
     Licence("CC0-1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", f"{EU}CC0")),
    (re.compile(r"^mit\b", re.I), Licence("MIT", "MIT", "https://opensource.org/license/mit")),
    (re.compile(r"\bcc.?by.?4", re.I),
     Licence("CC-BY-4.0", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/", f"{EU}CC_BY_4_0")),
)  # fmt: skip
UNKNOWN = Licence("LicenseRef-niet-vermeld", "Niet van elke bron vermeld: tabel bron noemt de voorwaarden per bestand")


def stated(text: str | None) -> Licence:
    """A licence in a publisher's own words."""
    return next((licence for pattern, licence in _KNOWN if text and pattern.search(text)), UNKNOWN)


def together(texts: Iterable[str | None]) -> Licence:
    """The terms of what is made from files under these licences: those that ask most, since who honours them honours all.
    Unknown as soon as those of one file are; what is made of no file is of the project's own, from texts of law."""
    found = {stated(each) for each in set(texts)}  # of 341 files, a few
    order = [licence for _, licence in _KNOWN]
    return UNKNOWN if UNKNOWN in found else max(found, key=order.index, default=order[0])


def named(name: str) -> Licence:
    """The licence of an SPDX name."""
    return next((licence for _, licence in _KNOWN if licence.name == name), UNKNOWN)
