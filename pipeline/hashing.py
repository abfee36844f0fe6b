"""A hash of several texts: what keys and names of content are made of.

Belongs here: how texts become one hash. Does not belong here: which texts a key goes by (whoever asks says), and hashes of files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def hash_of(parts: Iterable[str]) -> str:
    """Return the SHA-256 of these texts in their order, a line each, as 64 hexadecimal digits."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
