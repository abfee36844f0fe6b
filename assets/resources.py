"""The one resource of the code location: the handles of a run, opened by each process that carries out steps of it.

Belongs here: the bridge between a Dagster run and ``pipeline.run.run``, and how our failures reach the UI.
Does not belong here: what a step does (pipeline) and which steps there are (registries, staging, curated, release).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import dagster as dg

from pipeline.errors import PassendError, interruptible
from pipeline.run.run import Run

KEY = "run"
Opener = Callable[[str], AbstractContextManager[Run]]


def run_resource(opener: Opener) -> dg.ResourceDefinition:
    """A resource that opens a run by its id. The in-process executor makes it once for all steps of a run."""

    @dg.resource(description="The handles of one run: its store, its looks at the registries, and the validating process.")
    def run(context: dg.InitResourceContext) -> Iterator[Run]:
        with explained(), opener(context.run.run_id if context.run else "without-run") as opened:
            yield opened

    return run


@contextmanager
def explained() -> Iterator[None]:
    """Turn our failures into Dagster's: one clear message instead of a traceback, and the exit code it stands for."""
    try:
        with interruptible():
            yield
    except PassendError as error:
        raise dg.Failure(str(error), metadata={"exit_code": error.exit_code}, allow_retries=False) from error
