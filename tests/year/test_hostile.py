"""Editions that no country has: each is refused by name, the last good one is used, and the others go on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest

from pipeline.sandbox import editions
from pipeline.sandbox.editions import Kind, Shown, shown_on
from tests.year.living import Installation, without_orchestrator

BEFORE, AFTER = date(2028, 1, 10), date(2028, 2, 1)
REGISTER = ("ckan/adressen_bo/vestigingenbo.csv", "duo/02.-alle-schoolvestigingen-basisonderwijs.csv")
COUNT = "duo/01.-leerlingen-po-soort-po-cluster-leeftijd-{}-{}.csv"

Content = Callable[[str, date], bytes]


def half(content: Content, place: str) -> bytes:
    header, *lines = content(place, AFTER).splitlines(keepends=True)
    return b"".join([header, *lines[: len(lines) // 2]])


def renamed(content: Content, place: str) -> bytes:
    """Every BRIN begins with two other digits."""
    return re.sub(rb"\b[0-9]{2}([A-Z]{2}(?:[0-9]{2})?)\b", rb"99\1", content(place, AFTER))


def mixed(content: Content, place: str) -> bytes:
    """An eighth once more, as the edition before had it."""
    newer, older = (content(place, each).splitlines(keepends=True) for each in (AFTER, date(2027, 8, 1)))
    return b"".join([*newer, *older[-len(older) // 8 :]])


def last_year(content: Content, _: str) -> bytes:
    return content(COUNT.format(2026, 2027), BEFORE)


HOSTILE = {
    "half of a register": ("vestigingen_bo", REGISTER, half, "rows that fit the contract"),
    "all codes renamed": ("vestigingen_bo", REGISTER, renamed, "of the previous keys are gone"),
    "two editions mixed": ("vestigingen_bo", REGISTER, mixed, "of the records do not fit the contract"),
    "last year's file under this year's name": (
        "leerlingen_po_leeftijd", (COUNT.format(2027, 2028),), last_year,
        "it has the very bytes of 01.-leerlingen-po-soort-po-cluster-leeftijd-2026-2027.csv",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation on the day before."""
    folder = tmp_path_factory.mktemp("lived")
    assert Installation(folder, "small", without_orchestrator).live(BEFORE).code == 0
    return folder


@pytest.mark.parametrize(("dataset", "places", "make", "said"), HOSTILE.values(), ids=HOSTILE)
def test_such_an_edition_is_refused_and_the_last_good_one_used(
    lived: Path, tmp_path: Path, dataset: str, places: tuple[str, ...], make: Callable[[Content, str], bytes], said: str
) -> None:
    shutil.copytree(lived, tmp_path / "data", symlinks=True)

    def shown(kind: Kind, day: date) -> Iterator[Shown]:
        def content(name: str, other: date) -> bytes:
            return next(each.file.content for each in shown_on(kind, other) if each.file.place == name)

        for each in shown_on(kind, day):
            place = each.file.place
            yield replace(each, file=replace(each.file, content=make(content, place))) if place in places else each

    installation = Installation(tmp_path / "data", "small", without_orchestrator)
    with patch.object(editions, "shown_on", shown):
        day = installation.live(AFTER)
    assert day.code == 0
    assert day.did.startswith("released"), "what the other registries have new is out"
    assert said in day.told
    assert f"{dataset}: " in day.told
