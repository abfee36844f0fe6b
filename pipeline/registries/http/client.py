"""Getting bytes over HTTP: only from hosts that are allowed, with bounded retries, whole or not at all.

Belongs here: connections, redirects, retries, lengths. Does not belong here: which addresses hold what (origins) and
whether the content is any good (fetch).

Redirects and retries are done here and not by urllib3: each redirect must be checked against the allowed hosts, and a
body that breaks off half-way must be fetched again too.
"""

from __future__ import annotations

import hashlib
import time
import zlib
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
import urllib3

from pipeline.contracts.documents import parsed
from pipeline.errors import FetchError
from pipeline.registries.http.guard import GuardedAdapter, is_local, watch_of
from pipeline.registries.http.gunzip import CHUNK, gunzipped
from pipeline.store.replacing import replacing

T = TypeVar("T")
REDIRECTS = 5
LONGEST_WAIT = 60.0
RETRIED = {408, 429}
PORTS = {"http": 80, "https": 443}
LOOPBACK = ("127.0.0.1:", "::1:", "localhost:")
# what servers state as the encoding of a body that has none, and of one that is compressed
PLAIN, GZIP = ("", "identity", "none", "utf-8", "utf8"), ("gzip", "x-gzip")
DIGITS = 18  # of a length; more are beyond every limit, and Python reads 4,300 at most
LARGEST_DOCUMENT = 100_000_000  # bytes of JSON, which is held in memory
LARGEST_IN_MEMORY = 400_000_000  # bytes that such a document may take there


class NotFoundError(FetchError):
    """The server knows no such address (404 or 410)."""


class UnreachableError(FetchError):
    """The server did not answer, or not whole, however often it was asked."""


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


