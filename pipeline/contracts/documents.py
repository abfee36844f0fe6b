"""JSON from outside: a document, or a ValueError, whatever the bytes are.

Belongs here: what Python's own parser lets through or trips over. Does not belong here: what a document is about (origins,
admission, reading).
"""

from __future__ import annotations

import json
import re
from typing import Any

HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def parsed(text: str) -> Any:
    """The document in a text. Half of a character (``\\ud800`` alone), which no file and no table can hold, becomes ``?``.

    Raises ValueError for what is no JSON, and for what is nested deeper than can be followed.
    """
    try:
        document = json.loads(text)
        if HALF_CHARACTER.search(text):
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    return document
