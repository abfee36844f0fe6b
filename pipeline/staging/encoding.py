"""The text of a file, whatever of the registries' encodings it has."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from pipeline.errors import ReadError

UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


# UTF-8 of U+00A0 to U+00FF and of the dashes and quotes of U+2000, each byte taken for a character of windows-1252
DOUBLED = re.compile("[ÂÃ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u00bf“”˜™œž¦]")
# encodings that registries mean by each other's names; what is said to be one of them is read as what it turns out to be
SEEN = ("utf-8", "ascii", "cp1252", "iso8859-1")


def decode(content: bytes, name: str, declared: str | None = None) -> str:
    """Text of a file: UTF-8 if it is valid UTF-8 or begins with its byte order mark, else windows-1252; in another encoding
    where one is declared.

    Where files of both were pasted together, each line is what it is by itself.
    Never latin-1: the registries use curly quotes (0x91, 0x92). Raises ReadError with the offset of the first bad byte.
    """
    if b"\0" in content:
        raise ReadError(f"{name} holds a NUL byte at offset {content.index(0)}: not a text file; fetch it again")
    if declared and _known(declared, name) not in SEEN:
        try:
            return content.decode(declared)
        except (UnicodeError, LookupError) as error:
            raise ReadError(f"{name} is not in the encoding {declared} that its package declares ({error}); correct it") from None
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


def doubled(lines: Iterable[str]) -> int:
    """Count the lines with text that was encoded in UTF-8 twice: ``Ã©`` for é."""
    return sum(any(each in line for each in "ÂÃâ") and DOUBLED.search(line) is not None for line in lines)


def _known(encoding: str, name: str) -> str:
    """Return Python's own name of an encoding."""
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise ReadError(f"{name}: its package declares the encoding {encoding!r}, which nobody knows; correct it") from None


def _line(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252")
