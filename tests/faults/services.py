"""Faults of the services that give a registry page by page: what a WFS or OData service can say wrong, against the whole job."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.faults.matrix import Outcome, fault
from tests.faults.world import Seen, World
from tests.support.server import Answer, answer

SERVICES = "Services"
REGISTRIES = ("gemeenten_grenzen", "gebieden")
YEAR = datetime.now(UTC).year
WFS = f"/pdok/cbs/gebiedsindelingen/{YEAR}/wfs/v1_0"
LIST, TABLE = "/cbs/Datasets", "/cbs/CBS/1NED"
PLACES = {"0014": "Groningen", "0363": "Amsterdam"}
# of faults in one world, the first makes its good release
KEPT = Outcome("refused, last good used", new=None)
FED = Outcome("used as it is meant", new=None, silent=True)


def square(number: int) -> dict[str, Any]:
    west, south = 4.5 + number / 10, 52.0
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


FEATURES = [
    {
        "type": "Feature", "id": f"gemeente.{code}", "geometry": square(number),
        "properties": {"statcode": f"GM{code}", "statnaam": name, "jrstatcode": f"{YEAR}GM{code}", "rubriek": "gemeente"},
    }
    for number, (code, name) in enumerate(PLACES.items())
]  # fmt: skip
OBSERVATIONS = [
    {"Id": 2 * place + measure, "Measure": f"M{measure}", "RegioS": f"GM{code}", "StringValue": text}
    for place, code in enumerate(PLACES) for measure, text in enumerate(("PV20", "Groningen"))
]  # fmt: skip


def says(document: Any) -> Answer:
    return answer(200, json.dumps(document).encode(), Content_Type="application/json")


def wfs(
    features: Callable[[int], list[Any]], pause: float = 0.0, hits: bytes = b"",
    in_order: Callable[[int], list[Any]] | None = None, **stated: Any,
) -> Answer:  # fmt: skip
    """A WFS that gives the features which ``features`` gives for a start, or ``in_order`` where it is to sort them, and states
    what it is told to; ``hits`` where it is asked for their number alone."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        query = parse_qs(urlsplit(handler.path).query)
        if "resultType" in query:
            return answer(200, hits, Content_Type="text/xml")(handler)
        time.sleep(pause)
        given = (in_order or features) if "sortBy" in query else features
        return says({"type": "FeatureCollection", "features": given(int(query["startIndex"][0])), **stated})(handler)

    return page


def numbered(start: int) -> list[Any]:
    """One more feature, whatever was asked for: pages without end."""
    return [{**FEATURES[0], "id": f"gemeente.{start}", "properties": {**FEATURES[0]["properties"], "fid": start}}]


def in_order(world: World) -> None:
    """Both services, as they should be."""
    on = world.portal.server.on
    on(WFS, wfs(lambda start: FEATURES[start:], numberMatched=len(FEATURES)))
    on(LIST, says({"value": [{"Identifier": "1NED", "Title": f"Gebieden in Nederland {YEAR}", "Catalog": "CBS"}]}))
    on(f"{TABLE}/MeasureGroups", says({"value": [{"Id": "1", "Title": "Provincies"}]}))
    codes = [{"Identifier": f"M{number}", "Title": title, "MeasureGroupId": "1"} for number, title in enumerate(("Code", "Naam"))]
    on(f"{TABLE}/MeasureCodes", says({"value": codes}))
    on(f"{TABLE}/Observations", says({"value": OBSERVATIONS}))


def good(world: World) -> World:
    """A world whose release has what the services give."""
    world.told_of = REGISTRIES
    in_order(world)
    if SERVICES not in world.shared:
        world.given |= {"cbs": f"{world.portal.url}/cbs", "pdok": f"{world.portal.url}/pdok"}
        world.shared[SERVICES] = world.run()
        assert world.shared[SERVICES] == Seen(0, ""), world.shared[SERVICES]
        assert read(world) == [(2, 2)]
    return world


def read(world: World) -> list[tuple[Any, ...]]:
    return world.ask_staged("select (select count(*) from stg_gemeenten_grenzen), (select count(*) from stg_gebieden)")


def answers(
    name: str, how: str, outcome: Outcome, told: str, path: str, *given: Answer, daily: bool = False, **settings: Any
) -> None:
    """Enter a fault that is an answer of a service."""

    def play(world: World) -> Seen:
        release = good(world).content()
        world.portal.server.on(path, *given)
        before = dict(world.given)
        seen = world.run(**settings)
        world.given = before
        assert world.content() == release, "what is published changed"
        assert read(world) == [(2, 2)], f"{read(world)} in place of what there is"
        return seen

    fault(SERVICES, name, how, outcome, told, daily=daily, world=SERVICES)(play)


# -- pages of a WFS ------------------------------------------------------------------------------------------------------

answers("a service that caps its pages without a word", "a feature at a time, and no number of them", FED, "", WFS,
        wfs(lambda start: FEATURES[start : start + 1]), daily=True)  # fmt: skip
answers("a service that gives its features in another order", "from last to first", FED, "", WFS,
        wfs(lambda start: FEATURES[::-1][start:]))  # fmt: skip
