"""The registers of school locations and boards as DUO writes them: CKAN's address files and their twins on duo.nl.

Belongs here: the columns, codes and dialects of those files and the rows that are wrong in them on purpose. Does not
belong here: what exists (country), or any other registry that speaks about schools (relations, counts).

Both places hold the same rows. On CKAN a missing cell is empty and a postcode has no blank; on duo.nl a missing cell is
one blank and a postcode has a blank in the middle.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.sandbox.country import Array, Country, digits, either, text
from pipeline.sandbox.publication import Flaw, Published, csv_bytes

SOORTEN = {"SBO": "SBAO", "SO": "SO", "VSO": "VSO", "SOVSO": "(V)SO"}  # as the registers write them
MIRRORS = {
    "bo": "02.-alle-schoolvestigingen-basisonderwijs.csv", "so": "09.-alle-vestigingen-sbo-so-en-vso.csv",
    "vo": "02.-alle-vestigingen-vo.csv",
}  # fmt: skip
# a division of the country into so many areas; the real registers leave RMC number 14 out
AREAS = {
    "NODAAL GEBIED": 80, "RPA-GEBIED": 34, "WGR-GEBIED": 42, "COROPGEBIED": 40, "ONDERWIJSGEBIED": 25, "RMC-REGIO": 40,
}  # fmt: skip
NO_POSTAL_ADDRESS = {"bo": 870, "so": 64, "vo": 27}  # one location in so many has none
# kinds of special education per cluster; neighbours in the list take turns
KINDS = {
    "": ("", ""), "1": ("VGK", "VGK"), "2": ("DOVN,SH", "ESM,SH"), "3": ("ZMLK", "LG,LZ/S"),
    "3/4": ("ZMLK,ZMOK", "LZ/S,ZMOK"), "4": ("ZMOK", "LZ/P"),
}  # fmt: skip
COMPOSED = {"SBO": "SBAO", "SO": "SO {0}", "VSO": "VSO {0}", "SOVSO": "SO {0} + VSO {0}"}
UNREADABLE_POSTCODE, UNREADABLE_CODE, UNKNOWN_SOORT = "12 AB", "99XX9", "XSO"
_COPIED = 5  # position of the row that the broken rows are made from


def schools(country: Country) -> list[Published]:
    """The address files of primary, special and secondary education: three pairs on CKAN, three twins on duo.nl."""
    places = _places(country.gemeente)
    spare = iter(country.spare_brins)
    files = []
    for kind in MIRRORS:
        rows = _locations(country, places, kind)
        good = len(rows)
        broken: list[tuple[pd.DataFrame, str]] = []
        if kind == "bo":
            broken.append((_copy(rows, next(spare)).assign(POSTCODE=UNREADABLE_POSTCODE), "postcode"))
            broken.append((_copy(rows, next(spare)).assign(VESTIGINGSCODE=UNREADABLE_CODE), "vestigingscode"))
        elif kind == "so":
            broken.append((_copy(rows, next(spare)).assign(**{"SOORT PRIMAIR ONDERWIJS": UNKNOWN_SOORT}), "soort"))
        else:
            broken.append((_copy(rows, next(spare)).drop(columns=rows.columns[-1]), "*"))
        # the header is record 1
        flaws = tuple(Flaw(f"vestigingen_{kind}", good + 2 + k, column) for k, (_, column) in enumerate(broken))
        frames = [rows, *(frame for frame, _ in broken)]
        files.append(Published(f"ckan/adressen_{kind}/vestigingen{kind}.csv", _ckan(frames), flaws))
        files.append(Published(f"duo/{MIRRORS[kind]}", _duo(frames)))
        files.append(_boards(country, places, kind))
    return files


def _places(gemeente: pd.DataFrame) -> pd.DataFrame:
    """What the registers say about a place, per gemeente."""
    frame = pd.DataFrame({
        "PROVINCIE": gemeente["provincie"], "PLAATSNAAM": gemeente["naam"].str.upper(),
        "GEMEENTENUMMER": gemeente["gemeentenummer"], "GEMEENTENAAM": gemeente["naam_register"],
    })  # fmt: skip
    for area, count in AREAS.items():
        number = np.arange(len(gemeente)) * count // len(gemeente) + 1
        number += (number >= 14) & (area == "RMC-REGIO")
        frame[f"{area} CODE"] = digits(number, 2)
        frame[f"{area} NAAM"] = text(f"Fictief {area.lower()} ", number)
    frame["VAKANTIEREGIO"] = gemeente["vakantieregio"]
    return frame


def _locations(country: Country, places: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The open locations of one register, columns in the register's order."""
    there = country.vestiging
    v = there[(there["groep"] == kind) & ~there["gesloten"]].reset_index(drop=True)
    place = places.loc[v["gemeente"]].reset_index(drop=True)
    box = v["postbus"].to_numpy()
    known = (v["rij"].to_numpy() + 1) % NO_POSTAL_ADDRESS[kind] != 0
    columns = {
        **({"SOORT PRIMAIR ONDERWIJS": v["soort"].map(SOORTEN)} if kind == "so" else {}),
        "PROVINCIE": place["PROVINCIE"],
        "BEVOEGD GEZAG NUMMER": country.bestuur["nummer"].to_numpy()[v["bestuur"]],
        "INSTELLINGSCODE": v["brin"], "VESTIGINGSCODE": v["vestigingscode"], "VESTIGINGSNAAM": v["naam"],
        **_address(v, place),
        "DENOMINATIE": v["denominatie"], "TELEFOONNUMMER": v["telefoon"], "INTERNETADRES": v["website"],
        **({"CLUSTER": v["cluster"], "ONDERWIJS": _education(v)} if kind == "so" else {}),
        **({"ONDERWIJSSTRUCTUUR": v["structuur"]} if kind == "vo" else {}),
        **_postal_address(v, place, box, known),
    }  # fmt: skip
    return pd.DataFrame(columns).join(place.loc[:, "NODAAL GEBIED CODE":])


