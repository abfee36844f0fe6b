"""A mail server and a webhook on this machine, which keep what they were given."""

from __future__ import annotations

import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Receiver:
    """``posts`` are the documents that the webhook took, ``mails`` the messages that the mail server took, and ``said`` every
    line that a mail client said. A mail to an address that begins with ``nobody`` is not taken. Use as a context manager."""

    def __init__(self) -> None:
        self.posts: list[Any] = []
        self.mails: list[str] = []
        self.said: list[str] = []
        receiver = self

        class Webhook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        class Mail(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 hier")
                while line := self.rfile.readline().decode().rstrip():
                    receiver.said.append(line)
                    match line.split(":")[0].split()[0].upper():
                        case "EHLO":
                            self._say("250 hier")
                        case "RCPT" if "<nobody" in line:
                            self._say("550 no such address: secret detail")
                        case "DATA":
                            self._say("354 go on")
                            lines = []
                            while (text := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                                lines.append(text)
                            receiver.mails.append("\n".join(lines))
                            self._say("250 taken")
                        case "QUIT":
                            self._say("221 bye")
                            return
                        case _:
                            self._say("250 good")

            def _say(self, line: str) -> None:
                self.wfile.write(f"{line}\r\n".encode())

        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), Webhook), socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail)]
        self._threads = [threading.Thread(target=each.serve_forever, kwargs={"poll_interval": 0.01}) for each in self._servers]
        http, mail = (each.server_address[1] for each in self._servers)
        self.webhook, self.mail = f"http://127.0.0.1:{http}/hook", f"127.0.0.1:{mail}"

    def __enter__(self) -> Self:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()
