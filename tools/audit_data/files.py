"""The files that the audit reads: those of the registries as they came, and the Parquet of the release.

Belongs here: reading, and two bounds for a count that is hidden. Does not belong here: what follows from them.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("duo-2026-08", "duo-2024-10", "duo-2020-12", "reference")
# "less than five" is one to four
HIDDEN, LEAST, MOST = "<5", 1, 4


def bounds(cells: pd.Series) -> pd.DataFrame:
    """Return the least and the most that each count can be."""
    hidden = cells.eq(HIDDEN)
    return pd.DataFrame(
        {
            "least": pd.to_numeric(cells.mask(hidden, str(LEAST))).astype("int64"),
            "most": pd.to_numeric(cells.mask(hidden, str(MOST))).astype("int64"),
        }
    )


class Release:
    """The tables of a release as they are published."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / f"{name}.parquet")


class Registries:
    """The registries' files, in the folders that they are kept in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def files(self) -> Iterator[Path]:
        """Yield every file that the folders list as a registry's, once."""
        for folder in (self.folder / name for name in FOLDERS):
            for resource in json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
                paths = resource["path"] if isinstance(resource["path"], list) else [resource["path"]]
                yield from (folder / path for path in paths)

    @cached_property
    def hashes(self) -> dict[str, Path]:
        return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in self.files}

    @cached_property
    def overview(self) -> pd.DataFrame:
        """Pupils per location in every year since 1996: a row per location, a column per year."""
        path = self.folder / "duo-2026-08/06.-historisch-overzicht-aantal-leerlingen-per-schoolvestiging.csv"
        # a name in it has quotes within quotes; no cell has a semicolon
        return pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, quoting=csv.QUOTE_NONE, encoding="utf-8-sig")

    @cached_property
    def kinds(self) -> pd.Series:
        """The kind of each location of the overview; what it calls so/vso and every other file sbo, is sbo."""
        homes, distances = self.homes, self.distances_2019
        seen = pd.concat([homes.set_index("code")["soort"], distances.set_index("code")["SOORT_PO"].str.upper()])
        sbo = seen.eq("SBO").groupby(level=0).all()
        kinds = self.overview["SOORT_VESTIGING"]
        only = self.overview["VESTIGINGSCODE"].isin(sbo.index[sbo])
        return kinds.mask(kinds.eq("SO/VSO") & only, "SBO")

    def counted(self, year: int, *kinds: str) -> pd.DataFrame:
        """Return what the overview counts in a year at schools of these kinds, by location."""
        rows = self.overview[self.kinds.isin(kinds)]
        return bounds(rows.set_index("VESTIGINGSCODE")[f"LEERLINGEN_{year}"])

    @cached_property
    def homes(self) -> pd.DataFrame:
        """Pupils of 2024 per location and postcode of their home, by age: 342 files, of which one came empty."""
        folder = self.folder / "duo-2024-10/leerlingen-po-per-gemeente"
        paths = [path for path in sorted(folder.glob("*.csv")) if path.stat().st_size]
        rows = pd.concat(
            [pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig") for path in paths],
            ignore_index=True,
        )
        ages = rows.filter(like="LEEFTIJD_")
        least, most = (ages.replace(HIDDEN, str(bound)).astype("int64").sum(axis=1) for bound in (LEAST, MOST))
        code = rows["INSTELLINGSCODE"] + rows["VESTIGINGSCODE"]
        return rows.assign(code=code, soort=rows["SOORT_PO"].str.upper(), least=least, most=most)

    @cached_property
    def bo_2026(self) -> pd.DataFrame:
        return self._register("duo-2026-08/02.-alle-schoolvestigingen-basisonderwijs.csv")

    @cached_property
    def bo_2020(self) -> pd.DataFrame:
        return self._register("duo-2020-12/alle-vestigingen-bo.csv").rename(columns={"VESTIGINGSNUMMER": "VESTIGINGSCODE"})

    @cached_property
    def vo_2020(self) -> pd.DataFrame:
        return self._register("duo-2020-12/alle-vestigingen-vo.csv").rename(columns={"VESTIGINGSNUMMER": "VESTIGINGSCODE"})

    @cached_property
    def distances_2019(self) -> pd.DataFrame:
        name = "gemiddelde-afstand-tussen-woonadres-leerling-en-schoolvestiging-2019-2020.csv"
        rows = self._register(f"duo-2020-12/{name}")
        return rows.assign(code=rows["BRIN_NUMMER"] + rows["VESTIGINGSNUMMER"].str.zfill(2))

    @cached_property
    def vo_types_2019(self) -> pd.DataFrame:
        rows = self._register("duo-2020-12/leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv")
        cells = rows.filter(like="LEER- OF VERBLIJFSJAAR ").filter(regex="MAN$|VROUW$")
        return rows.assign(
            code=rows["BRIN NUMMER"] + rows["VESTIGINGSNUMMER"].str.zfill(2), pupils=cells.astype("int64").sum(axis=1)
        )

    @cached_property
    def regions(self) -> pd.DataFrame:
        """The statutory table: the SWV of each postcode, in both sectors."""
        return pd.read_csv(self.folder / "reference/pc4_gemeente_swv_2015-04-23.csv", dtype=str, keep_default_na=False)

    @cached_property
    def centres(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "reference/4pp.csv", dtype={"postcode": str}, keep_default_na=False)

    @cached_property
    def gemeenten(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "reference/gemeenten-2025.csv", dtype=str, keep_default_na=False)

    def _register(self, path: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / path, sep=";", dtype=str, keep_default_na=False, encoding="cp1252")
