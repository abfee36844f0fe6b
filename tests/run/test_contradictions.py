"""Contradictions in a registry: a warning names the row, its days and the registry, and the nation has its release."""

from __future__ import annotations

import pytest

from assets.local import runner
from assets.local.instance import HOME
from pipeline.releases import query as queries
from pipeline.settings import Settings
from tests.support.small import write_package

BEGAN, PAST, FUTURE = "2014-08-01", "2025-08-01", "2100-08-01"


def recognised(code, begin=BEGAN, end="", **more):
    period = {"begindatum_periode": begin, "einddatum_periode": ""}
    kind = {"soort": f"PA{code[:2]}", "verkorte_naam": code, "volledige_naam": f"SWV {code}"}
    return {"swv_nummer": code, "begindatum": begin, "einddatum": end, **period, **kind, **more}


def dated(code, begin=BEGAN, end="", **more):
    return {"swv_nummer": code, "begindatum": begin, "einddatum": end, **more}


RIO = {
    "rio_samenwerkingsverbanden": [
        recognised("PO2707", einddatum_periode="2013-08-01"),  # a period of before it began
        recognised("PO2001", end=PAST),  # has ended, and its region and locations have not
        recognised("VO2707", end="2013-08-01"),  # ended before it began
        recognised("VO2001", begin=FUTURE, uit_bedrijfdatum=PAST),  # begins long after it closed down, and has a region now
        recognised("PO2099", begin=FUTURE),
    ],
    "rio_swv_regio": [
        dated("PO2707", postcodecijfers="1011, 1012"),
        dated("PO2001", postcodecijfers="9711"),
        dated("VO2707", begin=PAST, end=BEGAN, postcodecijfers="1011, 1012"),  # ends before it begins
        dated("VO2001", postcodecijfers="9711, 1012"),
        dated("PO2099", begin=PAST, postcodecijfers="9712"),  # before it begins
    ],
    "rio_swv_vestiging": [
        dated("PO2707", vestigingscode="01AA00", begin=PAST, end=BEGAN),
        dated("PO2707", vestigingscode="01AA01"),
        dated("PO2707", vestigingscode="01AA01"),
        dated("PO2001", vestigingscode="01AA01", begin=PAST),
        dated("PO2001", vestigingscode="02BB00"),
        dated("PO9999", vestigingscode="02BB00", begin=PAST),  # in no register
    ],
    "rio_swv_bevoegd_gezag": [
        dated("PO2707", bge_code="B1", relatiesoort="VRIJWILLIGE_DEELNAME", begin=PAST, end=BEGAN),
    ],
    "rio_locaties": [{"onderwijslocatiecode": "OL1", "postcode": "1011 AA", "latitude": "52.30", "longitude": "4.80"}],
    "rio_locatie_vestiging": [
        {"onderwijslocatiecode": "OL1", "onderwijsbestuurid": "B1", "vestigingscode": "01AA00", "begindatum": PAST,
         "einddatum": BEGAN},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contradictions")
    settings = Settings(data_dir=folder / "data", sources=(str(write_package(folder / "klein", **RIO)),))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(HOME, raising=False)
        return settings, runner.run(settings)


def test_contradictions_in_every_register_never_keep_a_release_from_being_made(made):
    _, summary = made
    assert summary.release is not None
    assert {each.severity for each in summary.not_passed} == {"warning"}


def region(days, recognised):
    return f"de regio loopt van {days}, de erkenning van {recognised}"


def test_each_is_named_with_its_registry_and_its_days(made):
    settings, summary = made
    found = queries.ask(settings.releases_dir, "select register, onderwerp, kolom, uitleg from registerafwijking").rows(99)
    ends = f"begint op {PAST} en eindigt op {BEGAN}"
    assert set(found) == {
        ("rio_samenwerkingsverbanden", "PO2707", "einddatum_periode", "begint op 2014-08-01 en eindigt op 2013-08-01"),
        ("rio_samenwerkingsverbanden", "VO2707", "einddatum", "begint op 2014-08-01 en eindigt op 2013-08-01"),
        ("rio_samenwerkingsverbanden", "VO2001", "uit_bedrijfdatum", "begint op 2100-08-01 en eindigt op 2025-08-01"),
        ("rio_swv_regio", "VO2707", "einddatum", ends),
        ("rio_swv_vestiging", "PO2707 01AA00", "einddatum", ends),
        ("rio_swv_bevoegd_gezag", "PO2707 B1", "einddatum", ends),
        ("rio_locatie_vestiging", "01AA00 OL1", "einddatum", ends),
        ("rio_swv_regio", "PO2001", "einddatum", region(f"{BEGAN} zonder einde", f"{BEGAN} tot {PAST}")),
        ("rio_swv_regio", "PO2099", "einddatum", region(f"{PAST} zonder einde", f"{FUTURE} zonder einde")),
        ("rio_swv_regio", "VO2001", "einddatum", region(f"{BEGAN} zonder einde", f"{FUTURE} tot {PAST}")),
        ("rio_swv_regio", "VO2707", "einddatum", region(f"{PAST} tot {BEGAN}", f"{BEGAN} tot 2013-08-01")),
    }  # fmt: skip
    told = {each.check: each for each in summary.not_passed if each.table == "registerafwijking"}
    assert (told["uitleg__einde_na_begin"].unexpected, told["uitleg__regio_binnen_erkenning"].unexpected) == (7, 4)
    assert {"register": "rio_swv_regio", "onderwerp": "PO2001"}.items() <= told["uitleg__regio_binnen_erkenning"].examples[
        0
    ].items()


def test_an_swv_that_only_the_register_has_ended_keeps_its_coverage(made):
    settings, _ = made
    covered = queries.ask(settings.releases_dir, "select distinct swv_code from dekking_swv order by 1").rows(9)
    placed = queries.ask(settings.releases_dir, "select swv_code from school_en_swv where vestigingscode = '01AA01'").rows(9)
    assert ("PO2001",) in covered
    assert placed == [("PO2001",)]
