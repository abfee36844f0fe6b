from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest
import yaml
from frictionless import Resource, Schema

from pipeline.contracts.contract import INDEXED_ROWS
from pipeline.contracts.expectations import EMPTY, Refers, expectations_of
from pipeline.contracts.frictionless import resource_of
from pipeline.contracts.loading import EXPECTATIONS, load_contracts
from pipeline.errors import SettingsError

LAYERS = ("staging", "curated")
CONTRACTS = {**load_contracts("staging"), **load_contracts("curated")}
NAAM = {"name": "naam", "type": "string", "description": "Name"}

every_contract = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
curated_contract = pytest.mark.parametrize("contract", load_contracts("curated").values(), ids=load_contracts("curated"))


def load(tmp_path, text, layer="curated"):
    (tmp_path / layer).mkdir(exist_ok=True)
    (tmp_path / layer / "fout.yaml").write_text(text if isinstance(text, str) else yaml.safe_dump(text), encoding="utf-8")
    return load_contracts(layer, tmp_path)


# -- the project's own contracts ----------------------------------------


def test_every_file_below_expectations_is_a_contract():
    assert (
        len(CONTRACTS)
        == sum(1 for layer in LAYERS for _ in (EXPECTATIONS / layer).iterdir())
        == len(list(EXPECTATIONS.glob("*/*.yaml")))
    )


@pytest.mark.parametrize("contract", load_contracts("staging").values(), ids=load_contracts("staging"))
def test_every_count_says_what_it_is_at_most_where_its_cell_cannot_be_read(contract):
    counts = [each for each in contract.fields if each.codec == "aantal" or (each.columns and each.type == "array")]
    assert not [each.name for each in counts if each.ceiling is None]


@every_contract
def test_a_table_in_duckdb_has_the_columns_of_its_contract_and_tells_what_they_mean(contract):
    with duckdb.connect() as database:
        database.execute(contract.ddl())
        for comment in contract.comments(note="FICTIEF. "):
            database.execute(comment)
        found = database.execute(
            "select column_name, comment from duckdb_columns() where not internal order by column_index"
        ).fetchall()
        (table,) = database.execute("select comment from duckdb_tables() where not internal").fetchone()
    assert found == [(field.name, field.description) for field in contract.fields]
    key = ", ".join(contract.primary_key)
    assert table == f"FICTIEF. {contract.title}. {contract.description} Sleutel: {key}."


@every_contract
@pytest.mark.parametrize("rows", [INDEXED_ROWS, INDEXED_ROWS + 1])
def test_a_released_table_refuses_a_missing_key_however_many_rows_it_has(contract, rows):
    with duckdb.connect() as database:
        database.execute(contract.ddl(rows=rows))
        with pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
            database.execute(f"insert into {contract.table} default values")


@pytest.mark.parametrize(
    ("rows", "constraints"),
    [(None, []), (0, ["NOT NULL", "PRIMARY KEY"]), (5_000, ["NOT NULL", "PRIMARY KEY"]), (5_001, ["NOT NULL"])],
)
def test_the_key_is_a_constraint_only_in_a_released_table_where_it_is_cheap(make_contract, rows, constraints):
    contract = make_contract("curated", fields=[{**NAAM, "constraints": {"required": True}}], primaryKey=["naam"])
    with duckdb.connect() as database:
        database.execute(contract.ddl(rows=rows))
        found = database.execute("select distinct constraint_type from duckdb_constraints() order by all").fetchall()
    assert [kind for (kind,) in found] == constraints


@curated_contract
def test_rows_travel_from_arrow_into_duckdb_without_a_change_of_type(contract):
    with duckdb.connect() as database:
        database.execute(contract.ddl())
        made = database.execute(f"select * from {contract.table}").to_arrow_table().schema
    assert made.names == contract.arrow_schema().names == contract.columns
    # DuckDB tells the session's own time zone in its timestamps
    assert [_zoneless(kind) for kind in made.types] == [_zoneless(kind) for kind in contract.arrow_schema().types]


def _zoneless(kind):
    return pa.timestamp(kind.unit, "UTC") if pa.types.is_timestamp(kind) else kind


@every_contract
def test_a_contract_is_a_valid_data_package_resource(contract):
    resource = resource_of(contract)
    assert re.fullmatch(r"[a-z0-9-]+", resource["name"])
    Schema.from_descriptor(resource["schema"])  # raises on a field type, constraint or key that the standard does not know
    descriptor = {**resource, "path": "tabel.csv", "format": "csv"}
    assert Resource.from_descriptor(descriptor).schema.field_names == contract.columns


