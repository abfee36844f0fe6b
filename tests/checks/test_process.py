"""The checking process: what it is sent, what comes back, and how it ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from pipeline.checks.batch import make_batch
from pipeline.checks.process import TableFiles, Validator, _without_interrupts
from pipeline.checks.validation import validate
from pipeline.contracts.expectations import expectations_of
from pipeline.contracts.loading import load_contracts
from pipeline.errors import CheckError

pytestmark = pytest.mark.usefixtures("great_expectations")
CONTRACT = load_contracts("curated")["vestiging_swv"]
ROWS = (
    "select unnest(['20LO00', '20LO01']) as vestigingscode, 'PO' as sector, unnest(['PO2707', 'PO9999']) as swv_code, "
    "'rio' as methode, 'zeker' as zekerheid, date '2024-08-01' as geldig_vanaf, 'register' as geldig_vanaf_grond, true as geldig"
)


@pytest.fixture
def written(tmp_path):
    """The tables of a link: one that is right, and one to an SWV that does not exist."""
    with duckdb.connect() as database:
        database.execute(CONTRACT.ddl())
        database.execute(f"insert into vestiging_swv by name {ROWS}")
        database.execute("create table vestiging as select unnest(['20LO00', '20LO01']) as vestigingscode")
        database.execute("create table samenwerkingsverband as select 'PO2707' as swv_code")
        database.execute("create table bron (sha256 varchar)")
        direct = validate(*make_batch(database, CONTRACT))
        tables = {}
        for name in ("vestiging_swv", "vestiging", "samenwerkingsverband", "bron"):
            path = tmp_path / f"{name}.parquet"
            database.table(name).write_parquet(str(path))
            relation = database.table(name)
            tables[name] = TableFiles((path,), dict(zip(relation.columns, map(str, relation.types), strict=True)))
    return tables, direct


def test_outcomes_come_from_the_files_in_the_order_of_the_contract(written, tmp_path):
    tables, direct = written
    with Validator(tmp_path / "scratch") as validator:
        found = validator.submit(CONTRACT, tables).result()
    assert found == direct
    assert [each.check for each in found] == [each.name for each in expectations_of(CONTRACT)]
    (failed,) = [each for each in found if each.status == "failed"]
    assert failed.check == "swv_code_in_samenwerkingsverband__in_set"
    assert failed.examples[0]["vestigingscode"] == "20LO01"


def test_a_table_that_is_empty_is_checked_too(written):
    tables, _ = written
    with Validator() as validator:
        found = validator.submit(CONTRACT, {**tables, "vestiging_swv": TableFiles((), tables["vestiging_swv"].columns)}).result()
    assert [each.check for each in found if each.status != "passed"] == ["tabel__table_row_count_to_be_between"]


def test_a_check_that_refers_to_a_table_that_is_not_given_says_which(written):
    tables, direct = written
    del tables["vestiging"]
    with Validator() as validator:
        found = validator.submit(CONTRACT, tables).result()
    (errored,) = [each for each in found if each.status == "errored"]
    assert errored.check == "vestigingscode_in_vestiging__in_set"
    assert errored.message == "vestiging, to which it refers, was not made"
    assert [each for each in found if each is not errored] == [each for each in direct if each.check != errored.check]


def test_a_file_that_cannot_be_read_is_an_error_of_each_check_and_the_next_table_is_checked(written, tmp_path):
    tables, direct = written
    with Validator() as validator:
        broken = TableFiles((tmp_path / "weg.parquet",), tables["vestiging_swv"].columns)
        first = validator.submit(CONTRACT, {**tables, "vestiging_swv": broken}).result()
        second = validator.submit(CONTRACT, tables).result()
    assert {each.status for each in first} == {"errored"}
    assert all("weg.parquet" in each.message for each in first)
    assert second == direct


def test_nothing_is_left_in_the_folder_that_the_process_may_spill_to(written, tmp_path):
    with Validator(tmp_path / "scratch") as validator:
        validator.submit(CONTRACT, written[0]).result()
        assert list((tmp_path / "scratch").iterdir())
    assert list((tmp_path / "scratch").iterdir()) == []


def test_the_process_leaves_ctrl_c_to_the_one_that_started_it(written):
    with Validator() as validator:
        validator.warm()
        os.kill(validator._process.pid, signal.SIGINT)
        assert validator.submit(CONTRACT, written[0]).result() == written[1]


def test_a_ctrl_c_that_comes_while_the_process_starts_is_delivered_afterwards():
    with pytest.raises(KeyboardInterrupt), _without_interrupts():
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_a_run_with_nothing_to_check_starts_no_process():
    before = set(multiprocessing.active_children())
    with Validator():
        assert set(multiprocessing.active_children()) == before


def test_a_process_that_dies_is_reported_as_a_check_that_could_not_be_made():
    with Validator() as validator, pytest.raises(CheckError, match="the process that validates died"):
        validator.submit(CONTRACT, Deadly()).result()  # type: ignore[arg-type]


@pytest.mark.parametrize("at", ["importing", "amid a check"])
def test_the_process_does_not_outlive_the_one_that_started_it(tmp_path, at):
    busy = "import time; open('at-it', 'w').close(); time.sleep(60)"
    code = (
        "import pathlib, sys, time\nfrom pipeline.checks.process import Validator\n"
        f'class Slow:\n    def __reduce__(self):\n        return exec, ("{busy}",)\n'
        "if __name__ == '__main__':\n    with Validator(pathlib.Path(sys.argv[1])) as validator:\n"
        "        validator.warm()\n        print(validator._process.pid, flush=True)\n"
        "        validator._line.send(Slow())\n        time.sleep(60)\n"
    )
    script = tmp_path / "parent.py"
    script.write_text(code)
    with subprocess.Popen([sys.executable, script, tmp_path], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as parent:
        child = int(parent.stdout.readline())
        while at == "amid a check" and not (tmp_path / "at-it").exists():
            time.sleep(0.1)
        parent.kill()
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().rpartition(")")[2][:3]:
            break
        time.sleep(0.1)
    else:
        os.kill(child, signal.SIGKILL)
        pytest.fail("the checking process went on after its parent was killed")


class Deadly:
    """Ends the process that unpacks it, as the operating system does when memory runs out."""

    def __reduce__(self):
        return os._exit, (1,)
