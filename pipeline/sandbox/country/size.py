"""How large the country is: of national size, or small enough to run every day of a year in a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil


@dataclass(frozen=True)
class Size:
    """Numbers of what is drawn. ``gemeenten`` and ``regions`` are divisors of what the nation has."""

    name: str = "national"
    gemeenten: int = 1
    regions: int = 1
    postcodes: int = 4_050
    split: dict[str, int] = field(default_factory=lambda: {"PO": 12, "VO": 13})  # gemeenten that lie in more than one region
    only_regeling: int = 20  # postcodes that RIO lacks
    new: int = 12  # postcodes that both RIO and the statute lack
    new_divided: int = 4  # of which so many in a gemeente of more than one region
    moved: int = 5  # postcodes whose region differs between the two
    europoort: int = 3  # postcodes that are junk in the statute
    schools: dict[str, int] = field(
        default_factory=lambda: {"BO": 6_100, "SBO": 270, "SO": 110, "VSO": 85, "SOVSO": 325, "VO": 1_630}
    )
    closed: int = 450  # primary schools that only history knows
    boards: dict[str, int] = field(default_factory=lambda: {"bo": 742, "so": 241, "vo": 275})
    shared: int = 120  # boards of special education that are primary boards too

    def gemeenten_of(self, nation: int) -> int:
        """Return how many gemeenten a province has that has so many in the nation."""
        return ceil(nation / self.gemeenten)

    def regions_of(self, nation: int) -> int:
        """Return the same of regions."""
        return ceil(nation / self.regions)


NATIONAL = Size()
SMALL = Size(
    name="small", gemeenten=8, regions=3, postcodes=450, split={"PO": 3, "VO": 3}, only_regeling=3, new=6, new_divided=3,
    moved=2, europoort=1, schools={"BO": 136, "SBO": 8, "SO": 6, "VSO": 6, "SOVSO": 10, "VO": 36}, closed=10,
    boards={"bo": 37, "so": 14, "vo": 14}, shared=6,
)  # fmt: skip
SIZES = {each.name: each for each in (NATIONAL, SMALL)}
