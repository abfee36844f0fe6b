"""The site of a release: what its data files hold against what the release holds, and putting it in place."""

from __future__ import annotations

import json
import re
import shutil
from itertools import pairwise

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts.loading import load_contracts
from pipeline.errors import CheckError
from pipeline.releases.release import DESCRIPTION, DUCKDB_FILE, verify
from pipeline.site.build import FOLDER, MARK, build_site, code_hash, verify_site
from pipeline.site.downloads import TABLES
from pipeline.site.figures import columns_of, definitions
from pipeline.site.pages import CHUNK
from pipeline.site.regions import SCALE, areas, packed
from pipeline.site.scripts import to_json, write_script
from tests.conftest import REPOSITORY

CALL = re.compile(r'passend\("([^"]+)",(.*)\);\n', re.DOTALL)


@pytest.fixture
def bare(national, tmp_path):
    """The release without its site, where one can be made."""
    for name in (DUCKDB_FILE, DESCRIPTION):
        (tmp_path / name).symlink_to(national.release / name)
    return tmp_path


def read(site, name):
    """What a data file hands to the page."""
    called, text = CALL.fullmatch((site / "data" / f"{name}.js").read_text(encoding="utf-8")).groups()
    assert called == name
    return json.loads(text)


def section(site, kind, key, name):
    file = read(site, f"{kind}/{key[: CHUNK[kind]]}")
    return [dict(zip(file["columns"][name], row, strict=True)) for row in file["pages"][key].get(name, [])]


def test_every_column_of_the_key_figures_is_a_figure_or_says_that_it_is_none():
    columns = frozenset(load_contracts("curated")["swv_kerncijfers"].columns)
    figures = [each["id"] for each in definitions()["figures"]]
    used = [column for each in definitions()["figures"] for column in each.get("of") or columns_of(each["id"], columns)]
    assert {*used, *definitions()["no_figure"]} == columns
    assert not {*used} & {*definitions()["no_figure"]}
    assert len(figures) == len(set(figures))


def test_the_run_makes_the_site_in_its_release_and_the_release_stays_whole(national, site):
    assert "  site" in national.run.stderr
    assert (site / MARK).read_text().split()[0] == code_hash()
    verify_site(national.release)
    assert f'data-release="{national.release.name}"' in (site / "index.html").read_text()
    assert not list(national.release.glob(f".{FOLDER}-*"))
    verify(national.release)


def test_every_data_file_hands_over_json_under_its_own_name(site):
    files = sorted((site / "data").rglob("*.js"))
    assert len(files) > 300
    for path in files:
        read(site, path.relative_to(site / "data").with_suffix("").as_posix())


def test_the_index_says_which_release_it_is_that_it_is_fictitious_and_where_a_figure_has_values(national, site, ask):
    index = read(site, "index")
    assert (index["release"]["version"], index["release"]["fictitious"]) == (national.release.name, True)
    listed = {each["id"]: each["years"] for each in index["figures"]}
    assert listed["netto_schooljaar"] == {"PO": [2015]}  # of the one SWV that counts itself
    for figure, sector in (("deelname_sbo", "PO"), ("deelname_vso", "VO")):
        years = ask(
            f"select distinct jaar from swv_kerncijfers where {figure}_ondergrens is not null and sector = '{sector}' order by 1"
        )
        assert listed[figure] == {sector: [year for (year,) in years]}


@pytest.mark.parametrize("figure", ["saldo", "deelname_sbo", "vestigingen_bo"])
def test_a_figure_holds_the_bounds_of_every_swv_and_year(site, ask, figure):
    columns = frozenset(load_contracts("curated")["swv_kerncijfers"].columns)
    low, high = columns_of(figure, columns)
    rows = ask(f"select swv_code, jaar, {low}, {high} from swv_kerncijfers where {low} is not null")
    held = read(site, f"cijfer/{figure}")
    assert sum(map(len, held.values())) == len(rows) > 100
    for swv, year, least, greatest in rows:
        assert held[swv][str(year)] == pytest.approx([least, greatest], abs=0.005), (swv, year)


def test_every_swv_is_listed_with_its_area_or_the_reason_why_it_has_none(site, ask):
    listed = read(site, "samenwerkingsverbanden")
    areas = read(site, "gebieden")["areas"]
    assert listed["code"] == [code for (code,) in ask("select swv_code from samenwerkingsverband order by 1")]
    for code, reason in zip(listed["code"], listed["gebied_reden"], strict=True):
        assert (code in areas) == (reason is None), code
    (national,) = [code for code, nationwide in zip(listed["code"], listed["landelijk"], strict=True) if nationwide]
    assert national == "VO0001"


