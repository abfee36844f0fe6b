from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import date
from pathlib import Path

import hypothesis
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts import codecs as codes
from pipeline.contracts.loading import load_contracts
from pipeline.errors import ReadError
from pipeline.staging.encoding import UTF8
from pipeline.staging.reader import REJECTS, WHOLE_ROW, HeaderError, Raw, header_problem, read

FIELDS = [
    {
        "name": "code",
        "type": "string",
        "codec": "vestigingscode",
        "headers": ["VESTIGINGSCODE", "VESTIGINGSNUMMER"],
        "description": "Key",
        "constraints": {"required": True},
    },
    {
        "name": "naam",
        "type": "string",
        "codec": "text",
        "headers": ["NAAM_VESTIGING", "INSTELLINGSNAAM VESTIGING"],
        "description": "Name",
    },
    {
        "name": "soort",
        "type": "string",
        "codec": "text",
        "headers": ["SOORT_PO"],
        "map": {"Bo": "BO", "Sbo": "SBO"},
        "optional": True,
        "description": "Kind",
    },
    {
        "name": "leerlingen",
        "type": "integer",
        "codec": "aantal",
        "headers": ["AANTAL LEERLINGEN", "AANTAL_LEERLINGEN"],
        "description": "Pupils",
    },
    {"name": "ondergrens", "type": "integer", "bound": ["ondergrens", "leerlingen"], "description": "Least"},
    {"name": "bovengrens", "type": "integer", "bound": ["bovengrens", "leerlingen"], "description": "Most"},
]
HEADER = "VESTIGINGSCODE;NAAM_VESTIGING;AANTAL LEERLINGEN"


def raw(content: str | bytes, name: str = "proef.csv", editie: str | None = None) -> Raw:
    content = content.encode() if isinstance(content, str) else content
    return Raw(name, hashlib.sha256(content + name.encode()).hexdigest(), content, editie)


def lines(*rows: str, header: str = HEADER) -> Raw:
    return raw("\n".join([header, *rows, ""]))


@pytest.fixture(scope="module")
def contract(make_contract):
    return make_contract(name="proef", fields=FIELDS, primaryKey=["code"])


@pytest.fixture(scope="module")
def texts(make_contract):
    """Three columns of plain text without a key: what is left is the dialect."""
    fields = [{"name": name, "type": "string", "codec": "text", "description": name} for name in ("een", "twee", "drie")]
    return make_contract(name="teksten", fields=fields)


# -- header ----------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "VESTIGINGSCODE;NAAM_VESTIGING;AANTAL LEERLINGEN",
        "VESTIGINGSNUMMER;INSTELLINGSNAAM VESTIGING;AANTAL_LEERLINGEN",
        '"Vestigingscode ";" naam vestiging";"Aantal Leerlingen"',
        "vestigings-code;NAAM.VESTIGING;AANTALLEERLINGEN",
    ],
)
def test_a_column_is_found_under_every_name_it_has_had(contract, header):
    got = read(contract, [lines("20LO00;De Maasparel;12", header=header)])
    assert got.rows.select(["code", "naam", "leerlingen"]).to_pylist() == [
        {"code": "20LO00", "naam": "De Maasparel", "leerlingen": 12}
    ]
    assert got.rows.column_names == contract.columns


def test_columns_are_read_by_name_whatever_their_order(contract):
    got = read(contract, [lines("12;De Maasparel;20LO00", header="AANTAL LEERLINGEN;NAAM_VESTIGING;VESTIGINGSCODE")])
    assert got.rows["code"].to_pylist() == ["20LO00"]
    assert got.rows["leerlingen"].to_pylist() == [12]


def test_a_header_that_does_not_fit_says_what_is_missing_what_is_unknown_and_what_comes_nearest(contract):
    with pytest.raises(ReadError) as error:
        read(contract, [lines("x", header="VESTIGINGSCODE;NAAM_VESTIGIN;TELEFOON")])
    message = str(error.value)
    assert "proef.csv" in message
    assert "Missing: NAAM_VESTIGING, AANTAL LEERLINGEN." in message
    assert "Unknown: NAAM_VESTIGIN, TELEFOON." in message
    assert "Nearest: NAAM_VESTIGING ~ NAAM_VESTIGIN." in message


def test_a_column_that_some_editions_lack_is_null_there_and_read_where_it_is(contract):
    old, new = lines("20LO00;A;1"), lines("20LO00;A;1;Sbo", header=f"{HEADER};SOORT_PO")
    assert read(contract, [old, new]).rows["soort"].to_pylist() == [None, "SBO"]


def test_columns_nobody_asked_for_are_named_and_left_unread(contract):
    got = read(contract, [lines("20LO00;A;1;geheim", header=f"{HEADER};NIEUW")])
    assert "NIEUW" in " ".join(got.notes)
    assert got.rows.num_rows == 1


def test_a_header_that_repeats_a_column_does_not_stop_the_other_files(contract):
    twice = raw(f"{HEADER};NAAM_VESTIGING\n20LO00;A;1;B\n", "dubbel.csv")
    got = read(contract, [lines("20LO00;A;1"), twice])
    assert got.rows.num_rows + len(got.refused) == 2
    assert "dubbel.csv" in " ".join([*got.refused.values(), *got.notes])


@pytest.mark.parametrize("content", ["", "<!doctype html>\n<html></html>\n", "\n\n"])
def test_what_is_no_table_at_all_is_refused_by_name(contract, content):
    with pytest.raises(ReadError, match=r"proef\.csv"):
        read(contract, [raw(content)])


def test_a_file_with_a_header_and_no_rows_has_no_rows(contract):
    got = read(contract, [lines()])
    assert (got.rows.num_rows, list(got.records.values())) == (0, [0])
    assert got.rows.column_names == contract.columns


def test_no_files_give_no_rows_with_the_contracts_columns_and_types(contract):
    got, filled = read(contract, []), read(contract, [lines("20LO00;A;1")])
    assert got.rows.num_rows == got.rejects.num_rows == 0
    assert got.rows.schema == filled.rows.schema


