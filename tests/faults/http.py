"""Faults of the wire: what a server can do wrong, one case each, against the whole job."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.faults.matrix import CURED, LAST_GOOD, REFUSED, USED, fault
from tests.faults.world import DATASET, DOWNLOAD, FILE, GOOD, HEADER, LINES, PACKAGE, Seen, World
from tests.support.server import Answer, answer

HTTP = "HTTP"
PUBLIC = "onderwijsdata.test"
# what follows is the body, for as long as the connection lasts
UNTIL_THE_END = b"HTTP/1.0 200 OK\r\nContent-Type: text/csv\r\n\r\n"
UNTRUSTED = Path(__file__).with_name("untrusted.pem")


def raw(*parts: bytes, pause: float = 0.0, then: Callable[[BaseHTTPRequestHandler], None] | None = None) -> Answer:
    """Bytes as they are, with a pause between them, and what is done to the connection in the end."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        try:
            for part in parts:
                handler.wfile.write(part)
                handler.wfile.flush()
                time.sleep(pause)
        except OSError:
            return  # the other side has had enough
        if then is not None:
            then(handler)

    return send


def reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def head(**headers: object) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + b"".join(f"{k.replace('_', '-')}: {v}\r\n".encode() for k, v in headers.items()) + b"\r\n"


def drip(content: bytes) -> list[bytes]:
    return [content[i : i + 1] for i in range(len(content))]


@contextmanager
def known_as(*names: str) -> Iterator[None]:
    """These names lead to this machine."""
    honest = socket.getaddrinfo

    def resolve(host: str, *arguments: object, **given: object) -> object:
        return honest("127.0.0.1" if host in names else host, *arguments, **given)  # type: ignore[arg-type]

    socket.getaddrinfo = resolve  # type: ignore[assignment]
    try:
        yield
    finally:
        socket.getaddrinfo = honest


def times(world: World, count: int, seen: Seen) -> Seen:
    assert world.portal.asked() == count, f"the file was asked for {world.portal.asked()} times"
    return seen


# -- failures of the server -------------------------------------------------------------------------------------------


@fault(HTTP, "500 twice, then the file", "status 500, 503, 200", CURED, daily=True)
def _(world: World) -> Seen:
    world.portal.gives(answer(500), answer(503), answer(200, GOOD))
    return times(world, 3, world.run())


@fault(HTTP, "500 for ever", "status 500", LAST_GOOD, "was tried 3 times, the last time it answered 500.*last good file is used")
def _(world: World) -> Seen:
    world.portal.gives(answer(500))
    return times(world, 3, world.run())


@fault(HTTP, "429 with Retry-After in seconds", "status 429, Retry-After: 1", CURED)
def _(world: World) -> Seen:
    world.portal.gives(answer(429, Retry_After="1"), answer(200, GOOD))
    return waited(1, world)


@fault(HTTP, "429 with Retry-After as a date", "status 429, Retry-After: two seconds from now", CURED)
def _(world: World) -> Seen:
    def later(handler: BaseHTTPRequestHandler) -> None:
        answer(429, Retry_After=format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True))(handler)

    world.portal.gives(later, answer(200, GOOD))
    return waited(1, world)


def waited(seconds: float, world: World) -> Seen:
    began = time.monotonic()
    seen = world.run()
    assert time.monotonic() - began >= seconds
    return times(world, 2, seen)


@fault(HTTP, "connection refused", "nobody listens at the base address", LAST_GOOD, "was tried 2 times.*connection failed")
def _(world: World) -> Seen:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return world.run(ckan=f"http://127.0.0.1:{taken.getsockname()[1]}", attempts=2)