def test_the_areas_of_an_swv_stand_in_turn_and_one_that_did_not_change_once(site, ask):
    held = read(site, "gebieden")
    assert [(held["today"],)] == ask("select peildag()::varchar")
    of = {swv: [(first, end) for first, end, _ in periods] for swv, periods in held["areas"].items()}
    # PO2819 went into PO2818 and VO3010 into VO3009; nothing else changed
    assert of["PO2819"] == [("2012-08-01", "2018-08-01")]
    assert of["PO2818"] == [("2012-08-01", "2018-08-01"), ("2018-08-01", None)]
    assert {swv for swv, periods in of.items() if len(periods) > 1} == {"PO2818", "VO3009"}
    columns = "swv_code, geldig_vanaf::varchar, geldig_tot::varchar, geometrie"
    rows = ask(f"select {columns} from swv_gebied where geometrie is not null")
    assert len(rows) == sum(map(len, of.values()))
    for swv, first, end, geometry in rows:
        assert [first, end, packed(geometry)] in held["areas"][swv]


def test_periods_that_look_the_same_are_given_once():
    with duckdb.connect() as database:
        database.execute("create table swv_gebied (swv_code text, geldig_vanaf date, geldig_tot date, geometrie text)")
        database.execute("create macro peildag() as date '2026-08-01'")
        west, east = (json.dumps({"type": "Polygon", "coordinates": [[[x, 52], [x + 1, 52], [x, 53], [x, 52]]]}) for x in (5, 6))
        years = [
            ("PO2001", 2014, 2016, west), ("PO2001", 2016, 2018, west), ("PO2001", 2018, None, east),
            ("PO2002", 2014, 2015, east), ("PO2002", 2016, None, east), ("PO2003", 2014, None, None),
        ]  # fmt: skip
        for swv, first, end, geometry in years:
            days = [year and f"{year}-08-01" for year in (first, end)]
            database.execute("insert into swv_gebied values (?, ?, ?, ?)", [swv, *days, geometry])
        found = areas(database)
    assert found["today"] == "2026-08-01"
    assert {swv: [(first, end) for first, end, _ in periods] for swv, periods in found["areas"].items()} == {
        "PO2001": [("2014-08-01", "2018-08-01"), ("2018-08-01", None)],
        "PO2002": [("2014-08-01", "2015-08-01"), ("2016-08-01", None)],
    }


def test_an_swv_that_has_ended_is_listed_with_the_region_that_it_had_last(site, ask):
    listed = read(site, "samenwerkingsverbanden")
    of = {code: place for place, code in enumerate(listed["code"])}
    for code, heir in (("PO2819", "PO2818"), ("VO3010", "VO3009")):
        at = of[code]
        assert (listed["nu"][at], listed["vestigingen"][at], listed["opvolger"][at]) == (False, 0, heir)
        assert {*listed["gemeenten"][at]} <= {*listed["gemeenten"][of[heir]]}
        assert listed["gemeenten"][at]
        assert listed["gemaakt_van"][at] == "postcode4"


def test_who_is_in_an_swv_now_stands_on_its_page_with_how_that_is_known(site, ask):
    members = section(site, "swv", "PO2601", "scholen")
    wanted = ask("select vestigingscode, methode from vestiging_swv where swv_code = 'PO2601' and geldig order by 1")
    assert sorted((each["code"], each["methode"]) for each in members) == wanted
    assert len(members) > 20


def test_flows_and_money_of_an_swv_are_those_of_the_release(site, ask):
    flows = section(site, "swv", "PO2601", "grensverkeer")
    out = {each["ander"]: each["ondergrens"] for each in flows if each["richting"] == "uit"}
    assert out == dict(
        ask(
            "select vestigings_swv, sum(ondergrens)::int from grensverkeer where woon_swv = 'PO2601' "
            "and vestigings_swv != woon_swv and peildatum = (select max(peildatum) from grensverkeer) group by 1"
        )
    )
    lines = section(site, "swv", "PO2601", "bekostiging")
    assert [(each["periode"], each["component"], each["bedrag_ondergrens"]) for each in lines] == ask(
        "select periode, component, bedrag_ondergrens::double from ondersteuningsbekostiging_swv where swv_code = 'PO2601' "
        "order by periode desc, volgorde"
    )


def test_every_swv_every_location_and_every_postcode_with_distances_has_a_page(site, ask):
    for kind, sql in (
        ("swv", "select swv_code from samenwerkingsverband"),
        ("vestiging", "select vestigingscode from vestiging"),
        ("postcode", "select distinct postcode4 from dekking_postcode4"),
    ):
        pages = {key for path in (site / "data" / kind).glob("*.js") for key in read(site, f"{kind}/{path.stem}")["pages"]}
        assert pages == {key for (key,) in ask(sql)}


def test_a_location_has_its_links_its_bounds_and_its_routes(site, ask):
    ((code, year),) = ask(
        "select vestigingscode, year(peildatum) from leerlingen_vestiging where leerlingen is null and not uitgesplitst "
        "and vestigingscode in (select vestigingscode from vestiging) order by peildatum desc, vestigingscode limit 1"
    )
    counts = [each for each in section(site, "vestiging", code, "leerlingen") if each["jaar"] == year]
    assert any((each["ondergrens"], each["bovengrens"]) == (1, 4) for each in counts)
    links = section(site, "vestiging", code, "swv")
    assert [(each["swv_code"], each["geldig_vanaf"]) for each in links] == ask(
        f"select swv_code, geldig_vanaf::varchar from vestiging_swv where vestigingscode = '{code}' "
        "order by sector, geldig_vanaf desc"
    )
    assert section(site, "vestiging", code, "routes")


