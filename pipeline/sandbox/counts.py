"""The pupil counts as DUO publishes them: per location, home postcode, SWV, paying SWV, cluster and age.

Belongs here: the columns, dialects and suppression of those files and the rows that are wrong in them on purpose. Does
not belong here: how many pupils there are (country), those of vo (secondary), or registers without pupils (schools, relations,
geography).

CKAN hides 1 to 4 pupils as -1 and duo.nl as <5; only the files on paying SWVs hide nothing. Each file hides for itself,
after adding up, so what one file hides may follow from another, as with the real ones.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.sandbox.country import PSEUDO, Array, Country, either, split_exactly, text
from pipeline.sandbox.country.pupils import LAST_YEAR
from pipeline.sandbox.dialects import NUMBER, ckan, duo, less
from pipeline.sandbox.publication import Flaw, Published
from pipeline.sandbox.secondary import secondary

FIRST = 1996  # of the historical overview
PORTAL = "ckan/historische-leerlingenaantallen-po/06-historische-leerlingenaantallen-po"
SWV, PAYER = "SAMENWERKINGSVERBANDNUMMER", "SWV_BETALEND"
LOCATION = ["INSTELLINGSCODE", "VESTIGINGSCODE", "TYPE_PO", "PEILJAAR"]
PROFILES = ("VERVOLGONDERWIJS", "ARBEIDSMARKT", "DAGBESTEDING", "ONBEKEND")
SILENT = 8  # cells without a number in so_vso_uitstroom
CLOSED_INSTITUTIONS = 90  # one vso location in so many lies in a closed institution, which pays for itself
NO_CLUSTER_YET = 40  # one special location in so many had no cluster before 2012
AGES = ("JONGER", *map(str, range(4, 25)), "OUDER")
AGE_SHARES = {
    "BO": (0, 10, 12, 12, 12, 12, 12, 12, 12, 6), "SBO": (0, 0, 0, 3, 8, 12, 16, 20, 22, 18, 1),
    "SO": (0.3, 4, 6, 8, 10, 12, 14, 15, 15, 12, 3), "VSO": (0,) * 9 + (8, 14, 15, 15, 15, 13, 10, 6, 3, 1, 0, 0, 0, 0.1),
}  # fmt: skip


def counts(country: Country, home_years: int) -> list[Published]:
    """The pupil files: twelve of CKAN's with their -1, four of duo.nl's with their <5; homes for so many of the newest years."""
    locations = _locations(country)
    units = country.eenheid.join(locations.drop(columns="soort"), on="vestiging")
    unit, year = np.nonzero(country.counts)
    everyone, last = _pupils(country, units, unit, year, country.counts[unit, year]), int(country.years[-1])
    po = everyone[everyone["TYPE_PO"] != "VO"]
    homes = _homes(country, units, home_years)
    per_swv = _sum(po[po["PEILJAAR"] >= 2014], SWV, "TYPE_PO", "PEILJAAR")
    home_swv = _sum(homes, SWV, "TYPE_PO", "PEILJAAR", "POSTCODE4_DEELNEMER")
    shown = po[[*LOCATION, NUMBER]].astype({"VESTIGINGSCODE": int})
    spare, clusters = country.spare_brins, _clusters(po)
    in_cluster = clusters.loc[clusters["TYPE_PO"].isin(["SO", "VSO"]), [*LOCATION, "CLUSTER", NUMBER]]
    return [
        ckan("ckan/poleerlingen-v1/brin6_totaal.csv", shown, f'"{spare[-1]}",0,"XO",{last},"7"',
             Flaw("leerlingen_po_totaal", len(shown) + 2, "soort")),
        ckan("ckan/popostcode4-v1/brin6_pc4.csv", homes[[*LOCATION, "POSTCODE4_DEELNEMER", NUMBER]]),
        ckan("ckan/poswv/swv_totaal.csv", per_swv, f'"SWV 27","BO",{last},1014',
             Flaw("leerlingen_swv_totaal", len(per_swv) + 2, "swv_code")),
        ckan("ckan/poswv/swv_pc4.csv", home_swv), ckan("ckan/poswv/swv_geslacht.csv", _sexes(per_swv)), *_payers(po),
        ckan("ckan/weccluster-v1/brin6_cluster.csv", in_cluster, f'"{spare[-2]}","00","SO",{last},"7",41',
             Flaw("leerlingen_cluster", len(in_cluster) + 2, "cluster")),
        *_history(country, locations), _ages(clusters[clusters["PEILJAAR"] == last].reset_index(drop=True), last),
        *secondary(country, everyone, locations),
    ]  # fmt: skip


def _locations(country: Country) -> pd.DataFrame:
    """All locations with the names of their place and the number of their board."""
    v = country.vestiging.drop(columns="gemeente")
    place = country.gemeente.loc[country.vestiging["gemeente"], ["naam", "provincie"]].reset_index(drop=True)
    v = v.assign(gemeentenaam=place["naam"], plaatsnaam=place["naam"].str.upper(), provincie=place["provincie"])
    number = country.bestuur["nummer"].to_numpy()[v["bestuur"]]
    return v.assign(bevoegd_gezag=number, INSTELLINGSCODE=v["brin"], VESTIGINGSCODE=v["nummer"])


def _pupils(country: Country, units: pd.DataFrame, unit: Array, year: Array, number: Array) -> pd.DataFrame:
    """One row per unit and year: everything about the unit, its SWV and who pays in that year, and its pupils."""
    rows = units.assign(TYPE_PO=units["soort"], SWV_BETALEND=_other_payers(units)).take(unit)
    # regions end on 1 August, pupils are counted on 1 October
    before = country.years[year] < rows["vorige"].map({code: int(end[:4]) for code, (_, end) in country.ended.items()})
    swv = rows["swv_code"].mask(before, rows["vorige"])
    for k, codes in ((list(country.years).index(each), codes) for each, codes in country.later.items()):
        swv = swv.where(year != k, codes[unit])
    rows = rows.assign(unit=unit, PEILJAAR=country.years[year], SAMENWERKINGSVERBANDNUMMER=swv, AANTAL_LEERLINGEN=number)
    return rows.assign(SWV_BETALEND=rows[PAYER].fillna(swv)).reset_index(drop=True)


def _sum(pupils: pd.DataFrame, *by: str) -> pd.DataFrame:
    return pupils.groupby([*by])[NUMBER].sum().reset_index()


def _other_payers(units: pd.DataFrame) -> pd.Series:
    """Who pays where that is no SWV: the institution, in cluster 1 and 2 and in closed institutions."""
    outside = units["cluster"].isin(["1", "2"])
    closed = (units["soort"] == "VSO") & (units.groupby("soort").cumcount() % CLOSED_INSTITUTIONS == 7)
    institution = pd.Series(text("CL", units["cluster"], "_", units["brin"])).mask(~outside, "GJIJJI_" + units["brin"])
    return institution.where(outside | closed)


def _homes(country: Country, units: pd.DataFrame, years: int) -> pd.DataFrame:
    """Pupils per unit, home postcode and year."""
    parts = []
    # a year that is counted by home stays, as in the live file, when a newer one comes out
    first = min(int(country.years[-1]), LAST_YEAR) - years + 1
    for unit, home, number in (each for soort, each in country.home.items() if soort != "VO"):
        row, place, year = np.nonzero(number * (country.years >= first))
        parts.append((unit[row], home[row, place], year, number[row, place, year]))
    unit, home, year, number = (np.concatenate(each) for each in zip(*parts, strict=True))
    codes = np.array([*country.postcode4["postcode4"], *PSEUDO])
    narrow = units[["soort", "cluster", "brin", "swv_code", "vorige", "INSTELLINGSCODE", "VESTIGINGSCODE"]]
    return _pupils(country, narrow, unit, year, number).assign(POSTCODE4_DEELNEMER=codes[home])


def _sexes(per_swv: pd.DataFrame) -> pd.DataFrame:
    row, total = np.arange(len(per_swv)), per_swv[NUMBER].to_numpy()
    girls = total * (either(per_swv["TYPE_PO"].isin(["SO", "VSO"]), 29, 48) + row % 3) // 100
    other = np.minimum(row % 20 == 0, total - girls)
    number = np.stack([total - girls - other, other, girls], axis=1)
    row, sex = np.nonzero(number)
    return per_swv.drop(columns=NUMBER).take(row).assign(GESLACHT=np.array([*"MOV"])[sex], AANTAL_LEERLINGEN=number[row, sex])


def _payers(po: pd.DataFrame) -> list[Published]:
    """Special education by who pays: by residential place, and vso by where pupils go next."""
    special = po[po["TYPE_PO"].isin(["SO", "VSO"]) & po["PEILJAAR"].between(2017, 2021)]
    total = _sum(special, PAYER, "TYPE_PO", "PEILJAAR")
    with_place = total[NUMBER].to_numpy() * (total.index.to_numpy() // 5 % 9) // 100
    places = _with_totals(total, "RESIDENTIELE_PLAATS", {"WEL_RP": with_place, "NIET_RP": total[NUMBER] - with_place})
    vso = _sum(special[special["TYPE_PO"] == "VSO"], PAYER, "TYPE_PO", "PEILJAAR")
    shares = np.tile([34.0, 30.0, 34.0, 0.3], (len(vso), 1))
    shares[:, 0] += vso.index.to_numpy() // 5 % 7
    parts = split_exactly(shares, vso[NUMBER].to_numpy())
    leaving = _with_totals(vso, "UITSTROOMPROFIEL", dict(zip(PROFILES, parts.T, strict=True))).astype({NUMBER: "Int64"})
    # where nobody is unknown, some cells say nothing
    zero = leaving.index[(leaving["UITSTROOMPROFIEL"] == PROFILES[-1]) & (leaving[NUMBER] == 0)]
    leaving.loc[zero[:SILENT], NUMBER] = pd.NA
    named = (("so_vso_rp", places), ("so_vso_uitstroom", leaving))
    return [ckan(f"ckan/leerling_so_en_vso-v1/{name}.csv", rows, newline="\n", hide=False) for name, rows in named]


def _with_totals(total: pd.DataFrame, name: str, parts: dict[str, Array]) -> pd.DataFrame:
    """Every group's parts and, among them in the order of the alphabet, its total."""
    keys = [PAYER, "TYPE_PO", "PEILJAAR"]
    long = total.rename(columns={NUMBER: "TOTAAL"}).assign(**parts).melt(keys, var_name=name, value_name=NUMBER)
    return long.sort_values([*keys, name], ignore_index=True)


