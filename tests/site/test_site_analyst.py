"""What an analyst comes for: comparing, gaps, and how old what is shown is."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from tests.support.browsing import altered, needs_chromium

pytestmark = needs_chromium


def test_swvs_stand_side_by_side_in_one_table_and_in_charts_of_one_scale(visit, ask):
    here = visit()
    page = here.open("vergelijk/PO2603,PO2601")
    for code in ("PO2603", "PO2601"):
        expect(page.get_by_role("columnheader", name=code)).to_be_visible()
    counts = dict(ask("select swv_code, count(*) from postcode4_swv where geldt_nu(geldig_vanaf, geldig_tot) group by 1"))
    cells = page.get_by_role("row", name=re.compile("^postcodes")).get_by_role("cell").all_inner_texts()
    assert [int(each) for each in cells] == [counts["PO2603"], counts["PO2601"]]
    expect(page.locator("figure.chart svg[role=img]").first).to_be_visible()
    pupils = page.locator("section", has=page.get_by_role("heading", name="Leerlingen", exact=True))
    axes = [each.get_by_role("img").text_content() for each in pupils.locator(".charts").first.locator(".plot").all()]
    assert len(axes) == 2
    assert len({*axes}) == 1
    here.keep("compare")


def test_peers_are_proposed_and_up_to_four_are_compared(visit):
    page = visit().open("swv/PO2601")
    page.get_by_role("link", name="Vergelijk met andere").click()
    expect(page.get_by_text("Vergelijkbaar in grootte en dichtheid")).to_be_visible()
    for count in (2, 3, 4):
        page.locator("p", has_text="Vergelijkbaar in grootte").get_by_role("link").first.click()
        expect(page.locator(".compared li")).to_have_count(count)
    expect(page.get_by_text("Vergelijkbaar in grootte")).to_have_count(0)
    page.get_by_role("link", name="Laat PO2601 weg").click()
    expect(page.locator(".compared li")).to_have_count(3)


def test_schools_are_compared_too_and_what_is_not_there_is_named(visit, ask):
    ((one,), (other,)) = ask("select vestigingscode from vestiging where soort = 'SBO' order by 1 limit 2")
    page = visit().open(f"vergelijk/{one},{other},99ZZ99")
    expect(page.get_by_role("columnheader", name=other)).to_be_visible()
    expect(page.get_by_text("Niet gevonden: 99ZZ99")).to_be_visible()


def test_gaps_are_the_postcodes_with_most_pupils_times_distance(visit, ask):
    here = visit()
    page = here.open("witte-vlekken")
    wanted = ask(
        "select postcode4 from dekking_postcode4 where sector = 'PO' and voorziening = 'SBO' and km_overal is not null "
        "order by km_overal * leerlingen_bovengrens desc nulls last, postcode4 limit 20"
    )
    expect(page.locator("tbody tr")).to_have_count(20)
    assert [each.inner_text()[:4] for each in page.locator("tbody th").all()] == [code for (code,) in wanted]
    page.get_by_label("Soort").select_option(label="Voortgezet speciaal onderwijs (vso) (vo)")
    assert page.url.endswith("/witte-vlekken/VO%20VSO")
    expect(page.locator("caption").first).to_contain_text("Voortgezet speciaal onderwijs")
    here.keep("gaps")


def test_the_map_counts_the_kinds_that_a_region_lacks_and_names_them(visit, served, site):
    here = visit(served)
    altered(here.page, site, "cijfer/voorzieningen_ontbreken", lambda figure: figure.update(PO2601={"2025": [2, 3]}))
    lacking = "SO, SO cluster 3"
    altered(here.page, site, "samenwerkingsverbanden", lambda swvs: swvs.update(ontbreekt=[lacking] * len(swvs["code"])))
    page = here.open("?cijfer=voorzieningen_ontbreken&jaar=2025")
    area = page.locator("path[data-swv=PO2601]")
    expect(area).to_have_attribute("aria-label", re.compile(f": 2–3; ontbreekt: {lacking}$"))
    expect(page.get_by_role("row", name="PO2601")).to_contain_text("2–3")


def test_the_figure_of_missing_kinds_is_what_the_key_figures_say(site, ask):
    text = (site / "data/cijfer/voorzieningen_ontbreken.js").read_text(encoding="utf-8")
    held = json.loads(text.split(",", 1)[1].removesuffix(");\n"))
    rows = ask(
        "select swv_code, jaar, ontbrekende_voorzieningen, voorzieningen_onbekend from swv_kerncijfers "
        "where voorzieningen_onbekend is not null"
    )
    assert rows
    for code, year, missing, unknown in rows:
        count = len(missing.split(", ")) if missing else 0
        assert held[code][str(year)] == [count, count + unknown]


def test_a_page_says_when_it_rests_on_a_registry_that_is_old(visit, served, site, ask):
    ((code,),) = ask("select min(vestigingscode) from vestiging where bron = 'vestigingen_vo'")
    here = visit(served)
    altered(here.page, site, "index", lambda index: index.update(old={"vestigingen_vo": "2020-12-01"}))
    for where in (f"vestiging/{code}", "swv/VO2601", "?sector=VO"):
        expect(here.open(where).locator(".age")).to_have_text(
            "Scholen vo: stand december 2020. Een nieuwere stand was niet bij de hand."
        )
    expect(here.open("swv/PO2601").locator(".age")).to_have_count(0)
    here.open(f"vestiging/{code}")
    here.keep("age")
