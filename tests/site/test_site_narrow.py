"""On a narrow screen nothing is cut: every table fits or becomes cards, and no text goes over an edge."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browsing import PHONE, needs_chromium

pytestmark = needs_chromium
PAGES = [
    "",
    "swv/PO2601",
    "swv/VO2601",
    "swv/VO0001",
    "postcode",
    "vestiging",
    "plaats",
    "over",
    "vergelijk/PO2601,PO2603,PO2602,PO2604",
    "witte-vlekken",
    "data",
    "data/deelname_swv",
]
# what goes over the edge of the screen, what can only be seen by scrolling sideways, and text that is cut
FAULTS = """() => {
  for (const each of document.querySelectorAll("details")) each.open = true;
  return new Promise((done) => setTimeout(() => {
    const width = document.documentElement.clientWidth;
    const found = document.documentElement.scrollWidth > width ? ["the page: " + document.documentElement.scrollWidth] : [];
    const named = (element) => `${element.tagName}.${element.getAttribute("class")}: ${element.textContent.slice(0, 60)}`;
    for (const element of document.querySelectorAll("body *")) {
      if (element.closest(".map, .hidden, .skip, thead")) continue;
      const box = element.getBoundingClientRect();
      if (box.width && (box.right > width + 1 || box.left < -1)) found.push("over the edge: " + named(element));
      const style = getComputedStyle(element);
      if (style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1) found.push("cut: " + named(element));
    }
    return done(found.slice(0, 5));
  }, 600));
}"""


@pytest.fixture(scope="module")
def addresses(ask, home) -> dict[str, str]:
    ((school, place),) = ask(
        "select vestigingscode, woonplaats from vestiging join postcode4 using (postcode4) where soort = 'SBO' order by 1 limit 1"
    )
    return {"postcode": f"postcode/{home}", "vestiging": f"vestiging/{school}", "plaats": f"plaats/{place}"}


@pytest.mark.parametrize("where", PAGES)
def test_nothing_is_cut_or_over_the_edge(visit, addresses, where):
    here = visit()
    for width in (360, 390, 768):
        here.page.set_viewport_size({"width": width, "height": 800})
        page = here.open(addresses.get(where, where))
        assert page.evaluate(FAULTS) == [], width
        here.keep(f"narrow-{width}-{where.split(',')[0].replace('/', '-') or 'home'}")


def test_a_table_that_does_not_fit_is_a_card_for_each_row_and_stays_a_table_to_who_listens(visit):
    here = visit(**PHONE)
    page = here.open("swv/PO2601")
    part = page.locator("#aanbod")
    row = part.get_by_role("row", name="Speciaal basisonderwijs (sbo)")
    assert row.bounding_box()["width"] <= 390
    for head in ("Aanwezig", "Locaties", "Gemiddeld"):
        expect(part.get_by_role("columnheader", name=head)).to_be_attached()
    cells = [each.bounding_box() for each in row.get_by_role("cell").all()]
    assert cells[0]["y"] < cells[1]["y"]
    page.set_viewport_size({"width": 1440, "height": 800})
    expect(part.locator(".stacked")).to_have_count(0)
    cells = [each.bounding_box() for each in row.get_by_role("cell").all()]
    assert cells[0]["y"] == cells[1]["y"]


def test_cards_can_be_sorted(visit):
    page = visit(**PHONE).open("swv/PO2601")
    table = page.locator(".stacked").filter(has=page.get_by_role("columnheader", name="Plaats"))
    table.get_by_label("Sorteer op").select_option(label="School")
    names = table.get_by_role("rowheader").locator("a").all_inner_texts()
    assert names == sorted(names, key=str.casefold)
