"""Helper processes of ``passend dev`` that end with the process that started them, however that ends.

    python -m assets.local.tied PARENT MODULE ...

Belongs here: running a module, as ``python -m`` would, beside a thread that ends the process when its parent is gone; and
starting, in the same way, what that module starts by Dagster's one function for it. Does not belong here: what the module does.

Dagster's own helpers learn of an end that is told to them. A killed ``dagster dev`` tells nothing, and left four processes.
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence
from typing import Any

from pipeline.machine import end_with_parent

# set for every process of ``passend dev``: one that loads the definitions, as that of a run does, is tied as well
TIED = "PASSEND_TIED"
# of a process that was told to end and does not
PATIENCE = 10.0
# what takes the place of a module of Dagster
INSTEAD = {"dagster_webserver": "assets.local.webserver"}


def tie_what_is_started() -> None:
    """Start the helper processes of Dagster through this module, from now on. Call before Dagster is imported."""
    from dagster_shared import ipc

    start = ipc.open_ipc_subprocess

    def start_tied(parts: Sequence[str], **options: Any) -> Any:
        return start(through(parts), **options)

    ipc.open_ipc_subprocess = start_tied


def through(parts: Sequence[str]) -> list[str]:
    """Return a command that runs a module as one that runs it tied to this process; any other as it is."""
    match list(parts):
        case [python, "-m", module, *rest] if python == sys.executable:
            return [python, "-m", __spec__.name, str(os.getpid()), INSTEAD.get(module, module), *rest]
    return list(parts)


def main(parent: str, module: str, *arguments: str) -> None:
    """Run a module, tied to a parent, with what it starts tied to it."""
    end_with_parent(int(parent), PATIENCE)
    tie_what_is_started()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
