"""Where each location was on a day, and the SWV that follows from it; and the figures of locations, links and regions.

Belongs here: addresses, denominations and the statutory table. Does not belong here: pupils (pupils).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from tools.audit_data.figures import figure, of_all
from tools.audit_data.files import Registries, Release

NOW = date(2026, 8, 1)
REFORMED, NATIONAL = "Reformatorisch", {"PO": "PO0001", "VO": "VO0001"}
REGION = {"PO": "swv_po", "VO": "swv_vo"}
CODE = r"(?:PO|VO)\d{4}"


@cache
def sightings(registries: Registries) -> pd.DataFrame:
    """Return where each file shows a location, on the day of that file."""
    homes, distances = registries.homes, registries.distances_2019
    parts = [
        (day, rows["VESTIGINGSCODE"], rows["POSTCODE"], rows["DENOMINATIE"], rows["GEMEENTENUMMER"])
        for day, rows in (
            (date(2020, 12, 1), registries.bo_2020), (NOW, registries.bo_2026), (date(2020, 12, 1), registries.vo_2020),
        )
    ]  # fmt: skip
    named = ("POSTCODE_VESTIGING", "DENOMINATIE_VESTIGING", "GEMEENTENUMMER")
    parts += [(date(2024, 10, 1), homes["code"], *(homes[each] for each in named))]
    parts += [(date(2019, 10, 1), distances["code"], *(distances[each] for each in named))]
    seen = pd.concat(
        [
            pd.DataFrame({"day": day, "code": code, "pc4": postcode.str[:4], "richting": richting, "gemeente": number})
            for day, code, postcode, richting, number in parts
        ]
    )  # fmt: skip
    seen["gemeente"] = seen["gemeente"].str.strip().str.zfill(4)
    return seen[seen["pc4"].str.fullmatch(r"\d{4}")].drop_duplicates(["code", "day"]).sort_values(["code", "day"])


@cache
def places(registries: Registries, day: date) -> pd.DataFrame:
    """Return where each location was on a day: as last seen by then, and where it was not, as it was seen first."""
    seen = sightings(registries)
    before = seen[seen["day"] <= day].drop_duplicates("code", keep="last")
    first = seen.drop_duplicates("code")
    return pd.concat([before, first[~first["code"].isin(before["code"])]]).set_index("code")


@cache
def gemeente_of(registries: Registries) -> pd.Series:
    """Return the gemeente of each postcode: what all pupils who live there name; where none do, that of the list of places."""
    full = registries.gemeenten.drop_duplicates("gm_code").assign(number=lambda rows: rows["gm_code"].str[2:])
    # CBS tells gemeenten of one name apart by what is in brackets, and leaves that out nowhere; others do
    short = full.assign(gm_naam=full["gm_naam"].str.replace(r" \([^)]*\)$", "", regex=True))
    numbers = pd.concat([full, short]).drop_duplicates(["gm_naam", "number"]).drop_duplicates("gm_naam", keep=False)
    numbers = numbers.set_index("gm_naam")["number"]
    found = pd.Series(dtype=str)
    for rows, postcode, name in (
        (registries.homes, "POSTCODE_LEERLING", "GEMEENTENAAM_LEERLING"), (registries.centres, "postcode", "gemeente"),
    ):  # fmt: skip
        of = rows[[postcode, name]].assign(number=rows[name].map(numbers)).dropna().drop_duplicates([postcode, "number"])
        of = of.drop_duplicates(postcode, keep=False).set_index(postcode)["number"]
        found = pd.concat([found, of[~of.index.isin(found.index)]])
    return found


@cache
def swvs_of_gemeente(registries: Registries, sector: str) -> pd.Series:
    """Return the SWVs that the postcodes of each gemeente lie in."""
    table = _statutory(registries, sector)
    return table.groupby(gemeente_of(registries).reindex(table.index)).agg(lambda each: sorted({*each}))


def _statutory(registries: Registries, sector: str) -> pd.Series:
    table = registries.regions.set_index("pc4")[REGION[sector]]
    return table[table.str.fullmatch(CODE)]


@cache
def regions(registries: Registries, sector: str) -> pd.Series:
    """Return the SWV of each postcode by the statutory table, and of one that it lacks where its whole gemeente has one SWV."""
    table, named = _statutory(registries, sector), gemeente_of(registries)
    whole = swvs_of_gemeente(registries, sector).loc[lambda found: found.map(len).eq(1)].str[0]
    return pd.concat([table, named[~named.index.isin(table.index)].map(whole).dropna()])


@cache
def links(registries: Registries, sector: str, day: date) -> pd.DataFrame:
    """Return the SWVs that each location may be of on a day, a row for each, and whether that one is sure.

    A location of which only the overview knows a place has its gemeente; a gemeente in several SWVs makes each of them possible.
    A reformed one is likely of the national SWV, and else of the one where it stands.
    """
    where = places(registries, day)
    others = registries.overview[~registries.overview["VESTIGINGSCODE"].isin(where.index)].set_index("VESTIGINGSCODE")
    others = pd.DataFrame(
        {"richting": others["DENOMINATIE_VESTIGING"], "gemeente": others["GEMEENTECODE_VESTIGING"].str.zfill(4)}
    )
    where = pd.concat([where, others[~others.index.duplicated()]])
    by_postcode = where["pc4"].map(regions(registries, sector))
    by_gemeente = where["gemeente"].map(swvs_of_gemeente(registries, sector))
    found = by_postcode.map(lambda each: [each], na_action="ignore").where(by_postcode.notna(), by_gemeente)
    rows = pd.DataFrame({"swv": found, "reformed": where["richting"].eq(REFORMED), "sure": found.str.len().eq(1)}).explode("swv")
    rows["sure"] &= ~rows["reformed"]
    national = rows[rows["reformed"]].assign(swv=NATIONAL[sector], sure=sector == "VO")
    rows = rows if sector == "PO" else rows[~rows["reformed"]]
    return pd.concat([rows, national[~national.index.duplicated()]]).dropna(subset="swv")


def _linked(registries: Registries, sector: str, condition: str, codes: pd.Series) -> str:
    """Return the links of some locations that stand now, as far as a condition holds for them."""
    found = links(registries, sector, NOW).query(condition)["swv"]
    return of_all(found[found.index.isin(codes)].items())


def _now(release: Release, sector: str) -> pd.DataFrame:
    found = release.table("vestiging_swv")
    return found[found["geldig"] & found["sector"].eq(sector) & found["swv_code"].notna()]


@figure("vestiging", "locations in bo that stand now")
def standing(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("vestiging")
    return of_all(found.loc[found["soort"] == "BO", "vestigingscode"]), of_all(registries.bo_2026["VESTIGINGSCODE"])


@figure("vestiging_bekend", "locations that any file ever shows")
def ever_seen(registries: Registries, release: Release) -> tuple[Any, Any]:
    codes = {*registries.overview["VESTIGINGSCODE"], *sightings(registries)["code"], *registries.vo_types_2019["code"]}
    return of_all(release.table("vestiging_bekend")["vestigingscode"]), of_all(codes)


@figure("bevoegd_gezag", "boards of the locations in bo that stand now")
def boards(registries: Registries, release: Release) -> tuple[Any, Any]:
    known, used = release.table("bevoegd_gezag")["bevoegd_gezag_nummer"], release.table("vestiging").query("soort == 'BO'")
    return of_all({*known} & {*used["bevoegd_gezag_nummer"]}), of_all({*registries.bo_2026["BEVOEGD GEZAG NUMMER"]})


@figure("vestiging_historie", "locations in bo that opened between December 2020 and August 2026")
def opened(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("vestiging_historie")
    codes = {*registries.bo_2026["VESTIGINGSCODE"]} - {*registries.bo_2020["VESTIGINGSCODE"]}
    return of_all(found.loc[found["register"].eq("bo") & found["begin"].eq("geopend"), "vestigingscode"]), of_all(codes)


@figure("wijzigingen", "locations in bo that closed between December 2020 and August 2026")
def closed(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("wijzigingen")
    codes = {*registries.bo_2020["VESTIGINGSCODE"]} - {*registries.bo_2026["VESTIGINGSCODE"]}
    return of_all(found.loc[found["deel"].eq("bo") & found["soort"].eq("gesloten"), "code"]), of_all(codes)


@figure("vestiging_plaats", "postcodes of the locations in bo on 1 October 2024")
def postcodes(registries: Registries, release: Release) -> tuple[Any, Any]:
    found, day = release.table("vestiging_plaats"), pd.Timestamp(2024, 10, 1)
    begins, ends = pd.to_datetime(found["geldig_vanaf"]), pd.to_datetime(found["geldig_tot"])
    found = found[(begins <= day) & (ends.isna() | (ends > day))].set_index("vestigingscode")["postcode4"]
    counted = registries.homes.loc[registries.homes["soort"] == "BO"].drop_duplicates("code").set_index("code")
    return of_all(found.reindex(counted.index).items()), of_all(counted["POSTCODE_VESTIGING"].str[:4].items())


@figure("vestiging_swv", "locations in bo with their SWV")
def links_of_bo(registries: Registries, release: Release) -> tuple[Any, Any]:
    bo = registries.bo_2026["VESTIGINGSCODE"]
    found = _now(release, "PO").set_index("vestigingscode")["swv_code"]
    return of_all(found[found.index.isin(bo)].items()), _linked(registries, "PO", "sure or swv == 'PO0001'", bo)


@figure("vestiging_swv", "locations in vo with their SWV")
def links_of_vo(registries: Registries, release: Release) -> tuple[Any, Any]:
    vo = registries.vo_2020["VESTIGINGSCODE"]
    found = _now(release, "VO").set_index("vestigingscode")["swv_code"]
    return of_all(found[found.index.isin(vo)].items()), _linked(registries, "VO", "sure", vo)


@figure("koppelconflict", "locations in bo that are likely of PO0001, with the SWV that they else belong to")
def reformed(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("koppelconflict")
    bo = registries.bo_2026["VESTIGINGSCODE"]
    found = found[found["vestigingscode"].isin(bo)]
    likely = found.loc[found["gekozen"] & found["swv_code"].eq("PO0001"), "vestigingscode"]
    other = found[found["vestigingscode"].isin(likely) & ~found["gekozen"]]
    again = _linked(registries, "PO", "reformed and swv != 'PO0001'", bo)
    return of_all(zip(other["vestigingscode"], other["swv_code"], strict=True)), again


@figure("swv_postcode4", "postcodes of each SWV by the statutory table")
def statutory(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("swv_postcode4")
    again = [(swv, postcode) for sector in REGION for postcode, swv in _statutory(registries, sector).items()]
    return of_all(zip(found["swv_code"], found["postcode4"], strict=True)), of_all(again)


@figure("postcode4_swv", "postcodes in no statutory region that have the SWV of their gemeente, among those where pupils live")
def of_gemeente(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("postcode4_swv")
    found = found[found["bron"].eq("gemeente") & found["postcode4"].isin(registries.homes["POSTCODE_LEERLING"])]
    table = pd.concat([regions(registries, sector) for sector in REGION])
    again = table[~table.index.isin(registries.regions["pc4"]) & table.index.isin(registries.homes["POSTCODE_LEERLING"])]
    return of_all(zip(found["postcode4"], found["swv_code"], strict=True)), of_all(again.items())


@figure("swv_aanvang", "SWVs of po and of vo in the statutory table, the national ones apart")
def at_the_start(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("swv_aanvang").query("bron == 'regeling'").set_index("sector")["aantal"]
    again = (_statutory(registries, sector).nunique() for sector in REGION)
    return f"{found['PO']:.0f} and {found['VO']:.0f}", " and ".join(map(str, again))


@figure("gemeente", "gemeenten of 2025")
def gemeenten(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("gemeente")
    again = registries.gemeenten.loc[registries.gemeenten["water"] == "NEE", "gm_code"].str[2:]
    return of_all(found.loc[found["actueel"], "gemeentenummer"]), of_all({*again})


@figure("postcode4", "centres as the list of places has them, without those that lie outside their gemeente")
def centres(registries: Registries, release: Release) -> tuple[Any, Any]:
    found = release.table("postcode4").set_index("postcode4")
    used, dropped = found.dropna(subset="latitude"), found.index[found["latitude"].isna()]
    listed = registries.centres.drop_duplicates("postcode").set_index("postcode")
    listed = listed[~listed.index.isin(dropped)]
    published, again = (rows[["latitude", "longitude"]].astype(float).round(7) for rows in (used, listed))
    return of_all(published.itertuples(name=None)), of_all(again.itertuples(name=None))
