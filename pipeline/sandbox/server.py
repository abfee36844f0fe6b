"""The sandbox's web server: an edition on disk, served in the shapes of the real services, on the loopback address only.

Belongs here: addresses, paging, conditional requests. Does not belong here: what is in the files (the writers).
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlsplit

from pipeline.sandbox.portal import HIDDEN, PAGE, PAGE_NAME, Stored, packages

INDEX = "index.json"
WFS_CAP, ODATA_PAGE = 1_000, 500
# the catalogue of the statistics office holds more than what is looked for, and gives it in pages
OTHER_TABLES = tuple({"Identifier": f"9{n:04d}FIC", "Title": f"Fictieve tabel {n}", "Catalog": "CBS"} for n in range(600))
Answer = tuple[int, str, bytes, Stored | None]


class Site:
    """What an address answers. ``base`` is the server's own address."""

    def __init__(self, edition: Path, base: str) -> None:
        self.edition, self.base = edition, base
        raw = json.loads((edition / INDEX).read_text(encoding="utf-8"))
        self.files = {place: Stored(**each) for place, each in raw.items()}

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        """Status, content type, body and, for a file, what the index knows of it."""
        match path.strip("/").split("/"):
            case ["api", "3", "action", "package_show"]:
                return self._action(self.packages.get(query.get("id", "")))
            case ["api", "3", "action", "package_list"]:
                return self._action(sorted(self.packages))
            case ["dataset", _, "resource", identifier, "download", file]:
                return self._download(identifier, file)
            case ["datastore", "dump", identifier]:
                return self._file(self.places.get(identifier, ""))
            case ["cbs", "Datasets"]:
                tables = [*OTHER_TABLES, *({**_head(each), "Catalog": "CBS"} for each in self.tables.values())]
                return self._page("cbs/Datasets", tables, query)
            case ["cbs", "CBS", identifier, part] if part in self.tables.get(identifier, {}):
                return self._page(f"cbs/CBS/{identifier}/{part}", self.tables[identifier][part], query)
            case ["pdok", *rest] if rest:
                return self._features("/".join(["pdok", *rest]), query)
            case [("duo" | "reference"), _]:
                return self._file(path.strip("/"))
        return self._missing(path)

    @cached_property
    def packages(self) -> dict[str, dict[str, Any]]:
        ckan = {place.removeprefix("ckan/"): each for place, each in self.files.items() if place.startswith("ckan/")}
        return packages(ckan, self.base)

    @cached_property
    def places(self) -> dict[str, str]:
        """The file behind each resource id."""
        return {
            resource["id"]: f"ckan/{name}/{resource['url'].rpartition('/')[2]}"
            for name, package in self.packages.items() for resource in package["resources"]
        }  # fmt: skip

    @cached_property
    def tables(self) -> dict[str, dict[str, Any]]:
        """The statistics office's tables by identifier."""
        found = [json.loads((self.edition / place).read_bytes()) for place in self.files if place.startswith("cbs/")]
        return {each["Identifier"]: each for each in found}

    def _action(self, result: Any) -> Answer:
        if result is None:
            error = {"__type": "Not Found Error", "message": "Niet gevonden"}
            return _json(HTTPStatus.NOT_FOUND, {"success": False, "error": error})
        return _json(HTTPStatus.OK, {"success": True, "result": result})

    def _download(self, identifier: str, file: str) -> Answer:
        if file == PAGE_NAME and identifier in self.places:
            return HTTPStatus.OK, "text/html; charset=utf-8", PAGE, None
        # what is listed on a host of its own is not here: only the datastore has it
        return self._missing(file) if file in HIDDEN else self._file(self.places.get(identifier, ""))

    def _file(self, place: str) -> Answer:
        if place not in self.files:
            return self._missing(place)
        return HTTPStatus.OK, "text/csv", (self.edition / place).read_bytes(), self.files[place]

    def _page(self, place: str, values: list[Any], query: Mapping[str, str]) -> Answer:
        """A page of an OData answer. ``$search`` is ignored, as the real service does."""
        start = int(query.get("$skip", "0"))
        document: dict[str, Any] = {"value": values[start : start + ODATA_PAGE]}
        if start + ODATA_PAGE < len(values):
            document["@odata.nextLink"] = f"{self.base}/{quote(place)}?$skip={start + ODATA_PAGE}"
        return _json(HTTPStatus.OK, document)

    def _features(self, path: str, query: Mapping[str, str]) -> Answer:
        """A page of a feature type, capped without a word."""
        place = f"{path}/{query.get('typeNames', '')}.json"
        if place not in self.files:
            return self._missing(path)
        features = self._collection(place)
        start, count = int(query.get("startIndex", "0")), min(int(query.get("count", str(WFS_CAP))), WFS_CAP)
        return _json(HTTPStatus.OK, {"type": "FeatureCollection", "features": features[start : start + count]})

    def _collection(self, place: str) -> list[Any]:
        if place not in self._collections:
            self._collections[place] = json.loads((self.edition / place).read_bytes())["features"]
        return self._collections[place]

    @cached_property
    def _collections(self) -> dict[str, list[Any]]:
        return {}

    def _missing(self, what: str) -> Answer:
        return (
            HTTPStatus.NOT_FOUND,
            "text/html; charset=utf-8",
            f"<!DOCTYPE html>\n<h1>Niet gevonden</h1><p>{len(what)}</p>\n".encode(),
            None,
        )


class _Handler(BaseHTTPRequestHandler):
    site: ClassVar[Site]
    protocol_version = "HTTP/1.1"
    # headers and body are two writes: with Nagle's algorithm every answer to a kept connection waits 40 ms for an ACK
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        status, kind, body, stored = self.site.answer(unquote(parts.path), query)
        validators = _validators(stored) if stored is not None else {}
        if validators and self._is_known(validators):
            status, body = HTTPStatus.NOT_MODIFIED, b""
        self.send_response(status)
        self.send_header("X-Fictief", "ja")
        for name, value in validators.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _is_known(self, validators: Mapping[str, str]) -> bool:
        if (known := self.headers.get("If-None-Match")) is not None:
            return validators["ETag"] in (each.strip() for each in known.split(","))
        return self.headers.get("If-Modified-Since") == validators["Last-Modified"]

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the client tells what matters."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves before the end is no error; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _validators(stored: Stored) -> dict[str, str]:
    modified = datetime.fromisoformat(stored.modified).replace(tzinfo=UTC)
    return {"ETag": f'"{stored.sha256[:32]}"', "Last-Modified": format_datetime(modified, usegmt=True)}


def _json(status: int, document: Any) -> Answer:
    return status, "application/json; charset=utf-8", json.dumps(document, ensure_ascii=False).encode(), None


def _head(table: Mapping[str, Any]) -> dict[str, Any]:
    return {"Identifier": table["Identifier"], "Title": table["Title"]}


@contextmanager
def serve(edition: Path) -> Iterator[dict[str, str]]:
    """Serve an edition while the context lasts. Yields the base addresses under the names that the settings have."""
    server = _Server(("127.0.0.1", 0), _Handler)
    base = f"http://127.0.0.1:{server.server_address[1]}"
    server.RequestHandlerClass = type("Handler", (_Handler,), {"site": Site(edition, base)})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield {"ckan": base, **{name: f"{base}/{name}/" for name in ("duo", "cbs", "pdok", "reference")}}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
