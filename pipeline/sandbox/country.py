"""A fictitious country with passend onderwijs: its places, regions, schools and pupils, and the truth about them.

Belongs here: what exists and how it hangs together, drawn from one seed. Does not belong here: how a registry writes
any of it down (registers, rio, pupils, places) or serves it (portal, server).

Provinces carry their real names and codes, so that codes can be recognised; every gemeente, place, school, board and
samenwerkingsverband is made up and says so in its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[Any]
Rng = np.random.Generator

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
POSTCODES = 4_050
SPLIT = {"PO": 12, "VO": 13}  # gemeenten that lie in more than one region
ONLY_REGELING, NEW, MOVED, EUROPOORT = (
    20,
    12,
    5,
    3,
)  # postcodes that RIO lacks, that both lack, that differ, that are junk
# regions that ended, with the day; a neighbour took over their postcodes
ENDED = {"PO2819": ("PO2818", "2018-08-01"), "VO3010": ("VO3009", "2020-08-01")}

FIRST_YEAR, LAST_YEAR = 2010, 2025
YEARS = np.arange(FIRST_YEAR, LAST_YEAR + 1)
SIZES = {"BO": 220, "SBO": 130, "SO": 100, "VSO": 130, "VO": 600}  # mean number of pupils
SCHOOLS = {"BO": 6_100, "SBO": 270, "SO": 110, "VSO": 85, "SOVSO": 325, "VO": 1_630}
CLOSED = 450  # primary schools that only history knows
SOORTEN = {"SOVSO": ("SO", "VSO")}
SECTOR = {"BO": "PO", "SBO": "PO", "SO": "PO", "VSO": "VO", "VO": "VO"}
HOMES = {"BO": 12, "SBO": 26, "SO": 38, "VSO": 45}  # home postcodes per school
PSEUDO = ("10", "20", "30", "40", "9999", "")  # abroad or unknown; indices after the real postcodes
METHODS = ("rio", "landelijk", "rio_regio", "regeling", "gemeente")
OUTSIDE = "cluster 1 en 2 vallen buiten de samenwerkingsverbanden"
UNKNOWN = "postcode4 staat in geen regio en de gemeente ligt in meer dan één samenwerkingsverband"

_FIRST = ("Zilver", "Wolken", "Mist", "Sterren", "Kwarts", "Reeën", "'s-Heren", "Barnsteen", "Koraal", "Ginkgo", "Lavendel",
          "Ivoor", "Saffier", "Granaat", "Mosgroen", "Kobalt", "Oker", "Indigo", "Parelmoer")  # fmt: skip
_SECOND = ("dam", "veen", "wijk", "oord", "beek", "burg", "dijk", "horn", "stede", "woude", "zand", "sluis", "kerk", "berg",
           "rade", "vliet", "loo", "gouw")  # fmt: skip
_ADJECTIVES = ("Blauwe", "Gouden", "Vrolijke", "Kleine", "Grote", "Wijze", "Snelle", "Stille", "Dappere", "Groene", "Bonte",
               "Vrije", "Lichte", "Ronde", "Nieuwe", "Zachte", "Hoge", "Warme", "Vlugge", "Zevende")  # fmt: skip
_NOUNS = ("Regenboog", "Vlieger", "Egel", "Toren", "Brug", "Linde", "Zwaluw", "Ster", "Molen", "Kastanje", "Ladder", "Vuurvlieg",
          "Kompas", "Eik", "Dolfijn", "Lantaarn", "Sleutel", "Golf", "Kiezel", "Zeester", "Café-tuin", "Boot")  # fmt: skip
_STREETS = ("Fictielaan", "Voorbeeldstraat", "Verzonnenweg", "Proefplein", "Testpad", "Denkbeeldsingel", "Sprookjeshof")
_KINDS = {
    "BO": ("Basisschool", "Openbare basisschool", "Kindcentrum", "Daltonschool"), "SBO": ("School voor sbo",),
    "SO": ("School voor so",), "VSO": ("School voor vso",), "SOVSO": ("School voor (v)so",),
    "VO": ("College", "Lyceum", "Scholengemeenschap"),
}  # fmt: skip
_DENOMINATIONS = {
    "bo": (("Openbaar", "Protestants-Christelijk", "Rooms-Katholiek", "Algemeen bijzonder", "Interconfessioneel",
            "Gereformeerd vrijgemaakt", "Islamitisch", "Evangelische broedergemeenscha", "Hindoeïstisch", "Reformatorisch"),
           (0.32, 0.25, 0.27, 0.06, 0.03, 0.02, 0.01, 0.005, 0.005, 0.03)),
    "so": (("Openbaar", "Protestants-Christelijk", "Rooms-Katholiek", "Algemeen bijzonder"), (0.25, 0.2, 0.2, 0.35)),
    "vo": (("Openbaar", "Bijzonder", "Algemeen bijzonder", "Samenwerking PC, Alg. Bijz.", "Reformatorisch"),
           (0.25, 0.55, 0.1, 0.05, 0.05)),
}  # fmt: skip
STRUCTURES = ("PRO", "VBO", "VBO/MAVO", "MAVO", "MAVO/HAVO", "HAVO/VWO", "VWO", "MAVO/HAVO/VWO", "VBO/MAVO/HAVO/VWO")
# institutions and boards per location, by register; the first SHARED boards of special education are primary boards too
_INSTITUTIONS = {"bo": 0.985, "so": 0.6, "vo": 0.4}
_BOARDS = {"bo": 742, "so": 241, "vo": 275}
SHARED = 120


@dataclass(frozen=True)
class Country:
    """Everything that exists. Frames have a plain index, so that an index is also a position in the arrays.

    ``eenheid`` is a location x kind of education; ``counts`` its pupils per year of ``YEARS``; ``home`` the positions of
    its home postcodes (beyond the real ones: PSEUDO) and ``home_counts`` the pupils from there, per kind of education.
    """

    gemeente: pd.DataFrame
    postcode4: pd.DataFrame
    swv: pd.DataFrame
    bestuur: pd.DataFrame
    vestiging: pd.DataFrame
    vestiging_swv: pd.DataFrame
    eenheid: pd.DataFrame
    counts: Array
    home: dict[str, tuple[Array, Array, Array]]
    spare_brins: tuple[str, ...]


def make_country(seed: int, scale: int) -> Country:
    """The country of this seed. ``scale`` multiplies schools and boards; places and regions stay."""
    rng = np.random.default_rng([seed, scale])
    gemeente = _gemeenten(rng)
    postcode4 = _postcodes(rng, gemeente)
    swv = _regions(rng, gemeente, postcode4)
    bestuur = _boards(rng, gemeente, scale)
    vestiging, spare = _schools(rng, postcode4, gemeente, bestuur, scale)
    vestiging_swv = _links(rng, vestiging, postcode4, gemeente)
    eenheid = _units(vestiging, vestiging_swv)
    counts = _pupils(rng, eenheid, vestiging)
    home = _homes(rng, eenheid, vestiging, counts)
    return Country(gemeente, postcode4, swv, bestuur, vestiging, vestiging_swv, eenheid, counts, home, spare)


def either(condition: Any, yes: Any, no: Any) -> Array:
    """``np.where`` for texts and None together, which its own types do not allow."""
    chosen: Array = np.where(condition, yes, no)
    return chosen


def split_exactly(shares: Array, totals: Array) -> Array:
    """Whole numbers per share that add up to each total: rounding the running sum keeps the sum exact."""
    running = np.cumsum(shares, axis=-1)
    running /= running[..., -1:]
    return np.diff(np.rint(running * totals[..., None]).astype(np.int64), axis=-1, prepend=0)


def digits(numbers: Any, width: int) -> Array:
    """Numbers as text with leading zeros."""
    return np.char.zfill(np.asarray(numbers).astype(str), width)


def text(*parts: Any) -> Array:
    """Texts glued row by row."""
    glued: Array = np.asarray(parts[0], dtype=np.str_)
    for part in parts[1:]:
        glued = np.char.add(glued, np.asarray(part, dtype=np.str_))
    return glued


def wgs84(x: Array, y: Array) -> tuple[Array, Array]:
    """Latitude and longitude of EPSG:28992 coordinates, by the usual polynomial (within a metre inside the country)."""
    dx, dy = (x - 155_000) * 1e-5, (y - 463_000) * 1e-5
    latitude = {(0, 1): 3235.65389, (2, 0): -32.58297, (0, 2): -0.24750, (2, 1): -0.84978, (0, 3): -0.06550,
                (2, 2): -0.01709, (1, 0): -0.00738, (4, 0): 0.00530, (2, 3): -0.00039, (4, 1): 0.00033}  # fmt: skip
    longitude = {(1, 0): 5260.52916, (1, 1): 105.94684, (1, 2): 2.45656, (3, 0): -0.81885, (1, 3): 0.05594,
                 (3, 1): -0.05607, (0, 1): 0.01199, (3, 2): -0.00256, (1, 4): 0.00128}  # fmt: skip
    north = 52.15517440 + sum(k * dx**p * dy**q for (p, q), k in latitude.items()) / 3600
    east = 5.38720621 + sum(k * dx**p * dy**q for (p, q), k in longitude.items()) / 3600
    return np.round(north, 7), np.round(east, 7)


def _gemeenten(rng: Rng) -> pd.DataFrame:
    names = np.array([f"Fictief {first}{second}" for first in _FIRST for second in _SECOND])
    rows = []
    for code, province, count, _, _, holiday, column, row in PROVINCES:
        side = int(np.ceil(np.sqrt(count)))
        for k in range(count):
            # boustrophedon: the next one in the list is also a neighbour on the map
            step = k % side if (k // side) % 2 == 0 else side - 1 - k % side
            x = WEST + WIDTH * (column + (step + 0.5) / side)
            y = SOUTH + HEIGHT * (row + (k // side + 0.5) / side)
            rows.append((code, province, holiday, k, x, y, WIDTH / side, HEIGHT / side))
    frame = pd.DataFrame(rows, columns=["provincie_code", "provincie", "vakantieregio", "rang", "x", "y", "breed", "hoog"])
    frame["gemeentenummer"] = digits(np.sort(rng.choice(np.arange(14, 1999), len(frame), replace=False)), 4)
    frame["naam"] = rng.permutation(names)
    # what the school registers make of a name: capitals, no accents, no apostrophe
    plain = frame["naam"].str.normalize("NFKD").str.encode("ascii", "ignore").str.decode("ascii")
    frame["naam_register"] = plain.str.replace("'s-", "s ").str.upper()
    return frame


def _postcodes(rng: Rng, gemeente: pd.DataFrame) -> pd.DataFrame:
    share = rng.lognormal(0, 0.6, len(gemeente))
    per = 6 + split_exactly(share[None, :], np.array([POSTCODES - 6 * len(gemeente)]))[0]
    of = np.repeat(np.arange(len(gemeente)), per)
    rank = np.arange(POSTCODES) - np.repeat(np.cumsum(per) - per, per)
    side = np.ceil(np.sqrt(per[of]))
    g = gemeente.loc[of].reset_index(drop=True)
    x = (g["x"] + g["breed"] * ((rank % side + 0.5) / side - 0.5)).round()
    y = (g["y"] + g["hoog"] * ((rank // side + 0.5) / side - 0.5)).round()
    latitude, longitude = wgs84(x.to_numpy(), y.to_numpy())
    return pd.DataFrame({
        "postcode4": np.sort(rng.choice(np.arange(1011, 9990), POSTCODES, replace=False)).astype(str),
        "gemeente": of, "rang": rank, "in_gemeente": per[of], "x": x, "y": y, "half": (g["breed"] / side / 2).round(),
        "latitude": latitude, "longitude": longitude, "inwoners": np.rint(rng.lognormal(8, 0.8, POSTCODES)).astype(int),
    })  # fmt: skip


def _regions(rng: Rng, gemeente: pd.DataFrame, postcode4: pd.DataFrame) -> pd.DataFrame:
    """Gives every postcode its regions (columns PO, VO, regeling_PO, regeling_VO and flags) and lists the SWVs."""
    for sector, column in (("PO", 3), ("VO", 4)):
        codes: list[str] = []
        block = np.empty(len(gemeente), dtype=int)
        for province in PROVINCES:
            here = np.flatnonzero(gemeente["provincie_code"] == province[0])
            count = int(province[column])
            numbers = [n for n in range(1, count + 3) if f"{sector}{province[0]}{n:02d}" not in UNUSED_CODES][:count]
            block[here] = len(codes) + gemeente.loc[here, "rang"] * count // len(here)
            codes += [f"{sector}{province[0]}{n:02d}" for n in numbers]
        code = np.array(codes)
        last = np.flatnonzero(
            (block[:-1] != block[1:]) & (gemeente["provincie"][:-1].to_numpy() == gemeente["provincie"][1:].to_numpy())
        )
        split = np.sort(rng.choice(last, SPLIT[sector], replace=False))
        gemeente[f"{sector}_gedeeld"] = np.isin(gemeente.index, split)
        g = postcode4["gemeente"].to_numpy()
        half = np.isin(g, split) & (postcode4["rang"] >= postcode4["in_gemeente"] // 2)
        postcode4[sector] = code[block[g] + half]
        statute = postcode4[sector].to_numpy().copy()
        # the first postcode of the far half of some divided gemeenten moved after the statute was made
        moved = half & np.isin(g, split[:MOVED]) & (postcode4["rang"] == postcode4["in_gemeente"] // 2)
        statute[moved] = code[block[g[moved]]]
        postcode4[f"regeling_{sector}"] = statute
    divided = (gemeente["PO_gedeeld"] | gemeente["VO_gedeeld"]).to_numpy()[postcode4["gemeente"]]
    inner = postcode4["rang"].to_numpy() == 1
    whole = rng.permutation(np.flatnonzero(inner & ~divided))
    new = np.concatenate([whole[: NEW - 4], rng.permutation(np.flatnonzero(inner & divided))[:4]])
    postcode4["nieuw"] = np.isin(postcode4.index, new)
    postcode4["in_rio"] = ~np.isin(postcode4.index, np.concatenate([new, whole[NEW : NEW + ONLY_REGELING]]))
    postcode4["europoort"] = np.isin(postcode4.index, whole[-EUROPOORT:])
    regional = pd.unique(postcode4[["PO", "VO"]].to_numpy().ravel())
    swv = pd.DataFrame({"swv_code": np.sort([*regional, *ENDED, LANDELIJK])})
    swv["einddatum"] = swv["swv_code"].map({code: end for code, (_, end) in ENDED.items()})
    names = {str(each[0]): str(each[1]) for each in PROVINCES}
    name = swv["swv_code"].str[2:4].map(names).fillna("landelijk reformatorisch")
    swv["naam"] = (
        "Fictief samenwerkingsverband " + name + " " + swv["swv_code"].str[4:] + " " + swv["swv_code"].str[:2].str.lower()
    )
    return swv


def _address(rng: Rng, pc4: Array) -> dict[str, Array]:
    n = len(pc4)
    letter = np.array(list("ABCDEGHJKLMNPRTVWXZ"))
    addition = either(rng.random(n) < 0.06, "-A", "")
    return {
        "straat": rng.choice(_STREETS, n), "huisnummer": text(rng.integers(1, 250, n), addition),
        "postcode": text(pc4, rng.choice(letter, n), rng.choice(letter, n)),
        # no Dutch number begins like this, so nobody can be rung up
        "telefoon": text("0000", digits(rng.integers(0, 1_000_000, n), 6)),
    }  # fmt: skip


def _boards(rng: Rng, gemeente: pd.DataFrame, scale: int) -> pd.DataFrame:
    groups = np.repeat(list(_BOARDS), [(n - (SHARED if g == "so" else 0)) * scale for g, n in _BOARDS.items()])
    n = len(groups)
    g = rng.integers(0, len(gemeente), n)
    town = gemeente["naam"].to_numpy()[g]
    number = np.sort(rng.choice(np.arange(10_028, 99_711), n, replace=False))
    frame = pd.DataFrame({
        "nummer": number.astype(str), "naam": text("Stichting onderwijs ", rng.choice(_NOUNS, n), " ", town),
        "groep": groups, "gemeente": g, "kvk": text("0", number + 1_000_000),
        **_address(rng, rng.integers(1011, 9990, n).astype(str)),
        "denominatie": rng.choice(_DENOMINATIONS["so"][0], n), "kantoor": either(rng.random(n) < 0.15, "", "011"),
    })  # fmt: skip
    frame["so"] = (frame["groep"] == "so") | ((frame["groep"] == "bo") & (frame.index < SHARED * scale))
    return frame


def _schools(
    rng: Rng, postcode4: pd.DataFrame, gemeente: pd.DataFrame, bestuur: pd.DataFrame, scale: int
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    soort = np.repeat(list(SCHOOLS), [n * scale for n in SCHOOLS.values()])
    soort = np.concatenate([soort, np.repeat("BO", CLOSED * scale)])
    n = len(soort)
    special = np.flatnonzero(postcode4["nieuw"] | ~postcode4["in_rio"])
    weight = postcode4["inwoners"].to_numpy().astype(float)
    weight[np.concatenate([special, np.flatnonzero(postcode4["europoort"])])] = 0
    pc = rng.choice(POSTCODES, n, p=weight / weight.sum())
    # the odd postcodes get a primary and a secondary school, so that every way of finding the SWV occurs in both sectors
    pc[: len(special)] = special
    pc[np.flatnonzero(soort == "VO")[: len(special)]] = special
    frame = pd.DataFrame({"soort": soort, "pc": pc, "gesloten": np.arange(n) >= n - CLOSED * scale})
    frame["groep"] = frame["soort"].map({"BO": "bo", "VO": "vo"}).fillna("so")
    order = frame["soort"].map({k: i for i, k in enumerate(SCHOOLS)})
    frame = frame.assign(order=order).sort_values(["order", "pc"], kind="stable", ignore_index=True)
    pool = rng.permutation(67_600)
    codes = text(digits(pool // 676, 2), np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))[pool % 676 // 26],
                 np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))[pool % 26])  # fmt: skip
    brin, board, denomination = (np.empty(n, dtype=object) for _ in range(3))
    used = 8
    for group, share in _INSTITUTIONS.items():
        here = np.flatnonzero(frame["groep"] == group)
        count = min(int(len(here) * share), len(pool) // 4)
        brin[here] = codes[used + np.arange(len(here)) * count // len(here)]
        used += count
        boards = bestuur.index[bestuur["so"] if group == "so" else bestuur["groep"] == group].to_numpy()
        # neighbours share a board, in special education in an order of its own
        board[here] = boards[np.argsort(np.argsort(frame["pc"].to_numpy()[here], kind="stable")) * len(boards) // len(here)]
        names, chances = _DENOMINATIONS[group]
        denomination[here] = rng.choice(names, len(here), p=np.array(chances) / sum(chances))
    frame["brin"], frame["bestuur"], frame["denominatie"] = brin, board.astype(int), denomination
    frame["nummer"] = digits(frame.groupby("brin").cumcount(), 2)
    frame["vestigingscode"] = frame["brin"] + frame["nummer"]
    special_school = frame["soort"].isin(["SO", "VSO", "SOVSO"])
    cluster = rng.choice(["1", "2", "3", "3/4", "4"], n, p=[0.03, 0.08, 0.44, 0.1, 0.35])
    frame["cluster"] = either(special_school, cluster, "")
    frame["structuur"] = either(frame["soort"] == "VO", rng.choice(STRUCTURES, n), "")
    kind = np.empty(n, dtype=object)
    for each, prefixes in _KINDS.items():
        kind[(frame["soort"] == each).to_numpy()] = rng.choice(prefixes, int((frame["soort"] == each).sum()))
    frame["naam"] = text(kind.astype(str), " De ", rng.choice(_ADJECTIVES, n), " ", rng.choice(_NOUNS, n), " (fictief)")
    # what the real registers hold too: curly quotes (0x91, 0x92 in windows-1252), straight quotes, a comma
    frame.loc[10:12, "naam"] = 'Basisschool "De Proef" (fictief)'
    frame.loc[20:29, "naam"] = "Basisschool ’t Hof, locatie Oost (fictief)"
    p = postcode4.loc[frame["pc"]].reset_index(drop=True)
    for name, value in _address(rng, p["postcode4"].to_numpy()).items():
        frame[name] = value
    frame["telefoon"] = either(rng.random(n) < 0.01, "", frame["telefoon"])
    site = text("www.fictief-", frame["vestigingscode"].str.lower(), ".example")
    frame["website"] = either(rng.random(n) < 0.1, "", site)
    frame.loc[[0, frame.index[-1]], "website"] = "0000123456"  # a telephone number where a website should stand
    frame["postbus"] = either(rng.random(n) < 0.4, rng.integers(1, 9999, n), 0)
    frame["gemeente"] = p["gemeente"]
    frame["gemeentenummer"] = gemeente["gemeentenummer"].to_numpy()[p["gemeente"]]
    frame["postcode4"] = p["postcode4"]
    shift = rng.uniform(-0.8, 0.8, (2, n)) * p["half"].to_numpy()
    frame["latitude"], frame["longitude"] = wgs84(p["x"].to_numpy() + shift[0], p["y"].to_numpy() + shift[1])
    return frame, tuple(str(code) for code in codes[:8])


def _links(rng: Rng, vestiging: pd.DataFrame, postcode4: pd.DataFrame, gemeente: pd.DataFrame) -> pd.DataFrame:
    """The SWV of every location per sector: what each method would answer, which one counts, and the RIO relation.

    ``regio`` is the region the location lies in, whether or not any file says so; ``vorige`` a region that ended.
    """
    both = vestiging["soort"].map(lambda soort: [SECTOR[each] for each in SOORTEN.get(soort, (soort,))])
    frame = both.rename("sector").rename_axis("vestiging").explode().reset_index()
    v = vestiging.loc[frame["vestiging"]].reset_index(drop=True)
    p = postcode4.loc[v["pc"]].reset_index(drop=True)
    po = frame["sector"].to_numpy() == "PO"
    n = len(frame)
    frame["vestigingscode"], frame["gesloten"] = v["vestigingscode"], v["gesloten"]
    region = either(po, p["PO"], p["VO"]).astype(object)
    frame["regio"] = region
    outside = v["cluster"].isin(["1", "2"]).to_numpy()
    strict = ((v["soort"] == "VO") & (v["denominatie"] == "Reformatorisch")).to_numpy()
    # about one in a hundred belongs elsewhere than where it stands: to the next region of its sector
    following = {s: dict(zip(c, np.roll(c, -1), strict=True)) for s, c in ((s, np.unique(postcode4[s])) for s in ("PO", "VO"))}
    elsewhere = np.array([following[s][r] for s, r in zip(frame["sector"], region, strict=True)], dtype=object)
    draw = rng.random(n)
    rio = either(draw < 0.01, elsewhere, region)
    rio[strict & (draw > 0.02)] = LANDELIJK
    known = p["in_rio"].to_numpy()
    silent = ~known | (rng.random(n) < either(strict, 0.3, 0.03))
    rio[silent | outside] = None
    frame["rio"] = rio
    frame["landelijk"] = either(strict, LANDELIJK, None)
    frame["rio_regio"] = either(known & ~outside, region, None)
    listed = (~p["nieuw"] & ~p["europoort"]).to_numpy() & ~outside
    frame["regeling"] = either(listed, either(po, p["regeling_PO"], p["regeling_VO"]), None)
    g = gemeente.loc[v["gemeente"]].reset_index(drop=True)
    divided = either(po, g["PO_gedeeld"], g["VO_gedeeld"])
    frame["gemeente"] = either(p["nieuw"] & ~divided & ~outside, region, None)
    answers = frame[list(METHODS)].to_numpy(dtype=object)
    found = np.array(pd.notna(answers))
    first = found.argmax(axis=1)
    some = found.any(axis=1)
    frame["swv_code"] = either(some, answers[np.arange(n), first], None)
    frame["methode"] = either(some, np.array(METHODS)[first], None)
    frame["reden"] = either(some, None, either(outside, OUTSIDE, UNKNOWN))
    # the second half of a region that took over another one was that other one until then
    heirs = {heir: code for code, (heir, _) in ENDED.items()}
    taken = frame["swv_code"].isin(heirs) & (v["pc"] % 2 == 0)
    frame["vorige"] = either(taken, frame["swv_code"].map(heirs), None)
    return frame


def _units(vestiging: pd.DataFrame, vestiging_swv: pd.DataFrame) -> pd.DataFrame:
    soorten = vestiging["soort"].map(lambda soort: SOORTEN.get(soort, (soort,)))
    frame = soorten.rename("soort").rename_axis("vestiging").explode().reset_index()
    frame["sector"] = frame["soort"].map(SECTOR)
    links = vestiging_swv[["vestiging", "sector", "swv_code", "vorige"]]
    return frame.merge(links, on=["vestiging", "sector"], how="left", validate="one_to_one")


def _pupils(rng: Rng, eenheid: pd.DataFrame, vestiging: pd.DataFrame) -> Array:
    n = len(eenheid)
    sigma = 0.5
    base = eenheid["soort"].map(SIZES).to_numpy() * rng.lognormal(-(sigma**2) / 2, sigma, n)
    small = rng.random(n) < 0.008
    base[small] = rng.uniform(1, 7, int(small.sum()))
    trend = 1 + rng.normal(-0.002, 0.012, n)[:, None] * (YEARS - LAST_YEAR)[None, :]
    counts = np.rint(base[:, None] * trend * rng.normal(1, 0.03, (n, len(YEARS)))).clip(1)
    opened = either(rng.random(n) < 0.05, rng.integers(FIRST_YEAR + 1, LAST_YEAR, n), FIRST_YEAR)
    closed = vestiging["gesloten"].to_numpy()[eenheid["vestiging"]]
    until = either(closed, rng.integers(2012, 2024, n), LAST_YEAR)
    opened[closed] = FIRST_YEAR
    alive = (YEARS[None, :] >= opened[:, None]) & (YEARS[None, :] <= until[:, None])
    return either(alive, counts, 0).astype(np.int64)


def _homes(rng: Rng, eenheid: pd.DataFrame, vestiging: pd.DataFrame, counts: Array) -> dict[str, tuple[Array, Array, Array]]:
    """Per kind of education: positions in ``eenheid``, home positions (unit x home) and pupils (unit x home x year)."""
    homes = {}
    for soort, near in HOMES.items():
        units = np.flatnonzero(eenheid["soort"] == soort)
        pc = vestiging["pc"].to_numpy()[eenheid["vestiging"].to_numpy()[units]]
        home = (pc - near // 2).clip(0, POSTCODES - near)[:, None] + np.arange(near)
        share = np.exp(-np.abs(home - pc[:, None]) / (near / 5)) * rng.uniform(0.3, 1.7, home.shape)
        odd = rng.random(len(units)) < 0.03
        home[odd, -1] = POSTCODES + rng.integers(0, len(PSEUDO), int(odd.sum()))
        share[odd, -1] = 0.02
        homes[soort] = (units, home, split_exactly(share[:, None, :], counts[units]).transpose(0, 2, 1))
    return homes
