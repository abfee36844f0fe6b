"""Taking gzip off a stream of bytes, a bounded piece at a time, and noticing when it has no end, which urllib3 does not.

Belongs here: the one compression that is asked for. Does not belong here: where the bytes come from (http).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

CHUNK = 1 << 16  # bytes; a piece that holds more comes out in several
BITS, MARK = 16 + zlib.MAX_WBITS, b"\x1f\x8b"


def gunzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a gzip, which may have several members and be filled up with zeros.

    Raises EOFError when it breaks off, and zlib.error when it is no gzip.
    """
    member, held = zlib.decompressobj(BITS), b""
    for arrived in pieces:
        piece, held = held + arrived, b""
        while piece:
            if member.eof:
                piece = piece.lstrip(b"\0")
                if MARK.startswith(piece):  # nothing, or half of a mark: the rest of it comes with the next piece
                    held = piece
                    break
                if not piece.startswith(MARK):
                    raise zlib.error("bytes after its end that are no gzip")
                member = zlib.decompressobj(BITS)
            yield member.decompress(piece, CHUNK)
            piece = member.unconsumed_tail or member.unused_data
    if not member.eof or held:
        raise EOFError