# -- encoding ----------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("name", ["’t Startblok", "“De Brug”", "Súdwest-Fryslân", "Sint-Jozef €"])
def test_a_name_is_the_same_in_every_encoding_the_registries_use(contract, encoding, name):
    got = read(contract, [raw(f"{HEADER}\n20LO00;{name};1\n".encode(encoding))])
    assert got.rows["naam"].to_pylist() == [name]


def test_bytes_that_are_neither_utf8_nor_windows_1252_are_refused_with_their_place(contract):
    content = f"{HEADER}\n20LO00;Caf".encode() + b"\x81;1\n"
    with pytest.raises(ReadError, match=rf"proef\.csv.*byte {content.index(0x81)}"):
        read(contract, [raw(content)])


def test_a_nul_byte_is_refused_with_its_place(contract):
    content = f"{HEADER}\n20LO00;A".encode() + b"\0;1\n"
    with pytest.raises(ReadError, match=rf"NUL byte at offset {content.index(0)}"):
        read(contract, [raw(content)])


def test_a_file_that_says_it_is_utf8_and_is_not_is_refused_rather_than_read_as_something_else(contract):
    content = f"{HEADER}\n20LO00;Café;1\n20LO01;B".encode("utf-8-sig") + b"\xff;1\n"
    with pytest.raises(ReadError, match=r"proef\.csv"):
        read(contract, [raw(content)])


# -- cells ----------------------------------------

# curly quotes, accents and the euro sign are what windows-1252 and UTF-8 disagree on
characters = st.sampled_from([*"ab;,\t\"' \n’‘“”éôÔ€<·-", "\r\n"])
rows = st.lists(st.tuples(*[st.lists(characters, max_size=6).map("".join)] * 3), max_size=12)


def written(table, delimiter, newline, quote_all):
    def cell(value):
        quoted = quote_all or any(each in value for each in (delimiter, '"', "\n", "\r"))
        return '"' + value.replace('"', '""') + '"' if quoted else value

    return newline.join([delimiter.join(cell(value) for value in row) for row in table]) + newline


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@given(table=rows, newline=st.sampled_from(["\n", "\r\n"]), quote_all=st.booleans())
def test_a_table_reads_back_as_it_was_written_in_every_dialect(texts, encoding, delimiter, table, newline, quote_all):
    # a curly quote between blanks is no UTF-8: without it a windows-1252 file may by accident be valid UTF-8
    table = [("EEN", "TWEE", "DRIE"), *table, ("slot ’ ", "", "")]
    content = written(table, delimiter, newline, quote_all).encode(encoding)
    # a line is what it is by itself, so that by accident it may be UTF-8 too
    hypothesis.assume(encoding != "cp1252" or not UTF8.search(content))
    got = read(texts, [raw(content)])
    assert not got.rejects.num_rows
    expected = [tuple(codes.text(value) for value in row) for row in table[1:]]
    assert [tuple(row.values()) for row in got.rows.select(["een", "twee", "drie"]).to_pylist()] == expected
    lines_of = [written([row], delimiter, newline, quote_all).count("\n") for row in table]
    assert got.rows["bron_regel"].to_pylist() == [1 + sum(lines_of[:number]) for number in range(1, len(table))]


def test_missing_is_told_apart_from_not_applicable_from_suppressed_from_none(contract):
    cells = {"20LO00": " ", "20LO01": " " * 80, "20LO02": "N.v.t.", "20LO03": ""}
    got = read(contract, [lines(*(f"{code};{name};1" for code, name in cells.items()))])
    assert got.rows["naam"].to_pylist() == [None, None, "n.v.t.", None]
    counts = {"20LO00": "<5", "20LO01": "-1", "20LO02": "0", "20LO03": " ", "20LO04": "120"}
    got = read(contract, [lines(*(f"{code};A;{count}" for code, count in counts.items()))])
    found = got.rows.select(["leerlingen", "ondergrens", "bovengrens"]).to_pylist()
    assert [tuple(row.values()) for row in found] == [
        (None, 1, 4),
        (None, 1, 4),
        (0, 0, 0),
        (None, None, None),
        (120, 120, 120),
    ]


def test_a_row_with_a_wrong_cell_is_rejected_with_line_column_value_and_reason(contract):
    got = read(contract, [lines("20LO00;A;1", "20LO01;B;veel", "2OLO02;C;3", "20LO03;D;4")])
    assert got.rows["code"].to_pylist() == ["20LO00", "20LO03"]
    assert got.rows["bron_regel"].to_pylist() == [2, 5]
    assert got.rejects.schema == REJECTS
    (count, code) = got.rejects.to_pylist()
    assert (count["regel"], count["kolom"], count["waarde"]) == (3, "leerlingen", "veel")
    assert "aantal verwacht" in count["reden"]
    assert (code["regel"], code["kolom"], code["waarde"]) == (4, "code", "2OLO02")
    assert {count["bron_sha256"], code["bron_sha256"]} == set(got.records)


def test_every_wrong_cell_of_a_row_is_reported(contract):
    got = read(contract, [lines("fout;A;veel", "20LO00;A;1")])
    assert [(each["regel"], each["kolom"]) for each in got.rejects.to_pylist()] == [(2, "code"), (2, "leerlingen")]


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (" ;A;1;Bo", "code", " ", "verplicht, maar leeg"),
        ("20LO00;A;1;Havo", "soort", "Havo", "een van Bo, Sbo verwacht, 'Havo' gevonden"),
    ],
)
def test_a_rejected_cell_says_what_was_expected(contract, row, column, value, reason):
    (reject,) = read(contract, [lines(row, "20LO09;A;1;Bo", header=f"{HEADER};SOORT_PO")]).rejects.to_pylist()
    assert (reject["kolom"], reject["waarde"], reject["reden"]) == (column, value, reason)


# -- records ----------------------------------------


