"""Gzip as it comes off the wire, cut anywhere."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.registries.http.gunzip import gunzipped


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 40), st.integers(0, 3))
def test_members_come_out_whole_wherever_they_are_cut(contents, length, zeros):
    sent = b"".join(gzip.compress(each) + bytes(zeros) for each in contents)
    pieces = [sent[start : start + length] for start in range(0, len(sent), length)]
    assert b"".join(gunzipped(pieces)) == b"".join(contents)


def test_a_mark_that_is_cut_in_two_begins_a_member():
    first, second = gzip.compress(b"72 rows"), gzip.compress(b" and 8 more")
    assert b"".join(gunzipped([first + second[:1], second[1:]])) == b"72 rows and 8 more"


@pytest.mark.parametrize("cut", [1, 5, 12])
def test_a_member_that_breaks_off_is_noticed(cut):
    first, second = gzip.compress(b"72 rows"), gzip.compress(b" and 8 more")
    with pytest.raises(EOFError):
        list(gunzipped([first, second[:cut]]))


def test_other_bytes_after_the_end_are_no_gzip():
    with pytest.raises(zlib.error):
        list(gunzipped([gzip.compress(b"rows") + b"<html>"]))
