"""The pupil counts as DUO publishes them: per location, home postcode, SWV, paying SWV, cluster, age and type of vo.

Belongs here: the columns, dialects and suppression of those files and the rows that are wrong in them on purpose. Does
not belong here: how many pupils there are (country), or registers without pupils (schools, relations, geography).

CKAN hides 1 to 4 pupils as -1 and duo.nl as <5; only the files on paying SWVs hide nothing. Each file hides for itself,
after adding up, so what one file hides may follow from another, as with the real ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sandbox.country import (
    ENDED, FIRST_YEAR, LAST_YEAR, POSTCODES, PSEUDO, YEARS, Array, Country, either, split_exactly, text,
)  # fmt: skip
from pipeline.sandbox.publication import Flaw, Published, csv_bytes

# the newest years with home postcodes; the live file has all 16 years, in 1.67 million rows
HOME_YEARS = 2
SWV_YEARS = YEARS >= 2014
PAYER_YEARS = (YEARS >= 2017) & (YEARS <= 2021)
HISTORY = range(1996, LAST_YEAR + 1)
TYPES = np.array(["BO", "SBO", "SO", "VSO"], dtype=object)  # TYPE_PO
PROFILES = ("VERVOLGONDERWIJS", "ARBEIDSMARKT", "DAGBESTEDING", "ONBEKEND")
SILENT = 8  # cells without a number in so_vso_uitstroom
CLOSED_INSTITUTIONS = 90  # one vso location in so many lies in a closed institution, which pays for itself
NO_CLUSTER_YET = 40  # one special location in so many had no cluster in the first two years
AGES = ("JONGER", *map(str, range(4, 25)), "OUDER")
AGE_SHARES = {
    "BO": (0, 10, 12, 12, 12, 12, 12, 12, 12, 6), "SBO": (0, 0, 0, 3, 8, 12, 16, 20, 22, 18, 1),
    "SO": (0.3, 4, 6, 8, 10, 12, 14, 15, 15, 12, 3), "VSO": (0,) * 9 + (8, 14, 15, 15, 15, 13, 10, 6, 3, 1, 0, 0, 0, 0.1),
}  # fmt: skip
NONE = "N.v.t."
# per type of secondary school: type and years of study, sector, programme, code, name, first and last year of study
COURSES = {
    "PRO": (("Praktijkonderwijs alle vj", NONE, NONE, "0090", "Praktijkonderwijs", 1, 5),),
    "VBO": (("Brugjaar 1-2", NONE, NONE, "0033", "Ljvb op VMBO-Bbg/Kbg Lw", 1, 2),
            ("VMBO BL lj 3-4", "Zorg & Welzijn", "Zorg en welzijn", "6611", "VMBO BB Zorg en welzijn", 3, 4),
            ("VMBO KL lj 3-4", "Zorg & Welzijn", "Zorg en welzijn", "6621", "VMBO KB Zorg en welzijn", 3, 4)),
    "MAVO": (("Brugjaar 1-2", NONE, NONE, "0400", "MAVO/Theor Lw-VMBO", 1, 2),
             ("VMBO TL lj 3-4", "Economie", NONE, "0472", "MAVO/Theor Lw-Profiel Economie", 3, 4),
             ("VMBO TL lj 3-4", "Techniek", NONE, "0470", "MAVO/Theor Lw-Profiel Techniek", 3, 4)),
    "HAVO": (("Brugjaar 1-2", NONE, NONE, "0300", "HAVO", 1, 2), ("HAVO/VWO lj 3", NONE, NONE, "0300", "HAVO", 3, 3),
             ("HAVO lj 4-5", NONE, "Economie en Maatschappij", "0372", "HAVO Prf Ec/Maat", 4, 5),
             ("HAVO lj 4-5", NONE, "Natuur en Gezondheid", "0371", "HAVO Prf Nat/Gezond", 4, 5)),
    "VWO": (("Brugjaar 1-2", NONE, NONE, "0100", "VWO-ATHENEUMSTROOM", 1, 2),
            ("HAVO/VWO lj 3", NONE, NONE, "0100", "VWO-ATHENEUMSTROOM", 3, 3),
            ("VWO lj 4-6", NONE, "Economie en Maatschappij", "0172", "VWO-ATH Prf Ec/Maat", 4, 6),
            ("VWO lj 4-6", NONE, "Natuur en Techniek", "0170", "VWO-ATH Prf Nat/Tech", 4, 6)),
}  # fmt: skip
COURSE_COLUMNS = ("ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR", "VMBO SECTOR", "AFDELING", "ELEMENTCODE", "OPLEIDINGSNAAM")
STUDY_YEARS = 6


def counts(country: Country) -> list[Published]:
    """The pupil files: eight of CKAN's with their -1, four of duo.nl's with their <5."""
    swv = _swv_per_year(country)
    homes = _homes(country)
    return [
        _per_location(country), _per_location_and_home(country, homes),
        _per_swv(country, swv), _per_swv_and_home(swv, homes), _per_swv_and_sex(country, swv),
        *_per_payer(country, swv), _per_cluster(country), _history(country), _per_age(country),
        _vo_per_course(country), _vo_per_board(country),
    ]  # fmt: skip


def _per_location(country: Country) -> Published:
    e = country.eenheid
    unit, year = np.nonzero((country.counts > 0) & (e["soort"] != "VO").to_numpy()[:, None])
    v = country.vestiging.loc[e["vestiging"].to_numpy()[unit]]
    columns = {
        "INSTELLINGSCODE": v["brin"], "VESTIGINGSCODE": v["nummer"].astype(int),
        "TYPE_PO": e["soort"].to_numpy()[unit], "PEILJAAR": YEARS[year],
        "AANTAL_LEERLINGEN": _minus(country.counts[unit, year]),
    }  # fmt: skip
    flaw = Flaw("leerlingen_po_totaal", len(unit) + 2, "leerlingen")
    broken = f'"{country.spare_brins[-1]}",0,"BO",{LAST_YEAR},"veel"'
    return Published("ckan/poleerlingen-v1/brin6_totaal.csv", _ckan(columns, [broken]), (flaw,))


def _homes(country: Country) -> tuple[Array, Array, Array, Array, Array]:
    """Everything with a home postcode: unit, kind (position in TYPES), home, year and number, without zeros."""
    parts = []
    for kind, soort in enumerate(TYPES):
        units, home, number = country.home[soort]
        number = number[:, :, -HOME_YEARS:]
        row, place, year = np.nonzero(number)
        parts.append((units[row], np.full(len(row), kind), home[row, place], year + len(YEARS) - HOME_YEARS,
                      number[row, place, year]))  # fmt: skip
    unit, kinds, home, year, number = (np.concatenate(each) for each in zip(*parts, strict=True))
    return unit, kinds, home, year, number


def _per_location_and_home(country: Country, homes: tuple[Array, ...]) -> Published:
    unit, kind, home, year, number = homes
    vestiging = country.eenheid["vestiging"].to_numpy()[unit]
    columns = {
        "INSTELLINGSCODE": country.vestiging["brin"].to_numpy()[vestiging],
        "VESTIGINGSCODE": country.vestiging["nummer"].to_numpy()[vestiging],
        "TYPE_PO": TYPES[kind], "PEILJAAR": YEARS[year],
        "POSTCODE4_DEELNEMER": _home_codes(country)[home], "AANTAL_LEERLINGEN": _minus(number),
    }  # fmt: skip
    return Published("ckan/popostcode4-v1/brin6_pc4.csv", _ckan(columns))


def _home_codes(country: Country) -> Array:
    return np.array([*country.postcode4["postcode4"], *PSEUDO], dtype=object)


def _swv_per_year(country: Country) -> tuple[Array, Array, Array]:
    """The codes of all SWVs; per unit and year the position of its SWV (-1: none); home postcode codes."""
    e = country.eenheid
    codes = np.unique(np.concatenate([e["swv_code"].dropna(), e["vorige"].dropna()]).astype(str)).astype(object)
    now, before = (pd.Index(codes).get_indexer(e[name]) for name in ("swv_code", "vorige"))
    at = np.repeat(now[:, None], len(YEARS), axis=1)
    for code, (_, end) in ENDED.items():
        earlier = text(YEARS, "-10-01") < end
        at[np.ix_((e["vorige"] == code).to_numpy(), earlier)] = before[(e["vorige"] == code).to_numpy()][:, None]
    return codes, at, _home_codes(country)


def _swv_totals(country: Country, swv: tuple[Array, ...]) -> tuple[dict[str, Array], Array]:
    """Pupils per SWV, kind and year by where the school stands: the columns that say which, and the numbers."""
    codes, at, _ = swv
    kind = pd.Index(TYPES).get_indexer(country.eenheid["soort"])
    unit, year = np.nonzero((country.counts > 0) & (at >= 0) & (kind >= 0)[:, None] & SWV_YEARS)
    shape = (len(codes), len(TYPES), len(YEARS))
    key = np.ravel_multi_index((at[unit, year], kind[unit], year), shape)
    total = np.bincount(key, country.counts[unit, year], int(np.prod(shape))).astype(np.int64)
    found = np.flatnonzero(total)
    which, kinds, years = np.unravel_index(found, shape)
    return {"SAMENWERKINGSVERBANDNUMMER": codes[which], "TYPE_PO": TYPES[kinds], "PEILJAAR": YEARS[years]}, total[found]


def _per_swv(country: Country, swv: tuple[Array, ...]) -> Published:
    columns, total = _swv_totals(country, swv)
    flaw = Flaw("leerlingen_swv_totaal", len(total) + 2, "swv_code")
    content = _ckan({**columns, "AANTAL_LEERLINGEN": _minus(total)}, [f'"SWV 27","BO",{LAST_YEAR},1014'])
    return Published("ckan/poswv/swv_totaal.csv", content, (flaw,))


def _per_swv_and_home(swv: tuple[Array, ...], homes: tuple[Array, ...]) -> Published:
    codes, at, home_codes = swv
    unit, kind, home, year, number = homes
    inside = at[unit, year] >= 0
    shape = (len(codes), len(TYPES), len(YEARS), POSTCODES + len(PSEUDO))
    key = np.ravel_multi_index((at[unit, year][inside], kind[inside], year[inside], home[inside]), shape)
    found, group = np.unique(key, return_inverse=True)
    which, kinds, years, places = np.unravel_index(found, shape)
    columns = {
        "SAMENWERKINGSVERBANDNUMMER": codes[which], "TYPE_PO": TYPES[kinds], "PEILJAAR": YEARS[years],
        "POSTCODE4_DEELNEMER": home_codes[places],
        "AANTAL_LEERLINGEN": _minus(np.bincount(group, number[inside]).astype(np.int64)),
    }  # fmt: skip
    return Published("ckan/poswv/swv_pc4.csv", _ckan(columns))


def _per_swv_and_sex(country: Country, swv: tuple[Array, ...]) -> Published:
    columns, total = _swv_totals(country, swv)
    row = np.arange(len(total))
    special = np.isin(columns["TYPE_PO"], ["SO", "VSO"])
    girls = total * (either(special, 29, 48) + row % 3) // 100
    other = either(row % 20 == 0, 1, 0).clip(max=total - girls)
    number = np.stack([total - girls - other, other, girls], axis=1)
    row, sex = np.nonzero(number)
    columns = {name: values[row] for name, values in columns.items()}
    columns |= {"GESLACHT": np.array(["M", "O", "V"], dtype=object)[sex], "AANTAL_LEERLINGEN": _minus(number[row, sex])}
    return Published("ckan/poswv/swv_geslacht.csv", _ckan(columns))


def _per_payer(country: Country, swv: tuple[Array, ...]) -> list[Published]:
    """Who pays for special education: the SWV of the location, or the institution where that lies outside the SWVs."""
    codes, at, _ = swv
    e = country.eenheid
    v = country.vestiging.loc[e["vestiging"]]
    closed = ((e["soort"] == "VSO") & (e.groupby("soort").cumcount() % CLOSED_INSTITUTIONS == 7)).to_numpy()
    outside = v["cluster"].isin(["1", "2"]).to_numpy()
    special = e["soort"].isin(["SO", "VSO"]).to_numpy() & (outside | closed | (at[:, -1] >= 0))
    unit, year = np.nonzero((country.counts > 0) & special[:, None] & PAYER_YEARS)
    own = either(outside, text("CL", v["cluster"], "_", v["brin"]), text("GJIJJI_", v["brin"])).astype(object)
    payer = either((outside | closed)[unit], own[unit], codes[at[unit, year]])
    total = pd.DataFrame({"SWV_BETALEND": payer, "TYPE_PO": e["soort"].to_numpy()[unit], "PEILJAAR": YEARS[year],
                          "n": country.counts[unit, year]})  # fmt: skip
    total = total.groupby(["SWV_BETALEND", "TYPE_PO", "PEILJAAR"], as_index=False)["n"].sum()
    with_place = (total["n"] * (total.index.to_numpy() // 5 % 9) // 100).to_numpy()
    residential = _with_totals(total, "RESIDENTIELE_PLAATS", ("NIET_RP", "WEL_RP"),
                               np.stack([total["n"] - with_place, with_place], axis=1))  # fmt: skip
    vso = total[total["TYPE_PO"] == "VSO"].reset_index(drop=True)
    shares = np.tile([34.0, 30.0, 34.0, 0.3], (len(vso), 1))
    shares[:, 0] += vso.index.to_numpy() // 5 % 7
    leaving = _with_totals(vso, "UITSTROOMPROFIEL", PROFILES, split_exactly(shares, vso["n"].to_numpy()))
    # where nobody is unknown, some cells say nothing
    zero = np.flatnonzero((leaving["UITSTROOMPROFIEL"] == PROFILES[-1]) & (leaving["AANTAL_LEERLINGEN"] == 0))
    leaving["AANTAL_LEERLINGEN"] = leaving["AANTAL_LEERLINGEN"].astype("Int64")
    leaving.loc[zero[:SILENT], "AANTAL_LEERLINGEN"] = pd.NA
    package = "ckan/leerling_so_en_vso-v1"
    return [
        Published(f"{package}/{name}.csv", _ckan({str(c): frame[c] for c in frame.columns}, newline="\n"))
        for name, frame in (("so_vso_rp", residential), ("so_vso_uitstroom", leaving))
    ]


def _with_totals(total: pd.DataFrame, name: str, parts: Sequence[str], numbers: Array) -> pd.DataFrame:
    """Every group's parts and, among them in the order of the alphabet, its total."""
    wide = total.drop(columns="n").assign(**dict(zip(parts, numbers.T, strict=True)), TOTAAL=total["n"])
    keys = ["SWV_BETALEND", "TYPE_PO", "PEILJAAR"]
    long = wide.melt(keys, var_name=name, value_name="AANTAL_LEERLINGEN")
    return long.sort_values([*keys, name], ignore_index=True)


