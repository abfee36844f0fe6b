"""docs/images/tables.svg: which tables are made from which, drawn from the catalogue and the SQL.

Belongs here: a row per step from the registries, a box per family of tables in it, and where each stands.
Does not belong here: what a table is for (its contract) and the steps that every table goes through (docs/how-it-works.md).

A family is the tables of one row whose names begin alike, so that a new table finds its box by itself. Lines that follow from
others are left out: they would triple their number and tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import groupby, takewhile
from math import fsum

from pipeline.curated.models import BOOKKEEPING
from pipeline.project import Project

PATH = "images/tables.svg"
# what makes two names begin alike: `koppeling` and `koppelconflict` are one family
ALIKE = 6
CHARACTER, LINE, MARGIN, GAP, BETWEEN = 7.3, 16, 8, 12, 44
SWEEPS = 6
COLOURS = {"publisher": "#e3ecf7", "staging": "#eceff1", "run": "#f3e9f5", "curated": "#e6f4e6", "release": "#fdf0d5"}
STYLE = (
    "text{font:12px 'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#1b1b1b}"
    "rect{stroke:#5f6b76}path{fill:none;stroke:#7d93a8;stroke-width:1.1}"
)


@dataclass(eq=False)
class Box:
    """A family of tables in one row. Sizes and places are in pixels of the picture; ``x`` and ``y`` are its top left corner."""

    kind: str
    name: str
    lines: list[str]
    made_from: set[Box] = field(default_factory=set)
    x: float = 0
    y: float = 0
    width: float = 0

    def __post_init__(self) -> None:
        self.width = max(map(len, [self.name, *self.lines])) * CHARACTER + 2 * MARGIN

    @property
    def height(self) -> float:
        return (1 + len(self.lines)) * LINE + MARGIN

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def pages(project: Project) -> dict[str, str]:
    """The picture, by its path in docs/."""
    rows = _rows(project)
    _place(rows)
    boxes = [box for row in rows for box in row]
    return {PATH: "\n".join(_svg([*boxes, _release(boxes, len(project.curated))])) + "\n"}


def _rows(project: Project) -> list[list[Box]]:
    """Publishers, what they publish as it is read, the curated tables by how many steps they are away from that."""
    publishers = {each.publisher: Box("publisher", each.publisher, []) for each in project.catalogue.values()}
    boxes: dict[str, Box] = {}
    rows = [list(publishers.values())]
    for row in _steps(project):
        rows.append([])
        for _, alike in groupby(sorted(row, key=_short), lambda table: _short(table).partition("_")[0][:ALIKE]):
            tables = list(alike)
            made = _staging(tables) if tables[0] in project.staging else _curated(tables)
            rows[-1].append(made)
            boxes |= dict.fromkeys(tables, made)
    run = {name: box for box, names in _bookkeeping(project) for name in names}
    rows[1] += dict.fromkeys(run.values())
    for table, box in boxes.items():
        if table in project.staging:
            box.made_from.add(publishers[project.feeders[table].publisher])
        else:
            model = project.models[table]
            box.made_from |= {boxes[each] for each in model.depends} | {run[each] for each in model.bookkeeping}
    for box in set(boxes.values()):
        box.made_from -= {above for each in box.made_from for above in _above(each)}
    return rows


def _steps(project: Project) -> Iterator[list[str]]:
    """Staging tables, then those made from them alone, then those made from either, and so on."""
    step = dict.fromkeys(project.staging, 0)
    for table, model in project.models.items():  # in the order in which they can be made
        step[table] = 1 + max((step[each] for each in model.depends), default=0)
    for number in range(max(step.values()) + 1):
        yield [table for table, of in step.items() if of == number]


def _bookkeeping(project: Project) -> Iterator[tuple[Box, tuple[str, ...]]]:
    """Tables of what a run itself knows, by box. They have no lines from what they are made from: those would hide the others."""
    files, days = ("afgekeurd", "bestand"), ("dag",)
    yield Box("run", " ".join(f"{BOOKKEEPING}.{each}" for each in files), ["files of every registry"]), files
    yield Box("run", f"{BOOKKEEPING}.dag", [f"days in {len(project.boundaries)} registries"]), days


def _short(table: str) -> str:
    return table.removeprefix("stg_")


def _curated(tables: list[str]) -> Box:
    return Box("curated", tables[0], tables[1:])


def _staging(tables: list[str]) -> Box:
    if len(tables) == 1:
        return Box("staging", _short(tables[0]), [])
    words = zip(*(_short(each).split("_") for each in tables), strict=False)
    begin = "_".join(alike[0] for alike in takewhile(lambda alike: len(set(alike)) == 1, words))
    return Box("staging", f"{begin}…", [f"{len(tables)} registries"])


def _release(boxes: list[Box], tables: int) -> Box:
    """The release, below everything and as wide: all curated tables are in it."""
    release = Box("release", f"release: all {tables} curated tables as DuckDB and Parquet, datapackage.json, the site", [])
    release.x = min(box.x for box in boxes)
    release.width = max(box.x + box.width for box in boxes) - release.x
    release.y = max(box.y + box.height for box in boxes) + BETWEEN / 2
    return release


def _above(box: Box) -> set[Box]:
    return box.made_from | {further for each in box.made_from for further in _above(each)}


def _place(rows: list[list[Box]]) -> None:
    """Rows below each other, each box near the middle of what it is made from and of what is made from it."""
    y = float(GAP)
    for row in rows:
        for box in row:
            box.y = y
        y += max(box.height for box in row) + BETWEEN
        _spread(row)
    below: Mapping[Box, list[Box]] = {
        box: [each for row in rows for each in row if box in each.made_from] for row in rows for box in row
    }
    for _ in range(SWEEPS):
        for row in rows:
            wanted = {box: [each.middle for each in [*box.made_from, *below[box]]] or [box.middle] for box in row}
            row.sort(key=lambda box: (fsum(wanted[box]) / len(wanted[box]), box.name))
            _spread(row, {box: fsum(each) / len(each) for box, each in wanted.items()})


def _spread(row: list[Box], wanted: Mapping[Box, float] | None = None) -> None:
    """Side by side in their order, as near to where they are wanted as that allows, and centred as a whole."""
    x = 0.0
    for box in row:
        box.x = max(x, wanted[box] - box.width / 2) if wanted else x
        x = box.x + box.width + GAP
    shift = sum((wanted[box] if wanted else 0) - box.middle for box in row) / len(row)
    for box in row:
        box.x += shift


def _svg(boxes: list[Box]) -> Iterator[str]:
    left = min(box.x for box in boxes) - GAP
    right = max(box.x + box.width for box in boxes) + GAP
    bottom = max(box.y + box.height for box in boxes) + GAP
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} 0 {right - left:.0f} {bottom:.0f}" role="img">'
    yield "<title>From publisher to release: which tables are made from which</title>"
    yield f"<style>{STYLE}</style>"
    yield f'<rect x="{left:.0f}" width="{right - left:.0f}" height="{bottom:.0f}" fill="#fff" style="stroke:none"/>'
    for box in boxes:
        for above in sorted(box.made_from, key=lambda each: (each.y, each.x)):
            start, end = above.y + above.height, box.y
            bend = min(60, (end - start) / 2)
            yield (
                f'<path d="M{above.middle:.0f} {start:.0f}C{above.middle:.0f} {start + bend:.0f} '
                f'{box.middle:.0f} {end - bend:.0f} {box.middle:.0f} {end:.0f}"/>'
            )
    for box in boxes:
        yield (
            f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" rx="4" '
            f'fill="{COLOURS[box.kind]}"/>'
        )
        for number, text in enumerate([box.name, *box.lines], start=1):
            yield f'<text x="{box.x + MARGIN:.0f}" y="{box.y + number * LINE:.0f}">{escape(text)}</text>'
    yield "</svg>"
