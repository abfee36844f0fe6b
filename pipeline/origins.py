"""Where registries come from: the live addresses, the sandbox that imitates them, and folders with a data package.

Belongs here: finding a registry's files at an origin, and telling what did not change since the last look.
Does not belong here: judging a file (fetch), keeping it (archive), retries and redirects (http).
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from pipeline.archive import Held
from pipeline.catalogue import Registry
from pipeline.errors import FetchError, SettingsError
from pipeline.http import Client, NotFoundError, NotModified, host_of
from pipeline.settings import Settings

T = TypeVar("T")
PACKAGE = "datapackage.json"
ALLOWED = f"give `live`, `sandbox`, or folders that hold a {PACKAGE}"
ODATA = ("MeasureGroups", "MeasureCodes", "Observations")
MD5 = re.compile(r"[0-9a-f]{32}")
TOLD_BY = ("size", "mtime_ns", "declared_bytes", "declared_hash")
PAGE = 1000
YEARS_BACK = 3


@dataclass(frozen=True)
class Payload:
    """Bytes that were brought in: a file of its own, its hash and its size."""

    path: Path
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Found:
    """One file of a registry as an origin gives it now.

    ``got`` are its bytes, or None when they are still those of the file held under the same ``key``; the rest is as in
    SourceFile and Held. ``reason`` says why it must be refused.
    """

    key: str
    name: str
    url: str
    got: Payload | None = None
    peildatum: str | None = None
    licence: str | None = None
    status: int | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    declared_bytes: int | None = None
    declared_hash: str | None = None
    size: int | None = None
    mtime_ns: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Look:
    """What a look at an origin starts from.

    ``held`` are the files in use since the last look, by key; ``into`` a folder for new bytes, of which each file must
    be taken before the next one is asked for; ``gate`` says why a file must be refused, or None. ``year`` is the year whose
    edition is asked for, at an origin that changes; None asks for what it holds now.
    """

    held: Mapping[str, Held]
    into: Path
    gate: Callable[[Found], str | None]
    now: datetime
    year: int | None = None


class Origin(Protocol):
    """A place that holds registries.

    ``name`` is for people; ``key`` is unique and stays the same from run to run. ``changes``: what it holds changes by
    itself, so that sizes are compared with those of the last look and the last good file may stand in for a bad one.
    """

    @property
    def name(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def changes(self) -> bool: ...

    def provides(self, registry: Registry) -> bool:
        """Whether this origin is meant to hold the registry."""
        ...

    def look(self, registry: Registry, look: Look) -> Iterator[Found | FetchError]:
        """Every file of the registry as it is now, judged; and, as its error, every place that failed to give one."""
        ...


class FolderOrigin:
    """A folder with a ``datapackage.json`` (version 1 or 2): an archived or mirrored edition.

    A resource belongs to the registry of the same name. Raises SettingsError for a package that cannot be used.
    """

    changes = False

    def __init__(self, folder: Path, catalogue: Mapping[str, Registry]) -> None:
        self.folder = folder.resolve()
        self.key = str(self.folder)
        self._package = self._read()
        self.name = str(self._package.get("name") or self.folder.name)
        self.unknown: list[str] = []
        self._resources: dict[str, Mapping[str, Any]] = {}
        self._paths: dict[str, dict[str, Path]] = {}
        for resource in self._package["resources"]:
            name = str(resource.get("name"))
            if name not in catalogue:
                self.unknown.append(name)
                continue
            if name in self._resources:
                raise self._error(f"lists resource {name} twice; list all its files in one `path`")
            self._resources[name] = resource
            self._paths[name] = self._listed(name, resource)

    def provides(self, registry: Registry) -> bool:
        return registry.name in self._resources

    def look(self, registry: Registry, look: Look) -> Iterator[Found]:
        resource, paths = self._resources[registry.name], self._paths[registry.name]
        stats = {key: self._stat(path) for key, path in paths.items()}
        url = next((str(each["path"]) for each in self._stated(resource, "sources") if each.get("path")), None)
        stated = self._stated(resource, "licenses")
        licences = [str(each.get("name") or each.get("title") or each.get("path") or "") for each in stated]
        declared = resource.get("bytes")
        together = sum(stat.st_size for stat in stats.values())
        wrong_sum = None
        if len(paths) > 1 and declared not in (None, together):
            wrong_sum = f"the {len(paths)} files hold {together:,} bytes together, {PACKAGE} declares {declared:,}"
        for key, path in paths.items():
            found = Found(
                key, path.name, url or path.name,
                peildatum=resource.get("peildatum") or self._package.get("peildatum"),
                licence=", ".join(filter(None, licences)) or registry.licence,
                declared_bytes=declared if len(paths) == 1 else None, declared_hash=resource.get("hash"),
                size=stats[key].st_size, mtime_ns=stats[key].st_mtime_ns,
            )  # fmt: skip
            held = look.held.get(key)
            if held is None or any(getattr(held, each) != getattr(found, each) for each in TOLD_BY):
                found = replace(found, got=_copy(path, look.into / "file"))
            yield replace(found, reason=wrong_sum or look.gate(found))

    def _read(self) -> Mapping[str, Any]:
        try:
            package = json.loads((self.folder / PACKAGE).read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            raise SettingsError(
                f"folder {self.folder} has no {PACKAGE}; give a folder that has one, or write one that lists its files "
                "under the names of the catalogue"
            ) from None
        except (ValueError, OSError) as error:
            raise self._error(f"cannot be read: {error}; correct it") from error
        resources = package.get("resources") if isinstance(package, dict) else None
        if not isinstance(resources, list) or not all(isinstance(each, dict) for each in resources):
            raise self._error("has no list of `resources`; see https://datapackage.org")
        return dict(package)

    def _listed(self, name: str, resource: Mapping[str, Any]) -> dict[str, Path]:
        """The files of a resource by their path in the package. Raises SettingsError unless each is in the folder."""
        raw = resource.get("path")
        listed = [raw] if isinstance(raw, str) else raw
        if not isinstance(listed, list) or not listed or not all(isinstance(each, str) for each in listed):
            raise self._error(f"gives resource {name} no `path`; name its file or files, relative to the folder")
        if len(listed) > 1 and resource.get("hash"):
            raise self._error(f"declares one hash for the {len(listed)} files of resource {name}; leave it out")
        if not isinstance(resource.get("bytes", 0), int) or not isinstance(resource.get("hash", ""), str):
            raise self._error(f"gives resource {name} `bytes` that is no number or a `hash` that is no text; correct it")
        day = resource.get("peildatum") or self._package.get("peildatum")
        if day is not None and _date(day) != day:
            raise self._error(f"gives resource {name} peildatum {day!r}; write a date as 2026-08-01")
        paths = {each: (self.folder / each).resolve() for each in listed}
        for each, path in paths.items():
            if not path.is_relative_to(self.folder):
                raise self._error(f"lists {each} for resource {name}, outside its own folder; copy the file into it")
            self._stat(path)
        return paths

    def _stat(self, path: Path) -> os.stat_result:
        try:
            return path.stat()
        except OSError as error:
            what = f"lists {path.relative_to(self.folder)}, which cannot be found there ({error.strerror})"
            raise self._error(f"{what}; put the file back or take it off the list") from None

    def _stated(self, resource: Mapping[str, Any], what: str) -> list[Mapping[str, Any]]:
        """What the resource, or else the package, states as its sources or licences."""
        stated = resource.get(what) or self._package.get(what) or []
        return [each for each in stated if isinstance(each, dict)]

    def _error(self, what: str) -> SettingsError:
        return SettingsError(f"{self.folder / PACKAGE} {what}")


def _copy(source: Path, target: Path) -> Payload:
    """Copy a file and hash it on the way."""
    digest, count = hashlib.sha256(), 0
    with source.open("rb") as reader, target.open("wb") as writer:
        while chunk := reader.read(1 << 20):
            digest.update(chunk)
            writer.write(chunk)
            count += len(chunk)
    return Payload(target, digest.hexdigest(), count)


def _date(text: object) -> str | None:
    """The ISO date that a time stamp begins with."""
    try:
        return date.fromisoformat(str(text)[:10]).isoformat()
    except ValueError:
        return None


class LiveOrigin:
    """Services on the network: those of the publishers, or the sandbox that imitates them.

    ``bases`` are the addresses that the catalogue's locations hang from; a location whose base is empty does not exist
    here. The locations of a registry are mirrors, tried in order until one gives a file that passes the gate.
    """

    changes = True

    def __init__(self, name: str, bases: Mapping[str, str], client: Client, *, key: str | None = None) -> None:
        self.name = name
        self.key = key or name
        self._bases = {base: address.rstrip("/") for base, address in bases.items() if address}
        self._client = client

    def provides(self, registry: Registry) -> bool:
        return any(location.base in self._bases for location in registry.where)

    def look(self, registry: Registry, look: Look) -> Iterator[Found | FetchError]:
        ways = {"ckan": self._ckan, "url": self._url, "odata": self._odata, "wfs": self._wfs}
        for location in registry.where:
            if location.base not in self._bases or (look.year and not location.yearly):
                continue
            try:
                for found in ways[location.kind](self._bases[location.base], location.spec, look):
                    if isinstance(found, FetchError):
                        yield found
                        continue
                    judged = replace(found, licence=registry.licence or found.licence, reason=look.gate(found))
                    yield judged
                    if judged.reason is None:
                        return
            except FetchError as error:
                yield error

    # -- a file of a CKAN portal ---------------------------------------------------------------------------------

    def _ckan(self, base: str, spec: Mapping[str, str], look: Look) -> Iterator[Found | FetchError]:
        package = self._package(base, spec["package"])
        resource = _resource(package, spec["package"], spec["file"])
        found = Found(
            f"ckan {spec['package']}/{spec['file']}", spec["file"], _at(base, str(resource.get("url") or "")),
            peildatum=_date(resource.get("last_modified")),
            licence=_words(package.get("license_title")) or _words(package.get("license_id")),
            declared_bytes=size if isinstance(size := resource.get("size"), int) else None,
            declared_hash=md5 if MD5.fullmatch(md5 := str(resource.get("hash") or "")) else None,
        )  # fmt: skip
        held = look.held.get(found.key)
        declared = (found.declared_hash, found.declared_bytes)
        if held is not None and None not in declared and declared == (held.declared_hash, held.declared_bytes):
            yield _unchanged(found, held)
            return
        try:
            got = self._download(found, look)
        except FetchError as error:
            yield error
        else:
            yield got
            return
        # the portal's own copy of the table: other bytes than the file's, so nothing declared holds for it
        dump = f"{base}/datastore/dump/{quote(str(resource.get('id')), safe='')}"
        yield self._download(replace(found, key=f"{found.key} dump", url=dump, declared_bytes=None, declared_hash=None), look)

    def _package(self, base: str, name: str) -> Mapping[str, Any]:
        url = f"{base}/api/3/action/package_show?{urlencode({'id': name})}"
        try:
            answer = self._client.json(url)
            if isinstance(answer, dict) and answer.get("success") is False:
                why = json.dumps(answer.get("error"))
                raise NotFoundError(f"{url} answered success: false ({why}); if it was renamed, correct the catalogue")
        except NotFoundError as error:
            try:
                names = _member(self._client.json(f"{base}/api/3/action/package_list"), "result", list, base)
            except FetchError:
                names = []
            raise FetchError(f"the portal {base} gives no package {name}. Nearest: {_nearest(name, names)}. {error}") from error
        return _member(answer, "result", dict, url)

    # -- a file at an address ------------------------------------------------------------------------------------

    def _url(self, base: str, spec: Mapping[str, str], look: Look) -> Iterator[Found]:
        def get(path: str, year: int | None) -> Found:
            found = Found(f"url {spec['path']}", path.rpartition("/")[2], f"{base}/{path}")
            return self._download(replace(found, peildatum=f"{year}-10-01" if year else None), look)

        yield _newest(spec["path"], look, get)

    def _download(self, found: Found, look: Look) -> Found:
        """Fetch the file, or learn that it is still the one that is held."""
        held = look.held.get(found.key)
        if held is not None and (found.declared_hash or urlsplit(held.file.url).path != urlsplit(found.url).path):
            held = None  # another file, or one whose publisher says that it changed
        etag, last_modified = (held.etag, held.last_modified) if held is not None else (None, None)
        got = self._client.download(found.url, look.into / "file", etag=etag, last_modified=last_modified)
        if isinstance(got, NotModified):
            return _unchanged(found, look.held[found.key])
        return replace(
            found, got=Payload(got.path, got.sha256, got.bytes), status=got.status, content_type=got.content_type,
            etag=got.etag, last_modified=got.last_modified, peildatum=found.peildatum or _http_date(got.last_modified),
        )  # fmt: skip

    # -- a CBS table ---------------------------------------------------------------------------------------------

    def _odata(self, base: str, spec: Mapping[str, str], look: Look) -> Iterator[Found]:
        # the service ignores $search, so its whole list is read
        tables = {
            str(each.get("Title")): str(each.get("Identifier"))
            for each in self._pages(f"{base}/Datasets") if each.get("Catalog", "CBS") == "CBS"
        }  # fmt: skip

        def get(title: str, year: int | None) -> Found:
            if title not in tables:
                raise NotFoundError(
                    f"{base}/Datasets lists no table with the title {title!r}. Nearest: {_nearest(title, tables)}. "
                    "If it was renamed, correct `title` in the catalogue"
                )
            url = f"{base}/CBS/{quote(tables[title], safe='')}"
            document = {part: sorted(self._pages(f"{url}/{part}"), key=_canonical) for part in ODATA}
            payload = _write({"Identifier": tables[title], "Title": title, **document}, look.into / "file")
            return Found(
                f"odata {spec['title']}", f"{tables[title]}.json", url, payload,
                peildatum=f"{year}-01-01" if year else None, status=200,
            )  # fmt: skip

        yield _newest(spec["title"], look, get)

    def _pages(self, url: str) -> Iterator[dict[str, Any]]:
        """The values of an OData address, page after page."""
        seen: list[str] = []
        page: str | None = url
        while page:
            if page in seen:
                raise FetchError(f"{url} is paged in a circle: {page} comes back; tell the publisher")
            seen.append(page)
            document = self._client.json(page)
            yield from (each for each in _member(document, "value", list, page) if isinstance(each, dict))
            link = document.get("@odata.nextLink")
            page = urljoin(page, str(link)) if link else None

    # -- a PDOK feature type -------------------------------------------------------------------------------------

    def _wfs(self, base: str, spec: Mapping[str, str], look: Look) -> Iterator[Found]:
        def get(path: str, year: int | None) -> Found:
            url = f"{base}/{path}"
            features = self._features(url, spec["type"])
            payload = _write({"type": "FeatureCollection", "features": features}, look.into / "file")
            name = spec["type"].rpartition(":")[2] + (f"-{year}" if year else "") + ".geojson"
            return Found(
                f"wfs {spec['path']} {spec['type']}", name, url, payload,
                peildatum=f"{year}-01-01" if year else None, status=200,
            )  # fmt: skip

        yield _newest(spec["path"], look, get)

    def _features(self, url: str, kind: str) -> list[Any]:
        """Every feature of a type, in an order of our own. The service silently gives 1,000 at most at a time."""
        features: dict[str, Any] = {}
        while True:
            query = {
                "service": "WFS", "version": "2.0.0", "request": "GetFeature", "typeNames": kind,
                "outputFormat": "application/json", "srsName": "EPSG:4326", "count": PAGE, "startIndex": len(features),
            }  # fmt: skip
            document = self._client.json(f"{url}?{urlencode(query)}")
            page = _member(document, "features", list, url)
            new = {str(each.get("id") or _canonical(each)): each for each in page if isinstance(each, dict)}
            if len(new) < len(page) or new.keys() & features.keys():
                raise FetchError(f"{url} gives the same feature of {kind} twice: its pages overlap; try again later")
            features |= new
            matched = document.get("numberMatched")
            if not page or (len(features) >= matched if isinstance(matched, int) else len(page) < PAGE):
                break
        if isinstance(matched, int) and len(features) != matched:
            raise FetchError(f"{url} says that it has {matched:,} features of {kind} and gave {len(features):,}; try again later")
        return [features[each] for each in sorted(features)]


def _resource(package: Mapping[str, Any], name: str, file: str) -> Mapping[str, Any]:
    """The resource of a CKAN package that has a file name, at the end of its address or as its own name."""
    listed = package.get("resources")
    resources = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    names = {file.lower(), file.lower().rpartition(".")[0]} - {""}
    by_file = {_file_name(str(each.get("url"))): each for each in reversed(resources)}
    by_name = {str(each.get("name")): each for each in reversed(resources)}
    for known, wanted in ((by_file, {file.lower()}), (by_name, names)):
        for each, resource in known.items():
            if each.lower() in wanted:
                return resource
    raise FetchError(
        f"package {name} has no file {file}. Nearest: {_nearest(file, [*by_file, *by_name])}. "
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


def _newest(template: str, look: Look, get: Callable[[str, int | None], Found]) -> Found:
    """What ``get`` finds for the year that is asked for; else for this year, or the last of the three before. A template
    without year is used as is."""
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


def _unchanged(found: Found, held: Held) -> Found:
    """The file that is held, with the address and validators it came with."""
    return replace(
        found, url=held.file.url, etag=held.etag, last_modified=held.last_modified,
        peildatum=found.peildatum or held.file.peildatum, licence=found.licence or held.file.licence,
    )  # fmt: skip


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


def _member(document: Any, key: str, kind: type[T], url: str) -> T:
    value = document.get(key) if isinstance(document, dict) else None
    if not isinstance(value, kind):
        raise FetchError(f"{url} gives JSON without the {key} it should have; see whether the service changed")
    return value


def _nearest(name: str, known: Iterable[object]) -> str:
    return ", ".join(difflib.get_close_matches(name, list(dict.fromkeys(map(str, known))), 3, 0.5)) or "none"


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _write(document: Any, target: Path) -> Payload:
    """Write a document that was put together from pages: the same content always gives the same bytes."""
    body = _canonical(document).encode()
    target.write_bytes(body)
    return Payload(target, hashlib.sha256(body).hexdigest(), len(body))


def _http_date(text: str | None) -> str | None:
    try:
        return parsedate_to_datetime(text or "").date().isoformat()
    except (ValueError, TypeError):
        return None


def origin_key(settings: Settings, source: str) -> str:
    """What the archive remembers a source under: each edition of the sandbox and each folder has a memory of its own."""
    if source == "sandbox":
        return f"sandbox-{settings.sandbox_seed}-{settings.sandbox_scale}-{settings.sandbox_home_years}"
    return source if source == "live" else str(Path(source).expanduser().resolve())


@contextmanager
def open_origins(
    settings: Settings,
    catalogue: Mapping[str, Registry],
    serve_sandbox: Callable[[], AbstractContextManager[Mapping[str, str]]],
) -> Iterator[list[Origin]]:
    """The origins that the settings name, in that order. The sandbox, if among them, is served while they are open.

    Raises SettingsError for a source that is not ``live``, ``sandbox`` or a usable folder, and for one given twice.
    """
    if not settings.sources:
        raise SettingsError(f"no source is given; {ALLOWED}")
    folders = {each: _folder(each, catalogue) for each in settings.sources if each not in ("live", "sandbox")}
    keys = [origin_key(settings, each) for each in settings.sources]
    twice = sorted({each for each in keys if keys.count(each) > 1})
    if twice:
        raise SettingsError(f"source {', '.join(twice)} is given twice; give each source once")
    with ExitStack() as stack:
        origins: list[Origin] = []
        for source in settings.sources:
            if source == "live":
                origins.append(_live(stack, settings, "live"))
            elif source == "sandbox":
                # what the sandbox does not imitate is not there: never a live address in its place
                nowhere = dict.fromkeys(settings.bases(), "")
                served = settings.with_bases(nowhere | dict(stack.enter_context(serve_sandbox())))
                origins.append(_live(stack, served, "sandbox", origin_key(settings, source)))
            else:
                origins.append(folders[source])
        yield origins


def _folder(source: str, catalogue: Mapping[str, Registry]) -> FolderOrigin:
    folder = Path(source).expanduser()
    if not folder.is_dir():
        raise SettingsError(f"source {source!r} is neither a word this project knows nor an existing folder; {ALLOWED}")
    return FolderOrigin(folder, catalogue)


def _live(stack: ExitStack, settings: Settings, name: str, key: str | None = None) -> LiveOrigin:
    hosts = set()
    for base, address in settings.bases().items():
        try:
            hosts |= {host_of(address)} if address else set()
        except ValueError as error:
            raise SettingsError(f"PASSEND_{base.upper()}: {error}; correct it, or make it empty") from None
    client = stack.enter_context(Client(
        hosts, connect_timeout=settings.connect_timeout, read_timeout=settings.read_timeout,
        attempts=settings.attempts, backoff=settings.backoff, max_bytes=settings.max_bytes,
        download_timeout=settings.download_timeout, private_hosts=settings.private_hosts,
    ))  # fmt: skip
    return LiveOrigin(name, settings.bases(), client, key=key)