def _address(frame: pd.DataFrame, place: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        "STRAATNAAM": frame["straat"], "HUISNUMMER-TOEVOEGING": frame["huisnummer"], "POSTCODE": frame["postcode"],
        **{name: place[name] for name in ("PLAATSNAAM", "GEMEENTENUMMER", "GEMEENTENAAM")},
    }  # fmt: skip


def _postal_address(frame: pd.DataFrame, place: pd.DataFrame, box: Array, known: Array | bool) -> dict[str, Array]:
    """A post office box in the same place where ``box`` is not 0, else the address itself; nothing where not known."""
    parts = {
        "STRAATNAAM": either(box > 0, "Postbus", frame["straat"]),
        "HUISNUMMER-TOEVOEGING": either(box > 0, box.astype(str), frame["huisnummer"]),
        "POSTCODE": either(box > 0, text(frame["postcode"].str[:4], "AA"), frame["postcode"]),
        "PLAATSNAAM": place["PLAATSNAAM"],
    }
    return {f"{name} CORRESPONDENTIEADRES": either(known, value, "") for name, value in parts.items()}


def _education(v: pd.DataFrame) -> pd.Series:
    """The kinds of education in the register's composite notation: ``SO ZMLK + VSO ZMLK``."""
    taught = zip(v["soort"], v["cluster"], v["rij"], strict=True)
    return pd.Series([COMPOSED[soort].format(KINDS[cluster][turn % 2]) for soort, cluster, turn in taught])


def _boards(country: Country, places: pd.DataFrame, kind: str) -> Published:
    """The boards of one register; for primary education with one board twice."""
    there = country.bestuur
    b = there[there["so"] if kind == "so" else there["groep"] == kind]
    position = np.arange(len(b))
    soort = {}
    if kind == "so":
        # the register names one kind per board; codes have nothing to do with kinds, so the first code will do
        open_ = country.vestiging[~country.vestiging["gesloten"] & (country.vestiging["groep"] == kind)]
        first = open_.sort_values("vestigingscode").drop_duplicates("bestuur").set_index("bestuur")["soort"]
        soort["SOORT PRIMAIR ONDERWIJS"] = first.reindex(b.index).map(SOORTEN).reset_index(drop=True)
    b = b.reset_index(drop=True)
    place = places.loc[b["gemeente"]].reset_index(drop=True)
    box = either(position % 3 == 0, position % 9_000 + 1, 0)
    site = text("www.fictief-bestuur-", b["nummer"], ".example")
    last = {"ADMINISTRATIEKANTOORNUMMER": b["kantoor"], "KVK-NUMMER": b["kvk"]}
    rows = pd.DataFrame({
        **soort, "BEVOEGD GEZAG NUMMER": b["nummer"], "BEVOEGD GEZAG NAAM": b["naam"],
        **_address(b, place),
        "DENOMINATIE": b["denominatie"], "TELEFOONNUMMER": b["telefoon"],
        "INTERNETADRES": either(position % 8 == 7, "", site),
        **_postal_address(b, place, box, True),
        **(dict(reversed(last.items())) if kind == "bo" else last),
    })  # fmt: skip
    name = f"ckan/adressen_{kind}/besturen{kind}.csv"
    if kind != "bo":
        return Published(name, _ckan([rows]))
    again = rows.iloc[[_COPIED]]
    again = again.assign(**{"BEVOEGD GEZAG NAAM": again["BEVOEGD GEZAG NAAM"] + " (dubbel)"})
    return Published(name, _ckan([rows, again]), (Flaw(f"besturen_{kind}", len(rows) + 2, "*"),))


def _copy(rows: pd.DataFrame, brin: str) -> pd.DataFrame:
    """One row again, as a location that nobody else has."""
    return rows.iloc[[_COPIED]].assign(INSTELLINGSCODE=brin, VESTIGINGSCODE=f"{brin}00")


def _ckan(frames: list[pd.DataFrame]) -> bytes:
    """Byte order mark, commas, every cell in quotes."""
    lines = [csv_bytes(frame, delimiter=",", encoding="utf-8", quoted="all") for frame in frames]
    return b"\xef\xbb\xbf" + _one_header(lines)


def _duo(frames: list[pd.DataFrame]) -> bytes:
    """Windows-1252, semicolons, quotes only where needed, a blank for a missing cell and within a postcode."""
    lines = []
    for frame in frames:
        cells = {str(name): either(frame[name] == "", " ", frame[name]) for name in frame.columns}
        for name in ("POSTCODE", "POSTCODE CORRESPONDENTIEADRES"):
            code = frame[name].str
            cells[name] = either(code.len() == 6, text(code[:4], " ", code[4:]), cells[name])
        lines.append(csv_bytes(pd.DataFrame(cells), delimiter=";", encoding="cp1252"))
    return _one_header(lines)


def _one_header(files: list[bytes]) -> bytes:
    """Files below each other under the header of the first; a file of fewer columns gives rows of fewer fields."""
    return files[0] + b"".join(each.partition(b"\r\n")[2] for each in files[1:])
