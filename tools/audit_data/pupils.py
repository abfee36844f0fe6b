"""Figures of pupils: counts, homes and the bounds that follow from both, flows, participation and key figures.

Belongs here: what is counted. Does not belong here: where a location is (places), distances and money.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from tools.audit_data.figures import figure, of_all
from tools.audit_data.files import Registries, Release, bounds
from tools.audit_data.places import links, regions

AUTUMN_2024, AUTUMN_2025 = date(2024, 10, 1), date(2025, 10, 1)
ONE = "PO2701"


def on(frame: pd.DataFrame, day: date, **values: str) -> pd.DataFrame:
    """Return the rows of a count on one day."""
    chosen = pd.to_datetime(frame["peildatum"]).eq(pd.Timestamp(day))
    for column, value in values.items():
        chosen &= frame[column].eq(value)
    return frame[chosen]


def between(frame: pd.DataFrame, low: str = "ondergrens", high: str = "bovengrens") -> tuple[int, int]:
    """Return what the rows add up to at least and at most."""
    return int(frame[low].sum()), int(frame[high].sum())


def sums(frame: pd.DataFrame) -> tuple[int, int]:
    return between(frame, "least", "most")


def by_swv(counted: pd.DataFrame, linked: pd.DataFrame) -> pd.DataFrame:
    """Return the pupils of each SWV: at least those of schools that are surely its own, at most with those that may be."""
    rows = counted.join(linked, how="inner")
    rows["least"] = rows["least"].where(rows["sure"], 0)
    return rows.groupby("swv")[["least", "most"]].sum().query("most > 0")


@cache
def tightened(registries: Registries, kind: str) -> pd.DataFrame:
    """Return the homes of each location, bounded by what the overview counts there: each has what the others leave."""
    homes = registries.homes[registries.homes["soort"] == kind]
    home = homes["POSTCODE_LEERLING"].rename("home")
    cells = homes.groupby(["code", home])[["least", "most"]].sum().reset_index("home")
    added = cells.groupby("code")[["least", "most"]].sum()
    known = registries.counted(2024, kind).reindex(added.index)
    possible = known["most"].ge(added["least"]) & known["least"].le(added["most"])
    total = pd.DataFrame(
        {"least": known["least"].clip(lower=added["least"]), "most": known["most"].clip(upper=added["most"])}
    ).where(possible, added)  # fmt: skip
    return cells.assign(**bounded(cells, total.loc[cells.index], added.loc[cells.index]))


def bounded(part: pd.DataFrame, whole: pd.DataFrame, added: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the bounds of each part of a whole of which the parts add up to ``added``."""
    least = pd.concat([part["least"], whole["least"] - (added["most"] - part["most"])], axis=1).max(axis=1)
    most = pd.concat([part["most"], whole["most"] - (added["least"] - part["least"])], axis=1).min(axis=1)
    return {"least": least.astype("int64"), "most": most.astype("int64")}


