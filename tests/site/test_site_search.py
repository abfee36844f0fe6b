"""What people type: codes as they write them, kinds of school, other names of a place, mistakes, and what is no more."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import altered, needs_chromium

pytestmark = needs_chromium


NAMES = ["'s-Hertogenbosch", "Den Haag", "Amsterdam", "Rotterdam", "Groningen"]
BOXES = "1099"


@pytest.fixture(scope="module")
def page(browser, served, site) -> Page:
    """The first page, where some places have names that people know, and one postcode is of boxes."""
    context = browser.new_context(locale="nl-NL", reduced_motion="reduce")
    page = context.new_page()

    def named(postcodes):
        for place, name in enumerate(NAMES):
            postcodes["plaats"][-1 - place] = postcodes["gemeente"][-1 - place] = name
        for column, value in {"postcode4": BOXES, "adressoort": "Postbus", "plaats": NAMES[0], "gemeente": NAMES[0]}.items():
            postcodes[column].append(value)
        for column in postcodes.keys() - {"postcode4", "adressoort", "plaats", "gemeente"}:
            postcodes[column].append(None)

    altered(page, site, "postcodes", named)
    page.goto(served)
    yield page
    context.close()


def typed(page: Page, text: str) -> list[str]:
    """What is offered for a text, when schools and closed schools are there too."""
    field = page.get_by_role("combobox", name="Postcode")
    field.fill("")
    field.fill(text)
    page.wait_for_function("[...document.scripts].some((each) => each.src.includes('gesloten'))")
    page.wait_for_timeout(250)
    return page.locator("[role=option]").all_inner_texts()


def said(page: Page) -> str:
    return page.locator(".search").get_by_role("status").inner_text()


@pytest.mark.parametrize("written", ["{0}", "{0}AB", "{0} ab", "{1} {2}"])
def test_a_postcode_is_found_however_it_is_written(page, home, written):
    (found,) = typed(page, written.format(home, home[:2], home[2:]))
    assert found.startswith(home)


@pytest.mark.parametrize("written", ["PO2603", "po-26-03", "PO 2603"])
def test_an_swv_is_found_however_its_code_is_written(page, written):
    (found,) = typed(page, written)
    assert "PO2603" in found


@pytest.mark.parametrize(("written", "name"), [("Den Bosch", "'s-Hertogenbosch"), ("'s-Gravenhage", "Den Haag")])
def test_a_place_is_found_by_another_of_its_names(page, written, name):
    assert typed(page, written)[0].startswith(name)


def test_special_schools_of_a_place_are_found_by_their_kind(page, ask):
    ((place,),) = ask("select plaats from vestiging where soort = 'SO' group by 1 order by count(*) desc, 1 limit 1")
    wanted = {name for (name,) in ask(f"select naam from vestiging where plaats = '{place}' and soort not in ('BO', 'VO')")}
    found = typed(page, f"speciaal onderwijs {place.lower()}")
    assert {each.splitlines()[0] for each in found} <= wanted
    assert found
    assert typed(page, f"so {place.lower()}")
    assert typed(page, "cluster 4")
    assert "typ er een plaats bij" in said(page)


@pytest.mark.parametrize(
    ("mistake", "meant"), [("Amsterdm", "Amsterdam"), ("Rotetrdam", "Rotterdam"), ("Gronignen", "Groningen")]
)
def test_a_mistake_of_two_letters_is_understood_and_asked_about(page, mistake, meant):
    found = typed(page, mistake)
    assert found[0].startswith(meant)
    assert said(page) == f"Bedoelde u {meant}?"


def test_what_is_like_nothing_is_not_guessed_at(page):
    assert typed(page, "zzzzz") == []
    assert said(page).startswith("Niets gevonden")


def test_a_postcode_that_is_none_or_of_boxes_has_a_sentence_of_its_own(page):
    assert typed(page, "0123") == []
    assert "Postcode 0123 staat in geen van de bronnen" in said(page)
    assert typed(page, BOXES)[0].startswith(BOXES)
    assert "postbussen" in said(page)


def test_a_school_that_has_closed_is_found_and_says_what_is_there_now(visit, ask):
    gone = ask(
        "select b.vestigingscode, b.naam, min(v.vestigingscode) from vestiging_bekend b "
        "anti join vestiging n using (vestigingscode) "
        "left join vestiging v on v.instellingscode = b.instellingscode group by all order by 3 nulls last, 1 limit 1"
    )
    if not gone:
        pytest.skip("no location of this country has closed")
    ((code, name, other),) = gone
    page = visit().open()
    assert any(name in each and "gesloten school" in each for each in typed(page, code))
    page.locator("[role=option]", has_text="gesloten school").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_text("Deze school staat niet meer in de registers")).to_be_visible()
    if other:
        expect(page.locator(f".lead a[href*='{other}']")).to_be_visible()
