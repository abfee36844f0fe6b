"""The way of a column to what it comes from: as queries say it, as it is written down, and as a reader asks for it."""

from __future__ import annotations

import csv
from collections.abc import Iterable

import duckdb
import pytest

from pipeline.curated import reference
from pipeline.curated.lineage import column_lineage
from pipeline.curated.models import load_models
from pipeline.releases.release import DUCKDB_FILE
from tests.support import database, published

COLUMNS = {
    "a": ["k", "titel", "adres", "totaal"], "stg_a": ["k", "naam", "n"], "stg_b": ["k", "plaats", "m"],
    "referentie.soorten": ["soort", "deel", "sector"], "intern.dag": ["dag"],
}  # fmt: skip
JOINED = "select naam || ' ' || plaats as adres from stg_a join stg_b using (k)"
IN_STEPS = """
    with som as (select k, sum(n) as t from stg_a group by k)
    select som.t + m as totaal from som join stg_b using (k)
"""
MACROS = {
    "boven": "-- Whether a number is above another.\ncreate macro boven(x, y) as\n    x > y + (select max(m) from stg_b)",
    "van": "-- Numbers of one key.\ncreate macro van(sleutel) as table\n"
    "select k, n + sleutel as aantal from stg_a where boven(n, 1)",
}


@pytest.fixture
def traced(tmp_path):
    def trace(sql: str, **macros: str):
        for name, text in {"proef/a": sql, **{f"macros/{name}": text for name, text in macros.items()}}.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / f"{name}.sql").write_text(text, encoding="utf-8")
        return column_lineage(load_models(tmp_path, {"a": None}, ("stg_a", "stg_b"))["a"], COLUMNS)

    return trace


@pytest.mark.parametrize(
    ("sql", "lineage"),
    [
        ("select naam as titel from stg_a", {"titel": (("stg_a", "naam"),)}),
        ('select "naam" as "titel" from "stg_a"', {"titel": (("stg_a", "naam"),)}),
        (JOINED, {"adres": (("stg_a", "naam"), ("stg_b", "plaats"))}),
        (IN_STEPS, {"totaal": (("stg_a", "n"), ("stg_b", "m"))}),
        ("select k, 'vast' as titel from stg_a", {"k": (("stg_a", "k"),)}),
        ("select k from stg_a union all select k from stg_b", {"k": (("stg_a", "k"), ("stg_b", "k"))}),
        ("select k, naam as hulp from stg_a", {"k": (("stg_a", "k"),)}),
        ("select naam as titel, k from stg_a union all by name select k, plaats as titel from stg_b", {}),
        ("select deel as titel from referentie.soorten", {"titel": (("referentie.soorten", "deel"),)}),
        ("select dag as k from intern.dag", {"k": (("intern.dag", "dag"),)}),
        ("select boven(n, k) as totaal from stg_a", {"totaal": (("stg_a", "k"), ("stg_a", "n"), ("stg_b", "m"))}),
        ("select w.k, w.aantal as totaal from van(2) w", {"k": (("stg_a", "k"),), "totaal": (("stg_a", "n"),)}),
        ("select v.aantal as totaal from stg_b b cross join van(2) v", {"totaal": (("stg_a", "n"),)}),
    ],
    ids=["renamed", "quoted", "joined", "in steps", "a constant", "union", "no column of the table", "union by name",
         "a reference file", "of the run", "a macro", "a macro that is a table", "a macro beside a table"],
)  # fmt: skip
def test_a_column_is_traced_to_the_columns_its_values_come_from_or_not_at_all(traced, sql, lineage):
    assert traced(sql, **MACROS) == lineage


def test_a_column_that_a_function_makes_comes_from_all_that_the_query_gives(traced):
    found = traced("-- apply: areas\nselect k, n as hulp from stg_a")
    assert found["k"] == (("stg_a", "k"),)
    assert found["titel"] == found["totaal"] == (("stg_a", "k"), ("stg_a", "n"))


# -- as it is written down (tests/test_docs.py sees that it is what the queries say) ------------------------------


def written() -> list[dict[str, str | None]]:
    with (reference.FOLDER / "herkomst_kolom.csv").open(encoding="utf-8", newline="") as file:
        return [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)]


def test_every_table_and_view_has_a_way_to_what_it_is_made_from():
    views = {each.name for each in database.questions() if each.kind == "view"}
    assert {each["tabel"] for each in written()} == database.models().keys() | views


def test_every_step_leads_to_a_column_that_is_there():
    columns = {(table, column) for table, contract in database.CONTRACTS.items() for column in contract.columns}
    left = {(each["uit_tabel"], each["uit_kolom"]) for each in written()} - columns
    assert {str(table).partition(".")[0] for table, _ in left} <= {"referentie", "intern", "school_en_swv"}


def test_what_a_registry_feeds_is_named_by_its_catalogue_entry():
    assert all((each["dataset"] is not None) == str(each["uit_tabel"]).startswith("stg_") for each in written())


# -- as a reader asks for it --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    release = published.release(tmp_path_factory.mktemp("release"), herkomst_kolom=written())
    with duckdb.connect(str(release.path / DUCKDB_FILE), read_only=True) as connection:
        yield connection


def _ends(rows: Iterable[tuple]) -> set[tuple]:
    return {(dataset, column) for *_, column, dataset in rows if dataset}


def test_a_reader_follows_a_name_to_the_registers_step_by_step(asked):
    way = asked.execute("from herkomst_van('school_en_swv', 'naam')").fetchall()
    assert way[0] == (1, "school_en_swv", "naam", "vestiging", "naam", None)
    assert {step for step, *_ in way} == {1, 2, 3, 4}
    assert {("vestigingen_bo", "vestigingsnaam"), ("vestigingen_vo", "vestigingsnaam")} <= _ends(way)


def test_money_leads_to_counts_and_to_the_norm_amounts(asked):
    way = asked.execute("from herkomst_van('swv_kerncijfers', 'netto_schooljaar')").fetchall()
    assert ("bekostigingsparameter", "bedrag", "referentie.bekostigingsparameters", "bedrag") in {each[1:5] for each in way}
    assert "leerlingen_po_totaal" in {dataset for dataset, _ in _ends(way)}


def test_what_is_not_there_has_no_way(asked):
    assert asked.execute("from herkomst_van('vestiging', 'bestaat_niet')").fetchall() == []


def test_every_column_of_a_view_says_what_it_is(asked):
    rows = asked.execute(
        "select table_name, column_name, c.comment from duckdb_columns() c join duckdb_views() v on v.view_name = c.table_name "
        "where not v.internal"
    ).fetchall()
    found = {(view, column): comment for view, column, comment in rows}
    assert not [each for each, comment in found.items() if not comment]
    assert found["school_en_swv", "provincie"] == "From vestiging.provincie: Province"
    assert "postcode4_swv.swv_code" in found["postcode_en_swv", "swv_po"]