@dataclass
class Allowance:
    """What an answer that comes in several documents may still take: bytes, and time until a moment of the monotonic clock."""

    bytes: int
    until: float


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
        download_timeout: float = 900.0,
        private_hosts: Collection[str] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._allowed = frozenset(allowed_hosts)
        self._timeout = (connect_timeout, read_timeout)
        self._download_timeout = download_timeout
        self._attempts = attempts
        self._backoff = backoff
        self._max_bytes = max_bytes
        self._sleep = sleep
        self._local = {*private_hosts, *filter(is_local, (host.rpartition(":")[0] for host in self._allowed))}
        self._session = requests.Session()
        for scheme in PORTS:
            self._session.mount(f"{scheme}://", GuardedAdapter(self._local, download_timeout))
        # a proxy of the environment is for the world outside: it cannot reach a server on this machine
        self._session.trust_env = not all(host.startswith(LOOPBACK) for host in self._allowed)
        self._session.headers["User-Agent"] = f"passend-onderwijs/{_version()}"
        self._session.headers["Accept-Encoding"] = "gzip"

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
                for chunk in self._body(response, self._max_bytes):
                    digest.update(chunk)
                    count += len(chunk)
                    out.write(chunk)
            return Response(
                response.url, response.status_code, target, count, digest.hexdigest(),
                *(response.headers.get(name) for name in ("Content-Type", "ETag", "Last-Modified")),
            )  # fmt: skip

        return self._retried(url, headers, save)

    def allowance(self) -> Allowance:
        """Return what one answer may take, to be shared by the documents that it comes in."""
        return Allowance(self._max_bytes, time.monotonic() + self._download_timeout)

    def json(self, url: str, allowance: Allowance | None = None) -> Any:
        """Return the JSON document at ``url``, which is taken off ``allowance``. Raises FetchError when nothing is left of it."""

        def parse(body: bytes, response: requests.Response) -> Any:
            try:
                return parsed(body.decode("utf-8-sig"), LARGEST_IN_MEMORY)
            except ValueError as error:
                raise FetchError(
                    f"{url} should give JSON and gave {response.headers.get('Content-Type', 'something else')} that "
                    f"begins with {body[:40].decode('utf-8', 'replace')!r} ({_short(error)}); see whether the service moved"
                ) from error

        return self._read(url, allowance, parse)

    def document(self, url: str, allowance: Allowance | None = None) -> bytes:
        """Return a document of any other kind, as ``json`` does."""
        return self._read(url, allowance, lambda body, _: body)

    def _read(self, url: str, allowance: Allowance | None, use: Callable[[bytes, requests.Response], T]) -> T:
        left = allowance or self.allowance()
        if time.monotonic() > left.until:
            raise FetchError(self._too_slow(url, "its pages"))

        def read(response: requests.Response) -> T:
            body = b"".join(self._body(response, min(left.bytes, LARGEST_DOCUMENT)))
            left.bytes -= len(body)
            return use(body, response)

        return self._retried(url, {}, read)

    def _retried(self, url: str, headers: Mapping[str, str], use: Callable[[requests.Response], T]) -> T:
        attempt = 1
        while True:
            try:
                with self._opened(url, headers) as response:
                    return use(response)
            except _TransientError as problem:
                if attempt >= self._attempts:
                    times = "once" if attempt == 1 else f"{attempt} times"
                    raise UnreachableError(f"{url} was tried {times}, the last time {problem}; try again later") from problem
                wait = self._backoff * 2 ** (attempt - 1) if problem.wait is None else problem.wait
            self._sleep(min(wait, LONGEST_WAIT))
            attempt += 1

    @contextmanager
    def _opened(self, url: str, headers: Mapping[str, str]) -> Iterator[requests.Response]:
        """A response with status 200 (or 304, when asked conditionally), its body not yet read."""
        seen = [url]
        while True:
            with self._sent(seen[-1], headers, seen) as response:
                try:
                    if not response.is_redirect:
                        _check_status(response, conditional=bool(headers))
                        yield response
                        return
                    seen.append(urljoin(seen[-1], response.headers["Location"]))
                finally:
                    watch_of(response).end()
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
        if is_local(host.rpartition(":")[0]) and not is_local(host_of(seen[0]).rpartition(":")[0]):
            raise FetchError(f"{_route(seen)} is not followed: no public host may send this machine to its own network")
        settings = self._session.merge_environment_settings(request.url, {}, True, None, None)
        with _explained(url, lambda: "the connection broke"):
            return self._session.send(request, timeout=self._timeout, allow_redirects=False, **settings)

    def _body(self, response: requests.Response, limit: int) -> Iterator[bytes]:
        """The content in chunks, decompressed; complete, and within the limits of size and time."""
        url, length = response.url, response.headers.get("Content-Length")
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in (*PLAIN, *GZIP):
            raise FetchError(f"{url} came in the encoding {encoding}, which was not asked for; tell the publisher")
        cure = "if it should, raise PASSEND_MAX_BYTES" if limit == self._max_bytes else "see whether the service changed"
        too_large = f"{url} holds more than {limit:,} bytes; {cure}"
        declared = int(length[:DIGITS]) if length is not None and length.isdecimal() else None
        if declared is not None and declared > limit:
            raise FetchError(too_large)
        count = 0
        of = "" if declared is None else f" of {declared:,}"
        with _explained(url, lambda: f"the body ended after {response.raw.tell():,}{of} bytes"):
            pieces = self._pieces(response)
            for chunk in pieces if encoding in PLAIN else gunzipped(pieces):
                count += len(chunk)
                if max(count, response.raw.tell()) > limit:  # a gzip of empty members grows without content
                    raise FetchError(too_large)
                yield chunk

    def _pieces(self, response: requests.Response) -> Iterator[bytes]:
        """The body as it comes in, each piece as soon as it is there. Raises FetchError when it does not end in time."""
        watch = watch_of(response)
        try:
            while piece := response.raw.read1(CHUNK, decode_content=False):
                if watch.late:
                    break
                yield piece
        except (urllib3.exceptions.HTTPError, OSError):
            if not watch.late:
                raise
        finally:
            watch.end()
        if watch.late:  # an answer without length would seem to have ended
            raise FetchError(self._too_slow(response.url, f"{response.raw.tell():,} bytes"))

    def _too_slow(self, url: str, what: str) -> str:
        return (
            f"{url} gave {what} in {self._download_timeout:g} s and had not ended; if it needs longer, raise "
            "PASSEND_DOWNLOAD_TIMEOUT"
        )


@contextmanager
def _explained(url: str, broken: Callable[[], str]) -> Iterator[None]:
    """What requests and urllib3 raise, as ours. ``broken`` says what it means that a connection broke off."""
    try:
        yield
    except (urllib3.exceptions.ReadTimeoutError, requests.exceptions.Timeout) as error:
        raise _TransientError("it did not answer in time") from error
    except (urllib3.exceptions.SSLError, requests.exceptions.SSLError) as error:
        raise FetchError(f"{url} has a certificate that cannot be trusted, so nothing was fetched: {error}") from error
    except urllib3.exceptions.HTTPError as error:
        raise _TransientError(broken()) from error
    except requests.exceptions.ConnectionError as error:
        raise _TransientError(f"the connection failed ({error})") from error
    except EOFError as error:
        raise _TransientError(f"its gzip broke off: {broken()}") from error
    except zlib.error as error:
        raise FetchError(f"{url} says that it is gzip and is not ({error}); tell the publisher") from error
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
    except (ValueError, TypeError, OverflowError):
        return None


def _short(error: Exception) -> str:
    return str(error)[:100]


def _route(seen: list[str]) -> str:
    return seen[0] if len(seen) == 1 else f"{seen[0]}, redirected to {seen[-1]},"


def _version() -> str:
    try:
        return version("passend-onderwijs")
    except PackageNotFoundError:
        return "0"
