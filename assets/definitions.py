"""The code location that ``workspace.yaml`` names: the project's definitions under the settings of the environment."""

import os

from assets.build import build_defs
from assets.local.tied import PATIENCE, TIED
from pipeline.machine import end_with_parent
from pipeline.settings import Settings

__all__ = ["build_defs", "defs"]

if TIED in os.environ:
    end_with_parent(os.getppid(), PATIENCE)
defs = build_defs(Settings.from_environment())
