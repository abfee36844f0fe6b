"""The statutory table through its editions: which region a postcode lies in on each day, and which SWV began or ended."""

from __future__ import annotations

from datetime import date

import duckdb

from assets.project import MODELS
from pipeline.curated.questions import load_questions
from tests.support.database import CONTRACTS
from tests.support.tables import curate, insert

BY_GEMEENTE, FIRST, SECOND = date(2013, 1, 1), date(2015, 4, 23), date(2021, 12, 7)


def edition(day, **regions):
    """An edition: by postcode4 the gemeente, the SWV of po and that of vo."""
    return [
        {"postcode4": code.lstrip("_"), "gemeentenaam": gemeente, "swv_po": po, "swv_vo": vo, "editie": day}
        for code, (gemeente, po, vo) in regions.items()
    ]


# 4331 goes over with all of its SWV, 3261 to an SWV that is new, 4122 to another; 2236 is new and lies far from its gemeente
SAME = {
    "_1011": ("Amsterdam", "PO2707", "VO2701"),
    "_2221": ("Katwijk", "PO2812", "VO2803"), "_2222": ("Katwijk", "PO2812", "VO2803"),
    "_3001": ("Rotterdam", "PO2806", "VO2810"), "_4301": ("Zierikzee", "PO2902", "VO2901"),
}  # fmt: skip
LAW = [
    *edition(
        FIRST, **SAME, _3261=("Oud-Beijerland", "PO2804", "VO2810"), _4122=("Vianen", "PO2605", "VO2605"),
        _4331=("Middelburg", "PO2901", "VO2901"),
    ),
    *edition(
        SECOND, **SAME, _3261=("Oud-Beijerland", "PO2804", "VO2815"), _4122=("Vianen", "PO2816", "VO2605"),
        _4331=("Middelburg", "PO2902", "VO2901"), _2236=("Katwijk", "PO2812", "VO2812"),
    ),
]  # fmt: skip
SCHOOL = {
    "vestigingscode": "01AA00", "instellingscode": "01AA", "vestigingsnaam": "De Proef", "bevoegd_gezag_nummer": "10001",
    "postcode": "4331AB", "plaatsnaam": "MIDDELBURG", "gemeentenummer": "0687", "gemeentenaam": "MIDDELBURG",
    "denominatie": "Openbaar",
}  # fmt: skip


def regions(postcode4, sector="PO", **tables):
    return [
        tuple(row[name] for name in ("swv_code", "geldig_vanaf", "geldig_tot", "geldig_vanaf_na"))
        for row in curate("postcode4_swv", **{"stg_swv_regio_wettelijk": LAW, **tables})
        if (row["postcode4"], row["sector"]) == (postcode4, sector)
    ]


def test_an_edition_holds_until_the_next_and_what_it_repeats_is_one_period():
    assert regions("1011") == [("PO2707", FIRST, None, None)]
    assert regions("4331") == [("PO2901", FIRST, SECOND, None), ("PO2902", SECOND, None, FIRST)]
    assert regions("4122") == [("PO2605", FIRST, SECOND, None), ("PO2816", SECOND, None, FIRST)]
    assert regions("3261", "VO") == [("VO2810", FIRST, SECOND, None), ("VO2815", SECOND, None, FIRST)]
    assert regions("2236") == [("PO2812", SECOND, None, FIRST)]


def test_an_edition_alone_holds_from_its_day_and_for_good():
    assert regions("4331", stg_swv_regio_wettelijk=[each for each in LAW if each["editie"] == SECOND]) == [
        ("PO2902", SECOND, None, None)
    ]


def test_what_an_edition_leaves_out_ends():
    without = [each for each in LAW if (each["postcode4"], each["editie"]) != ("1011", SECOND)]
    assert regions("1011", stg_swv_regio_wettelijk=without) == [("PO2707", FIRST, SECOND, None)]


