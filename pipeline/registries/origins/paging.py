"""Answers that come page by page: the values of an OData address, and the features of a WFS type.

Belongs here: where the pages of one answer begin and end, and whether they are one whole. Does not belong here: which addresses
are asked (live), how a document is fetched (http).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin

from pipeline.errors import FetchError
from pipeline.registries.http.client import Allowance, Client, NotFoundError, UnreachableError

T = TypeVar("T")
PAGE = 1000
PAGES = 1000
MATCHED = re.compile(rb"""\bnumberMatched\s*=\s*["'](\d{1,12})["']""")


def values(client: Client, url: str, allowance: Allowance) -> Iterator[dict[str, Any]]:
    """Yield the values of an OData address, page after page."""
    seen: list[str] = []
    page: str | None = url
    while page:
        if page in seen:
            raise FetchError(f"{url} is paged in a circle: {page} comes back; tell the publisher")
        seen.append(page)
        if len(seen) > PAGES:
            raise FetchError(f"{url} has no end: over {PAGES:,} pages; tell the publisher")
        document = _following(client, page, allowance, first=len(seen) == 1)
        yield from (each for each in member(document, "value", list, page) if isinstance(each, dict))
        link = document.get("@odata.nextLink")
        page = urljoin(page, str(link)) if link else None


def features(client: Client, url: str, kind: str, key: str | None) -> list[Any]:
    """Return every feature of a type, in an order of our own.

    The service silently gives 1,000 at most at a time, others fewer, and the number that it states is not always right: only an
    empty page is the end. Without a ``key`` to sort by, a service may cut each page from another order.
    """
    allowance = client.allowance()
    asked = {
        "service": "WFS", "version": "2.0.0", "request": "GetFeature", "typeNames": kind, "outputFormat": "application/json",
        "srsName": "EPSG:4326", "count": PAGE,
    }  # fmt: skip
    sorted_by = {"sortBy": key} if key else {}
    found: dict[str, Any] = {}
    alike: dict[str, list[Any]] = {}
    for _ in range(PAGES):
        page_url = f"{url}?{urlencode({**asked, **sorted_by, 'startIndex': len(found)})}"
        try:
            document = _following(client, page_url, allowance, first=not found)
        except (NotFoundError, UnreachableError):
            raise
        except FetchError:
            if found or not sorted_by:
                raise
            sorted_by = {}  # a service that does not take the key says so in a report of its own
            continue
        page = member(document, "features", list, url)
        new = {str(each.get("id") or canonical(each)): each for each in page if isinstance(each, dict)}
        if len(new) < len(page) or new.keys() & found.keys() or any(_is_among(alike, each) for each in new.values()):
            raise FetchError(f"{url} gives the same feature of {kind} twice: its pages overlap; try again later")
        found |= new
        if not page:
            break
    else:
        raise FetchError(f"{url} has no end of features of {kind}: {len(found):,} in {PAGES:,} pages; tell the publisher")
    matched = document.get("numberMatched")
    if not isinstance(matched, int):
        matched = _counted(client, f"{url}?{urlencode({**asked, 'resultType': 'hits'})}", allowance)
    if matched is not None and len(found) != matched:
        raise FetchError(f"{url} says that it has {matched:,} features of {kind} and gave {len(found):,}; try again later")
    return [found[each] for each in sorted(found)]


def _is_among(alike: dict[str, list[Any]], feature: Any) -> bool:
    """Whether a feature was there before, under another id: some services number them anew for each page."""
    shapes = alike.setdefault(canonical(feature.get("properties")), [])
    if feature.get("geometry") in shapes:
        return True
    shapes.append(feature.get("geometry"))
    return False


def _counted(client: Client, url: str, allowance: Allowance) -> int | None:
    """Return how many features a service says that it has, when it is asked for nothing else; None where it does not say."""
    try:
        stated = MATCHED.search(client.document(url, allowance))
    except FetchError:
        return None
    return int(stated[1]) if stated else None


def _following(client: Client, url: str, allowance: Allowance, *, first: bool) -> Any:
    """Return a page of an answer. Where one after the first is not there, that is no sign that its whole year is not."""
    try:
        return client.json(url, allowance)
    except NotFoundError as error:
        if first:
            raise
        raise FetchError(f"the answer ends amid its pages: {error}") from error


def member(document: Any, key: str, kind: type[T], url: str) -> T:
    """Return a part of a JSON document. Raises FetchError when it is not there, or of another kind."""
    value = document.get(key) if isinstance(document, dict) else None
    if not isinstance(value, kind):
        raise FetchError(f"{url} gives JSON without the {key} it should have; see whether the service changed")
    return value


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
