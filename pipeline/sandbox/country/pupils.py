"""Pupils: how many each location has of each kind in each year, and from which home postcodes they come."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.sandbox.country.arrays import Array, Rng, either, split_exactly

FIRST_YEAR, LAST_YEAR = 2010, 2025
YEARS = np.arange(FIRST_YEAR, LAST_YEAR + 1)
SIZES = {"BO": 220, "SBO": 130, "SO": 100, "VSO": 130, "VO": 600}  # mean number of pupils
HOMES = {"BO": 12, "SBO": 26, "SO": 38, "VSO": 45, "VO": 20}  # home postcodes per school
PSEUDO = ("10", "20", "30", "40", "9999", "")  # abroad or unknown; indices after the real postcodes


def pupils(rng: Rng, eenheid: pd.DataFrame, vestiging: pd.DataFrame) -> Array:
    n = len(eenheid)
    sigma = 0.5
    base = eenheid["soort"].map(SIZES).to_numpy() * rng.lognormal(-(sigma**2) / 2, sigma, n)
    small = rng.random(n) < 0.008
    base[small] = rng.uniform(1, 7, int(small.sum()))
    trend = 1 + rng.normal(-0.002, 0.012, n)[:, None] * (YEARS - LAST_YEAR)[None, :]
    counts = np.rint(base[:, None] * trend * rng.normal(1, 0.03, (n, len(YEARS)))).clip(1)
    opened = either(rng.random(n) < 0.05, rng.integers(FIRST_YEAR + 1, LAST_YEAR, n), FIRST_YEAR)
    closed = vestiging["gesloten"].to_numpy()[eenheid["vestiging"]]
    until = either(closed, rng.integers(2012, 2024, n), LAST_YEAR)
    opened[closed] = FIRST_YEAR
    alive = (YEARS[None, :] >= opened[:, None]) & (YEARS[None, :] <= until[:, None])
    return either(alive, counts, 0).astype(np.int64)


def homes(
    rng: Rng, places: int, eenheid: pd.DataFrame, vestiging: pd.DataFrame, counts: Array
) -> dict[str, tuple[Array, Array, Array]]:
    """Per kind of education: positions in ``eenheid``, home positions (unit x home) and pupils (unit x home x year)."""
    homes = {}
    for soort, near in HOMES.items():
        units = np.flatnonzero(eenheid["soort"] == soort)
        pc = vestiging["pc"].to_numpy()[eenheid["vestiging"].to_numpy()[units]]
        home = (pc - near // 2).clip(0, places - near)[:, None] + np.arange(near)
        share = np.exp(-np.abs(home - pc[:, None]) / (near / 5)) * rng.uniform(0.3, 1.7, home.shape)
        odd = rng.random(len(units)) < 0.03
        home[odd, -1] = places + rng.integers(0, len(PSEUDO), int(odd.sum()))
        share[odd, -1] = 0.02
        homes[soort] = (units, home, split_exactly(share[:, None, :], counts[units]).transpose(0, 2, 1))
    return homes
