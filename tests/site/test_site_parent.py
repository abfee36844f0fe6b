"""What a parent comes for: where a child belongs, what to do now, what is near, and how to reach a school."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browsing import altered, needs_chromium

pytestmark = needs_chromium


@pytest.mark.parametrize(("locale", "heading", "terms"), [
    ("nl-NL", "Wat nu?", ["tien weken", "zes weken", "vier weken", "toelaatbaarheidsverklaring", "geschillencommissie"]),
    ("en-GB", "What now?", ["ten weeks", "six weeks", "four weeks", "statement of admissibility", "disputes committee"]),
])  # fmt: skip
def test_the_duty_of_care_is_told_in_four_steps_with_its_articles(visit, ask, home, locale, heading, terms):
    ((school,),) = ask("select min(vestigingscode) from vestiging where soort = 'BO'")
    here = visit(locale=locale)
    for where in (f"postcode/{home}", f"vestiging/{school}"):
        page = here.open(where)
        steps = page.locator(".steps")
        expect(steps.get_by_role("heading")).to_have_text(heading)
        expect(steps.get_by_role("listitem")).to_have_count(4)
        for term in terms:
            expect(steps).to_contain_text(term)
        for article in ("40", "43"):
            expect(steps.locator(".law", has_text=article).first).to_be_visible()
    here.keep(f"steps-{locale}")


def test_both_regions_of_a_postcode_are_named_with_their_gemeenten_and_website(visit, served, site, ask, home):
    ((code, gemeenten),) = ask(
        "select swv_code, gemeenten from postcode4_swv join swv_aanduiding using (swv_code) "
        f"where postcode4 = '{home}' and swv_code like 'PO%' and geldt_nu(geldig_vanaf, geldig_tot)"
    )
    here = visit(served)
    altered(
        here.page,
        site,
        "samenwerkingsverbanden",
        lambda swvs: swvs.update(website=["https://www.proef.example/"] * len(swvs["code"])),
    )
    page = here.open(f"postcode/{home}")
    expect(page.locator(".answer")).to_have_count(2)
    answer = page.locator(".answer", has_text=code)
    expect(answer.get_by_role("link", name="proef.example")).to_have_attribute("href", "https://www.proef.example/")
    expect(answer).to_contain_text(gemeenten.split("; ")[0])


def test_special_education_that_is_near_is_one_list_by_distance_with_websites(visit, ask, home):
    found = ask(
        "select distinct v.naam, v.website from dekking_postcode4 d "
        "join vestiging v on v.vestigingscode in (vestiging_binnen, vestiging_overal) "
        f"where d.postcode4 = '{home}' and v.soort not in ('BO', 'VO')"
    )
    page = visit().open(f"postcode/{home}")
    near = page.locator(".provision")
    for name, website in found:
        item = near.get_by_role("listitem").filter(has_text=name).first
        expect(item.locator(".km")).to_be_visible()
        if website and "." in website and "@" not in website:
            expect(item.locator(".provision-site")).to_be_visible()
    for which in near.all():
        distances = [float(each.removesuffix(" km").replace(",", ".")) for each in which.locator(".km").all_inner_texts()]
        assert distances == sorted(distances)
        assert distances


def test_a_school_page_opens_with_address_kind_board_and_website(visit, ask):
    ((code, street, board, website),) = ask(
        "select vestigingscode, v.adres, b.naam, v.website from vestiging v join bevoegd_gezag b using (bevoegd_gezag_nummer) "
        "where soort = 'SBO' and v.adres is not null and v.website like 'www.%' order by 1 limit 1"
    )
    facts = visit().open(f"vestiging/{code}").locator(".lead .facts")
    for text in (street, "Speciaal basisonderwijs (sbo)", board):
        expect(facts).to_contain_text(text)
    expect(facts.get_by_role("link", name=website)).to_have_attribute("href", f"https://{website}")
