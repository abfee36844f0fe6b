"""The client against real sockets on this machine: what is tried again, what is refused, what is left on disk."""

from __future__ import annotations

import gzip
import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import FetchError
from pipeline.registries.http.client import Client, NotFoundError, NotModified, Response, host_of
from pipeline.registries.http.guard import is_public
from tests.support.server import Server, answer


@pytest.fixture
def waits() -> list[float]:
    """The pauses that a client made."""
    return []


@pytest.fixture
def make(server: Server, waits: list[float]) -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def client(**given: Any) -> Client:
        settings: dict[str, Any] = {
            "connect_timeout": 5.0, "read_timeout": 5.0, "attempts": 4, "backoff": 1.0, "max_bytes": 1_000_000,
            "sleep": waits.append, **given,
        }  # fmt: skip
        made.append(Client({server.host}, **settings))
        return made[-1]

    yield client
    for each in made:
        with each:
            pass


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_download_arrives_whole_with_its_hash_and_what_the_server_says_of_it(server, make, tmp_path):
    url = server.on("/a.csv", answer(200, b"a;b\n1;2\n", ETag='"1"', Last_Modified="Fri, 02 Oct 2026 09:20:20 GMT",
                                     Content_Type="text/csv"))  # fmt: skip
    got = make().download(url, tmp_path / "a")
    assert got == Response(
        url, 200, tmp_path / "a", 8, hashlib.sha256(b"a;b\n1;2\n").hexdigest(), "text/csv", '"1"',
        "Fri, 02 Oct 2026 09:20:20 GMT",
    )  # fmt: skip
    assert (tmp_path / "a").read_bytes() == b"a;b\n1;2\n"
    assert leftovers(tmp_path) == ["a"]
    assert server.requests[0][1]["User-Agent"].startswith("passend-onderwijs/")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_with_growing_pauses(server, make, waits, tmp_path, status):
    url = server.on("/a", answer(status), answer(status), answer(200, b"late"))
    assert make().download(url, tmp_path / "a").bytes == 4
    assert waits == [1.0, 2.0]
    assert len(server.requests) == 3


def test_a_server_that_keeps_failing_is_given_up_on_and_leaves_nothing(server, make, waits, tmp_path):
    url = server.on("/a", answer(500))
    with pytest.raises(FetchError, match=r"/a was tried 4 times, the last time it answered 500 Internal Server Error"):
        make().download(url, tmp_path / "a")
    assert waits == [1.0, 2.0, 4.0]
    assert leftovers(tmp_path) == []


def test_one_attempt_is_one_attempt(server, make, waits, tmp_path):
    with pytest.raises(FetchError, match=r"was tried once, the last time it answered 503"):
        make(attempts=1).download(server.on("/a", answer(503)), tmp_path / "a")
    assert waits == []


def test_retry_after_in_seconds_is_waited_for(server, make, waits, tmp_path):
    url = server.on("/a", answer(429, Retry_After="7"), answer(200, b"x"))
    assert make().download(url, tmp_path / "a").bytes == 1
    assert waits == [7.0]


def test_retry_after_as_a_date_is_waited_for(server, make, waits, tmp_path):
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert make().download(server.on("/a", answer(429, Retry_After=date), answer(200, b"x")), tmp_path / "a").bytes == 1
    assert len(waits) == 1
    assert 25 < waits[0] <= 30


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("86400", 60.0), ("9" * 5000, 60.0), ("Fri, 02 Oct 2020 09:20:20 GMT", 0.0), ("soon", 1.0), ("²", 1.0), ("-1", 1.0),
        ("Wed, 21 Oct 2015 07:28:00 +99999999", 1.0), (f"Wed, 21 Oct 2015 07:28:00 +{'9' * 30}", 1.0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 60.0), ("Wed, 21 Oct 99999 07:28:00 GMT", 1.0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 1.0),
    ],
)  # fmt: skip
def test_retry_after_is_bounded_and_nonsense_is_ignored(server, make, waits, tmp_path, text, wait):
    make().download(server.on("/a", answer(503, Retry_After=text), answer(200, b"x")), tmp_path / "a")
    assert waits == [wait]


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 418])
def test_what_does_not_pass_is_not_tried_again(server, make, waits, tmp_path, status):
    with pytest.raises(FetchError, match=rf"/a answered {status} .*trying again does not cure"):
        make().download(server.on("/a", answer(status)), tmp_path / "a")
    assert waits == []
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("status", [404, 410])
def test_an_address_that_is_not_there_is_told_apart(server, make, waits, tmp_path, status):
    with pytest.raises(NotFoundError, match=rf"answered {status} .*; if the publisher renamed it, correct the catalogue"):
        make().download(server.on("/a", answer(status)), tmp_path / "a")
    assert waits == []