@figure("leerlingen_vestiging", "pupils in bo by the overview, all locations of all years together")
def overview(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("leerlingen_vestiging").query("soort == 'BO' and bron == 'leerlingen_po_historisch'")
    return between(found), tuple(
        map(sum, zip(*(sums(registries.counted(year, "BO")) for year in range(1996, 2026)), strict=True))
    )


@figure("leerlingen_vestiging", "pupils in vo in 2019, without those at a vavo")
def secondary(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("leerlingen_vestiging"), date(2019, 10, 1), soort="VO")
    types = registries.vo_types_2019
    vavo = types["ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR"].str.contains("vavo", case=False)
    return between(found), int(types.loc[~vavo, "pupils"].sum())


@figure("leerlingen_nederland", "pupils in bo on 1 October 2025")
def nation(registries: Registries, release: Release) -> tuple[Any, Any]:
    return between(on(release.table("leerlingen_nederland"), AUTUMN_2025, soort="BO")), sums(registries.counted(2025, "BO"))


@figure("leerlingen_nederland", "pupils in sbo on 1 October 2014")
def nation_sbo(registries: Registries, release: Release) -> tuple[Any, Any]:
    return between(on(release.table("leerlingen_nederland"), date(2014, 10, 1), soort="SBO")), sums(
        registries.counted(2014, "SBO")
    )


@figure("leerlingen_gemeente", "pupils in bo in Amsterdam on 1 October 2025")
def amsterdam(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(
        release.table("leerlingen_gemeente"), AUTUMN_2025, gemeentenummer="0363", rol="vestiging", indeling="nu", soort="BO"
    )
    there = registries.overview.set_index("VESTIGINGSCODE")["GEMEENTECODE_VESTIGING"].eq("363")
    return between(found), sums(registries.counted(2025, "BO").loc[lambda rows: there.reindex(rows.index)])


@figure("leerlingen_herkomst", "cells of homes in bo as the file has them, 2024")
def homes(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("leerlingen_herkomst"), AUTUMN_2024, soort="BO").dropna(subset="geteld_ondergrens")
    again = registries.homes[registries.homes["soort"] == "BO"]
    return (
        f"{len(found):,} of {shown_between(between(found, 'geteld_ondergrens', 'geteld_bovengrens'))} pupils",
        f"{len(again):,} of {shown_between(sums(again))} pupils",
    )


def shown_between(pair: tuple[int, int]) -> str:
    return f"{pair[0]:,} to {pair[1]:,}"


@figure("leerlingen_herkomst", "the same cells, bounded by what each location counts")
def bounded_homes(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("leerlingen_herkomst"), AUTUMN_2024, soort="BO").dropna(subset="geteld_ondergrens")
    return between(found), sums(tightened(registries, "BO"))


@figure("leerlingen_postcode4", "the postcode with the most pupils in bo, 2024")
def most_pupils(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("leerlingen_postcode4"), AUTUMN_2024, soort="BO").query("herkomst.str.len() == 4")
    found = found.sort_values(["ondergrens", "herkomst"]).iloc[-1]
    again = tightened(registries, "BO").query("home.str.len() == 4").groupby("home")[["least", "most"]].sum()
    again = again.reset_index().sort_values(["least", "home"]).iloc[-1]
    return (
        f"{found['herkomst']}: {shown_between((found['ondergrens'], found['bovengrens']))}",
        f"{again['home']}: {shown_between((again['least'], again['most']))}",
    )


def _aged(registries: Registries, age: str) -> pd.DataFrame:
    rows = registries.homes[registries.homes["soort"] == "BO"]
    return rows[["code", "POSTCODE_LEERLING"]].join(bounds(rows[f"LEEFTIJD_{age}"]))


@figure("leerlingen_postcode4_leeftijd", "pupils of eight in bo who live in the Netherlands, 2024")
def of_eight(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("leerlingen_postcode4_leeftijd"), AUTUMN_2024, soort="BO", leeftijd="8")
    return between(found), sums(_aged(registries, "8").query("POSTCODE_LEERLING.str.len() == 4"))


@figure("leerlingen_vestiging_kenmerk", "pupils of eight in bo, 2024")
def of_eight_at_schools(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("leerlingen_vestiging_kenmerk"), AUTUMN_2024, soort="BO", kenmerk="leeftijd", waarde="8")
    return between(found), sums(_aged(registries, "8"))


@figure("leerlingen_swv", "pupils in bo of every SWV on 1 October 2025, where the school stands")
def of_every_swv(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("leerlingen_swv"), AUTUMN_2025, soort="BO", rol="vestiging")
    again = by_swv(registries.counted(2025, "BO"), links(registries, "PO", AUTUMN_2025))
    published = zip(found["swv_code"], found["ondergrens"], found["bovengrens"], strict=True)
    return of_all(published), of_all(again[["least", "most"]].itertuples(name=None))


@figure("leerlingen_swv", "pupils in bo of PO2902 on 1 October 2025, with and without its reformed schools")
def of_po2902(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("leerlingen_swv"), AUTUMN_2025, soort="BO", rol="vestiging", swv_code="PO2902")
    again = by_swv(registries.counted(2025, "BO"), links(registries, "PO", AUTUMN_2025))
    return between(found), sums(again.loc[["PO2902"]])


@cache
def flows(registries: Registries, kind: str) -> pd.DataFrame:
    """Return for each location how many of its pupils live in each SWV, bounded by what it counts."""
    cells = tightened(registries, kind)
    lives = (
        cells["home"].map(regions(registries, "PO")).where(cells["home"].str.len() == 4, "abroad").fillna("none").rename("lives")
    )
    known = registries.counted(2024, kind)
    parts = cells.groupby(["code", lives])[["least", "most"]].sum().reset_index("lives")
    added = parts.groupby("code")[["least", "most"]].sum()
    whole = known.reindex(added.index)
    possible = whole["most"].ge(added["least"]) & whole["least"].le(added["most"])
    whole = whole.where(possible, added)
    return parts.assign(**bounded(parts, whole.loc[parts.index], added.loc[parts.index]))


@figure("leerlingen_swv", "pupils in bo who live in PO2701, 2024")
def live_in(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("leerlingen_swv"), AUTUMN_2024, soort="BO", rol="woon", swv_code=ONE)
    return between(found), sums(flows(registries, "BO").query("lives == @ONE"))


@figure("grensverkeer", "pupils in bo who live in PO2701 and go to school in PO2702, 2024")
def crossing(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("grensverkeer"), AUTUMN_2024, soort="BO", woon_swv=ONE, vestigings_swv="PO2702")
    there = links(registries, "PO", AUTUMN_2024).query("swv == 'PO2702' and sure").index
    lives = flows(registries, "BO").query("lives == @ONE")
    return between(found), sums(lives[lives.index.isin(there)])


@figure("vergelijking_vestiging", "locations whose homes of 2024 cannot add up to what the overview counts")
def contradictions(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("vergelijking_vestiging"), AUTUMN_2024, bron="leerlingen_po_postcode4")
    added = registries.homes.groupby("code")[["least", "most"]].sum()
    known = registries.counted(2024, *registries.overview["SOORT_VESTIGING"].unique()).groupby(level=0).sum()
    both = added.join(known.add_suffix("_known"), how="inner")
    apart = both[(both["least_known"] > both["most"]) | (both["most_known"] < both["least"])]
    return of_all(found.loc[~found["verenigbaar"], "vestigingscode"]), of_all(apart.index)


@cache
def share_of_sbo(registries: Registries) -> pd.DataFrame:
    """Return the percentage of each SWV's pupils in primary education who are in sbo, at least and at most, 1 October 2025."""
    linked = links(registries, "PO", AUTUMN_2025)
    bo, sbo = (by_swv(registries.counted(2025, kind), linked) for kind in ("BO", "SBO"))
    both = bo.add_suffix("_bo").join(sbo.add_suffix("_sbo"), how="outer").fillna(0)
    low = 100 * both["least_sbo"] / (both["least_sbo"] + both["most_bo"])
    high = 100 * both["most_sbo"] / (both["most_sbo"] + both["least_bo"])
    # of 0 to 100 % nothing is known: it is no percentage, and has no place
    return pd.DataFrame({"low": low.round(2), "high": high.round(2)}).query("low > 0 or high < 100")


@figure("deelname_swv", "participation in sbo in PO2701 on 1 October 2025, in percent")
def participation(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("deelname_swv"), AUTUMN_2025, soort="SBO", rol="vestiging", swv_code=ONE).iloc[0]
    again = share_of_sbo(registries).loc[ONE]
    published = (float(found["percentage_ondergrens"]), float(found["percentage_bovengrens"]))
    return published, (float(again["low"]), float(again["high"]))


@figure("deelname_swv", "place of PO2701 among all SWVs by that percentage, at best and at worst")
def place(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = on(release.table("deelname_swv"), AUTUMN_2025, soort="SBO", rol="vestiging", swv_code=ONE)
    shares = share_of_sbo(registries)
    one = shares.loc[ONE]
    return between(found, "rang_hoogst", "rang_laagst"), (
        1 + int((shares["low"] > one["high"]).sum()),
        int((shares["high"] >= one["low"]).sum()),
    )


@figure("swv_kerncijfers", "pupils in bo of PO2701 in its key figures of 2025")
def key_figures(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("swv_kerncijfers").query("swv_code == @ONE and jaar == 2025")
    again = by_swv(registries.counted(2025, "BO"), links(registries, "PO", AUTUMN_2025))
    return between(found, "leerlingen_bo_ondergrens", "leerlingen_bo_bovengrens"), sums(again.loc[[ONE]])
