"""The fictitious country: the same from the same seed, of national size, readable by the project's own contracts."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipeline import sandbox
from pipeline.contracts.loading import load_contracts
from pipeline.registries.catalogue import load_catalogue
from pipeline.sandbox.country import make_country
from pipeline.staging.reader import Raw, read

CATALOGUE = {name: registry for name, registry in load_catalogue().items() if registry.where}
# so_vso_categorie is a page in place of a file, as at the real portal
FILES = [name for name, each in CATALOGUE.items() if each.where[0].kind in ("ckan", "url") and name != "so_vso_categorie"]


@pytest.fixture(scope="session")
def edition(tmp_path_factory):
    return sandbox.generate(tmp_path_factory.mktemp("editions"), 2014, 1)


@pytest.fixture(scope="module")
def bases(edition):
    with sandbox.serve(edition) as addresses:
        yield addresses


def get(url, **headers):
    """Status, headers and body; a refusal is an answer too."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.status, refusal.headers, refusal.read()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(edition, tmp_path):
    again = sandbox.generate(tmp_path / "again", 2014, 1)
    index = (edition / "index.json").read_text()
    assert (again / "index.json").read_text() == index
    assert (sandbox.generate(tmp_path / "other", 7, 1) / "index.json").read_text() != index


def test_an_edition_that_is_there_is_not_made_again(edition):
    before = edition.stat().st_mtime_ns
    assert sandbox.generate(edition.parent, 2014, 1) == edition
    assert edition.stat().st_mtime_ns == before


def test_home_postcodes_can_be_had_for_every_year_as_the_live_file_has_them(edition, tmp_path):
    """And nothing else changes: more years add rows to two files."""
    place, every_year = "ckan/popostcode4-v1/brin6_pc4.csv", sandbox.generate(tmp_path, 2014, 1, 16)
    few, many = ((each / place).read_text().splitlines() for each in (edition, every_year))
    assert len({line.split(",")[3] for line in many[1:]}) == 16
    assert 1_600_000 < len(many) < 1_800_000
    assert set(few) < set(many)
    files = [json.loads((each / "index.json").read_text()) for each in (edition, every_year)]
    assert {name for name in files[0] if files[0][name] != files[1][name]} == {place, "ckan/poswv/swv_pc4.csv"}


def test_it_is_of_national_size(edition):
    truth = sandbox.truth(edition)
    counts = truth["vestiging"].loc[~truth["vestiging"].gesloten].soort.value_counts()
    assert counts["BO"] == 6_100
    assert counts["VO"] == 1_630
    assert counts["SBO"] == 270
    assert counts[["SO", "VSO", "SOVSO"]].sum() == 520
    country = make_country(2014, 1)
    assert len(country.gemeente) == 342
    assert len(country.postcode4) == 4_050
    assert (truth["swv"].einddatum.isna() & (truth["swv"].swv_code != "VO0001")).sum() == 150


def test_scale_multiplies_schools():
    assert len(make_country(2014, 2).vestiging) == 2 * len(make_country(2014, 1).vestiging)


def test_everything_that_is_made_up_says_so(edition, bases):
    truth = sandbox.truth(edition)
    assert truth["vestiging"].naam.str.contains("(fictief)", regex=False).all()
    assert truth["swv"].naam.str.startswith("Fictief").all()
    _, headers, body = get(f"{bases['ckan']}/api/3/action/package_show?id=adressen_bo")
    assert headers["X-Fictief"] == "ja"
    assert "FICTIEVE GEGEVENS" in json.loads(body)["result"]["notes"]


def test_every_way_of_knowing_a_link_occurs_and_so_do_doubt_and_conflict(edition):
    links = sandbox.truth(edition)["vestiging_swv"]
    assert set(links.methode.dropna()) == {"rio", "landelijk", "rio_regio", "regeling", "gemeente"}
    assert links.swv_code.isna().any()
    assert (links.swv_code.isna() == links.reden.notna()).all()
    assert ((links.rio != links.rio_regio) & links.rio.notna() & links.rio_regio.notna()).any()
    assert links.vorige.notna().any()


@pytest.mark.parametrize("name", FILES)
def test_every_file_fits_its_contract_but_for_the_flaws_that_are_known(name, edition):
    registry, (location, *_) = CATALOGUE[name], CATALOGUE[name].where
    path = (
        f"ckan/{location.spec['package']}/{location.spec['file']}"
        if location.kind == "ckan"
        else f"{location.base}/{location.spec['path']}"
    )
    path = path.replace("{jaar}", "2025").replace("{jaar+1}", "2026")
    content = (edition / path).read_bytes()
    found = read(load_contracts("staging")[registry.feeds], [Raw(path, "x", content, "2025-10-01")], registry.format)
    flaws = sandbox.truth(edition)["afgekeurd"].query("dataset == @name")
    assert sorted(zip(found.rejects["regel"].to_pylist(), found.rejects["kolom"].to_pylist(), strict=True)) == sorted(
        zip(flaws.regel, flaws.kolom, strict=True)
    )
    # the lines of one SWV are few
    assert found.rows.num_rows > (30 if name == "swv_opgave" else 100)
    assert not found.refused


