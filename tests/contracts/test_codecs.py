from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts import codecs as codes
from pipeline.contracts.codecs import Count

UNKNOWN = Count(None, None, None)
blanks = st.text(" \t\u00a0", max_size=3)
digits2 = st.from_regex(r"[0-9]{2}", fullmatch=True)
brins = st.from_regex(r"[0-9]{2}[A-Z]{2}", fullmatch=True)
swvs = st.from_regex(r"(PO|VO)[0-9]{4}", fullmatch=True)

# codec -> cells as registries write them -> the one normal form
NORMAL_FORMS = [
    ("text", "  De Maasparel ", "De Maasparel"),
    ("text", "’t Startblok", "’t Startblok"),
    ("text", "N.v.t.", "n.v.t."),
    ("text", "n.v.t", "n.v.t."),
    ("brin", "20LO", "20LO"),
    ("brin", " 20lo ", "20LO"),
    ("vestigingscode", "20lo01", "20LO01"),
    ("vestigingsnummer", "0", "00"),
    ("vestigingsnummer", "7", "07"),
    ("vestigingsnummer", "12", "12"),
    ("postcode", "1012 ab", "1012AB"),
    ("postcode", "1012AB", "1012AB"),
    ("postcode4", " 1384 ", "1384"),
    ("postcode4_leerling", "1384", "1384"),
    ("postcode4_leerling", "10", "10"),
    ("postcode4_leerling", "40", "40"),
    ("gemeentenummer", "0363", "0363"),
    ("gemeentenummer", "363", "0363"),
    ("gemeentenummer", " 363", "0363"),
    ("gemeentenummer", "GM0363", "0363"),
    ("gemeentenummer", "14", "0014"),
    ("gemeentenummer", "9999", None),
    ("gemeentenummer", "0", None),
    ("bevoegd_gezag", "41414", "41414"),
    ("bevoegd_gezag", "123", "00123"),
    ("bevoegd_gezag", "0", None),
    ("swv_code", "PO2707", "PO2707"),
    ("swv_code", "PO-27-07", "PO2707"),
    ("swv_code", "po 2707", "PO2707"),
    ("swv_code", "VO-2708", "VO2708"),
    ("swv_of_ander", "vo 27.08", "VO2708"),
    ("swv_of_ander", "20-15", "2015"),
    ("betaler", "PO2707", "PO2707"),
    ("betaler", "po-27-07", "PO2707"),
    ("betaler", "cl2_20LO", "CL2_20LO"),
    ("betaler", "GJIJJI_20LO", "GJIJJI_20LO"),
    ("cluster", "3/4", "3/4"),
    ("cluster", " 2 ", "2"),
    ("cluster", "0", None),
    ("datum", "2024-10-01", date(2024, 10, 1)),
    ("datum", "20241001", date(2024, 10, 1)),
    ("datum", "2024-10-01T00:00:00", date(2024, 10, 1)),
    ("datum", "2024-02-29 12:30:00+01", date(2024, 2, 29)),
    ("datum", "2024-07-31T22:00:00Z", date(2024, 8, 1)),
    ("datum", "2024-07-31T22:00:00.000+00:00", date(2024, 8, 1)),
    ("datum", "2024-12-31T23:00:00Z", date(2025, 1, 1)),
    ("datum", "2024-08-01T00:00:00+02:00", date(2024, 8, 1)),
    ("datum", "20240731T220000Z", date(2024, 8, 1)),
    ("datum", "2024-07-31T22:00:00", date(2024, 7, 31)),
    ("datum", "9999-12-31T23:00:00Z", None),
    ("datum", "9999-12-30T23:00:00Z", None),
    ("peiljaar", "2024", date(2024, 10, 1)),
    ("geheel", "-3", -3),
    ("geheel", " 007 ", 7),
    ("getal", "52,1088946", 52.1088946),
    ("getal", "5.25", 5.25),
    ("bedrag", "2880.94", Decimal("2880.94")),
    ("bedrag", "2880,94", Decimal("2880.94")),
    ("bedrag", "€ 2.880,94", Decimal("2880.94")),
    ("bedrag", "€ 1.234.567,80", Decimal("1234567.80")),
    ("bedrag", "-12,50", Decimal("-12.50")),
    ("aantal", "0", Count(0, 0, 0)),
    ("aantal", " 64634 ", Count(64634, 64634, 64634)),
    ("aantal", "<5", Count(None, 1, 4)),
    ("aantal", "< 5", Count(None, 1, 4)),
    ("aantal", "-1", Count(None, 1, 4)),
    ("aantal", "1.000", Count(1000, 1000, 1000)),
    ("aantal", "999.999", Count(999_999, 999_999, 999_999)),
]

