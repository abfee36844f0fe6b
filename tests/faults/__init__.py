"""The faults that the pipeline survives: a matrix of them, each played against the real job on a few rows.

`make test` plays one of each kind, `make faults` and CI play all. A fault more is a function in one of the modules below.
"""

import tests.faults.access
import tests.faults.cells
import tests.faults.content
import tests.faults.damage
import tests.faults.http
import tests.faults.places
import tests.faults.process
import tests.faults.services
import tests.faults.sources
import tests.faults.traps  # noqa: F401
from tests.faults.matrix import FAULTS

__all__ = ["FAULTS"]
