"""What the command line asks of whoever orchestrates the runs.

Belongs here: the three things a command needs that the library cannot do by itself. Does not belong here: doing them. The
orchestrator passes itself in when it starts the command line, so the library never imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.project import Project
    from pipeline.run.summary import Summary
    from pipeline.settings import Settings


@dataclass(frozen=True)
class Orchestrator:
    """Run the pipeline, serve the UI, and load the project with its models."""

    run: Callable[..., Summary]
    serve: Callable[[Settings, int], Any]
    load_project: Callable[[], Project]