@curated_contract
def test_every_foreign_key_names_a_resource_and_field_of_the_same_package(contract):
    resources = {resource_of(each)["name"]: each.columns for each in load_contracts("curated").values()}
    for key in resource_of(contract)["schema"].get("foreignKeys", ()):
        assert set(key["reference"]["fields"]) <= set(resources[key["reference"]["resource"]])


@every_contract
def test_every_check_has_a_name_of_its_own_that_dagster_accepts_and_says_why_it_is_there(contract):
    checks = expectations_of(contract)
    names = [check.name for check in checks]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_]+", name) for name in names)
    assert all(check.reason.strip() for check in checks)
    assert {check.severity for check in checks} <= {"critical", "warning"}


@every_contract
def test_every_check_reads_columns_that_the_table_has(contract):
    for check in expectations_of(contract):
        named = [value for name, value in check.kwargs.items() if name.startswith("column") and isinstance(value, str)]
        named += check.kwargs.get("column_list", [])
        if named == [EMPTY]:
            continue  # made for it, from the columns that the contract requires
        if check.reference:
            named.remove(check.kwargs["column_B"])  # joined from the other table
        assert set(named) <= set(check.columns(contract)) <= set(contract.columns)
        assert check.columns(contract) or check.type.startswith("expect_table_"), check.name


@every_contract
def test_every_reference_of_a_check_is_to_a_table_and_column_that_exist(contract):
    for check in expectations_of(contract):
        if check.reference:
            assert {theirs for _, theirs in check.reference.pairs} <= set(CONTRACTS[check.reference.table].columns)


@every_contract
def test_every_table_has_a_key(contract):
    assert contract.primary_key
    assert set(contract.primary_key) <= set(contract.columns)


@pytest.mark.parametrize("contract", load_contracts("staging").values(), ids=load_contracts("staging"))
def test_no_header_could_be_two_columns_and_every_derived_column_has_its_source(contract):
    names = [field.name for field in contract.fields]
    claimed: dict[str, str] = {}
    for field in contract.fields:
        assert set(field.join) <= set(names)
        if field.bound:
            assert contract.field(field.bound[1]).codec == "aantal"
        if field.codec is None:
            continue
        for header in (*field.headers, field.name):
            plain = re.sub("[^a-z0-9]", "", header.lower())
            assert claimed.setdefault(plain, field.name) == field.name, f"{header} could be {claimed[plain]} or {field.name}"


@curated_contract
def test_the_curated_tables_of_the_design_are_there_with_their_keys(contract):
    keys = {
        "gemeente": ("gemeentenummer",),
        "postcode4": ("postcode4",),
        "samenwerkingsverband": ("swv_code",),
        "swv_postcode4": ("swv_code", "postcode4", "geldig_vanaf"),
        "bevoegd_gezag": ("bevoegd_gezag_nummer",),
        "vestiging": ("vestigingscode",),
        "vestiging_swv": ("vestigingscode", "sector", "geldig_vanaf"),
        "koppelconflict": ("vestigingscode", "sector", "methode"),
        "leerlingen_vestiging": ("vestigingscode", "soort", "peildatum"),
        "leerlingen_swv": ("swv_code", "soort", "peildatum"),
        "ondersteuningsbekostiging_swv": ("swv_code", "periode", "component"),
        "ondersteuningsbekostiging_vestiging": ("vestigingscode", "periode", "component"),
        "bron": ("sha256",),
        "afgekeurd": ("dataset", "regel", "kolom"),
        "bekostigingsparameter": ("parameter", "sector", "categorie", "periode", "component", "versie"),
    }
    assert keys.keys() <= load_contracts("curated").keys()
    # a table may have a wider key (one row per role of an SWV, per file), never a narrower one
    assert set(keys.get(contract.table, ())) <= set(contract.primary_key)


# -- what follows from a contract ----------------------------------------

SHAPE = {
    "fields": [
        {
            "name": "code",
            "type": "string",
            "description": "Code",
            "constraints": {"required": True, "pattern": "[A-Z]{2}|[0-9]{2}"},
        },
        {"name": "soort", "type": "string", "description": "Kind", "constraints": {"enum": ["BO", "SO"]}},
        {"name": "aantal", "type": "integer", "description": "Pupils", "constraints": {"minimum": 0, "maximum": 9}},
        {"name": "nummer", "type": "integer", "description": "Number", "constraints": {"unique": True}},
        {"name": "lijst", "type": "array", "description": "List", "constraints": {"required": True}},
    ],
    "primaryKey": ["code", "soort"],
    "foreignKeys": [
        {"fields": ["soort"], "reference": {"resource": "soorten", "fields": ["naam"]}},
        {"fields": ["nummer"], "reference": {"resource": "nummers", "fields": ["nummer"]}, "severity": "warning"},
    ],
}


