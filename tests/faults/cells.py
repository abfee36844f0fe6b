"""Faults of cells and records: what a file that is otherwise in order can hold, one run for all, and some of whole files."""

from __future__ import annotations

import json
from collections.abc import Callable

from pipeline.contracts.loading import load_contracts
from tests.faults.matrix import LAST_GOOD, MEANT, REFUSED, TOLD, USED, fault, faults_of_one_run
from tests.faults.world import GOOD, HEADER, LINES, SCHOOLS, Seen, World
from tests.support.small import COUNTS, csv_of, write_package

CELLS = "Cells"
CONTRACTS = load_contracts("staging")
RELATIONS = [
    {"swv_nummer": "PO2707", "vestigingscode": "02AA00", "begindatum": "2014-08-01"},
    {"swv_nummer": "PO2001", "vestigingscode": "02AA00", "begindatum": "2014-08-01"},
    {"swv_nummer": "PO2001", "vestigingscode": "03AA00", "begindatum": "2020-07-31T22:00:00Z"},
]
SWVS = [
    {"swv_nummer": each, "begindatum": "2014-08-01", "begindatum_periode": "2014-08-01", "soort": "PAPO", "volledige_naam": each}
    for each in ("PO2707", "PO2001")
]

TOTALS = b"INSTELLINGSCODE;VESTIGINGSCODE;TYPE_PO;PEILJAAR;AANTAL_LEERLINGEN\r\n05AA;0;SBO;2016;veel\r\n06AA;0;SBO;2016;40\r\n"
PAID = b"""SWV_BETALEND;TYPE_PO;PEILJAAR;RESIDENTIELE_PLAATS;AANTAL_LEERLINGEN\r
PO2001;SO;2017;TOTAAL;veel\r
PO2707;SO;2017;TOTAAL;9\r
"""


def register() -> bytes:
    """The register with two open quotes, a location without postcode, and a name that was encoded twice."""
    lines = list(LINES)
    lines[9] = lines[9].replace(b";De Proef 10;", b';"t Proefje;')
    lines[11] = lines[11].replace(b";De Proef 12;", b';"De Hoek;')
    lines[12] = lines[12].replace(b"De Proef 13", "CafÃ© Groen".encode())
    nowhere = {**SCHOOLS[13], "postcode": "", "gemeentenummer": "0014"}
    lines[13] = csv_of(CONTRACTS["stg_vestigingen_bo"], [nowhere]).splitlines(keepends=True)[1]
    return HEADER + b"".join(lines)


def odd_cells(world: World) -> Seen:
    counts = COUNTS + b"".join(
        f"{code};{code}00;Proef;BO;Openbaar;10001;14;Groningen;{cells}\r\n".encode()
        for code, cells in (("05AA", "1.134;1.000"), ("06AA", "999999999;90"))
    )
    write_package(world.package, without=["vestigingen_bo"], leerlingen_po_historisch=counts, leerlingen_po_totaal=TOTALS,
                  so_vso_residentieel=PAID, rio_swv_vestiging=RELATIONS, rio_samenwerkingsverbanden=SWVS)  # fmt: skip
    return world.gives(register())


row = faults_of_one_run(CELLS, "odd cells", odd_cells)
row("two quotes that are never closed", "in two names, two records apart: each cost its own record", TOLD,
    "select regel, reden from afgekeurd where reden like 'geopend%' order by regel",
    (11, "geopend aanhalingsteken zonder einde"), (13, "geopend aanhalingsteken zonder einde"), daily=True)  # fmt: skip
row("a record between two such quotes", "it stays", MEANT, "select naam from vestiging where vestigingscode = '11AA00'",
    ("De Proef 11",))  # fmt: skip
row("a location without postcode", "an empty cell, with its gemeente", MEANT,
    "select swv_code, methode from vestiging_swv where geldig and vestigingscode = '14AA00'", ("PO2001", "gemeente"))  # fmt: skip
row("a location in two SWVs from one day", "RIO gives both; its postcode speaks for one", MEANT,
    "select swv_code, methode from vestiging_swv where geldig and vestigingscode = '02AA00'", ("PO2001", "regeling"))  # fmt: skip
row("a moment in another zone", "2020-07-31T22:00:00Z", MEANT,
    "select geldig_vanaf::varchar from vestiging_swv where geldig and vestigingscode = '03AA00'", ("2020-08-01",))  # fmt: skip
