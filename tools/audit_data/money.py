"""Figures of support money, in exact decimals.

Belongs here: counts times norm amounts, and sums of lines. Does not belong here: the counts (pupils).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from tools.audit_data.figures import figure, of_all
from tools.audit_data.files import ROOT, Registries, Release
from tools.audit_data.places import links
from tools.audit_data.pupils import ONE, by_swv

PERIOD, BEGINS = "2015-2016", date(2015, 8, 1)
AMOUNTS = ROOT / "pipeline/curated/reference/bekostigingsparameters.csv"
CENT = Decimal("0.01")


def amount(name: str) -> Decimal:
    """Return the newest published amount of a parameter of po in the period, as the project's list of amounts has it."""
    listed = pd.read_csv(AMOUNTS, dtype=str).query("parameter == @name and sector == 'PO' and periode == @PERIOD")
    return Decimal(listed.sort_values("versie")["bedrag"].iloc[-1])


def made(registries: Registries, name: str, *kinds: str, year: int = 2014) -> dict[str, tuple[Decimal, Decimal]]:
    """Return what each SWV gets at least and at most: pupils of these kinds on 1 October of a year times an amount."""
    counted = pd.concat([registries.counted(year, kind) for kind in kinds])
    pupils, each = by_swv(counted, links(registries, "PO", BEGINS)), amount(name)
    return {swv: (int(low) * each, int(high) * each) for swv, low, high in pupils[["least", "most"]].itertuples()}


def line(release: Release, component: str) -> pd.DataFrame:
    found = release.table("ondersteuningsbekostiging_swv")
    return found[found["periode"].eq(PERIOD) & found["component"].eq(component) & found["bedrag_bovengrens"].gt(0)].set_index(
        "swv_code"
    )


def _lines(release: Release, component: str, again: dict[str, tuple[Decimal, Decimal]]) -> tuple[Any, Any]:
    found = line(release, component)[["bedrag_ondergrens", "bedrag_bovengrens"]]
    return of_all(found.itertuples(name=None)), of_all((swv, *both) for swv, both in again.items())


@figure("bekostigingsparameter", "norm amounts, and what they add up to in euro")
def amounts(registries: Registries, release: Release) -> tuple[Any, Any]:
    found, listed = release.table("bekostigingsparameter")["bedrag"], pd.read_csv(AMOUNTS, dtype=str)["bedrag"]
    return f"{len(found)}: {sum(found):,.2f}", f"{len(listed)}: {sum(map(Decimal, listed)):,.2f}"


@figure("ondersteuningsbekostiging_swv", "lichte ondersteuning of PO2701 in 2015-2016, in euro")
def light(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = line(release, "lichte_ondersteuning").loc[ONE]
    again = made(registries, "lichte_ondersteuning_per_bao_leerling", "BO")[ONE]
    return (found["bedrag_ondergrens"], found["bedrag_bovengrens"]), again


@figure("ondersteuningsbekostiging_swv", "lichte ondersteuning of every SWV in 2015-2016")
def light_of_all(registries: Registries, release: Release) -> tuple[Any, Any]:
    return _lines(release, "lichte_ondersteuning", made(registries, "lichte_ondersteuning_per_bao_leerling", "BO"))


@figure("ondersteuningsbekostiging_swv", "zware ondersteuning of every SWV in 2015-2016")
def heavy_of_all(registries: Registries, release: Release) -> tuple[Any, Any]:
    return _lines(release, "zware_ondersteuning", made(registries, "zware_ondersteuning_norm", "BO", "SBO"))


@figure("ondersteuningsbekostiging_swv", "what is known of each netto of po in 2015-2016: both, less the norm of verevening")
def known(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("ondersteuningsbekostiging_swv").query("periode == @PERIOD and swv_code.str.startswith('PO')")
    net = found[found["component"].eq("netto")].set_index("swv_code")[["bekend_ondergrens", "bekend_bovengrens"]]
    light = made(registries, "lichte_ondersteuning_per_bao_leerling", "BO")
    heavy = made(registries, "zware_ondersteuning_norm", "BO", "SBO")
    # verevening is set off against what the norm of then would have given: most is taken off where that is most
    norm = {swv: both[::-1] for swv, both in made(registries, "verevening_norm", "BO", "SBO", year=2011).items()}
    again = [(swv, *((light[swv][end] + heavy[swv][end] - norm[swv][end]).quantize(CENT) for end in (0, 1))) for swv in light]
    return of_all(net.itertuples(name=None)), of_all(again)


@figure("ondersteuningsbekostiging_vestiging", "lichte ondersteuning of 2015-2016 over all locations, where it is exact")
def shares(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("ondersteuningsbekostiging_vestiging").query(
        "periode == @PERIOD and component == 'lichte_ondersteuning'"
    )
    again = made(registries, "lichte_ondersteuning_per_bao_leerling", "BO").values()
    return sum(found["bedrag"].dropna(), Decimal(0)), sum((low for low, high in again if low == high), Decimal(0))


@figure("ondersteuningsbekostiging_aansluiting", "lines that count, by SWV and period")
def lines(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("ondersteuningsbekostiging_aansluiting")
    counting = release.table("ondersteuningsbekostiging_swv").query("telt_mee and component != 'netto'")
    again = counting.groupby(["swv_code", "periode"]).size()
    return of_all(zip(found["swv_code"], found["periode"], found["regels"], strict=True)), of_all(
        (*key, n) for key, n in again.items()
    )