@pytest.mark.parametrize(
    ("body", "rejected", "kept"),
    [
        (["20LO00;A;1", "20LO01;B", "20LO02;C;3"], {3: "20LO01;B"}, {2: "20LO00", 4: "20LO02"}),
        (["20LO01;B", "20LO02;C;3"], {2: "20LO01;B"}, {3: "20LO02"}),
        (["20LO00;A;1", "20LO01;B;2;te veel"], {3: "20LO01;B;2;te veel"}, {2: "20LO00"}),
        (["20LO00;A;1", "Grand Total"], {3: "Grand Total"}, {2: "20LO00"}),
    ],
    ids=["in the middle", "first", "last, too many", "a total at the end"],
)
def test_a_record_with_too_few_or_too_many_cells_is_rejected_with_its_line_and_text(contract, body, rejected, kept):
    got = read(contract, [lines(*body)])
    assert {each["regel"]: each["waarde"] for each in got.rejects.to_pylist()} == rejected
    assert {each["kolom"] for each in got.rejects.to_pylist()} == {WHOLE_ROW}
    assert all("velden verwacht" in each["reden"] for each in got.rejects.to_pylist())
    assert dict(zip(got.rows["bron_regel"].to_pylist(), got.rows["code"].to_pylist(), strict=True)) == kept


def test_a_file_cut_off_in_its_last_line_keeps_the_rows_before_it(contract):
    got = read(contract, [raw(f"{HEADER}\n20LO00;A;1\n20LO01;B")])
    assert got.rows["code"].to_pylist() == ["20LO00"]
    assert got.rejects["regel"].to_pylist() == [3]


@pytest.mark.parametrize(
    "body",
    [
        ["20LO00;A;1", '"20LO01;B;2', "20LO02;C;3"],
        ["20LO00;A;1", '20LO01;"B;2', "20LO02;C;3"],
        ["20LO00;A;1", '20LO01;B;"2', "20LO02;C;3"],
    ],
    ids=["first cell", "middle cell", "last cell"],
)
def test_a_quote_that_is_never_closed_is_seen_and_stops_no_other_file(contract, body):
    good = lines("20LO03;D;4")
    got = read(contract, [lines(*body), good])
    assert got.refused or got.rejects.num_rows
    assert good.sha256 in got.rows["bron_sha256"].to_pylist()


def test_a_quote_that_is_never_closed_does_not_turn_the_records_after_it_into_one_name(contract):
    header = "AANTAL LEERLINGEN;VESTIGINGSCODE;NAAM_VESTIGING"
    try:
        got = read(contract, [lines('1;20LO01;"B', "2;20LO02;C", "3;20LO03;D", header=header)])
    except ReadError:
        return
    assert got.rejects.num_rows, f"three records became {got.rows['naam'].to_pylist()}"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_both_kinds_of_line_end_are_read(contract, newline):
    got = read(contract, [raw(newline.join([HEADER, "20LO00;A;1", "20LO01;B;2", ""]))])
    assert got.rows["code"].to_pylist() == ["20LO00", "20LO01"]


def test_lines_that_end_in_a_lone_carriage_return_are_read_or_refused_and_stop_no_other_file(contract):
    old_mac, good = raw("\r".join([HEADER, "20LO00;A;1", "20LO01;B;2", ""]), "mac.csv"), lines("20LO03;D;4")
    got = read(contract, [old_mac, good])
    assert good.sha256 in got.rows["bron_sha256"].to_pylist()
    assert got.rows.num_rows == 3 or "mac.csv" in got.refused[old_mac.sha256]


def test_a_second_row_with_the_same_key_is_rejected_and_the_first_stays(contract):
    got = read(contract, [lines("20LO00;A;1", "20LO01;B;2", "20lo00 ;C;3")])
    assert got.rows["naam"].to_pylist() == ["A", "B"]
    (reject,) = got.rejects.to_pylist()
    assert (reject["regel"], reject["kolom"], reject["waarde"]) == (4, WHOLE_ROW, "20LO00")
    assert "dubbele sleutel (code)" in reject["reden"]


def test_a_rejected_row_does_not_take_the_key_from_a_good_one(contract):
    got = read(contract, [lines("20LO00;A;veel", "20LO00;B;2")])
    assert got.rows["naam"].to_pylist() == ["B"]
    assert got.rejects["regel"].to_pylist() == [2]


def test_editions_stand_side_by_side_each_row_with_its_file_line_and_date(contract):
    old = raw(f"{HEADER}\n20LO00;Oud;1\n", "2020.csv", "2020-12-01")
    new = raw("VESTIGINGSNUMMER,INSTELLINGSNAAM VESTIGING,AANTAL_LEERLINGEN\n20LO00,Nieuw,2\n", "2026.csv", "2026-08-01")
    undated = raw(f"{HEADER}\n20LO00;Ooit;3\n", "ooit.csv")
    got = read(contract, [old, new, undated])
    assert not got.rejects.num_rows
    assert got.rows.select(["naam", "bron_sha256", "bron_regel", "editie"]).to_pylist() == [
        {"naam": "Oud", "bron_sha256": old.sha256, "bron_regel": 2, "editie": date(2020, 12, 1)},
        {"naam": "Nieuw", "bron_sha256": new.sha256, "bron_regel": 2, "editie": date(2026, 8, 1)},
        {"naam": "Ooit", "bron_sha256": undated.sha256, "bron_regel": 2, "editie": None},
    ]
    assert got.records == {old.sha256: 1, new.sha256: 1, undated.sha256: 1}


def test_a_column_that_one_file_of_many_lacks_stops_the_dataset_by_name(contract):
    renamed = raw(f"{HEADER.replace('NAAM_VESTIGING', 'NAAM_VESTIGNG')}\n20LO01;B;1\n", "Amsterdam.csv")
    with pytest.raises(HeaderError, match=r"Amsterdam\.csv: .*Missing: .*Unknown: NAAM_VESTIGNG.*Nearest: .* ~ NAAM_VESTIGNG"):
        read(contract, [lines("20LO00;A;1"), renamed])


def test_a_record_is_named_by_the_line_on_which_it_begins(contract):
    got = read(contract, [raw(f'{HEADER}\n20LO00;"A\nB";1\n\nfout;C;1\n20LO02;te;veel;cellen\n20LO03;D;x\n')])
    assert got.rows["bron_regel"].to_pylist() == [2]
    assert sorted(got.rejects["regel"].to_pylist()) == [5, 6, 7]


