"""The architecture: a room per stage, and arrows between rooms that go one way."""

from __future__ import annotations

from graphlib import TopologicalSorter

import pytest

from pipeline.code import imports
from tests.conftest import REPOSITORY

# each may import from those of the lines above it, and from itself
FLOORS = (
    ("errors", "code", "day", "harmless", "hashing", "machine", "sql"),
    ("settings",),
    ("store",),
    ("contracts",),
    ("registries", "describe"),
    ("staging",),
    ("archive",),
    ("curated", "funding", "checks"),
    ("project",),
    ("releases", "sandbox"),
    ("site", "export"),
    ("run",),
    ("cli",),
)
LEVEL = {room: number for number, floor in enumerate(FLOORS) for room in floor}


def modules() -> list[str]:
    paths = sorted((REPOSITORY / "pipeline").rglob("*.py"))
    names = [".".join(path.relative_to(REPOSITORY).with_suffix("").parts) for path in paths]
    return [each.removesuffix(".__init__") for each in names if each != "pipeline.__init__"]


def room(module: str) -> str:
    return module.split(".")[1]


def test_every_room_has_its_floor():
    assert {room(each) for each in modules()} == LEVEL.keys()


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_from_its_own_room_and_from_floors_below(module):
    upwards = {
        each for each in imports(module)
        if each != "pipeline" and room(each) != room(module) and LEVEL[room(each)] >= LEVEL[room(module)]
    }  # fmt: skip
    assert upwards == set()


def test_no_module_imports_itself_by_way_of_others():
    graph = {module: set(imports(module)) & set(modules()) - _packages(module) for module in modules()}
    list(TopologicalSorter(graph).static_order())


def _packages(module: str) -> set[str]:
    """The packages that a module lies in: importing from a sibling names them too."""
    parts = module.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts))}


def test_the_library_knows_no_orchestrator():
    for path in (REPOSITORY / "pipeline").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import dagster" not in text, path
        assert "from assets" not in text, path
        assert "import assets" not in text, path
