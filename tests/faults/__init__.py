"""The faults that the pipeline survives: a matrix of them, each played against the real job on a few rows.

`pytest` plays the quick ones, `make faults` all, and prints a table. A fault more is a function in http, content or process.
"""

from tests.faults import content, http, process
from tests.faults.matrix import FAULTS

__all__ = ["FAULTS", "content", "http", "process"]
