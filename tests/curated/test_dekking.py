"""Coverage on countries of a few places, through the project's own queries, against distances worked out another way."""

from __future__ import annotations

import itertools
import math
import re
import warnings
from dataclasses import dataclass, field

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checks.batch import make_batch
from pipeline.checks.validation import validate
from pipeline.contracts.expectations import expectations_of
from pipeline.contracts.loading import load_contracts
from pipeline.curated import reference
from pipeline.curated.models import load_models
from tests.conftest import REPOSITORY

CURATED = load_contracts("curated")
MODELS = load_models(REPOSITORY / "assets" / "sql", CURATED, load_contracts("staging"))
TABLES = ("vestiging_aanbod", "dekking_postcode4", "dekking_vestiging", "dekking_swv")
READS = {name for table in TABLES for name in MODELS[table].depends} - set(TABLES)
SECTORS = {"BO": ["PO"], "SBO": ["PO"], "SO": ["PO"], "VSO": ["VO"], "SOVSO": ["PO", "VO"], "VO": ["VO"]}
DAY, TODAY, LATER = "2024-10-01", "2025-01-01", "2027-08-01"
OUTSIDE = "cluster 1 en 2 vallen buiten de samenwerkingsverbanden"


@dataclass
class School:
    """A location: where it stands, what it is, and the SWV it belongs to (none: why not), for sure or else to `anders`."""

    code: str
    soort: str = "BO"
    at: tuple[float, float] | None = (52.0, 5.0)
    swv: str | None = "01"
    cluster: str | None = None
    structuur: str | None = None
    reden: str = "postcode4 1000 staat in geen regio-indeling"
    gemeente: str = "0001"
    bron: str = "locatie"
    anders: str | None = None


@dataclass
class Home:
    """A postcode4: where its centre is, the number of its region in either sector, and the pupils who live there."""

    code: str
    at: tuple[float, float] | None = (52.0, 5.0)
    swv: str | None = "01"
    pupils: tuple[int, int] | None = (10, 10)
    soort: str = "BO"
    gemeente: str = "0001"


@dataclass
class Country:
    schools: list[School] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    swvs: tuple[str, ...] = ("PO01", "VO01")
    landelijk: tuple[str, ...] = ()
    pupils: int | None = None  # of the one school where all who live somewhere go, where that is known


def code(sector: str, swv: str) -> str:
    return swv if swv.startswith(sector) else f"{sector}20{swv}"


def build(country: Country) -> duckdb.DuckDBPyConnection:
    """The coverage tables of a country, made by the project's own queries under its own contracts."""
    database = duckdb.connect()
    database.execute("set threads = 2")
    reference.load(database, reference.known())
    for table in sorted(READS):
        database.execute(CURATED[table].ddl())
    put(database, "peildag", dag=TODAY)
    for macro in {each.name: each for table in TABLES for each in MODELS[table].macros}.values():
        database.execute(macro.sql)
    for s in country.schools:
        latitude, longitude = s.at or (None, None)
        put(database, "vestiging", vestigingscode=s.code, soort=s.soort, cluster=s.cluster, onderwijsstructuur=s.structuur,
            gemeentenummer=s.gemeente, latitude=latitude, longitude=longitude,
            coordinaat_bron=s.bron if s.at else None)  # fmt: skip
        for sector in SECTORS[s.soort]:
            swv = code(sector, s.swv) if s.swv else None
            put(database, "vestiging_swv", vestigingscode=s.code, sector=sector, swv_code=swv, geldig_vanaf="2015-04-23",
                geldig_tot=LATER, reden=None if swv else s.reden,
                zekerheid=("aannemelijk" if s.anders else "zeker") if swv else None,
                anders_swv_code=code(sector, s.anders) if s.anders else None)  # fmt: skip
            # what held before and what is announced count for nothing now
            put(database, "vestiging_swv", vestigingscode=s.code, sector=sector, swv_code=f"{sector}2099",
                geldig_vanaf="2014-08-01", geldig_tot="2015-04-23")  # fmt: skip
            put(database, "vestiging_swv", vestigingscode=s.code, sector=sector, swv_code=f"{sector}2099", geldig_vanaf=LATER)
    for h in country.homes:
        latitude, longitude = h.at or (None, None)
        put(database, "postcode4", postcode4=h.code, latitude=latitude, longitude=longitude, gemeentenummer=h.gemeente)
        for sector in ("PO", "VO"):
            if h.swv:
                put(database, "postcode4_swv", postcode4=h.code, sector=sector, geldig_vanaf="2015-04-23",
                    geldig_tot=LATER, swv_code=code(sector, h.swv))  # fmt: skip
            put(database, "postcode4_swv", postcode4=h.code, sector=sector, geldig_vanaf="2014-08-01", geldig_tot="2015-04-23",
                swv_code=f"{sector}2099")  # fmt: skip
            put(database, "postcode4_swv", postcode4=h.code, sector=sector, geldig_vanaf=LATER, swv_code=f"{sector}2099")
        if h.pupils:
            for day, (low, high) in ((DAY, h.pupils), ("2023-10-01", (900, 900))):
                put(
                    database,
                    "leerlingen_postcode4",
                    herkomst=h.code,
                    soort=h.soort,
                    peildatum=day,
                    ondergrens=low,
                    bovengrens=high,
                )
            put(database, "leerlingen_herkomst", vestigingscode="00AA00", soort=h.soort, peildatum=DAY, herkomst=h.code,
                ondergrens=h.pupils[0], bovengrens=h.pupils[1], vestiging_ondergrens=country.pupils,
                vestiging_bovengrens=country.pupils)  # fmt: skip
    put(database, "leerlingen_postcode4", herkomst="België", soort="BO", peildatum=DAY, ondergrens=7, bovengrens=7)
    for swv in (*country.swvs, *country.landelijk):
        put(database, "samenwerkingsverband", swv_code=f"{swv[:2]}20{swv[2:]}" if len(swv) == 4 else swv, sector=swv[:2],
            landelijk=swv in country.landelijk)  # fmt: skip
    put(database, "samenwerkingsverband", swv_code="PO2099", sector="PO", landelijk=False, einddatum="2015-04-23")
    for table in (each for each in MODELS if each in TABLES):
        database.execute(CURATED[table].ddl())
        database.execute(f"insert into {table} by name ({MODELS[table].sql})")
    return database


