from __future__ import annotations

from datetime import date

import pytest

from pipeline.contracts.loading import load_contracts
from pipeline.curated.models import load_models
from pipeline.curated.transforms import TRANSFORMS
from pipeline.errors import SettingsError
from tests.support import database
from tests.support.tables import curate


@pytest.fixture(scope="module")
def models():
    return database.models()


@pytest.fixture
def folder(tmp_path):
    def write(**queries):
        (tmp_path / "proef").mkdir(exist_ok=True)
        for name, sql in queries.items():
            (tmp_path / "proef" / f"{name}.sql").write_text(sql, encoding="utf-8")
        # of contracts only the names matter here
        return lambda *, contracts=queries, staging=("stg_a", "stg_b"): load_models(tmp_path, dict.fromkeys(contracts), staging)

    return write


# -- the project's own queries ----------------------------------------


def test_every_query_of_the_project_comes_after_what_it_reads(models):
    assert models.keys() == load_contracts("curated").keys()
    order = list(models)
    for model in models.values():
        assert all(order.index(each) < order.index(model.table) for each in model.depends & models.keys())


def test_every_query_of_the_project_gives_the_columns_of_its_contract(models):
    """Run on empty tables: names and their order, and with that that every column a query reads exists."""
    with database.empty() as connection:
        for table in models:
            columns = database.rows_made(connection, table).column_names
            assert sorted(columns) == sorted(database.CONTRACTS[table].columns), table


def test_the_build_up_of_support_money_passes_through_the_tested_formulas(models):
    assert models["ondersteuningsbekostiging_swv"].transform == TRANSFORMS["build_up"]
    assert TRANSFORMS["build_up"].module == "pipeline.funding.formulas"
    assert models["vestiging"].transform is None


def test_tables_about_the_run_itself_read_its_bookkeeping_and_a_subject_is_a_folder(models):
    assert {table for table, each in models.items() if each.bookkeeping - {"dag"}} == {"afgekeurd", "bron"}
    assert models["vestiging"].bookkeeping <= {"dag"}
    assert (models["bron"].subject, models["vestiging"].subject) == ("verantwoording", "vestigingen")


# -- what a query says of itself ----------------------------------------


def test_tables_are_ordered_by_what_their_queries_read(folder):
    load = folder(a="select * from b join stg_a using (k)", b="select * from c", c="select * from stg_b")
    models = load()
    assert list(models) == ["c", "b", "a"]
    assert models["a"].depends == {"b", "stg_a"}


@pytest.mark.parametrize(
    ("sql", "depends"),
    [
        ("with stap as (select * from stg_a) select * from stap", {"stg_a"}),
        ("select * from stg_a where k in (select k from stg_b)", {"stg_a", "stg_b"}),
        ("from stg_a", {"stg_a"}),
        ("select * from stg_a, unnest([1, 2]) as _ (n)", {"stg_a"}),
        ("select * from stg_a -- join stg_b using (k)\n", {"stg_a"}),
        ("select 'from stg_b' as tekst from stg_a", {"stg_a"}),
        ("select * from intern.dag join referentie.soorten using (k)", set()),
        ("select 1 as een", set()),
    ],
)
def test_a_query_depends_on_the_tables_it_reads_and_on_nothing_else(folder, sql, depends):
    assert folder(a=sql)()["a"].depends == depends


def test_a_query_that_reads_the_bookkeeping_of_the_run_says_so(folder):
    models = folder(a="select * from intern.bestand", b="select * from referentie.soorten")()
    assert (models["a"].bookkeeping, models["a"].reference) == ({"bestand"}, set())
    assert (models["b"].bookkeeping, models["b"].reference) == (set(), {"soorten"})


def test_a_function_named_in_the_query_is_what_its_rows_pass_through(folder):
    models = folder(a="-- apply: build_up\nselect 1 as k", b="select 1 as k")()
    assert models["a"].transform == TRANSFORMS["build_up"]
    assert models["b"].transform is None


def test_a_query_that_changes_has_another_digest(folder):
    assert folder(a="select 1 as k")()["a"].digest != folder(a="select 2 as k")()["a"].digest


