"""The site as a reader meets it, in Chromium: a visit, and a web server to visit.

Screenshots of every page are kept in ``build/screenshots``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.conftest import REPOSITORY

CHROMIUM = shutil.which("chromium")
SCREENSHOTS = REPOSITORY / "build" / "screenshots"
# a browser that calls nobody but the page
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine; install Debian's package chromium")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


class Server(ThreadingHTTPServer):
    """A web server of the standard library, in a thread."""

    daemon_threads = True


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Visit:
    """One reader's page, and what it asked for and complained of."""

    def __init__(self, browser: Browser, address: str, **options: object) -> None:
        self.context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, "locale": "nl-NL", "reduced_motion": "reduce", **options}
        )
        self.page: Page = self.context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", self._not_there)

    def _not_there(self, request: Request) -> None:
        """A request that the reader left behind by going elsewhere is no complaint."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"not there: {request.url} {request.failure}")

    def open(self, where: str = "") -> Page:
        self.page.goto(f"{self.address}#/{where}")
        expect(self.page.locator("h1")).to_be_visible()
        self.page.wait_for_load_state("networkidle")
        return self.page

    def keep(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def close(self) -> None:
        """Ends the visit. Nothing may have been asked of another host, and nothing may have gone wrong."""
        self.context.close()
        here = urlsplit(self.address)
        others = [url for url in self.asked if urlsplit(url)[:2] != here[:2] and not url.startswith(("data:", "blob:"))]
        assert others == []
        assert self.complaints == []


def altered(page: Page, site: Path, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Have a page get another data file than the site's own: what the fictitious country does not show."""
    called, text = (site / f"data/{name}.js").read_text(encoding="utf-8").split(",", 1)
    data = json.loads(text.removesuffix(");\n"))
    change(data)
    body = f"{called},{json.dumps(data)});\n"
    page.route(f"**/data/{name}.js*", lambda route: route.fulfill(body=body, content_type="text/javascript"))
