"""The Dagster UI with its schedule, on this machine only."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from assets.local.instance import HOME, prepare_home
from assets.local.tied import TIED
from pipeline.settings import PREFIX, Settings

# stands beside the package in a checkout; an installed package is found as a module
WORKSPACE = Path(__file__).resolve().parents[2] / "workspace.yaml"


def serve(settings: Settings, port: int) -> None:
    """Become ``dagster dev`` for these settings. Does not return; however it ends, every process that it started ends too."""
    # a shell lets what it starts in the background ignore Ctrl-C, and dagster treats TERM as it treats that
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    environment = {
        **os.environ,
        # dagster recommends another command on every start; this one does what is needed
        "PYTHONWARNINGS": "ignore:Function `dev_command`",
        # a file of the folder one stands in that is named as a library is not taken for it
        "PYTHONSAFEPATH": "1",
        HOME: str(prepare_home(settings)),
        TIED: "1",
        f"{PREFIX}DATA_DIR": str(settings.data_dir.resolve()),
        f"{PREFIX}SOURCES": os.pathsep.join(settings.sources),
    }
    place = ["-w", str(WORKSPACE)] if WORKSPACE.is_file() else ["-m", "assets.definitions"]
    command = [sys.executable, "-m", "assets.local.dev", *place, "-h", "127.0.0.1", "-p", str(port)]
    os.execve(sys.executable, command, environment)  # noqa: S606 - no shell, and no part of it comes from outside
