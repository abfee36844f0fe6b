"""The centre of a postcode4: of its area, of the place list, or of neither and why."""

from __future__ import annotations

import json
from datetime import date

import pytest
import shapely

from tests.support.tables import curate

EDITION = date(2022, 1, 1)
DEGREE = 111.32  # km of a degree of latitude


def box(west, south, east, north):
    return json.dumps(shapely.geometry.mapping(shapely.box(west, south, east, north)))


# an area whose middle lies outside it: along two sides of a square
HOOK = shapely.union_all([shapely.box(5.0, 52.0, 5.2, 52.02), shapely.box(5.0, 52.0, 5.02, 52.2)])
TWO = (("0001", box(5.0, 52.0, 5.1, 52.1)), ("0002", box(6.0, 52.0, 6.1, 52.1)))


def boundaries(*ground):
    return [{"gemeentenummer": code, "naam": f"G{code}", "geometrie": area, "editie": EDITION} for code, area in ground]


def listed(*codes):
    return [{"gemeentenummer": code, "naam": f"G{code}", "editie": date(2026, 1, 1)} for code in codes]


def centre(*, at=(5.05, 52.05), area=None, ground=(), soort="Adres", known=("0001", "0002")):
    """The row of a postcode4 in gemeente 0001. ``ground`` are the boundaries of gemeenten, ``known`` the gemeenten of now."""
    (row,) = curate(
        "postcode4",
        stg_postcode4=[{"postcode4": "1111", "longitude": at[0], "latitude": at[1], "soort": soort, "gemeentenaam": "G0001"}],
        stg_postcode4_vlakken=[{"postcode4": "1111", "geometrie": area, "editie": EDITION}] if area else [],
        stg_gemeenten_grenzen=boundaries(*ground),
        stg_gemeenten=listed(*known),
    )
    return row


def place(row):
    return row["longitude"], row["latitude"], row["coordinaat_bron"]


def test_of_the_place_list_where_no_area_is_at_hand_to_the_digit():
    row = centre(at=(5.0512345, 52.0512345))
    assert place(row) == (5.0512345, 52.0512345, "4pp")
    assert row["coordinaat_reden"] is None


def test_the_middle_of_its_area_goes_before_the_place_list():
    assert place(centre(area=box(5.0, 52.0, 5.2, 52.1))) == (5.1, 52.05, "cbs")
    assert place(centre(at=(None, None), area=box(5.0, 52.0, 5.2, 52.1))) == (5.1, 52.05, "cbs")


def test_the_middle_of_a_hook_is_a_point_within_it():
    longitude, latitude, source = place(centre(area=json.dumps(shapely.geometry.mapping(HOOK))))
    assert source == "cbs"
    assert HOOK.contains(shapely.Point(longitude, latitude))


@pytest.mark.parametrize(("north", "kept"), [(-1, True), (0.9, True), (1.1, False), (96.0, False)])
def test_a_listed_centre_more_than_a_kilometre_outside_its_gemeente_is_not_used(north, kept):
    row = centre(at=(5.05, 52.1 + north / DEGREE), ground=TWO)
    assert (row["latitude"] is not None, row["longitude"] is not None) == (kept, kept)
    assert row["coordinaat_bron"] == ("4pp" if kept else None)
    km = f"{north:.1f}".replace(".", ",")
    assert row["coordinaat_reden"] == (None if kept else f"het midden in de plaatsenlijst ligt {km} km buiten de gemeente")


def test_a_centre_in_its_area_is_used_although_the_listed_one_is_wrong():
    assert place(centre(at=(6.5, 53.2), area=TWO[0][1], ground=TWO)) == (5.05, 52.05, "cbs")


def test_without_any_boundary_of_its_gemeente_a_listed_centre_stands():
    assert place(centre(at=(6.5, 53.2), ground=TWO[1:])) == (6.5, 53.2, "4pp")


def test_ground_of_a_gemeente_that_is_no_more_may_be_of_any():
    """Weesp is part of Amsterdam since 24 March 2022; the boundaries of 1 January 2022 have it apart."""
    ground = [*TWO, ("0009", box(5.1, 52.0, 5.2, 52.1))]
    assert place(centre(at=(5.15, 52.05), ground=ground)) == (5.15, 52.05, "4pp")
    assert place(centre(at=(5.15, 52.05), ground=ground, known=("0001", "0002", "0009")))[2] is None
    assert place(centre(at=(5.50, 52.05), ground=ground))[2] is None


def test_ground_of_a_former_gemeente_is_of_its_heir_alone():
    """0009 merged into 0001, as a school on an unchanged postcode shows."""
    school = {"vestigingscode": "01AA00", "instellingscode": "01AA", "vestigingsnaam": "De Proef", "postcode": "1111AA"}
    found = curate(
        "postcode4",
        stg_postcode4=[
            {"postcode4": code, "longitude": 5.15, "latitude": 52.05, "gemeentenaam": gemeente}
            for code, gemeente in (("1111", "G0001"), ("2222", "G0002"))
        ],
        stg_vestigingen_bo=[
            {**school, "gemeentenummer": "0009", "editie": date(2020, 12, 1), "bron_sha256": "2" * 64},
            {**school, "gemeentenummer": "0001", "editie": date(2026, 8, 1), "bron_sha256": "3" * 64},
        ],
        stg_gemeenten=listed("0001", "0002"),
        stg_gemeenten_grenzen=boundaries(*TWO, ("0009", box(5.1, 52.0, 5.2, 52.1))),
    )
    assert [(row["gemeentenummer"], *place(row)) for row in found] == [
        ("0001", 5.15, 52.05, "4pp"),
        ("0002", None, None, None),
    ]


@pytest.mark.parametrize("soort", ["Adres", "Postbus", "Adres + Postbus"])
def test_a_code_of_post_boxes_says_that_it_is_one(soort):
    assert centre(soort=soort)["adressoort"] == soort


def test_a_postcode_without_area_and_listed_centre_says_so():
    assert centre(at=(None, None))["coordinaat_reden"] == "geen bron geeft een vlak of een midden"
