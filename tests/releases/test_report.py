"""The page that tells people what the checks of a release found."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pyarrow.parquet as pq
import pytest

from pipeline.checks.outcome import Outcome
from pipeline.errors import CheckError
from pipeline.releases.release import DESCRIPTION, latest, verify
from pipeline.releases.report import REPORT, TEMPLATE, Check, Page, Table, render
from pipeline.releases.shrinkage import Accepted
from tests.support.editions import run
from tests.support.small import TABLES, write_package

HOSTILE = [
    '=HYPERLINK("http://evil.example","x")',
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; drop table x; --",
]
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Seen(HTMLParser):
    """What a reader of the page meets: elements with their attributes, their text, and whether each is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.open = "", []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.text += " " if tag in ("td", "th") else ""

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text += data

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


def outcome(check="naam__gevuld", status="passed", severity="critical", **more):
    return Outcome("vestiging", check, status, severity, more.pop("reason", "every school has a name"), **more)


def page(outcomes=(), **more):
    release = {
        "version": "2026.11.25-abc", "created": "2026-11-25T00:00:00+00:00", "origins": ["klein"], "run_id": "r1",
        "code_version": "c1", "made_from": "m1", "fictitious": False,
    }  # fmt: skip
    table = Table("vestiging", "Vestigingen", "curated", 1234, tuple(map(Check, outcomes)))
    lists = dict.fromkeys(("rejects", "unresolved", "conflicts", "sources"), ())
    return Page(**{"release": release, "tables": [table], **lists, **more})


@pytest.fixture(scope="module")
def released(two_releases):
    return latest(two_releases.releases_dir)


def test_a_release_has_its_page_described_and_verified_as_every_other_file(two_copied):
    release = latest(two_copied.releases_dir)
    described = json.loads((release.path / DESCRIPTION).read_text())
    (resource,) = [each for each in described["resources"] if each["path"] == REPORT]
    assert (resource["mediatype"], resource["format"]) == ("text/html", "html")
    verify(release.path)
    text = Seen((release.path / REPORT).read_text()).text
    for told in (release.path.name, described["run_id"], "klein", "60 rows", "vestiging", "vestigingen_bo.csv"):
        assert told in text
    assert "fictitious" not in text.lower()
    (release.path / REPORT).chmod(0o644)
    (release.path / REPORT).write_text("another")
    with pytest.raises(CheckError, match=r"validatie\.html is not the file"):
        verify(release.path)


def test_the_page_is_not_part_of_what_a_release_holds(two_copied):
    before = latest(two_copied.releases_dir).path
    (before / REPORT).unlink()
    made = run(two_copied)  # another run, another page: the same name, which is that of the content
    assert made.path == before
    verify(made.path)
    assert made.description["run_id"] in (before / REPORT).read_text()


def test_other_terms_of_a_file_make_another_release(two_copied):
    before, package = latest(two_copied.releases_dir).path, two_copied.data_dir.parent / "klein/datapackage.json"
    package.write_text(package.read_text(encoding="utf-8").replace("CC-BY-4.0", "CC0-1.0", 1), encoding="utf-8")
    made = run(two_copied)
    assert made.path != before
    assert set(pq.read_table(made.path / "bron.parquet")["licentie"].to_pylist()) == {"CC-BY-4.0", "CC0-1.0"}
    assert run(two_copied).unchanged


def test_the_page_needs_nothing_from_outside_and_no_script(released):
    html = (released.path / REPORT).read_text()
    seen = Seen(html)
    assert seen.open == []
    assert seen.all("script", "link", "img", "iframe", "object", "form") == []
    assert all(each["href"].startswith("#") for each in seen.all("a"))
    assert not re.search(r"url\(|@import|\son\w+=", html)


