"""The floor on the sandbox's files: the shortest script that does the core of the job by hand, without orchestration,
contracts, checks or provenance. What speed is measured against where the real registries are not at hand.
"""

import argparse
from pathlib import Path

import duckdb

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("edition", type=Path, help="the files of a sandbox")
parser.add_argument("out", type=Path, help="a folder for the database")
given = parser.parse_args()
edition, out = given.edition, given.out
out.mkdir(parents=True, exist_ok=True)
connection = duckdb.connect(str(out / "floor.duckdb"))


def table(name: str, place: str, **options: object) -> None:
    given = ", ".join(f"{key} = {value!r}" for key, value in options.items())
    connection.execute(
        f"create or replace table {name} as select * from read_csv('{edition / place}', all_varchar = true, header = true, "
        f"ignore_errors = true{', ' + given if given else ''})"
    )


for kind in ("bo", "so", "vo"):
    table(kind, f"ckan/adressen_{kind}/vestigingen{kind}.csv", encoding="utf-8")
table("regio", "reference/pc4_gemeente_swv.csv")
table("relatie", "ckan/rio_nfo_po_vo_vavo_mbo_ho/relaties_samenwerkingserkenningen_vestigingserkenningen.csv")
table("totaal", "ckan/poleerlingen-v1/brin6_totaal.csv")
table("herkomst", "ckan/popostcode4-v1/brin6_pc4.csv")
connection.execute("""
create or replace table vestiging as
    select VESTIGINGSCODE vestigingscode, 'BO' soort, left(POSTCODE, 4) postcode4 from bo
    union all select VESTIGINGSCODE, 'VO', left(POSTCODE, 4) from vo
    union all select VESTIGINGSCODE, 'SO', left(POSTCODE, 4) from so;
create or replace table vestiging_swv as
    select v.vestigingscode, coalesce(r.SAMENWERKINGSVERBANDNUMMER, g.swv_po) swv_code
    from vestiging v left join relatie r on r.VESTIGINGSCODE = v.vestigingscode and r.EINDDATUM is null
    left join regio g on g.pc4 = v.postcode4;
create or replace table leerlingen as
    select INSTELLINGSCODE || lpad(VESTIGINGSCODE, 2, '0') vestigingscode, TYPE_PO soort, PEILJAAR jaar,
        try_cast(AANTAL_LEERLINGEN as int) aantal from totaal;
""")
for name in ("vestiging", "vestiging_swv", "leerlingen", "herkomst"):
    connection.execute(f"copy {name} to '{out / name}.parquet' (compression zstd)")