@pytest.mark.parametrize(
    ("queries", "given", "named"),
    [
        ({"a": "select 1 as k", "los": "select 1 as k"}, {"contracts": ["a"]}, ["'los'", "no contract"]),
        ({"a": "select 1 as k"}, {"contracts": ["a", "belofte"]}, ["'belofte'", "no query"]),
        ({"a": "select * from stg_weg"}, {}, ["a.sql", "stg_weg"]),
        ({"a": "select * from b", "b": "select * from c", "c": "select * from a"}, {}, ["circle", "a", "b", "c"]),
        ({"a": "select * from a"}, {}, ["circle", "a"]),
        ({"a": "select from where"}, {}, ["a.sql", "parsed"]),
        ({"a": ""}, {}, ["a.sql", "0 queries"]),
        ({"a": "select 1 as k; select 2 as k"}, {}, ["a.sql", "2 queries"]),
        ({"a": "-- apply: build\nselect 1 as k"}, {}, ["a.sql", "'build'", "build_up", "transforms.py"]),
        ({"a": "select * from referentie.soort"}, {}, ["a.sql", "soort", "not there"]),
    ],
    ids=[
        "no contract",
        "no query",
        "unknown table",
        "circle",
        "itself",
        "no sql",
        "empty",
        "two queries",
        "no function",
        "no reference",
    ],
)
def test_queries_that_do_not_hold_together_are_refused_by_name(folder, queries, given, named):
    with pytest.raises(SettingsError) as error:
        folder(**queries)(**given)
    for each in named:
        assert each in str(error.value)


def test_a_gemeente_lies_wholly_in_a_region_when_no_other_holds_a_part_of_it_now():
    now, ended = {"geldig_vanaf": date(2015, 4, 23), "bron": "regeling"}, {"geldig_tot": date(2020, 8, 1)}
    found = curate(
        "gemeente_swv",
        postcode4=[{"postcode4": "1011", "gemeentenummer": "0363"}, {"postcode4": "1012", "gemeentenummer": "0363"},
                   {"postcode4": "9711", "gemeentenummer": "0014"}, {"postcode4": "9999"}],
        swv_postcode4=[
            {"swv_code": "PO2707", "postcode4": "1011", **now}, {"swv_code": "PO2708", "postcode4": "1012", **now},
            {"swv_code": "VO2707", "postcode4": "1011", **now, "geldig_vanaf": date(2016, 8, 1)},
            {"swv_code": "VO2707", "postcode4": "1012", **now}, {"swv_code": "VO2708", "postcode4": "1012", **now, **ended},
            {"swv_code": "PO2001", "postcode4": "9711", **now, **ended}, {"swv_code": "PO2001", "postcode4": "9999", **now},
        ],
    )  # fmt: skip
    assert [tuple(each.values()) for each in found] == [
        ("0014", "PO", "PO2001", date(2015, 4, 23), date(2020, 8, 1), 0, False, None),
        ("0363", "PO", "PO2707", date(2015, 4, 23), None, 1, False, None),
        ("0363", "PO", "PO2708", date(2015, 4, 23), None, 1, False, None),
        ("0363", "VO", "VO2707", date(2015, 4, 23), None, 2, True, None),
        ("0363", "VO", "VO2708", date(2015, 4, 23), date(2020, 8, 1), 0, False, None),
    ]


def test_what_is_announced_for_a_gemeente_stands_with_its_days_and_counts_from_then_on():
    begun, announced = {"geldig_vanaf": date(2014, 8, 1), "bron": "rio"}, date(2027, 8, 1)
    found = curate(
        "gemeente_swv",
        postcode4=[{"postcode4": "9711", "gemeentenummer": "0014"}, {"postcode4": "1011", "gemeentenummer": "0363"},
                   {"postcode4": "1012", "gemeentenummer": "0363"}],
        swv_postcode4=[
            {"swv_code": "PO2001", "postcode4": "9711", **begun, "geldig_tot": announced},
            {"swv_code": "PO2099", "postcode4": "9711", **begun, "geldig_vanaf": announced},
            {"swv_code": "PO2707", "postcode4": "1011", **begun},
            {"swv_code": "PO2707", "postcode4": "1012", **begun, "geldig_tot": announced},
            {"swv_code": "PO2708", "postcode4": "1012", **begun, "geldig_vanaf": announced},
        ],
    )  # fmt: skip
    assert [tuple(each.values())[2:] for each in found] == [
        ("PO2001", date(2014, 8, 1), announced, 1, True, announced),
        ("PO2099", announced, None, 0, True, None),
        # whole until a part of it goes to another
        ("PO2707", date(2014, 8, 1), None, 2, True, announced),
        ("PO2708", announced, None, 0, False, None),
    ]
