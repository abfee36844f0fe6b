"""A list that grows at its end: numbered documents, each written once.

Belongs here: what is known of something over time, where the newest counts and two may add at once. Does not belong here: what
the documents say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.store.objects import Store


def _as_it_is(document: Any) -> Any:
    return document


@dataclass(frozen=True)
class Log:
    """The documents below a prefix, ``<prefix>/<number>.json``, in the order in which they were added.

    They are handed out as ``read`` reads them. One that it cannot read is damaged, and passed over. With ``keep`` only so many of
    the newest stay: for a log of which the newest document says everything.
    """

    store: Store
    prefix: str
    read: Callable[[Any], Any] = _as_it_is
    keep: int | None = None

    def newest_first(self) -> Iterator[tuple[int, Any]]:
        """Yield each document with its number, the newest first."""
        for key in reversed(self.store.names(self.prefix)):
            if (document := self.store.find(key, self.read)) is not None:
                yield int(key.rpartition("/")[2].removesuffix(".json")), document

    def last(self) -> Any:
        """Return the newest document; None when there is none."""
        return next((document for _, document in self.newest_first()), None)

    def append(self, make: Callable[[Any], Any]) -> Any:
        """Add what ``make`` makes of the newest document (None at first), and return it.

        When another adds one in the meantime, ``make`` is called again, with that one.
        """
        tried = 0  # what stands there may be no document, and is no name then
        while True:
            names = self.store.names(self.prefix)
            number = 1 + max(tried, *(int(each.rpartition("/")[2].removesuffix(".json")) for each in names), 0)
            tried = number
            document = make(self.last())
            if self.store.put_json(f"{self.prefix}/{number:08}.json", document):
                for each in names[: max(0, len(names) + 1 - self.keep)] if self.keep else ():
                    self.store.delete(each)
                return document
