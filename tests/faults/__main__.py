"""Play every fault, print what came of it, and write the table to docs/faults.md. `make faults`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.faults import FAULTS
from tests.faults.matrix import Verdict, judge
from tests.faults.report import machine, today, write
from tests.faults.world import worlds

HEAD = "| fault | injected how | outcome | seconds | last release intact |\n|---|---|---|---:|---|\n"


def main() -> int:
    began, verdicts = time.monotonic(), []
    with tempfile.TemporaryDirectory() as folder, worlds(Path(folder)) as make:
        for number, each in enumerate(FAULTS):
            verdicts.append(judge(each, make(each.world or f"world-{number}")))
            print(line(verdicts[-1], "  "), flush=True)
    failed = [each for each in verdicts if each.problem]
    skipped = [each for each in verdicts if each.skipped]
    for each in failed:
        print(f"\nFAILED {each.fault.group}: {each.fault.name}: {each.problem}")
    intact = sum(each.intact for each in verdicts)
    closing = (
        f"{len(verdicts)} faults: {len(verdicts) - len(failed) - len(skipped)} as they should, {len(failed)} not, "
        f"{len(skipped)} skipped; last release intact {intact} of {len(verdicts)}; {time.monotonic() - began:.0f} s"
    )
    print(f"\n{closing}")
    groups = {each.fault.group: [other for other in verdicts if other.fault.group == each.fault.group] for each in verdicts}
    tables = [
        f"## {name}\n\n{HEAD}" + "".join(f"| {line(each, ' | ')} |\n" for each in played) for name, played in groups.items()
    ]
    write("table", f"\nPlayed on {today()}, on {machine()}. {closing}.\n\n" + "\n".join(tables) + "\n")
    return 1 if failed or intact < len(verdicts) else 0


def line(verdict: Verdict, between: str) -> str:
    fault = verdict.fault
    outcome = "**failed**" if verdict.problem else f"skipped: {verdict.skipped}" if verdict.skipped else fault.outcome.words
    cells = (fault.name, fault.how, outcome, f"{verdict.seconds:.1f}", "yes" if verdict.intact else "**no**")
    widths = (48, 62, 46, 6, 3) if between == "  " else (0, 0, 0, 0, 0)
    return between.join(
        f"{cell:<{width}}" for cell, width in zip((each.replace("|", "\\|") for each in cells), widths, strict=True)
    )


if __name__ == "__main__":
    sys.exit(main())