def test_an_swv_that_an_edition_has_no_more_ends_with_its_heir_and_a_new_one_begins():
    found = {each["swv_code"]: each for each in curate("samenwerkingsverband", stg_swv_regio_wettelijk=LAW)}
    names = ("begindatum_na", "begindatum", "einddatum_na", "einddatum", "opvolger")
    assert tuple(found["PO2901"][name] for name in names) == (None, None, FIRST, SECOND, "PO2902")
    assert found["PO2901"]["opvolger_grond"] == (
        "1 postcodes gaan in de regeling op 2021-12-07 over naar dit samenwerkingsverband"
    )
    assert tuple(found["VO2815"][name] for name in names) == (FIRST, SECOND, None, None, None)
    assert tuple(found["PO2605"][name] for name in names) == (None, None, FIRST, SECOND, "PO2816")
    assert tuple(found["PO2707"][name] for name in names) == (None,) * 5


def test_the_register_of_swvs_goes_before_the_editions():
    rio = [{"swv_nummer": "PO2901", "soort": "PAPO", "volledige_naam": "Walcheren", "begindatum": date(2014, 8, 1),
            "begindatum_periode": date(2014, 8, 1), "einddatum": date(2020, 8, 1)}]  # fmt: skip
    found = {
        each["swv_code"]: each
        for each in curate("samenwerkingsverband", stg_swv_regio_wettelijk=LAW, stg_rio_samenwerkingsverbanden=rio)
    }
    assert (found["PO2901"]["einddatum"], found["PO2901"]["einddatum_na"]) == (date(2020, 8, 1), None)


def test_a_school_is_linked_by_the_edition_of_the_day():
    links = curate("koppeling", stg_vestigingen_bo=[{**SCHOOL, "editie": FIRST}], stg_swv_regio_wettelijk=LAW)
    columns = ("swv_code", "geldig_vanaf_na", "geldig_vanaf", "geldig_tot")
    assert [tuple(each[name] for name in columns) for each in links if each["swv_code"]] == [
        ("PO2901", None, FIRST, SECOND), ("PO2902", FIRST, SECOND, None),
    ]  # fmt: skip


def test_what_an_edition_changes_has_the_bounds_of_its_day():
    found = {
        (each["soort"], each["code"]): tuple(
            each[name] for name in ("van", "naar", "gebeurd_na", "gebeurd_uiterlijk", "gebeurd_op")
        )
        for each in curate("wijzigingen", stg_vestigingen_bo=[{**SCHOOL, "editie": FIRST}], stg_swv_regio_wettelijk=LAW)
    }
    assert found == {
        ("ander samenwerkingsverband", "01AA00"): ("PO2901", "PO2902", FIRST, SECOND, None),
        ("opgegaan", "PO2901"): ("PO2901", "PO2902", FIRST, SECOND, None),
        ("opgegaan", "PO2605"): ("PO2605", "PO2816", FIRST, SECOND, None),
        ("begonnen", "PO2816"): (None, "Samenwerkingsverband Driegang", FIRST, SECOND, None),
        ("begonnen", "VO2812"): (
            None,
            "Onderwijscollectief Voorne-Putten Rozenburg (Onderwijscollectief VPR)",
            FIRST,
            SECOND,
            None,
        ),
        ("begonnen", "VO2815"): (None, None, FIRST, SECOND, None),
    }


def test_a_new_postcode_far_from_its_gemeente_counts_as_the_law_says_and_is_a_conflict():
    (found,) = curate("regioconflict", stg_swv_regio_wettelijk=LAW)
    assert (found["postcode4"], found["sector"], found["soort"]) == ("2236", "VO", "nieuw in de regeling")
    assert (found["swv_code"], found["ander_swv_code"], found["geldig_vanaf"]) == ("VO2812", "VO2803", SECOND)
    assert found["grond"] == "de 2 andere postcodes van Katwijk liggen in VO2803"