def put(database, table, **values):
    columns = ", ".join(values)
    database.execute(f"insert into {table} ({columns}) values ({', '.join('?' * len(values))})", list(values.values()))


def rows(database, sql):
    found = database.execute(sql)
    names = [each[0] for each in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def one(database, sql):
    (found,) = rows(database, sql)
    return found


def swv(database, kind, code="PO2001"):
    return one(database, f"select * from dekking_swv where swv_code = '{code}' and voorziening = '{kind}'")


def haversine(a, b):
    """Great-circle kilometres by the textbook's formula, which shares nothing with the queries but the radius."""
    (lat1, lon1), (lat2, lon2) = ((math.radians(x) for x in each) for each in (a, b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))


def near(km):
    return pytest.approx(km, abs=0.00051)


AMSTERDAM, UTRECHT, GRONINGEN, MAASTRICHT = (52.3702, 4.8952), (52.0907, 5.1214), (53.2194, 6.5665), (50.8514, 5.6910)


# -- what a location offers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("school", "offers"),
    [
        (School("01AA00", "BO"), {"BO"}),
        (School("01AA00", "SBO"), {"SBO"}),
        (School("01AA00", "SO", cluster="4"), {"SO", "SO cluster 4"}),
        (School("01AA00", "SO", cluster="3/4"), {"SO", "SO cluster 3", "SO cluster 4"}),
        (School("01AA00", "SO"), {"SO", "SO cluster onbekend"}),
        (School("01AA00", "SOVSO", cluster="3"), {"SO", "SO cluster 3", "VSO", "VSO cluster 3"}),
        (School("01AA00", "SOVSO"), {"SO", "SO cluster onbekend", "VSO", "VSO cluster onbekend"}),
        (School("01AA00", "VSO", cluster="2"), {"VSO", "VSO cluster 2"}),
        (School("01AA00", "VO", structuur="VBO/MAVO/PRO"), {"VO", "VBO", "MAVO", "PRO"}),
        (School("01AA00", "VO", structuur="HAVO/VWO"), {"VO", "HAVO", "VWO"}),
        (School("01AA00", "VO", structuur="BRUGJAAR"), {"VO"}),
        (School("01AA00", "VO"), {"VO"}),
    ],
)
def test_a_location_offers_its_kind_and_what_is_known_of_its_parts(school, offers):
    found = rows(build(Country([school])), "select voorziening, reden from vestiging_aanbod")
    assert {each["voorziening"] for each in found} == offers
    assert all((each["reden"] is not None) == each["voorziening"].endswith("onbekend") for each in found)


def test_cluster_1_and_2_count_in_no_swv_even_where_a_link_says_so():
    found = rows(build(Country([School("01AA00", "SO", cluster="2"), School("02BB00", "SO", cluster="2/3")])),
                 "select vestigingscode, voorziening, swv_code, swv_reden from vestiging_aanbod")  # fmt: skip
    inside = {(each["vestigingscode"], each["voorziening"]): each["swv_code"] for each in found}
    assert inside == {
        ("01AA00", "SO"): None, ("01AA00", "SO cluster 2"): None, ("02BB00", "SO"): "PO2001", ("02BB00", "SO cluster 2"): None,
        ("02BB00", "SO cluster 3"): "PO2001",
    }  # fmt: skip
    assert {each["swv_reden"] for each in found if each["swv_code"] is None} == {OUTSIDE}


# -- distances --------------------------------------------------------------------------------------------------------


def test_the_nearest_inside_and_the_nearest_anywhere():
    database = build(Country(
        [School("01AA00", at=MAASTRICHT), School("02BB00", at=GRONINGEN), School("03CC00", at=UTRECHT, swv="02")],
        [Home("1011", AMSTERDAM)],
    ))  # fmt: skip
    found = one(database, "select * from dekking_postcode4 where voorziening = 'BO'")
    assert (found["swv_code"], found["vestiging_binnen"], found["vestiging_overal"]) == ("PO2001", "02BB00", "03CC00")
    assert found["km_binnen"] == near(haversine(AMSTERDAM, GRONINGEN))
    assert found["km_overal"] == near(haversine(AMSTERDAM, UTRECHT))
    assert (found["reden_binnen"], found["reden_overal"]) == (None, None)
    assert (found["leerlingen_ondergrens"], str(found["peildatum"])) == (10, DAY)
    # known from an atlas: Amsterdam to Utrecht is some 35 km, Amsterdam to Groningen some 147 km
    assert 34 < found["km_overal"] < 36
    assert 145 < found["km_binnen"] < 149