def test_each_constraint_and_key_becomes_one_named_check(make_contract):
    checks = expectations_of(make_contract("curated", **SHAPE))
    assert [(check.name, check.severity) for check in checks] == [
        ("verplichte_kolommen__gevuld", "critical"),
        ("code__match_regex", "critical"),
        ("soort__in_set", "critical"),
        ("aantal__between", "critical"),
        ("nummer__unique", "critical"),
        ("sleutel__compound_columns_to_be_unique", "critical"),
        ("soort_in_soorten__in_set", "critical"),
        ("nummer_in_nummers__in_set", "warning"),
    ]
    kwargs = {check.name: dict(check.kwargs) for check in checks}
    assert kwargs["aantal__between"] == {"column": "aantal", "min_value": 0, "max_value": 9}
    assert kwargs["soort__in_set"] == {"column": "soort", "value_set": ["BO", "SO"]}
    assert kwargs["sleutel__compound_columns_to_be_unique"] == {"column_list": ["code", "soort"]}


def test_a_pattern_holds_for_the_whole_value_not_for_a_part_of_it(make_contract):
    (check,) = [each for each in expectations_of(make_contract("curated", **SHAPE)) if each.name == "code__match_regex"]
    assert [bool(re.search(check.kwargs["regex"], value)) for value in ("AB", "12", "ABC", "x12", "AB12")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_key_of_one_column_is_one_check_not_two(make_contract):
    fields = [{**NAAM, "constraints": {"required": True, "unique": True}}]
    checks = expectations_of(make_contract("curated", fields=fields, primaryKey=["naam"]))
    assert [check.name for check in checks] == ["verplichte_kolommen__gevuld", "naam__unique"]


def test_a_check_of_the_contracts_own_keeps_its_name_severity_and_reason(make_contract):
    own = [
        {
            "type": "expect_column_values_to_not_be_null",
            "kwargs": {"column": "naam", "mostly": 0.9},
            "severity": "warning",
            "meta": {"title": "Scholen hebben een naam", "reason": "some\n  schools have no name yet"},
        },
        {
            "type": "expect_table_row_count_to_be_between",
            "kwargs": {"min_value": 1},
            "meta": {"title": "Er zijn scholen", "reason": "schools exist"},
        },
        {
            "type": "expect_column_values_to_not_be_null",
            "name": "naam__bij_open",
            "kwargs": {"column": "naam"},
            "meta": {"title": "Een naam", "reason": "x"},
        },
    ]
    checks = expectations_of(make_contract("curated", fields=[NAAM], expectations=own))
    assert [(check.name, check.severity, check.reason) for check in checks] == [
        ("naam__not_be_null", "warning", "some schools have no name yet"),
        ("tabel__table_row_count_to_be_between", "critical", "schools exist"),
        ("naam__bij_open", "critical", "x"),
    ]


def test_a_reference_compares_a_column_with_what_was_found_in_the_other_table(make_contract):
    (check,) = [each for each in expectations_of(make_contract("curated", **SHAPE)) if each.name == "soort_in_soorten__in_set"]
    assert check.type == "expect_column_pair_values_to_be_equal"
    assert check.kwargs == {
        "column_A": "soort",
        "column_B": "soort__soorten",
        "ignore_row_if": "both_values_are_missing",
    }
    assert check.reference == Refers("soorten", (("soort", "naam"),))


def test_a_foreign_key_of_several_columns_is_one_check_that_reads_all_of_them(make_contract):
    key = {"fields": ["soort", "nummer"], "reference": {"resource": "soorten", "fields": ["naam", "volgnummer"]}}
    contract = make_contract("curated", **{**SHAPE, "foreignKeys": [key]})
    (check,) = [each for each in expectations_of(contract) if each.reference]
    assert (check.name, check.kwargs["column_A"]) == ("soort_nummer_in_soorten__in_set", "soort")
    assert check.reference == Refers("soorten", (("soort", "naam"), ("nummer", "volgnummer")))
    assert set(check.columns(contract)) == {"soort", "nummer"}


def test_a_check_with_a_condition_reads_the_columns_of_the_condition_too(make_contract):
    own = [
        {
            "type": "expect_column_values_to_not_be_null",
            "meta": {"title": "Een naam", "reason": "x"},
            "kwargs": {"column": "naam", "row_condition": 'soort == "aantal"'},
        }
    ]
    contract = make_contract("curated", fields=[NAAM, *SHAPE["fields"][1:3]], expectations=own)
    assert set(expectations_of(contract)[-1].columns(contract)) >= {"naam", "soort"}


def test_a_staging_table_is_keyed_within_its_file_and_carries_its_provenance(make_contract):
    keyed = make_contract("staging", name="vestigingen", fields=[NAAM], primaryKey=["naam"])
    assert keyed.table == "stg_vestigingen"
    assert keyed.primary_key == ("bron_sha256", "naam")
    assert keyed.columns == ["naam", "bron_sha256", "bron_regel", "editie"]
    assert make_contract("staging", fields=[NAAM]).primary_key == ("bron_sha256", "bron_regel")


def test_money_is_exact_in_every_projection(make_contract):
    contract = make_contract("curated", fields=[{"name": "bedrag", "type": "decimal", "description": "Euro"}])
    with duckdb.connect() as database:
        database.execute(contract.ddl())
        rows = pa.table({"bedrag": [Decimal("9007199254740993.01")]}, schema=contract.arrow_schema())
        database.register("rows", rows)
        database.execute("insert into proef select * from rows")
        assert database.execute("select bedrag from proef").fetchone() == (Decimal("9007199254740993.01"),)


def test_each_type_of_column_takes_the_value_it_is_named_for(make_contract):
    values = {
        "string": "a",
        "integer": 2**62,
        "number": 0.5,
        "decimal": Decimal("0.01"),
        "boolean": True,
        "date": date(2024, 10, 1),
        "datetime": datetime(2024, 10, 1, 12, tzinfo=UTC),
    }
    contract = make_contract("curated", fields=[{"name": kind, "type": kind, "description": kind} for kind in values])
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        database.execute(contract.ddl())
        database.register("rows", pa.table({kind: [value] for kind, value in values.items()}, schema=contract.arrow_schema()))
        database.execute("insert into proef select * from rows")
        assert database.execute("select * from proef").to_arrow_table().to_pylist() == [values]


def test_quotes_in_a_description_survive_the_comment(make_contract):
    contract = make_contract("curated", title="'s-Gravenhage", fields=[{**NAAM, "description": "it's; -- drop table"}])
    with duckdb.connect() as database:
        database.execute(contract.ddl())
        for statement in contract.comments():
            database.execute(statement)
        assert database.execute("select comment from duckdb_columns() where not internal").fetchall() == [
            ("it's; -- drop table",)
        ]


# -- contracts that cannot be used ----------------------------------------

GOOD = {"title": "T", "description": "D", "fields": [NAAM]}
CHECK = {
    "type": "expect_column_values_to_not_be_null",
    "kwargs": {"column": "naam"},
    "meta": {"title": "Een naam", "reason": "x"},
}


@pytest.mark.parametrize(
    ("contract", "named"),
    [
        ({**GOOD, "fields": [{**NAAM, "type": "text"}]}, ["'naam'", "'text'", "string"]),
        ({**GOOD, "fields": [{**NAAM, "codec": "postkode"}]}, ["'naam'", "'postkode'", "postcode"]),
        ({**GOOD, "fields": [{**NAAM, "colour": "blue"}]}, ["colour"]),
        ({**GOOD, "fields": [{"name": "naam", "type": "string"}]}, ["description"]),
        ({**GOOD, "primaryKey": ["code"]}, ["'code'"]),
        ({**GOOD, "foreignKeys": [{"fields": ["code"], "reference": {"resource": "a", "fields": ["b"]}}]}, ["'code'"]),
        ({**GOOD, "foreignKeys": [{"fields": ["naam"], "reference": {"resource": "a", "fields": ["b", "c"]}}]}, ["pairs each"]),
        ({"title": "T", "description": "D"}, ["fields"]),
        ({"description": "D", "fields": [NAAM]}, ["title"]),
        ("", []),
        ("- los\n- lijstje\n", []),
    ],
    ids=[
        "type",
        "codec",
        "unknown key",
        "no description",
        "primary key",
        "foreign key",
        "foreign key of one column to two",
        "no fields",
        "no title",
        "empty",
        "a list",
    ],
)
def test_a_contract_that_cannot_be_used_is_refused_by_file_field_and_value(tmp_path, contract, named):
    with pytest.raises(SettingsError) as error:
        load(tmp_path, contract)
    for each in ["curated/fout.yaml", *named]:
        assert each in str(error.value)


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        ({**GOOD, "colour": "blue"}, "unknown key 'colour'"),
        ({**GOOD, "table": "x"}, "unknown key 'table'; the place of the file says it"),
        ({**GOOD, "primary_key": ["naam"]}, "unknown key 'primary_key'"),
        ({**GOOD, "fields": [NAAM, {**NAAM, "name": "b", "colour": "blue"}]}, "fields 'b': unknown key 'colour'"),
        (
            {**GOOD, "fields": [{**NAAM, "constraints": {"requird": True}}]},
            "fields 'naam' constraints: unknown key 'requird'; known are 'required', 'unique'",
        ),
        ({**GOOD, "fields": [NAAM, {"type": "string", "description": "D"}]}, "fields number 2: key 'name' is missing"),
        (
            {**GOOD, "fields": [{**NAAM, "headers": "NAAM"}]},
            "fields 'naam' headers: 'NAAM' cannot be used: input",
        ),
        (
            {**GOOD, "expectations": [{**CHECK, "meta": {"title": "Een naam", "reason": "x", "kind": 1}}]},
            "expectations number 1 meta: unknown",
        ),
        (
            {**GOOD, "expectations": [{**CHECK, "severity": "error"}]},
            "expectations number 1 severity: 'error' is unknown",
        ),
    ],
)
def test_a_key_or_value_that_is_not_known_is_refused_with_its_place(tmp_path, contract, message):
    with pytest.raises(SettingsError, match=rf"^contract curated/fout\.yaml cannot be used: {re.escape(message)}"):
        load(tmp_path, contract)


