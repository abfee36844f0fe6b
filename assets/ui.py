"""The Dagster UI with its schedule, on this machine only."""

from __future__ import annotations

import os
import sys

from assets.instance import HOME, prepare_home
from pipeline.settings import PREFIX, Settings


def serve(settings: Settings, port: int) -> None:
    """Become ``dagster dev`` for these settings. Does not return; Ctrl-C ends it."""
    environment = {
        **os.environ,
        HOME: str(prepare_home(settings)),
        f"{PREFIX}DATA_DIR": str(settings.data_dir.resolve()),
        f"{PREFIX}SOURCES": os.pathsep.join(settings.sources),
    }
    command = [sys.executable, "-m", "dagster", "dev", "-m", "assets.definitions", "-h", "127.0.0.1", "-p", str(port)]
    os.execve(sys.executable, command, environment)  # noqa: S606 - no shell, and no part of it comes from outside
