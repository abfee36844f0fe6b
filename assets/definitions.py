"""The code location that ``workspace.yaml`` names: the project's definitions under the settings of the environment."""

from assets.build import build_defs
from pipeline.settings import Settings

__all__ = ["build_defs", "defs"]

defs = build_defs(Settings.from_environment())
