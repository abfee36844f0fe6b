"""Text from outside, made harmless for whoever shows it: what cannot be seen is shown, what a spreadsheet computes stays text.

Belongs here: which characters and cells those are. Does not belong here: the tables, which keep each text as it was written.
"""

from __future__ import annotations

import re

# controls (but for tab and line feed), bidirectional overrides, joiners, fillers, tags, lone halves of a pair
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# the same as JSON may write them; a backslash that is itself escaped begins nothing
ESCAPED = re.compile(r"((?<!\\)(?:\\\\)*)\\u00[01][0-9a-fA-F]")
SHOWN = "\ufffd"
# bytes of UTF-8 that are a character one sees, a tab or a line feed: nearly all there are
PLAIN = bytes([*b"\t\n", *range(0x20, 0x7F)])
# how a cell begins that a spreadsheet computes
FORMULA = r"^[=+\-@\t\r\n]"


def visible(text: str) -> str:
    """Return a text with � in place of each character that nobody would see."""
    # to leave out what is plain first takes a tenth of the time: 0.3 s for the site of a release
    rest = text.encode(errors="surrogatepass").translate(None, PLAIN)
    return UNSEEN.sub(SHOWN, text) if rest and UNSEEN.search(rest.decode(errors="surrogatepass")) else text


def visible_json(text: str) -> str:
    """Return JSON whose texts have � in place of each character that nobody would see."""
    return visible(ESCAPED.sub(rf"\1{SHOWN}", text) if "\\u00" in text else text)