@fault(
    HTTP,
    "connection reset in the body",
    "RST after half of the bytes",
    LAST_GOOD,
    "was tried 3 times, the last time the body ended",
)
def _(world: World) -> Seen:
    world.portal.gives(raw(head(Content_Length=len(GOOD)) + GOOD[: len(GOOD) // 2], pause=0.05, then=reset))
    return times(world, 3, world.run())


@fault(HTTP, "stall past the time-out", "half of the body, then silence", LAST_GOOD, "did not answer in time")
def _(world: World) -> Seen:
    done = threading.Event()
    world.portal.gives(raw(head(Content_Length=len(GOOD)) + GOOD[:100], then=lambda handler: done.wait(10) and None))
    try:
        return world.run(read_timeout=0.4, attempts=2)
    finally:
        done.set()


@fault(
    HTTP,
    "a body that drips",
    "a byte every 20 ms, for ever below the time-out",
    LAST_GOOD,
    "had not ended; if it needs longer",
    daily=True,
)
def _(world: World) -> Seen:
    world.portal.gives(raw(head(Content_Length=len(GOOD)), *drip(GOOD), pause=0.02))
    return world.run(download_timeout=0.5)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
GZIPPED = b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
for name, how, begin, again in (
    ("trailers without end", "a header every 10 ms behind the last chunk", CHUNKED + b"3\r\nabc\r\n0\r\n", b"X: y\r\n"),
    ("a chunk size that drips", "a zero every 10 ms before a chunk", CHUNKED, b"0"),
    ("a chunk extension without end", "a letter every 10 ms before a chunk", CHUNKED + b"3;", b"a"),
    ("a gzip without content", "an empty gzip every 10 ms, one after the other", GZIPPED, gzip.compress(b"")),
    ("a gzip with a name without end", "a letter every 10 ms in its header", GZIPPED + b"\x1f\x8b\x08\x08" + bytes(6), b"a"),
):

    def _(world: World, begin: bytes = begin, again: bytes = again) -> Seen:
        world.portal.gives(raw(begin, *[again] * 300, pause=0.01))
        return world.run(download_timeout=0.5)

    fault(HTTP, name, how, LAST_GOOD, "in 0.5 s and had not ended", daily=name.startswith("trailers"))(_)


@fault(HTTP, "interim answers without end", "100 Continue every 10 ms", LAST_GOOD, "did not answer in time")
def _(world: World) -> Seen:
    world.portal.gives(raw(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 300, pause=0.01))
    return world.run(download_timeout=0.5, attempts=2)


@fault(HTTP, "a head that drips", "a header a byte at a time", LAST_GOOD, "did not answer in time")
def _(world: World) -> Seen:
    world.portal.gives(raw(*drip(head(X="y" * 200)), pause=0.02))
    return world.run(download_timeout=0.5, attempts=2)


# -- bodies that are not what they say ----------------------------------------------------------------------------------


@fault(
    HTTP,
    "truncated, with Content-Length",
    "half of the declared bytes",
    LAST_GOOD,
    r"the body ended after [\d,]+ of [\d,]+ bytes",
)
def _(world: World) -> Seen:
    world.portal.gives(raw(head(Content_Length=len(GOOD)) + GOOD[: len(GOOD) // 2]))
    return world.run()


@fault(HTTP, "truncated, without Content-Length", "95% of the bytes, then the end; the portal declares a size", LAST_GOOD,
       "was refused: .* bytes, its publisher declares", daily=True)  # fmt: skip
def _(world: World) -> Seen:
    world.portal.lists(size=len(GOOD))
    world.portal.gives(raw(head() + GOOD[: len(GOOD) * 95 // 100]))
    return world.run()


@fault(HTTP, "truncated amid a line, without any length", "HTTP/1.0, 95% of the bytes, then the end; nobody declares a size",
       LAST_GOOD, "was refused: its last line has no end")  # fmt: skip
def _(world: World) -> Seen:
    world.portal.gives(raw(UNTIL_THE_END + GOOD[: len(GOOD) * 95 // 100]))
    return world.run()


@fault(HTTP, "truncated behind a line, without any length", "HTTP/1.0, 75% of the lines, then the end; nobody declares a size",
       LAST_GOOD, r"was refused: .* 60 rows that fit the contract, 25% less than the previous 80")  # fmt: skip
def _(world: World) -> Seen:
    world.portal.gives(raw(UNTIL_THE_END + HEADER + b"".join(LINES[: len(LINES) * 3 // 4])))
    return world.run()


@fault(HTTP, "truncated, in chunks", "the last chunk never comes", LAST_GOOD, "the body ended after")
def _(world: World) -> Seen:
    world.portal.gives(raw(head(Transfer_Encoding="chunked") + f"{len(GOOD):x}\r\n".encode() + GOOD + b"\r\n"))
    return world.run()


@fault(HTTP, "Content-Length too large", "ten bytes more are declared than come", LAST_GOOD, "the body ended after")
def _(world: World) -> Seen:
    world.portal.gives(answer(200, GOOD, length=len(GOOD) + 10))
    return world.run()


@fault(HTTP, "Content-Length too small", "half of the bytes are declared", LAST_GOOD, "was refused")
def _(world: World) -> Seen:
    world.portal.gives(answer(200, GOOD, length=len(GOOD) // 2))
    return world.run()


@fault(
    HTTP,
    "gzip that does not end",
    "a gzip without its last 20 bytes, of the declared length",
    LAST_GOOD,
    "its gzip broke off",
    daily=True,
)
def _(world: World) -> Seen:
    world.portal.gives(answer(200, gzip.compress(GOOD)[:-20], Content_Encoding="gzip"))
    return times(world, 3, world.run())


@fault(HTTP, "a gzip of two members", "cut amid the mark of the second, in two packets", USED, daily=True)
def _(world: World) -> Seen:
    changed = GOOD.replace(b"De Proef 7;", b"De Nieuwe Proef;")
    first, second = gzip.compress(changed[:3000]), gzip.compress(changed[3000:])
    world.portal.gives(
        raw(head(Content_Encoding="gzip", Content_Length=len(first + second)) + first + second[:1], second[1:], pause=0.1)
    )
    seen = world.run()
    assert world.ask("select count(*) from vestiging where bron = 'vestigingen_bo'") == [(80,)], "not all schools are there"
    return seen


for stated in ("none", "utf-8", "identity", ""):

    def _(world: World, stated: str = stated) -> Seen:
        world.portal.gives(answer(200, GOOD.replace(b"De Proef 7;", b"De Nieuwe Proef;"), Content_Encoding=stated))
        return world.run()

    fault(HTTP, f"Content-Encoding: {stated or 'empty'}", "before plain text", USED)(_)


@fault(HTTP, "an encoding that nobody asked for", "Content-Encoding: br", LAST_GOOD, "came in the encoding br")
def _(world: World) -> Seen:
    world.portal.gives(answer(200, GOOD, Content_Encoding="br"))
    return world.run()


@fault(HTTP, "gzip that is none", "Content-Encoding: gzip before plain text", LAST_GOOD, "says that it is gzip and is not")
def _(world: World) -> Seen:
    world.portal.gives(answer(200, GOOD, Content_Encoding="gzip"))
    return world.run()


@fault(HTTP, "gzip that unpacks without end", "200 KB that unpack to 200 MB", LAST_GOOD, "holds more than 1,000,000 bytes")
def _(world: World) -> Seen:
    world.portal.gives(answer(200, gzip.compress(bytes(200_000_000), 1), Content_Encoding="gzip"))
    return world.run(max_bytes=1_000_000)


@fault(
    HTTP, "HTML with status 200", "a page in place of the file", LAST_GOOD, "was refused: an HTML page instead of csv", daily=True
)
def _(world: World) -> Seen:
    world.portal.gives(answer(200, b"<!DOCTYPE html><title>Storing</title>" + bytes(len(GOOD)), Content_Type="text/html"))
    return world.run()


@fault(
    HTTP, "304 without a cached copy", "status 304 while the archive has lost the payload", REFUSED,
    r"\bvestiging: 79 of 80 rows are gone",
)  # fmt: skip
def _(world: World) -> Seen:
    for payload in (world.data / "raw" / DATASET).glob("*[!n]"):
        payload.unlink()
    world.portal.gives(answer(304))
    return world.run()


# -- answers that cannot be understood ------------------------------------------------------------------------------------

ODD = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "


def answered(head_: bytes) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        world.portal.gives(raw(head_))
        return world.run()

    return play


def changed_at(moment: str) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        world.portal.gives(answer(200, GOOD.replace(b"De Proef 7;", b"De Nieuwe Proef;"), Last_Modified=moment))
        return world.run()

    return play


for name, head_ in (
    ("a Location that is no address", ODD + b"http://[\r\n\r\n"),
    ("a Location in no encoding", ODD + b"http://\xff\xfe\x80/\r\n\r\n"),
    ("a Location in raw UTF-8", ODD + "http://münchen.example/ä".encode() + b"\r\n\r\n"),
    ("a Content-Length of 5,000 digits", b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n"),
):
    fault(HTTP, name, "as said, in the answer for the file", LAST_GOOD, "vestigingenbo.csv|cannot be understood|followed")(
        answered(head_)
    )

for name, value in (
    ("a Last-Modified with an absurd zone", "Wed, 21 Oct 2015 07:28:00 +99999999"),
    ("a Last-Modified with a zone of 30 digits", f"Wed, 21 Oct 2015 07:28:00 +{'9' * 30}"),
    ("a Last-Modified in the year 99999", "Wed, 21 Oct 99999 07:28:00 GMT"),
):
    fault(HTTP, name, "with a changed file", USED)(changed_at(value))


@fault(HTTP, "a Retry-After with a zone of 30 digits", "status 503, then the file", CURED)
def _(world: World) -> Seen:
    world.portal.gives(answer(503, Retry_After=f"Wed, 21 Oct 2015 07:28:00 +{'9' * 30}"), answer(200, GOOD))
    return times(world, 2, world.run())


# -- elsewhere ----------------------------------------------------------------------------------------------------------


@fault(HTTP, "redirect loop", "302 to itself", LAST_GOOD, "is redirected more than 5 times")
def _(world: World) -> Seen:
    world.portal.gives(answer(302, Location=DOWNLOAD))
    return world.run()


def redirected(target: str) -> Callable[[World], Seen]:
    def play(world: World) -> Seen:
        world.portal.gives(answer(302, Location=target))
        return world.run()

    return play


def redirected_from_outside(target: str) -> Callable[[World], Seen]:
    """The portal has a public name, which for once may lead to this machine."""

    def play(world: World) -> Seen:
        world.portal.gives(answer(302, Location=target))
        port = world.portal.url.rpartition(":")[2]
        with known_as(PUBLIC):
            # this machine is among the hosts that the settings name
            return world.run(ckan=f"http://{PUBLIC}:{port}", duo=f"http://127.0.0.1:{port}/duo/", private_hosts=(PUBLIC,))

    return play


for name, target, says in (
    ("a host outside the catalogue", "https://example.org/a.csv", "is not followed: example.org:443 is not among the hosts"),
    ("another port", "http://127.0.0.1:9/a.csv", "is not followed: 127.0.0.1:9 is not among the hosts"),
    ("another scheme (ftp)", "ftp://127.0.0.1/a.csv", "is not an address that can be used"),
    ("another scheme (file)", "file:///etc/passwd", "is not an address that can be used"),
):
    fault(HTTP, f"redirect to {name}", f"302 to {target}", LAST_GOOD, says)(redirected(target))
for name, target in (
    ("loopback", "http://127.0.0.1/a.csv"),
    ("a link-local address", "http://169.254.169.254/latest/meta-data/"),
    ("a private address", "http://10.0.0.1/a.csv"),
    ("a NAT64 address", "http://[64:ff9b::7f00:1]/a.csv"),
    ("a 6to4 address", "http://[2002:7f00:1::]/a.csv"),
    ("an IPv4 address within IPv6", "http://[::ffff:0:7f00:1]/a.csv"),
):
    fault(HTTP, f"redirect from a public origin to {name}", f"302 to {target}", LAST_GOOD, "is not followed")(
        redirected_from_outside(target)
    )


@fault(HTTP, "redirect from a public origin to a local base", "302 to another base of the settings, on this machine", LAST_GOOD,
       "no public host may send this machine to its own network")  # fmt: skip
def _(world: World) -> Seen:
    return redirected_from_outside(f"{world.portal.url}/duo/a.csv")(world)


@fault(HTTP, "a public name that leads to this machine", "name resolution gives 127.0.0.1", LAST_GOOD,
       "leads to 127.0.0.1, an address of this machine", daily=True)  # fmt: skip
def _(world: World) -> Seen:
    with known_as(PUBLIC):
        seen = world.run(ckan=f"http://{PUBLIC}:{world.portal.url.rpartition(':')[2]}")
    assert world.portal.server.requests == [], "something was asked all the same"
    return seen


@fault(HTTP, "TLS failure", "a certificate that nobody signed", LAST_GOOD, "has a certificate that cannot be trusted", daily=True)
def _(world: World) -> Seen:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(UNTRUSTED)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    try:
                        context.wrap_socket(connection, server_side=True).close()
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        seen = world.run(ckan=f"https://127.0.0.1:{listening.getsockname()[1]}")
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()
    return seen


# -- what the portal says of its files ----------------------------------------------------------------------------------


@fault(HTTP, "CKAN says success: false", "status 200, success: false", LAST_GOOD, "answered success: false")
def _(world: World) -> Seen:
    world.portal.shows(json.dumps({"success": False, "error": {"message": "Storing"}}).encode())
    return world.run()


@fault(HTTP, "CKAN metadata that is no JSON", "100,000 opening brackets", LAST_GOOD, "should give JSON")
def _(world: World) -> Seen:
    world.portal.shows(b"[" * 100_000)
    return world.run()


@fault(
    HTTP,
    "a package that has vanished",
    "404, and a list with another name",
    LAST_GOOD,
    "gives no package adressen_bo. Nearest: adressen_bao",
    daily=True,
)
def _(world: World) -> Seen:
    world.portal.shows(b"", status=404)
    world.portal.server.on("/api/3/action/package_list", answer(200, json.dumps({"result": ["adressen_bao"]}).encode()))
    return world.run()


@fault(
    HTTP,
    "a resource that was renamed",
    "the package lists vestigingen-bo.csv",
    LAST_GOOD,
    f"has no file {FILE}. Nearest: vestigingen-bo.csv",
)
def _(world: World) -> Seen:
    world.portal.lists(name="vestigingen-bo.csv", url=f"{world.portal.url}/dataset/1/resource/r/download/vestigingen-bo.csv")
    return world.run()


@fault(
    HTTP,
    "two resources of one name",
    "another address for the second; the first is used",
    USED,
    "lists 2 files vestigingenbo.csv",
)
def _(world: World) -> Seen:
    listed = [
        {"id": each, "name": FILE, "url": f"{world.portal.url}{path}"} for each, path in (("r", DOWNLOAD), ("s", f"/s/{FILE}"))
    ]
    world.portal.shows(json.dumps({"success": True, "result": {"resources": listed}}).encode())
    world.portal.gives(answer(200, GOOD.replace(b"De Proef 7;", b"De Nieuwe Proef;")))
    return world.run()


@fault(HTTP, "a resource that was withdrawn", f"{PACKAGE} lists no file at all", LAST_GOOD, f"has no file {FILE}. Nearest: none")
def _(world: World) -> Seen:
    world.portal.shows(json.dumps({"success": True, "result": {"resources": []}}).encode())
    return world.run()


@fault(HTTP, "a resource on an internal host", "an address on http://ckan.intern:5000", CURED)
def _(world: World) -> Seen:
    world.portal.lists(url=f"http://ckan.intern:5000{DOWNLOAD}")
    return times(world, 1, world.run())


@fault(HTTP, "a resource named after a path", "names and addresses with ../, a NUL and 100,000 letters", LAST_GOOD, "has no file")
def _(world: World) -> Seen:
    odd = ("../../../etc/passwd", "/etc/passwd", "a\0b", "x" * 100_000, "..")
    listed = [{"id": each, "name": each, "url": f"{world.portal.url}/{each}", "hash": each} for each in odd]
    world.portal.shows(json.dumps({"success": True, "result": {"resources": listed}}).encode())
    seen = world.run()
    assert len(seen.told) < 2_000, "the message is as long as the names"
    return seen
