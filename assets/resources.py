"""The one resource of the code location: the pipeline's session, opened once per run and closed with it.

Belongs here: the bridge between a Dagster run and ``pipeline.run.session``, and how our failures reach the UI.
Does not belong here: what a step does (pipeline) and which steps there are (registries, staging, curated, release).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import dagster as dg

from pipeline.errors import PassendError, interruptible
from pipeline.run.session import Session

KEY = "session"
Opener = Callable[[str], AbstractContextManager[Session]]


def session_resource(opener: Opener) -> dg.ResourceDefinition:
    """A resource that opens a session for a run id. The in-process executor makes it once for all steps of a run."""

    @dg.resource(description="What one run holds open: origins, archive, warehouse and the validating process.")
    def session(context: dg.InitResourceContext) -> Iterator[Session]:
        with explained(), opener(context.run.run_id if context.run else "without run") as opened:
            yield opened

    return session


@contextmanager
def explained() -> Iterator[None]:
    """Turn our failures into Dagster's: one clear message instead of a traceback, and the exit code it stands for."""
    try:
        with interruptible():
            yield
    except PassendError as error:
        raise dg.Failure(str(error), metadata={"exit_code": error.exit_code}, allow_retries=False) from error