def test_a_server_that_does_not_answer_times_out_and_is_tried_again(server, make, waits, tmp_path):
    done = threading.Event()
    url = server.on("/a", lambda handler: done.wait(5) and None)
    with pytest.raises(FetchError, match=r"was tried 2 times, the last time it did not answer in time"):
        make(read_timeout=0.05, attempts=2).download(url, tmp_path / "a")
    done.set()
    assert waits == [1.0]


def test_a_body_that_stops_coming_times_out(server, make, waits, tmp_path):
    done = threading.Event()

    def stall(handler: BaseHTTPRequestHandler) -> None:
        answer(200, b"abc", length=6)(handler)
        done.wait(5)

    with pytest.raises(FetchError, match=r"was tried 2 times, the last time it did not answer in time"):
        make(read_timeout=0.05, attempts=2).download(server.on("/a", stall), tmp_path / "a")
    done.set()
    assert leftovers(tmp_path) == []


def test_a_refused_connection_is_tried_again(make, server, waits, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        client = Client({host}, connect_timeout=1, read_timeout=1, attempts=2, backoff=0.5, max_bytes=9, sleep=waits.append)
        with client, pytest.raises(FetchError, match=r"was tried 2 times, the last time the connection failed"):
            client.download(f"http://{host}/a", tmp_path / "a")
    assert waits == [0.5]


def test_a_connection_that_breaks_before_the_answer_is_tried_again(server, make, waits, tmp_path):
    url = server.on("/a", lambda handler: handler.connection.shutdown(socket.SHUT_RDWR), answer(200, b"x"))
    assert make().download(url, tmp_path / "a").bytes == 1
    assert waits == [1.0]


def test_a_body_that_breaks_off_is_fetched_again(server, make, waits, tmp_path):
    url = server.on("/a", answer(200, b"half", length=8), answer(200, b"complete"))
    assert make().download(url, tmp_path / "a").bytes == 8
    assert (tmp_path / "a").read_bytes() == b"complete"
    assert waits == [1.0]


def test_a_body_that_is_never_as_long_as_declared_is_not_kept(server, make, tmp_path):
    (tmp_path / "a").write_bytes(b"earlier")
    url = server.on("/a", answer(200, b"half", length=1234))
    with pytest.raises(FetchError, match=r"was tried 4 times, the last time the body ended after 4 of 1,234 bytes"):
        make().download(url, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"earlier"
    assert leftovers(tmp_path) == ["a"]


def test_a_compressed_body_is_measured_before_and_hashed_after_decompression(server, make, tmp_path):
    content = b"a;b\n" * 1000
    url = server.on("/a", answer(200, gzip.compress(content), Content_Encoding="gzip"))
    got = make().download(url, tmp_path / "a")
    assert (got.bytes, got.sha256) == (4000, hashlib.sha256(content).hexdigest())
    assert (tmp_path / "a").read_bytes() == content


def test_a_compressed_body_that_breaks_off_is_not_kept(server, make, tmp_path):
    body = gzip.compress(bytes(range(256)) * 100)
    url = server.on("/a", answer(200, body[:-20], length=len(body), Content_Encoding="gzip"))
    with pytest.raises(FetchError, match=rf"the body ended after {len(body) - 20} of {len(body)} bytes"):
        make().download(url, tmp_path / "a")
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("stated", ["", "identity", "none", "None", "utf-8", "UTF8"])
def test_a_body_without_compression_is_read_as_it_is(server, make, tmp_path, stated):
    url = server.on("/a", answer(200, b"as it is", Content_Encoding=stated))
    assert make().download(url, tmp_path / "a").path.read_bytes() == b"as it is"


def test_a_length_of_thousands_of_digits_is_too_large(server, make, tmp_path):
    url = server.on("/a", answer(200, b"short", length=int("9" * 4000)))
    with pytest.raises(FetchError, match="holds more than"):
        make().download(url, tmp_path / "a")


def test_a_body_in_another_encoding_than_stated_is_refused(server, make, waits, tmp_path):
    url = server.on("/a", answer(200, b"not gzip at all", Content_Encoding="gzip"))
    with pytest.raises(FetchError, match=r"/a says that it is gzip and is not .*; tell the publisher"):
        make().download(url, tmp_path / "a")
    assert waits == []
    assert leftovers(tmp_path) == []


def test_a_declared_length_beyond_the_limit_is_not_even_begun(server, make, tmp_path):
    url = server.on("/a", answer(200, length=101))
    with pytest.raises(FetchError, match=r"/a holds more than 100 bytes; if it should, raise PASSEND_MAX_BYTES"):
        make(max_bytes=100).download(url, tmp_path / "a")
    assert leftovers(tmp_path) == []


def test_a_small_body_that_grows_beyond_the_limit_is_stopped(server, make, tmp_path):
    url = server.on("/a", answer(200, gzip.compress(b"0" * 1_000_001), Content_Encoding="gzip"))
    with pytest.raises(FetchError, match=r"holds more than 1,000,000 bytes"):
        make().download(url, tmp_path / "a")
    assert leftovers(tmp_path) == []


def test_what_the_caller_has_is_not_sent_again(server, make, tmp_path):
    url = server.on("/a", answer(304))
    got = make().download(url, tmp_path / "a", etag='"1"', last_modified="Fri, 02 Oct 2026 09:20:20 GMT")
    assert got == NotModified(url)
    headers = server.requests[0][1]
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"1"', "Fri, 02 Oct 2026 09:20:20 GMT")
    assert leftovers(tmp_path) == []


def test_not_modified_without_having_asked_is_refused(server, make, tmp_path):
    with pytest.raises(FetchError, match=r"/a answered 304"):
        make().download(server.on("/a", answer(304)), tmp_path / "a")


def test_a_redirect_to_an_allowed_host_is_followed(server, make, tmp_path):
    url = server.on("/old", answer(302, Location="/new"))
    server.on("/new", answer(301, Location=f"{server.url}/newer"))
    server.on("/newer", answer(200, b"here"))
    got = make().download(url, tmp_path / "a")
    assert (got.bytes, got.url) == (4, f"{server.url}/newer")


def test_a_redirect_to_another_host_names_both_and_is_not_followed(server, make, waits, tmp_path):
    elsewhere = Server()
    try:
        url = server.on("/a", answer(302, Location=elsewhere.on("/b", answer(200, b"x"))))
        with pytest.raises(
            FetchError,
            match=rf"{server.url}/a, redirected to {elsewhere.url}/b, is not followed: {elsewhere.host} is not",
        ):
            make().download(url, tmp_path / "a")
        assert elsewhere.requests == []
    finally:
        elsewhere.close()
    assert waits == []
    assert leftovers(tmp_path) == []


def test_a_redirect_in_a_circle_ends(server, make, tmp_path):
    url = server.on("/a", answer(302, Location="/b"))
    server.on("/b", answer(302, Location="/a"))
    with pytest.raises(FetchError, match=r"/a is redirected more than 5 times, last to http://127.0.0.1:\d+/a"):
        make().download(url, tmp_path / "a")
    assert len(server.requests) == 6


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/a", "127.0.0.1/a", "http://", "http://127.0.0.1:99999/a"])
def test_only_web_addresses_are_fetched(make, tmp_path, url):
    with pytest.raises(FetchError, match=r"is not an address that can be used"):
        make().download(url, tmp_path / "a")


def test_a_redirect_to_a_local_file_is_refused(server, make, tmp_path):
    with pytest.raises(FetchError, match=r"redirected to file:///etc/passwd, is not an address that can be used"):
        make().download(server.on("/a", answer(302, Location="file:///etc/passwd")), tmp_path / "a")


@pytest.mark.parametrize("trick", ["http://{host}@example.org/a", "http://example.org\\@{host}/a", "http://{host}.example.org/"])
def test_an_address_dressed_up_as_an_allowed_one_is_not_followed(server, make, tmp_path, trick):
    with pytest.raises(FetchError, match=r"is not followed: .*example\.org|is not an address that can be used"):
        make().download(trick.format(host=server.host), tmp_path / "a")
    assert server.requests == []


def test_a_document_is_parsed(server, make):
    assert make().json(server.on("/a", answer(500), answer(200, b'{"a": [1]}'))) == {"a": [1]}


def test_what_is_no_document_is_said_to_be_none(server, make, waits):
    url = server.on("/a", answer(200, b"<!doctype html><title>Sorry", Content_Type="text/html"))
    with pytest.raises(FetchError, match=r"/a should give JSON and gave text/html that begins with '<!doctype html>"):
        make().json(url)
    assert waits == []


def test_a_disk_that_fails_leaves_nothing(server, make, tmp_path, monkeypatch):
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    url = server.on("/a", answer(200, b"x"))
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        make().download(url, tmp_path / "a")
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.org/a", "example.org:443"),
        ("http://example.org", "example.org:80"),
        ("http://a:8080/b", "a:8080"),
    ],
)
def test_the_host_of_an_address_has_its_port(url, host):
    assert host_of(url) == host


