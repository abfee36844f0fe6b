"""What tests of the site share: the national release's site, its database, and a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, sync_playwright

from pipeline.releases.release import DUCKDB_FILE
from pipeline.site.build import FOLDER
from tests.support.browsing import CHROMIUM, FLAGS, Quiet, Server, Visit


@pytest.fixture(scope="package")
def site(national) -> Path:
    return national.release / FOLDER


@pytest.fixture(scope="package")
def ask(national):
    with duckdb.connect(str(national.release / DUCKDB_FILE), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


@pytest.fixture(scope="package")
def home(ask) -> str:
    """A postcode with an SWV of each sector and with pupils."""
    ((postcode,),) = ask(
        "select postcode4 from postcode4_swv join dekking_postcode4 using (postcode4) where geldig "
        "group by 1 having count(distinct postcode4_swv.sector) = 2 order by 1 limit 1"
    )
    return postcode


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def served(site) -> Iterator[str]:
    with Server(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(params=["disk", "server"])
def address(request, site, served) -> str:
    return served if request.param == "server" else (site / "index.html").as_uri()


@pytest.fixture
def visit(browser, site):
    visits: list[Visit] = []

    def start(address: str | None = None, **options: object) -> Visit:
        visits.append(Visit(browser, address or (site / "index.html").as_uri(), **options))
        return visits[-1]

    yield start
    for each in visits:
        each.close()
