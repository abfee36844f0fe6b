"""The areas of the SWVs: from areas of postcode4s, from boundaries of gemeenten, and from neither."""

from __future__ import annotations

import datetime
import json

import pandas as pd
import pytest
import shapely

from pipeline.curated.areas import NO_GEOMETRY, NO_REGION, areas
from pipeline.sandbox.country import make_country
from pipeline.sandbox.geography import geography
from tests.support.tables import CONTRACTS, curate

EDITION = datetime.date(2026, 1, 1)
BEGIN, MERGER, NOW = datetime.date(2014, 8, 1), datetime.date(2021, 12, 7), datetime.date(2026, 8, 1)
COLUMNS = ["soort", "code", "swv", "vanaf", "tot", "gemeentenummer", "latitude", "longitude", "geometrie", "editie", "reden",
           "peildag"]  # fmt: skip


def box(west, south, east, north):
    return json.dumps(shapely.geometry.mapping(shapely.box(west, south, east, north)))


def swv(code, reden=None, vanaf=BEGIN, tot=None):
    return [{"soort": "swv", "code": code, "vanaf": vanaf, "tot": tot, "reden": reden}]


def postcode4(code, po, vo, gemeente=None, at=(None, None), area=None):
    return [
        {"soort": "postcode4", "code": code, "gemeentenummer": gemeente, "longitude": at[0], "latitude": at[1],
         "geometrie": area, "editie": EDITION if area else None},
        *(each for swv in (po, vo) if swv for each in regio(code, swv)),
    ]  # fmt: skip


def regio(code, swv, vanaf=BEGIN, tot=None):
    return [{"soort": "regio", "code": code, "swv": swv, "vanaf": vanaf, "tot": tot}]


def moved(code, first, then, *where):
    """A postcode4 that went to another SWV at the merger; None is no region."""
    return [
        *postcode4(code, None, None, *where),
        *(regio(code, first, tot=MERGER) if first else []), *(regio(code, then, MERGER) if then else []),
    ]  # fmt: skip


def gemeente(code, area):
    return [{"soort": "gemeente", "code": code, "gemeentenummer": code, "geometrie": area, "editie": EDITION}]


def table(*rows):
    return areas(pd.DataFrame([each for of in rows for each in of], columns=COLUMNS).assign(peildag=NOW))


def made(*rows):
    """The rows by SWV, each of which has one."""
    found = {row["swv_code"]: row for row in table(*rows).to_dict("records")}
    assert {(row["geldig_vanaf"], row["geldig_tot"], row["geldig"]) for row in found.values()} == {(BEGIN, None, True)}
    return found


def through_time(*rows):
    return {(row["swv_code"], row["geldig_vanaf"], row["geldig_tot"]): row for row in table(*rows).to_dict("records")}


def shape(row):
    return shapely.from_geojson(row["geometrie"])


def test_a_region_is_its_postcode4s_dissolved():
    found = made(
        swv("PO2001"), swv("VO2001"), swv("VO2002"),
        postcode4("9711", "PO2001", "VO2001", "0014", area=box(6.0, 53.0, 6.1, 53.1)),
        postcode4("9712", "PO2001", "VO2002", "0014", area=box(6.1, 53.0, 6.2, 53.1)),
        postcode4("9713", "PO2001", "VO2001", "0014"),
    )  # fmt: skip
    assert shape(found["PO2001"]).equals(shapely.box(6.0, 53.0, 6.2, 53.1))
    assert shape(found["VO2001"]).equals(shapely.box(6.0, 53.0, 6.1, 53.1))
    row = found["VO2001"]
    assert (row["gemaakt_van"], row["benaderd"], row["bron"]) == ("postcode4", False, "postcode4_vlakken")
    assert (row["peildatum"], row["gedeelde_gemeenten"]) == (EDITION, "0014")
    assert (row["postcode4_aantal"], row["postcode4_getekend"]) == (2, 1)
    assert found["PO2001"]["gedeelde_gemeenten"] is None
    assert shape(row).contains(shapely.Point(row["longitude"], row["latitude"]))