def test_the_second_place_of_the_overview_says_the_same_as_the_first(tmp_path):
    edition = sandbox.generate(tmp_path, 2014, 1, size="small")
    registry = CATALOGUE["leerlingen_po_historisch"]
    first, second = (
        f"{registry.where[0].base}/{registry.where[0].spec['path']}",
        f"ckan/{registry.where[1].spec['package']}/{registry.where[1].spec['file']}",
    )
    said = []
    for place in (first, second):
        content = (edition / place).read_bytes()
        rows = read(load_contracts("staging")[registry.feeds], [Raw(place, "x", content, "2025-10-01")]).rows.to_pylist()
        said.append({
            each["vestigingscode"]: {**each, "bron_regel": 0, "leerlingen": [c for c in each["leerlingen"] if c["bovengrens"]]}
            for each in rows
        })  # fmt: skip
    # a location without a pupil in any year has no record there
    assert {code: row for code, row in said[0].items() if row["leerlingen"]} == said[1]
    assert len(said[1]) > 100


# -- what is served ---------------------------------------------------------------------------------------------------


def test_only_this_machine_is_served(bases):
    ports = {urlsplit(address).port for address in bases.values()}
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = {local for _, local, _, state, *_ in listening if state == "0A" and int(local.rpartition(":")[2], 16) in ports}
    assert ours == {f"0100007F:{port:04X}" for port in ports}  # 127.0.0.1, byte by byte
    assert not any(f":{port:04X} " in Path("/proc/net/tcp6").read_text() for port in ports)


def test_a_file_that_is_held_is_not_sent_again(bases):
    _, _, body = get(f"{bases['ckan']}/api/3/action/package_show?id=adressen_bo")
    resource = next(each for each in json.loads(body)["result"]["resources"] if each["url"].endswith("vestigingenbo.csv"))
    status, headers, content = get(resource["url"])
    assert (status, len(content)) == (200, resource["size"])
    assert get(resource["url"], **{"If-None-Match": headers["ETag"]})[0] == 304
    assert get(resource["url"], **{"If-Modified-Since": headers["Last-Modified"]})[0] == 304
    assert get(resource["url"], **{"If-None-Match": '"other"'})[0] == 200


def test_the_portals_traps_are_there(bases):
    def package(name):
        return json.loads(get(f"{bases['ckan']}/api/3/action/package_show?id={name}")[2])["result"]

    page = next(each for each in package("leerling_so_en_vso-v1")["resources"] if each["url"].endswith("/download/___"))
    status, headers, body = get(page["url"])
    assert (status, headers.get_content_type(), body[:15]) == (200, "text/html", b"<!DOCTYPE html>")
    hashes = {each["name"]: each["hash"] for each in package("poswv")["resources"]}
    assert (
        hashes["Leerlingen per samenwerkingsverband naar leeftijd"] == hashes["Leerlingen per samenwerkingsverband naar geslacht"]
    )
    (cluster,) = package("weccluster-v1")["resources"]
    assert "onderwijsdata-intern.example" in cluster["url"]
    assert get(f"{bases['ckan']}/datastore/dump/{cluster['id']}")[0] == 200
    status, _, body = get(f"{bases['ckan']}/api/3/action/package_show?id=nergens")
    assert (status, json.loads(body)["success"]) == (404, False)


def test_features_are_capped_without_a_word(bases):
    url = f"{bases['pdok']}cbs/postcode4/2026/wfs/v1_0?request=GetFeature&typeNames=postcode4:postcode4&count=5000&startIndex="
    sizes = [len(json.loads(get(f"{url}{start}")[2])["features"]) for start in (0, 1_000, 4_000, 9_000)]
    assert sizes == [1_000, 1_000, 51, 0]
    assert get(f"{bases['pdok']}cbs/postcode4/2020/wfs/v1_0?typeNames=postcode4:postcode4")[0] == 404


def test_tables_come_in_pages_and_a_search_is_ignored(bases):
    first = json.loads(get(f"{bases['cbs']}Datasets?$search=gebieden")[2])
    assert len(first["value"]) == 500
    assert "skip=500" in first["@odata.nextLink"]
    assert any(
        each["Title"].startswith("Gebieden in Nederland") for each in json.loads(get(first["@odata.nextLink"])[2])["value"]
    )
