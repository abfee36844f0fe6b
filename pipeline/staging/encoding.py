"""The text of a file, whatever of the registries' encodings it has."""

from __future__ import annotations

import codecs
import re

from pipeline.errors import ReadError

UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def decode(content: bytes, name: str) -> str:
    """Text of a file: UTF-8 if it is valid UTF-8 or begins with its byte order mark, else windows-1252.

    Where files of both were pasted together, each line is what it is by itself.
    Never latin-1: the registries use curly quotes (0x91, 0x92). Raises ReadError with the offset of the first bad byte.
    """
    if b"\0" in content:
        raise ReadError(f"{name} holds a NUL byte at offset {content.index(0)}: not a text file; fetch it again")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as utf8:
        if content.startswith(codecs.BOM_UTF8):
            raise ReadError(
                f"{name} says it is UTF-8 but byte {utf8.start} is not; fetch it again or ask the publisher"
            ) from None
        try:
            if UTF8.search(content):
                return "".join(map(_line, content.splitlines(keepends=True)))
            return content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise ReadError(
                f"{name} is neither UTF-8 (byte {utf8.start}) nor windows-1252 (byte {error.start}); "
                "ask the publisher for the encoding"
            ) from None


def _line(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252")
