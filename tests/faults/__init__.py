"""The faults that the pipeline survives: a matrix of them, each played against the real job on a few rows.

`make test` plays one of each kind, `make faults` and CI play all. A fault more is a function in one of the modules below.
"""

from tests.faults import content, damage, http, process, services, traps
from tests.faults.matrix import FAULTS

__all__ = ["FAULTS", "content", "damage", "http", "process", "services", "traps"]