def _clusters(country: Country) -> tuple[Array, Array, Array]:
    """Units of primary and special education, those in two clusters once in each: unit, cluster, pupils per year."""
    e = country.eenheid
    cluster = country.vestiging["cluster"].to_numpy()[e["vestiging"]]
    unit = np.flatnonzero(e["soort"] != "VO")
    both = unit[cluster[unit] == "3/4"]
    single = unit[cluster[unit] != "3/4"]
    half = country.counts[both] // 2
    where = np.concatenate([single, both, both])
    order = np.argsort(where, kind="stable")
    label = np.concatenate([cluster[single], np.repeat("3", len(both)), np.repeat("4", len(both))]).astype(object)
    number = np.concatenate([country.counts[single], country.counts[both] - half, half])
    return where[order], label[order], number[order]


def _per_cluster(country: Country) -> Published:
    unit, cluster, number = _clusters(country)
    row, year = np.nonzero((number > 0) & np.isin(country.eenheid["soort"].to_numpy()[unit], ["SO", "VSO"])[:, None])
    vestiging = country.eenheid["vestiging"].to_numpy()[unit[row]]
    whole = country.vestiging["cluster"].isin(["3", "4"]).to_numpy()[vestiging]
    none = whole & (unit[row] % NO_CLUSTER_YET == 0) & (YEARS[year] < FIRST_YEAR + 2)
    columns = {
        "INSTELLINGSCODE": country.vestiging["brin"].to_numpy()[vestiging],
        "VESTIGINGSCODE": country.vestiging["nummer"].to_numpy()[vestiging],
        "TYPE_PO": country.eenheid["soort"].to_numpy()[unit[row]], "PEILJAAR": YEARS[year],
        "CLUSTER": either(none, "0", cluster[row]), "AANTAL_LEERLINGEN": _minus(number[row, year]),
    }  # fmt: skip
    flaw = Flaw("leerlingen_cluster", len(row) + 2, "cluster")
    broken = f'"{country.spare_brins[-2]}","00","SO",{LAST_YEAR},"7",41'
    return Published("ckan/weccluster-v1/brin6_cluster.csv", _ckan(columns, [broken]), (flaw,))