def test_the_rows_of_one_swv_are_those_of_the_release_in_all_their_columns(site, ask):
    found = read(site, "rijen/PO2601")
    for table in TABLES:
        columns, rows = found["columns"][table], found["rows"][table]
        ((wanted,),) = ask(f"select count(*) from {table} where swv_code = 'PO2601'")
        assert len(rows) == wanted > 0, table
        assert columns == [name for name, *_ in ask(f"describe {table}")], table
        assert {row[columns.index("swv_code")] for row in rows} == {"PO2601"}, table
    assert not (site / "data/rijen/PO9999.js").exists()


def test_the_page_is_told_nothing_that_cannot_be_seen(tmp_path):
    write_script(tmp_path, "proef", to_json({"naam": "Het \u202everband"}))
    assert "Het \ufffdverband" in (tmp_path / "proef.js").read_text(encoding="utf-8")


def test_the_same_release_gives_the_same_bytes(national, site, bare):
    for path in national.release.iterdir():
        if path.is_file() and not (bare / path.name).exists():
            (bare / path.name).symlink_to(path)
    build_site(bare)
    made, before = bare / FOLDER, sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file()) == before
    different = [path for path in before if (site / path).read_bytes() != (made / path).read_bytes()]
    assert different == []


def test_a_site_that_this_code_made_is_left_alone_and_another_is_replaced_as_a_whole(bare, national):
    shutil.copytree(national.release / FOLDER, bare / FOLDER, ignore=shutil.ignore_patterns("rijen", "vestiging"))
    kept = build_site(bare)
    assert (kept.unchanged, kept.path) == (True, bare / FOLDER)
    assert not (bare / FOLDER / "data/rijen").exists()
    with pytest.raises(CheckError, match="is not the site that was made of"):
        verify_site(bare)
    (bare / FOLDER / MARK).write_text("other code\n")
    (bare / FOLDER / "data" / "left-over.js").write_text("")
    assert not build_site(bare).unchanged
    assert (bare / FOLDER / "data/rijen/PO2601.js").is_file()
    assert not (bare / FOLDER / "data" / "left-over.js").exists()


def test_a_build_that_fails_leaves_the_site_that_was_there(bare):
    (bare / FOLDER).mkdir()
    (bare / FOLDER / "index.html").write_text("as it was")
    (bare / DUCKDB_FILE).unlink()
    (bare / DUCKDB_FILE).write_bytes(b"no database")
    with pytest.raises(CheckError, match="damaged"):
        build_site(bare)
    assert sorted(each.name for each in bare.iterdir()) == sorted([DESCRIPTION, DUCKDB_FILE, FOLDER])
    assert (bare / FOLDER / "index.html").read_text() == "as it was"


def unpacked(ring):
    """As the page reads it."""
    east = north = 0
    points = []
    for step in zip(ring[::2], ring[1::2], strict=True):
        east, north = east + step[0], north + step[1]
        points.append((east, north))
    return points


degrees = st.floats(min_value=3, max_value=8, allow_nan=False)


@given(st.lists(st.tuples(degrees, degrees), min_size=4, max_size=30))
def test_an_area_is_the_same_to_a_ten_thousandth_of_a_degree_and_begins_where_it_ends(points):
    ring = [*points, points[0]]
    for polygon in packed(json.dumps({"type": "Polygon", "coordinates": [ring]})):
        for found in map(unpacked, polygon):
            assert set(found) == {(round(east * SCALE), round(north * SCALE)) for east, north in ring}
            assert found[0] == found[-1]
            assert all(one != other for one, other in pairwise(found))


def test_an_island_smaller_than_the_grid_is_left_out_and_a_hole_kept():
    square = [[5, 52], [5.1, 52], [5.1, 52.1], [5, 52.1], [5, 52]]
    hole = [[5.02, 52.02], [5.02, 52.04], [5.04, 52.04], [5.02, 52.02]]
    speck = [[6, 52], [6.00001, 52], [6.00001, 52.00001], [6, 52]]
    area = {"type": "MultiPolygon", "coordinates": [[square, hole], [speck]]}
    assert [[len(ring) for ring in polygon] for polygon in packed(json.dumps(area))] == [[10, 8]]


def test_the_bundle_names_the_licence_of_everything_that_is_in_it_and_no_address_but_those():
    bundle = REPOSITORY / "pipeline" / "site" / "bundle"
    licences = (bundle / "THIRD_PARTY.txt").read_text(encoding="utf-8")
    for name in ("leaflet", "preact", "@observablehq/plot", "@fontsource-variable/literata", "write-excel-file", "fflate"):
        assert f"\n{name} " in licences
    lock = json.loads((REPOSITORY / "site" / "package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, each in lock["packages"].items() if "resolved" in each]
    assert all("integrity" in each for name, each in lock["packages"].items() if name)
