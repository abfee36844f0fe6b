"""Files that are one publication, and are not of one day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.archive.fetch import Fetched
from pipeline.registries.catalogue import load_catalogue
from pipeline.registries.files import SourceFile
from pipeline.run.summary import publications

CATALOGUE = load_catalogue()
RIO = [name for name, each in CATALOGUE.items() if each.together]


def look(name, *days):
    """A look that found a file, published on the first of these days, and earlier editions of the others."""
    (spec,) = (each.spec for each in CATALOGUE[name].where)
    file = SourceFile(name, f"ckan {spec['package']}/{spec['file']}", spec["file"], "", "DUO", peildatum="2026-01-01")
    return Fetched(tuple(replace(file, published=day) for day in days), (), "fresh", (), True)


def test_the_seven_files_of_rio_are_one_publication():
    assert len(RIO) == 7
    assert {where.spec["package"] for name in RIO for where in CATALOGUE[name].where} == {"rio_nfo_po_vo_vavo_mbo_ho"}


@pytest.mark.parametrize("earlier", [(), ("2026-07-01",), (None,)])
def test_files_of_one_day_are_not_spoken_of(earlier):
    looks = {name: look(name, "2026-08-01", *earlier) for name in RIO}
    assert list(publications(CATALOGUE, looks | {"besturen_bo": look("besturen_bo", "2026-07-01")})) == []


def test_a_file_of_another_day_is_told_of_by_its_name():
    looks = {name: look(name, "2026-08-01") for name in RIO[1:]} | {RIO[0]: look(RIO[0], "2026-07-31", "2026-08-01")}
    (told,) = publications(CATALOGUE, looks)
    assert told.startswith(
        "ckan rio_nfo_po_vo_vavo_mbo_ho: its files in use are not of one publication, and may contradict each other: "
        "samenwerkingserkenningen.csv of 2026-07-31; bevoegd_gezag_erkenningen.csv, "
    )


def test_a_file_that_a_folder_gives_belongs_to_no_publication():
    looks = {name: look(name, "2026-08-01") for name in RIO[1:]} | {RIO[0]: look(RIO[0], None)}
    assert list(publications(CATALOGUE, looks)) == []
