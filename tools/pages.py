"""Write every page and picture of docs/ that is made from the code. `make pages`; a test sees that they are up to date.

Belongs here: which pages those are, by asking each of the modules beside this one. Does not belong here: what stands in one.
"""

from __future__ import annotations

from pathlib import Path

import diagram
import dictionary
import settings
import sources

from assets.build import load_project
from pipeline.project import Project

DOCS = Path(__file__).resolve().parent.parent / "docs"


def pages(project: Project) -> dict[str, str]:
    """What stands in each, by its path in docs/."""
    return {**dictionary.pages(project), **diagram.pages(project), **sources.pages(project), **settings.pages()}


def left_over(made: dict[str, str]) -> set[str]:
    """Pages that were made before, in folders that hold nothing else, and are not any more."""
    there = {each.relative_to(DOCS).as_posix() for each in (DOCS / sources.FOLDER).iterdir()}
    return there - made.keys()


def main() -> None:
    made = pages(load_project())
    for path, text in made.items():
        (DOCS / path).parent.mkdir(exist_ok=True)
        (DOCS / path).write_text(text, encoding="utf-8")
    for path in left_over(made):
        (DOCS / path).unlink()


if __name__ == "__main__":
    main()