@pytest.mark.parametrize("step", [0.0, 1e-5, 3e-5, 1e-4, 1e-3, 0.04, 0.5])
def test_small_distances_keep_their_metres(step):
    there = (52.123456 + step, 5.654321 + step)
    database = build(Country([School("01AA00", at=there)], [Home("1011", (52.123456, 5.654321))]))
    found = one(database, "select * from dekking_postcode4 where voorziening = 'BO'")
    assert found["km_binnen"] == near(haversine((52.123456, 5.654321), there))


def test_provisions_in_vo_are_weighed_by_homes_in_vo_where_those_are_counted():
    homes = [Home("1000", (52.0, 5.0), "01", (10, 10), soort="BO"), Home("1001", (52.0, 5.2), "01", (30, 30), soort="VO")]
    schools = [School("00AA00", "BO", (52.0, 5.0), "01"), School("00AB00", "VO", (52.0, 5.0), "01")]
    with build(Country(schools, homes)) as database:
        say = "select voorziening, postcode4, leerlingen_ondergrens from dekking_postcode4 where voorziening in ('BO', 'VO')"
        assert {tuple(each.values()) for each in rows(database, say)} == {
            ("BO", "1000", 10), ("BO", "1001", None), ("VO", "1000", None), ("VO", "1001", 30),
        }  # fmt: skip
        say = "select swv_code, leerlingen_ondergrens from dekking_swv where voorziening in ('BO', 'VO')"
        assert {tuple(each.values()) for each in rows(database, say)} == {("PO2001", 10), ("VO2001", 30)}


def test_of_several_at_one_place_the_first_code_is_named():
    schools = [School(f"0{i}AA00", at=UTRECHT) for i in (3, 1, 2)]
    found = one(build(Country(schools, [Home("1011", AMSTERDAM)])), "select * from dekking_postcode4 where voorziening = 'BO'")
    assert (found["vestiging_binnen"], found["vestiging_overal"]) == ("01AA00", "01AA00")


places = st.tuples(st.floats(50.8, 53.5).map(lambda x: round(x, 5)), st.floats(3.4, 7.2).map(lambda x: round(x, 5)))
kinds = st.sampled_from([("BO", None), ("SBO", None), ("SO", "3"), ("SO", "4"), ("SO", "2"), ("SOVSO", "3/4"), ("SO", None)])
regions = st.sampled_from(["01", "02", "03"])


@st.composite
def countries(draw):
    schools = []
    for number in range(draw(st.integers(1, 12))):
        soort, cluster = draw(kinds)
        outside = cluster == "2"
        schools.append(School(f"{number:02}AA00", soort, draw(st.none() | places), None if outside else draw(regions), cluster,
                              reden=OUTSIDE if outside else "x"))  # fmt: skip
    homes = [
        Home(str(1000 + number), draw(places), draw(st.none() | regions), (5, draw(st.sampled_from([5, 20]))))
        for number in range(draw(st.integers(1, 4)))
    ]
    return Country(schools, homes, tuple(f"{sector}{n}" for sector in ("PO", "VO") for n in ("01", "02", "03")))


def offers(school, kind):
    soort, _, cluster = kind.partition(" cluster ")
    return soort in SECTORS and (soort == school.soort or (school.soort == "SOVSO" and soort in ("SO", "VSO"))) and (
        not cluster or cluster in (school.cluster or "").split("/")
    )  # fmt: skip


@settings(max_examples=40)
@given(countries())
def test_the_nearest_is_the_least_of_all(country):
    database = build(country)
    schools = {each.code: each for each in country.schools}
    homes = {each.code: each for each in country.homes}
    seen = rows(
        database,
        "select * from dekking_postcode4 where voorziening in ('BO', 'SBO', 'SO', 'SO cluster 3', 'SO cluster 2', 'VSO')",
    )
    assert len(seen) == 6 * len(homes)
    for row in seen:
        home = homes[row["postcode4"]]
        all_ = [s for s in country.schools if s.at and offers(s, row["voorziening"])]
        inside = [s for s in all_ if s.swv == home.swv and s.swv and row["voorziening"] != "SO cluster 2"]
        for scope, some in (("binnen", inside), ("overal", all_)):
            if not some:
                assert row[f"km_{scope}"] is None
                assert row[f"reden_{scope}"]
            else:
                least = min(haversine(home.at, s.at) for s in some)
                assert row[f"km_{scope}"] == near(least)
                assert haversine(home.at, schools[row[f"vestiging_{scope}"]].at) == near(least)
    for row in rows(database, "select * from dekking_vestiging where route != 'eigen school' and sector = 'PO'"):
        origin = schools[row["vestigingscode"]]
        others = [s for s in country.schools if s.at and s.code != origin.code and offers(s, row["voorziening"])]
        inside = sorted(haversine(origin.at, s.at) for s in others if origin.at and s.swv and s.swv == origin.swv)
        if origin.at is None or not others:
            assert row["km"] is None
            assert row["reden"]
        elif row["in_swv"]:
            assert row["km"] == near(inside[row["rang"] - 1])
        else:
            assert row["km"] == near(min(haversine(origin.at, s.at) for s in others))
            assert not inside or row["km"] <= inside[0]


