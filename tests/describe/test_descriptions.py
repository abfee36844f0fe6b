"""The descriptions of a release, read by those who did not write them: frictionless, rdflib, SHACL, Arrow."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from urllib.parse import unquote

import duckdb
import frictionless
import pyarrow.parquet as pq
import pyshacl
import pytest
import rdflib
import yaml
from rdflib.compare import isomorphic

from pipeline.describe import licences
from pipeline.describe.descriptor import FILE
from tests.conftest import REPOSITORY
from tests.support import published
from tests.support.published import CURATED

HOME = "https://data.example/passend/latest/"
SHAPES = Path(__file__).parent / "dcat_ap_nl.ttl"
DCAT, DCT = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.DCTERMS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return published.release(tmp_path_factory.mktemp("releases")).path


@pytest.fixture(scope="module")
def package(folder):
    return json.loads((folder / FILE).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def graph(folder):
    return rdflib.Graph().parse(folder / "dcat.ttl", publicID=f"{HOME}dcat.ttl")


def resource(package, name):
    return next(each for each in package["resources"] if each["name"] == name)


# -- data package -----------------------------------------------------------------------------------------------------


def test_frictionless_finds_nothing_wrong_with_a_whole_release(folder, package):
    report = frictionless.validate(str(folder / FILE))
    assert report.flatten(["place", "type", "message"]) == []
    assert report.stats["tasks"] == len(package["resources"]) > len(CURATED)
    rows = {each.name: each.stats.get("rows", 0) for each in report.tasks if each.type == "table"}
    assert (rows["vestiging"], rows["swv-kerncijfers"], rows["gemeente"]) == (2, 2, 0)


@pytest.mark.parametrize("damage", ["vestiging.parquet", "dcat.ttl"])
def test_frictionless_notices_another_file_in_its_place(folder, tmp_path, damage):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / damage).write_bytes((folder / ("swv_gebied.parquet" if "parquet" in damage else "dcat.jsonld")).read_bytes())
    assert not frictionless.validate(str(tmp_path / FILE)).valid


def test_the_package_says_by_whom_about_what_and_under_which_terms(package):
    assert package["contributors"] == [
        {"title": "Stichting Proef", "email": "data@proef.example", "roles": ["publisher", "wrangler"]},
        {"title": "DUO", "roles": ["source"]},
    ]
    assert "passend onderwijs" in package["keywords"]
    assert package["licenses"] == [licences.UNKNOWN.described()]
    assert {each["title"]: [licence["title"] for licence in each["licenses"]] for each in package["sources"]} == {
        "DUO: leerlingen_vo": [licences.UNKNOWN.title],
        "DUO: rio_swv_regio": ["CC BY 4.0"],
        "DUO: vestigingen_bo": ["CC-0 (1.0)"],
    }


@pytest.mark.parametrize(
    ("table", "went_in", "comes_out"),
    [
        ("vestiging", {"CC0-1.0"}, "CC0-1.0"),
        ("swv-gebied", {"CC0-1.0", "CC-BY-4.0"}, "CC-BY-4.0"),
        ("swv-kerncijfers", {"CC-BY-4.0", "LicenseRef-niet-vermeld"}, "LicenseRef-niet-vermeld"),
        ("bekostigingsparameter", set(), "LicenseRef-publiek-domein"),
    ],
)
def test_a_table_comes_under_the_terms_that_ask_most_of_those_that_went_in(package, table, went_in, comes_out):
    described = resource(package, table)
    assert {licence["name"] for each in described["sources"] for licence in each["licenses"]} == went_in
    assert [each["name"] for each in described["licenses"]] == [comes_out]


@pytest.mark.parametrize(
    ("statuses", "comes_out"),
    [
        (["official: regulation text read", "derived: 5 % over 2024"], "LicenseRef-publiek-domein"),
        (["official: regulation text read", "secondary: a budget"], "LicenseRef-niet-vermeld"),
    ],
)
def test_norm_amounts_come_under_the_terms_of_their_own_sources(tmp_path, statuses, comes_out):
    rows = [
        {"parameter": "p", "sector": "PO", "categorie": "geen", "periode": "2025", "periodesoort": "kalenderjaar",
         "component": "totaal", "versie": number, "bedrag": 1, "bron": "x", "status": status, "gebruikt": True, "regel": number}
        for number, status in enumerate(statuses, 1)
    ]  # fmt: skip
    made = published.release(tmp_path, bekostigingsparameter=rows).description
    assert [each["name"] for each in resource(made, "bekostigingsparameter")["licenses"]] == [comes_out]
    assert [each["name"] for each in resource(made, "herkomst-kolom")["licenses"]] == ["MIT"]


def test_each_description_says_which_time_it_covers(package, graph):
    day = published.DAY.isoformat()
    assert resource(package, "swv-kerncijfers")["temporal"] == {"start": day, "end": day}
    assert resource(package, "swv-gebied")["temporal"] == {"start": day, "end": day}
    assert "temporal" not in resource(package, "bevoegd-gezag")
    assert package["temporal"]["end"] == day
    period = graph.value(rdflib.URIRef(f"{HOME}#swv_kerncijfers"), DCT.temporal)
    assert [str(graph.value(period, DCAT[each])) for each in ("startDate", "endDate")] == [day, day]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("CC-BY-4.0", "CC-BY-4.0"), ("CC BY 4.0 (fictieve gegevens)", "CC-BY-4.0"), ("Creative Commons CC-BY 4", "CC-BY-4.0"),
        ("CC-0 (1.0)", "CC0-1.0"), ("cc-zero", "CC0-1.0"), ("MIT", "MIT"), ("public-domain", "LicenseRef-publiek-domein"),
        ("publiek domein (Auteurswet art. 11)", "LicenseRef-publiek-domein"), ("CC BY-NC 4.0", "LicenseRef-niet-vermeld"),
        ("CC BY-SA 4.0", "LicenseRef-niet-vermeld"), ("Limited", "LicenseRef-niet-vermeld"), (None, "LicenseRef-niet-vermeld"),
    ],
)  # fmt: skip
def test_a_licence_is_recognised_or_said_not_to_be(words, name):
    assert licences.stated(words).name == name
    assert licences.named(name).name == name


def test_a_list_of_values_is_given_as_categories_and_missing_values_are_named(package):
    schema = resource(package, "samenwerkingsverband")["schema"]
    assert next(each for each in schema["fields"] if each["name"] == "sector")["categories"] == ["PO", "VO"]
    assert "" in schema["missingValues"]


# -- catalogue --------------------------------------------------------------------------------------------------------


def conforms(graph, *shapes):
    rules = rdflib.Graph()
    for each in shapes:
        rules.parse(each)
    valid, _, text = pyshacl.validate(graph, shacl_graph=rules)
    return valid, text


def test_both_forms_of_the_catalogue_say_the_same(folder, graph):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own way to read JSON-LD
        other = rdflib.Graph().parse(folder / "dcat.jsonld", format="json-ld", publicID=f"{HOME}dcat.jsonld")
    assert len(graph) > 1000
    assert isomorphic(graph, other)


def test_the_catalogue_has_all_that_dcat_ap_nl_asks_for(graph):
    valid, text = conforms(graph, SHAPES)
    assert valid, text


def test_the_catalogue_passes_the_official_shapes(graph):
    place = os.environ.get("PASSEND_SHACL")
    if place is None:
        pytest.skip("no official shapes at hand; set PASSEND_SHACL to a folder with the .ttl files of DCAT-AP-NL 3.0")
    valid, text = conforms(graph, *sorted(Path(place).glob("*.ttl")))
    assert valid, text


@pytest.mark.parametrize("contact", ["", "https://proef.example/contact"])
def test_the_catalogue_is_as_good_with_another_contact_or_none(tmp_path, contact):
    folder = published.release(tmp_path, origins=("sandbox",), fictitious=True, contact=contact).path
    graph = rdflib.Graph().parse(folder / "dcat.ttl", publicID=HOME)
    valid, text = conforms(graph, SHAPES)
    assert valid, text
    vcard = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
    assert [str(each) for each in graph.objects(None, vcard.hasURL)] == ([contact] if contact else [])
    assert str(graph.value(rdflib.URIRef(HOME), DCT.title)).startswith("FICTIEF: ")
    datasets = list(graph.subjects(rdflib.RDF.type, DCAT.Dataset))
    assert len(datasets) == len(CURATED) + 1
    assert all(str(graph.value(each, DCT.description)).startswith("FICTIEVE GEGEVENS") for each in datasets)


HOSTILE = 'Jan" ; dct:title "x\\ \0\n<script>\u202e'


@pytest.mark.parametrize(
    "contact",
    [
        "jan> <x@proef.example",
        'jan"@proef.example',
        "jan\\u003e@proef.example",
        "https://proef.example/>.<a>",
        "https://é.example",
    ],
)
def test_a_publisher_and_a_contact_are_what_they_say_and_no_more(tmp_path, contact):
    folder = published.release(tmp_path, contact=contact, publisher=HOSTILE).path
    graph = rdflib.Graph().parse(folder / "dcat.ttl", publicID=HOME)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        other = rdflib.Graph().parse(folder / "dcat.jsonld", format="json-ld", publicID=f"{HOME}dcat.jsonld")
    assert isomorphic(graph, other)
    vcard = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
    assert {str(each) for each in graph.objects(None, vcard.fn)} == {HOSTILE.replace("\0", "\ufffd")}
    found = [str(each) for each in (*graph.objects(None, vcard.hasURL), *graph.objects(None, vcard.hasEmail))]
    assert [unquote(each).removeprefix("mailto:") for each in found] == [contact]
    assert len(set(graph.subjects(rdflib.RDF.type, DCAT.Dataset))) == len(CURATED) + 1


@pytest.mark.parametrize(
    ("kind", "predicate"),
    [
        *((DCAT.Dataset, each) for each in (DCT.title, DCT.description, DCT.identifier, DCT.creator, DCT.publisher)),
        *((DCAT.Dataset, each) for each in (DCT.accessRights, DCAT.contactPoint, DCAT.theme, DCAT.distribution)),
        *((DCAT.Distribution, each) for each in (DCAT.accessURL, DCT.license)),
        *((DCAT.Catalog, each) for each in (DCT.title, DCT.description, DCT.publisher, DCAT.contactPoint, DCAT.dataset)),
    ],
)  # fmt: skip
def test_the_shapes_miss_what_is_left_out(graph, kind, predicate):
    less = rdflib.Graph() + graph
    subject = min(less.subjects(rdflib.RDF.type, kind))
    less.remove((subject, predicate, None))
    valid, text = conforms(less, SHAPES)
    assert not valid
    assert str(subject) in text


def test_every_file_of_data_can_be_fetched_from_the_catalogue(folder, package, graph):
    data = [each for each in package["resources"] if "schema" in each or each["name"] in ("duckdb", "wijzigingen-atom")]
    wanted = {f"{HOME}{each['path']}" for each in data}
    assert {str(each) for each in graph.objects(None, DCAT.downloadURL)} == wanted
    file = rdflib.URIRef(f"{HOME}vestiging.parquet")
    (distribution,) = graph.subjects(DCAT.downloadURL, file)
    assert int(graph.value(distribution, DCAT.byteSize)) == (folder / "vestiging.parquet").stat().st_size
    assert graph.value(rdflib.URIRef(f"{HOME}#vestiging"), DCAT.distribution) == distribution


def test_an_address_with_a_blank_in_it_is_still_an_address(graph):
    assert rdflib.URIRef("https://example.org/bo%20(1).csv") in set(graph.objects(None, rdflib.PROV.wasDerivedFrom))


# -- words in the files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["vestiging", "swv_kerncijfers", "bron"])
def test_a_parquet_file_says_what_it_and_its_columns_mean(folder, table):
    schema, contract = pq.read_schema(folder / f"{table}.parquet"), CURATED[table]
    assert schema.metadata[b"title"].decode() == contract.title
    assert schema.metadata[b"description"].decode() == contract.description
    assert {each.name: each.metadata[b"description"].decode() for each in schema} == {
        each.name: each.description for each in contract.fields
    }
    words = duckdb.sql(f"select decode(value) from parquet_kv_metadata('{folder}/{table}.parquet') where key = 'title'")
    assert words.fetchall() == [(contract.title,)]


def test_the_same_rows_give_the_same_parquet_whoever_publishes_them_when(folder, tmp_path):
    again = published.release(tmp_path, origins=("elders",)).path
    for table in CURATED:
        assert (again / f"{table}.parquet").read_bytes() == (folder / f"{table}.parquet").read_bytes(), table


# -- citation ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [None, REPOSITORY])
def test_the_citation_has_what_the_format_requires(folder, package, place):
    cited = yaml.safe_load(((place or folder) / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= cited.keys()
    assert cited["cff-version"] == "1.2.0"
    assert all("name" in each for each in cited["authors"])
    if place is None:
        assert (cited["version"], cited["date-released"]) == (package["version"], "2026-03-01")
        assert cited["authors"] == [{"name": "Stichting Proef", "email": "data@proef.example"}]