def test_the_columns_of_a_file_can_be_judged_before_it_is_read(contract, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(f"{HEADER}\n20LO00;A;1\n")
    assert header_problem(contract, file, "a.csv", "csv") is None
    file.write_text(f"{HEADER.replace('NAAM', 'NAM')}\n20LO00;A;1\n")
    assert "a.csv: the header does not fit" in header_problem(contract, file, "a.csv", "csv")


def test_one_file_that_cannot_be_read_does_not_stop_the_others(contract):
    html, empty, good = raw("<html>\n", "fout.csv"), raw("", "Ridderkerk.csv"), lines("20LO00;A;1")
    got = read(contract, [html, good, empty])
    assert got.rows["code"].to_pylist() == ["20LO00"]
    assert set(got.refused) == {html.sha256, empty.sha256}
    assert "fout.csv" in got.refused[html.sha256]
    assert "Ridderkerk.csv" in got.refused[empty.sha256]
    assert set(got.records) == {good.sha256}


def test_when_no_file_can_be_read_the_failure_names_them_all(contract):
    with pytest.raises(ReadError) as error:
        read(contract, [raw("<html>\n", "een.csv"), raw(b"\0", "twee.csv")])
    assert "een.csv" in str(error.value)
    assert "twee.csv" in str(error.value)


cells = st.tuples(
    st.sampled_from(["20LO00", "20LO01", "20LO02", "fout", ""]),
    st.sampled_from(["A", " "]),
    st.sampled_from(["1", "<5", "x"]),
)


@given(st.lists(st.lists(cells, max_size=8), min_size=1, max_size=3))
def test_every_record_of_every_file_ends_among_the_rows_or_among_the_rejects(contract, files):
    files = [[("20LO09", "A", "1"), *body] for body in files]  # of which none fits is refused
    given = [raw("\n".join([HEADER, *map(";".join, body), ""]), f"{i}.csv") for i, body in enumerate(files)]
    got = read(contract, given)
    for file, body in zip(given, files, strict=True):
        kept = [row["bron_regel"] for row in got.rows.to_pylist() if row["bron_sha256"] == file.sha256]
        rejected = {row["regel"] for row in got.rejects.to_pylist() if row["bron_sha256"] == file.sha256}
        assert sorted([*kept, *rejected]) == list(range(2, len(body) + 2))
        assert got.records[file.sha256] == len(body)


@given(st.lists(st.sampled_from(["20LO00;A;1", "20LO01;B;x", "20LO02", "20LO03;D;4;5"]), max_size=8))
def test_that_holds_for_records_of_the_wrong_length_too(contract, body):
    got = read(contract, [lines("20LO09;A;1", *body)])
    kept = got.rows["bron_regel"].to_pylist()
    assert sorted([*kept, *set(got.rejects["regel"].to_pylist())]) == list(range(2, len(body) + 3))


# -- wide columns ----------------------------------------


@pytest.fixture(scope="module")
def wide(make_contract):
    return make_contract(
        name="breed",
        fields=[
            FIELDS[0],
            {
                "name": "leerlingen",
                "type": "array",
                "columns": r"LEEFTIJD_(JONGER|\d+|OUDER)",
                "description": "Pupils per age",
            },
        ],
    )


def test_a_column_per_age_becomes_one_list_with_bounds(wide):
    got = read(wide, [lines("20LO00;<5;0;12;", header="VESTIGINGSCODE;LEEFTIJD_JONGER;Leeftijd_4;LEEFTIJD_10;LEEFTIJD_OUDER")])
    assert got.rows["leerlingen"].to_pylist() == [
        [
            {"kop": "jonger", "ondergrens": 1, "bovengrens": 4},
            {"kop": "4", "ondergrens": 0, "bovengrens": 0},
            {"kop": "10", "ondergrens": 12, "bovengrens": 12},
            {"kop": "ouder", "ondergrens": None, "bovengrens": None},
        ]
    ]


def test_a_wrong_age_cell_rejects_its_row_and_names_the_age(wide):
    got = read(wide, [lines("20LO00;1;1", "20LO01;1;vier", header="VESTIGINGSCODE;LEEFTIJD_4;LEEFTIJD_5")])
    assert got.rows["code"].to_pylist() == ["20LO00"]
    (reject,) = got.rejects.to_pylist()
    assert (reject["regel"], reject["kolom"], reject["waarde"]) == (3, "leerlingen 5", "vier")


def test_a_wide_file_without_one_of_its_wide_columns_is_refused(wide):
    with pytest.raises(ReadError, match="Missing: leerlingen"):
        read(wide, [lines("20LO00", header="VESTIGINGSCODE")])


def test_a_year_that_one_edition_lacks_is_unknown_there_not_zero(wide):
    old = lines("20LO00;7", header="VESTIGINGSCODE;LEEFTIJD_4")
    new = lines("20LO00;8;9", header="VESTIGINGSCODE;LEEFTIJD_4;LEEFTIJD_5")
    first, second = read(wide, [old, new]).rows["leerlingen"].to_pylist()
    assert {each["kop"]: each["bovengrens"] for each in second} == {"4": 8, "5": 9}
    assert {each["kop"]: each["bovengrens"] for each in first if each["bovengrens"] is not None} == {"4": 7}


@given(st.lists(st.lists(st.integers(0, 9999) | st.sampled_from(["<5", ""]), min_size=3, max_size=3), max_size=6))
def test_every_cell_of_a_wide_file_ends_in_the_list_of_its_own_row(wide, table):
    body = [f"20LO{i:02};" + ";".join(map(str, row)) for i, row in enumerate(table)]
    got = read(wide, [lines(*body, header="VESTIGINGSCODE;LEEFTIJD_4;LEEFTIJD_5;LEEFTIJD_6")])
    bounds = {"<5": (1, 4), "": (None, None)}
    expected = [[(head, *bounds.get(cell, (cell, cell))) for head, cell in zip("456", row, strict=True)] for row in table]
    assert [[tuple(each.values()) for each in row] for row in got.rows["leerlingen"].to_pylist()] == expected


# -- other forms ----------------------------------------


def features(*found: object) -> Raw:
    return raw(json.dumps({"type": "FeatureCollection", "features": found}), "grenzen.geojson")


POLYGON = {"type": "Polygon", "coordinates": [[[4.5, 52.0], [4.6, 52.0], [4.6, 52.1], [4.5, 52.0]]]}
AMSTERDAM = {
    "type": "Feature",
    "properties": {"statcode": "GM0363", "statnaam": "Amsterdam", "jrstatcode": "2022GM0363"},
    "geometry": POLYGON,
}


@pytest.fixture(scope="module")
def boundaries():
    return load_contracts("staging")["stg_gemeenten_grenzen"]


def test_a_feature_is_a_row_with_its_geometry_as_it_came(boundaries):
    (row,) = read(boundaries, [features(AMSTERDAM)], "geojson").rows.to_pylist()
    assert (row["gemeentenummer"], row["naam"], row["bron_regel"]) == ("0363", "Amsterdam", 2)
    assert json.loads(row["geometrie"]) == POLYGON


@pytest.mark.parametrize(("code", "name"), [("GM_CODE", "GM_NAAM"), ("gemeentecode", "gemeentenaam")])
def test_boundaries_have_the_names_of_earlier_years_too(boundaries, code, name):
    land, water = ({code: "GM0363", name: "Amsterdam", "H2O": each} for each in ("NEE", "JA"))
    got = read(boundaries, [features({**AMSTERDAM, "properties": land}, {**AMSTERDAM, "properties": water})], "geojson")
    rows = got.rows.select(["gemeentenummer", "naam", "water", "jaar_code"]).to_pylist()
    assert [tuple(each.values()) for each in rows] == [("0363", "Amsterdam", each, None) for each in ("NEE", "JA")]


def test_a_feature_without_a_geometry_is_rejected_where_one_is_required(boundaries):
    got = read(
        boundaries,
        [
            features(
                AMSTERDAM,
                {**AMSTERDAM, "properties": {**AMSTERDAM["properties"], "statcode": "GM0014"}, "geometry": None},
            )
        ],
        "geojson",
    )
    assert got.rows["gemeentenummer"].to_pylist() == ["0363"]
    assert got.rejects["kolom"].to_pylist() == ["geometrie"]


@pytest.mark.parametrize(
    "content",
    [
        "<html></html>",
        "[]",
        "{}",
        '{"features": null}',
        '{"features": {}}',
        '{"features": []}',
        '{"features": [1]}',
        '{"features": [{"properties": [1]}]}',
    ],
)
def test_json_that_holds_no_features_is_refused_by_name(boundaries, content):
    with pytest.raises(ReadError, match=r"grenzen\.geojson"):
        read(boundaries, [raw(content, "grenzen.geojson")], "geojson")


def observations(*seen: dict[str, object]) -> Raw:
    table = {
        "MeasureGroups": [{"Id": "1", "Title": "Provincies"}, {"Id": "2", "Title": "Codes en namen van gemeenten"}],
        "MeasureCodes": [
            {"Identifier": "P1", "Title": "Naam", "MeasureGroupId": "1"},
            {"Identifier": "P2", "Title": "Code", "MeasureGroupId": "1"},
            {"Identifier": "G1", "Title": "Naam", "MeasureGroupId": "2"},
        ],
        "Observations": seen,
    }
    return raw(json.dumps(table), "gebieden.json")


def test_observations_of_a_region_become_one_row_by_the_titles_of_their_measures():
    contract = load_contracts("staging")["stg_gebieden"]
    seen = [
        {"Measure": "G1", "RegioS": "GM0363", "StringValue": "Amsterdam", "Value": None},
        {"Measure": "P1", "RegioS": "GM0106", "StringValue": "Drenthe"},
        {"Measure": "P1", "RegioS": "GM0363", "StringValue": "Noord-Holland"},
        {"Measure": "P2", "RegioS": "GM0363", "StringValue": "PV27  "},
    ]
    got = read(contract, [observations(*seen)], "odata").rows.select(
        ["regio", "gemeente_naam", "provincie_naam", "provincie_code"]
    )
    assert [tuple(row.values()) for row in got.to_pylist()] == [
        ("GM0363", "Amsterdam", "Noord-Holland", "PV27"),
        ("GM0106", None, "Drenthe", None),
    ]


# as StatLine writes it: codes in ten characters, names in fifty, and other divisions among the columns
STATLINE = (
    '\ufeff"Regio\'s";"Codes en namen van gemeenten/Code (code)";"Codes en namen van gemeenten/Naam (naam)";'
    '"Lokaliseringen van gemeenten/COROP-gebieden/Code (code)";"Lokaliseringen van gemeenten/Provincies/Code (code)";'
    '"Lokaliseringen van gemeenten/Provincies/Naam (naam)"\n'
    f'"Amsterdam";"GM0363    ";"{"Amsterdam":50}";"CR23      ";"PV27      ";"{"Noord-Holland":50}"\n'
    f'"Beek (L.)";"GM0888    ";"{"Beek":50}";"CR39      ";"PV31      ";"{"Limburg":50}"\n'
)


def test_a_cbs_table_is_read_as_the_csv_of_statline_too():
    for content in (STATLINE, STATLINE.replace(" (code)", "").replace(" (naam)", "")):
        got = read(load_contracts("staging")["stg_gebieden"], [raw(content, "gebieden.csv")], "odata")
        rows = got.rows.select(["regio", "gemeente_naam", "provincie_code", "provincie_naam", "bron_regel"]).to_pylist()
        assert [tuple(each.values()) for each in rows] == [
            ("GM0363", "Amsterdam", "PV27", "Noord-Holland", 2),
            ("GM0888", "Beek", "PV31", "Limburg", 3),
        ]
        assert got.rejects.num_rows == 0


@pytest.mark.parametrize("content", ["<html></html>", "{}", '{"Observations": [], "MeasureCodes": []}'])
def test_an_answer_that_is_no_cbs_table_is_refused_by_name(content):
    with pytest.raises(ReadError, match=r"gebieden\.json"):
        read(load_contracts("staging")["stg_gebieden"], [raw(content, "gebieden.json")], "odata")


# -- real files ----------------------------------------

REAL = [
    ("stg_vestigingen_bo", "duo-2026-08", "vestigingen_bo", 6_122),
    ("stg_vestigingen_bo", "duo-2020-12", "vestigingen_bo", 6_268),
    ("stg_vestigingen_vo", "duo-2020-12", "vestigingen_vo", 1_619),
    ("stg_leerlingen_po_historisch", "duo-2026-08", "leerlingen_po_historisch", 9_737),
    ("stg_leerlingen_vo", "duo-2020-12", "leerlingen_vo", 24_243),
    ("stg_leerlingen_po_afstand", "duo-2020-12", "leerlingen_po_afstand", 7_301),
    ("stg_postcode4", "reference", "postcode4", 4_699),
    ("stg_gemeenten", "reference", "gemeenten", 342),
    ("stg_gemeenten_grenzen", "reference", "gemeenten_grenzen", 345),
]


def from_package(folder: Path, resource: str) -> list[Raw]:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (found,) = [each for each in package["resources"] if each["name"] == resource]
    paths = [found["path"]] if isinstance(found["path"], str) else found["path"]
    return [raw((folder / path).read_bytes(), Path(path).name, found["peildatum"]) for path in paths]


def counted(file: Raw) -> int:
    """Records of a file by another reader than the one under test."""
    if file.name.endswith(".geojson"):
        return len(json.loads(file.content)["features"])
    text = file.content.decode("utf-8-sig", "replace")
    delimiter = max(";,", key=text.partition("\n")[0].count)
    return sum(1 for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row) - 1


@pytest.mark.parametrize(("table", "folder", "resource", "rows"), REAL, ids=[f"{folder}/{name}" for _, folder, name, _ in REAL])
def test_every_record_of_a_real_file_is_read_under_its_contract(shared, table, folder, resource, rows):
    contract = load_contracts("staging")[table]
    (file,) = from_package(shared / "registries" / folder, resource)
    got = read(contract, [file], "geojson" if file.name.endswith(".geojson") else "csv")
    assert got.rejects.to_pylist() == []
    assert got.rows.num_rows == rows == counted(file) == got.records[file.sha256]
    assert set(got.rows["editie"].to_pylist()) == {date.fromisoformat(file.editie or "")}


@pytest.fixture(scope="module")
def home_postcodes(shared):
    files = from_package(shared / "registries/duo-2024-10", "leerlingen_po_postcode4")
    return files, read(load_contracts("staging")["stg_leerlingen_po_postcode4"], files)


def test_the_home_postcodes_of_every_gemeente_are_read_in_one_go_and_the_empty_file_is_named(home_postcodes):
    files, got = home_postcodes
    assert (len(files), len(got.records)) == (342, 341)
    assert [message for message in got.refused.values() if "Ridderkerk" in message] == list(got.refused.values())
    assert len(got.refused) == 1
    assert got.rejects.num_rows == 0
    assert got.rows.num_rows == 110_853 == sum(counted(file) for file in files if file.content)


def test_every_suppressed_cell_of_the_home_postcodes_is_one_to_four(home_postcodes):
    files, got = home_postcodes
    ages = pa.concat_arrays([chunk.flatten() for chunk in got.rows["leerlingen"].chunks])
    lower, upper = ages.field("ondergrens"), ages.field("bovengrens")
    suppressed = pc.and_(pc.equal(lower, 1), pc.equal(upper, 4))
    exact = pc.equal(lower, upper)
    assert pc.sum(suppressed).as_py() == sum(file.content.count(b'"<5"') for file in files) == 258_413
    assert pc.all(pc.xor(suppressed, exact)).as_py()
    assert len(ages) == 2_549_619


def test_pupils_from_abroad_keep_their_pseudo_postcode(home_postcodes):
    _, got = home_postcodes
    homes = got.rows["postcode4_leerling"].to_pylist()
    assert sum(1 for home in homes if home in codes.PSEUDO_POSTCODES) == 1_529
    assert {len(home) for home in homes} == {2, 4}


def test_two_editions_of_the_register_are_read_together_with_the_traps_of_each(shared):
    contract = load_contracts("staging")["stg_vestigingen_bo"]
    files = [
        *from_package(shared / "registries/duo-2020-12", "vestigingen_bo"),
        *from_package(shared / "registries/duo-2026-08", "vestigingen_bo"),
    ]
    rows = read(contract, files).rows.to_pandas()
    assert rows.groupby("editie", observed=True).size().to_dict() == {date(2020, 12, 1): 6_268, date(2026, 8, 1): 6_122}
    new, old = rows[rows.editie == date(2026, 8, 1)], rows[rows.editie == date(2020, 12, 1)]
    assert old.vakantieregio.isna().all()
    assert new.vakantieregio.notna().all()
    assert new.set_index("vestigingscode").loc[["32LY00", "32LW00"], "gemeentenaam"].isna().all()
    assert (new.gemeentenaam.isna().sum(), new.telefoonnummer.isna().sum(), new.internetadres.isna().sum()) == (
        2,
        50,
        638,
    )
    assert (rows.vestigingscode.str[:4] == rows.instellingscode).all()
    assert rows.postcode.str.fullmatch("[1-9][0-9]{3}[A-Z]{2}").all()
    assert (new.gemeentenummer.nunique(), old.gemeentenummer.nunique()) == (342, 355)
    assert new.vestigingsnaam.str.contains('"').sum() == 3
    assert not rows.vestigingsnaam.str.contains("[\u0080-\u009f]").any()


def test_the_historical_overview_keeps_each_year_and_what_it_hides(shared):
    (file,) = from_package(shared / "registries/duo-2026-08", "leerlingen_po_historisch")
    rows = read(load_contracts("staging")["stg_leerlingen_po_historisch"], [file]).rows
    assert rows["bevoegd_gezag_nummer"].null_count == 5
    counts = [{each["kop"]: (each["ondergrens"], each["bovengrens"]) for each in row} for row in rows["leerlingen"].to_pylist()]
    assert {tuple(row) for row in counts} == {tuple(str(year) for year in range(1996, 2026))}
    assert [sum(1 for row in counts if row[year] == (1, 4)) for year in ("1996", "2025")] == [258, 13]
    assert sum(row["2025"][0] for row in counts if row["2025"][0] == row["2025"][1]) == 1_464_167


def test_distances_with_decimal_commas_and_doubled_locations_are_read(shared):
    (file,) = from_package(shared / "registries/duo-2020-12", "leerlingen_po_afstand")
    rows = read(load_contracts("staging")["stg_leerlingen_po_afstand"], [file]).rows.to_pandas()
    assert rows.vestigingscode.duplicated().sum() == 164
    assert rows.set_index(["vestigingscode", "soort"]).loc[("00AO00", "VSO"), "afstand"] == 9562.58992805755
    assert rows.afstand.between(0, 100_000).all()
    assert set(rows.peildatum) == {date(2019, 10, 1)}


def test_the_three_odd_rows_of_the_statutory_region_table_are_rejected_with_their_value(shared):
    (file,) = from_package(shared / "registries/reference", "swv_regio_wettelijk")
    found = read(load_contracts("staging")["stg_swv_regio_wettelijk"], [file])
    rows = found.rows.to_pandas()
    assert (rows.swv_po.nunique(), rows.swv_vo.nunique(), len(rows)) == (76, 74, 4_043)
    assert found.records[file.sha256] == 4_046 == counted(file)
    assert found.rejects["waarde"].to_pylist() == ["Europoort"] * 6
    assert len(set(found.rejects["regel"].to_pylist())) == 3


@pytest.mark.parametrize(
    ("table", "file"),
    [
        ("stg_vestigingen_vo", "vestigingen_vo.SAMPLE.csv"),
        ("stg_vestigingen_so", "vestigingen_sbo_so_vso.SAMPLE.csv"),
        ("stg_leerlingen_vo_vestiging", "leerlingen-vo-per-vestiging-2025.SAMPLE.csv"),
    ],
)
def test_the_headers_of_the_2026_editions_are_known(shared, table, file):
    got = read(load_contracts("staging")[table], [raw((shared / "registries/samples" / file).read_bytes(), file)])
    assert got.notes == ()
    assert got.rejects.to_pylist() == []
    assert got.rows.num_rows > 0


# -- records that are broken, and files of which none fits ------------------------------------------------------------

WIDE = "VESTIGINGSCODE;NAAM_VESTIGING;AANTAL LEERLINGEN;A;B;C"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('"B;2;;;', '"D;4;;;'),
        ('"B;2;;;', 'D;4;;;"x'),
        ('"B;2;;;', 'D;4;"";;'),
        ('B;2;"x;;', 'D;4;;"y;'),
        ('B;2;;;"x', 'D;4;"";;'),
    ],
    ids=["two names", "the last cell", "a closed one later", "columns that no contract names", "the last cell of one"],
)
def test_a_record_with_an_open_quote_is_rejected_and_swallows_no_other(contract, newline, first, second):
    body = ["20LO00;A;1;;;", f"20LO01;{first}", "20LO02;C;3;;;", f"20LO03;{second}", "20LO04;E;5;;;"]
    got = read(contract, [raw(newline.join([WIDE, *body, ""]))])
    assert {"20LO00", "20LO02", "20LO04"} <= set(got.rows["code"].to_pylist())
    assert {each["regel"] for each in got.rejects.to_pylist()} | {
        int(each) for each in got.rows["bron_regel"].to_pylist()
    } == set(range(2, 7))
    assert got.rejects["reden"].to_pylist()[0] == "geopend aanhalingsteken zonder einde"
    assert got.rejects["waarde"].to_pylist()[0] == body[1]
    assert sum(got.records.values()) == 5