answers("a service that counts too few", "numberMatched: 1, of 2 features", KEPT, "says that it has 1 features", WFS,
        wfs(lambda start: FEATURES[start:], numberMatched=1))  # fmt: skip
answers("a service that counts too many", "numberMatched: 500, of 2 features", KEPT, "says that it has 500 features", WFS,
        wfs(lambda start: FEATURES[start:], numberMatched=500))  # fmt: skip
answers("a service that sorts each page anew", "the first feature twice, unless sortBy says how", FED, "", WFS,
        wfs(lambda start: FEATURES[:1] if start < 2 else [], in_order=lambda start: FEATURES[start : start + 1]))  # fmt: skip
answers("a service that sorts by nothing", "400 and an exception report where sortBy is given", FED, "", WFS,
        lambda handler: (answer(400, b"<ows:ExceptionReport/>", Content_Type="text/xml") if "sortBy" in handler.path
                         else wfs(lambda start: FEATURES[start:]))(handler))  # fmt: skip
answers("a service that skips and states no number", "one of 2 features; asked for the number alone, it says 2", KEPT,
        "says that it has 2 features", WFS,
        wfs(lambda start: FEATURES[:1] if start == 0 else [], hits=b'<wfs:FeatureCollection numberMatched="2"/>'))  # fmt: skip
answers("a feature twice, under two ids", "each page numbers its features anew", KEPT, "its pages overlap", WFS,
        wfs(lambda start: [{**FEATURES[0], "id": f"x.{start}"}] if start < 2 else []))  # fmt: skip
answers("pages that overlap", "each page begins with the first feature", KEPT, "its pages overlap", WFS,
        wfs(lambda start: FEATURES[:1] if start < 2 else []))  # fmt: skip
answers("features without end", "one more feature on each page", KEPT, "has no end of features", WFS, wfs(numbered))
answers("features that drip", "one more feature every 100 ms", KEPT, "gave its pages in 0.5 s", WFS, wfs(numbered, 0.1),
        download_timeout=0.5, daily=True)  # fmt: skip
answers("features beyond the largest file", "one more feature on each page, 20,000 bytes accepted", KEPT, "holds more than", WFS,
        wfs(numbered), max_bytes=20_000)  # fmt: skip
answers("a second page that is not there", "404 behind the first page", KEPT, "ends amid its pages: .* answered 404", WFS,
        wfs(lambda start: FEATURES[:1]), answer(404))  # fmt: skip
answers("a collection without features", "an empty list", KEPT, "was refused: no records", WFS, wfs(lambda start: []))
answers("features that are none", "null, a number and a text among them", KEPT, "twice|not as it should be|refused", WFS,
        wfs(lambda start: [None, 5, "x", *FEATURES][start:]))  # fmt: skip
answers("a page that would fill the memory", "6,000,000 empty lists in 18 MB", KEPT, "would take some .* bytes of memory", WFS,
        answer(200, b'{"features": [' + b"[]," * 6_000_000 + b"[]]}"), daily=True)  # fmt: skip
answers("a page that is an exception report", "status 200, XML", KEPT, "should give JSON", WFS,
        answer(200, b"<ows:ExceptionReport/>", Content_Type="text/xml"))  # fmt: skip

# -- pages of an OData table ---------------------------------------------------------------------------------------------


def linked(link: object) -> Answer:
    return says({"value": OBSERVATIONS, "@odata.nextLink": link})


OBSERVED = f"{TABLE}/Observations"
answers("a next page that is no address", "@odata.nextLink: http://[", KEPT, "cannot be understood", OBSERVED, linked("http://["),
        daily=True)  # fmt: skip
answers("a next page on another port", "@odata.nextLink: http://127.0.0.1:1/", KEPT, "is not followed", OBSERVED,
        linked("http://127.0.0.1:1/"))  # fmt: skip
answers("a next page that is a list", "@odata.nextLink: [1, 2]", KEPT, "answered 404|cannot be understood", OBSERVED,
        linked([1, 2]))  # fmt: skip
answers("pages in a circle", "@odata.nextLink: the same address", KEPT, "is paged in a circle", OBSERVED,
        linked("Observations"))  # fmt: skip


def endless(handler: BaseHTTPRequestHandler) -> None:
    number = int(parse_qs(urlsplit(handler.path).query).get("page", ["0"])[0])
    says({"value": [], "@odata.nextLink": f"Observations?page={number + 1}"})(handler)


answers("pages without end", "each names one more, and holds nothing", KEPT, "has no end: over 1,000 pages", OBSERVED, endless)
answers("a list of tables in another shape", "a text in place of the list", KEPT, "without the value it should have", LIST,
        says({"value": "x"}))  # fmt: skip
answers("a list of tables that is gone", "404", KEPT, "answered 404", LIST, answer(404))
answers("observations without a measure", "one of them has none", KEPT, "is not as it should be", OBSERVED,
        says({"value": [*OBSERVATIONS, {"Id": 9, "RegioS": "GM0363"}]}))  # fmt: skip
answers(
    "a document nested without end", "100,000 opening brackets", KEPT, "should give JSON", OBSERVED, answer(200, b"[" * 100_000)
)
