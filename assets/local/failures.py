"""What went wrong in a step, in the words of whatever went wrong first: Dagster wraps an error in errors of its own.

Belongs here: reading a failure. Does not belong here: making one (resources) and reporting it (runner, sensors).
"""

from __future__ import annotations

import dagster as dg
from dagster._core.events import JobFailureData
from dagster._utils.error import SerializableErrorInfo


def why(event: dg.DagsterEvent) -> str:
    """Why a step failed: what we say of it where it is ours to explain, else what went wrong first."""
    failure = event.step_failure_data
    told = failure.user_failure_data
    return (told and told.description) or cause(failure.error) or event.message or ""


def why_run(event: dg.DagsterEvent) -> str:
    """Why a run failed outside of its steps. One whose process was killed has a message at most: nobody was left to say more."""
    data = event.event_specific_data
    error = data.error if isinstance(data, JobFailureData) else None
    return cause(error) or event.message or "it ended without a reason; its process may have been killed"


def cause(error: SerializableErrorInfo | None) -> str:
    """What went wrong first, in its own words."""
    first = _first(error)
    return first.message.strip() if first else ""


def stopped(error: SerializableErrorInfo | None) -> bool:
    """Whether Ctrl-C is what went wrong first."""
    first = _first(error)
    return first is not None and first.cls_name in {dg.DagsterExecutionInterruptedError.__name__, KeyboardInterrupt.__name__}


def _first(error: SerializableErrorInfo | None) -> SerializableErrorInfo | None:
    while error is not None and error.cause is not None:
        error = error.cause
    return error