def test_without_areas_of_postcode4s_a_divided_gemeente_goes_to_the_nearest_centres_and_says_so():
    found = made(
        swv("PO2001"), swv("PO2002"), swv("VO2001"),
        gemeente("0014", box(6.0, 53.0, 6.4, 53.1)), gemeente("0015", box(6.4, 53.0, 6.6, 53.1)),
        postcode4("9711", "PO2001", "VO2001", "0014", (6.1, 53.05)), postcode4("9712", "PO2002", "VO2001", "0014", (6.3, 53.05)),
        postcode4("9713", "PO2002", "VO2001", "0015"), postcode4("9714", "PO2002", "VO2001", "0014"),
    )  # fmt: skip
    assert shape(found["PO2001"]).symmetric_difference(shapely.box(6.0, 53.0, 6.2, 53.1)).area < 1e-6
    assert shape(found["PO2002"]).symmetric_difference(shapely.box(6.2, 53.0, 6.6, 53.1)).area < 1e-6
    assert [found[code]["benaderd"] for code in ("PO2001", "PO2002", "VO2001")] == [True, True, False]
    assert found["PO2002"]["gedeelde_gemeenten"] == "0014"
    assert found["PO2002"]["bron"] == "gemeenten_grenzen, postcode4"
    assert found["VO2001"]["bron"] == "gemeenten_grenzen"
    # 9714 has no centre: it lies in the divided gemeente, and where is not known
    assert (found["PO2002"]["postcode4_aantal"], found["PO2002"]["postcode4_getekend"]) == (3, 2)


def test_a_postcode4_of_a_gemeente_without_a_boundary_lies_where_its_centre_does():
    found = made(
        swv("PO2001"), gemeente("0501", box(4.0, 51.8, 4.2, 51.9)), postcode4("3231", "PO2001", None, "1992", (4.1, 51.85)),
    )  # fmt: skip
    assert shape(found["PO2001"]).equals(shapely.box(4.0, 51.8, 4.2, 51.9))


def test_without_geometry_there_is_a_reason():
    found = made(swv("PO2001"), swv("PO2002"), swv("VO0001", "landelijk"), postcode4("9711", "PO2001", None, "0014", (6.0, 53.0)))
    assert [found[code]["reden"] for code in found] == [NO_GEOMETRY, NO_REGION, "landelijk"]
    assert {row["gemaakt_van"] for row in found.values()} == {"onbekend"}
    assert {row["geometrie"] for row in found.values()} == {None}


def test_where_no_source_gives_a_region_every_swv_says_so():
    found = made(swv("PO2001"), postcode4("9711", None, None, "0014", (6.0, 53.0)), gemeente("0014", box(5.9, 52.9, 6.1, 53.1)))
    assert [found[code]["reden"] for code in found] == [NO_REGION]


def test_a_region_that_changed_has_a_row_per_period_and_one_that_did_not_has_one():
    found = through_time(
        swv("PO2901", tot=MERGER), swv("PO2902"), swv("PO2903"), swv("VO2901"),
        moved("4331", "PO2901", "PO2902", "0687", (None, None), box(3.6, 51.5, 3.7, 51.6)), regio("4331", "VO2901"),
        postcode4("4461", "PO2902", "VO2901", "0664", area=box(3.7, 51.5, 3.8, 51.6)),
        # another list says the same of it, from another day on
        postcode4("4511", None, "VO2901", "1714", area=box(3.8, 51.5, 3.9, 51.6)),
        regio("4511", "PO2903", tot=datetime.date(2018, 8, 1)), regio("4511", "PO2903", datetime.date(2018, 8, 1)),
    )  # fmt: skip
    assert list(found) == [
        ("PO2901", BEGIN, MERGER), ("PO2902", BEGIN, MERGER), ("PO2902", MERGER, None), ("PO2903", BEGIN, None),
        ("VO2901", BEGIN, None),
    ]  # fmt: skip
    assert [row["geldig"] for row in found.values()] == [False, False, True, True, True]
    assert [row["postcode4_aantal"] for row in found.values()] == [1, 1, 2, 1, 3]
    west, middle, both, east, whole = map(shape, found.values())
    assert west.equals(shapely.box(3.6, 51.5, 3.7, 51.6))
    assert middle.equals(shapely.box(3.7, 51.5, 3.8, 51.6))
    assert both.equals(shapely.box(3.6, 51.5, 3.8, 51.6))
    for then in ([west, middle, east], [both, east], [whole]):
        assert shapely.is_valid(then).all()
        assert shapely.coverage_is_valid(then)
        assert shapely.union_all(then).equals(shapely.box(3.6, 51.5, 3.9, 51.6))