def test_a_closed_quote_that_holds_a_record_of_many_columns_is_none(contract):
    got = read(contract, [raw("\n".join([WIDE, '20LO01;"B;2;;;', "20LO02;C;3;;;", '20LO03;D";4;;;', "20LO04;E;5;;;", ""]))])
    assert got.rows["code"].to_pylist() == ["20LO02", "20LO03", "20LO04"]
    assert got.rejects["regel"].to_pylist() == [2]


def test_a_cell_of_several_lines_is_no_open_quote(contract):
    got = read(contract, [raw("\n".join([WIDE, '20LO01;"B\n;2"";3\n";2;;;', '20LO02;C;3;;;"a\nb"', ""]))])
    assert got.rows["code"].to_pylist() == ["20LO01", "20LO02"]
    assert got.rejects.num_rows == 0
    assert got.rows["bron_regel"].to_pylist() == [2, 5]


def test_very_many_open_quotes_are_a_refusal(contract):
    with pytest.raises(ReadError, match="over 100 records open a quote that is never closed"):
        read(contract, [raw("\n".join([WIDE, *(f'20LO{n:02};"B;2;;;' for n in range(100)), '21LO00;"B;2;;;', ""]))])


def test_a_file_of_which_no_record_fits_is_refused_with_the_first_reasons_and_stops_no_other(contract):
    none = raw("\n".join([HEADER, *(f"20LO{n:02};A;1;" for n in range(4)), ""]), "teveel.csv")
    why = (
        "teveel.csv: none of its 4 records fits. The first: line 2, *: 3 velden verwacht, 4 gevonden; "
        "line 3, *: 3 velden verwacht, 4 gevonden; line 4, *: 3 velden verwacht, 4 gevonden"
    )
    with pytest.raises(ReadError) as error:
        read(contract, [none])
    assert str(error.value) == why
    got = read(contract, [none, lines("20LO03;D;4")])
    assert (got.refused, got.rows["code"].to_pylist()) == ({none.sha256: why}, ["20LO03"])


