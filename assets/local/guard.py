"""Who may ask the UI: its own pages, and programs of this machine; no page of anybody else that the operator visits.

Belongs here: what is looked at in a request, as ASGI middleware. Does not belong here: the server (``webserver``).

A browser lets any page send requests to this machine, only not read the answers, and Dagster obeys a request without looking
where it comes from: a page could start a run that publishes. So the host that was asked for must be this machine by its own
name (a page whose name was made to lead here, by DNS, asks for that name), and where a browser says which page asks, it must be
one from here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HERE = {"127.0.0.1", "localhost", "::1"}
OWN = {"same-origin", "none"}
# what a link elsewhere may lead to: the page itself, which asks for all else by itself
LINK = {b"sec-fetch-mode": b"navigate", b"sec-fetch-dest": b"document"}
COMMANDS = "/graphql"
TOLD = "passend dev answers its own pages, and programs of this machine: {}\n"


class Guard:
    """An ASGI app that passes on what may be asked of another, and answers 403 to anything else."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or turn it away."""
        why = refusal(scope) if scope["type"] in ("http", "websocket") else None
        if why is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": why})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": TOLD.format(why).encode()})


def refusal(scope: Mapping[str, Any]) -> str | None:
    """Return why a request is turned away; None when it may pass."""
    hosts = _values(scope, b"host")
    if len(hosts) != 1 or _name(hosts[0]) not in HERE:
        return "the host that was asked for is not this machine by its own name"
    if any(each not in (f"http://{hosts[0]}", f"https://{hosts[0]}") for each in _values(scope, b"origin")):
        return "it was asked by a page from elsewhere"
    sites = _values(scope, b"sec-fetch-site")
    if any(each not in OWN for each in sites) and not _is_link(scope):
        return "it was asked by a page from elsewhere"
    if not sites and scope.get("method") == "GET" and scope["path"].rstrip("/") == COMMANDS and scope.get("query_string"):
        return "a command is sent by POST"  # a browser that says nothing of the page may ask so for any
    return None


def _is_link(scope: Mapping[str, Any]) -> bool:
    """Whether a person follows a link from elsewhere to a page, which by itself does nothing."""
    headers = dict(scope["headers"])
    followed = scope.get("method") == "GET" and all(headers.get(name) == value for name, value in LINK.items())
    return followed and not scope["path"].startswith(COMMANDS)


def _values(scope: Mapping[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin-1") for header, value in scope["headers"] if header == name]


def _name(host: str) -> str | None:
    """Return the name in a Host header, without its port; None where it is none."""
    try:
        found = urlsplit(f"//{host}")
        _ = found.port
    except ValueError:
        return None
    return found.hostname if host and "@" not in host else None
