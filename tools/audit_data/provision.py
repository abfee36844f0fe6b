"""Figures of provision: which schools there are, and how far away.

Belongs here: what is offered, and distances. Does not belong here: where a location is (places).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tools.audit_data.figures import figure, of_all
from tools.audit_data.files import Registries, Release
from tools.audit_data.places import NOW, links, places, regions

# mean radius of the earth in kilometres (IUGG)
RADIUS = 6371.0088


def kilometres(here: pd.DataFrame, there: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Return the great-circle distance from each place to each other, by the haversine formula."""
    latitude, longitude = (np.radians(here[each].to_numpy(float))[:, None] for each in ("latitude", "longitude"))
    to_latitude, to_longitude = (np.radians(there[each].to_numpy(float))[None, :] for each in ("latitude", "longitude"))
    half = np.sin((to_latitude - latitude) / 2) ** 2
    half = half + np.cos(latitude) * np.cos(to_latitude) * np.sin((to_longitude - longitude) / 2) ** 2
    return 2 * RADIUS * np.arcsin(np.sqrt(half))


def centres(release: Release) -> pd.DataFrame:
    """Return the centre of each postcode as it is published, which another figure holds against the list of places."""
    return release.table("postcode4").set_index("postcode4")[["latitude", "longitude"]].dropna()


def sbo(registries: Registries, release: Release) -> pd.DataFrame:
    """Return the schools for sbo with pupils on 1 October 2025: their SWV, and the centre of their postcode."""
    codes = registries.counted(2025, "SBO").query("most > 0").index
    where = places(registries, NOW).reindex(codes)
    return where.join(centres(release), on="pc4").dropna(subset="latitude")


@figure("vestiging_aanbod", "locations in vo that offer vwo")
def vwo(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("vestiging_aanbod").query("voorziening == 'VWO'")
    offers = registries.vo_2020["ONDERWIJSSTRUCTUUR"].str.contains("VWO")
    return of_all(found["vestigingscode"]), of_all(registries.vo_2020.loc[offers, "VESTIGINGSCODE"])


@figure("dekking_swv", "schools for sbo that surely belong to each SWV")
def schools(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("dekking_swv").query("voorziening == 'SBO' and vestigingen > 0")
    linked = links(registries, "PO", NOW).query("sure")
    again = linked[linked.index.isin(registries.counted(2025, "SBO").query("most > 0").index)]["swv"].value_counts()
    return of_all(zip(found["swv_code"], found["vestigingen"], strict=True)), of_all(again.items())


@figure("dekking_postcode4", "mean distance from a postcode to the nearest school for sbo, in km")
def nearest(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("dekking_postcode4").query("voorziening == 'SBO'").dropna(subset="km_overal")
    here = centres(release).loc[found["postcode4"]]
    return float(found["km_overal"].mean()), float(kilometres(here, sbo(registries, release)).min(axis=1).mean())


@figure("dekking_postcode4", "the same within the SWV of the postcode, in km")
def nearest_within(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("dekking_postcode4").query("voorziening == 'SBO'").dropna(subset="km_binnen")
    there = sbo(registries, release)
    linked = links(registries, "PO", NOW).query("sure or swv == 'PO0001'")["swv"]
    apart = kilometres(centres(release).loc[found["postcode4"]], there)
    own = found["postcode4"].map(regions(registries, "PO")).to_numpy()[:, None] == linked.reindex(there.index).to_numpy()[None, :]
    return float(found["km_binnen"].mean()), float(np.where(own, apart, np.inf).min(axis=1).mean())


@figure("dekking_vestiging", "mean distance from a school in bo to the nearest for sbo, in km")
def nearest_of_schools(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("dekking_vestiging").query("voorziening == 'SBO' and route == 'speciale voorziening'")
    found = (
        found[found["vestigingscode"].isin(registries.bo_2026["VESTIGINGSCODE"])].groupby("vestigingscode")["km"].min().dropna()
    )
    here = places(registries, NOW).reindex(found.index).join(centres(release), on="pc4")
    return float(found.mean()), float(kilometres(here, sbo(registries, release)).min(axis=1).mean())
