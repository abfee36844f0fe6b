"""`make audit-data`: make a release of the real input, work its figures out again, and write docs/audit.md.

Belongs here: the command. Does not belong here: figures and words.

Ends with 0 when every figure is the same or its difference explained, with 1 when not, with 2 where the real input is not here.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from pathlib import Path

from tools.audit_data.figures import FIGURES, Figure
from tools.audit_data.files import FOLDERS, ROOT, Registries, Release
from tools.audit_data.page import page, summary

PAGE = ROOT / "docs/audit.md"
DATA = ROOT / "build/audit"
SUBJECTS = ("accounts", "places", "pupils", "provision", "money")
SETTING = "PASSEND_SHARED"


def figures() -> list[Figure]:
    """Return every figure, in the order of its subject."""
    for each in SUBJECTS:
        importlib.import_module(f"tools.audit_data.{each}")
    return sorted(FIGURES, key=lambda each: SUBJECTS.index(each.worked.__module__.rpartition(".")[2]))


def make_release(folder: Path) -> Path:
    """Run the pipeline on the real folders. Returns where the release is."""
    sources = [each for name in FOLDERS for each in ("--source", str(folder / name))]
    passend = Path(sys.executable).with_name("passend")
    subprocess.run([passend, "run", *sources, "--data-dir", str(DATA)], check=True)  # noqa: S603 - our own command
    return DATA / "releases/latest"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.audit_data", description="Work out published figures a second time.")
    parser.add_argument("--release", type=Path, help="a release of the real input; left out, one is made in build/audit")
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write the page (docs/audit.md)")
    given = parser.parse_args()
    if not (shared := os.environ.get(SETTING)):
        print(f"{SETTING} names no folder with the real registry files, of which the figures are", file=sys.stderr)
        return 2
    registries = Registries(Path(shared) / "registries")
    release = Release(given.release or make_release(registries.folder))
    outcomes = [each.outcome(registries, release) for each in figures()]
    given.page.write_text(page(outcomes, registries), encoding="utf-8")
    print(summary(outcomes))
    return 0 if all(each.holds for each in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