WRONG = [
    ("brin", "2OLO"), ("brin", "20LO00"), ("brin", "20L"),
    ("vestigingscode", "20LO"), ("vestigingscode", "20LO0"), ("vestigingscode", "20LO001"),
    ("vestigingsnummer", "100"), ("vestigingsnummer", "A1"),
    ("postcode", "0123AB"), ("postcode", "1012"), ("postcode", "1012ABC"),
    ("postcode4", "10"), ("postcode4", "0999"), ("postcode4", "1012AB"),
    ("postcode4_leerling", "50"),
    ("gemeentenummer", "S GRAVENHAGE"), ("gemeentenummer", "12345"), ("gemeentenummer", "PV27"),
    ("bevoegd_gezag", "123456"), ("bevoegd_gezag", "4141A"),
    ("swv_code", "20.02"), ("swv_code", "2707"), ("swv_code", "Europoort"),
    ("swv_code", "PO270"), ("swv_code", "XO2707"),
    ("swv_of_ander", "Europoort"), ("swv_of_ander", "270"),
    ("betaler", "CL3_20LO"), ("betaler", "GJIJJI_"),
    ("cluster", "5"), ("cluster", "1/2"),
    ("datum", "2024-13-01"), ("datum", "2023-02-29"), ("datum", "01-10-2024"), ("datum", "2024"), ("datum", "gisteren"),
    ("peiljaar", "24"), ("peiljaar", "2024/2025"),
    ("geheel", "1,5"), ("geheel", "-"), ("geheel", "een"), ("geheel", "1e3"),
    ("getal", "N.v.t."), ("getal", "nan"), ("getal", "1e3"),
    ("bedrag", "gratis"), ("bedrag", "1.2.3"), ("bedrag", "-"),
    ("aantal", "-2"), ("aantal", "<10"), ("aantal", "<"), ("aantal", "1.5"), ("aantal", "1,000"), ("aantal", "1.00"),
    ("aantal", "1000.000"),
    ("aantal", "1000000"), ("aantal", "999999999"), ("aantal", "1.000.000"), ("datum", "2024-07-31T25:00:00Z"),
    ("aantal", "n.v.t."), ("aantal", "١٢"),
]  # fmt: skip


@pytest.mark.parametrize(("codec", "cell", "value"), NORMAL_FORMS)
def test_each_way_of_writing_gives_the_one_normal_form(codec, cell, value):
    assert codes.CODECS[codec](cell) == value


@pytest.mark.parametrize(("codec", "cell"), WRONG)
def test_what_is_no_such_code_is_refused_with_the_value_as_it_stands_in_the_file(codec, cell):
    with pytest.raises(ValueError, match=re.escape(repr(cell))):
        codes.CODECS[codec](cell)


@pytest.mark.parametrize("codec", sorted(codes.CODECS))
@pytest.mark.parametrize("blank", ["", " ", " " * 10, " " * 80, "\t"])
def test_any_run_of_blanks_is_unknown_and_never_a_value(codec, blank):
    assert codes.CODECS[codec](blank) in (None, UNKNOWN)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2024-10-01onzin", "text after the day"),
        ("2024 1 1", "blanks"),
        ("2024+1+1", "signs"),
        ("2024--1001", "hyphens elsewhere"),
    ],
)
def test_a_day_is_only_read_from_the_notations_it_may_have(cell, why):
    with pytest.raises(ValueError, match="datum verwacht"):
        codes.datum(cell)


@pytest.mark.parametrize("cell", ["1,234.56", "12.34,5", "1.23,456", "1,2,3"])
def test_an_amount_with_its_separators_in_the_wrong_places_is_refused_not_guessed(cell):
    with pytest.raises(ValueError, match="getal verwacht"):
        codes.bedrag(cell)


@pytest.mark.parametrize(
    "codec",
    ["text", "brin", "vestigingscode", "vestigingsnummer", "postcode", "postcode4", "postcode4_leerling", "swv_code",
     "gemeentenummer", "bevoegd_gezag", "swv_of_ander", "betaler", "cluster"],
)  # fmt: skip
@given(data=st.data())
def test_a_normal_form_is_its_own_normal_form(codec, data):
    cells = st.sampled_from([cell for name, cell, _ in NORMAL_FORMS if name == codec]) | st.text(max_size=8)
    try:
        once = codes.CODECS[codec](data.draw(cells))
    except ValueError:
        return
    if once is not None:
        assert codes.CODECS[codec](once) == once


@given(brins, digits2, blanks)
def test_a_location_code_is_the_same_whether_it_comes_whole_or_in_two_columns(brin, number, blank):
    whole = codes.vestigingscode(f"{blank}{brin.lower()}{number}{blank}")
    two = codes.brin(blank + brin) + codes.vestigingsnummer(str(int(number)))  # numeric: its zeros lost
    assert whole == two == brin + number


