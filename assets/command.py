"""The command ``passend``: the library's command line, with Dagster to run and to show what it starts.

Belongs here: handing the command line its orchestrator. Does not belong here: the commands (``pipeline.cli``) and the runs
themselves (``local``). Everything is imported when it is used: a query needs no Dagster, and the process that validates, which
imports this module as every process that another starts, needs no command line.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.project import Project
    from pipeline.run.summary import Summary
    from pipeline.settings import Settings


def main() -> None:
    """Run the command line of this process. Does not return."""
    # read when numpy is loaded: its threads wait busily for products of matrices, of which there are none (0.2 s)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from pipeline.cli import main as start
    from pipeline.cli.orchestrator import Orchestrator

    start(Orchestrator(run, serve, load_project))


def run(*arguments: Any, **options: Any) -> Summary:
    """Run the whole job in this process; see ``assets.local.runner.run``."""
    from assets.local import runner

    return runner.run(*arguments, **options)


def serve(settings: Settings, port: int) -> None:
    """Become the Dagster UI; see ``assets.local.ui.serve``."""
    from assets.local import ui

    ui.serve(settings, port)


def load_project() -> Project:
    """Load catalogue, contracts and models; see ``assets.project.load_project``."""
    from assets.project import load_project as load

    return load()
