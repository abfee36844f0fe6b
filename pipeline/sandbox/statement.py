"""What one fictitious SWV counts itself for its support money, so that a person can see a build-up in which nothing is missing.

Belongs here: that file. Does not belong here: which lines a build-up has (bekostigingsposten.csv) and what they pay.
"""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd

from pipeline.curated.reference import FOLDER
from pipeline.sandbox.country import LANDELIJK, Country
from pipeline.sandbox.publication import Published, csv_bytes

# a period of each regime: personnel and materieel until 2022, both together from 2023; and the year whose pupils it pays for
PERIODS = {"2015-2016": 2014, "2016": 2015, "2026": 2024}
# the years that registries count for them, and the least that they do not hide
COUNTED, SHOWN = (2011, 2014, 2015), 5
# pupils of a line, for each 10,000 in bo and sbo; lines of one kind differ by their place among all
RATE, STEP, KINDS = 6, 5, 5


def statement(country: Country) -> Published:
    """Write the counts of one SWV: every line of which no registry has the count."""
    swv = speaker(country)
    with (FOLDER / "bekostigingsposten.csv").open(encoding="utf-8-sig", newline="") as file:
        posts = list(csv.DictReader(file))
    rows = [
        (swv, period, post["post"], str(_count(country, swv, year, post, place)), "", "eigen telling")
        for period, year in PERIODS.items()
        for place, post in enumerate(posts)
        if _asks(post, period)
    ]
    frame = pd.DataFrame(rows, columns=["SWV", "PERIODE", "REGEL", "AANTAL", "PERCENTAGE", "TOELICHTING"])
    return Published("reference/swv_opgave.csv", csv_bytes(frame, delimiter=";", encoding="utf-8"))


def speaker(country: Country) -> str:
    """Return the SWV that counts: the one with the most schools for bo and sbo, of those whose counts of before no file hides."""
    units = country.eenheid
    po = units["soort"].isin(["BO", "SBO"]) & ~units["swv_code"].isin([LANDELIJK, *country.ended])
    counted = country.counts[:, np.isin(country.years, COUNTED)]
    small = pd.Series(np.any((counted > 0) & (counted < SHOWN), axis=1), index=units.index)
    hidden = units.loc[po & small, "swv_code"]
    return str(units.loc[po & ~units["swv_code"].isin(hidden), "swv_code"].value_counts().sort_index().idxmax())


def _asks(post: dict[str, str], period: str) -> bool:
    """Return whether a period has this line, and no registry its count: those of TLVs, of 1 February, and of 2011 by category."""
    part = post["schooljaar"] if "-" in period else post["kalenderjaar"]
    known = post["telling"] == "vestiging" and "02-01" not in post["teldag"]
    when = int(post["vanaf"]) <= int(period[:4]) <= int(post["tot"])
    return post["sector"] == "PO" and bool(part) and when and not known and not post["alleen_met_bedrag"]


def _count(country: Country, swv: str, year: int, post: dict[str, str], place: int) -> int:
    """Return a number that a build-up could have: pupils of 1 October before where all are counted, else a few of them."""
    everyone = post["telling"] == "vestiging" and post["rekenwijze"] == "aantal"
    counted = post["soorten"].split() if everyone else ["BO", "SBO"]
    units = country.eenheid["soort"].isin(counted) & country.eenheid["swv_code"].eq(swv)
    column = min(int(np.searchsorted(country.years, year)), len(country.years) - 1)
    pupils = int(country.counts[units.to_numpy(), column].sum())
    return pupils if everyone else pupils * (RATE + STEP * (place % KINDS)) // 10_000