def _history(country: Country) -> Published:
    """Wide, open and closed locations; a location with so and vso is one row. Before the country's first year: 0."""
    e, v = country.eenheid, country.vestiging
    total = np.zeros((len(v), len(YEARS)), dtype=np.int64)
    np.add.at(total, e["vestiging"].to_numpy(), country.counts)
    here = (v["soort"] != "VO").to_numpy()
    total, v = total[here], v[here]
    columns = {
        "INSTELLINGSCODE": v["brin"], "VESTIGINGSCODE": v["vestigingscode"], "NAAM_VESTIGING": v["naam"],
        "SOORT_VESTIGING": v["soort"].replace("SOVSO", "SO/VSO"), "DENOMINATIE_VESTIGING": v["denominatie"],
        "BEVOEGD_GEZAG_NUMMER": country.bestuur["nummer"].to_numpy()[v["bestuur"]],
        "GEMEENTECODE_VESTIGING": v["gemeentenummer"].str.lstrip("0"),
        "GEMEENTENAAM_VESTIGING": country.gemeente["naam_register"].to_numpy()[v["gemeente"]],
        **{f"LEERLINGEN_{y}": _less(total[:, y - FIRST_YEAR]) if y >= FIRST_YEAR else np.full(len(v), "0") for y in HISTORY},
    }  # fmt: skip
    content = csv_bytes(pd.DataFrame(columns), delimiter=";", encoding="utf-8-sig")
    return Published("duo/06.-historisch-overzicht-aantal-leerlingen-per-schoolvestiging.csv", content)


