"""The code location that ``workspace.yaml`` names: the project's definitions under the settings of the environment."""

import os

from assets.build import build_defs
from assets.local.tied import TIED, tie
from pipeline.settings import Settings

__all__ = ["build_defs", "defs"]

if TIED in os.environ:
    tie(os.getppid())
defs = build_defs(Settings.from_environment())