@settings(max_examples=25)
@given(st.lists(places, min_size=2, max_size=2))
def test_it_is_as_far_there_as_back(ends):
    database = build(Country([School("01AA00", "SBO", ends[0]), School("02BB00", "SBO", ends[1])]))
    there, back = rows(database, "select km from dekking_vestiging where voorziening = 'SBO' and route = 'speciale voorziening'")
    assert there["km"] == back["km"] == near(haversine(*ends))


# -- the routes of the zorgplicht -------------------------------------------------------------------------------------


def along(km):
    """A place so many kilometres north of Utrecht."""
    return (UTRECHT[0] + math.degrees(km / 6371.0088), UTRECHT[1])


def routes(database, code, route, kind):
    where = f"vestigingscode = '{code}' and route = '{route}' and voorziening = '{kind}'"
    found = rows(database, f"select * from dekking_vestiging where {where} order by rang")
    return [(each["rang"], each["doel"], each["in_swv"], each["km"]) for each in found]


def test_the_own_school_then_three_others_inside_and_the_one_outside_that_is_nearer():
    database = build(Country([
        School("00AA00", at=along(0)), School("01AA00", at=along(4)), School("02AA00", at=along(3)),
        School("03AA00", at=along(6)), School("04AA00", at=along(5)),
        School("05BB00", at=along(1), swv="02"), School("06BB00", at=along(2), swv="02"),
        School("07CC00", "SBO", along(9)), School("08CC00", "SBO", along(8)), School("09DD00", "SBO", along(10), swv="02"),
    ]))  # fmt: skip
    assert routes(database, "00AA00", "eigen school", "BO") == [(1, "00AA00", True, 0)]
    assert routes(database, "00AA00", "andere reguliere school", "BO") == [
        (1, "02AA00", True, near(3)), (2, "01AA00", True, near(4)), (3, "04AA00", True, near(5)), (4, "05BB00", False, near(1)),
    ]  # fmt: skip
    assert routes(database, "00AA00", "speciale voorziening", "SBO") == [(1, "08CC00", True, near(8))]
    # from an sbo school the nearest sbo school is another one
    assert routes(database, "08CC00", "speciale voorziening", "SBO") == [(1, "07CC00", True, near(1))]
    # where none is inside, the nearest anywhere, with the reason
    assert routes(database, "00AA00", "speciale voorziening", "SO") == [(1, None, None, None)]
    assert routes(database, "09DD00", "speciale voorziening", "SBO") == [(1, "07CC00", False, near(1))]
    where = "vestigingscode = '09DD00' and voorziening = 'SBO' and route = 'speciale voorziening'"
    assert "in het samenwerkingsverband" in one(database, f"select reden from dekking_vestiging where {where}")["reden"]


def test_another_secondary_school_has_something_to_offer_in_common():
    database = build(Country([
        School("00AA00", "VO", along(0), structuur="HAVO/VWO"), School("01AA00", "VO", along(1), structuur="PRO"),
        School("02AA00", "VO", along(2), structuur="MAVO/HAVO"), School("03AA00", "VO", along(3), structuur="BRUGJAAR"),
    ]))  # fmt: skip
    assert [each[1] for each in routes(database, "00AA00", "andere reguliere school", "VO")] == ["02AA00", "03AA00"]
    assert routes(database, "00AA00", "speciale voorziening", "PRO") == [(1, "01AA00", True, near(1))]


def test_a_location_with_so_and_vso_has_routes_in_both_sectors():
    database = build(Country([School("00AA00", "SOVSO", cluster="4"), School("01AA00"), School("02AA00", "VO")]))
    where = "vestigingscode = '00AA00' and route = 'eigen school'"
    own = rows(database, f"select sector, voorziening, swv_code from dekking_vestiging where {where} order by sector")
    assert own == [
        {"sector": "PO", "voorziening": "SO", "swv_code": "PO2001"}, {"sector": "VO", "voorziening": "VSO", "swv_code": "VO2001"},
    ]  # fmt: skip


def test_a_column_says_where_the_coordinates_of_either_end_are_from():
    database = build(Country([School("00AA00"), School("01AA00", at=along(1), bron="postcode4")], [Home("1011")]))
    found = one(database, "select * from dekking_vestiging where vestigingscode = '00AA00' and route = 'andere reguliere school'")
    assert (found["coordinaat_bron"], found["doel_coordinaat_bron"]) == ("locatie", "postcode4")
    found = one(database, "select * from dekking_postcode4 where voorziening = 'BO'")
    assert found["coordinaat_bron_binnen"] == "locatie"
    assert (swv(database, "BO")["vestigingen"], swv(database, "BO")["vestigingen_op_postcode4"]) == (2, 1)