@given(st.integers(1, 9998))
def test_a_gemeente_has_one_number_however_it_is_padded(number):
    spelled = {f"{number}", f"{number:4}", f"{number:04}", f"GM{number:04}", f"gm{number:04} "}
    assert {codes.gemeentenummer(cell) for cell in spelled} == {f"{number:04}"}


@given(swvs, st.sampled_from(["{s}{p}{n}", "{s}-{p}-{n}", "{s} {p}{n}", "{s}.{p}.{n}", " {s}-{p}{n} "]), st.booleans())
def test_a_samenwerkingsverband_has_one_code_however_it_is_spelled(code, spelling, lower):
    cell = spelling.format(s=code[:2], p=code[2:4], n=code[4:])
    cell = cell.lower() if lower else cell
    assert codes.swv_code(cell) == codes.swv_of_ander(cell) == codes.betaler(cell) == code


@given(st.text(max_size=12))
def test_nothing_but_a_po_or_vo_code_passes_for_a_samenwerkingsverband(cell):
    try:
        code = codes.swv_code(cell)
    except ValueError:
        return
    assert code is None or re.fullmatch(r"(PO|VO)[0-9]{4}", code)


@given(st.from_regex(r"(CL[12]|GJIJJI)_[0-9]{2}[A-Z]{2}([0-9]{2})?", fullmatch=True))
def test_a_payer_that_is_no_samenwerkingsverband_is_never_taken_for_one(cell):
    assert codes.betaler(cell) == cell
    with pytest.raises(ValueError, match="samenwerkingsverband"):
        codes.swv_code(cell)


@given(st.integers(0, codes.MOST_PUPILS) | st.sampled_from(["<5", "< 5", "-1", "", "  "]), blanks)
def test_a_count_lies_within_its_bounds_and_is_exact_only_when_they_meet(value, blank):
    count = codes.aantal(f"{blank}{value}{blank}")
    assert (count.lower is None) == (count.upper is None)
    assert count.lower is None or 0 <= count.lower <= count.upper
    exact = count.lower is not None and count.lower == count.upper
    assert (count.exact is not None) == exact
    assert count.exact in (count.lower, None)


@given(st.decimals(Decimal("-99999999.99"), Decimal("99999999.99"), places=2))
def test_money_as_dutch_text_comes_back_to_the_cent(amount):
    english = f"{amount:,.2f}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    for cell in (dutch, f"€ {dutch}", f"€{dutch}", f"{amount:.2f}".replace(".", ","), f"{amount:.2f}"):
        assert codes.bedrag(cell) == amount


@given(st.decimals(-1_000_000, 1_000_000, places=4, allow_nan=False))
def test_a_measure_reads_the_same_with_a_point_and_with_a_comma(value):
    assert codes.getal(f"{value:f}") == codes.getal(f"{value:f}".replace(".", ",")) == float(value)


@given(st.dates(date(1000, 1, 1)))
def test_a_day_reads_the_same_in_each_notation(day):
    iso = day.isoformat()
    assert codes.datum(iso) == codes.datum(iso.replace("-", "")) == codes.datum(f"{iso}T23:59:59") == day


@given(st.integers(1950, 2100))
def test_a_count_of_a_year_is_of_the_first_of_october(year):
    assert codes.peiljaar(str(year)) == date(year, 10, 1)


@pytest.mark.parametrize("codec", sorted(codes.CODECS))
@given(cell=st.text(max_size=20))
def test_no_cell_whatever_it_holds_raises_anything_but_a_reason(codec, cell):
    reason = ""
    try:
        codes.CODECS[codec](cell)
    except ValueError as error:
        reason = str(error)
    assert not reason or "verwacht" in reason or "geen jaar" in reason


@pytest.mark.parametrize(
    ("column", "read"),
    [
        (["1.134", "2.880,94"], [1134, 2880.94]),
        (["1.134", "€ 1.134,00", "12"], [1134, 1134, 12]),
        (["1.134", "2.5"], [1.134, 2.5]),
        (["1.134"], [1.134]),
        (["52,5", "12.1"], [52.5, 12.1]),
    ],
)
def test_a_number_with_one_point_is_read_as_its_column_writes_numbers(column, read):
    alike = codes.one_notation(column)
    assert [float(codes.bedrag(alike(cell))) for cell in column] == read


def test_a_number_with_one_point_is_not_read_where_its_column_writes_decimals_both_ways():
    alike = codes.one_notation(["52,5", "12.1", "1.134"])
    with pytest.raises(ValueError, match="een duizendtal of een decimaal getal"):
        alike("1.134")
    assert (alike("52,5"), alike("12.1")) == ("52,5", "12.1")