def test_a_share_of_records_that_do_not_fit_is_told(contract):
    good = [f"20LO{n:02};A;1" for n in range(95)]
    few = read(contract, [lines(*good, *["x;A;1"] * 5)])
    assert few.notes == ()
    many = read(contract, [lines(*good[:94], *["x;A;1"] * 6)])
    (told,) = many.notes
    assert told.startswith("proef.csv: 6 of its 100 records do not fit. The first: line 96, code: vestigingscode: BRIN en twee")


# -- how a package says that it is written ----------------------------------------------------------------------------


def said(text: str, written: str, **declared: str) -> Raw:
    content = f"{HEADER}\n{text}\n".encode(written)
    return Raw("proef.csv", hashlib.sha256(content).hexdigest(), content, None, **declared)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("cp850", "cp850"), ("cp850", "IBM850"), ("iso8859-15", "ISO-8859-15"), ("mac_roman", "macintosh"), ("utf-8", "utf-8"),
        ("cp1252", "windows-1252"), ("cp1252", "iso-8859-1"), ("utf-8", "windows-1252"), ("cp1252", "UTF-8"), ("cp1252", "ascii"),
    ],
)  # fmt: skip
def test_a_file_is_read_in_the_encoding_that_is_declared_or_that_it_plainly_has(contract, encoding, declared):
    got = read(contract, [said("20LO00;De Fryslân-école;1", encoding, encoding=declared)])
    assert got.rows["naam"].to_pylist() == ["De Fryslân-école"]


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ("cp9999", r"declares the encoding 'cp9999', which nobody knows"), ("zip", "encoding zip that its package"),
        ("utf-32", "is not in the encoding utf-32 that its package declares"), ("a\0b", "which nobody knows"),
    ],
)  # fmt: skip
def test_an_encoding_that_cannot_be_is_refused_by_its_name(contract, declared, why):
    with pytest.raises(ReadError, match=why):
        read(contract, [said("20LO00;A;1", "utf-8", encoding=declared)])


