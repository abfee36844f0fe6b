"""A file of a registry: what is known of it, wherever it is.

Belongs here: the facts of one file, as an origin gives them and as the archive keeps them. Does not belong here: its bytes (the
archive), and which files are in use (the archive's looks).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceFile:
    """One file of a registry.

    ``place`` is where it is at its origin: the path in a data package, or the catalogue's location. ``sha256`` and
    ``bytes`` are of the payload alone; ``fetched_at`` is UTC, ISO 8601; ``peildatum`` an ISO date, the date the
    content is about, or None when nobody says. ``reason`` is why a file that is not ``accepted`` was refused, or why
    a person accepted it nevertheless. ``acceptable``: it was refused for what a person may accept.

    The rest shows whether the origin has changed it since: ``etag`` and ``last_modified`` are the server's;
    ``declared_bytes`` and ``declared_hash`` the publisher's metadata; ``size`` and ``mtime_ns`` those of a file in a
    folder. ``encoding`` and ``delimiter`` are how its package says that it is written. ``published`` is the day that the
    portal gives the file as it is now, where ``peildatum`` is the first day of the same bytes.
    """

    dataset: str
    place: str
    name: str
    url: str
    publisher: str
    sha256: str = ""
    bytes: int = 0
    fetched_at: str = ""
    peildatum: str | None = None
    licence: str | None = None
    accepted: bool = True
    reason: str | None = None
    acceptable: bool = False
    etag: str | None = None
    last_modified: str | None = None
    declared_bytes: int | None = None
    declared_hash: str | None = None
    size: int | None = None
    mtime_ns: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    published: str | None = None
