"""Places and regions: provinces, gemeenten, postcode4s, and the samenwerkingsverbanden that they lie in.

Provinces carry their real names and codes, so that codes can be recognised; everything else is made up and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.sandbox.country.arrays import Rng, digits, split_exactly, wgs84
from pipeline.sandbox.country.size import Size

# code, name, gemeenten, PO and VO regions, holiday region, place on a map of three columns and four rows (south is 0);
# in the order in which postcodes run over the country
PROVINCES = (
    (27, "Noord-Holland", 44, 11, 10, "Noord", 0, 3), (24, "Flevoland", 6, 3, 3, "Midden", 1, 2),
    (26, "Utrecht", 26, 5, 5, "Midden", 0, 1), (28, "Zuid-Holland", 50, 18, 14, "Midden", 0, 2),
    (29, "Zeeland", 13, 3, 3, "Zuid", 0, 0), (30, "Noord-Brabant", 56, 10, 9, "Zuid", 1, 0),
    (31, "Limburg", 31, 6, 6, "Zuid", 2, 0), (25, "Gelderland", 51, 10, 11, "Midden", 1, 1),
    (23, "Overijssel", 25, 5, 5, "Noord", 2, 1), (22, "Drenthe", 12, 3, 3, "Noord", 2, 2),
    (21, "Friesland", 18, 1, 3, "Noord", 1, 3), (20, "Groningen", 10, 1, 2, "Noord", 2, 3),
)  # fmt: skip
WEST, SOUTH, WIDTH, HEIGHT = 20_000, 310_000, 82_000, 75_000  # of a province on the map, metres in EPSG:28992
UNUSED_CODES = ("VO2304", "VO2306")
LANDELIJK = "VO0001"
# regions that ended: sector, province and day; the last one of the province took over their postcodes
_ENDED = (("PO", 28, "2018-08-01"), ("VO", 30, "2020-08-01"))
_FIRST = ("Zilver", "Wolken", "Mist", "Sterren", "Kwarts", "Reeën", "'s-Heren", "Barnsteen", "Koraal", "Ginkgo", "Lavendel",
          "Ivoor", "Saffier", "Granaat", "Mosgroen", "Kobalt", "Oker", "Indigo", "Parelmoer")  # fmt: skip
_SECOND = ("dam", "veen", "wijk", "oord", "beek", "burg", "dijk", "horn", "stede", "woude", "zand", "sluis", "kerk", "berg",
           "rade", "vliet", "loo", "gouw")  # fmt: skip


def gemeenten(rng: Rng, size: Size) -> pd.DataFrame:
    names = np.array([f"Fictief {first}{second}" for first in _FIRST for second in _SECOND])
    rows = []
    for code, province, nation, _, _, holiday, column, row in PROVINCES:
        count = size.gemeenten_of(nation)
        side = int(np.ceil(np.sqrt(count)))
        for k in range(count):
            # boustrophedon: the next one in the list is also a neighbour on the map
            step = k % side if (k // side) % 2 == 0 else side - 1 - k % side
            x = WEST + WIDTH * (column + (step + 0.5) / side)
            y = SOUTH + HEIGHT * (row + (k // side + 0.5) / side)
            rows.append((code, province, holiday, k, x, y, WIDTH / side, HEIGHT / side))
    frame = pd.DataFrame(rows, columns=["provincie_code", "provincie", "vakantieregio", "rang", "x", "y", "breed", "hoog"])
    frame["gemeentenummer"] = digits(np.sort(rng.choice(np.arange(14, 1999), len(frame), replace=False)), 4)
    frame["naam"] = rng.permutation(names)[: len(frame)]
    # what the school registers make of a name: capitals, no accents, no apostrophe
    plain = frame["naam"].str.normalize("NFKD").str.encode("ascii", "ignore").str.decode("ascii")
    frame["naam_register"] = plain.str.replace("'s-", "s ").str.upper()
    return frame


def postcodes(rng: Rng, size: Size, gemeente: pd.DataFrame) -> pd.DataFrame:
    share = rng.lognormal(0, 0.6, len(gemeente))
    per = 6 + split_exactly(share[None, :], np.array([size.postcodes - 6 * len(gemeente)]))[0]
    of = np.repeat(np.arange(len(gemeente)), per)
    rank = np.arange(size.postcodes) - np.repeat(np.cumsum(per) - per, per)
    side = np.ceil(np.sqrt(per[of]))
    g = gemeente.loc[of].reset_index(drop=True)
    x = (g["x"] + g["breed"] * ((rank % side + 0.5) / side - 0.5)).round()
    y = (g["y"] + g["hoog"] * ((rank // side + 0.5) / side - 0.5)).round()
    latitude, longitude = wgs84(x.to_numpy(), y.to_numpy())
    return pd.DataFrame({
        "postcode4": np.sort(rng.choice(np.arange(1011, 9990), size.postcodes, replace=False)).astype(str),
        "gemeente": of, "rang": rank, "in_gemeente": per[of], "x": x, "y": y, "half": (g["breed"] / side / 2).round(),
        "latitude": latitude, "longitude": longitude, "inwoners": np.rint(rng.lognormal(8, 0.8, size.postcodes)).astype(int),
    })  # fmt: skip


def point(postcode: Mapping[str, Any] | pd.Series, shift: Iterable[float]) -> tuple[float, float]:
    """Return latitude and longitude of a point in a postcode, so many times half its width east and north of its middle."""
    east, north = (postcode[axis] + each * postcode["half"] for axis, each in zip("xy", shift, strict=True))
    latitude, longitude = wgs84(np.array([east], dtype=float), np.array([north], dtype=float))
    return float(latitude[0]), float(longitude[0])


def ended(size: Size) -> dict[str, tuple[str, str]]:
    """Return the regions that ended before the newest day: which took over, and on which day."""
    nation = {"PO": {int(each[0]): int(each[3]) for each in PROVINCES}, "VO": {int(each[0]): int(each[4]) for each in PROVINCES}}
    last = [(sector, province, size.regions_of(nation[sector][province]), day) for sector, province, day in _ENDED]
    return {f"{sector}{province}{n + 1:02d}": (f"{sector}{province}{n:02d}", day) for sector, province, n, day in last}


def regions(rng: Rng, size: Size, gemeente: pd.DataFrame, postcode4: pd.DataFrame) -> pd.DataFrame:
    """Give every postcode its regions (columns PO, VO, regeling_PO, regeling_VO and flags), and return the SWVs."""
    for sector, column in (("PO", 3), ("VO", 4)):
        codes: list[str] = []
        block = np.empty(len(gemeente), dtype=int)
        for province in PROVINCES:
            here = np.flatnonzero(gemeente["provincie_code"] == province[0])
            count = size.regions_of(int(province[column]))
            numbers = [n for n in range(1, count + 3) if f"{sector}{province[0]}{n:02d}" not in UNUSED_CODES][:count]
            block[here] = len(codes) + gemeente.loc[here, "rang"] * count // len(here)
            codes += [f"{sector}{province[0]}{n:02d}" for n in numbers]
        code = np.array(codes)
        last = np.flatnonzero(
            (block[:-1] != block[1:]) & (gemeente["provincie"][:-1].to_numpy() == gemeente["provincie"][1:].to_numpy())
        )
        split = np.sort(rng.choice(last, size.split[sector], replace=False))
        gemeente[f"{sector}_gedeeld"] = np.isin(gemeente.index, split)
        g = postcode4["gemeente"].to_numpy()
        half = np.isin(g, split) & (postcode4["rang"] >= postcode4["in_gemeente"] // 2)
        postcode4[sector] = code[block[g] + half]
        statute = postcode4[sector].to_numpy().copy()
        # the first postcode of the far half of some divided gemeenten moved after the statute was made
        moved = half & np.isin(g, split[: size.moved]) & (postcode4["rang"] == postcode4["in_gemeente"] // 2)
        statute[moved] = code[block[g[moved]]]
        postcode4[f"regeling_{sector}"] = statute
    divided = (gemeente["PO_gedeeld"] | gemeente["VO_gedeeld"]).to_numpy()[postcode4["gemeente"]]
    inner = postcode4["rang"].to_numpy() == 1
    whole = rng.permutation(np.flatnonzero(inner & ~divided))
    shared = rng.permutation(np.flatnonzero(inner & divided))
    new = np.concatenate([whole[: size.new - size.new_divided], shared[: size.new_divided]])
    postcode4["nieuw"] = np.isin(postcode4.index, new)
    postcode4["in_rio"] = ~np.isin(postcode4.index, np.concatenate([new, whole[size.new : size.new + size.only_regeling]]))
    postcode4["europoort"] = np.isin(postcode4.index, whole[-size.europoort :])
    regional = pd.unique(postcode4[["PO", "VO"]].to_numpy().ravel())
    swv = pd.DataFrame({"swv_code": np.sort([*regional, *ended(size), LANDELIJK])})
    swv["einddatum"] = swv["swv_code"].map({code: end for code, (_, end) in ended(size).items()})
    names = {str(each[0]): str(each[1]) for each in PROVINCES}
    name = swv["swv_code"].str[2:4].map(names).fillna("landelijk reformatorisch")
    swv["naam"] = (
        "Fictief samenwerkingsverband " + name + " " + swv["swv_code"].str[4:] + " " + swv["swv_code"].str[:2].str.lower()
    )
    return swv