def test_every_fault_of_a_contract_is_told_at_once(tmp_path):
    with pytest.raises(SettingsError, match=r"key 'description' is missing; .*unknown key 'colour'"):
        load(tmp_path, {"title": "T", "fields": [{**NAAM, "colour": "blue"}]})


def test_a_contract_never_changes_and_can_be_a_key(make_contract):
    same = [make_contract("curated", **SHAPE) for _ in range(2)]
    assert len({*same}) == 1
    assert len({same[0], make_contract("curated", **{**SHAPE, "title": "Anders"})}) == 2
    with pytest.raises(ValueError, match="frozen"):
        same[0].title = "Anders"


def test_yaml_that_does_not_parse_is_refused_by_file(tmp_path):
    with pytest.raises(SettingsError, match=r"curated/fout\.yaml"):
        load(tmp_path, "title: [\n")


@pytest.mark.parametrize("severity", ["critcal", "Critical", "error"])
def test_a_misspelt_severity_is_refused_because_such_a_check_would_block_nothing(tmp_path, severity):
    with pytest.raises(SettingsError, match=severity):
        expectations_of(load(tmp_path, {**GOOD, "expectations": [{**CHECK, "severity": severity}]})["fout"])


@pytest.mark.parametrize("lacking", ["type", "meta"])
def test_a_check_that_lacks_its_kind_or_its_reason_is_refused_by_file(tmp_path, lacking):
    check = {name: value for name, value in CHECK.items() if name != lacking}
    with pytest.raises(SettingsError, match=r"fout\.yaml"):
        expectations_of(load(tmp_path, {**GOOD, "expectations": [check]})["fout"])


