"""The Atom feed of a release: what RFC 4287 asks of it, the same for everyone, and bounded."""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as ElementTree
from datetime import UTC, date, datetime

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.loading import load_contracts
from pipeline.describe.descriptor import BuildInfo, sha256
from pipeline.releases import feed
from tests.support import small
from tests.support.editions import SCHOOLS, SECOND, run
from tests.support.small import write_package

ATOM = {"": feed.ATOM}
BUILD = BuildInfo("0", "run", "code", datetime(2026, 11, 28, tzinfo=UTC), ["folder"], {}, "Wie dit uitgeeft")


def row(number, **more):
    return {
        "id": f"vestiging/{number:06}/bo/geopend", "onderwerp": "vestiging", "code": f"{number:06}", "deel": "bo",
        "soort": "geopend", "naam": "De <Proef> & Co", "van": None, "naar": "De Proef", "gebeurd_na": date(2020, 12, 1),
        "gebeurd_uiterlijk": date(2026, 8, 1), "gebeurd_op": None, "bekend_vanaf": date(2026, 8, 1), "bron": "vestigingen_bo",
        **more,
    }  # fmt: skip


def parsed(file):
    return ElementTree.parse(file).getroot()  # noqa: S314 - written here


@pytest.fixture
def written(tmp_path):
    """Write the feed of these rows; return its root."""

    def write(*rows, build=BUILD):
        table = load_contracts("curated")[feed.TABLE].arrow_schema().empty_table().from_pylist(
            list(rows), load_contracts("curated")[feed.TABLE].arrow_schema()
        )  # fmt: skip
        pq.write_table(table, tmp_path / "wijzigingen.parquet")
        return parsed(feed.write_feed(tmp_path, build))

    return write


def test_a_feed_has_what_rfc_4287_asks_of_it(written):
    root = written(row(1), row(2))
    assert root.tag == f"{{{feed.ATOM}}}feed"
    assert [len(root.findall(tag, ATOM)) for tag in ("id", "title", "updated", "author")] == [1, 1, 1, 1]
    assert root.find("author/name", ATOM).text == "Wie dit uitgeeft"
    assert [(each.get("rel"), each.get("href")) for each in root.findall("link", ATOM)] == [
        ("self", "wijzigingen.atom"), ("related", "wijzigingen.parquet"),
    ]  # fmt: skip
    entries = root.findall("entry", ATOM)
    for each in entries:
        assert [len(each.findall(tag, ATOM)) for tag in ("id", "title", "updated", "content")] == [1, 1, 1, 1]
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", each.find("id", ATOM).text)
        assert datetime.fromisoformat(each.find("updated", ATOM).text) == datetime(2026, 8, 1, tzinfo=UTC)
    assert len({each.find("id", ATOM).text for each in entries}) == 2
    assert "De <Proef> & Co" in entries[0].find("title", ATOM).text
    assert (
        entries[0]
        .find("content", ATOM)
        .text.startswith("Gebeurd na 2020-12-01 en uiterlijk op 2026-08-01. Bekend vanaf 2026-08-01.")
    )


def test_the_newest_change_comes_first_and_dates_the_feed(written):
    root = written(row(1), row(2, bekend_vanaf=None, gebeurd_op=date(2027, 1, 1), gebeurd_uiterlijk=date(2027, 1, 1)), row(3))
    told = [each.find("updated", ATOM).text for each in root.findall("entry", ATOM)]
    assert told == ["2027-01-01T00:00:00Z", "2026-08-01T00:00:00Z", "2026-08-01T00:00:00Z"]
    assert root.find("updated", ATOM).text == told[0]
    assert "Gebeurd op 2027-01-01." in root.find("entry/content", ATOM).text


def test_an_id_of_an_entry_is_that_of_its_change_and_never_another(written):
    """Readers know an entry by it: a change of how it is made would tell everything anew."""
    (entry,) = written(row(1)).findall("entry", ATOM)
    assert entry.find("id", ATOM).text == "urn:uuid:ad83b202-c1e7-5ba1-8743-8b475b1ce365"


def test_a_feed_is_bounded_and_says_where_the_rest_is(written):
    root = written(*(row(number) for number in range(feed.MOST + 5)))
    assert len(root.findall("entry", ATOM)) == feed.MOST
    assert "tabel wijzigingen" in root.find("subtitle", ATOM).text


def test_a_feed_without_changes_is_a_feed(written):
    root = written()
    assert (root.findall("entry", ATOM), root.find("updated", ATOM).text) == ([], "2014-08-01T00:00:00Z")


def test_what_xml_cannot_say_becomes_a_blank(written):
    (entry,) = written(row(1, naam="De\x0bProef\ufffe")).findall("entry", ATOM)
    assert entry.find("title", ATOM).text == "vestiging 000001 geopend: De Proef "


def test_a_feed_of_made_up_schools_says_so(written):
    build = BuildInfo("0", "run", "code", BUILD.created, ["sandbox"], {}, "Wie dit uitgeeft", fictitious=True)
    assert written(build=build).find("title", ATOM).text.startswith("FICTIEF: ")


def test_each_release_has_its_feed_and_describes_it(two_copied, tmp_path, monkeypatch):
    changed = [{**SCHOOLS[0], "vestigingscode": "61CC00", "vestigingsnaam": "Nieuw"}, *SCHOOLS[1:]]
    for day, schools in (("2026-08-01", SCHOOLS), ("2026-09-01", changed)):
        monkeypatch.setitem(small.EDITION, "vestigingen_bo", day)
        write_package(two_copied.data_dir.parent / "klein", **{**SECOND, "vestigingen_bo": schools})
        release = run(two_copied).path
    package = json.loads((release / "datapackage.json").read_text())
    (resource,) = (each for each in package["resources"] if each["path"] == feed.FILE)
    assert resource["mediatype"] == "application/atom+xml"
    assert resource["hash"] == sha256(release / feed.FILE)
    told = {each.text for each in parsed(release / feed.FILE).findall("entry/title", ATOM)}
    assert told == {"vestiging 61CC00 geopend: Nieuw", "vestiging 00CC00 gesloten: School 0"}
    # written once more, on another day, it is the same to the byte
    shutil.copyfile(release / "wijzigingen.parquet", tmp_path / "wijzigingen.parquet")
    build = BuildInfo("1", "other", "code", datetime(2027, 1, 1, tzinfo=UTC), ["klein"], {}, two_copied.publisher)
    assert feed.write_feed(tmp_path, build).read_bytes() == (release / feed.FILE).read_bytes()
