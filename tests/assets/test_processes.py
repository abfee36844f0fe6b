"""A process per step: steps share nothing but the store, so what comes of them is what one process makes."""

from __future__ import annotations

import os

import dagster as dg
import pytest

from assets.build import build_defs
from assets.jobs import JOB
from assets.local import runner
from assets.local.instance import HOME, open_instance
from assets.project import load_project
from assets.registries import CURRENT, registry_key
from pipeline.archive.looks import LOOKS, RUNS
from pipeline.run.looks import STARTED
from pipeline.settings import Settings
from pipeline.store.objects import Store
from tests.support import processes
from tests.support.small import SCHOOL, write_package

TABLE, ANOTHER = "swv_regio_gemeente", "stg_gemeenten"
ANNEX = b"swv_po;gemeente;alleen_postcode4;behalve_postcode4\r\nPO2707;Amsterdam;;\r\n"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The small country, with a school in each of the three registers and both statutory tables."""
    special = {**SCHOOL, "vestigingscode": "03CC00", "instellingscode": "03CC", "soort": "SO"}
    secondary = {**SCHOOL, "vestigingscode": "04DD00", "instellingscode": "04DD"}
    folder = tmp_path_factory.mktemp("processes") / "klein"
    return write_package(folder, vestigingen_so=[special], vestigingen_vo=[secondary], swv_regio_2013_po=ANNEX)


@pytest.fixture(autouse=True)
def no_home(monkeypatch):
    monkeypatch.delenv(HOME, raising=False)


@pytest.fixture
def selection():
    """A table with all that it is made from, one more that depends on nothing of it, and the checks of two whose keys refer to no
    other table."""
    project = load_project()
    tables = [*sorted(project.needed[TABLE]), ANOTHER]
    registries = [project.feeders[each].name for each in tables if each in project.staging]
    return tables, registries, ["stg_swv_regio_wettelijk", ANOTHER]


def objects(settings):
    """Each made object with its bytes; a document that tells when it was made, with none."""
    store = Store(settings.data_dir)
    return {
        key: store.get(key) if key.endswith(".parquet") else b"" for kind in ("tables", "staged") for key in store.names(kind)
    }  # fmt: skip


def test_steps_in_processes_of_their_own_make_what_one_process_makes(package, tmp_path, monkeypatch, selection):
    tables, registries, checked = selection
    assets = {*map(registry_key, registries), *map(dg.AssetKey, tables)}
    apart = Settings(data_dir=tmp_path / "apart", sources=(str(package),))
    checks = {
        *(dg.AssetCheckKey(registry_key(each), CURRENT) for each in registries),  # which the step of the registry itself gives
        *(key for key in build_defs(apart).resolve_asset_graph().asset_check_keys if key.asset_key in map(dg.AssetKey, checked)),
    }
    monkeypatch.setenv("PASSEND_DATA_DIR", str(apart.data_dir))
    monkeypatch.setenv("PASSEND_SOURCES", os.pathsep.join(apart.sources))
    with open_instance(apart) as instance:
        job = dg.reconstructable(processes.job).get_subset(asset_selection=assets, asset_check_selection=checks)
        done = dg.execute_job(job, instance=instance)
        assert done.success, [each.step_failure_data.error for each in done.all_events if each.is_step_failure]
        ended = {each.step_key for each in done.all_events if each.is_step_success}
        workers = {
            each.event_specific_data.metadata["pid"].value
            for each in done.all_events if each.event_type is dg.DagsterEventType.STEP_WORKER_STARTED
        }  # fmt: skip
    assert len(ended) == len(workers) == len(assets) + len(checked)

    together = Settings(data_dir=tmp_path / "together", sources=apart.sources)
    whole = build_defs(together).resolve_job_def(JOB)
    with dg.DagsterInstance.ephemeral() as instance:
        one = whole.execute_in_process(instance=instance, asset_selection=list(assets), run_config=runner.QUIET)
    assert one.success
    assert objects(apart) == objects(together)
    assert {key.split("/")[1] for key in objects(apart)} == set(tables)

    # each registry was looked at once in the run, whichever of its processes asked first
    store = Store(apart.data_dir)
    written = [STARTED, *(f"{name}.json" for name in registries)]
    assert store.names(RUNS) == sorted(f"{RUNS}/{done.run_id}/{name}" for name in written)
    assert sorted(store.names(LOOKS)) == sorted(f"{LOOKS}/{name}/{1:08}.json" for name in registries)
