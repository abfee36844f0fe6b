"""A mail server and a webhook on this machine, which keep what they were given."""

from __future__ import annotations

import json
import ssl
import threading
from asyncio import Server
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

PASSWORD = "geheim"  # noqa: S105


class Receiver:
    """``posts`` are the documents that the webhook took, ``mails`` the messages that the mail server took, and ``logins`` the
    names and passwords that it was given, of which PASSWORD is right. A mail to an address that begins with ``nobody`` is not
    taken. Use as a context manager.

    With ``offered`` the mail server offers STARTTLS, with ``encrypted`` it speaks nothing else from the start.
    """

    def __init__(self, offered: ssl.SSLContext | None = None, encrypted: ssl.SSLContext | None = None) -> None:
        self.posts: list[Any] = []
        self.mails: list[str] = []
        self.logins: list[tuple[str, str]] = []
        receiver = self

        class Webhook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        # it takes a password without encryption too: that none is sent is for the sender to see to
        self._mail = _AnyPort(
            self, "127.0.0.1", 0, ssl_context=encrypted, tls_context=offered, authenticator=self._login, auth_require_tls=False
        )

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("nobody"):
            return "550 no such address: secret detail"
        envelope.rcpt_tos.append(address)
        return "250 good"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope.content.decode())
        return "250 taken"

    def _login(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password.decode() == PASSWORD, handled=False)

    def __enter__(self) -> Self:
        self._thread.start()
        self._mail.start()
        self.webhook, self.mail = f"http://127.0.0.1:{self._http.server_address[1]}/hook", f"127.0.0.1:{self._mail.port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._mail.stop()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _AnyPort(Controller):
    """Takes the port that the system gives."""

    async def _create_server(self) -> Server:
        server = await super()._create_server()
        self.port = server.sockets[0].getsockname()[1]
        return server
