"""Look up every locked library among those with known weaknesses, with pip-audit. `make audit`.

Ends with 0 when all were looked up and none is known, 1 when one is, 3 when not all could be looked up: pip-audit itself calls
a library that it could not find anything about a success.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-postgres.lock")
KNOWN, NOT_AUDITED = 1, 3


def verdict(found: Sequence[Any] | None, said: str = "") -> tuple[int, str]:
    """The exit code and what to print, from pip-audit's list of dependencies; ``None`` when it gave none, with what it said."""
    if found is None:
        return NOT_AUDITED, f"not audited: the database of known weaknesses cannot be reached ({said.strip()[-300:]})"
    weak = [
        f"{each['name']} {each['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'no version yet'}"
        for each in found for one in each.get("vulns", ())
    ]  # fmt: skip
    unknown = [each["name"] for each in found if "vulns" not in each]
    lines = [*weak, f"{len(found) - len(unknown)} of {len(found)} locked libraries audited, {len(weak)} known weaknesses"]
    if unknown:
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        lines.append(f"not audited: nothing can be looked up about {', '.join(unknown[:5])}{more}")
    return KNOWN if weak else NOT_AUDITED if unknown or not found else 0, "\n".join(lines)


def audited(lock: Path) -> tuple[list[Any] | None, str]:
    """What pip-audit tells of the libraries in a lock, and what it said if it told nothing."""
    options = ["--no-deps", "--disable-pip", "--progress-spinner=off", "--format=json"]
    done = subprocess.run(  # noqa: S603 - our own command, with a file of our own
        [sys.executable, "-m", "pip_audit", *options, "-r", str(lock)], capture_output=True, text=True, check=False, timeout=600
    )
    try:
        return json.loads(done.stdout)["dependencies"], ""
    except (ValueError, KeyError):
        return None, done.stderr


def main(*options: str) -> int:
    argparse.ArgumentParser(description=__doc__).parse_args(options)
    found: list[Any] = []
    for lock in LOCKS:
        listed, said = audited(ROOT / lock)
        if listed is None:
            code, text = verdict(None, said)
            break
        found += [each for each in listed if each not in found]
    else:
        code, text = verdict(found)
    print(text)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
