"""Whom the guard of the UI turns away: by what a request says, and by what a real browser sends from a page elsewhere."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
import time
from urllib.parse import quote

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from assets.local.guard import Guard, refusal
from tests.support.server import Server, answer

HERE = "127.0.0.1:3000"
CHROMIUM = shutil.which("chromium")
MUTATION = quote("mutation { launchRun }")
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def scope(host=HERE, *, method="GET", path="/", query="", kind="http", **headers):
    named = [(name.lower().replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    hosts = [(b"host", each.encode()) for each in ([host] if isinstance(host, str) else host)]
    about = {} if kind == "websocket" else {"method": method}
    return {"type": kind, "path": path, "query_string": query.encode(), "headers": [*hosts, *named], **about}


@pytest.mark.parametrize("host", ["127.0.0.1:3000", "localhost:3000", "localhost", "[::1]:3000", "LOCALHOST:8080"])
def test_a_program_of_this_machine_may_ask_by_each_of_its_own_names(host):
    assert refusal(scope(host)) is None
    assert refusal(scope(host, method="POST", path="/graphql")) is None
    assert refusal(scope(host, path="/graphql", kind="websocket")) is None


@pytest.mark.parametrize(
    "host",
    ["proef.example", "proef.example:3000", "localhost.proef.example", "127.0.0.1.proef.example", "10.0.0.1:3000", "0.0.0.0:3000",
     "", "localhost:x", "[::1", "jan@localhost", "localhost@proef.example", [], ["localhost", "localhost"]],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_host_than_this_machine_is_turned_away(host, kind):
    assert "not this machine by its own name" in refusal(scope(host, kind=kind))


@pytest.mark.parametrize(
    "origin",
    ["https://proef.example", "http://proef.example:3000", "null", "http://127.0.0.1", "http://127.0.0.1:3001", "http://localhost:3000",
     "", "http://127.0.0.1:3000.proef.example", "file://"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_page_from_elsewhere_is_turned_away(origin, kind):
    assert "from elsewhere" in refusal(scope(method="POST", path="/graphql", kind=kind, Origin=origin))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "x"])
def test_a_page_that_a_browser_says_is_elsewhere_is_turned_away(site):
    assert "from elsewhere" in refusal(scope(Sec_Fetch_Site=site))


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_its_own_pages_may_ask(site):
    own = {"Origin": f"http://{HERE}", "Sec_Fetch_Site": site}
    assert refusal(scope(method="POST", path="/graphql", **own)) is None
    assert refusal(scope(path="/graphql", kind="websocket", **own)) is None


def test_a_link_elsewhere_leads_to_a_page_and_to_no_command():
    assert refusal(scope(path="/runs", **LINK)) is None
    for other in (
        scope(path="/graphql", query=f"query={MUTATION}", **LINK),
        scope(path="/graphql/", query=f"query={MUTATION}", **LINK),
        scope(path="/runs", method="POST", **LINK),
        scope(path="/runs", **LINK | {"Sec-Fetch-Dest": "iframe"}),
        scope(path="/runs", **LINK | {"Sec-Fetch-Mode": "no-cors"}),
    ):
        assert "from elsewhere" in refusal(other)


def test_a_command_by_get_is_turned_away_where_nothing_is_said_of_the_page():
    assert refusal(scope(path="/graphql", query=f"query={MUTATION}")) == "a command is sent by POST"
    assert refusal(scope(path="/graphql")) is None


def ask(sent):
    """What an app behind the guard was asked, and what was sent back."""
    passed, back = [], []

    async def app(scope, receive, send):
        passed.append(scope)

    async def receive():
        return {"type": f"{sent['type']}.connect"}

    async def send(message):
        back.append(message)

    asyncio.run(Guard(app)(sent, receive, send))
    return passed, back


def test_what_is_turned_away_never_reaches_the_app():
    passed, back = ask(scope("proef.example"))
    assert (passed, back[0]["status"]) == ([], 403)
    assert b"programs of this machine: the host" in back[1]["body"]
    passed, back = ask(scope("proef.example", kind="websocket"))
    assert (passed, back[0]["type"]) == ([], "websocket.close")
    passed, back = ask(scope())
    assert (len(passed), back) == (1, [])
    passed, _ = ask({"type": "lifespan"})
    assert len(passed) == 1


# -- a real browser ---------------------------------------------------------------------------------------------------


class Obeying:
    """A web server that obeys whatever reaches it, behind the guard, and keeps what did."""

    def __init__(self):
        self.asked = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = uvicorn.Config(Guard(self._app), host="127.0.0.1", port=self.port, log_level="critical", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    async def _app(self, scope, receive, send):
        if scope["path"] != "/favicon.ico":  # which a browser asks of every page that it shows
            self.asked.append((scope["type"], scope.get("method"), scope["path"]))
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept", "subprotocol": "graphql-ws"})
            await send({"type": "websocket.close", "code": 1000})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
            await send({"type": "http.response.body", "body": b"<h1>Dagster</h1>"})

    def __enter__(self):
        self._thread.start()
        while not self._server.started:
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self._server.should_exit = True
        self._thread.join()


ATTEMPTS = {
    "an image": "new Promise(done => {{ const it = new Image(); it.onload = it.onerror = done; "
                "it.src = '{to}/graphql?query={query}' }})",
    "a script": "new Promise(done => {{ const it = document.createElement('script'); it.onload = it.onerror = done; "
                "it.src = '{to}/graphql?query={query}'; document.body.append(it) }})",
    "a POST of text": "fetch('{to}/graphql?query={query}', {{method: 'POST', mode: 'no-cors', body: 'x'}}).catch(() => 0)",
    "a POST of JSON": "fetch('{to}/graphql', {{method: 'POST', headers: {{'Content-Type': 'application/json'}}, body: '{{}}'}})"
                      ".catch(() => 0)",
    "a GET": "fetch('{to}/graphql?query={query}', {{mode: 'no-cors'}}).catch(() => 0)",
    "a beacon": "Promise.resolve(navigator.sendBeacon('{to}/graphql?query={query}', 'x'))",
    "a frame": "new Promise(done => {{ const it = document.createElement('iframe'); it.onload = done; it.src = '{to}/runs'; "
               "document.body.append(it) }})",
    "a web socket": "new Promise(done => {{ const it = new WebSocket('{socket}/graphql', 'graphql-ws'); "
                    "it.onopen = it.onerror = done }}).then(event => event.type)",
    "a form": "new Promise(done => {{ const it = document.createElement('form'); it.method = 'post'; it.enctype = 'text/plain'; "
              "it.action = '{to}/graphql?query={query}'; document.body.append(it); setTimeout(() => it.submit(), 10); done() }})",
}  # fmt: skip


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine; install Debian's package chromium")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--host-resolver-rules=MAP elders.example 127.0.0.1"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def obeying():
    with Obeying() as server:
        yield server


@pytest.fixture(scope="module")
def elsewhere():
    """A page of somebody else, on a server of its own."""
    server = Server()
    server.on("/", answer(200, b"<!DOCTYPE html><body>Lees mij</body>", Content_Type="text/html"))
    yield server
    server.close()


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "elders.example"])
def test_a_page_elsewhere_commands_nothing_in_a_browser(chromium, obeying, elsewhere, attempt, name):
    obeying.asked.clear()
    there = f"{name}:{obeying.port}"
    page = chromium.new_page()
    page.goto(elsewhere.url)
    told = page.evaluate("() => " + ATTEMPTS[attempt].format(to=f"http://{there}", socket=f"ws://{there}", query=MUTATION))
    page.wait_for_timeout(200)
    page.close()
    assert obeying.asked == []
    assert attempt != "a web socket" or told == "error"


def test_a_page_whose_name_leads_here_is_not_even_shown(chromium, obeying):
    obeying.asked.clear()
    page = chromium.new_page()
    assert page.goto(f"http://elders.example:{obeying.port}/").status == 403
    page.close()
    assert obeying.asked == []


@pytest.mark.parametrize("attempt", ["a POST of JSON", "a GET", "a frame", "a web socket"])
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_its_own_page_commands_all_in_a_browser(chromium, obeying, attempt, name):
    there = f"{name}:{obeying.port}"
    page = chromium.new_page()
    assert page.goto(f"http://{there}/").status == 200
    obeying.asked.clear()
    told = page.evaluate("() => " + ATTEMPTS[attempt].format(to=f"http://{there}", socket=f"ws://{there}", query=MUTATION))
    page.close()
    assert len(obeying.asked) == 1
    assert attempt != "a web socket" or told == "open"


def test_a_link_elsewhere_to_a_page_is_followed(chromium, obeying, elsewhere):
    obeying.asked.clear()
    page = chromium.new_page()
    page.goto(elsewhere.url)
    page.evaluate(f"() => {{ location.href = 'http://127.0.0.1:{obeying.port}/runs' }}")
    page.wait_for_selector("h1")
    page.close()
    assert ("http", "GET", "/runs") in obeying.asked
