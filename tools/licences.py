"""Write docs/dependencies.md: every locked library with its licence, as its own metadata states it. Run by `make lock`.

Ends with an error when a library states no licence, or one that is not on the list of those that a user can live with.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ACCEPTED = (
    "MIT", "Apache", "BSD", "ISC", "MPL", "PSF", "Python Software Foundation", "Unlicense", "Public Domain", "0BSD",
    "CNRI-Python", "Zlib", "HPND", "Artistic", "W3C",
)  # fmt: skip
# of what only those install who ask for it
ACCEPTED_EXTRA = (*ACCEPTED, "LGPL", "Lesser General Public")
HEAD = """# Libraries and their licences

Made by `make lock` from the locks and from what each library's own metadata states. Nothing here phones home: Dagster's
telemetry and Great Expectations' analytics are switched off in code.

| library | version | licence | needed to |
|---|---|---|---|
"""


def main(*options: str) -> None:
    argparse.ArgumentParser(description=__doc__).parse_args(options)
    run, dev, extra = (locked(f"requirements{kind}.lock") for kind in ("", "-dev", "-postgres"))
    lines, wrong = [], []
    for name, version in sorted({**extra, **dev, **run}.items()):
        stated = licence(name)
        use = "run" if name in run else "test" if name in dev else "keep runs in PostgreSQL"
        accepted = ACCEPTED if name in run or name in dev else ACCEPTED_EXTRA
        if not any(word.lower() in stated.lower() for word in accepted):
            wrong.append(f"{name} {version}: {stated or 'no licence stated'}")
        lines.append(f"| {name} | {version} | {stated} | {use} |")
    if wrong:
        sys.exit("licences to look at:\n" + "\n".join(wrong))
    (ROOT / "docs" / "dependencies.md").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def locked(file: str) -> dict[str, str]:
    """Names and versions in a lock."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))


def licence(name: str) -> str:
    """What a library's metadata states: an expression, else its classifiers, else its licence field."""
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return "not installed here"
    if expression := found.get("License-Expression"):
        return expression
    classifiers = [each.rpartition(" :: ")[2] for each in found.get_all("Classifier") or [] if each.startswith("License :: ")]
    classifiers = [each for each in classifiers if each != "OSI Approved"]
    return ", ".join(classifiers) or (found.get("License") or "").strip().partition("\n")[0]


if __name__ == "__main__":
    main(*sys.argv[1:])
