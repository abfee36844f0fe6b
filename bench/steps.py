"""One full run, and where its time went: a line of JSON with the seconds of every step and of the whole.

Steps overlap, with each other and with the checks in a second process, so their seconds add up to more than the run took.
"""

import argparse
import json
import time
from pathlib import Path

from assets.local.runner import run
from pipeline.checks.process import Validator
from pipeline.run.step import Step
from pipeline.settings import Settings
from pipeline.store.objects import SCRATCH


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="a data folder to make")
    parser.add_argument("sources", nargs="+", help="what to run on")
    given = parser.parse_args()
    began = time.perf_counter()
    steps: list[Step] = []
    settings = Settings.from_environment(data_dir=given.data, sources=tuple(given.sources))
    with Validator(settings.data_dir / SCRATCH) as validator:
        validator.warm()
        run(settings, report=steps.append, validator=validator)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "steps": [[each.kind, each.subject, each.seconds, each.rows] for each in steps]}))


if __name__ == "__main__":
    main()
