"""Getting bytes over HTTP: only from hosts that are allowed, with bounded retries, whole or not at all.

Belongs here: connections, redirects, retries, lengths. Does not belong here: which addresses hold what (origins) and
whether the content is any good (fetch).

Redirects and retries are done here and not by urllib3: each redirect must be checked against the allowed hosts, and a
body that breaks off half-way must be fetched again too.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import requests

from pipeline.archive import replacing
from pipeline.errors import FetchError

T = TypeVar("T")
REDIRECTS = 5
LONGEST_WAIT = 60.0
RETRIED = {408, 429}
PORTS = {"http": 80, "https": 443}
LOOPBACK = ("127.0.0.1:", "::1:", "localhost:")
CHUNK = 1 << 16


class NotFoundError(FetchError):
    """The server knows no such address (404 or 410)."""


@dataclass(frozen=True)
class Response:
    """A payload that arrived whole, in ``path``. ``bytes`` and ``sha256`` are of the content, after any compression."""

    url: str
    status: int
    path: Path
    bytes: int
    sha256: str
    content_type: str | None
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class NotModified:
    """The server says that what the caller has is still what it would send."""

    url: str


class _TransientError(Exception):
    """A failure that may pass. ``wait`` is how many seconds the server asked for, if it did."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.wait = wait


