"""What a reader takes along: the files of the release, a workbook of an SWV, and any table as a file that Dutch Excel opens."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from pipeline.releases.release import DESCRIPTION
from tests.support.browsing import needs_chromium

pytestmark = needs_chromium
SHEETS = [
    "Leden", "Leerlingen", "Deelname", "Grensverkeer", "Grensverkeer per soort", "Dekking", "Bekostiging", "Bronnen",
]  # fmt: skip


def test_the_page_about_the_data_leads_to_every_file_of_the_release(visit, national):
    here = visit()
    page = here.open("data")
    links = page.locator("main a[href^='../']")
    expect(links.first).to_be_visible()
    linked = {Path(urlsplit(each.get_attribute("href")).path).name for each in links.all()}
    assert linked == {each.name for each in national.release.iterdir() if each.is_file()}
    expect(page.locator(".cite")).to_contain_text(national.release.name)
    (licence, *_) = json.loads((national.release / DESCRIPTION).read_text(encoding="utf-8"))["licenses"]
    expect(page.get_by_text(f"Licentie: {licence['title']}")).to_be_visible()
    here.keep("data")


def test_a_table_has_a_page_with_the_meaning_of_its_columns(visit, national):
    resources = json.loads((national.release / DESCRIPTION).read_text(encoding="utf-8"))["resources"]
    (table,) = [each for each in resources if each["path"] == "deelname_swv.parquet"]
    page = visit().open("data")
    page.get_by_role("link", name="deelname_swv", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("deelname_swv")
    for field in table["schema"]["fields"]:
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=field["name"], exact=True))
        expect(row).to_contain_text(field["description"][:40])
    assert str(table["rows"]) in page.locator(".lead").inner_text().replace(".", "")


@pytest.fixture(scope="module")
def book(browser, site, tmp_path_factory) -> Path:
    """The workbook of PO2601, as saved from its page."""
    page = browser.new_context(locale="nl-NL").new_page()
    page.goto(f"{(site / 'index.html').as_uri()}#/swv/PO2601")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Alle cijfers in één Excel-bestand").first.click()
    assert waiting.value.suggested_filename == "PO2601.xlsx"
    path = tmp_path_factory.mktemp("book") / "PO2601.xlsx"
    waiting.value.save_as(path)
    page.context.close()
    return path


def test_the_workbook_of_an_swv_has_a_sheet_for_each_part_that_can_be_read_and_printed(book):
    sheets = load_workbook(book)
    assert sheets.sheetnames == SHEETS
    for sheet in sheets:
        assert sheet.freeze_panes == "B2"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet["A1"].font.bold
        assert all(sheet.column_dimensions[cell.column_letter].width > 8 for cell in sheet[1])
        assert sheet.max_row > 1, sheet.title


def test_the_workbook_of_an_swv_holds_what_the_release_holds(book, ask):
    sheets = load_workbook(book)
    members = {row[0].value: row for row in sheets["Leden"].iter_rows(min_row=2)}
    assert {*members} == {
        code
        for (code,) in ask(
            "select vestigingscode from vestiging_swv "
            "where 'PO2601' in (swv_code, anders_swv_code) and geldt_nu(geldig_vanaf, geldig_tot)"
        )
    }
    money = [row for row in sheets["Bekostiging"].iter_rows(min_row=2) if row[7].value is not None]
    found = ask(
        "select bedrag_bovengrens from ondersteuningsbekostiging_swv where swv_code = 'PO2601' and bedrag_bovengrens is not null "
        "order by periode desc, volgorde"
    )
    assert [row[7].value for row in money] == pytest.approx([float(each) for (each,) in found])
    assert money[0][7].number_format.startswith('"€"')
    joined = next(iter(members.values()))[10]
    assert joined.is_date


def test_a_table_is_saved_in_the_form_that_dutch_excel_opens(visit, ask):
    page = visit().open("swv/PO2601")
    with page.expect_download() as waiting:
        page.locator("#aanbod").get_by_role("button", name="CSV voor Excel").click()
    head, first, *_ = Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()
    assert head.startswith("\ufeffvoorziening;aanwezig;reden;vestigingen;binnen_ondergrens")
    ((kind, present),) = ask(
        "select voorziening, aanwezig from dekking_swv where swv_code = 'PO2601' order by voorziening limit 1"
    )
    assert first.startswith(f"{kind};{present};")
