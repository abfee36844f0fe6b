"""Schools on the map: none hidden by another, each within reach, kinds as the reader wants them."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import PHONE, altered, needs_chromium

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def crowded(ask) -> tuple[str, list[tuple[str, str]]]:
    """A postcode with schools of several kinds, and its schools of primary education."""
    ((postcode,),) = ask(
        "select postcode4 from vestiging where soort in ('BO', 'SBO', 'SO') group by postcode4 "
        "having count(*) filter (soort = 'BO') > 1 and count(*) filter (soort != 'BO') > 0 order by count(*) desc, 1 limit 1"
    )
    return postcode, ask(
        f"select naam, soort from vestiging where postcode4 = '{postcode}' and soort in ('BO', 'SBO', 'SO', 'SOVSO')"
    )


@pytest.fixture
def centred(visit, served, site):
    """Start a visit to a site on which each school stands at the centre of its postcode, as where no registry has coordinates."""
    postcodes = json.loads((site / "data/postcodes.js").read_text(encoding="utf-8").split(",", 1)[1].removesuffix(");\n"))
    centres = dict(zip(postcodes["postcode4"], zip(postcodes["lat"], postcodes["lon"], strict=True), strict=True))

    def moved(schools):
        places = [centres.get((postcode or "")[:4], (None, None)) for postcode in schools["postcode"]]
        schools["lat"], schools["lon"] = zip(*places, strict=True)

    def start(**options):
        here = visit(served, **options)
        altered(here.page, site, "scholen", moved)
        return here

    return start


def pointed_at(page: Page) -> set[str]:
    """The schools that the pointer finds around the middle of the map."""
    box = page.locator(".map").bounding_box()
    east, south = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    found = set()
    for x in range(-32, 33, 4):
        for y in range(-32, 33, 4):
            page.mouse.move(east + x, south + y)
            found.add(page.evaluate("document.querySelector('.at-school .tip strong')?.textContent"))
    return found - {None}


def test_every_school_of_a_crowded_place_can_be_pointed_at(centred, crowded):
    postcode, schools = crowded
    here = centred()
    page = here.open(f"postcode/{postcode}")
    assert {name for name, _ in schools} <= pointed_at(page)
    here.keep("crowded")


def test_the_map_shows_the_kinds_that_its_reader_leaves_on(centred, crowded):
    postcode, schools = crowded
    page = centred().open(f"postcode/{postcode}")
    page.get_by_role("checkbox", name="Basisschool").uncheck()
    assert "zonder=BO" in page.url
    page.reload()
    expect(page.get_by_role("checkbox", name="Basisschool")).not_to_be_checked()
    found = pointed_at(page)
    assert {name for name, soort in schools if soort != "BO"} <= found
    assert not {name for name, soort in schools if soort == "BO"} & found


def test_a_finger_between_schools_gets_their_names(centred, crowded):
    postcode, schools = crowded
    here = centred(**PHONE)
    page = here.open(f"postcode/{postcode}")
    expect(page.get_by_role("checkbox", name="Basisschool")).to_be_visible()
    page.wait_for_timeout(1_000)  # until they are drawn
    page.locator(".map").tap()
    expect(page.locator(".choice a").first).to_be_focused()
    names = page.locator(".choice a").all_inner_texts()
    assert len(names) > 1
    assert {name for name, soort in schools if soort != "BO"} & {*names}
    here.keep("phone-choice")
    page.locator(".choice a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(names[0])
    expect(page.locator(".choice")).to_have_count(0)
