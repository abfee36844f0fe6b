"""Putting a site in place: everything beside the release's files, in a folder of its own, by one rename.

Belongs here: what a site consists of, and when it must be made again. Does not belong here: what its files hold.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

from pipeline.describe.descriptor import FILE as DESCRIPTION
from pipeline.errors import CheckError
from pipeline.releases.release import opened
from pipeline.site.age import old_registries
from pipeline.site.downloads import downloads
from pipeline.site.figures import definitions, figures
from pipeline.site.files import dictionary, files
from pipeline.site.pages import CHUNK, pages, whole
from pipeline.site.regions import areas
from pipeline.site.scripts import to_json, write_script
from pipeline.store.workplace import Workplace

FOLDER = "site"
PAGE = "index.html"
PACKAGE = Path(__file__).parent
BUNDLE = PACKAGE / "bundle"
MARK = "made-by.txt"


@dataclass(frozen=True)
class Site:
    """A site on disk. ``unchanged`` means that it was there already, made by this code; ``content`` is the SHA-256
    of every file, names included."""

    path: Path
    unchanged: bool
    files: int
    bytes: int
    content: str


def build_site(release: Path) -> Site:
    """Make the site of a release, in its folder ``site``. Nothing is done when this code has made it before.

    Raises CheckError when the release's database is damaged.
    """
    target = release / FOLDER
    if _marks(target)[:1] == [code_hash()]:
        return _measured(target, unchanged=True)
    description = json.loads((release / DESCRIPTION).read_text(encoding="utf-8"))
    with Workplace(release, f".{FOLDER}-") as place:
        building = place.path / FOLDER
        shutil.copytree(BUNDLE, building)
        with opened(release) as connection:
            _write_data(connection, description, building / "data")
        write_script(building / "data", "bestanden", to_json(files(release, description)))
        write_script(building / "data", "woordenboek", to_json(dictionary(description)))
        _write_page(description, building)
        (building / MARK).write_text(f"{code_hash()} {_content(building)}\n", encoding="utf-8")
        if target.exists():  # made by earlier code: out of the way first, so that no reader meets a mixture
            target.rename(place.path / "earlier")
        try:
            building.rename(target)
        except OSError:
            if _marks(target)[:1] != [code_hash()]:  # else another run made the same site at this very moment
                raise
    return _measured(target, unchanged=False)


def verify_site(release: Path) -> None:
    """Check that the site of a release is there, each file as it was made. Raises CheckError."""
    target = release / FOLDER
    if _marks(target)[1:] != [_content(target)]:
        raise CheckError(f"{target} is not the site that was made of {release.name}; remove it, and `passend run` makes it again")


def _write_data(connection: duckdb.DuckDBPyConnection, description: Mapping[str, Any], data: Path) -> None:
    """Every file that the page reads."""
    listed = []
    for figure, values in figures(connection):
        listed.append(figure)
        write_script(data, f"cijfer/{figure['id']}", values)
    about = {name: description[name] for name in ("version", "title", "created", "fictitious", "licenses", "origins")}
    index = {
        "release": about,
        "groups": definitions()["groups"],
        "figures": listed,
        "old": old_registries(connection, description),
    }
    write_script(data, "index", to_json(index))
    write_script(data, "gebieden", to_json(areas(connection)))
    for name, text in chain(whole(connection), *(pages(connection, kind) for kind in CHUNK), downloads(connection)):
        write_script(data, name, text)


def _write_page(description: Mapping[str, Any], folder: Path) -> None:
    """The page, told of which release it is, so that a browser never mixes the data of two."""
    page = folder / PAGE
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("{{release}}", escape(description["version"], quote=True)), encoding="utf-8")


@cache
def code_hash() -> str:
    """What makes a site: this package, with its queries and its bundle."""
    digest = hashlib.sha256()
    for path in sorted(path for path in PACKAGE.rglob("*") if path.suffix not in {".pyc", ""}):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _marks(folder: Path) -> list[str]:
    """The hash of the code that made a site, and that of its content; nothing where there is none."""
    mark = folder / MARK
    return mark.read_text(encoding="utf-8").split() if mark.is_file() else []


def _content(folder: Path) -> str:
    """Every file of a site, its mark apart, as a SHA-256."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MARK):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _measured(path: Path, *, unchanged: bool) -> Site:
    sizes = [each.stat().st_size for each in path.rglob("*") if each.is_file()]
    return Site(path, unchanged, len(sizes), sum(sizes), _marks(path)[1])
