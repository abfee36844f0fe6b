"""The pupil counts of secondary education as DUO publishes them: per location by course, by board and by home.

Belongs here: the columns and the suppression of those files and the rows that are wrong in them on purpose. Does not belong
here: how many pupils there are (country), or those of primary and special education (counts).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.sandbox.country import PSEUDO, Array, Country, split_exactly
from pipeline.sandbox.dialects import NUMBER, ckan, duo, less
from pipeline.sandbox.publication import Flaw, Published

VO_YEARS = (2021, 2022)  # of the two files of vo that the portal has not renewed since
NONE = "N.v.t."
COURSE = ("ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR", "VMBO SECTOR", "AFDELING", "ELEMENTCODE", "OPLEIDINGSNAAM")
# per type of secondary school what COURSE names, and the first and last year of study
COURSES = {
    "PRO": (("Praktijkonderwijs alle vj", NONE, NONE, "0090", "Praktijkonderwijs", 1, 5),),
    "VBO": (("Brugjaar 1-2", NONE, NONE, "0033", "Ljvb op VMBO-Bbg/Kbg Lw", 1, 2),
            ("VMBO KL lj 3-4", "Zorg & Welzijn", "Zorg en welzijn", "6621", "VMBO KB Zorg en welzijn", 3, 4)),
    "MAVO": (("Brugjaar 1-2", NONE, NONE, "0400", "MAVO/Theor Lw-VMBO", 1, 2),
             ("VMBO TL lj 3-4", "Economie", NONE, "0472", "MAVO/Theor Lw-Profiel Economie", 3, 4)),
    "HAVO": (("Brugjaar 1-2", NONE, NONE, "0300", "HAVO", 1, 2), ("HAVO/VWO lj 3", NONE, NONE, "0300", "HAVO", 3, 3),
             ("HAVO lj 4-5", NONE, "Economie en Maatschappij", "0372", "HAVO Prf Ec/Maat", 4, 5)),
    "VWO": (("Brugjaar 1-2", NONE, NONE, "0100", "VWO-ATHENEUMSTROOM", 1, 2),
            ("HAVO/VWO lj 3", NONE, NONE, "0100", "VWO-ATHENEUMSTROOM", 3, 3),
            ("VWO lj 4-6", NONE, "Natuur en Techniek", "0170", "VWO-ATH Prf Nat/Tech", 4, 6)),
}  # fmt: skip
STUDY = np.repeat(np.arange(1, 7), 2)  # years of study, men and women
STUDY_HEADS = [f"LEER- OF VERBLIJFSJAAR {year} - {sex}" for year, sex in zip(STUDY, ["MAN", "VROUW"] * 6, strict=True)]


def secondary(country: Country, everyone: pd.DataFrame, locations: pd.DataFrame) -> list[Published]:
    """The files of duo.nl of the newest year with their <5, and the two of CKAN of earlier years."""
    vo, last = everyone[everyone["TYPE_PO"] == "VO"], int(country.years[-1])
    newest = vo[vo["PEILJAAR"] == last].reset_index(drop=True)
    return [_courses(newest, last), _boards(newest, last), *_portal(country, vo, locations)]


def _courses(v: pd.DataFrame, last: int) -> Published:
    """Long by course, wide by year of study and sex, without pupils placed at a vavo; a spreadsheet's total at the end."""
    where, long = _by_course(v)
    rows = pd.DataFrame({
        "BRIN NUMMER": where["brin"], "VESTIGINGSNUMMER": where["nummer"], "INSTELLINGSNAAM VESTIGING": where["naam"],
        "PLAATSNAAM VESTIGING": where["plaatsnaam"], "PROVINCIE VESTIGING": where["provincie"],
        "SAMENWERKINGSVERBAND PASSEND ONDERWIJS VO": where["swv_code"].fillna(""),
        **{name: long[name] for name in COURSE}, **{name: less(long[name].to_numpy()) for name in STUDY_HEADS},
    })  # fmt: skip
    total = {**dict.fromkeys(rows.columns, ""), "BRIN NUMMER": "Grand Total", **long[STUDY_HEADS].sum().astype(str)}
    # the total is no location: both parts of a location's code are wrong
    flaws = tuple(Flaw("leerlingen_vo", len(rows) + 2, column) for column in ("instellingscode", "vestigingsnummer"))
    rows = pd.concat([rows, pd.DataFrame([total])])
    return duo(f"01.-leerlingen-vo-per-vestiging-naar-onderwijstype-{last}", rows, flaws, encoding="cp1252")