@pytest.mark.parametrize(
    ("title", "told"),
    [(None, "key 'title' is missing"), ("", "should have at least 1 character"), ("x" * 81, "should have at most 80 characters")],
    ids=["none", "empty", "too long"],
)
def test_an_own_check_needs_a_title_that_fits_on_a_line(tmp_path, title, told):
    meta = {"reason": "x"} if title is None else {"title": title, "reason": "x"}
    with pytest.raises(SettingsError, match=rf"fout\.yaml.*expectations number 1 meta.*{told}"):
        load(tmp_path, {**GOOD, "expectations": [{**CHECK, "meta": meta}]})


def test_a_check_of_the_contract_itself_has_a_title_and_a_derived_one_has_none(make_contract):
    checks = expectations_of(make_contract("curated", fields=[{**NAAM, "constraints": {"required": True}}], expectations=[CHECK]))
    assert [each.title for each in checks] == ["", "Een naam"]


@pytest.mark.parametrize(
    "field",
    [
        {"name": "heel", "type": "string", "description": "x", "join": ["naam", "nummer"]},
        {"name": "ondergrens", "type": "integer", "description": "x", "bound": ["ondergrens", "nummer"]},
    ],
    ids=["join", "bound"],
)
def test_a_column_made_from_a_column_that_is_not_there_is_refused_by_name(tmp_path, field):
    with pytest.raises(SettingsError, match="nummer"):
        load(tmp_path, {**GOOD, "fields": [{**NAAM, "codec": "text"}, field]}, "staging")