def test_a_file_is_cut_at_the_delimiter_that_is_declared(contract):
    content = b"VESTIGINGSCODE|NAAM_VESTIGING|AANTAL LEERLINGEN\n20LO00|A;B;C,D,E,F|1\n"
    got = read(contract, [Raw("proef.csv", "0", content, None, delimiter="|")])
    assert got.rows["naam"].to_pylist() == ["A;B;C,D,E,F"]
    for wrong, why in (("|", "declares '|' as delimiter, which its first line does not hold"), (";;", "must be one character")):
        with pytest.raises(ReadError, match=re.escape(why)):
            read(contract, [said("20LO00;A;1", "utf-8", delimiter=wrong)])


@pytest.mark.parametrize(
    ("name", "count"), [("CafÃ© Groen – FryslÃ¢n", 1), ("Â© â€œDe Hoekâ€", 1), ("Café Ângela Ã", 0), ("A", 0)]
)
def test_text_that_was_encoded_twice_is_counted(contract, name, count):
    got = read(contract, [lines("20LO00;A;1", f"20LO01;{name};2")])
    assert got.notes == tuple(["proef.csv: text of 1 records was encoded in UTF-8 twice; tell the publisher"] * count)
    assert got.rows["naam"].to_pylist() == ["A", name]


def test_numbers_of_one_column_are_read_in_one_way(make_contract):
    fields = [
        {**FIELDS[0]}, {"name": "maat", "type": "number", "codec": "getal", "headers": ["MAAT"], "description": "Size"},
    ]  # fmt: skip
    contract = make_contract(name="maten", fields=fields, primaryKey=["code"])
    body = ["20LO00;1.134", "20LO01;2.880,5"]
    got = read(contract, [lines(*body, header="VESTIGINGSCODE;MAAT")])
    assert got.rows["maat"].to_pylist() == [1134.0, 2880.5]
    got = read(contract, [lines(*body, "20LO02;12.5", header="VESTIGINGSCODE;MAAT")])
    assert (got.rows["maat"].to_pylist(), got.rejects["waarde"].to_pylist()) == ([2880.5, 12.5], ["1.134"])


