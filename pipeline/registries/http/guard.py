"""Connections that may be made: what is known only of a socket is looked at before a word is said over it.

Belongs here: the address that a name led to, and how long a whole answer may take. Does not belong here: which hosts are
allowed, and what is done with an answer (http).

A name is resolved once, by the connection itself, and its other end is looked at afterwards: there is no moment in between
at which the name could come to mean something else.
"""

from __future__ import annotations

import socket
from collections.abc import Collection
from contextlib import suppress
from ipaddress import ip_address, ip_network
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from pipeline.errors import FetchError

# the only IPv6 addresses of the world outside; others (NAT64, IPv4 within IPv6) a gateway may take for one of its own network
UNICAST = ip_network("2000::/3")
# 6to4 with its relays, Teredo, and what is for documents: is_global of Python takes some for public
TUNNELS = [ip_network(each) for each in ("2002::/16", "192.88.99.0/24", "2001::/32", "3fff::/20")]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the world outside: not this machine, not its network, no multicast, and no other address in
    disguise."""
    ip = ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if (ip.version == 6 and ip not in UNICAST) or any(ip in each for each in TUNNELS):
        return False
    return ip.is_global and not ip.is_multicast


def is_local(host: str) -> bool:
    """Whether a host, as it is written in an address, is this machine or one in its network by itself."""
    try:
        return not is_public(host)
    except ValueError:
        return host == "localhost"


class Watch:
    """Cuts a connection when an answer has not ended in time, whatever part of it is then being read: head, chunk size, trailer.

    A read timeout limits one byte, and a limit that is looked at between two reads does not hold within one.
    """

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self.late = False
        self._sock = sock
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        """Stop watching. ``late`` stays as it is."""
        self._timer.cancel()

    def _cut(self) -> None:
        self.late = True
        with suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)  # past TLS, which would first take leave of the other side


def watch_of(answer: requests.Response) -> Watch:
    """Return what watches over an answer that came over a guarded connection."""
    raw: Any = answer.raw
    watch: Watch = raw.watch
    return watch


class _Guarded:
    """What is added to urllib3's connections."""

    local_allowed = False
    answer_within = 0.0  # seconds

    def _new_conn(self: Any) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        address = sock.getpeername()[0]
        if not self.local_allowed and not is_public(address):
            sock.close()
            raise FetchError(
                f"{self.host} leads to {address}, an address of this machine or its own network, so nothing was asked of it; "
                "if that is meant, name the host in PASSEND_PRIVATE_HOSTS"
            )
        return sock

    def getresponse(self: Any) -> Any:
        """Return the head of the answer. Its ``watch`` goes on until whoever reads the body ends it."""
        watch = Watch(self.sock, self.answer_within)
        answer: Any = None
        try:
            answer = super().getresponse()  # type: ignore[misc]
        finally:
            if answer is None or watch.late:
                watch.end()
            if watch.late:  # a head that was cut off may have been taken for a whole one
                raise TimeoutError(f"no whole answer within {self.answer_within:g} s")
        answer.watch = watch
        return answer


class GuardedAdapter(HTTPAdapter):
    """Sends requests over guarded connections. Only hosts that are ``local`` may lead to an address that is not public.

    What goes through a proxy is connected by the proxy, which the owner of this machine chose.
    """

    def __init__(self, local: Collection[str], answer_within: float) -> None:
        self._local = frozenset(local)
        self._answer_within = answer_within
        super().__init__()

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        pool: Any = super().get_connection_with_tls_context(request, verify, proxies, cert)
        if not issubclass(pool.ConnectionCls, _Guarded):
            guard = {
                "local_allowed": pool.proxy is not None or urlsplit(request.url or "").hostname in self._local,
                "answer_within": self._answer_within,
            }
            pool.ConnectionCls = type("GuardedConnection", (_Guarded, pool.ConnectionCls), guard)
        return pool
