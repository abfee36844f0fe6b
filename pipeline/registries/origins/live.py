"""The services themselves, or the sandbox that imitates them: CKAN, plain addresses, OData and WFS.

Belongs here: finding a registry's files there. Does not belong here: answers in pages (paging), retries and redirects (http),
judging a file (fetch).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

import requests

from pipeline.day import day_of as home_day_of
from pipeline.errors import FetchError, PassendError
from pipeline.registries.catalogue import Registry
from pipeline.registries.files import SourceFile
from pipeline.registries.http.client import Client, NotFoundError, NotModified
from pipeline.registries.origins.base import MD5, Candidate, Look, day_of, nearest
from pipeline.registries.origins.paging import canonical, features, member, values

ODATA = ("MeasureGroups", "MeasureCodes", "Observations")
YEARS_BACK = 3
LONGEST = 200  # characters of an error that is told of


class LiveOrigin:
    """Services on the network: those of the publishers, or the sandbox that imitates them.

    ``bases`` are the addresses that the catalogue's locations hang from; a location whose base is empty does not exist
    here. The locations of a registry are mirrors, in the order in which they are asked.
    """

    changes = True

    def __init__(
        self, name: str, bases: Mapping[str, str], client: Client, *, key: str | None = None, fictitious: bool = False
    ) -> None:  # fmt: skip
        self.name = name
        self.key = key or name
        self.fictitious = fictitious
        self._bases = {base: address.rstrip("/") for base, address in bases.items() if address}
        self._client = client

    def provides(self, registry: Registry) -> bool:
        return any(location.base in self._bases for location in registry.where)

    def candidates(self, registry: Registry, look: Look) -> Iterator[Candidate | FetchError]:
        ways = {"ckan": self._ckan, "url": self._url, "odata": self._odata, "wfs": self._wfs}
        for location in registry.where:
            if location.base not in self._bases or (look.year and not location.yearly):
                continue
            try:
                for found in ways[location.kind](registry, self._bases[location.base], location.spec, look):
                    if isinstance(found, FetchError):
                        yield found
                    else:
                        file = replace(found.file, licence=registry.licence or found.file.licence)
                        yield replace(found, file=file)
            except FetchError as error:
                yield error
            except Exception as error:
                if not _is_of_the_answer(error):
                    raise
                yield FetchError(
                    f"{self._bases[location.base]} gave an answer that cannot be understood ({type(error).__name__}: "
                    f"{str(error)[:LONGEST]}); tell the publisher"
                )

    # -- a file of a CKAN portal ---------------------------------------------------------------------------------

    def _ckan(self, registry: Registry, base: str, spec: Mapping[str, str], look: Look) -> Iterator[Candidate | FetchError]:
        package = self._package(base, spec["package"])
        resource, *others = _resources(package, spec["package"], spec["file"])
        if len({str(each.get("hash") or each.get("url")) for each in (resource, *others)}) > 1:
            yield FetchError(
                f"package {spec['package']} lists {len(others) + 1} files {spec['file']}, of which the first counts; "
                "tell the publisher"
            )
        file = SourceFile(
            registry.name, f"ckan {spec['package']}/{spec['file']}", spec["file"], _at(base, str(resource.get("url") or "")),
            registry.publisher, peildatum=(day := day_of(resource.get("last_modified"))), published=day,
            licence=_words(package.get("license_title")) or _words(package.get("license_id")),
            declared_bytes=size if isinstance(size := resource.get("size"), int) else None,
            declared_hash=md5 if MD5.fullmatch(md5 := str(resource.get("hash") or "")) else None,
        )  # fmt: skip
        held = look.held.get(file.place)
        declared = (file.declared_hash, file.declared_bytes)
        if held is not None and None not in declared and declared == (held.declared_hash, held.declared_bytes):
            yield _unchanged(file, held)
            return
        try:
            got = self._download(file, look)
        except FetchError as error:
            yield error
        else:
            yield got
            return
        # the portal's own copy of the table: other bytes than the file's, so nothing declared holds for it
        dump = f"{base}/datastore/dump/{quote(str(resource.get('id')), safe='')}"
        file = replace(file, place=f"{file.place} dump", url=dump, declared_bytes=None, declared_hash=None)
        yield self._download(file, look)

    def _package(self, base: str, name: str) -> Mapping[str, Any]:
        url = f"{base}/api/3/action/package_show?{urlencode({'id': name})}"
        try:
            answer = self._client.json(url)
            if isinstance(answer, dict) and answer.get("success") is False:
                why = json.dumps(answer.get("error"))
                raise NotFoundError(f"{url} answered success: false ({why}); if it was renamed, correct the catalogue")
        except NotFoundError as error:
            try:
                names = member(self._client.json(f"{base}/api/3/action/package_list"), "result", list, base)
            except FetchError:
                names = []
            raise FetchError(f"the portal {base} gives no package {name}. Nearest: {nearest(name, names)}. {error}") from error
        return member(answer, "result", dict, url)

    # -- a file at an address ------------------------------------------------------------------------------------

    def _url(self, registry: Registry, base: str, spec: Mapping[str, str], look: Look) -> Iterator[Candidate]:
        def get(path: str, year: int | None) -> Candidate:
            file = SourceFile(
                registry.name, f"url {spec['path']}", path.rpartition("/")[2], f"{base}/{path}", registry.publisher,
                peildatum=f"{year}-10-01" if year else None,
            )  # fmt: skip
            return self._download(file, look)

        yield _newest(spec["path"], look, get)

    def _download(self, file: SourceFile, look: Look) -> Candidate:
        """Fetch the file, unless the server says that it is still the one that is held."""
        held = look.held.get(file.place)
        if held is not None and (file.declared_hash or urlsplit(held.url).path != urlsplit(file.url).path):
            held = None  # another file, or one whose publisher says that it changed
        etag, last_modified = (held.etag, held.last_modified) if held is not None else (None, None)
        got = self._client.download(file.url, look.into / "file", etag=etag, last_modified=last_modified)
        if isinstance(got, NotModified):
            return _unchanged(file, look.held[file.place])
        file = replace(
            file, sha256=got.sha256, bytes=got.bytes, etag=got.etag, last_modified=got.last_modified,
            peildatum=file.peildatum or _http_date(got.last_modified),
        )  # fmt: skip
        return Candidate(file, got.path, got.status, got.content_type)

    # -- a CBS table ---------------------------------------------------------------------------------------------

    def _odata(self, registry: Registry, base: str, spec: Mapping[str, str], look: Look) -> Iterator[Candidate]:
        # the service ignores $search, so its whole list is read
        allowance = self._client.allowance()
        tables = {
            str(each.get("Title")): str(each.get("Identifier"))
            for each in values(self._client, f"{base}/Datasets", allowance) if each.get("Catalog", "CBS") == "CBS"
        }  # fmt: skip

        def get(title: str, year: int | None) -> Candidate:
            if title not in tables:
                raise NotFoundError(
                    f"{base}/Datasets lists no table with the title {title!r}. Nearest: {nearest(title, tables)}. "
                    "If it was renamed, correct `title` in the catalogue"
                )
            url = f"{base}/CBS/{quote(tables[title], safe='')}"
            document = {part: sorted(values(self._client, f"{url}/{part}", allowance), key=canonical) for part in ODATA}
            file = SourceFile(
                registry.name, f"odata {spec['title']}", f"{tables[title]}.json", url, registry.publisher,
                peildatum=f"{year}-01-01" if year else None,
            )  # fmt: skip
            return _written(file, {"Identifier": tables[title], "Title": title, **document}, look.into / "file")

        yield _newest(spec["title"], look, get)

    # -- a PDOK feature type -------------------------------------------------------------------------------------

    def _wfs(self, registry: Registry, base: str, spec: Mapping[str, str], look: Look) -> Iterator[Candidate]:
        def get(path: str, year: int | None) -> Candidate:
            url = f"{base}/{path}"
            found = features(self._client, url, spec["type"], spec.get("sort"))
            name = spec["type"].rpartition(":")[2] + (f"-{year}" if year else "") + ".geojson"
            file = SourceFile(
                registry.name, f"wfs {spec['path']} {spec['type']}", name, url, registry.publisher,
                peildatum=f"{year}-01-01" if year else None,
            )  # fmt: skip
            return _written(file, {"type": "FeatureCollection", "features": found}, look.into / "file")

        yield _newest(spec["path"], look, get)


def _is_of_the_answer(error: Exception) -> bool:
    """Whether what went wrong is what a server said: then only its registry is refused. Else it is this machine: a setting, its
    memory or its disk."""
    ours = isinstance(error, PassendError | MemoryError)
    return not ours and (not isinstance(error, OSError) or isinstance(error, requests.RequestException))


def _resources(package: Mapping[str, Any], name: str, file: str) -> list[Mapping[str, Any]]:
    """The resources of a CKAN package that have a file name, at the end of their address or else as their own name."""
    listed = package.get("resources")
    resources: list[Mapping[str, Any]] = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    by_file = [(_file_name(str(each.get("url"))), each) for each in resources]
    by_name = [(str(each.get("name")), each) for each in resources]
    names = {file.lower(), file.lower().rpartition(".")[0]} - {""}
    for known, wanted in ((by_file, {file.lower()}), (by_name, names)):
        if found := [resource for each, resource in known if each.lower() in wanted]:
            return found
    raise FetchError(
        f"package {name} has no file {file}. Nearest: {nearest(file, [each for each, _ in by_file + by_name])}. "
        "If it was renamed, correct `file` in the catalogue"
    )


def _words(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _file_name(url: str) -> str:
    """What stands at the end of an address; nothing where it is none."""
    try:
        return unquote(urlsplit(url).path).rpartition("/")[2]
    except ValueError:
        return ""


def _newest(template: str, look: Look, get: Callable[[str, int | None], Candidate]) -> Candidate:
    """Return what ``get`` finds for the year that is wanted; else for this year, or the last of the three before. A template
    without year is used as is.
    """
    if "{jaar" not in template:
        return get(template, None)
    this = look.now.year
    missing: list[NotFoundError] = []
    for each in (look.year,) if look.year else range(this, this - 1 - YEARS_BACK, -1):
        try:
            return get(template.replace("{jaar}", str(each)).replace("{jaar+1}", str(each + 1)), each)
        except NotFoundError as error:
            missing.append(error)
    asked = f"{look.year}" if look.year else f"{this} nor of the {YEARS_BACK} years before"
    raise FetchError(f"no edition of {asked}. {missing[0]}") from missing[0]


def _unchanged(file: SourceFile, held: SourceFile) -> Candidate:
    """Return the file that is held, with the address and validators it came with."""
    return Candidate(replace(
        file, sha256=held.sha256, bytes=held.bytes, url=held.url, etag=held.etag, last_modified=held.last_modified,
        peildatum=file.peildatum or held.peildatum, licence=file.licence or held.licence,
    ))  # fmt: skip


def _at(base: str, url: str) -> str:
    """An address moved to the host of ``base``: portals list some of their files on hosts that only they can reach."""
    portal = urlsplit(base)
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FetchError(
            f"the portal {base} lists an address that cannot be used, {url!r} ({error}); tell the publisher"
        ) from None
    return urlunsplit((portal.scheme, portal.netloc, parts.path, parts.query, ""))


def _written(file: SourceFile, document: Any, target: Path) -> Candidate:
    """Write a document that was put together from pages: the same content always gives the same bytes."""
    body = canonical(document).encode()
    target.write_bytes(body)
    return Candidate(replace(file, sha256=hashlib.sha256(body).hexdigest(), bytes=len(body)), target, 200)


def _http_date(text: str | None) -> str | None:
    try:
        moment = parsedate_to_datetime(text or "")
        return (home_day_of(moment) if moment.tzinfo else moment.date()).isoformat()
    except (ValueError, TypeError, OverflowError):
        return None
