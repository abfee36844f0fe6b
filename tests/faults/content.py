"""Faults of the content: what can be wrong with a file that arrived whole, one case each, against the whole job."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable

from pipeline.contracts.loading import load_contracts
from pipeline.releases.report import REPORT
from tests.faults.matrix import LAST_GOOD, MEANT, NOT_PUBLISHED, REFUSED, TOLD, USED, Outcome, fault, faults_of_one_run
from tests.faults.world import DATASET, GOOD, HEADER, LINES, SCHOOLS, Seen, World
from tests.support.small import COUNTS, TABLES, csv_of, write_package

CONTENT = "Content"
CONTRACT = load_contracts("staging")[f"stg_{DATASET}"]
COLUMNS = HEADER.decode("cp1252").rstrip("\r\n").split(";")


def gives(content: Callable[[], bytes]) -> Callable[[World], Seen]:
    return lambda world: world.gives(content())


def entered(name: str, how: str, outcome: Outcome, says: str, content: Callable[[], bytes], *, daily: bool = False) -> None:
    """A fault that is a file: the portal gives it where a good one was given before."""
    fault(CONTENT, name, how, outcome, says, daily=daily)(gives(content))


def table(change: Callable[[list[str]], list[str]]) -> bytes:
    """The register with every line, the header too, changed as a list of cells."""
    out = io.StringIO()
    rows = [line.decode("cp1252").rstrip("\r\n").split(";") for line in (HEADER, *LINES)]
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(map(change, rows))
    return out.getvalue().encode("cp1252")


def other_dataset() -> bytes:
    lines = COUNTS.splitlines(keepends=True)
    return lines[0] + lines[1] * ((len(GOOD) - len(lines[0])) // len(lines[1]))


def workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(len(GOOD) - 200))
    return out.getvalue()


def renamed(content: bytes) -> bytes:
    return content.replace(b";postcode;", b";postkode;", 1)


# -- files that must not be used: the last good one is -------------------------------------------------------------------

entered("empty file", "0 bytes", LAST_GOOD, "was refused: empty file", lambda: b"", daily=True)
entered("header only", "a header and no record", LAST_GOOD, "was refused: a header without a single record", lambda: HEADER)
entered("another dataset's file", "the pupil counts in place of the schools", LAST_GOOD, "was refused: .*header does not fit",
        other_dataset, daily=True)  # fmt: skip
entered("half of the rows gone", "every second row left out", LAST_GOOD, "was refused", lambda: HEADER + b"".join(LINES[::2]))
entered("twice the rows", "every row once more, under another code", LAST_GOOD, "was refused",
        lambda: GOOD + b"".join(line.replace(b"AA00", b"ZZ00") for line in LINES))  # fmt: skip
entered("a column dropped", "no postcode", LAST_GOOD, "was refused: .*Missing: postcode",
        lambda: table(lambda row: [cell for name, cell in zip(COLUMNS, row, strict=True) if name != "postcode"]))  # fmt: skip
entered("a column renamed", "postkode", LAST_GOOD, "was refused: .*Nearest: postcode ~ postkode", lambda: renamed(GOOD))
entered("a column retyped", "the gemeente's name in place of its number", NOT_PUBLISHED, "was refused|no release was made",
        lambda: table(lambda row: ["Amsterdam" if cell in ("0363", "0014") else cell for cell in row]))  # fmt: skip
entered("NUL bytes", "a NUL in the tenth record", LAST_GOOD, "NUL byte", lambda: GOOD.replace(b"De Proef 10", b"De Proef\x00 1"))
entered("a zip in place of a CSV", "an Excel workbook", LAST_GOOD, "was refused: a zip or Excel file", workbook, daily=True)
entered("an old spreadsheet", "the first bytes of an xls", LAST_GOOD, "was refused: an old Excel file",
        lambda: b"\xd0\xcf\x11\xe0" + bytes(len(GOOD)))  # fmt: skip
entered("a PDF", "the first bytes of a PDF", LAST_GOOD, "was refused: a PDF", lambda: b"%PDF-1.7\n" + GOOD)
entered("another byte order", "UTF-16", LAST_GOOD, "was refused", lambda: GOOD.decode("cp1252").encode("utf-16"))


@fault(CONTENT, "a 100 MB single line", "one record of 100 MB, in a first edition", REFUSED, "cannot be cut into cells")
def _(world: World) -> Seen:
    places = csv_of(
        load_contracts("staging")["stg_postcode4"], [*TABLES["postcode4"], {"postcode4": "1012", "woonplaats": "x" * 10**8}]
    )
    write_package(world.package, without=[DATASET], postcode4=places)
    return world.run()


@fault(
    CONTENT, "a header of 100 MB", "one line of 50,000,000 columns, in a first edition", REFUSED, "its first line is longer than"
)
def _(world: World) -> Seen:
    write_package(world.package, without=[DATASET], postcode4=b"x;" * 50_000_000 + b"\n1;2\n")
    return world.run()


# -- files with odd rows: one file, so that one run tells of them all ----------------------------------------------------

ODD = {
    "01AA01": "=HYPERLINK(\"http://x.test\";1)+cmd|' /C calc'!A0",
    "01AA02": "'); drop table vestiging; --",
    "01AA03": "<script>alert(1)</script><b onmouseover=x>&amp;",
    "01AA04": "De Proef\r\nlocatie Noord",
    "01AA05": "De \x1b[31mProef\x07",
}
SCRIPT = "<script>alert(2)</script>"


def odd() -> bytes:
    """The register with its columns in another order, one more column, and a few odd rows at the end."""
    rows = [*SCHOOLS, *({**SCHOOLS[0], "vestigingscode": code, "vestigingsnaam": name} for code, name in ODD.items())]
    text = io.StringIO(csv_of(CONTRACT, rows).decode("cp1252"), newline="")
    table = list(csv.reader(text, delimiter=";"))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for number, row in enumerate(table):
        writer.writerow([*row[::-1], "NIEUW" if number == 0 else "n"])
    lines = out.getvalue().encode("cp1252")
    first = lines.splitlines(keepends=True)[1]
    lines += b"01AA;te weinig\r\n" + b"x;" * 60 + b"te veel\r\n" + first
    return lines + b"\xc2\xa0;" * 2 + b"Ridderkerk \xe2\x82\xac;" + SCRIPT.encode() + b"\r\n"


def odd_run(world: World) -> Seen:
    seen = world.gives(odd())
    pages = {page: page.read_text(encoding="utf-8") for page in (world.releases / "latest").rglob("*.html")}
    assert "&lt;script&gt;alert(2)" in next(text for page, text in pages.items() if page.name == REPORT), "the cell is not shown"
    assert not [page for page, text in pages.items() if re.search(r"<script>alert|<b onmouseover", text)], "a page is not escaped"
    return seen


def name_of(code: str) -> str:
    return f"select naam from vestiging where vestigingscode = '{code}'"


def rejected(like: str) -> str:
    return f"select kolom, reden from afgekeurd where reden like '{like}' order by regel"


row = faults_of_one_run(CONTENT, "odd rows", odd_run)
row("a column added", "NIEUW behind the others", MEANT, "select count(*) from vestiging where bron = 'vestigingen_bo'", (85,))
row("columns reordered", "from last to first", MEANT, name_of("02AA00"), ("De Proef 2",), daily=True)
row("a cell that begins with =", "=HYPERLINK(...)", MEANT, name_of("01AA01"), (ODD["01AA01"],))
row("SQL in a cell", "'); drop table vestiging; --", MEANT, name_of("01AA02"), (ODD["01AA02"],))
row("HTML in a cell", "<script>, in a good row and in one that is shown as rejected", MEANT, name_of("01AA03"), (ODD["01AA03"],),
    daily=True)  # fmt: skip
row("a quoted newline", "CR LF within quotes", MEANT, name_of("01AA04"), (ODD["01AA04"],))
row("terminal control in a cell", "an escape sequence and a bell", MEANT, name_of("01AA05"), (ODD["01AA05"],))
row("a row with too few fields", "2, and 4 in another encoding", TOLD, rejected("32 velden verwacht, _ gevonden"),
    ("*", "32 velden verwacht, 2 gevonden"), ("*", "32 velden verwacht, 4 gevonden"))  # fmt: skip
row("a row with too many fields", "61", TOLD, rejected("32%61 gevonden"), ("*", "32 velden verwacht, 61 gevonden"))
row("duplicate keys", "the first row once more", TOLD, rejected("dubbele%"),
    ("*", "dubbele sleutel (vestigingscode); de eerste rij blijft"))  # fmt: skip


@fault(CONTENT, "mixed encodings", "one line in UTF-8, the rest in windows-1252", USED)
def _(world: World) -> Seen:
    mixed = GOOD.replace(b"De Proef 7;", "Café ‘t Hoekje;".encode(), 1).replace(
        b"De Proef 8;", "Crèche ’s Morgens;".encode("cp1252"), 1
    )
    seen = world.gives(mixed)
    names = {name for (name,) in world.ask("select naam from vestiging")}
    assert {"Café ‘t Hoekje", "Crèche ’s Morgens"} <= names, names
    return seen