def test_rio_and_the_law_that_differ_on_the_same_days_are_a_conflict():
    rio = [{"swv_nummer": "PO2702", "postcodecijfers": "1011", "begindatum": date(2018, 1, 1), "einddatum": None}]
    found = curate(
        "regioconflict", stg_swv_regio_wettelijk=edition(FIRST, _1011=("Amsterdam", "PO2707", "VO2701")), stg_rio_swv_regio=rio
    )
    assert [
        (each["soort"], each["swv_code"], each["ander_swv_code"], each["geldig_vanaf"], each["geldig_tot"]) for each in found
    ] == [("rio en regeling", "PO2702", "PO2707", date(2018, 1, 1), None)]


# -- the annex of 2013, by gemeente ----------------------------------------


def annex(*rows):
    return [
        {"swv_po": swv, "gemeentenaam": gemeente, "alleen_postcode4": only, "behalve_postcode4": without, "editie": BY_GEMEENTE}
        for swv, gemeente, only, without in rows
    ]


RENKUM = annex(("PO2506", "Renkum", None, "6866 6871"), ("PO2510", "Renkum", "6866 6871", None))
LATER = edition(FIRST, _6866=("Renkum", "PO2506", "VO2501"), _6861=("Renkum", "PO2506", "VO2501"))


def test_a_gemeente_stands_whole_or_with_the_postcodes_that_belong_or_do_not():
    given = {"stg_swv_regio_wettelijk": LATER, "stg_swv_regio_gemeente": RENKUM}
    assert regions("6861", **given) == [("PO2506", BY_GEMEENTE, None, None)]
    assert regions("6866", **given) == [("PO2510", BY_GEMEENTE, FIRST, None), ("PO2506", FIRST, None, BY_GEMEENTE)]
    assert regions("6866", "VO", **given) == [("VO2501", FIRST, None, None)]


def test_the_gemeente_of_those_days_is_the_registers_and_goes_before_the_later_one():
    """Nuland lay in Maasdonk when the annex was made, and in 's-Hertogenbosch when the next table was."""
    given = {
        "stg_swv_regio_wettelijk": edition(FIRST, _5391=("'s-Hertogenbosch", "PO3005", "VO3001")),
        "stg_swv_regio_gemeente": annex(("PO3006", "Maasdonk", None, None), ("PO3005", "'s-Hertogenbosch", None, None)),
    }
    assert regions("5391", **given) == [("PO3005", BY_GEMEENTE, None, None)]
    given["stg_vestigingen_bo"] = [
        {**SCHOOL, "postcode": "5391AA", "plaatsnaam": "NULAND", "gemeentenaam": "MAASDONK", "gemeentenummer": "1671",
         "editie": date(2013, 12, 1)}
    ]  # fmt: skip
    assert regions("5391", **given) == [("PO3006", BY_GEMEENTE, FIRST, None), ("PO3005", FIRST, None, BY_GEMEENTE)]


def test_a_gemeente_that_merged_is_placed_only_where_all_that_is_known_of_it_agrees():
    later = edition(
        FIRST,
        _3201=("Nissewaard", "PO2808", "VO2812"),
        _3202=("Nissewaard", "PO2808", "VO2812"),
        _3241=("Goeree", "PO2811", "VO2812"),
    )
    old = {**SCHOOL, "postcode": "3201AA", "gemeentenaam": "SPIJKENISSE", "gemeentenummer": "0612", "editie": date(2013, 12, 1)}
    before = (("PO2808", "Spijkenisse"), ("PO2808", "Bernisse"), ("PO2811", "Dirksland"))
    given = {
        "stg_swv_regio_wettelijk": later,
        "stg_vestigingen_bo": [old],
        "stg_swv_regio_gemeente": annex(*((swv, gemeente, None, None) for swv, gemeente in before)),
    }
    assert {each["postcode4"]: each["grond"] for each in curate("swv_regio_gemeente", **given)} == {
        "3201": "gemeente", "3202": "samengevoegde gemeente",
    }  # fmt: skip
    # not placed by the annex, which is not the same as placed elsewhere; its SWV is in the annex, so it begins with that
    assert regions("3241", **given) == [("PO2811", FIRST, None, None)]
    begins = {each["swv_code"]: each["begindatum"] for each in curate("samenwerkingsverband", **given)}
    assert begins["PO2811"] is None