def _clusters(po: pd.DataFrame) -> pd.DataFrame:
    """Rows of two clusters become one of each; those of primary education have none."""
    cluster, number = po["cluster"], po[NUMBER]
    both = cluster == "3/4"
    none = cluster.isin(["3", "4"]) & (po["unit"] % NO_CLUSTER_YET == 0) & (po["PEILJAAR"] < 2012)
    first = po.assign(CLUSTER=cluster.mask(both, "3").mask(none, "0"), AANTAL_LEERLINGEN=number.mask(both, number - number // 2))
    second = po[both].assign(CLUSTER="4", AANTAL_LEERLINGEN=number[both] // 2)
    return pd.concat([first, second[second[NUMBER] > 0]]).sort_index(kind="stable")


def _history(country: Country, locations: pd.DataFrame) -> list[Published]:
    """Open and closed locations; a location with so and vso is one row. Before the country's first year: 0. duo.nl has a column
    for each year, CKAN a record for each in which there are pupils."""
    history = range(FIRST, int(country.years[-1]) + 1)
    total = np.zeros((len(locations), len(history)), dtype=np.int64)
    np.add.at(total[:, -len(country.years) :], country.eenheid["vestiging"].to_numpy(), country.counts)
    v = locations[(locations["soort"] != "VO") & locations["bekend"]]
    rows = pd.DataFrame({
        "INSTELLINGSCODE": v["brin"], "VESTIGINGSCODE": v["vestigingscode"], "NAAM_VESTIGING": v["naam"],
        "SOORT_VESTIGING": v["soort"].replace("SOVSO", "SO/VSO"), "DENOMINATIE_VESTIGING": v["denominatie"],
        "BEVOEGD_GEZAG_NUMMER": v["bevoegd_gezag"], "GEMEENTECODE_VESTIGING": v["gemeentenummer"].str.lstrip("0"),
        "GEMEENTENAAM_VESTIGING": v["plaatsnaam"],
    })  # fmt: skip
    wide = rows.assign(**{f"LEERLINGEN_{y}": less(total[v.index, k]) for k, y in enumerate(history)})
    at, year = np.nonzero(total[v.index])
    long = rows.iloc[at].assign(SCHOOLJAAR=np.array(history)[year], AANTAL_LEERLINGEN=total[v.index][at, year])
    per_gemeente = (
        long.groupby(["GEMEENTECODE_VESTIGING", "SOORT_VESTIGING", "SCHOOLJAAR"], sort=False)
        .agg({"GEMEENTENAAM_VESTIGING": "last", NUMBER: "sum"})
        .reset_index()
    )
    return [
        duo("06.-historisch-overzicht-aantal-leerlingen-per-schoolvestiging", wide, encoding="utf-8-sig", newline="\r\n"),
        ckan(f"{PORTAL}-vestigingen-api.csv", long),
        ckan(f"{PORTAL}-gemeenten-api.csv", per_gemeente),
    ]


def _ages(v: pd.DataFrame, last: int) -> Published:
    table = {soort: np.pad(np.array(shares), (0, len(AGES) - len(shares))) for soort, shares in AGE_SHARES.items()}
    varied = 1 + (v["unit"].to_numpy()[:, None] * 7 + np.arange(len(AGES)) * 3) % 11 / 40
    number = split_exactly(np.stack([table[soort] for soort in v["soort"]]) * varied, v[NUMBER].to_numpy())
    rows = pd.DataFrame({
        "PEILDATUM": f"{last}1001", "INSTELLINGSCODE": v["brin"], "VESTIGINGSCODE": v["nummer"],
        "INSTELLINGSNAAM_VESTIGING": v["naam"], "POSTCODE_VESTIGING": v["postcode"], "PLAATSNAAM": v["plaatsnaam"],
        "GEMEENTENUMMER": v["gemeentenummer"], "GEMEENTENAAM": v["gemeentenaam"], "PROVINCIE": v["provincie"],
        "SOORT_PO": v["soort"].str.capitalize(), "CLUSTER": v["CLUSTER"], "DENOMINATIE_VESTIGING": v["denominatie"],
        "BEVOEGD_GEZAG_NUMMER": v["bevoegd_gezag"], **{f"LEEFTIJD_{age}": less(number[:, k]) for k, age in enumerate(AGES)},
    })  # fmt: skip
    name = "01.-leerlingen-po-soort-po-cluster-leeftijd"
    return duo(f"{name}-{last}-{last + 1}", rows, encoding="utf-8-sig", quoted="all")
