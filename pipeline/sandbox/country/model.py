"""A fictitious country with passend onderwijs, drawn from one seed, as it is on the newest day of its calendar.

Belongs here: what exists and how it hangs together. Does not belong here: what it was and will be (calendar, day), how a
registry writes any of it down, or how it is served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.sandbox.country.arrays import Array
from pipeline.sandbox.country.links import links, units
from pipeline.sandbox.country.locations import boards, schools
from pipeline.sandbox.country.places import ended, gemeenten, postcodes, regions
from pipeline.sandbox.country.pupils import YEARS, homes, pupils
from pipeline.sandbox.country.size import NATIONAL, Size


@dataclass(frozen=True)
class Country:
    """Everything that exists. Frames have a plain index, so that an index is also a position in the arrays.

    ``eenheid`` is a location x kind of education; ``counts`` its pupils per year of ``years``; ``home`` the positions of
    its home postcodes (beyond the real ones: PSEUDO) and ``home_counts`` the pupils from there, per kind of education.
    """

    gemeente: pd.DataFrame
    postcode4: pd.DataFrame
    swv: pd.DataFrame
    bestuur: pd.DataFrame
    vestiging: pd.DataFrame
    vestiging_swv: pd.DataFrame
    eenheid: pd.DataFrame
    counts: Array
    home: dict[str, tuple[Array, Array, Array]]
    spare_brins: tuple[str, ...]
    years: Array
    ended: dict[str, tuple[str, str]]  # regions that are no more: which took over, and on which day
    later: Mapping[int, Array] = field(default_factory=dict)  # the SWV of each of ``eenheid`` in years that have another one


def make_country(seed: int, scale: int, size: Size = NATIONAL) -> Country:
    """Return the country of this seed. ``scale`` multiplies schools and boards; places and regions stay."""
    rng = np.random.default_rng([seed, scale])
    gemeente = gemeenten(rng, size)
    postcode4 = postcodes(rng, size, gemeente)
    swv = regions(rng, size, gemeente, postcode4)
    bestuur = boards(rng, size, gemeente, scale)
    vestiging, spare = schools(rng, size, postcode4, gemeente, bestuur, scale)
    vestiging_swv = links(rng, size, vestiging, postcode4, gemeente)
    eenheid = units(vestiging, vestiging_swv)
    counts = pupils(rng, eenheid, vestiging)
    home = homes(rng, len(postcode4), eenheid, vestiging, counts)
    return Country(gemeente, postcode4, swv, bestuur, vestiging, vestiging_swv, eenheid, counts, home, spare, YEARS, ended(size))
