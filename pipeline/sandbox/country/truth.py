"""What is true of the country on a day: from its model, not from any registry's file nor from any query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipeline.sandbox.country.calendar import Calendar
from pipeline.sandbox.country.day import country_on, last_year, links_on, postcode4_on, vestiging_on


@dataclass(frozen=True)
class Truth:
    """The truth of each day of a calendar. What publishers have not told yet on a day is true all the same."""

    calendar: Calendar

    def schools(self, day: date) -> set[str]:
        """Return the codes of the locations that stand on a day."""
        v = vestiging_on(self.calendar, day)
        return set(v.loc[~v["gesloten"], "vestigingscode"])

    def links(self, day: date) -> dict[str, str | None]:
        """Return the SWV of each location that stands, by its code and sector; None where nothing can tell it."""
        links = links_on(self.calendar, day)
        links = links[~links["gesloten"]]
        names = links["vestigingscode"] + " " + links["sector"]
        return {name: code if pd.notna(code) else None for name, code in zip(names, links["swv_code"], strict=True)}

    def regions(self, day: date) -> dict[str, str]:
        """Return the region that each postcode lies in, by its number and sector."""
        return _regions(postcode4_on(self.calendar, day))

    def listed(self, day: date) -> set[str]:
        """Return those of the postcodes and sectors that RIO or the statute lists: the others may be worked out, or not."""
        p = postcode4_on(self.calendar, day)
        return set(_regions(p[p["in_rio"] | ~(p["nieuw"] | p["europoort"])]))

    def pupils(self, day: date) -> tuple[int, dict[tuple[str, str], int]]:
        """Return the newest year that is counted and published on a day, and the pupils of each location and kind then."""
        country = country_on(self.calendar, day)
        codes = country.vestiging["vestigingscode"].to_numpy()[country.eenheid["vestiging"]]
        number = country.counts[:, -1]
        rows = zip(codes, country.eenheid["soort"], number, strict=True)
        return last_year(day), {(code, soort): int(count) for code, soort, count in rows if count > 0}


def _regions(postcode4: pd.DataFrame) -> dict[str, str]:
    long = postcode4.melt("postcode4", ["PO", "VO"], var_name="sector", value_name="swv")
    return dict(zip(long["postcode4"] + " " + long["sector"], long["swv"], strict=True))
