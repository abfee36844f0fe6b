"""Registries given one by one, in whatever order, end in the same tables."""

from __future__ import annotations

import pytest

from pipeline.releases import query as queries
from pipeline.settings import Settings
from tests.support.editions import SCHOOLS, run
from tests.support.small import TABLES, write_package

REFERENCE = [*TABLES, "leerlingen_po_historisch"]
# a school that only the count of 2019 saw, one that closed and one that opened between the registers
COUNTED = [
    {"peildatum": "2019-10-01", "instellingscode": code[:4], "vestigingsnummer": code[4:], "naam": "School",
     "postcode": "1012 AB", "gemeentenummer": "0363", "soort": "Bo", "leerlingen": "50"}
    for code in ("01CC00", "99ZZ00")
]  # fmt: skip
FOLDERS = {
    "vroeg": {"without": ["leerlingen_po_historisch"], "vestigingen_bo": SCHOOLS[:-1], "days": {"vestigingen_bo": "2020-12-01"}},
    "telling": {"without": REFERENCE, "leerlingen_po_afstand": COUNTED},
    "laat": {"without": ["swv_regio_wettelijk", "postcode4", "gemeenten"], "vestigingen_bo": SCHOOLS[1:]},
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("mappen")
    return {name: str(write_package(place / name, **given)) for name, given in FOLDERS.items()}


def test_registries_given_oldest_or_newest_first_end_the_same(folders, tmp_path):
    contents = set()
    for number, order in enumerate([(*folders,), (*reversed(folders),)]):
        data = tmp_path / str(number)
        for given in range(1, len(order) + 1):
            settings = Settings(data_dir=data, sources=tuple(folders[name] for name in order[:given]))
            release = run(settings)
            unknown = "select count(*) from vestiging_plaats anti join vestiging_bekend using (vestigingscode)"
            assert queries.ask(settings.releases_dir, unknown).rows(limit=1) == [(0,)]
        contents.add(release.description["content"])
    assert len(contents) == 1
