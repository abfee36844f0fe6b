"""What cannot be seen is shown, in text and in JSON, and nothing else is changed."""

from __future__ import annotations

import json
import re
import sys
import unicodedata

import pytest

from pipeline.harmless import FORMULA, SHOWN, visible, visible_json
from tests.conftest import REPOSITORY

SEEN = "Cañón d’Ĳ 中文 🏫 – één\ttwee\ndrie"
UNSEEN = ["\u202e", "\u200b", "\u2066", "\ufeff", "\x1b", "\x07", "\x9b", "\xad", "\u2028", "\U000e0041", "\u3164", "\ud800"]


def test_each_control_and_format_character_of_unicode_is_shown():
    kinds = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    missed = [
        hex(code) for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in kinds and chr(code) not in "\t\n" and visible(chr(code)) != SHOWN
    ]  # fmt: skip
    assert missed == []


@pytest.mark.parametrize("each", UNSEEN, ids=ascii)
def test_what_cannot_be_seen_is_shown_wherever_it_stands(each):
    assert visible(f"De {each}Proef") == f"De {SHOWN}Proef"
    for ascii_only in (False, True) if each.isascii() else (False,):
        assert (
            json.loads(visible_json(json.dumps({"naam": f"De {each}Proef"}, ensure_ascii=ascii_only)))["naam"]
            == f"De {SHOWN}Proef"
        )


def test_what_can_be_seen_stays():
    assert visible(SEEN) == SEEN
    assert json.loads(visible_json(json.dumps(SEEN, ensure_ascii=False))) == SEEN
    # an escape that is itself escaped is a text about one
    assert json.loads(visible_json(json.dumps(r"\u001b en \\u001b"))) == r"\u001b en \\u001b"


def test_the_site_takes_the_same_cells_for_a_formula_as_the_exports_do():
    code = (REPOSITORY / "site" / "src" / "csv.ts").read_text(encoding="utf-8")
    assert re.findall(r"^const FORMULA = /(.*)/;$", code, re.MULTILINE) == [FORMULA]