# -- what is not known ------------------------------------------------------------------------------------------------


def test_a_cluster_that_is_not_known_is_never_an_absence():
    database = build(Country(
        [School("00AA00", at=UTRECHT), School("01AA00", "SO", along(3)), School("02AA00", "SO", along(9), cluster="4")],
        [Home("1011", UTRECHT)],
    ))  # fmt: skip
    for kind, present, km, least in (("SO", "ja", 3, 3), ("SO cluster 4", "ja", 9, 3), ("SO cluster 3", "onbekend", None, 3)):
        found = swv(database, kind)
        assert found["aanwezig"] == present
        home = one(database, f"select * from dekking_postcode4 where voorziening = '{kind}'")
        assert (home["km_binnen"], home["km_binnen_ondergrens"]) == (km and near(km), near(least))
        assert (home["reden_binnen"] is None) == (kind == "SO")
        route = one(
            database,
            f"select * from dekking_vestiging where vestigingscode = '00AA00' and voorziening = '{kind}' and route like 'spec%'",
        )
        assert (route["km"], route["km_ondergrens"]) == (km and near(km), near(least))
    unknown = swv(database, "SO cluster 3")
    assert "van 1 vestiging(en) met so is het cluster niet bekend" in unknown["reden"]
    # all pupils may be within 5 km, or none
    assert (unknown["aandeel_5km_binnen_ondergrens"], unknown["aandeel_5km_binnen_bovengrens"]) == (0, 100)
    assert (unknown["gemiddelde_km_binnen"], unknown["gemiddelde_km_binnen_bovengrens"]) == (None, None)
    partly = swv(database, "SO cluster 4")
    assert (partly["aandeel_5km_binnen_ondergrens"], partly["aandeel_5km_binnen_bovengrens"]) == (0, 100)
    assert (partly["aandeel_10km_binnen_ondergrens"], partly["gemiddelde_km_binnen"]) == (100, None)
    assert (partly["gemiddelde_km_binnen_ondergrens"], partly["gemiddelde_km_binnen_bovengrens"]) == (near(3), near(9))


def test_a_kind_that_is_not_there_is_missing_and_nobody_lives_near_it():
    database = build(Country([School("00AA00"), School("01AA00", "SBO", along(4), swv="02")], [Home("1011", UTRECHT)]))
    found = swv(database, "SBO")
    assert (found["aanwezig"], found["vestigingen"], found["reden"]) == ("nee", 0, None)
    assert (found["aandeel_20km_binnen_bovengrens"], found["aandeel_5km_overal_ondergrens"]) == (0, 100)
    assert found["gemiddelde_km_binnen"] is None
    assert found["gemiddelde_km_overal"] == near(4)


def test_cluster_1_and_2_count_anywhere_and_never_inside():
    database = build(Country([School("00AA00", "SO", along(4), None, "2", reden=OUTSIDE)], [Home("1011", UTRECHT)]))
    found = swv(database, "SO cluster 2")
    assert (found["aanwezig"], found["reden"], found["vestigingen"]) == ("niet van toepassing", OUTSIDE, 0)
    assert found["aandeel_20km_binnen_bovengrens"] is None
    assert (found["aandeel_5km_overal_ondergrens"], found["gemiddelde_km_overal"]) == (100, near(4))
    assert swv(database, "SO")["aanwezig"] == "nee"
    home = one(database, "select * from dekking_postcode4 where voorziening = 'SO cluster 2'")
    assert (home["km_binnen"], home["reden_binnen"], home["vestiging_overal"]) == (None, OUTSIDE, "00AA00")


def test_a_location_that_no_method_could_place_leaves_open_whether_its_kind_is_there():
    database = build(Country([School("00AA00", "SBO", swv=None)], [Home("1011")]))
    found = swv(database, "SBO")
    assert (found["aanwezig"], found["vestigingen_niet_ingedeeld"]) == ("onbekend", 1)
    assert found["reden"]
    assert found["aandeel_5km_binnen_bovengrens"] is None
    assert found["aandeel_5km_overal_bovengrens"] == 100


def test_a_location_that_is_likely_of_the_landelijk_swv_may_be_the_nearest_inside():
    schools = [School("00AA00", at=along(5)), School("01AA00", at=along(1), swv="PO0001", anders="01")]
    country = {"homes": [Home("1011", at=along(0))], "swvs": ("PO01", "VO01"), "landelijk": ("PO0001",)}
    database = build(Country(schools, **country))
    home = one(database, "select * from dekking_postcode4 where voorziening = 'BO'")
    assert (home["vestiging_binnen"], home["vestiging_overal"]) == ("00AA00", "01AA00")
    assert (round(home["km_binnen"]), round(home["km_binnen_ondergrens"])) == (5, 1)
    assert home["reden_binnen"] == "van een vestiging die dichterbij ligt is het samenwerkingsverband niet zeker"
    assert (swv(database, "BO")["vestigingen"], swv(database, "BO")["vestigingen_niet_ingedeeld"]) == (1, 1)
    alone = build(Country(schools[1:], **country))
    assert [
        (each["swv_code"], each["aanwezig"], each["reden"] is None)
        for each in rows(alone, "from dekking_swv where voorziening = 'BO' order by swv_code")
    ] == [("PO0001", "onbekend", False), ("PO2001", "onbekend", False)]


