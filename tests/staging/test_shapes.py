"""Files of one registry in either of two shapes come to the same rows."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.contracts.loading import load_contracts
from pipeline.errors import ReadError
from pipeline.staging.reader import Raw, read

STAGING = load_contracts("staging")
PLACE = "INSTELLINGSCODE,VESTIGINGSCODE,NAAM_VESTIGING,SOORT_VESTIGING,DENOMINATIE_VESTIGING,BEVOEGD_GEZAG_NUMMER"
WHERE = "GEMEENTECODE_VESTIGING,GEMEENTENAAM_VESTIGING"
LONG = f"{PLACE},{WHERE},SCHOOLJAAR,AANTAL_LEERLINGEN"
WIDE = f"{PLACE},{WHERE},LEERLINGEN_2013,LEERLINGEN_2014,LEERLINGEN_2015"


def of(table, *lines, edition=None, name="proef.csv"):
    return read(STAGING[table], [Raw(name, "0" * 64, "\n".join([*lines, ""]).encode(), edition)])


def school(code, *rest):
    return f"{code[:4]},{code},School {code},BO,Openbaar,10001,363,Amsterdam,{','.join(map(str, rest))}"


def test_an_overview_with_a_record_for_each_year_is_read_like_one_with_a_column_for_each():
    wide = of("stg_leerlingen_po_historisch", WIDE, school("01AA00", 0, 12, "<5"), school("02BB00", 7, 0, 0))
    long = of(
        "stg_leerlingen_po_historisch", LONG, school("02BB00", 2013, 7), school("01AA00", 2015, -1), school("01AA00", 2014, 12)
    )
    columns = [name for name in wide.rows.column_names if name != "bron_regel"]
    by_code = [found.rows.sort_by("vestigingscode").select(columns).to_pylist() for found in (wide, long)]
    assert by_code[0] == by_code[1]
    assert (long.records["0" * 64], long.rejects.num_rows, long.days) == (2, 0, ("2013-10-01", "2014-10-01", "2015-10-01"))


def test_what_is_known_of_a_location_is_what_its_last_year_says():
    lines = [school("01AA00", 2015, 9), school("01AA00", 2014, 8).replace("School 01AA00", "Oude naam")]
    found = of("stg_leerlingen_po_historisch", LONG, *lines).rows.to_pylist()
    assert [(each["naam"], each["bron_regel"]) for each in found] == [("School 01AA00", 2)]


def test_a_year_that_comes_twice_or_is_none_is_rejected_and_the_rest_stays():
    lines = [school("01AA00", 2014, 12), school("01AA00", 2014, 13), school("01AA00", "ooit", 1), school("02BB00", 2014, "veel")]
    found = of("stg_leerlingen_po_historisch", LONG, *lines)
    assert [each["leerlingen"][0]["ondergrens"] for each in found.rows.to_pylist()] == [12, 0]
    assert [(each["regel"], each["kolom"]) for each in found.rejects.to_pylist()] == [
        (3, "*"), (4, "*"), (5, "leerlingen 2014"),
    ]  # fmt: skip
    # every record is a row or rejected; a count that cannot be read leaves its row
    assert found.records["0" * 64] == 4


def test_an_overview_without_its_counts_is_refused_in_either_shape():
    with pytest.raises(ReadError, match="Missing: leerlingen"):
        of("stg_leerlingen_po_historisch", f"{PLACE},{WHERE},SCHOOLJAAR", school("01AA00", 2014))


def test_a_wide_file_of_payers_becomes_a_record_for_each_kind_and_category():
    found = of(
        "stg_so_vso_categorie", "SAMENWERKINGSVERBANDNUMMER;NAAM;SOORT;SO CATEGORIE 1;SO_CATEGORIE_3;VSO CAT 1",
        "PO2707;Noord;x;12;<5;", "VO2708;Zuid;x;0;;40", edition="2016-10-01",
    )  # fmt: skip
    rows = found.rows.select(["betaler", "soort", "bekostigingscategorie", "peildatum", "ondergrens", "bovengrens", "bron_regel"])
    day = date(2016, 10, 1)
    assert [tuple(each.values()) for each in rows.to_pylist()] == [
        ("PO2707", "SO", "CATEGORIE 1", day, 12, 12, 2), ("PO2707", "SO", "CATEGORIE_3", day, 1, 4, 2),
        ("PO2707", "VSO", "CAT 1", day, None, None, 2), ("VO2708", "SO", "CATEGORIE 1", day, 0, 0, 3),
        ("VO2708", "SO", "CATEGORIE_3", day, None, None, 3), ("VO2708", "VSO", "CAT 1", day, 40, 40, 3),
    ]  # fmt: skip
    assert (found.records["0" * 64], found.rejects.num_rows) == (6, 0)
    assert "NAAM" in found.notes[0]


def test_a_wide_file_of_an_edition_without_a_day_is_refused_with_the_reason():
    with pytest.raises(ReadError, match="peildatum: verplicht, maar leeg"):
        of("stg_so_vso_categorie", "SWV_BETALEND;SO CATEGORIE 1", "PO2707;12")


def test_a_long_file_of_payers_is_read_as_before():
    found = of("stg_so_vso_categorie", "SWV_BETALEND,TYPE_PO,PEILJAAR,BEKOSTIGINGSCATEGORIE,AANTAL_LEERLINGEN",
               "PO2707,SO,2016,CATEGORIE_1,12")  # fmt: skip
    assert [(each["soort"], each["bekostigingscategorie"], each["leerlingen"]) for each in found.rows.to_pylist()] == [
        ("SO", "CATEGORIE_1", 12)
    ]