def _by_course(v: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the pupils of each location by course, year of study and sex, and the location of each row."""
    frames = []
    for structure, group in v.groupby("structuur"):
        courses = [course for each in str(structure).split("/") for course in COURSES[each]]
        taught = np.concatenate([np.isin(STUDY, range(first, last + 1)) for *_, first, last in courses])
        shares = taught * (1 + (group.index.to_numpy()[:, None] * 5 + np.arange(len(taught)) * 3) % 13 / 20)
        cells = split_exactly(shares, group[NUMBER].to_numpy()).reshape(-1, len(STUDY))
        course = pd.DataFrame([each[:-2] for each in courses] * len(group), columns=COURSE)
        course.index = group.index.repeat(len(courses))
        frames.append(course.assign(**dict(zip(STUDY_HEADS, cells.T, strict=True)))[cells.any(axis=1)])
    if not frames:  # no year of these is counted yet
        return v, pd.DataFrame({name: pd.Series(dtype="int64") for name in (*COURSE, *STUDY_HEADS)})
    long = pd.concat(frames).sort_index(kind="stable")
    return v.loc[long.index].reset_index(drop=True), long.reset_index(drop=True)


def _portal(country: Country, vo: pd.DataFrame, locations: pd.DataFrame) -> list[Published]:
    """Secondary education by course and by home, of some years, at open and closed locations. Nothing is hidden."""
    v = vo[vo["PEILJAAR"].isin(VO_YEARS) & vo["bekend"]].reset_index(drop=True)
    where, long = _by_course(v)
    cells = long[STUDY_HEADS].to_numpy().reshape(len(long), len(STUDY) // 2, 2).sum(axis=2)
    at, year = np.nonzero(cells)
    courses = _rows(where.iloc[at], "VO regulier", long.iloc[at], year + 1, cells[at, year])
    vavo = v[v["structuur"].str.contains("HAVO|VWO") & (v.index % 6 > 0)]
    named = pd.DataFrame(dict.fromkeys(COURSE, NONE), index=vavo.index).assign(**{COURSE[0]: "HAVO uitbest. aan VAVO"})
    placed = _rows(vavo, "VO uitbesteed aan VAVO", named, np.full(len(vavo), 5), vavo.index.to_numpy() % 6)
    return [
        ckan("ckan/01voins-v1/01voins.csv", pd.concat([courses, placed]), hide=False),
        ckan("ckan/02voins-v1/02voins.csv", _homes(country, locations), hide=False),
    ]


def _rows(v: pd.DataFrame, kind: str, course: pd.DataFrame, year: Array, number: Array) -> pd.DataFrame:
    return pd.DataFrame({
        "SCHOOLJAAR": v["PEILJAAR"].to_numpy(), "BEVOEGD GEZAG": v["bevoegd_gezag"].to_numpy(),
        "BRIN NUMMER": v["brin"].to_numpy(),
        "VESTIGINGSNUMMER": v["nummer"].astype(int).to_numpy(), "BRINVESTIGINGSNUMMER": v["vestigingscode"].to_numpy(),
        "DENOMINATIE VESTIGING": v["denominatie"].to_numpy(), "INSTELLINGSNAAM VESTIGING": v["naam"].to_numpy(),
        "PLAATSNAAM VESTIGING": v["plaatsnaam"].to_numpy(), "PROVINCIE VESTIGING": v["provincie"].to_numpy(),
        "INDICATIE VO-VAVO": kind, **{name: course[name].to_numpy() for name in COURSE[:3]}, "LEERJAAR": year,
        "AANTAL LEERLINGEN": number,
    })  # fmt: skip


def _homes(country: Country, locations: pd.DataFrame) -> pd.DataFrame:
    """A record for each location, home and year of study: here the first and the fourth."""
    unit, home, number = country.home["VO"]
    where = country.eenheid["vestiging"].to_numpy()[unit]
    known = locations["bekend"].to_numpy()[where]
    row, place, year = np.nonzero(number * np.isin(country.years, VO_YEARS) * known[:, None, None])
    pupils, v = number[row, place, year], locations.iloc[where[row]]
    codes = np.array([*country.postcode4["postcode4"], *PSEUDO])
    at = country.gemeente.iloc[country.postcode4["gemeente"]]
    names, numbers = (np.array([*at[name], *[""] * len(PSEUDO)]) for name in ("naam", "gemeentenummer"))
    rows = pd.DataFrame({
        "JAAR": country.years[year], "BRIN NUMMER": v["brin"].to_numpy(), "VESTIGINGSNUMMER": v["nummer"].astype(int).to_numpy(),
        "INSTELLINGSNAAM VESTIGING": v["naam"].to_numpy(), "GEMEENTENUMMER": v["gemeentenummer"].astype(int).to_numpy(),
        "GEMEENTENAAM": v["plaatsnaam"].to_numpy(), "POSTCODE LEERLING": codes[home[row, place]],
        "PLAATSNAAM LEERLING": names[home[row, place]], "GEMEENTENUMMER LEERLING": numbers[home[row, place]],
        "GEMEENTENAAM LEERLING": names[home[row, place]], "LEER- OF VERBLIJFSJAAR": 1, "AANTAL LEERLINGEN": pupils - pupils // 2,
    })  # fmt: skip
    later = rows.copy()
    later["LEER- OF VERBLIJFSJAAR"], later["AANTAL LEERLINGEN"] = 4, pupils // 2
    return pd.concat([rows, later[pupils > 1]])


def _boards(v: pd.DataFrame, last: int) -> Published:
    vavo = v[NUMBER].to_numpy() * (v.index.to_numpy() % 6) * v["structuur"].str.contains("HAVO|VWO").to_numpy() // 300
    rows = pd.DataFrame({
        "BEVOEGD GEZAG NUMMER": v["bevoegd_gezag"], "INSTELLINGSCODE": v["brin"], "VESTIGINGSCODE": v["vestigingscode"],
        "INSTELLINGSNAAM VESTIGING": v["naam"], "PLAATSNAAM": v["plaatsnaam"], "GEMEENTENUMMER": v["gemeentenummer"],
        "GEMEENTENAAM": v["gemeentenaam"], "PROVINCIE": v["provincie"], "AANTAL LEERLINGEN": less(v[NUMBER].to_numpy()),
        "AANTAL VO LEERLINGEN UITBESTEED AAN VAVO": less(vavo),
    })  # fmt: skip
    quoted = [name for name in rows.columns if name != "AANTAL LEERLINGEN"]
    return duo(f"03.-leerlingen-vo-per-vestiging-en-bestuur-(vavo-apart)-{last}", rows, quoted=quoted)
