"""Boards and the locations of schools: where they stand, who governs them, and what they are called."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.sandbox.country.arrays import Array, Rng, digits, either, text, wgs84
from pipeline.sandbox.country.size import Size

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


def address(rng: Rng, pc4: Array) -> dict[str, Array]:
    n = len(pc4)
    letter = np.array(list("ABCDEGHJKLMNPRTVWXZ"))
    addition = either(rng.random(n) < 0.06, "-A", "")
    return {
        "straat": rng.choice(_STREETS, n), "huisnummer": text(rng.integers(1, 250, n), addition),
        "postcode": text(pc4, rng.choice(letter, n), rng.choice(letter, n)),
        # no Dutch number begins like this, so nobody can be rung up
        "telefoon": text("0000", digits(rng.integers(0, 1_000_000, n), 6)),
    }  # fmt: skip


def boards(rng: Rng, size: Size, gemeente: pd.DataFrame, scale: int) -> pd.DataFrame:
    groups = np.repeat(list(size.boards), [(n - (size.shared if g == "so" else 0)) * scale for g, n in size.boards.items()])
    n = len(groups)
    g = rng.integers(0, len(gemeente), n)
    town = gemeente["naam"].to_numpy()[g]
    number = np.sort(rng.choice(np.arange(10_028, 99_711), n, replace=False))
    frame = pd.DataFrame({
        "nummer": number.astype(str), "naam": text("Stichting onderwijs ", rng.choice(_NOUNS, n), " ", town),
        "groep": groups, "gemeente": g, "kvk": text("0", number + 1_000_000),
        **address(rng, rng.integers(1011, 9990, n).astype(str)),
        "denominatie": rng.choice(_DENOMINATIONS["so"][0], n), "kantoor": either(rng.random(n) < 0.15, "", "011"),
    })  # fmt: skip
    frame["so"] = (frame["groep"] == "so") | ((frame["groep"] == "bo") & (frame.index < size.shared * scale))
    return frame


def schools(
    rng: Rng, size: Size, postcode4: pd.DataFrame, gemeente: pd.DataFrame, bestuur: pd.DataFrame, scale: int
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    soort = np.repeat(list(size.schools), [n * scale for n in size.schools.values()])
    soort = np.concatenate([soort, np.repeat("BO", size.closed * scale)])
    n = len(soort)
    special = np.flatnonzero(postcode4["nieuw"] | ~postcode4["in_rio"])
    weight = postcode4["inwoners"].to_numpy().astype(float)
    weight[np.concatenate([special, np.flatnonzero(postcode4["europoort"])])] = 0
    pc = rng.choice(len(postcode4), n, p=weight / weight.sum())
    # the odd postcodes get a primary and a secondary school, so that every way of finding the SWV occurs in both sectors
    pc[: len(special)] = special
    pc[np.flatnonzero(soort == "VO")[: len(special)]] = special
    frame = pd.DataFrame({"soort": soort, "pc": pc, "gesloten": np.arange(n) >= n - size.closed * scale})
    frame["groep"] = frame["soort"].map({"BO": "bo", "VO": "vo"}).fillna("so")
    order = frame["soort"].map({k: i for i, k in enumerate(size.schools)})
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
    for name, value in address(rng, p["postcode4"].to_numpy()).items():
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
    frame = frame.assign(bekend=True, rij=_rows(frame, "groep"), plek=_rows(frame))
    return frame, tuple(str(code) for code in codes[:8])


def _rows(frame: pd.DataFrame, *by: str) -> pd.Series:
    """Return a number for each location, that it keeps: those that are open first, in order, per group."""
    return frame.sort_values("gesloten", kind="stable").groupby(list(by) or (lambda _: 0)).cumcount()
