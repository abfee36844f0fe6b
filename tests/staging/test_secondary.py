"""The two files of secondary education that the portal has, under the columns that it gives them."""

from __future__ import annotations

from datetime import date

from pipeline.contracts.loading import load_contracts
from pipeline.staging.reader import Raw, read

STAGING = load_contracts("staging")
TYPES = (
    "SCHOOLJAAR,BEVOEGD GEZAG,NAAM BEVOEGD GEZAG,DENOMINATIE BG,BRIN NUMMER,VESTIGINGSNUMMER,BRINVESTIGINGSNUMMER,"
    "DENOMINATIE VESTIGING,INSTELLINGSNAAM VESTIGING,PLAATSNAAM VESTIGING,PROVINCIE VESTIGING,INDICATIE VO-VAVO,"
    "ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR,VMBO SECTOR,AFDELING,LEERJAAR,AANTAL LEERLINGEN"
)
HOMES = (
    "JAAR,BRIN NUMMER,VESTIGINGSNUMMER,INSTELLINGSNAAM VESTIGING,GEMEENTENUMMER,GEMEENTENAAM,POSTCODE LEERLING,"
    "PLAATSNAAM LEERLING,GEMEENTENUMMER LEERLING,GEMEENTENAAM LEERLING,LEER- OF VERBLIJFSJAAR,AANTAL LEERLINGEN"
)


def of(table, *lines):
    return read(STAGING[table], [Raw("vo.csv", "0" * 64, "\n".join([*lines, ""]).encode(), "2023-03-23")])


def test_pupils_by_type_and_year_of_study():
    found = of(
        "stg_leerlingen_vo_reeks", TYPES,
        '2014,10028,"Gemeente Ameland","Openbaar","19HY",0,"19HY00","Openbaar","School, locatie Zuid","NES AMELAND","Friesland",'
        '"VO regulier","Brugjaar 1-2",,,1,41',
        '2014,10028,"Gemeente Ameland","Openbaar","19HY",1,"19HY01","Openbaar","School","NES AMELAND","Friesland",'
        '"VO uitbesteed aan VAVO","VMBO TL lj 3-4","Economie","Verzorging",4,-1',
    )  # fmt: skip
    names = ("peildatum", "vestigingscode", "vavo", "onderwijstype", "leerjaar", "ondergrens", "bovengrens")
    assert [tuple(each[name] for name in names) for each in found.rows.to_pylist()] == [
        (date(2014, 10, 1), "19HY00", "VO regulier", "Brugjaar 1-2", 1, 41, 41),
        (date(2014, 10, 1), "19HY01", "VO uitbesteed aan VAVO", "VMBO TL lj 3-4", 4, 1, 4),
    ]
    assert (found.rejects.num_rows, found.notes) == (0, ())


def test_pupils_by_home_and_year_of_study_abroad_included():
    found = of(
        "stg_leerlingen_vo_herkomst", HOMES,
        '2014,"00AH",0,"Lyceum",153,"ENSCHEDE",20,"DUITSLAND",9920,"woonachtig in Duitsland",1,4',
        '2014,"00AQ",11,"College, locatie, Zuid",1714,"SLUIS",7141,"GROENLO",1586,"Oost Gelre",3,12',
    )  # fmt: skip
    names = ("vestigingscode", "gemeentenummer", "postcode4_leerling", "gemeentenummer_leerling", "leerjaar", "leerlingen")
    assert [tuple(each[name] for name in names) for each in found.rows.to_pylist()] == [
        ("00AH00", "0153", "20", "9920", 1, 4),
        ("00AQ11", "1714", "7141", "1586", 3, 12),
    ]
    assert (found.rejects.num_rows, found.notes) == (0, ())