# -- series in the regions of one day ----------------------------------------


def test_pupils_of_every_count_in_the_regions_of_one_day():
    with duckdb.connect() as database:
        for contract in CONTRACTS.values():
            database.execute(contract.ddl())
        counts = [
            {"vestigingscode": code, "soort": kind, "peildatum": date(year, 10, 1), "leerlingen": number, "ondergrens": number,
             "bovengrens": number, "uitgesplitst": False, "bron": "telling"}
            for code, kind, year, number in (
                ("01AA00", "BO", 2020, 100), ("01AA00", "BO", 2022, 90), ("02AA00", "BO", 2020, 50), ("03AA00", "SOVSO", 2020, 7)
            )
        ]  # fmt: skip
        insert(database, CONTRACTS["leerlingen_vestiging"], counts)
        insert(database, CONTRACTS["koppeling"], [
            {"vestigingscode": "01AA00", "sector": "PO", "swv_code": "PO2901", "geldig_vanaf": FIRST, "geldig_tot": SECOND},
            {"vestigingscode": "01AA00", "sector": "PO", "swv_code": "PO2902", "geldig_vanaf": SECOND, "geldig_tot": None},
            {"vestigingscode": "02AA00", "sector": "PO", "swv_code": "PO2902", "geldig_vanaf": FIRST, "geldig_tot": None},
            {"vestigingscode": "03AA00", "sector": "VO", "swv_code": "VO2901", "geldig_vanaf": FIRST, "geldig_tot": None},
        ])  # fmt: skip
        insert(database, CONTRACTS["leerlingen_herkomst"], [
            {"vestigingscode": "01AA00", "soort": "BO", "peildatum": date(2022, 10, 1), "herkomst": code, "woon_swv": "PO2901",
             "vestigings_swv": "PO2901", "ondergrens": low, "bovengrens": high, "geteld_bovengrens": high,
             "vestiging_ondergrens": 90, "vestiging_bovengrens": 90, "bron": "telling"}
            for code, low, high in (("4711", 60, 70), ("4712", 5, 20), ("4713", 5, 20))
        ])  # fmt: skip
        insert(database, CONTRACTS["postcode4_swv"], [
            {"postcode4": code, "sector": "PO", "swv_code": swv, "geldig_vanaf": FIRST, "geldig_tot": end}
            for code, swv, end in (("4711", "PO2901", None), ("4712", "PO2902", None), ("4713", "PO2902", FIRST))
        ])  # fmt: skip
        for macro in (each for each in load_questions(MODELS) if each.kind != "view"):
            database.execute(macro.sql)
        ask = """select swv_code, sector, soort, year(peildatum), leerlingen from leerlingen_swv_op({})
            where rol = 'vestiging' order by all"""
        assert database.execute(ask.format("'2026-01-01'")).fetchall() == [
            ("PO2902", "PO", "BO", 2020, 150), ("PO2902", "PO", "BO", 2022, 90), ("VO2901", "VO", "SOVSO", 2020, 7),
            (None, "PO", "SOVSO", 2020, 7),
        ]  # fmt: skip
        assert database.execute(ask.format("'2020-10-01'")).fetchall() == [
            ("PO2901", "PO", "BO", 2020, 100), ("PO2901", "PO", "BO", 2022, 90), ("PO2902", "PO", "BO", 2020, 50),
            ("VO2901", "VO", "SOVSO", 2020, 7), (None, "PO", "SOVSO", 2020, 7),
        ]  # fmt: skip
        # by home: 90 pupils in all, of whom the others leave at least and at most so many to each region
        homes = "select swv_code, ondergrens, bovengrens from leerlingen_swv_op((select date '2020-10-01')) where rol = 'woon'"
        # the day of a release is a query of its own
        assert database.execute(f"{homes} order by all").fetchall() == [("PO2901", 60, 70), ("PO2902", 5, 20), (None, 5, 20)]
