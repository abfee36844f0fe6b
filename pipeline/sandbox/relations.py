"""RIO as DUO publishes it: who works together with whom, since when, and where: seven files of one package.

Belongs here: those files' columns, their dialect, their history rows and what is wrong in them on purpose. Does not belong
here: which SWV a location belongs to (country).

The dialect: comma, CRLF, no byte order mark, names of columns quoted, every value quoted but dates, and nothing at all
between the commas where there is no value.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.sandbox.country import LANDELIJK, Array, Country, digits, either, text
from pipeline.sandbox.country.rio import FOUNDED, START, Rio
from pipeline.sandbox.publication import Flaw, Published

PACKAGE = "ckan/rio_nfo_po_vo_vavo_mbo_ho"
RENAMED = "2016-08-01"
OTHER_KINDS = {"REC": "WEC", "RMC": "", "SWPO": "WPO", "SWVO": "WVO", "SWOP": "WPO", "EOZ": "WEC", "ZWV": "WVO"}  # and their law
OTHERS = 60
SECOND = 20  # one location in so many has a second place
CARIBBEAN = ((12.15, -68.27), (17.49, -62.98), (17.63, -63.24))
UNREADABLE_DATE, UNREADABLE_DEGREES = "2019-13-01", "onbekend"


def relations(country: Country, rio: Rio) -> list[Published]:
    """Write SWVs, their regions, their schools and boards, the boards themselves, places, and which school uses which."""
    return [
        _cooperations(country), _regions(rio), _schools(country, rio), _memberships(country), _boards(country),
        _places(country), _uses(country),
    ]  # fmt: skip


def _cooperations(country: Country) -> Published:
    """Every kind of cooperation: SWVs under two names in turn, and older kinds under numbers of four characters."""
    swv = country.swv
    n = len(swv)
    code, ended = swv["swv_code"].to_numpy(dtype=object), swv["einddatum"].fillna("").to_numpy(dtype=object)
    first = np.arange(n)[:-1:3]  # these had another name before
    national = code == LANDELIJK
    # the registry ends a cooperation by either of two dates
    by_end = np.arange(n) % 2 == 0
    frame = pd.DataFrame({
        "SAMENWERKINGSVERBANDNUMMER": code, "BEGINDATUM": FOUNDED, "EINDDATUM": either(by_end, ended, ""),
        "STICHTINGSDATUM": FOUNDED, "IN_BEDRIJFDATUM": START, "UIT_BEDRIJFDATUM": either(by_end, "", ended),
        "ERKENNERCODE": "100E001", "ERKENNER": "OCW", "BEGINDATUM_PERIODE": FOUNDED, "EINDDATUM_PERIODE": ended,
        "BEKOSTIGINGSCODE": "BEKOSTIGD", "GRONDSLAG": "", "VRIJHEID_VAN_ONDERWIJS": either(national, "BIJZONDER", ""),
        "RICHTINGEN": either(national, "REF", ""), "SOORT": either(swv["swv_code"].str.startswith("PO"), "PAPO", "PAVO"),
        "VERKORTE_NAAM": text("Fictief SWV ", code.astype(str)), "VOLLEDIGE_NAAM": swv["naam"],
        "WET": either(swv["swv_code"].str.startswith("PO"), "WPO", "WVO"),
    })  # fmt: skip
    before = frame.loc[first].assign(EINDDATUM_PERIODE=RENAMED)
    before["VOLLEDIGE_NAAM"] = before["VOLLEDIGE_NAAM"] + " in oprichting"
    frame.loc[first, "BEGINDATUM_PERIODE"] = RENAMED
    number = np.arange(OTHERS)
    kind = np.array(list(OTHER_KINDS))[number % len(OTHER_KINDS)]
    since = text(1996 + number % 5, "-08-01")
    other = frame.loc[number % n].assign(
        SAMENWERKINGSVERBANDNUMMER=digits(number * 37 + 101, 4), BEGINDATUM=since, EINDDATUM=START, UIT_BEDRIJFDATUM=START,
        STICHTINGSDATUM=since, IN_BEDRIJFDATUM=since, BEGINDATUM_PERIODE=since, EINDDATUM_PERIODE=START, RICHTINGEN="OPB,PC,RK",
        SOORT=kind, VERKORTE_NAAM=text("Fictief ", kind, " ", number), VOLLEDIGE_NAAM=text("Fictieve samenwerking ", number),
        WET=[OTHER_KINDS[str(each)] for each in kind],
    )  # fmt: skip
    return Published(f"{PACKAGE}/samenwerkingserkenningen.csv", _csv([before, frame, other]))


def _regions(rio: Rio) -> Published:
    return Published(f"{PACKAGE}/regio_erkende_samenwerkingen.csv", _csv([rio.regios]))


def _schools(country: Country, rio: Rio) -> Published:
    """The official link of a location, with its history. One row has a day that does not exist."""
    columns = ["SAMENWERKINGSVERBANDNUMMER", "VESTIGINGSCODE", "BEGINDATUM", "EINDDATUM"]
    rows = rio.relaties[["swv", "code", "begin", "end"]].set_axis(columns, axis=1)
    now, past = rows[~rio.relaties["past"]], rows[rio.relaties["past"]]
    number = digits(rio.oud["oud"] % OTHERS * 37 + 101, 4)
    legacy = pd.DataFrame(dict(zip(columns, (number, rio.oud["vestigingscode"], "2003-08-01", START), strict=True)))
    spare = country.spare_brins[-3] + "00"
    wrong = pd.DataFrame([(now.iloc[0, 0], spare, UNREADABLE_DATE, "")], columns=columns)
    regel = len(now) + len(past) + len(legacy) + 2  # the header is record 1
    flaw = Flaw("rio_swv_vestiging", regel, "begindatum")
    name = "relaties_samenwerkingserkenningen_vestigingserkenningen.csv"
    return Published(f"{PACKAGE}/{name}", _csv([now, past, legacy, wrong]), (flaw,))


def _memberships(country: Country) -> Published:
    """Which board stands above an SWV, and which take part of their own will."""
    swv, board = country.swv["swv_code"].to_numpy(dtype=object), _board_codes(country)
    n = len(swv)
    above = pd.DataFrame({
        "BGE_CODE": text("S", digits(np.arange(n), 5)), "RELATIESOORT": "HIERARCHISCH", "SAMENWERKINGSVERBANDNUMMER": swv,
        "BEGINDATUM": FOUNDED, "EINDDATUM": country.swv["einddatum"].fillna(""),
    })  # fmt: skip
    some = np.arange(n)[::5]
    free = pd.DataFrame({
        "BGE_CODE": board[some], "RELATIESOORT": "VRIJWILLIGE_DEELNAME", "SAMENWERKINGSVERBANDNUMMER": swv[some],
        "BEGINDATUM": START, "EINDDATUM": "",
    })  # fmt: skip
    name = "relaties_bevoegdgezagerkenningen_samenwerkingserkenningen.csv"
    return Published(f"{PACKAGE}/{name}", _csv([above, free]))


def _boards(country: Country) -> Published:
    names = country.bestuur["naam"].to_numpy(dtype=object)
    swv = country.swv["naam"].to_numpy(dtype=object)
    n = len(names) + len(swv)
    frame = pd.DataFrame({
        "BGE_CODE": [*_board_codes(country), *text("S", digits(np.arange(len(swv)), 5))], "BEGINDATUM": "2001-01-01",
        "EINDDATUM": "", "STICHTINGSDATUM": "2001-01-01", "IN_BEDRIJFDATUM": "2001-01-01", "UIT_BEDRIJFDATUM": "",
        "ERKENNERCODE": either(np.arange(n) % 4 == 0, "100E001", ""), "ERKENNER": either(np.arange(n) % 4 == 0, "OCW", ""),
        "BEGINDATUM_PERIODE": "2001-01-01", "EINDDATUM_PERIODE": "", "BEKOSTIGINGSCODE": "NIET_VAN_TOEPASSING",
        "SOORT": ["BGEO"] * len(names) + ["BGPA"] * len(swv), "VERKORTE_NAAM": "",
        "VOLLEDIGE_NAAM": [*names, *("Fictieve vereniging " + swv)], "WET": "",
    })  # fmt: skip
    return Published(f"{PACKAGE}/bevoegd_gezag_erkenningen.csv", _csv([frame]))


def _places(country: Country) -> Published:
    """Where lessons are given: one place per location, some a second one, three overseas, and one that is nowhere."""
    v = _open(country)
    plek = v["plek"].to_numpy()
    columns = ["ONDERWIJSLOCATIECODE", "BAG_ID", "GPS_LATITUDE", "GPS_LONGITUDE", "STRAATNAAM", "HUISNUMMER",
               "HUISNUMMERTOEVOEGING", "POSTCODE", "PLAATSNAAM"]  # fmt: skip
    town = country.gemeente["naam"].to_numpy()[v["gemeente"]]
    house = v["huisnummer"].str.extract(r"(\d+)")[0]
    own = pd.DataFrame(dict(zip(columns, (
        _place_codes(plek), text("0", digits(plek, 15)), v["latitude"].round(8).astype(str), v["longitude"].round(8).astype(str),
        v["straat"], house, either(v["huisnummer"].str.contains("-"), "A", ""), v["postcode"], town,
    ), strict=True)))  # fmt: skip
    also = plek % SECOND == 0
    second = own[also].assign(ONDERWIJSLOCATIECODE=_place_codes(plek[also] // SECOND, "9"))
    second["POSTCODE"] = "9999ZZ"
    overseas = own.iloc[: len(CARIBBEAN)].assign(
        ONDERWIJSLOCATIECODE=["800X001", "800X002", "800X003"], POSTCODE="", PLAATSNAAM="Fictief Eilandstad",
        GPS_LATITUDE=[str(north) for north, _ in CARIBBEAN], GPS_LONGITUDE=[str(east) for _, east in CARIBBEAN],
    )  # fmt: skip
    nowhere = own.iloc[:1].assign(ONDERWIJSLOCATIECODE="800X009", GPS_LATITUDE=UNREADABLE_DEGREES)
    flaw = Flaw("rio_locaties", len(own) + len(second) + len(overseas) + 2, "latitude")
    return Published(f"{PACKAGE}/onderwijslocaties.csv", _csv([own, second, overseas, nowhere]), (flaw,))


def _uses(country: Country) -> Published:
    v = _open(country)
    plek = v["plek"].to_numpy()
    board = text("B", country.bestuur["nummer"].to_numpy()[v["bestuur"]])
    own = pd.DataFrame({
        "ONDERWIJSLOCATIECODE": _place_codes(plek), "ONDERWIJSBESTUURID": board, "VESTIGINGSCODE": v["vestigingscode"],
        "BEGINDATUM": "2010-08-01", "EINDDATUM": "",
    })  # fmt: skip
    # every other second place was given up
    number = plek[plek % SECOND == 0] // SECOND
    second = own[plek % SECOND == 0].assign(
        ONDERWIJSLOCATIECODE=_place_codes(number, "9"), EINDDATUM=either(number % 2 == 0, "2020-08-01", "")
    )
    name = "relaties_onderwijslocatiegebruiken_vestigingserkenningen.csv"
    return Published(f"{PACKAGE}/{name}", _csv([own, second]))


def _open(country: Country) -> pd.DataFrame:
    return country.vestiging[~country.vestiging["gesloten"]].reset_index(drop=True)


def _board_codes(country: Country) -> Array:
    return text("B", country.bestuur["nummer"])


def _place_codes(number: Array, kind: str = "1") -> Array:
    """Codes as RIO writes them: three digits, X, three digits; more thousands at a greater scale."""
    return text(kind, digits(number // 1000, 2), "X", digits(number % 1000, 3))


def _csv(frames: Sequence[pd.DataFrame]) -> bytes:
    frame = pd.concat(frames, ignore_index=True)
    columns = []
    for name in frame.columns:
        cells = frame[name].to_numpy(dtype=np.str_)
        quoted = text('"', cells, '"')
        dates = "DATUM" in str(name)
        columns.append(cells if dates else np.where(cells == "", "", quoted))
    lines = columns[0]
    for column in columns[1:]:
        lines = text(lines, ",", column)
    header = ",".join(f'"{name}"' for name in frame.columns)
    return ("\r\n".join([header, *lines.tolist()]) + "\r\n").encode()
