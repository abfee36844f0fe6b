"""The traps that were seen in the real registries: one package and portal hold them all, one run meets them, and each case
asks the release what came of its own.

Belongs here: what a registry does every day and means well. Does not belong here: files that broke (content, http).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pipeline.contracts.loading import load_contracts
from tests.faults.matrix import MEANT, TOLD, faults_of_one_run
from tests.faults.world import SCHOOLS, Seen, World
from tests.support.server import answer
from tests.support.small import TABLES, csv_of, write_package

TRAPS = "Traps of the registries"
CONTRACTS = load_contracts("staging")
BLANK = " " * 80


def table(*rows: str, encoding: str = "cp1252") -> bytes:
    return "".join(f"{row}\r\n" for row in rows).encode(encoding)


def swv(number: str, kind: str, begin: str, end: str = "", **more: str) -> dict[str, str]:
    return {
        "swv_nummer": number, "begindatum": begin, "einddatum": end, "begindatum_periode": begin, "einddatum_periode": end,
        "soort": kind, "volledige_naam": f"Verband {number}", "erkennercode": "100E001", **more,
    }  # fmt: skip


def linked(number: str, school: str, begin: str, end: str = "") -> dict[str, str]:
    return {"swv_nummer": number, "vestigingscode": school, "begindatum": begin, "einddatum": end}


REGISTER = csv_of(CONTRACTS["stg_vestigingen_bo"], [
    *SCHOOLS,
    {**SCHOOLS[0], "vestigingscode": "01AA01", "postcode": "1012AB", "gemeentenummer": " 363", "gemeentenaam": "s Gravenhage",
     "internetadres": "020-1234567", "denominatie": BLANK},
    {**SCHOOLS[0], "vestigingscode": "01AA02", "postcode": "1384 AA", "gemeentenummer": "363", "gemeentenaam": " ",
     "internetadres": BLANK},
    {**SCHOOLS[0], "vestigingscode": "01AA03", "postcode": "9101 AA", "gemeentenummer": "1970",
     "gemeentenaam": "NoardeastFryslÔn", "vestigingsnaam": "De ‘Proef’"},
    {**SCHOOLS[0], "vestigingscode": "01AA04", "postcode": "9999 ZZ", "gemeentenummer": "9999"},
])  # fmt: skip
PACKAGE: dict[str, Sequence[dict[str, str]] | bytes] = {
    "gemeenten": table(
        "GM_CODE;GM_NAAM", "GM0363;Amsterdam", "GM0014;Groningen", "GM1970;Noardeast-Fryslân", encoding="utf-8-sig",
    ),
    "postcode4": csv_of(CONTRACTS["stg_postcode4"], [
        *TABLES["postcode4"],
        {"postcode4": "1384", "woonplaats": "Weesp", "gemeentenaam": "Amsterdam", "latitude": "52,31", "longitude": "5,04"},
    ]),
    "besturen_bo": table(
        "ADMINISTRATIEKANTOORNUMMER;KVK-NUMMER;BEVOEGD GEZAG NAAM ;bevoegd gezag nummer;STRAATNAAM;HUISNUMMER-TOEVOEGING;"
        "POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE;TELEFOONNUMMER;INTERNETADRES;"
        "STRAATNAAM CORRESPONDENTIEADRES;HUISNUMMER-TOEVOEGING CORRESPONDENTIEADRES;"
        "POSTCODE CORRESPONDENTIEADRES;PLAATSNAAM CORRESPONDENTIEADRES",
        "123;01234567;Stichting Café;10001;Pad;1;1011AA;AMSTERDAM;0363;AMSTERDAM;Openbaar;;;;;;", encoding="utf-8",
    ),
    "rio_samenwerkingsverbanden": [
        swv("PO2707", "PAPO", "2014-08-01"), swv("PO2001", "PAPO", "2014-08-01"), swv("VO2707", "PAVO", "2014-08-01"),
        swv("PO2999", "PAPO", "2014-08-01", "2020-08-01"), swv("1234", "REC", "2003-08-01"), swv("0042", "SWPO", "1998-08-01"),
    ],
    "rio_swv_vestiging": [
        linked("PO2999", "01AA00", "2014-08-01", "2020-08-01"), linked("PO2707", "01AA00", "2020-08-01"),
        linked("PO2999", "02AA00", "2019-08-01", "2018-08-01"), linked("PO2707", "02AA00", "2014-08-01"),
        linked("PO2999", "03AA00", "2020-02-31"),
    ],
    "rio_locaties": [{"onderwijslocatiecode": "L1", "latitude": "52,5", "longitude": "4,75", "postcode": "1011AA"},
                     {"onderwijslocatiecode": "L2", "latitude": "12.1", "longitude": "-68.9", "plaatsnaam": "WILLEMSTAD"}],
    "rio_locatie_vestiging": [
        {"onderwijslocatiecode": "L1", "onderwijsbestuurid": "1", "vestigingscode": "03AA00", "begindatum": "2014-08-01"},
    ],
    "leerlingen_po_historisch": table(
        "INSTELLINGSCODE;VESTIGINGSCODE;NAAM_VESTIGING;SOORT_VESTIGING;DENOMINATIE_VESTIGING;BEVOEGD_GEZAG_NUMMER;"
        "GEMEENTECODE_VESTIGING;GEMEENTENAAM_VESTIGING;LEERLINGEN_2014;LEERLINGEN_2015",
        "01AA;01AA00;De Proef;BO;Openbaar;10001;363;Amsterdam;100;90",
        "01AA;01AA01;De Proef;BO;N.v.t.;10001;363;Amsterdam;<5;7",
        f"02BB;02BB00;De Proef;BO;n.v.t.;10001;14;Groningen;1000;{BLANK}",
        "03BB;03BB00;De Oude;BO;          ;10001;3;Appingedam;9;9",
        "Grand Total;;;;;;;;1113;106",
    ),
    "leerlingen_po_totaal": table(
        "INSTELLINGSCODE;VESTIGINGSCODE;TYPE_PO;PEILJAAR;AANTAL_LEERLINGEN", "04AA;0;BO;2016;40", "05AA;00;BO;2016;-1",
        "06AA;0;SO;2016;6", "06AA;0;VSO;2016;7",
    ),
    "leerlingen_po_herkomst": table(
        "INSTELLINGSCODE;VESTIGINGSCODE;TYPE_PO;PEILJAAR;POSTCODE4_DEELNEMER;AANTAL_LEERLINGEN",
        *(f"04AA;0;BO;2016;{code};{n}" for n, code in enumerate(("1011", "10", "20", "30", "40", "9999"), 10)),
    ),
    "leerlingen_po_afstand": table(
        "peildatum ;BRIN_NUMMER;VestigingsNummer;INSTELLINGSNAAM_VESTIGING;POSTCODE_VESTIGING;PLAATSNAAM;GEMEENTENUMMER;"
        "GEMEENTENAAM;PROVINCIE;SOORT_PO;DENOMINATIE_VESTIGING;BEVOEGD_GEZAG_NUMMER;AFSTAND;LEERLINGEN",
        "20191001;07AA;0;De Proef;1011AA;AMSTERDAM;363;AMSTERDAM;Noord-Holland;Sbo;Openbaar;10001;1,25;80",
        "20191001;07AA;0;De Proef;1011AA;AMSTERDAM;363;AMSTERDAM;Noord-Holland;So;Openbaar;10001;2,5;9",
    ),
    "leerlingen_swv_totaal": table(
        "SAMENWERKINGSVERBANDNUMMER;TYPE_PO;PEILJAAR;AANTAL_LEERLINGEN",
        "PO2707;BO;2016;100", "PO2707;SO;2016;9", "VO2707;VSO;2016;8",
    ),
    "so_vso_residentieel": table(
        "SWV_BETALEND;TYPE_PO;PEILJAAR;RESIDENTIELE_PLAATS;AANTAL_LEERLINGEN", "PO2707;SO;2017;TOTAAL;9",
        "CL1_25GV;SO;2017;TOTAAL;8", "CL2_26HL;SO;2017;TOTAAL;7", "GJIJJI_27JK;VSO;2017;TOTAAL;6",
    ),
}  # fmt: skip
HOMES = (
    "PEILDATUM;GEMEENTENUMMER;GEMEENTENAAM;POSTCODE_LEERLING;GEMEENTENAAM_LEERLING;INSTELLINGSCODE;VESTIGINGSCODE;"
    "INSTELLINGSNAAM_VESTIGING;POSTCODE_VESTIGING;PLAATSNAAM;PROVINCIE;SOORT_PO;DENOMINATIE_VESTIGING;BEVOEGD_GEZAG_NUMMER;"
    "LEEFTIJD_JONGER;LEEFTIJD_4;LEEFTIJD_OUDER"
)  # fmt: skip


def met(world: World) -> Seen:
    """The one run that meets them all."""
    folder = write_package(world.package, without=["vestigingen_bo"], **PACKAGE)
    add_homes(folder / "datapackage.json")
    page = "so_vso/resource/r/download/___"
    listed = [{"id": "r", "name": "bekostigingscategorie", "url": f"{world.portal.url}/{page}"}]
    world.portal.server.on(
        "/api/3/action/package_show?id=leerling_so_en_vso-v1",
        answer(200, json.dumps({"success": True, "result": {"resources": listed}}).encode()),
    )
    world.portal.server.on(f"/{page}", answer(200, b"<!DOCTYPE html><title>Inloggen</title>" + bytes(620)))
    return world.gives(REGISTER)


def add_homes(package: Path) -> None:
    """A registry of a file for each gemeente, one of them empty."""
    described = json.loads(package.read_text(encoding="utf-8"))
    ages = "20241001;363;AMSTERDAM;1011;AMSTERDAM;01AA;0;De Proef;1011AA;AMSTERDAM;Noord-Holland;Bo;Openbaar;10001;<5;20;0"
    for name, content in (("0363.csv", table(HOMES, ages)), ("0014.csv", b"")):
        (package.parent / name).write_bytes(content)
    described["resources"].append({
        "name": "leerlingen_po_postcode4", "path": ["0363.csv", "0014.csv"], "peildatum": "2024-10-01",
        "licenses": [{"name": "CC-BY-4.0"}], "sources": [{"title": "test", "path": "https://example.org/homes"}],
    })  # fmt: skip
    package.write_text(json.dumps(described), encoding="utf-8")


trap = faults_of_one_run(TRAPS, "traps", met)

# -- what a cell means -----------------------------------------------------------------------------------------------------

COUNTED = "select leerlingen, ondergrens, bovengrens from leerlingen_vestiging where"
trap("counts that are hidden or left out", "<5, -1, 80 blanks, a count", MEANT,
     f"{COUNTED} vestigingscode in ('01AA01', '02BB00', '05AA00') order by vestigingscode, peildatum",
     (None, 1, 4), (7, 7, 7), (1000, 1000, 1000), (None, 1, 4), daily=True)  # fmt: skip
trap("ages that are hidden", "<5 beside a count in one row", MEANT, f"{COUNTED} peildatum = '2024-10-01'", (None, 21, 24))
trap("blanks in place of text", "80 blanks, one blank", MEANT,
     "select denominatie, website from vestiging where vestigingscode in ('01AA01', '01AA02') order by vestigingscode",
     (None, None), ("Openbaar", None))  # fmt: skip
trap("what does not apply and what is not there", "N.v.t., n.v.t., ten blanks", MEANT,
     "select distinct vestigingscode, denominatie from stg_leerlingen_po_historisch where vestigingscode <> '01AA00' "
     "order by vestigingscode", ("01AA01", "n.v.t."), ("02BB00", "n.v.t."), ("03BB00", None), ask=World.ask_staged)  # fmt: skip
trap("a location as two digits that lost their zero", "04AA and 0 in the yearly files, 04AA00 in the register", MEANT,
     "select vestigingscode, leerlingen from vestiging join leerlingen_vestiging using (vestigingscode) where leerlingen = 40",
     ("04AA00", 40))  # fmt: skip
trap("a gemeente padded in four ways", "0363, 363, a blank and 363, GM0363; 's-Gravenhage and Amsterdam as its name", MEANT,
     "select distinct gemeentenummer, g.naam from vestiging join gemeente g using (gemeentenummer) "
     "where vestigingscode[:4] = '01AA' order by 1", ("0363", "Amsterdam"), ("1970", "Noardeast-Fryslân"))  # fmt: skip
trap("a gemeente that is none", "GEMEENTENUMMER 9999", TOLD,
     "select kolom, waarde, reden from afgekeurd where dataset = 'vestigingen_bo'",
     ("gemeentenummer", "9999", "verplicht, maar leeg"))  # fmt: skip
trap("a gemeente that has merged since", "the code of the day of the count", MEANT,
     "select gemeentenummer, geldig_vanaf::varchar from vestiging_plaats where vestigingscode = '03BB00'",
     ("0003", "2014-10-01"))  # fmt: skip
trap("a postcode with a blank and one without", "1012 AB and 1012AB", MEANT,
     "select distinct postcode from vestiging where vestigingscode in ('01AA00', '01AA01')", ("1012AB",))  # fmt: skip
trap("homes that are no postcode", "10, 20, 30, 40 and 9999", MEANT,
     "select herkomst, leerlingen from leerlingen_herkomst where vestigingscode = '04AA00' order by 2",
     ("1011", 10), ("België", 11), ("Duitsland", 12), ("ander land", 13), ("onbekend", 29))  # fmt: skip
trap("a postcode4 newer than the region table", "1384, of a gemeente that lies in one region", MEANT,
     "select swv_code, methode from vestiging_swv where vestigingscode = '01AA02' and geldig",
     ("PO2707", "gemeente"))  # fmt: skip
trap("decimal commas", "coordinates 52,5 and 52,31", MEANT,
     "select latitude, coordinaat_bron from vestiging where vestigingscode in ('03AA00', '01AA02') order by vestigingscode",
     (52.31, "postcode4"), (52.5, "locatie"))  # fmt: skip
trap(
    "a telephone number for a website",
    "020-1234567",
    MEANT,
    "select website from vestiging where vestigingscode = '01AA01'",
    (None,),
)
trap("a code that looks like a number", "ERKENNERCODE 100E001", MEANT,
     "select distinct erkennercode from stg_rio_samenwerkingsverbanden", ("100E001",), ask=World.ask_staged)  # fmt: skip

# -- how a file is written ---------------------------------------------------------------------------------------------------

trap("an encoding for each file", "windows-1252 with ‘’, UTF-8, UTF-8 with a byte order mark", MEANT,
     "select naam from vestiging where vestigingscode = '01AA03' union all select naam from bevoegd_gezag",
     ("De ‘Proef’",), ("Stichting Café",),
     daily=True)  # fmt: skip
trap("a name that was wrong before it was written", "NoardeastFryslÔn", MEANT,
     "select g.naam from vestiging join gemeente g using (gemeentenummer) where vestigingscode = '01AA03'",
     ("Noardeast-Fryslân",))  # fmt: skip
trap("columns that have another name each year", "BRIN_NUMMER, VestigingsNummer, a blank behind peildatum", MEANT,
     f"{COUNTED} vestigingscode = '07AA00' and soort = 'SBO'", (80, 80, 80))  # fmt: skip
trap("columns that have another order in each file", "besturenbo.csv ends otherwise than besturenso.csv", MEANT,
     "select kvk_nummer, administratiekantoornummer from stg_besturen_bo", ("01234567", "123"),
     ask=World.ask_staged)  # fmt: skip
trap("a location once for each kind", "07AA 0 as Sbo and as So", MEANT,
     "select soort, leerlingen from leerlingen_vestiging where vestigingscode = '07AA00' order by 1",
     ("SBO", 80), ("SO", 9))  # fmt: skip
trap("a total among the rows", "Grand Total", TOLD,
     "select distinct waarde, regel from afgekeurd where kolom = 'instellingscode'", ("Grand Total", 6))  # fmt: skip
trap("an empty file of a gemeente", "one of two files of 0 bytes", TOLD,
     "select bestand, status, reden from bron where dataset = 'leerlingen_po_postcode4' order by 1",
     ("0014.csv", "geweigerd", "empty file (0 bytes)"), ("0363.csv", "gelezen", None))  # fmt: skip
trap("a page behind the address of a file", "HTML with status 200 from /download/___", TOLD,
     "select bestand, status, reden from bron where dataset = 'so_vso_categorie'",
     ("___", "geweigerd", "an HTML page instead of csv"))  # fmt: skip

# -- what a row means ------------------------------------------------------------------------------------------------------

trap("relations that have ended", "one ends on the day on which the next begins", MEANT,
     "select swv_code, geldig_vanaf::varchar, geldig_tot::varchar from vestiging_swv where vestigingscode = '01AA00' order by 2",
     ("PO2999", "2014-08-01", "2020-08-01"), ("PO2707", "2020-08-01", None))  # fmt: skip
trap("dates out of order", "a relation that ends before it begins", TOLD,
     "select swv_code, geldig_vanaf::varchar from vestiging_swv where vestigingscode = '02AA00'", ("PO2707", "2014-08-01"),
     daily=True)  # fmt: skip
trap("dates out of order, checked", "a relation that ends before it begins", TOLD,
     "select status, unexpected from outcome where \"table\" = 'stg_rio_swv_vestiging' "
     "and \"check\" = 'einddatum__niet_onder__begindatum'", ("failed", 1), ask=World.ask_outcomes, daily=True)  # fmt: skip
trap("a day that does not exist", "2020-02-31", TOLD,
     "select kolom, waarde, reden from afgekeurd where dataset = 'rio_swv_vestiging'",
     ("begindatum", "2020-02-31", "datum verwacht (jjjj-mm-dd of jjjjmmdd), '2020-02-31' gevonden"))  # fmt: skip
trap("samenwerkingsverbanden of another kind", "REC and SWPO beside PAPO and PAVO", MEANT,
     "select swv_code, naam from samenwerkingsverband where naam_bron = 'rio' order by 1",
     ("PO2001", "Verband PO2001"), ("PO2707", "Verband PO2707"), ("PO2999", "Verband PO2999"),
     ("VO2707", "Verband VO2707"))  # fmt: skip
trap("payers that are no samenwerkingsverband", "CL1_, CL2_ and GJIJJI_ in SWV_BETALEND", MEANT,
     "select swv_code, leerlingen from leerlingen_swv where rol = 'betalend'", ("PO2707", 9))  # fmt: skip
trap("vso beside the rest", "VSO under a VO number, BO and SO under a PO number", MEANT,
     "select swv_code, soort, leerlingen from stg_leerlingen_swv_totaal order by 1, 2",
     ("PO2707", "BO", 100), ("PO2707", "SO", 9), ("VO2707", "VSO", 8), ask=World.ask_staged)  # fmt: skip
trap("places overseas", "a location in Willemstad, without a postcode", MEANT,
     "select onderwijslocatiecode, latitude, postcode from stg_rio_locaties order by 1",
     ("L1", 52.5, "1011AA"), ("L2", 12.1, None), ask=World.ask_staged)  # fmt: skip