def test_a_national_swv_has_rows_but_no_region():
    schools = [School("00AA00", "VO", swv="VO0001", structuur="MAVO"), School("01AA00", "VO")]
    database = build(Country(schools, [Home("1011")], landelijk=("VO0001",)))
    found = rows(database, "select * from dekking_swv where swv_code = 'VO0001'")
    assert len(found) == 11
    assert {each["voorziening"]: each["aanwezig"] for each in found if each["vestigingen"]} == {"VO": "ja", "MAVO": "ja"}
    assert {each["aanwezig"] for each in found if not each["vestigingen"]} == {"niet van toepassing"}
    assert all("gebied" in each["reden_aandeel"] and each["aandeel_5km_overal_bovengrens"] is None for each in found)
    # what belongs to it is not inside the region where it stands
    assert swv(database, "VO", "VO2001")["vestigingen"] == 1


def test_every_current_swv_has_a_row_for_every_kind_and_an_ended_one_has_none():
    found = rows(
        build(Country(swvs=("PO01", "PO02", "VO01"))), "select swv_code, count(*) as n from dekking_swv group by all order by all"
    )
    assert [(each["swv_code"], each["n"]) for each in found] == [("PO2001", 7), ("PO2002", 7), ("VO2001", 11)]


def test_postcodes_without_coordinates_are_named_and_widen_the_bounds():
    homes = [Home("1011", UTRECHT, pupils=(30, 30)), Home("1012", None, pupils=(10, 10)), Home("1013", None, pupils=None)]
    found = swv(build(Country([School("00AA00", at=along(1))], homes)), "BO")
    assert (found["postcodes"], found["postcodes_zonder_coordinaten"], found["zonder_coordinaten"]) == (3, 2, "1012, 1013")
    assert (found["aandeel_5km_binnen_ondergrens"], found["aandeel_5km_binnen_bovengrens"]) == (75, 100)
    assert found["gemiddelde_km_binnen"] == near(1)


def test_a_postcode_in_no_region_is_kept_while_pupils_live_there():
    homes = [Home("1011", swv=None), Home("1012", swv=None, pupils=None), Home("1013")]
    database = build(Country([School("00AA00")], homes))
    found = rows(
        database, "select postcode4, swv_code, km_overal, reden_binnen from dekking_postcode4 where voorziening = 'BO' order by 1"
    )
    assert [(each["postcode4"], each["swv_code"], each["km_overal"]) for each in found] == [
        ("1011", None, 0),
        ("1013", "PO2001", 0),
    ]
    assert "geen regio-indeling" in found[0]["reden_binnen"]


def test_only_pupils_in_po_are_the_weight():
    homes = [Home("1011", pupils=(10, 10), soort="SO"), Home("1012", pupils=(99, 99), soort="VSO")]
    database = build(Country([School("00AA00"), School("00BB00", "VO")], homes))
    assert [swv(database, "BO")["leerlingen_ondergrens"], swv(database, "VO", "VO2001")["leerlingen_ondergrens"]] == [10, 10]


def test_without_a_count_there_are_no_shares_and_the_reason_is_given():
    found = swv(build(Country([School("00AA00")], [Home("1011", pupils=None)])), "BO")
    assert (found["aandeel_5km_binnen_ondergrens"], found["aandeel_5km_binnen_bovengrens"]) == (None, None)
    assert found["reden_aandeel"] == "geen telling van leerlingen naar woonplaats"


# -- shares and means within their bounds -----------------------------------------------------------------------------


def test_shares_by_hand():
    """30 to 40 pupils at 1 km, 10 at 8 km, 1 to 4 at 15 km, 5 at 30 km."""
    homes = [Home("1011", along(1), pupils=(30, 40)), Home("1012", along(8)), Home("1013", along(15), pupils=(1, 4)),
             Home("1014", along(30), pupils=(5, 5))]  # fmt: skip
    found = swv(build(Country([School("00AA00", at=along(0))], homes)), "BO")
    assert found["aandeel_5km_binnen_ondergrens"] == round(100 * 30 / (30 + 10 + 4 + 5), 2)
    assert found["aandeel_5km_binnen_bovengrens"] == round(100 * 40 / (40 + 10 + 1 + 5), 2)
    assert found["aandeel_10km_binnen_ondergrens"] == round(100 * 40 / (40 + 4 + 5), 2)
    assert found["aandeel_20km_binnen_bovengrens"] == round(100 * 54 / (54 + 5), 2)
    assert found["gemiddelde_km_binnen"] == near((30 * 1 + 10 * 8 + 15 + 5 * 30) / 46)
    assert (found["leerlingen_ondergrens"], found["leerlingen_bovengrens"]) == (46, 59)