row("a count with its thousands parted", "1.134 and 1.000", MEANT,
    "select leerlingen from leerlingen_vestiging where vestigingscode = '05AA00' and soort = 'BO' order by peildatum",
    (1134,), (1000,))  # fmt: skip
row("a count that no school has", "999999999", TOLD,
    "select kolom, waarde, right(reden, 23) from afgekeurd where reden like 'aantal verwacht van hoogstens%'",
    ("leerlingen 2014", "999999999", "telt mee als 0 tot 3000"))  # fmt: skip
row("the other years of such a school", "90", MEANT,
    "select leerlingen, ondergrens, bovengrens from leerlingen_vestiging where vestigingscode = '06AA00' and soort = 'BO' "
    "order by peildatum",
    (None, 0, 3000), (90, 90, 90))  # fmt: skip
row("a total with such a count", "of three schools", MEANT,
    "select leerlingen, ondergrens, bovengrens from leerlingen_nederland where soort = 'BO' order by peildatum",
    (None, 2235, 5238), (2187, 2187, 2187))  # fmt: skip
row("a total of a school that cannot be read", "veel", MEANT,
    "select leerlingen, ondergrens, bovengrens from leerlingen_nederland where soort = 'SBO'", (None, 40, 3040))  # fmt: skip
row("a total of an SWV that cannot be read", "veel", MEANT,
    "select leerlingen, ondergrens, bovengrens from leerlingen_swv where soort = 'SO' and rol = 'betalend' order by swv_code",
    (None, 0, 5000), (9, 9, 9))  # fmt: skip


def twice_encoded(world: World) -> Seen:
    return world.gives(GOOD.replace(b"De Proef 13", "CafÃ© Groen".encode()))


fault(CELLS, "a name that was encoded twice", "UTF-8 of UTF-8", USED, "text of 1 records was encoded in UTF-8 twice")(
    twice_encoded
)


def changed(content: Callable[[], bytes]) -> Callable[[World], Seen]:
    return lambda world: world.gives(content())


fault(CELLS, "a delimiter too many in every record", "a semicolon behind each", LAST_GOOD, "none of its 80 records fits")(
    changed(lambda: HEADER + b"".join(line.replace(b"\r\n", b";\r\n") for line in LINES))
)
fault(
    CELLS, "a tenth of the records rejected", "no location code in 8 of 80", LAST_GOOD, "of the records do not fit the contract"
)(changed(lambda: HEADER + b"".join(line.replace(b"AA00;", b"-;", 1) if n % 10 == 0 else line for n, line in enumerate(LINES))))


def packaged(how: Callable[[dict[str, object]], None], content: bytes) -> Callable[[World], Seen]:
    """The postcodes of the package in another way of writing, which its description declares."""

    def play(world: World) -> Seen:
        write_package(world.package, without=["vestigingen_bo"], gemeenten=content)
        package = json.loads((world.package / "datapackage.json").read_text())
        how(next(each for each in package["resources"] if each["name"] == "gemeenten"))
        (world.package / "datapackage.json").write_text(json.dumps(package))
        return world.run()

    return play


FRYSLAN = "GM_CODE;GM_NAAM\r\nGM0363;Amsterdam\r\nGM0014;Fryslân-école\r\n"


def cp850(world: World) -> Seen:
    seen = packaged(lambda each: each.update(encoding="cp850"), FRYSLAN.encode("cp850"))(world)
    assert ("Fryslân-école",) in world.ask("select naam from gemeente"), "the name is not what it was"
    return seen


def piped(world: World) -> Seen:
    written = FRYSLAN.replace(";", "|").encode()
    seen = packaged(lambda each: each.update(dialect={"delimiter": "|"}), written)(world)
    assert ("Fryslân-école",) in world.ask("select naam from gemeente"), "the name is not what it was"
    return seen


fault(CELLS, "a package that declares its encoding", "cp850", USED)(cp850)
fault(CELLS, "a package that declares its delimiter", "|", USED)(piped)
fault(CELLS, "a package that declares an encoding that is none", "cp9999", REFUSED, "'cp9999', which nobody knows")(
    packaged(lambda each: each.update(encoding="cp9999"), FRYSLAN.encode())
)
fault(CELLS, "a file whose every date is written otherwise", "dd-mm-jjjj, first edition", REFUSED, "none of its 1 records fits")(
    lambda world: (
        write_package(
            world.package, without=["vestigingen_bo"], rio_samenwerkingsverbanden=SWVS,
            rio_swv_vestiging=[{**RELATIONS[0], "begindatum": "01-08-2014"}],
        )
        and world.run()
    )
)  # fmt: skip