def _per_age(country: Country) -> Published:
    unit, cluster, number = _clusters(country)
    there = number[:, -1] > 0
    unit, cluster, number = unit[there], cluster[there], number[there, -1]
    soort = country.eenheid["soort"].to_numpy()[unit]
    shares = np.array([np.pad(np.array(AGE_SHARES[kind], float), (0, len(AGES) - len(AGE_SHARES[kind]))) for kind in soort])
    shares *= 1 + (unit[:, None] * 7 + np.arange(len(AGES)) * 3) % 11 / 40
    ages = split_exactly(shares, number)
    v = country.vestiging.loc[country.eenheid["vestiging"].to_numpy()[unit]].reset_index(drop=True)
    place = country.gemeente.loc[v["gemeente"]].reset_index(drop=True)
    columns = {
        "PEILDATUM": np.full(len(v), f"{LAST_YEAR}1001"), "INSTELLINGSCODE": v["brin"], "VESTIGINGSCODE": v["nummer"],
        "INSTELLINGSNAAM_VESTIGING": v["naam"], "POSTCODE_VESTIGING": v["postcode"], "PLAATSNAAM": place["naam"].str.upper(),
        "GEMEENTENUMMER": v["gemeentenummer"], "GEMEENTENAAM": place["naam"], "PROVINCIE": place["provincie"],
        "SOORT_PO": pd.Series(soort).str.capitalize(), "CLUSTER": cluster, "DENOMINATIE_VESTIGING": v["denominatie"],
        "BEVOEGD_GEZAG_NUMMER": country.bestuur["nummer"].to_numpy()[v["bestuur"]],
        **{f"LEEFTIJD_{age}": _less(ages[:, k]) for k, age in enumerate(AGES)},
    }  # fmt: skip
    content = csv_bytes(pd.DataFrame(columns), delimiter=";", encoding="utf-8-sig", newline="\n", quoted="all")
    return Published(f"duo/01.-leerlingen-po-soort-po-cluster-leeftijd-{LAST_YEAR}-{LAST_YEAR + 1}.csv", content)