weights = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda each: (min(each), max(each)))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 40), weights), min_size=1, max_size=6))
def test_bounds_are_the_least_and_the_greatest_that_any_true_count_gives(given_):
    """A share or a mean of counts that lie anywhere between their bounds is extreme when each count is at one of them."""
    homes = [Home(str(1000 + i), along(km), pupils=pupils) for i, (km, pupils) in enumerate(given_)]
    found = swv(build(Country([School("00AA00", at=along(0))], homes)), "BO")
    distances = [round(haversine(each.at, along(0)), 3) for each in homes]
    shares, means = {5: [], 10: [], 20: []}, []
    for chosen in itertools.product(*(each.pupils for each in homes)):
        if total := sum(chosen):
            means.append(sum(n * km for n, km in zip(chosen, distances, strict=True)) / total)
            for limit, values in shares.items():
                values.append(100 * sum(n for n, km in zip(chosen, distances, strict=True) if km <= limit) / total)
    if not means:
        assert found["gemiddelde_km_binnen_ondergrens"] is None
        return
    for limit, values in shares.items():
        bounds = found[f"aandeel_{limit}km_binnen_ondergrens"], found[f"aandeel_{limit}km_binnen_bovengrens"]
        if bounds != (None, None):
            assert bounds == (pytest.approx(min(values), abs=0.0051), pytest.approx(max(values), abs=0.0051))
    assert found["gemiddelde_km_binnen_ondergrens"] == pytest.approx(min(means), abs=0.0011)
    assert found["gemiddelde_km_binnen_bovengrens"] == pytest.approx(max(means), abs=0.0011)


@settings(max_examples=30)
@given(st.data(), st.lists(st.tuples(st.integers(0, 40), weights), min_size=1, max_size=5))
def test_bounds_hold_the_pupils_of_the_school_as_well(data, given_):
    """With so many in all, each extreme has every count at one of its bounds but for the one that fills up to the whole."""
    low, high = (sum(pupils[i] for _, pupils in given_) for i in (0, 1))
    total = data.draw(st.integers(low, high))
    homes = [Home(str(1000 + i), along(km), pupils=pupils) for i, (km, pupils) in enumerate(given_)]
    found = swv(build(Country([School("00AA00", at=along(0))], homes, pupils=total)), "BO")
    assert (found["leerlingen_ondergrens"], found["leerlingen_bovengrens"]) == (total, total)
    distances = [round(haversine(each.at, along(0)), 3) for each in homes]
    ends = []
    for filling, each in enumerate(homes):
        for chosen in itertools.product(*(one.pupils for one in homes if one is not each)):
            if each.pupils[0] <= (rest := total - sum(chosen)) <= each.pupils[1]:
                ends.append([*chosen[:filling], rest, *chosen[filling:]])
    if not total:
        return
    for limit in (5, 10, 20):
        shares = [100 * sum(n for n, km in zip(end, distances, strict=True) if km <= limit) / total for end in ends]
        bounds = found[f"aandeel_{limit}km_binnen_ondergrens"], found[f"aandeel_{limit}km_binnen_bovengrens"]
        assert bounds == (pytest.approx(min(shares), abs=0.0051), pytest.approx(max(shares), abs=0.0051))
    means = [sum(n * km for n, km in zip(end, distances, strict=True)) / total for end in ends]
    bounds = found["gemiddelde_km_binnen_ondergrens"], found["gemiddelde_km_binnen_bovengrens"]
    assert bounds == (pytest.approx(min(means), abs=0.0011), pytest.approx(max(means), abs=0.0011))
    assert found["gemiddelde_km_binnen"] is None or bounds[0] <= found["gemiddelde_km_binnen"] <= bounds[1]


