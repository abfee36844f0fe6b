"""Going back, addresses that are none, languages, and charts that can be asked."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.support.browsing import altered, needs_chromium

pytestmark = needs_chromium


def test_going_back_ends_where_the_reader_was(visit):
    page = visit().open("swv/PO2601")
    link = page.locator("#scholen tbody th a").nth(10)
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 1_000
    link.click()
    expect(page.locator(".first")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(link).to_be_visible()
    page.wait_for_function(f"Math.abs(scrollY - {before}) < 5")
    page.go_forward()
    page.wait_for_function("scrollY === 0")


def test_an_address_or_a_figure_that_is_none_says_so(visit):
    here = visit()
    page = here.open("nergens/heen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Niet gevonden")
    expect(page.get_by_text("Er is geen pagina nergens/heen.")).to_be_visible()
    expect(here.open("?cijfer=geluk").get_by_text("Er is geen cijfer geluk; dit is een ander.")).to_be_visible()
    expect(here.open("?cijfer=deelname_vso").get_by_text("Dit cijfer bestaat alleen in de andere sector.")).to_be_visible()


def test_how_a_table_is_sorted_stands_in_the_address_and_not_in_that_of_another_page(visit):
    page = visit().open()
    page.get_by_role("button", name="Deelname speciaal basisonderwijs", exact=True).click()
    assert "orde=lijst.1-" in page.url
    first = page.locator("tbody th").first.inner_text()
    page.reload()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Deelname speciaal basisonderwijs")
    assert page.locator("tbody th").first.inner_text() == first
    page.locator("tbody th a").first.click()
    expect(page.locator(".eyebrow")).to_be_visible()
    assert "orde" not in page.url
    page.go_back()
    expect(page.locator("th[aria-sort=descending]")).to_be_visible()


def test_a_section_that_was_opened_is_open_again(visit):
    page = visit().open("swv/PO2601")
    section = page.locator("#leerlingen details").first
    section.locator("summary").click()
    expect(section.locator("table")).to_be_visible()
    page.wait_for_function("location.hash.includes('open=leerlingen')")
    page.reload()
    expect(section.locator("table")).to_be_visible()
    section.locator("summary").click()
    page.wait_for_function("!location.hash.includes('open=')")


def test_an_english_browser_gets_english_and_no_dutch_reasons(visit, home):
    here = visit(locale="en-GB")
    page = here.open(f"postcode/{home}")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="What now?")).to_be_visible()
    page.locator(".unknowns summary").first.click()
    expect(page.locator(".unknowns .why").first).to_be_visible()
    assert page.locator("main [lang=nl]").all_inner_texts() == []


def test_a_range_that_leaves_everything_open_cannot_be_told(visit, served, site):
    def unknown(figure):
        for year in figure["PO2601"]:
            figure["PO2601"][year] = [0, 100]

    here = visit(served)
    altered(here.page, site, "cijfer/deelname_sbo", unknown)
    row = here.open().get_by_role("row", name="PO2601")
    expect(row).to_contain_text("niet te zeggen")
    expect(row).not_to_contain_text("100")


def test_a_chart_tells_its_values_to_the_pointer_and_begins_with_the_first_pupil(visit, ask):
    ((code, first),) = ask(
        "select vestigingscode, min(year(peildatum)) filter (ondergrens > 0) from leerlingen_vestiging "
        "semi join vestiging using (vestigingscode) where not uitgesplitst and soort = 'BO' group by 1 "
        "having min(year(peildatum)) filter (ondergrens > 0) between 2016 and 2022 order by 1 limit 1"
    )
    here = visit()
    page = here.open(f"vestiging/{code}")
    plot = page.locator(".plot svg").first
    expect(plot).to_contain_text(str(first))
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] / 2)
    expect(plot.locator("g", has_text=re.compile(r"20\d\d: \d")).first).to_be_attached()
    here.keep("chart-tip")
