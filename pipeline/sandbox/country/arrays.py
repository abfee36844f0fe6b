"""Arrays of texts and numbers, as the drawing and the writing of the country both need them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Rng = np.random.Generator


def either(condition: Any, yes: Any, no: Any) -> Array:
    """``np.where`` for texts and None together, which its own types do not allow."""
    chosen: Array = np.where(condition, yes, no)
    return chosen


def split_exactly(shares: Array, totals: Array) -> Array:
    """Whole numbers per share that add up to each total: rounding the running sum keeps the sum exact."""
    running = np.cumsum(shares, axis=-1)
    running /= running[..., -1:]
    return np.diff(np.rint(running * totals[..., None]).astype(np.int64), axis=-1, prepend=0)


def digits(numbers: Any, width: int) -> Array:
    """Numbers as text with leading zeros."""
    return np.char.zfill(np.asarray(numbers).astype(str), width)


def text(*parts: Any) -> Array:
    """Texts glued row by row."""
    glued: Array = np.asarray(parts[0], dtype=np.str_)
    for part in parts[1:]:
        glued = np.char.add(glued, np.asarray(part, dtype=np.str_))
    return glued


def wgs84(x: Array, y: Array) -> tuple[Array, Array]:
    """Latitude and longitude of EPSG:28992 coordinates, by the usual polynomial (within a metre inside the country)."""
    dx, dy = (x - 155_000) * 1e-5, (y - 463_000) * 1e-5
    latitude = {(0, 1): 3235.65389, (2, 0): -32.58297, (0, 2): -0.24750, (2, 1): -0.84978, (0, 3): -0.06550,
                (2, 2): -0.01709, (1, 0): -0.00738, (4, 0): 0.00530, (2, 3): -0.00039, (4, 1): 0.00033}  # fmt: skip
    longitude = {(1, 0): 5260.52916, (1, 1): 105.94684, (1, 2): 2.45656, (3, 0): -0.81885, (1, 3): 0.05594,
                 (3, 1): -0.05607, (0, 1): 0.01199, (3, 2): -0.00256, (1, 4): 0.00128}  # fmt: skip
    north = 52.15517440 + sum(k * dx**p * dy**q for (p, q), k in latitude.items()) / 3600
    east = 5.38720621 + sum(k * dx**p * dy**q for (p, q), k in longitude.items()) / 3600
    return np.round(north, 7), np.round(east, 7)