def test_a_gemeente_is_divided_in_the_periods_in_which_it_lay_in_several_regions():
    found = through_time(
        swv("PO2001", tot=MERGER), swv("PO2002"), gemeente("0014", box(6.0, 53.0, 6.4, 53.1)),
        moved("9711", "PO2001", "PO2002", "0014", (6.1, 53.05)), postcode4("9712", "PO2002", None, "0014", (6.3, 53.05)),
    )  # fmt: skip
    assert [(row["benaderd"], row["gedeelde_gemeenten"]) for row in found.values()] == [
        (True, "0014"), (True, "0014"), (False, None),
    ]  # fmt: skip
    halves = [shape(found[code, BEGIN, MERGER]) for code in ("PO2001", "PO2002")]
    assert shapely.area(halves) == pytest.approx([0.02, 0.02])
    assert shapely.coverage_is_valid(halves)
    assert shape(found["PO2002", MERGER, None]).symmetric_difference(shapely.box(6.0, 53.0, 6.4, 53.1)).area < 1e-9


def test_the_ground_of_a_postcode4_that_was_not_there_yet_is_of_the_nearest_that_was():
    found = through_time(
        swv("PO2001"), swv("PO2002"), gemeente("0014", box(6.0, 53.0, 6.6, 53.1)),
        postcode4("9711", "PO2001", None, "0014", (6.1, 53.05)), postcode4("9712", "PO2002", None, "0014", (6.3, 53.05)),
        moved("9713", None, "PO2001", "0014", (6.5, 53.05)),
    )  # fmt: skip
    assert [(*key, row["postcode4_aantal"]) for key, row in found.items()] == [
        ("PO2001", BEGIN, MERGER, 1), ("PO2001", MERGER, None, 2), ("PO2002", BEGIN, MERGER, 1), ("PO2002", MERGER, None, 1),
    ]  # fmt: skip
    assert [shape(row).area for row in found.values()] == pytest.approx([0.02, 0.04, 0.04, 0.02])


def test_a_gemeente_without_centres_is_drawn_in_the_periods_in_which_it_lay_in_one_region():
    found = through_time(
        swv("PO2001", tot=MERGER), swv("PO2002"), gemeente("0014", box(6.0, 53.0, 6.4, 53.1)),
        moved("9711", "PO2001", "PO2002", "0014"), postcode4("9712", "PO2002", None, "0014"),
    )  # fmt: skip
    assert [row["reden"] for row in found.values()] == [NO_GEOMETRY, NO_GEOMETRY, None]
    assert [row["postcode4_getekend"] for row in found.values()] == [0, 0, 2]
    assert shape(found["PO2002", MERGER, None]).equals(shapely.box(6.0, 53.0, 6.4, 53.1))


def test_an_swv_without_a_region_now_says_why_as_long_as_it_stands():
    found = through_time(
        swv("PO2001"), swv("PO2002", "beëindigd", tot=MERGER), swv("PO2003", "begint", vanaf=datetime.date(2027, 8, 1)),
        swv("PO2004"), swv("PO2005", "eindigt voor het begint", tot=datetime.date(2013, 1, 1)), swv("PO2006"),
        moved("9711", "PO2001", "PO2006"), regio("9712", "PO2004", datetime.date(2027, 8, 1)), postcode4("9712", None, None),
    )  # fmt: skip
    assert [(*key, row["geldig"], row["reden"]) for key, row in found.items()] == [
        ("PO2001", BEGIN, MERGER, False, NO_GEOMETRY), ("PO2001", MERGER, None, True, NO_REGION),
        ("PO2002", BEGIN, MERGER, False, "beëindigd"), ("PO2003", datetime.date(2027, 8, 1), None, False, "begint"),
        ("PO2004", datetime.date(2027, 8, 1), None, False, NO_GEOMETRY),
        ("PO2004", BEGIN, datetime.date(2027, 8, 1), True, NO_REGION),
        ("PO2005", datetime.date(2012, 12, 31), datetime.date(2013, 1, 1), False, "eindigt voor het begint"),
        ("PO2006", MERGER, None, True, NO_GEOMETRY),
    ]  # fmt: skip


