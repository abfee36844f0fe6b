"""The code location, loaded as Dagster loads it: without network, data or credentials."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import dagster as dg
import pytest
import yaml

from assets.build import build_defs, load_project
from assets.editions import edition_key
from assets.jobs import JOB
from assets.registries import registry_key
from pipeline.contracts.expectations import expectations_of
from pipeline.settings import Settings
from tests.conftest import REPOSITORY

# the tables that readers were promised by name
QUERIES = [each for each in (REPOSITORY / "assets/sql").glob("*/*.sql") if each.parent.name not in ("views", "macros")]
CURATED = {
    "gemeente", "postcode4", "samenwerkingsverband", "swv_postcode4", "bevoegd_gezag", "vestiging", "vestiging_swv",
    "koppelconflict", "leerlingen_vestiging", "leerlingen_swv", "bekostigingsparameter", "ondersteuningsbekostiging_swv",
    "ondersteuningsbekostiging_vestiging", "bron", "afgekeurd", "vestiging_historie", "deelname_swv", "grensverkeer",
    "grensverkeer_swv", "dekking_swv", "dekking_postcode4", "dekking_vestiging", "swv_kerncijfers",
}  # fmt: skip


@pytest.fixture(scope="module")
def project():
    return load_project()


@pytest.fixture(scope="module")
def graph(project, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unused")
    defs = build_defs(Settings(data_dir=folder / "data"), project)
    dg.Definitions.validate_loadable(defs)
    assert list(folder.iterdir()) == []
    return defs.resolve_asset_graph()


def test_the_workspace_loads_in_an_empty_folder_without_network_or_environment(tmp_path):
    blocked = "import socket; socket.socket.connect = socket.getaddrinfo = None; "
    code = (
        blocked + "from assets.definitions import defs; import json, sys; graph = defs.resolve_asset_graph(); "
        "json.dump([len(graph.get_all_asset_keys()), len(graph.asset_check_keys)], sys.stdout)"
    )
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "PYTHONDONTWRITEBYTECODE")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assets, checks = yaml.safe_load(done.stdout)
    assert assets > 80
    assert checks > 250
    assert list(tmp_path.iterdir()) == []


def test_workspace_names_the_module_and_the_location():
    (target,) = yaml.safe_load((REPOSITORY / "workspace.yaml").read_text())["load_from"]
    assert target["python_module"] == {"module_name": "assets.definitions", "location_name": "passend_onderwijs"}


def test_every_registry_table_and_the_release_is_an_asset_in_its_group(graph, project):
    groups: dict[str, set[dg.AssetKey]] = {}
    for key in graph.get_all_asset_keys():
        groups.setdefault(graph.get(key).group_name, set()).add(key)
    assert groups == {
        "editions": {edition_key(name) for name, registry in project.catalogue.items() if registry.yearly},
        "registries": {registry_key(name) for name in project.catalogue},
        "staging": {dg.AssetKey(table) for table in project.staging},
        **{
            subject: {dg.AssetKey(path.stem) for path in QUERIES if path.parent.name == subject}
            for subject in {path.parent.name for path in QUERIES}
        },
        "release": {dg.AssetKey("release"), dg.AssetKey("release_verschil"), dg.AssetKey("site")},
    }
    assert {path.stem for path in QUERIES} >= CURATED
    assert {registry.feeds for registry in project.catalogue.values()} == set(project.staging)


def test_every_asset_says_what_it_is_who_owns_it_and_of_which_kind(graph, project):
    tables = {*project.staging, *project.models}
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.owners == ["team:passend-onderwijs"], key
        assert node.kinds, key
        page = node.metadata["docs"].value
        assert (REPOSITORY / page).is_file(), (key, page)
        if key.to_user_string() in tables:
            assert all(column.description for column in node.metadata["dagster/column_schema"].columns), key
            assert key.to_user_string() in (REPOSITORY / page).read_text(encoding="utf-8"), key
        if node.group_name in ("editions", "registries"):
            assert {"publisher", "licence", "source", "cadence_days"} <= node.metadata.keys(), key


def test_a_registry_links_to_its_publisher_where_that_has_a_public_address(graph, project):
    for name, registry in project.catalogue.items():
        source = graph.get(registry_key(name)).metadata["source"]
        public = [each for each in registry.where if each.base != "reference"]
        assert (source.value if public else "https://").startswith("https://"), name
        assert public or "no stable public address" in source, name


def test_arrows_run_one_way(graph):
    order = ["editions", "registries", "staging", "tables", "release"]
    subjects = {path.parent.name for path in QUERIES}

    def place(key):
        group = graph.get(key).group_name
        return order.index("tables" if group in subjects else group)

    # these are made of what comes right before them alone
    first = {key for key in graph.get_all_asset_keys() if graph.get(key).group_name == "staging"} | {dg.AssetKey("release")}
    for key in graph.get_all_asset_keys():
        here = place(key)
        for parent in graph.get(key).parent_keys:
            there = place(parent)
            assert there == here - 1 if key in first else there <= here, (key, parent)
    read = {dg.AssetKey(each) for each in ("koppeling", "peildag", "vestiging")}
    assert graph.get(dg.AssetKey("vestiging_swv")).parent_keys == read


def test_a_table_has_one_check_for_its_shape_and_one_for_each_expectation_of_its_own(graph, project):
    contracts = {**project.staging, **project.curated}
    shapes = {dg.AssetCheckKey(dg.AssetKey(table), "shape") for table in contracts}
    own = {
        dg.AssetCheckKey(dg.AssetKey(table), check.name)
        for table, contract in contracts.items()
        for check in expectations_of(contract)
        if check.title
    }
    ages = {dg.AssetCheckKey(registry_key(name), "actueel") for name in project.catalogue}
    assert graph.asset_check_keys == shapes | own | ages


def test_freshness_follows_the_cadence_of_the_catalogue(graph, project):
    for name, registry in project.catalogue.items():
        policy = graph.get(registry_key(name)).freshness_policy
        assert policy.fail_window.to_timedelta() == timedelta(days=registry.cadence), name


def test_one_job_every_morning_in_one_process(project, tmp_path):
    defs = build_defs(Settings(data_dir=tmp_path / "data"), project)
    (schedule,) = defs.schedules
    assert (schedule.cron_schedule, schedule.execution_timezone, schedule.job_name) == ("30 6 * * *", "Europe/Amsterdam", JOB)
    job = defs.resolve_job_def(JOB)
    assert job.executor_def is dg.in_process_executor
    assert {key.to_user_string() for key in job.asset_layer.executable_asset_keys} >= CURATED | {"release", "site"}


def test_what_can_be_run_switched_on_or_asked_for_by_year_stands_in_the_docs(project):
    defs = build_defs(Settings(), project)
    names = [each.name for each in (*defs.jobs, *defs.schedules, *defs.sensors)]
    names += [name for name, registry in project.catalogue.items() if registry.yearly]
    text = (REPOSITORY / "docs" / "dagster.md").read_text(encoding="utf-8")
    assert [name for name in names if f"`{name}`" not in text] == []


def modules_after(statement):
    """What a process has imported once it has run the statement."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_the_library_never_imports_the_orchestrator():
    assert not modules_after("import pipeline.cli, pipeline.run.run, pipeline.run.summary") & {"dagster", "assets"}


@pytest.mark.parametrize(
    "statement",
    ["import assets.command", "from assets.command import load_project; load_project()"],
)
def test_a_command_that_runs_nothing_imports_no_dagster(statement):
    assert "dagster" not in modules_after(statement)