# -- counts that cannot be read ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bounded(make_contract):
    return make_contract(
        name="begrensd", fields=[*(each if each["name"] != "leerlingen" else {**each, "ceiling": 3000} for each in FIELDS)],
        primaryKey=["code"],
    )  # fmt: skip


def test_a_count_that_cannot_be_read_keeps_its_record_between_zero_and_the_ceiling(bounded):
    good = [f"20LO{n:02};A;{n}" for n in range(1, 40)]
    got = read(bounded, [lines(*good, "20LO40;A;veel", "20LO41;A;", "20LO42;A;999999999")])
    rows = {each["code"]: (each["leerlingen"], each["ondergrens"], each["bovengrens"]) for each in got.rows.to_pylist()}
    assert len(rows) == 42
    assert (rows["20LO39"], rows["20LO40"], rows["20LO42"]) == ((39, 39, 39), (None, 0, 3000), (None, 0, 3000))
    assert rows["20LO41"] == (None, None, None)  # a cell that is empty says nothing, and promises nothing
    assert [(each["regel"], each["kolom"], each["waarde"]) for each in got.rejects.to_pylist()] == [
        (41, "leerlingen", "veel"), (43, "leerlingen", "999999999"),
    ]  # fmt: skip
    assert all(each.endswith("gevonden; telt mee als 0 tot 3000") for each in got.rejects["reden"].to_pylist())
    (told,) = got.notes
    assert told.startswith(
        "proef.csv: 2 counts cannot be read, and are known between bounds only. The first: line 41, leerlingen"
    )


def test_where_many_counts_of_a_file_cannot_be_read_their_records_are_rejected(bounded):
    good = [f"20LO{n:02};A;{n}" for n in range(1, 40)]
    got = read(bounded, [lines(*good, "20LO40;A;veel", "20LO41;A;x", "20LO42;A;y")])
    assert (got.rows.num_rows, got.rejects.num_rows) == (39, 3)
    assert not any("telt mee" in each for each in got.rejects["reden"].to_pylist())


def test_a_count_that_cannot_be_read_saves_no_record_that_does_not_fit_otherwise(bounded):
    got = read(bounded, [lines("20LO00;A;1", "fout;A;veel")])
    assert (got.rows["code"].to_pylist(), set(got.rejects["regel"].to_pylist())) == (["20LO00"], {3})


def test_a_count_of_a_wide_file_that_cannot_be_read_leaves_the_others_of_its_record(make_contract):
    wide = {
        "name": "leerlingen",
        "type": "array",
        "ceiling": 3000,
        "columns": r"LEERLINGEN_(?P<jaar>\d{4})",
        "description": "Pupils",
    }
    contract = make_contract(name="breed_begrensd", fields=[FIELDS[0], wide], primaryKey=["code"])
    got = read(contract, [lines("20LO00;1;2", "20LO01;x;4", header="VESTIGINGSCODE;LEERLINGEN_2014;LEERLINGEN_2015")])
    assert [[(each["ondergrens"], each["bovengrens"]) for each in row] for row in got.rows["leerlingen"].to_pylist()] == [
        [(1, 1), (2, 2)], [(0, 3000), (4, 4)],
    ]  # fmt: skip
    assert [(each["kolom"], each["waarde"]) for each in got.rejects.to_pylist()] == [("leerlingen 2014", "x")]
