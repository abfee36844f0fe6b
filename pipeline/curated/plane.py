"""Degrees as a plane: the country is small enough for one scale.

Belongs here: reading geometry and measuring it. Does not belong here: what is measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Array = npt.NDArray[Any]
METRES_PER_DEGREE = 111_320.0
# degrees of longitude are this much shorter than degrees of latitude in the middle of the country
SHORTER = float(np.cos(np.radians(52.2)))


def read(texts: Iterable[str | None]) -> Array:
    """Return valid geometry of GeoJSON texts in WGS84; None for none."""
    return np.asarray(shapely.make_valid(shapely.from_geojson(np.array([*texts], dtype=object))), dtype=object)


def project(geometry: Any) -> Any:
    """Return degrees as a plane in which they are as long in both directions."""
    return shapely.transform(geometry, lambda xy: xy * (SHORTER, 1))


def unproject(geometry: Any) -> Any:
    """Return a plane as degrees again."""
    return shapely.transform(geometry, lambda xy: xy / (SHORTER, 1))
