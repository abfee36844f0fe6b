"""One full run, and where its time went: a line of JSON with the seconds of every step and of the whole.

Steps overlap, with each other and with the checks in a second process, so their seconds add up to more than the run took.

usage: steps.py DATA SOURCE...
"""

import json
import sys
import time
from pathlib import Path

from assets.local.runner import run
from pipeline.checks.process import Validator
from pipeline.run.step import Step
from pipeline.settings import Settings
from pipeline.store.objects import SCRATCH


def main() -> None:
    began = time.perf_counter()
    steps: list[Step] = []
    settings = Settings.from_environment(data_dir=Path(sys.argv[1]), sources=tuple(sys.argv[2:]))
    with Validator(settings.data_dir / SCRATCH) as validator:
        validator.warm()
        run(settings, report=steps.append, validator=validator)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "steps": [[each.kind, each.subject, each.seconds, each.rows] for each in steps]}))


if __name__ == "__main__":
    main()
