"""What the fictitious country is: drawn from a seed (model), and what happens to it (calendar, day)."""

from pipeline.sandbox.country.arrays import Array, digits, either, split_exactly, text, wgs84
from pipeline.sandbox.country.model import Country, make_country
from pipeline.sandbox.country.places import LANDELIJK
from pipeline.sandbox.country.pupils import PSEUDO
from pipeline.sandbox.country.size import NATIONAL, SIZES, SMALL, Size

__all__ = [
    "LANDELIJK", "NATIONAL", "PSEUDO", "SIZES", "SMALL", "Array", "Country", "Size", "digits", "either", "make_country",
    "split_exactly", "text", "wgs84",
]  # fmt: skip
