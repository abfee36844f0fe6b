"""A release in other formats, each read by a program that did not write it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import warnings
from decimal import Decimal
from pathlib import Path

import csvw
import duckdb
import frictionless
import geopandas
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
import rdflib
import shapely

from pipeline.describe.descriptor import FILE
from pipeline.errors import SettingsError
from pipeline.export import tables
from pipeline.export.dialect import EXCEL
from pipeline.export.export import export
from pipeline.export.formats import FORMATS, NAMES
from tests.conftest import REPOSITORY
from tests.support import published
from tests.support.published import CURATED, EAST, WEST
from tests.support.tables import insert

OLDEST = REPOSITORY / ".venv" / "oldest"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return published.release(tmp_path_factory.mktemp("releases"))


@pytest.fixture(scope="module")
def folder(release, tmp_path_factory):
    """The release in every format."""
    target = tmp_path_factory.mktemp("export")
    return Path(export(release, CURATED, str(target), NAMES, ()).place)


def exported(release, target, *formats, tables=()):
    return Path(export(release, CURATED, str(target), formats, tables).place)


# -- what is in it ----------------------------------------------------------------------------------------------------


def test_every_file_is_described_and_nothing_is_described_that_is_not_there(folder):
    package = json.loads((folder / FILE).read_text(encoding="utf-8"))
    files = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
    assert {each["path"] for each in package["resources"]} | {FILE} == files
    assert {each.name for each in (folder / "csv").iterdir()} == {f"{table}.csv" for table in CURATED} | {"csv-metadata.json"}
    assert {each.stem for each in (folder / "geojson").iterdir()} == {"vestiging", "swv_gebied", "postcode4"}
    assert [each.name for each in (folder / "xlsx").iterdir()] == ["swv_kerncijfers.xlsx"]


@pytest.mark.parametrize("formats", [("csv",), ("csv-excel", "geoparquet", "xlsx"), ("geojson", "parquet")])
def test_frictionless_finds_nothing_wrong_with_an_export(release, tmp_path, formats):
    folder = exported(release, tmp_path, *formats, tables=["swv_gebied"] if "xlsx" in formats or "geojson" in formats else ())
    report = frictionless.validate(str(folder / FILE))
    assert report.flatten(["place", "type", "message"]) == []
    assert report.stats["tasks"] >= 3


def test_the_catalogue_has_each_format_of_a_table_as_a_distribution_of_one_dataset(folder):
    graph = rdflib.Graph().parse(folder / "dcat.ttl", publicID="https://data.example/dcat.ttl")
    dataset = rdflib.URIRef("https://data.example/#vestiging")
    address = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    found = {
        str(graph.value(each, address.downloadURL)).removeprefix("https://data.example/")
        for each in graph.objects(dataset, address.distribution)
    }
    assert found == {f"{name}/vestiging.{each.suffix}" for name, each in FORMATS.items() if name != "xlsx"}
    assert str(graph.value(dataset, rdflib.DCTERMS.title)) == CURATED["vestiging"].title


def test_another_choice_is_another_folder_and_the_same_choice_the_same(release, tmp_path):
    first = exported(release, tmp_path, "csv", tables=["vestiging"])
    assert exported(release, tmp_path, "csv", tables=["vestiging"]) == first
    second = exported(release, tmp_path, "csv", tables=["vestiging", "bron"])
    assert second != first
    assert (tmp_path / "latest").resolve() == second


def test_the_same_release_gives_the_same_bytes(release, folder, tmp_path):
    again = exported(release, tmp_path, *NAMES)
    assert again.name == folder.name
    for path in folder.rglob("*"):
        if path.is_file():
            assert (again / path.relative_to(folder)).read_bytes() == path.read_bytes(), path


@pytest.mark.parametrize(
    ("formats", "wanted", "message"),
    [
        (["cvs"], (), r"there is no format cvs; known are csv, csv-excel, geojson, geoparquet, xlsx, parquet, duckdb"),
        (["csv"], ["vestigingen"], r"there is no table vestigingen; known are .*vestiging, "),
        (["geojson"], ["gemeente"], r"gemeente cannot be exported as geojson: its rows have no place on the map"),
    ],
)
def test_what_cannot_be_exported_is_refused_and_nothing_is_written(release, tmp_path, formats, wanted, message):
    with pytest.raises(SettingsError, match=message):
        export(release, CURATED, str(tmp_path / "uit"), formats, wanted)
    assert not (tmp_path / "uit").exists()


def test_more_rows_than_a_sheet_holds_are_refused(release, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "LONGEST_SHEET", 2)
    with pytest.raises(
        SettingsError, match="swv_kerncijfers has 2 rows, more than a sheet can hold; export it as csv or parquet"
    ):
        exported(release, tmp_path, "xlsx")


# -- csv --------------------------------------------------------------------------------------------------------------


def test_a_csv_is_read_as_it_was_meant(folder):
    frame = pd.read_csv(folder / "csv" / "samenwerkingsverband.csv")
    assert frame["naam"].tolist()[:2] == ['Naam; met "aanhaling", en ë', "=1+1"]
    assert frame["naam"].isna().tolist() == [False, False, True]
    moment = duckdb.sql(f"select distinct opgehaald_op::varchar from read_csv('{folder}/csv/bron.csv', all_varchar = true)")
    assert moment.fetchall() == [("2026-03-01T06:30:00Z",)]


@pytest.mark.parametrize("form", ["csv", "csv-excel"])
def test_csv_on_the_web_says_what_columns_are(folder, form):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        group = csvw.CSVW(str(folder / form / "csv-metadata.json"), validate=True)
        assert [str(each.message) for each in group.warnings] == []
        assert group.is_valid
        (table,) = (each for each in group.tables if each.local_name == "swv_kerncijfers.csv")
        rows = list(table)
    assert [row["jaar"] for row in rows] == [2023, 2024]
    assert [row["vestigingen_bo"] for row in rows] == [None, 12]
    assert rows[0]["landelijk"] is False
    assert rows[0]["peildatum"].date() == published.DAY
    assert (rows[1]["netto_schooljaar"], rows[1]["deelname_sbo_ondergrens"]) == (Decimal("1234.5"), Decimal("2.25"))
    assert table.tableSchema.primaryKey == ["swv_code", "jaar"]
    assert len(group.tables) == len(CURATED)


def test_a_csv_for_excel_has_a_mark_semicolons_and_decimal_commas(folder):
    path = folder / "csv-excel" / "swv_kerncijfers.csv"
    assert path.read_bytes().startswith(tables.BOM + b"swv_code;jaar;")
    frame = pd.read_csv(path, sep=";", decimal=",", encoding="utf-8-sig")
    assert frame["deelname_sbo_ondergrens"].tolist() == [2.25, 2.25]
    assert frame["netto_schooljaar"].tolist()[1] == 1234.5
    assert frame["vestigingen_bo"].tolist()[1] == 12
    assert sorted(each.suffix for each in path.parent.iterdir() if each.suffix != ".csv") == [".json"]


def test_a_csv_for_excel_holds_no_formulas_and_numbers_stay_numbers(folder, tmp_path):
    for form, name in (("csv", "=1+1"), ("csv-excel", "'=1+1")):
        frame = pd.read_csv(folder / form / "samenwerkingsverband.csv", sep=None, engine="python", encoding="utf-8-sig")
        assert frame["naam"].tolist()[1] == name
    contract = CURATED["vestiging"]
    with duckdb.connect() as database:
        database.execute(contract.ddl())
        texts = ["=1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "a=1", ""]
        for number, text in enumerate(texts):
            row = {**published.LOCATION, "vestigingscode": f"01AA{number:02}", "naam": text, "latitude": -1.5}
            insert(database, contract, [row])
        tables.write_csv(database, contract, tmp_path / "v.csv", EXCEL)
    with (tmp_path / "v.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [each["naam"] for each in rows] == [*(f"'{text}" for text in texts[:7]), "a=1", ""]
    assert {each["latitude"] for each in rows} == {"-1,5"}


# -- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["geojson/{}.geojson", "geoparquet/{}.parquet"])
def test_areas_and_locations_are_read_by_geopandas(folder, file):
    read = geopandas.read_file if file.startswith("geojson") else geopandas.read_parquet
    areas = read(folder / file.format("swv_gebied")).set_index("swv_code")
    assert areas.crs.to_epsg() in (4326, None)  # OGC:CRS84 has no number
    assert areas.crs.equals("OGC:CRS84") or areas.crs.to_epsg() == 4326
    assert areas.geometry["PO2001"].equals(WEST)
    assert areas.geometry["PO2002"].equals(EAST)
    assert areas.geometry["VO0001"] is None
    assert areas["reden"]["VO0001"] == "landelijk"
    assert "geometrie" not in areas.columns
    locations = read(folder / file.format("vestiging")).set_index("vestigingscode")
    assert locations.geometry["01AA00"].equals(shapely.Point(4.25, 52.25))
    assert locations.geometry["01AA01"] is None


def test_geoparquet_says_what_the_specification_asks(folder):
    schema = pq.read_schema(folder / "geoparquet" / "swv_gebied.parquet")
    assert json.loads(schema.metadata[b"geo"]) == {
        "version": "1.1.0", "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon"], "bbox": [4.0, 52.0, 5.0, 52.5]}},
    }  # fmt: skip
    assert schema.field("swv_code").metadata[b"description"] == b"SWV"
    empty = json.loads(pq.read_schema(folder / "geoparquet" / "postcode4.parquet").metadata[b"geo"])
    assert empty["columns"]["geometry"] == {"encoding": "WKB", "geometry_types": []}
    assert len(geopandas.read_parquet(folder / "geoparquet" / "postcode4.parquet")) == 0


def test_geojson_names_each_feature_by_its_key(folder):
    document = json.loads((folder / "geojson" / "swv_gebied.geojson").read_text(encoding="utf-8"))
    assert [each["id"] for each in document["features"]] == ["PO2001/2014-08-01", "PO2002/2014-08-01", "VO0001/2014-08-01"]
    assert document["features"][0]["properties"]["peildatum"] == "2024-10-01"


def test_an_area_in_geojson_is_called_what_people_call_its_swv(tmp_path):
    named = published.release(tmp_path / "releases", swv_aanduiding=[{"swv_code": "PO2001", "aanduiding": "Groningen"}])
    folder = exported(named, tmp_path / "export", "geojson", tables=["swv_gebied"])
    features = json.loads((folder / "geojson" / "swv_gebied.geojson").read_text(encoding="utf-8"))["features"]
    assert [each["properties"]["aanduiding"] for each in features] == ["Groningen", None, None]


# -- workbook ---------------------------------------------------------------------------------------------------------


def test_a_workbook_has_the_figures_and_what_they_mean(folder, release):
    book = openpyxl.load_workbook(folder / "xlsx" / "swv_kerncijfers.xlsx")
    assert book.sheetnames == ["gegevens", "toelichting"]
    header, first, second = book["gegevens"].iter_rows()
    assert [each.value for each in header] == CURATED["swv_kerncijfers"].columns
    row = dict(zip([each.value for each in header], second, strict=True))
    assert (row["jaar"].value, row["vestigingen_bo"].value, row["netto_schooljaar"].value) == (2024, 12, 1234.5)
    assert row["peildatum"].value.date() == published.DAY
    assert (row["naam"].value, row["naam"].data_type) == ("=1+1", "s")  # a text, not a formula
    assert dict(zip([each.value for each in header], first, strict=True))["vestigingen_bo"].value is None
    words = {row[0].value: row[2].value for row in book["toelichting"].iter_rows() if row[0].value}
    assert words["uitgave"] == release.path.name
    assert words["voorwaarden"].startswith("Niet van elke bron vermeld")
    assert {field.name: field.description for field in CURATED["swv_kerncijfers"].fields}.items() <= words.items()


# -- duckdb -----------------------------------------------------------------------------------------------------------

QUESTIONS = """
import duckdb, json, sys
folder = sys.argv[1]
database = duckdb.connect(f"{folder}/duckdb/passend_onderwijs.duckdb", read_only=True)
print(json.dumps([duckdb.__version__, *(
    database.sql(query).fetchall() for query in (
        "select swv_code, json_extract_string(geometrie, '$.type') from swv_gebied order by 1",
        "select comment != '' from duckdb_tables() where table_name = 'vestiging'",
        f"select swv_code, jaar, netto_schooljaar::double from read_parquet('{folder}/parquet/swv_kerncijfers.parquet')",
        f"select swv_code, jaar, netto_schooljaar::double from read_csv('{folder}/csv/swv_kerncijfers.csv')",
        f"select count(*) from read_parquet('{folder}/geoparquet/vestiging.parquet')",
        "select swv_code, vestigingen_jaar, vestigingen from swv_in_een_oogopslag",
        "select count(*) from duckdb_views() where comment != '' and not internal",
    )
)]))
"""


@pytest.mark.parametrize("version", ["1.2", "newest"])
def test_duckdb_reads_all_of_it(folder, version):
    if version == "1.2" and not OLDEST.is_dir():
        pytest.skip(f"DuckDB 1.2 is not in {OLDEST}; make install-dev puts it there")
    path = {"PYTHONPATH": str(OLDEST)} if version == "1.2" else {}
    done = subprocess.run([sys.executable, "-c", QUESTIONS, folder], env=path, capture_output=True, text=True, check=True)
    number, areas, comment, parquet, csv, points, view, views = json.loads(done.stdout)
    assert number.startswith("1.2.") == (version == "1.2")
    assert areas == [["PO2001", "Polygon"], ["PO2002", "Polygon"], ["VO0001", None]]
    assert comment == [[True]]
    assert parquet == csv == [["PO2001", 2023, None], ["PO2001", 2024, 1234.5]]
    assert points == [[2]]
    assert view == [["PO2001", 2024, 12]]
    assert views == [[len([each for each in published.ASKED if each.kind == "view"])]]