def test_whatever_a_registry_writes_is_shown_as_text():
    own = set(re.findall(r"([\w-]+)=\"", TEMPLATE.read_text()))
    for hostile in HOSTILE:
        failed = outcome(
            status="failed", severity="warning", checked=9, unexpected=1, examples=({"naam": hostile},), reason=hostile
        )
        made = page(
            [failed, outcome(status="errored", message=hostile)],
            rejects=[{"dataset": hostile, "reden": hostile, "records": 1,
                      "first": {"file": hostile, "line": 2, "column": "naam", "value": hostile}}],
            unresolved=[{"sector": "PO", "reden": hostile, "links": 1, "examples": hostile}],
            conflicts=[{"vestigingscode": hostile, "sector": "PO", "says": hostile, "total": 1}],
            sources=[{"dataset": hostile, "bestand": hostile, "url": f"javascript:{hostile}", "uitgever": hostile,
                      "licentie": hostile,
                      "peildatum": None, "opgehaald": None, "bytes": 1, "status": "geweigerd", "reden": hostile,
                      "regels_gelezen": 0, "regels_geladen": 0, "regels_afgekeurd": 0, "sha256": "0" * 64}],
        )  # fmt: skip
        made = replace(made, release={**made.release, "origins": [hostile], "accepted": {
            "compared_with": hostile, "beyond": [hostile], "reason": hostile}})  # fmt: skip
        seen = Seen(render(made))
        assert seen.all("script", "img") == []
        assert seen.text.count(hostile) >= 15
        assert all(each["href"].startswith("#") for each in seen.all("a"))
        # and nothing but the page's own attributes
        assert {name for _, each in seen.elements for name in each} <= own | {"open"}


def test_what_did_not_pass_comes_first_and_is_counted():
    found = [
        outcome("goed"), outcome("let_op", "failed", "warning", checked=60, unexpected=30, examples=({"vestigingscode": "01A"},)),
        outcome("stuk", "errored", message="KeyError: kolom"), outcome("fout", "failed", "critical", checked=60, unexpected=1),
    ]  # fmt: skip
    made = page(found)
    assert made.tally == {"failed": 1, "errored": 1, "warned": 1, "passed": 1}
    assert [each.outcome.check for each in made.attention] == ["fout", "stuk", "let_op"]
    text = " ".join(Seen(render(made)).text.split())
    for told in (
        "Not every check passed",
        "1 warned",
        "30 of 60",
        "01A",
        "The check broke, which says nothing of the data: KeyError",
    ):
        assert told in text
    calm = " ".join(Seen(render(page([outcome()]))).text.split())
    assert "Nothing: every check passed." in calm
    assert "Every check passed." in calm


def test_rejected_rows_are_grouped_by_reason_whatever_the_value(two_copied):
    bad = [{**TABLES["vestigingen_bo"][0], "vestigingscode": f"9{n}ZZ00", "postcode": f"{n} AA"} for n in range(3)]
    package = two_copied.data_dir.parent / "klein"
    write_package(package, vestigingen_bo=[*TABLES["vestigingen_bo"], *bad])
    made = run(two_copied, accept_diff=Accepted(frozenset({"all"}), "another country"))
    text = " ".join(Seen((made.path / REPORT).read_text()).text.split())
    assert (
        "vestigingen_bo postcode: vier cijfers en twee letters verwacht, … gevonden 3 vestigingen_bo.csv, line 5, postcode: 0 AA"
        in text
    )
    assert "A large difference was accepted." in text
    assert "Reason given: another country" in text


def test_made_up_data_says_so_above_everything():
    made = page([outcome()])
    html = render(replace(made, release={**made.release, "fictitious": True}))
    text = Seen(html).text.strip()
    assert "FICTITIOUS" in text[:100]
    assert html.index("Fictitious data (sandbox)") < html.index("<header>")


def test_it_can_be_read_with_a_screen_reader_and_a_keyboard(released):
    seen = Seen((released.path / REPORT).read_text())
    (html,) = seen.all("html")
    assert html["lang"] == "en"
    levels = [int(tag[1]) for tag, _ in seen.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert all(each.get("scope") in ("col", "row") for each in seen.all("th"))
    assert len(seen.all("caption")) == len(seen.all("table"))
    names = {each["id"] for _, each in seen.elements if "id" in each}
    assert {each["href"][1:] for each in seen.all("a")} <= names
    for _, each in seen.elements:
        if each.get("role") == "region":
            assert each["aria-label"]
            assert each["tabindex"] == "0"


def _light(colour):
    parts = (
        [int(digit * 2, 16) / 255 for digit in colour]
        if len(colour) == 3
        else [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    )
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_stands_out_from_its_background_in_light_and_dark():
    schemes = re.findall(r":root \{(.*?)\}", TEMPLATE.read_text(), re.DOTALL)
    colours = [dict(re.findall(r"--([\w-]+): #([0-9a-f]+)", each)) for each in schemes]
    assert len(colours) == 3
    light, dark, paper = colours
    for scheme in (light, dark, {**light, **paper}):
        pairs = [("ink", "page"), ("quiet", "page"), ("link", "page"), ("ink", "band")]
        pairs += [(each, f"{each}-back") for each in ("passed", "warned", "failed", "errored")]
        for ink, ground in pairs:
            darker, lighter = sorted((_light(scheme[ink]), _light(scheme[ground])))
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (ink, ground)
