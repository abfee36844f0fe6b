"""Write what is made from the code: pages and pictures of docs/, and a reference file. `make pages`; a test sees that all is so.

Belongs here: which pages those are, by asking each of the modules beside this one. Does not belong here: what stands in one.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import diagram
import dictionary
import lineage
import settings
import sources

from assets.build import load_project
from pipeline.project import Project

DOCS = Path(__file__).resolve().parent.parent / "docs"


def pages(project: Project) -> dict[str, str]:
    """What stands in each, by its path in docs/."""
    origins = lineage.lineages(project)
    return {
        **lineage.pages(project, origins), **dictionary.pages(project, origins), **diagram.pages(project),
        **sources.pages(project), **settings.pages(),
    }  # fmt: skip


def left_over(made: dict[str, str]) -> set[str]:
    """Pages that were made before, in folders that hold nothing else, and are not any more."""
    folders = (dictionary.FOLDER, sources.FOLDER)
    there = {each.relative_to(DOCS).as_posix() for folder in folders for each in (DOCS / folder).glob("*")}
    return there - made.keys()


def main(*options: str) -> None:
    argparse.ArgumentParser(description=__doc__).parse_args(options)
    made = pages(load_project())
    for path, text in made.items():
        (DOCS / path).parent.mkdir(exist_ok=True)
        (DOCS / path).write_text(text, encoding="utf-8")
    for path in left_over(made):
        (DOCS / path).unlink()


if __name__ == "__main__":
    main(*sys.argv[1:])
