"""The site as a reader meets it: in Chromium, from disk and from a web server, with the mouse, the keyboard and a phone."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.conftest import REPOSITORY
from tests.support.browsing import PHONE, needs_chromium

AXE = REPOSITORY / "site" / "node_modules" / "axe-core" / "axe.min.js"
FIRST_VIEW = 400_000  # bytes, compressed
pytestmark = needs_chromium


def test_a_postcode_is_found_and_answered_from_disk_and_from_a_server(visit, address, ask, home):
    here = visit(address)
    page = here.open()
    page.get_by_role("combobox", name="Postcode, plaats").fill(f"{home} AB")
    page.get_by_role("option").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Postcode {home}")
    for sector in ("PO", "VO"):
        ((swv, since),) = ask(
            f"select swv_code, geldig_vanaf from postcode4_swv where postcode4 = '{home}' and sector = '{sector}' and geldig"
        )
        answer = page.locator(f".answer.{sector.lower()}")
        expect(answer).to_contain_text(swv)
        expect(answer).to_contain_text(f"sinds {since.day} augustus {since.year}")
        expect(answer).to_contain_text("Hoe we dat weten")
    ((school, km),) = ask(
        f"select naam, km_binnen from dekking_postcode4 join vestiging on vestigingscode = vestiging_binnen "
        f"where dekking_postcode4.postcode4 = '{home}' and voorziening = 'SBO'"
    )
    near = page.locator(".provision li", has_text="Speciaal basisonderwijs (sbo)").filter(has_text="in de regio")
    expect(near).to_contain_text(school)
    expect(near).to_contain_text(f"{km:.1f}".replace(".", ",") if km < 9.95 else f"{km:.0f}")
    here.keep(f"postcode-{urlsplit(here.address).scheme}")


@pytest.mark.parametrize("by", ["name", "brin", "place"])
def test_a_school_is_found_by_its_name_or_brin_and_a_place_by_its_name(visit, ask, by):
    ((code, name, place),) = ask(
        "select vestigingscode, naam, woonplaats from vestiging join postcode4 using (postcode4) "
        "where soort = 'SBO' order by vestigingscode limit 1"
    )
    page = visit().open()
    page.get_by_role("combobox", name="Postcode").fill({"name": name, "brin": code.lower(), "place": place}[by])
    wanted = place if by == "place" else name
    page.get_by_role("option").filter(has=page.get_by_text(wanted, exact=True)).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted)


def test_what_is_not_found_says_so(visit):
    here = visit()
    page = here.open()
    page.get_by_role("combobox", name="Postcode").fill("zzzzz")
    expect(page.get_by_role("status").filter(has_text="Niets gevonden")).to_be_visible()
    for where, told in (("swv/PO9999", "PO9999"), ("postcode/0000", "0000"), ("plaats/Nergens", "Nergens")):
        expect(here.open(where).get_by_text(told).first).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("Niet gevonden")


def test_a_region_is_chosen_on_the_map_and_its_page_tells_who_is_in_it(visit, ask):
    here = visit()
    page = here.open()
    here.keep("home")
    area = page.locator("path[data-swv=PO2601]")
    area.hover()
    expect(page.locator(".tip")).to_contain_text("PO2601")
    area.click()
    ((name, schools),) = ask(
        "select naam, (select count(*) from vestiging_swv where swv_code = 'PO2601' and geldig) "
        "from samenwerkingsverband where swv_code = 'PO2601'"
    )
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".numbers")).to_contain_text(f"schoollocaties{schools}")
    for part in ("Leerlingen", "Deelname", "Grensverkeer", "Aanbod in de regio", "Ondersteuningsgeld", "Scholen en besturen"):
        expect(page.get_by_role("heading", name=part, exact=True)).to_be_visible()
    expect(page.locator("figure.chart svg[role=img]").first).to_be_visible()
    page.locator("figure.chart summary").first.click()
    expect(page.locator("figure.chart table").first).to_be_visible()
    expect(page.locator(".net")).to_contain_text("onvolledig")
    here.keep("swv")


ROWS = [["PO2601", "=1+1", 1234.5, True], ["PO2601", '-a;"b",c\nd', None, ["x"]]]


@pytest.mark.parametrize(
    ("form", "name", "text"),
    [
        (
            "CSV voor Excel",
            "PO2601-proef-excel.csv",
            '\ufeffswv_code;naam;bedrag;rest\r\nPO2601;\'=1+1;1234,5;true\r\nPO2601;"\'-a;""b"",c\nd";;"[""x""]"\r\n',
        ),
        (
            "CSV",
            "PO2601-proef.csv",
            'swv_code,naam,bedrag,rest\r\nPO2601,\'=1+1,1234.5,true\r\nPO2601,"\'-a;""b"",c\nd",,"[""x""]"\r\n',
        ),
    ],
)
def test_the_rows_of_an_swv_are_saved_from_its_page_without_formulas(visit, served, form, name, text):
    here = visit(served)
    rows = {"columns": {"proef": ["swv_code", "naam", "bedrag", "rest"]}, "rows": {"proef": ROWS}}
    here.page.route("**/data/rijen/PO2601.js*", lambda route: route.fulfill(body=f'passend("rijen/PO2601",{json.dumps(rows)});'))
    page = here.open("swv/PO2601")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"{form} proef", exact=True).click()
    assert waiting.value.suggested_filename == name
    assert Path(waiting.value.path()).read_bytes().decode() == text


def test_the_map_takes_another_figure_year_and_sector_and_the_address_keeps_them(visit, ask):
    here = visit()
    page = here.open()
    page.get_by_label("Kleur de kaart naar").select_option("leerlingen_bo")
    page.get_by_label("Jaar").select_option("2020")
    ((low, high),) = ask(
        "select leerlingen_bo_ondergrens, leerlingen_bo_bovengrens from swv_kerncijfers where swv_code = 'PO2601' and jaar = 2020"
    )
    shown = f"{low:,}".replace(",", ".") if low == high else f"{low:,}–{high:,}".replace(",", ".")
    expect(page.get_by_role("row", name="PO2601")).to_contain_text(shown)
    assert "cijfer=leerlingen_bo&jaar=2020" in page.url
    page.reload()
    expect(page.get_by_label("Jaar")).to_have_value("2020")
    page.get_by_text("Voortgezet onderwijs (vo)").first.click()
    expect(page.locator("path[data-swv=VO2601]")).to_be_visible()
    expect(page.get_by_role("row", name="VO0001")).to_be_visible()
    # of money only an SWV of po knows enough, so that it is offered there alone
    expect(page.locator("#figure option[value=deelname_vso]")).to_have_count(1)
    expect(page.locator("#figure option[value=netto_schooljaar]")).to_have_count(0)


def test_a_year_is_shown_in_the_regions_of_its_first_of_october(visit, ask):
    """PO2819 went into PO2818 on 1 August 2018, and only that year and those before show it."""
    here = visit()
    page = here.open("?cijfer=leerlingen_bo&jaar=2017")
    area = page.locator("path[data-swv=PO2819]")
    expect(area).to_be_visible()
    expect(page.get_by_role("row", name="PO2819")).to_be_visible()
    heir = page.locator("path[data-swv=PO2818]")
    first, drawn = heir.get_attribute("d"), page.locator("path[data-swv]").count()
    assert area.get_attribute("fill") != "none"
    expect(area).to_have_attribute("aria-label", re.compile(r"^PO2819 .*[0-9]"))
    here.keep("regions-2017")
    page.get_by_label("Jaar").select_option("2018")
    expect(area).to_have_count(0)
    expect(page.get_by_role("row", name="PO2819")).to_have_count(0)
    expect(page.locator("path[data-swv]")).to_have_count(drawn - 1)
    assert heir.get_attribute("d") != first
    ((standing,),) = ask("select count(*) from swv_gebied where geldig and sector = 'PO' and geometrie is not null")
    assert standing == drawn - 1


def test_the_page_of_an_swv_that_has_ended_shows_its_last_area(visit):
    here = visit()
    page = here.open("swv/PO2819?cijfer=leerlingen_bo&jaar=2025")
    expect(page.locator("path[data-swv=PO2819].chosen")).to_be_visible()
    expect(page.locator(".legend-year")).to_have_text("2017")
    expect(page.locator("path[data-swv=PO2818]")).to_have_count(1)
    here.keep("ended")
    here.open("swv/PO2818?cijfer=leerlingen_bo&jaar=2025")
    expect(page.locator(".legend-year")).to_have_text("2025")
    expect(page.locator("path[data-swv=PO2819]")).to_have_count(0)


def test_a_number_between_bounds_is_a_range_and_striped_on_the_map(visit, ask):
    ((swv, low, high),) = ask(
        "select swv_code, inkomend_ondergrens, inkomend_bovengrens from swv_kerncijfers where jaar = 2025 and sector = 'PO' "
        "and inkomend_bovengrens - inkomend_ondergrens > 100 and inkomend_bovengrens < 1000 order by swv_code limit 1"
    )
    here = visit()
    page = here.open("?cijfer=inkomend&jaar=2025")
    expect(page.get_by_role("row", name=swv)).to_contain_text(f"{low}–{high}")
    expect(page.get_by_text("gestreept")).to_be_visible()
    striped = int(page.locator(".legend li", has_text="gestreept").locator(".legend-count").inner_text())
    assert page.locator("path[data-swv][fill^='url(#p']").count() == striped > 0
    here.keep("bounds")


def test_every_word_changes_with_the_language_and_the_choice_is_kept(visit):
    here = visit()
    page = here.open()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which region does your school belong to?")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_text("Fictitious data.")).to_be_visible()
    here.open("swv/PO2601")
    page.reload()
    expect(page.get_by_role("heading", name="Support money")).to_be_visible()
    expect(page.locator("figure.chart").first).to_contain_text("Primary school")
    here.keep("english")


def test_everything_is_within_reach_of_the_keyboard(visit, home):
    here = visit()
    page = here.open()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.get_by_role("combobox", name="Postcode").focus()
    page.keyboard.type(home)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bij welk samenwerkings\u00adverband hoort uw school?")
    # one stop for the whole map; the arrows walk from area to area, Enter opens one
    assert page.locator("path[data-swv][tabindex='0']").count() == 1
    page.locator("path[data-swv][tabindex='0']").focus()
    first = page.evaluate("document.activeElement.dataset.swv")
    walked = {first}
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
        walked.add(page.evaluate("document.activeElement.dataset.swv"))
    assert None not in walked
    assert len(walked) > 2
    here.keep("keyboard")
    last = page.evaluate("document.activeElement.dataset.swv")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith(last)
    page.keyboard.press("Enter")
    expect(page.locator(".eyebrow")).to_contain_text(last)


def test_schools_are_points_when_the_map_is_near_and_open_from_there(visit, ask):
    ((code, name),) = ask("select vestigingscode, naam from vestiging where soort = 'SBO' order by 1 limit 1")
    here = visit()
    page = here.open(f"vestiging/{code}")
    expect(page.get_by_role("list", name="Scholen")).to_contain_text("Speciaal basisonderwijs")
    box = page.locator(".map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".tip")).to_contain_text(name)
    expect(page.get_by_role("heading", name="Waar kan een leerling terecht?")).to_be_visible()
    here.keep("vestiging")


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = {
    "home": "", "bounds": "?cijfer=saldo", "swv": "swv/PO2601", "landelijk": "swv/VO0001", "over": "over", "data": "data",
    "table": "data/deelname_swv", "compare": "vergelijk/PO2603,PO2601", "gaps": "witte-vlekken",
}  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_any_page(visit, ask, home, scheme):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; `make site-check` installs it, with node")
    ((school, place),) = ask(
        "select vestigingscode, woonplaats from vestiging join postcode4 using (postcode4) order by 1 limit 1"
    )
    places = {**PAGES, "vestiging": f"vestiging/{school}", "postcode": f"postcode/{home}", "plaats": f"plaats/{place}"}
    here = visit(color_scheme=scheme)
    found = {}
    for name, where in places.items():
        page = here.open(where)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        # it need not fetch the style sheet again, which a page from disk may not
        result = page.evaluate(f"axe.run(document, {{runOnly: {RULES}, preload: false}})")
        assert len(result["passes"]) > 15
        here.keep(f"{name}-{scheme}")
        found[name] = [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in result["violations"]]
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("where", ["", "swv/PO2601", "postcode"])
def test_on_a_phone_nothing_is_wider_than_the_screen(visit, home, where):
    here = visit(**PHONE)
    page = here.open(f"postcode/{home}" if where == "postcode" else where)
    here.keep(f"phone-{where.partition('/')[0] or 'home'}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_first_view_stays_small(visit, served, site):
    here = visit(served)
    here.open()
    here.page.wait_for_timeout(1_000)
    paths = {urlsplit(url).path for url in here.asked if not url.startswith("data:")}
    assert "/data/postcodes.js" in paths
    assert not paths & {"/data/scholen.js", "/plots.js"}
    sizes = {path: len(gzip.compress((site / (path.strip("/") or "index.html")).read_bytes(), 6)) for path in paths}
    assert sum(sizes.values()) < FIRST_VIEW, json.dumps(sizes, indent=1)