def test_the_query_takes_the_newest_edition_and_the_regions_through_time():
    old = {"bron_sha256": "0" * 64, "editie": datetime.date(2025, 1, 1), "geometrie": box(6, 53, 7, 54)}
    new = {"bron_sha256": "1" * 64, "editie": EDITION, "geometrie": box(6, 53, 6.5, 53.5)}
    found = curate(
        "swv_gebied", stg_postcode4_vlakken=[{"postcode4": "9711", **old}, {"postcode4": "9711", **new}],
        peildag=[{"dag": NOW}], postcode4=[{"postcode4": "9711"}],
        samenwerkingsverband=[
            {"swv_code": "PO2001", "sector": "PO", "landelijk": False},
            {"swv_code": "PO2002", "sector": "PO", "landelijk": False, "einddatum": datetime.date(2018, 8, 1)},
            {"swv_code": "PO2003", "sector": "PO", "landelijk": False, "einddatum": datetime.date(2018, 8, 1)},
            {"swv_code": "VO0001", "sector": "VO", "landelijk": True},
        ],
        postcode4_swv=[
            {"postcode4": "9711", "sector": "PO", "swv_code": "PO2002", "geldig_vanaf": BEGIN,
             "geldig_tot": datetime.date(2018, 8, 1), "bron": "rio"},
            {"postcode4": "9711", "sector": "PO", "swv_code": "PO2001", "geldig_vanaf": datetime.date(2018, 8, 1), "bron": "rio"},
        ],
    )  # fmt: skip
    assert [(row["swv_code"], row["geldig_vanaf"], row["geldig_tot"], row["geldig"]) for row in found] == [
        ("PO2001", datetime.date(2018, 8, 1), None, True), ("PO2002", BEGIN, datetime.date(2018, 8, 1), False),
        ("PO2003", BEGIN, datetime.date(2018, 8, 1), False), ("VO0001", BEGIN, None, True),
    ]  # fmt: skip
    for row in found[:2]:
        assert shape(row).equals(shapely.box(6, 53, 6.5, 53.5))
        assert row["peildatum"] == EDITION
    assert [row["reden"][:10] for row in found[2:]] == ["beëindigd:", "het hele l"]


@pytest.fixture(scope="module")
def country():
    made = make_country(seed=3, scale=1)
    files = {each.place.rpartition(":")[2]: json.loads(each.content) for each in geography(made) if "pdok" in each.place}
    return made, files["postcode4.json"]["features"][:-1], files["gemeente_gegeneraliseerd.json"]["features"]


def test_the_postcodes_of_the_sandbox_tile_its_gemeenten(country):
    truth, cells, borders = country
    shapes, outlines = (
        shapely.from_geojson([json.dumps(each["geometry"]) for each in features]) for features in (cells, borders)
    )  # fmt: skip
    assert shapely.coverage_is_valid(shapes)
    assert shapely.coverage_is_valid(outlines)
    p = truth.postcode4
    assert shapely.contains_xy(shapes, p["longitude"], p["latitude"]).all()
    of = outlines[p["gemeente"].to_numpy()]
    # a straight border in metres bends in degrees, and those of gemeenten have fewer points
    assert (shapely.area(shapely.difference(shapes, of)) < 0.02 * shapely.area(shapes)).all()
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(outlines).sum(), rel=1e-3)


@pytest.mark.parametrize("areas_of_postcode4", [True, False])
def test_the_regions_of_a_country_cover_it_without_overlap_and_hold_their_own_postcode4s(country, areas_of_postcode4):
    truth, cells, borders = country
    number = truth.gemeente["gemeentenummer"].to_numpy()
    rows = [swv(code) for code in truth.swv["swv_code"]]
    rows += [gemeente(each["properties"]["statcode"][2:], json.dumps(each["geometry"])) for each in borders]
    p = truth.postcode4
    for cell, each in zip(cells, p.itertuples(), strict=True):
        area = json.dumps(cell["geometry"]) if areas_of_postcode4 else None
        rows.append(postcode4(each.postcode4, each.PO, each.VO, number[each.gemeente], (each.longitude, each.latitude), area))
    found = table(*rows).dropna(subset="geometrie")
    points = shapely.points(p["longitude"], p["latitude"])
    for sector, of in found.groupby("sector"):
        shapes = shapely.from_geojson(of["geometrie"].to_numpy())
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)
        assert shapely.area(shapes).sum() == pytest.approx(shapely.area(shapely.union_all(shapes)))
        point, region = shapely.STRtree(shapes).query(points, predicate="within")
        assert len(point) == len(points)
        assert (of["swv_code"].to_numpy()[region] == p[sector].to_numpy()[point]).all()
    assert set(found["gemaakt_van"]) == {"postcode4" if areas_of_postcode4 else "gemeente"}
    assert found["benaderd"].any() != areas_of_postcode4
    assert list(found.columns) == CONTRACTS["swv_gebied"].columns