# -- checks that can fail ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sound():
    """A country in which every check holds, with every table that a check refers to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations  # noqa: F401
    schools = [School("00AA00"), School("01AA00", at=along(1)), School("02AA00", "SOVSO", along(2)), School("03AA00", "VO"),
               School("04AA00", "SO", along(5), None, "1", reden=OUTSIDE), School("05AA00", at=along(1), swv="02")]  # fmt: skip
    with build(Country(schools, [Home("1011", UTRECHT, pupils=(3, 9))], ("PO01", "PO02", "VO01"))) as database:
        yield database


def outcomes(database, table, only=None):
    contract = CURATED[table]
    batch = make_batch(database, contract)
    chosen = [each for each in batch.expectations if only is None or each.name == only]
    return {each.check: each.status for each in validate(table, batch.frame, chosen, batch.keys)}


@pytest.mark.parametrize("table", TABLES)
def test_every_check_holds_in_a_sound_country(sound, table):
    critical = {each.name for each in expectations_of(CURATED[table]) if each.severity == "critical"}
    assert {each for each, status in outcomes(sound, table).items() if status != "passed"} & critical == set()


# check -> what is done to the table
BROKEN = {
    "vestiging_aanbod": {
        "vestigingscode__heeft_dekking": "vestigingscode = '99ZZ99'",
        "tabel__table_row_count_to_be_between": None,
        "reden__bij_cluster_onbekend": "reden = null",
        "voorziening__in_swv": "swv_code = 'PO2001', voorziening = 'SO cluster 1'",
        "swv_reden__bij_geen_swv": "swv_code = null, swv_reden = null",
        "vestigingscode_in_vestiging__in_set": "vestigingscode = '99ZZ99'",
        "swv_code_in_samenwerkingsverband__in_set": "swv_code = 'PO9999'",
    },
    "dekking_postcode4": {
        "swv_code__heeft_dekking": "swv_code = 'PO9999'",
        "tabel__table_row_count_to_be_between": None,
        "km_binnen__between": "km_binnen = 400.1",
        "km_overal__between": "km_overal = -0.1",
        "reden_binnen__bij_geen_afstand": "km_binnen = null, reden_binnen = null",
        "reden_overal__bij_geen_afstand": "km_overal = null, reden_overal = null",
        "postcode4_in_postcode4__in_set": "postcode4 = '9999'",
        "vestiging_binnen_in_vestiging__in_set": "vestiging_binnen = '99ZZ99'",
        "vestiging_overal_in_vestiging__in_set": "vestiging_overal = '99ZZ99'",
    },
    "dekking_vestiging": {
        "tabel__table_row_count_to_be_between": None,
        "reden__bij_geen_doel": "doel = null, reden = null",
        "km__bij_doel": "doel = '00AA00', km = null",
        "km__between": "km = 401",
        "doel__eigen_school": "route = 'eigen school', doel = '01AA00', vestigingscode = '00AA00'",
        "doel_swv_code__binnen": "in_swv = true, doel_swv_code = 'PO2002', swv_code = 'PO2001'",
        "vestigingscode_in_vestiging__in_set": "vestigingscode = '99ZZ99'",
        "doel_in_vestiging__in_set": "doel = '99ZZ99'",
    },
    "dekking_swv": {
        "soorten__alle_po": "soorten = 6",
        "soorten__alle_vo": "soorten = 12",
        "reden__bij_geen_oordeel": "aanwezig = 'onbekend', reden = null",
        "reden_aandeel__bij_geen_aandeel": "aandeel_20km_binnen_bovengrens = null, reden_aandeel = null",
        "vestigingen__bij_aanwezig": "aanwezig = 'ja', vestigingen = 0",
        "aanwezig__bij_cluster_onbekend": "vestigingen_cluster_onbekend = 1, aanwezig = 'nee'",
        "swv_code_in_samenwerkingsverband__in_set": "swv_code = 'PO9999'",
        "aandeel_5km_binnen_ondergrens__between": "aandeel_5km_binnen_ondergrens = -1",
        "aandeel_20km_overal_bovengrens__between": "aandeel_20km_overal_bovengrens = 101",
    },
}  # fmt: skip


def cases():
    for table in TABLES:
        for each in expectations_of(CURATED[table]):
            if each.type == "expect_column_pair_values_a_to_be_greater_than_b":
                higher, lower = each.kwargs["column_A"], each.kwargs["column_B"]
                yield table, each.name, f"{higher} = 1, {lower} = 2"
            elif each.name in BROKEN[table]:
                yield table, each.name, BROKEN[table][each.name]


@pytest.mark.parametrize(("table", "check", "change"), list(cases()))
def test_each_check_fails_on_a_row_that_is_wrong(sound, table, check, change):
    sound.execute("begin")
    try:
        sound.execute(f"update {table} set {change}" if change else f"delete from {table}")
        assert outcomes(sound, table, check) == {check: "failed"}
    finally:
        sound.execute("rollback")


def test_every_critical_check_that_is_the_tables_own_is_among_those():
    proven = {(table, check) for table, check, _ in cases()}
    own = {
        (table, each.name) for table in TABLES for each in expectations_of(CURATED[table])
        if each.severity == "critical" and not each.reason.startswith("the contract's own shape")
    }  # fmt: skip
    assert own - proven == set()
    assert all((table, check) in proven for table, checks in BROKEN.items() for check in checks)


# -- what the documentation asks --------------------------------------------------------------------------------------

QUERIES = re.findall(r"```sql\n(.*?)```", (REPOSITORY / "docs/coverage.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_every_query_of_the_documentation_can_be_asked(sound, query):
    assert sound.execute(query).description


def test_which_swvs_have_no_so_for_cluster_4_within_20_km_of_a_tenth_of_their_pupils():
    (query,) = (each for each in QUERIES if "'SO cluster 4'" in each and "90" in each)
    far, nearby = School("00AA00", "SO", along(21), "01", "4"), School("01AA00", "SO", along(1), "02", "4")
    unknown = School("02AA00", "SO", (52.0907, 5.1215), "03")
    homes = [
        Home("1011", (51.0, 5.1214), "01", (1, 4)), Home("1012", along(20), "01", (50, 50)), Home("1013", along(0), "02"),
        Home("1014", (51.0, 5.1214), "03"),
    ]  # fmt: skip
    country = Country([far, nearby], homes, ("PO01", "PO02", "PO03", "VO01"))
    # PO2001: 1 to 4 of 51 to 54 pupils are farther than 20 km: not a tenth. PO2003: all are
    assert [each["swv_code"] for each in rows(build(country), query)] == ["PO2003"]
    # an unknown cluster next to nobody changes nothing; one next to the pupils makes it a question
    assert [each["oordeel"] for each in rows(build(Country([far, nearby, unknown], homes, country.swvs)), query)] == ["zeker"]
    unknown.at = (51.0, 5.1214)
    assert [each["oordeel"] for each in rows(build(Country([far, nearby, unknown], homes, country.swvs)), query)] == ["mogelijk"]
