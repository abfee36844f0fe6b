"""The whole job with a process per step: what each process makes anew by its name, under the settings of the environment."""

from __future__ import annotations

import dagster as dg

from assets.build import build_defs
from assets.jobs import JOB
from pipeline.settings import Settings


def job() -> dg.JobDefinition:
    return build_defs(Settings.from_environment(), executor=dg.multiprocess_executor).resolve_job_def(JOB)