def host_of(url: str) -> str:
    """``host:port`` of an http or https address. Raises ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(f"{url} is not an http or https address")
    return f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}"


class Client:
    """One session. Every failure is a FetchError that names the address. Use as a context manager.

    Tried again, up to ``attempts`` times with growing pauses: 408, 429 (after what Retry-After says, at most a minute),
    5xx, time-outs, and connections that fail or break off. Nothing else is.
    """

    def __init__(
        self,
        allowed_hosts: Collection[str],
        *,
        connect_timeout: float,
        read_timeout: float,
        attempts: int,
        backoff: float,
        max_bytes: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._allowed = frozenset(allowed_hosts)
        self._timeout = (connect_timeout, read_timeout)
        self._attempts = attempts
        self._backoff = backoff
        self._max_bytes = max_bytes
        self._sleep = sleep
        self._session = requests.Session()
        # a proxy of the environment is for the world outside: it cannot reach a server on this machine
        self._session.trust_env = not all(host.startswith(LOOPBACK) for host in self._allowed)
        self._session.headers["User-Agent"] = f"passend-onderwijs/{_version()}"
        self._session.headers["Accept-Encoding"] = "gzip, deflate"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def download(
        self, url: str, target: Path, *, etag: str | None = None, last_modified: str | None = None
    ) -> Response | NotModified:
        """Fetch ``url`` into ``target``, which is written whole or not at all.

        With ``etag`` or ``last_modified`` of what the caller has, a server that still has the same sends nothing.
        """
        known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in known.items() if value}

        def save(response: requests.Response) -> Response | NotModified:
            if response.status_code == 304:
                return NotModified(url)
            digest, count = hashlib.sha256(), 0
            with replacing(target) as part, part.open("wb") as out:
                for chunk in self._body(response):
                    digest.update(chunk)
                    count += len(chunk)
                    out.write(chunk)
            return Response(
                response.url, response.status_code, target, count, digest.hexdigest(),
                *(response.headers.get(name) for name in ("Content-Type", "ETag", "Last-Modified")),
            )  # fmt: skip

        return self._retried(url, headers, save)

    def json(self, url: str) -> Any:
        """The JSON document at ``url``."""

        def parse(response: requests.Response) -> Any:
            body = b"".join(self._body(response))
            try:
                return json.loads(body)
            except ValueError as error:
                raise FetchError(
                    f"{url} should give JSON and gave {response.headers.get('Content-Type', 'something else')} that "
                    f"begins with {body[:40].decode('utf-8', 'replace')!r}; see whether the service moved"
                ) from error

        return self._retried(url, {}, parse)

    def _retried(self, url: str, headers: Mapping[str, str], use: Callable[[requests.Response], T]) -> T:
        attempt = 1
        while True:
            try:
                with self._opened(url, headers) as response:
                    return use(response)
            except _TransientError as problem:
                if attempt >= self._attempts:
                    times = "once" if attempt == 1 else f"{attempt} times"
                    raise FetchError(f"{url} was tried {times}, the last time {problem}; try again later") from problem
                wait = self._backoff * 2 ** (attempt - 1) if problem.wait is None else problem.wait
            self._sleep(min(wait, LONGEST_WAIT))
            attempt += 1

    @contextmanager
    def _opened(self, url: str, headers: Mapping[str, str]) -> Iterator[requests.Response]:
        """A response with status 200 (or 304, when asked conditionally), its body not yet read."""
        seen = [url]
        while True:
            with self._sent(seen[-1], headers, seen) as response:
                if not response.is_redirect:
                    _check_status(response, conditional=bool(headers))
                    yield response
                    return
                seen.append(urljoin(seen[-1], response.headers["Location"]))
            if len(seen) > REDIRECTS + 1:
                raise FetchError(f"{url} is redirected more than {REDIRECTS} times, last to {seen[-1]}; correct it at its source")

    def _sent(self, url: str, headers: Mapping[str, str], seen: list[str]) -> requests.Response:
        try:
            request = self._session.prepare_request(requests.Request("GET", url, headers=headers))
            # the address as requests will use it, so that what is checked is what is called
            host = host_of(request.url or "")
        except ValueError as error:  # what requests raises for an unusable address is a ValueError too
            raise FetchError(f"{_route(seen)} is not an address that can be used ({error}); correct it") from error
        if host not in self._allowed:
            raise FetchError(
                f"{_route(seen)} is not followed: {host} is not among the hosts of this installation's base addresses "
                f"({', '.join(sorted(self._allowed))}); if it is right, change the base address in the settings"
            )
        settings = self._session.merge_environment_settings(request.url, {}, True, None, None)
        with _explained(url, lambda: "the connection broke"):
            return self._session.send(request, timeout=self._timeout, allow_redirects=False, **settings)

    def _body(self, response: requests.Response) -> Iterator[bytes]:
        """The content in chunks, decompressed; complete, and within the limit."""
        length = response.headers.get("Content-Length")
        too_large = f"{response.url} holds more than {self._max_bytes:,} bytes; if it should, raise PASSEND_MAX_BYTES"
        declared = int(length) if length is not None and length.isdecimal() else None
        if declared is not None and declared > self._max_bytes:
            raise FetchError(too_large)
        count = 0
        of = "" if declared is None else f" of {declared:,}"
        with _explained(response.url, lambda: f"the body ended after {response.raw.tell():,}{of} bytes"):
            for chunk in response.iter_content(CHUNK):
                count += len(chunk)
                if count > self._max_bytes:
                    raise FetchError(too_large)
                yield chunk


@contextmanager
def _explained(url: str, broken: Callable[[], str]) -> Iterator[None]:
    """What requests raises, as ours. ``broken`` says what it means that a connection broke off."""
    try:
        yield
    except requests.exceptions.ChunkedEncodingError as error:
        raise _TransientError(broken()) from error
    except requests.exceptions.Timeout as error:
        raise _TransientError("it did not answer in time") from error
    except requests.exceptions.SSLError as error:
        raise FetchError(f"{url} has a certificate that cannot be trusted, so nothing was fetched: {error}") from error
    except requests.exceptions.ConnectionError as error:
        # a body that stops coming is no Timeout to requests
        slow = "timed out" in str(error).lower()
        raise _TransientError("it did not answer in time" if slow else f"the connection failed ({error})") from error
    except requests.exceptions.RequestException as error:
        raise FetchError(f"{url} cannot be fetched, and trying again does not cure it: {error}") from error


def _check_status(response: requests.Response, *, conditional: bool) -> None:
    status, url = response.status_code, response.url
    if status == 200 or (status == 304 and conditional):
        return
    said = f"{url} answered {status} {response.reason or ''}".rstrip()
    if status in RETRIED or status >= 500:
        raise _TransientError(f"it answered {status} {response.reason or ''}".rstrip(), _retry_after(response))
    if status in (404, 410):
        raise NotFoundError(f"{said}; if the publisher renamed it, correct the catalogue")
    raise FetchError(f"{said}, which trying again does not cure; open the address in a browser to see why")


def _retry_after(response: requests.Response) -> float | None:
    """Seconds to wait, from a number or an HTTP date."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _route(seen: list[str]) -> str:
    return seen[0] if len(seen) == 1 else f"{seen[0]}, redirected to {seen[-1]},"


def _version() -> str:
    try:
        return version("passend-onderwijs")
    except PackageNotFoundError:
        return "0"