def _vo_units(country: Country) -> tuple[pd.DataFrame, Array]:
    """Locations of secondary education with pupils in the last year, with their place and SWV; and those pupils."""
    e = country.eenheid
    number = country.counts[:, -1]
    unit = np.flatnonzero((e["soort"] == "VO").to_numpy() & (number > 0))
    v = country.vestiging.loc[e["vestiging"].to_numpy()[unit]].reset_index(drop=True)
    place = country.gemeente.loc[v["gemeente"], ["naam", "provincie"]].reset_index(drop=True)
    board = country.bestuur["nummer"].to_numpy()[v["bestuur"]]
    swv = e["swv_code"].fillna("").to_numpy()[unit]
    return v.assign(plaats=place["naam"], provincie=place["provincie"], nummer_bestuur=board, swv_code=swv), number[unit]


def _vo_per_course(country: Country) -> Published:
    """Long by course, wide by year of study and sex; pupils placed at a vavo stand in the other file only. A
    spreadsheet's total is left at the end."""
    v, number = _vo_units(country)
    heads = [f"LEER- OF VERBLIJFSJAAR {year} - {sex}" for year in range(1, STUDY_YEARS + 1) for sex in ("MAN", "VROUW")]
    frames = []
    for structure, group in v.groupby("structuur"):
        courses = [course for each in str(structure).split("/") for course in COURSES[each]]
        open_ = np.array([[first <= year <= last for year in range(1, STUDY_YEARS + 1)] for *_, first, last in courses])
        shares = np.repeat(open_, 2, axis=1).reshape(1, -1) * (
            1 + (group.index.to_numpy()[:, None] * 5 + np.arange(len(courses) * len(heads)) * 3) % 13 / 20
        )
        cells = split_exactly(shares, number[group.index]).reshape(-1, len(heads))
        row = np.repeat(group.index.to_numpy(), len(courses))
        course = pd.DataFrame([each[:-2] for each in courses] * len(group), columns=COURSE_COLUMNS)
        some = cells.any(axis=1)
        frames.append(course.assign(row=row).join(pd.DataFrame(cells, columns=heads))[some])
    long = pd.concat(frames).sort_values("row", kind="stable", ignore_index=True)
    where = v.loc[long["row"]].reset_index(drop=True)
    rows = pd.DataFrame({
        "BRIN NUMMER": where["brin"], "VESTIGINGSNUMMER": where["nummer"], "INSTELLINGSNAAM VESTIGING": where["naam"],
        "PLAATSNAAM VESTIGING": where["plaats"].str.upper(), "PROVINCIE VESTIGING": where["provincie"],
        "SAMENWERKINGSVERBAND PASSEND ONDERWIJS VO": where["swv_code"],
        **{name: long[name] for name in COURSE_COLUMNS}, **{name: _less(long[name].to_numpy()) for name in heads},
    })  # fmt: skip
    total = pd.DataFrame([{**dict.fromkeys(rows.columns, ""), "BRIN NUMMER": "Grand Total", **long[heads].sum().astype(str)}])
    content = csv_bytes(pd.concat([rows, total]), delimiter=";", encoding="cp1252", newline="\n")
    # the total is no location: both parts of a location's code are missing
    flaws = tuple(Flaw("leerlingen_vo", len(rows) + 2, column) for column in ("instellingscode", "vestigingsnummer"))
    return Published(f"duo/01.-leerlingen-vo-per-vestiging-naar-onderwijstype-{LAST_YEAR}.csv", content, flaws)