# -- answers without end -------------------------------------------------------------------------------------------


def sends(*parts: bytes, then: bytes = b"", pause: float = 0.01) -> Callable[[BaseHTTPRequestHandler], None]:
    """Bytes as they are, and then the same bytes again and again, until the other side hangs up."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        with suppress(OSError):
            for part in parts:
                handler.wfile.write(part)
            until = time.monotonic() + 5
            while then and time.monotonic() < until:
                handler.wfile.write(then)
                time.sleep(pause)

    return send


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "endless",
    {
        "a trailer": sends(CHUNKED, b"3\r\nabc\r\n0\r\n", then=b"X: y\r\n"),
        "the size of a chunk": sends(CHUNKED, b"3\r\nabc\r\n", then=b"0"),
        "the extension of a chunk": sends(CHUNKED, b"3;", then=b"a"),
        "a chunk": sends(CHUNKED, b"fffff\r\n", then=b"a"),
        "a body without length": sends(b"HTTP/1.0 200 OK\r\n\r\n", then=b"a"),
        "a body of a length": sends(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", then=b"a"),
        "a gzip of nothing": sends(b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n", then=gzip.compress(b"")),
        "the name in a gzip": sends(b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08" + bytes(6), then=b"a"),
    }.items(),
    ids=lambda each: each[0],
)
def test_an_answer_without_end_is_given_up_in_time(server, make, tmp_path, endless):
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"in 0\.3 s and had not ended; if it needs longer, raise PASSEND_DOWNLOAD_TIMEOUT"):
        make(download_timeout=0.3).download(server.on("/a", endless[1]), tmp_path / "a")
    assert time.monotonic() - began < 2
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("continues", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"])
def test_a_head_that_never_comes_is_given_up_in_time(server, make, tmp_path, continues):
    with pytest.raises(FetchError, match=r"was tried 2 times, the last time it did not answer in time"):
        make(download_timeout=0.3, attempts=2).download(server.on("/a", sends(then=continues)), tmp_path / "a")


def test_an_answer_that_ended_is_not_cut_off_afterwards(server, make, tmp_path):
    client = make(download_timeout=0.3, attempts=1)
    url = server.on("/a", answer(200, b"abc"))
    client.download(url, tmp_path / "a")
    threads = threading.active_count()
    time.sleep(0.4)
    client.download(url, tmp_path / "a")
    assert threading.active_count() <= threads


def test_a_gzip_of_nothing_is_held_to_the_size_that_it_has_on_its_way(server, make, tmp_path):
    url = server.on("/a", sends(b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 10_000))
    with pytest.raises(FetchError, match="holds more than 1,000 bytes"):
        make(max_bytes=1_000).download(url, tmp_path / "a")


def test_documents_of_one_answer_share_what_it_may_take(server, make):
    client = make(max_bytes=1_000)
    url, allowance = server.on("/a", answer(200, b'"' + b"a" * 598 + b'"')), client.allowance()
    assert client.json(url, allowance) == "a" * 598
    with pytest.raises(FetchError, match="holds more than 400 bytes"):
        client.json(url, allowance)
    assert client.json(url) == "a" * 598
    allowance = replace(client.allowance(), until=0.0)
    with pytest.raises(FetchError, match="gave its pages in 900 s and had not ended"):
        client.json(url, allowance)


@pytest.mark.parametrize("body", [b"[" + b"[]," * 6_000_000 + b"[]]", b"[" + b'{"a":1},' * 2_000_000 + b"1]"])
def test_a_document_that_would_fill_the_memory_is_refused_unread(server, make, body):
    with pytest.raises(FetchError, match=r"it would take some [\d,]+ bytes of memory, where at most 400,000,000 are expected"):
        make(max_bytes=100_000_000).json(server.on("/a", answer(200, body)))


# -- addresses in disguise -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "100.64.0.1", "169.254.169.254", "::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1",
     "64:ff9b::a00:1", "64:ff9b:1::a00:1", "64:ff9b::808:808", "2002:a00:1::1", "2002:808:808::1", "192.88.99.1", "::10.0.0.1",
     "::ffff:0:a00:1", "2001:0:4136:e378:8000:63bf:f5ff:fffe", "fec0::1", "3fff::1", "5f00::1", "ff02::1"],
)  # fmt: skip
def test_an_address_that_a_gateway_may_lead_inwards_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:400e::1", "2001:610:1:80aa::1", "::ffff:8.8.8.8"])
def test_an_address_of_the_world_outside_is_public(address):
    assert is_public(address)
