"""The changes of a release as an Atom feed (RFC 4287), for an application that follows the country without comparing releases.

Belongs here: table ``wijzigingen`` as entries. Does not belong here: what a change is (its query) and the other files of a
release (draft).

A function of the table alone: an entry has the same id in every release, and its time is the first edition that shows the
change, or the day of the change where a registry dates it.
"""

from __future__ import annotations

import re
import uuid
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from pipeline.describe.descriptor import BuildInfo
from pipeline.sql import parquet

FILE = "wijzigingen.atom"
TABLE = "wijzigingen"
TITLE = "Wijzigingen: vestigingen, samenwerkingsverbanden en gemeenten"
ATOM = "http://www.w3.org/2005/Atom"
# ids of entries are made from those of changes in this space, and never change
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:passend-onderwijs:wijzigingen")
MOST = 1_000
# of a feed without entries
BEGAN = "2014-08-01"
# what XML 1.0 cannot say, though a registry may write it
UNSAID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_feed(folder: Path, build: BuildInfo) -> Path:
    """Write the newest changes of a release, from its file of table ``wijzigingen``, and return the file."""
    table = folder / f"{TABLE}.parquet"
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select *, coalesce(bekend_vanaf, gebeurd_op)::varchar as bijgewerkt from {parquet(table)} "
            f"order by bijgewerkt desc, id limit {MOST}"
        ).to_arrow_table().to_pylist()  # fmt: skip
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "nl"})
    _add(feed, "id", SPACE.urn)
    _add(feed, "title", f"{'FICTIEF: ' if build.fictitious else ''}{TITLE}")
    _add(feed, "subtitle", f"De nieuwste {MOST}, de nieuwste eerst; alle staan in tabel {TABLE} ({table.name}).")
    _add(feed, "updated", _moment(rows[0]["bijgewerkt"] if rows else BEGAN))
    _add(_add(feed, "author"), "name", build.publisher)
    _add(feed, "link", rel="self", href=FILE, type="application/atom+xml")
    _add(feed, "link", rel="related", href=table.name, type="application/vnd.apache.parquet")
    for row in rows:
        _entry(feed, row)
    ElementTree.indent(feed)
    path = folder / FILE
    path.write_bytes(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n")
    return path


def _entry(feed: ElementTree.Element, row: Mapping[str, Any]) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", uuid.uuid5(SPACE, row["id"]).urn)
    _add(entry, "title", f"{row['onderwerp']} {row['code']} {row['soort']}: {row['naam'] or row['code']}")
    _add(entry, "updated", _moment(row["bijgewerkt"]))
    _add(entry, "category", term=row["soort"])
    _add(entry, "category", term=row["onderwerp"])
    _add(entry, "content", " ".join(_sentences(row)), type="text")


def _sentences(row: Mapping[str, Any]) -> list[str]:
    after = f" na {row['gebeurd_na']} en" if row["gebeurd_na"] else ""
    exact, bounds = f"Gebeurd op {row['gebeurd_op']}.", f"Gebeurd{after} uiterlijk op {row['gebeurd_uiterlijk']}."
    return [
        exact if row["gebeurd_op"] else bounds,
        *([f"Bekend vanaf {row['bekend_vanaf']}."] if row["bekend_vanaf"] else []),
        *([f"Van: {row['van']}."] if row["van"] else []),
        *([f"Naar: {row['naar']}."] if row["naar"] else []),
        f"Bron: {row['bron']}. Wijziging: {row['id']}",
    ]


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag, attributes)
    if text:
        element.text = UNSAID.sub(" ", text)
    return element


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"