def _vo_per_board(country: Country) -> Published:
    v, number = _vo_units(country)
    upper = v["structuur"].str.contains("HAVO|VWO").to_numpy()
    vavo = either(upper, number * (v.index.to_numpy() % 6) // 300, 0)
    rows = pd.DataFrame({
        "BEVOEGD GEZAG NUMMER": v["nummer_bestuur"], "INSTELLINGSCODE": v["brin"], "VESTIGINGSCODE": v["vestigingscode"],
        "INSTELLINGSNAAM VESTIGING": v["naam"], "PLAATSNAAM": v["plaats"].str.upper(),
        "GEMEENTENUMMER": v["gemeentenummer"], "GEMEENTENAAM": v["plaats"], "PROVINCIE": v["provincie"],
        "AANTAL LEERLINGEN": _less(number), "AANTAL VO LEERLINGEN UITBESTEED AAN VAVO": _less(vavo),
    })  # fmt: skip
    bare = "AANTAL LEERLINGEN"
    content = csv_bytes(rows, delimiter=";", encoding="utf-8", newline="\n", quoted=[c for c in rows.columns if c != bare])
    # its name is quoted, its numbers are not
    content = content.replace(f";{bare};".encode(), f';"{bare}";'.encode(), 1)
    return Published(f"duo/03.-leerlingen-vo-per-vestiging-en-bestuur-(vavo-apart)-{LAST_YEAR}.csv", content)


def _minus(number: Array) -> Array:
    """CKAN's suppression."""
    return either((number > 0) & (number < 5), -1, number)


def _less(number: Array) -> Array:
    """The suppression of duo.nl's files."""
    return either((number > 0) & (number < 5), "<5", number.astype(str))


def _ckan(columns: dict[str, Array], broken: Sequence[str] = (), newline: str = "\r\n") -> bytes:
    """Commas, names and texts in quotes, numbers not, nothing where there is nothing. No cell holds a quote itself.

    Arrow does it: the files with home postcodes are too long for ``csv_bytes``.
    """
    cells = []
    for values in columns.values():
        cell = pa.array(values, from_pandas=True)
        if pa.types.is_integer(cell.type):
            cell = cell.cast(pa.string()).fill_null("")
        else:
            cell = cell.cast(pa.string())
            cell = pc.if_else(pc.equal(cell, ""), "", pc.binary_join_element_wise('"', cell, '"', ""))
        cells.append(cell)
    lines = pc.binary_join_element_wise(*cells, ",").to_pylist()
    header = ",".join(f'"{name}"' for name in columns)
    return newline.join([header, *lines, *broken, ""]).encode()
