"""What is true of the country on a day: from its model, not from any registry's file nor from any query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.sandbox.country.calendar import FIRST, LAST, NEWEST, NOTICE, Calendar
from pipeline.sandbox.country.day import country_on, gemeente_on, last_year, links_on, postcode4_on, vestiging_on

KINDS = {"naam": "hernoemd", "bestuur": "ander bestuur", "verhuizing": "verhuisd"}  # as table wijzigingen calls them


@dataclass(frozen=True)
class Truth:
    """The truth of each day of a calendar. What publishers have not told yet on a day is true all the same."""

    calendar: Calendar

    def schools(self, day: date) -> set[str]:
        """Return the codes of the locations that stand on a day."""
        v = vestiging_on(self.calendar, day)
        return set(v.loc[~v["gesloten"], "vestigingscode"])

    def locations(self, day: date) -> pd.DataFrame:
        """Return what a register that is right says of the locations that stand on a day."""
        v, country = vestiging_on(self.calendar, day), self.calendar.country
        v = v[~v["gesloten"]]
        place = gemeente_on(self.calendar, day).loc[v["gemeente"]]
        return pd.DataFrame({
            "vestigingscode": v["vestigingscode"], "register": v["groep"], "soort": v["soort"], "naam": v["naam"],
            "adres": v["straat"] + " " + v["huisnummer"], "postcode": v["postcode"],
            "plaats": place["naam"].str.upper().to_numpy(), "gemeentenummer": v["gemeentenummer"],
            "bevoegd_gezag_nummer": country.bestuur["nummer"].to_numpy()[v["bestuur"]], "denominatie": v["denominatie"],
            "cluster": v["cluster"], "onderwijsstructuur": v["structuur"],
        })  # fmt: skip

    def changes(self, since: date, until: date) -> pd.DataFrame:
        """Return what happened to locations after a day and no later than another: code, register, kind and day.

        A location is in its register from ``opent`` until ``sluit``.
        """
        v, days = self.calendar.country.vestiging, (self.calendar.opens, self.calendar.closes)
        found = [(each.vestiging, KINDS[each.kind], each.day) for each in self.calendar.changes if since < each.day <= until]
        for what, then in zip(("geopend", "gesloten"), days, strict=True):
            found += [(int(one), what, then[one]) for one in np.flatnonzero((then > since) & (then <= until))]
        merged, gone, _ = self.calendar.merger
        if since < merged <= until:
            there = vestiging_on(self.calendar, merged)
            found += [
                (int(one), what, merged) for one in there.index[there["gemeente"] == gone] for what in ("adres", "herindeling")
            ]
        rows = [
            (v["vestigingscode"].iloc[one], v["groep"].iloc[one], what, day, *(each[one] for each in days))
            for one, what, day in found
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["vestigingscode", "register", "soort", "dag", "opent", "sluit"])

    def mergers(self, day: date) -> pd.DataFrame:
        """Return which SWVs and gemeenten went up in another by a day, or are announced to."""
        c = self.calendar
        rows = [
            ("samenwerkingsverband", each.leaves, each.day, f"opgegaan in {each.joins}")
            for each in c.rezonings if each.ends and each.day - NOTICE <= day
        ]  # fmt: skip
        merged, gone, heir = c.merger
        if merged <= day:
            numbers = c.country.gemeente["gemeentenummer"]
            rows.append(("gemeente", numbers[gone], merged, f"opgegaan in {numbers[heir]}"))
        return pd.DataFrame(rows, columns=["onderwerp", "code", "dag", "waarde"])

    @cached_property
    def link_periods(self) -> pd.DataFrame:
        """Return the SWV of each location and sector from one day on which any may change until the next, of all days."""
        c = self.calendar
        days = {*c.opens, *c.closes, *c.postcode, c.merger[0], *(each.day for each in c.rezonings)}
        days |= {each.day for each in c.changes if each.kind == "verhuizing" and each.day > NEWEST}

        def frame(day: date) -> pd.DataFrame:
            links = links_on(c, day)
            columns = ["vestigingscode", "sector", "swv_code", "methode"]
            return links.loc[~links["gesloten"], columns]

        return _periods(days, {day: frame(day) for day in _between(days)})

    @cached_property
    def region_periods(self) -> pd.DataFrame:
        """Return the same of postcodes; ``genoemd`` tells whether RIO or the statute lists it."""
        days = {*self.calendar.postcode, *(each.day for each in self.calendar.rezonings)}
        frames = {}
        for day in _between(days):
            rows, listed = self.regions(day), self.listed(day)
            frame = pd.DataFrame({"plek": list(rows), "swv_code": list(rows.values())})
            frames[day] = frame.assign(genoemd=frame["plek"].isin(listed))
        return _periods(days, frames)

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
        counts = self.counts(day)
        counts = counts[(counts["jaar"] == last_year(day)) & (counts["aantal"] > 0)]
        rows = zip(counts["vestigingscode"], counts["soort"], counts["aantal"], strict=True)
        return last_year(day), {(code, soort): int(count) for code, soort, count in rows}

    def counts(self, day: date) -> pd.DataFrame:
        """Return the pupils of each location and kind in every year, as counted and published on a day; also none."""
        country = country_on(self.calendar, day)
        units, years = country.counts.shape
        codes = country.vestiging["vestigingscode"].to_numpy()[country.eenheid["vestiging"]]
        return pd.DataFrame({
            "vestigingscode": np.repeat(codes, years), "soort": np.repeat(country.eenheid["soort"].to_numpy(), years),
            "jaar": np.tile(country.years, units), "aantal": country.counts.ravel(),
        })  # fmt: skip


def _between(days: Iterable[date]) -> list[date]:
    return [FIRST, *sorted(each for each in set(days) if FIRST < each <= LAST)]


def _periods(days: Iterable[date], frames: Mapping[date, pd.DataFrame]) -> pd.DataFrame:
    """What holds on days one below the other, each from its day until the next one."""
    ends = [*_between(days)[1:], date.max]
    return pd.concat([frames[day].assign(van=day, tot=end) for day, end in zip(_between(days), ends, strict=True)])


def _regions(postcode4: pd.DataFrame) -> dict[str, str]:
    long = postcode4.melt("postcode4", ["PO", "VO"], var_name="sector", value_name="swv")
    return dict(zip(long["postcode4"] + " " + long["sector"], long["swv"], strict=True))
