"""JSON from outside: a document, or a ValueError, whatever the bytes are.

Belongs here: what Python's own parser lets through or trips over. Does not belong here: what a document is about (origins,
admission, reading).
"""

from __future__ import annotations

import json
import re
from typing import Any

LARGEST = 2_000_000_000  # bytes of memory
# bytes that Python takes for an object, a list and one more value: a document of 20 MB that is all brackets takes 700 MB
SIZES = {"{": 240, "[": 90, ",": 40}
HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def parsed(text: str, limit: int = LARGEST) -> Any:
    """The document in a text. Half of a character (``\\ud800`` alone), which no file and no table can hold, becomes ``?``.

    Raises ValueError for what is no JSON, for what is nested deeper than can be followed, and for what would take more than
    ``limit`` bytes of memory.
    """
    needed = sum(text.count(mark) * size for mark, size in SIZES.items())
    if needed > limit:
        raise ValueError(f"it would take some {needed:,} bytes of memory, where at most {limit:,} are expected")
    try:
        document = json.loads(text)
        if HALF_CHARACTER.search(text):
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    return document
