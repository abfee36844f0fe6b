"""The views of the released database: each answers its question on a few rows, and a change of one is a new release."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from pipeline.curated.questions import load_questions
from pipeline.errors import SettingsError
from pipeline.releases.release import DUCKDB_FILE
from tests.support import published
from tests.support.published import ASKED
from tests.support.tables import CONTRACTS, insert

# the day of the release is the second; the third is announced
OLD, NEW, LATER = date(2024, 10, 1), date(2025, 10, 1), date(2027, 8, 1)
SOURCE = {"bron": "rio", "bron_sha256": "a" * 64}
ROWS = {
    "vestiging": [
        {"vestigingscode": code, "instellingscode": "01AA", "naam": "De Proef", "soort": "BO", "bevoegd_gezag_nummer": "10001",
         "gemeentenummer": "0363", **SOURCE}
        for code in ("01AA00", "01AA01")
    ],
    "bevoegd_gezag": [{"bevoegd_gezag_nummer": "10001", "naam": "Stichting", "aanduiding": "Stichting"}],
    "gemeente": [{"gemeentenummer": "0363", "naam": "Amsterdam"}],
    "peildag": [{"dag": NEW}],
    "vestiging_swv": [
        {"vestigingscode": "01AA00", "sector": "PO", "swv_code": "PO2001", "methode": "rio", "geldig_vanaf": OLD,
         "geldig_vanaf_grond": "register", "geldig_tot": NEW, "geldig": False},
        {"vestigingscode": "01AA00", "sector": "PO", "swv_code": "PO2002", "methode": "rio", "geldig_vanaf": NEW,
         "geldig_vanaf_grond": "register", "geldig_tot": LATER, "geldig": True},
        {"vestigingscode": "01AA00", "sector": "PO", "swv_code": "PO2001", "methode": "rio", "geldig_vanaf": LATER,
         "geldig_vanaf_grond": "register", "geldig": False},
        {"vestigingscode": "01AA01", "sector": "PO", "geldig_vanaf": OLD, "geldig_vanaf_grond": "eerst gezien", "geldig": True,
         "reden": "geen postcode"},
    ],
    "samenwerkingsverband": [
        {"swv_code": code, "naam": f"Verband {code}", "sector": code[:2], "landelijk": False, "bron": "rio"}
        for code in ("PO2001", "PO2002", "VO2001")
    ],
    "swv_aanduiding": [
        {"swv_code": code, "aanduiding": f"Verband {code}"} for code in ("PO2001", "PO2002", "VO2001")
    ],
    "postcode4": [{"postcode4": "1011", "woonplaats": "Amsterdam", "gemeentenummer": "0363"}],
    "postcode4_swv": [
        {"postcode4": "1011", "sector": "PO", "swv_code": "PO2001", "geldig_vanaf": OLD, "geldig_tot": NEW, "geldig": False},
        {"postcode4": "1011", "sector": "PO", "swv_code": "PO2002", "geldig_vanaf": NEW, "geldig_tot": LATER, "geldig": True},
        {"postcode4": "1011", "sector": "PO", "swv_code": "PO2001", "geldig_vanaf": LATER, "geldig": False},
        {"postcode4": "1011", "sector": "VO", "swv_code": "VO2001", "geldig_vanaf": OLD, "geldig": True},
    ],
    "swv_kerncijfers": [
        {"swv_code": "PO2001", "jaar": jaar, "sector": "PO", "landelijk": False, "vestigingen_bo": bo, "vestigingen_sbo": 0,
         "vestigingen_so_vso": 1, "leerlingen_po_woonachtig_ondergrens": living, "leerlingen_po_woonachtig_bovengrens": living}
        for jaar, bo, living in ((2023, 11, 90), (2024, 12, None), (2025, None, None))
    ],
    "deelname_swv": [
        {"swv_code": "PO2001", "soort": "SBO", "rol": rol, "peildatum": day, "voorkeur": rol == "vestiging",
         "percentage_ondergrens": low, "percentage_bovengrens": 2.75, "telwijze": "per soort"}
        for rol in ("vestiging", "woon") for day, low in ((OLD, 2.5), (NEW, None))
    ],
    "leerlingen_vestiging": [
        {"vestigingscode": "01AA00", "soort": soort, "peildatum": day, "ondergrens": pupils, "bovengrens": pupils,
         "onderdeel_van": part, "uitgesplitst": part is None and day == NEW, "bron": "x", "bron_sha256": "a" * 64}
        for day, soort, pupils, part in (
            (OLD, "SOVSO", 100, None), (NEW, "SOVSO", 110, None), (NEW, "SO", 60, "SOVSO"), (NEW, "VSO", 50, "SOVSO")
        )
    ],
    "koppeling_mogelijk": [
        {"vestigingscode": "01AA00", "sector": sector, "swv_code": f"{sector}2001", "geldig_vanaf": OLD, "zekerheid": "zeker",
         "zeker": True}
        for sector in ("PO", "VO")
    ],
    "grensverkeer": [
        {"woon_swv": "PO2001", "vestigings_swv": to, "vestigings_swv_anders": "-", "soort": "SO", "peildatum": day,
         "ondergrens": 1, "bovengrens": 4}
        for to in ("PO2001", "PO2002") for day in (OLD, NEW)
    ],
    "dekking_swv": [
        {"swv_code": "PO2001", "voorziening": "SBO", "sector": "PO", "aanwezig": "ja", "aandeel_10km_binnen_ondergrens": 80.0,
         "aandeel_10km_binnen_bovengrens": 90.0}
    ],
    "ondersteuningsbekostiging_swv": [
        {"swv_code": "PO2001", "periode": "2023", "component": component, "bedrag": 100, "status": "volledig"}
        for component in ("lichte_ondersteuning", "netto")
    ],
}  # fmt: skip
ANSWERS = {
    "select vestigingscode, swv_code, swv_naam, bestuur, gemeente, sinds, sinds_grond, reden from school_en_swv order by 1": [
        ("01AA00", "PO2002", "Verband PO2002", "Stichting", "Amsterdam", NEW, "register", None),
        ("01AA01", None, None, "Stichting", "Amsterdam", OLD, "eerst gezien", "geen postcode"),
    ],
    "select vestigingscode, reden from school_zonder_swv": [("01AA01", "geen postcode")],
    "from postcode_en_swv": [("1011", "Amsterdam", "Amsterdam", "PO2002", "Verband PO2002", "VO2001", "Verband VO2001")],
    # each figure of the newest year that has it
    "select swv_code, vestigingen, vestigingen_jaar, po_wonend_minstens, po_wonend_jaar from swv_in_een_oogopslag": [
        ("PO2001", 13, 2024, 90, 2023)
    ],
    "select swv_code, soort, peildatum, minstens, reden is null from deelname_nu order by 1": [
        ("PO2001", "SBO", OLD, 2.5, True),
        ("PO2002", "SBO", None, None, False),
    ],
    # one definition, whether or not the parts of a location are known
    "select swv_code, soort, year(peildatum), minstens, vestigingen from leerlingen_reeks order by all": [
        ("PO2001", "so en vso", 2024, 100, 1),
        ("PO2001", "so en vso", 2025, 110, 1),
        ("VO2001", "so en vso", 2024, 100, 1),
        ("VO2001", "so en vso", 2025, 110, 1),
        (None, "so en vso", 2024, 100, 1),
        (None, "so en vso", 2025, 110, 1),
    ],
    "select woon_swv, vestigings_swv, minstens, hoogstens, peildatum from grensverkeer_nu": [("PO2001", "PO2002", 1, 4, NEW)],
    "select swv_code, voorziening, binnen_minstens, binnen_hoogstens from voorziening_dichtbij": [("PO2001", "SBO", 80, 90)],
    "select naam, periode, netto::integer, status from bekostiging_per_periode": [("Verband PO2001", "2023", 100, "volledig")],
}


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as database:
        for table, rows in ROWS.items():
            database.execute(CONTRACTS[table].ddl())
            insert(database, CONTRACTS[table], rows)
        # the table macro reads tables that no view does
        for question in (each for each in ASKED if each.kind != "table macro"):
            database.execute(question.sql)
        yield database


@pytest.mark.parametrize("ask", ANSWERS)
def test_a_view_answers_its_question(database, ask):
    assert database.execute(ask).fetchall() == ANSWERS[ask]


def test_every_view_is_tested_here():
    assert all(any(f"from {each.name}" in ask for ask in ANSWERS) for each in ASKED if each.kind == "view")


def test_a_release_holds_them_each_with_its_words(tmp_path):
    made = published.release(tmp_path)
    with duckdb.connect(str(made.path / DUCKDB_FILE), read_only=True) as opened:
        views = dict(opened.execute("select view_name, comment from duckdb_views() where not internal").fetchall())
    assert views == {each.name: each.words for each in ASKED if each.kind == "view"}


def test_another_view_is_another_release(tmp_path):
    made = published.release(tmp_path)
    assert published.release(tmp_path).path == made.path
    asked = [replace(each, sql=each.sql.replace("geldt_nu(k.", "true and geldt_nu(k.")) for each in ASKED]
    assert published.release(tmp_path, asked=asked).path != made.path


@pytest.mark.parametrize("sql", ["-- Woorden.\ncreate view elders as select 1", "create view hier as select 1"])
def test_a_view_has_the_name_of_its_file_and_words(tmp_path, sql):
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "hier.sql").write_text(sql)
    with pytest.raises(SettingsError, match="create view hier"):
        load_questions(tmp_path)
