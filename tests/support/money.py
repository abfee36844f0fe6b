"""A few SWVs with made-up pupils, their money made by the project's own queries on its real amounts."""

from __future__ import annotations

import csv
import io
import shutil
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.checks.batch import make_batch
from pipeline.checks.outcome import Outcome
from pipeline.checks.validation import validate
from pipeline.contracts.loading import load_contracts
from pipeline.funding.scenario import Recomputed, Scenario, recompute
from tests.conftest import REPOSITORY
from tests.support.database import empty, make

REFERENCE = REPOSITORY / "pipeline/curated/reference"
MODELS = REPOSITORY / "assets" / "sql"
CURATED = load_contracts("curated")
BUILT = (
    "bekostigingsparameter", "ondersteuningsbekostiging_swv", "ondersteuningsbekostiging_vestiging",
    "ondersteuningsbekostiging_aansluiting",
)  # fmt: skip
PARAMETERS = "bekostigingsparameters.csv"
# location, kind, day, least and greatest number of pupils
Count = tuple[str, str, str, int, int]
# paying SWV, kind, day, category, pupils
Paid = tuple[str, str, str, str, int]


def euro(text: str) -> Decimal:
    """An amount as the worked examples write it."""
    return Decimal(text.replace(".", "").replace(",", "."))


def parameter_row(**values: str) -> str:
    """A row of the reference file as a user adds it, with values changed."""
    row = {
        "parameter": "zware_ondersteuning_norm", "sector": "PO", "categorie": "", "periode": "2027",
        "periodesoort": "kalenderjaar", "component": "totaal", "versie": "1", "bedrag": "300.00", "teldatum": "",
        "bron": "Staatscourant 2026, 12345, art 3", "status": "official: regulation text read", "gepubliceerd_op": "",
        "zonder_regel": "",
    }  # fmt: skip
    assert not values.keys() - row.keys()
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow((row | values).values())
    return text.getvalue()


def reference(folder: Path, *rows: str) -> Path:
    """A folder with the project's reference files, with rows added to the amounts."""
    copied = folder / "reference"
    shutil.copytree(REFERENCE, copied, dirs_exist_ok=True)
    (copied / PARAMETERS).write_text((REFERENCE / PARAMETERS).read_text(encoding="utf-8") + "".join(rows), encoding="utf-8")
    return copied


@contextmanager
def made(folder: Path, counts: Iterable[Count] = (), paid: Iterable[Paid] = (), rows: Sequence[str] = ()) -> Iterator[Any]:
    """A database in which the money is made: locations 20.... stand in PO2707, or in VO2708 for vo and vso."""
    with empty(reference(folder, *rows)) as database:
        run = database.execute
        run("""
            insert into samenwerkingsverband by name
            select unnest(['PO2707', 'VO2708']) as swv_code, left(swv_code, 2) as sector, false as landelijk, 'rio' as bron
        """)
        for place, kind, day, lower, upper in counts:
            sector = "VO" if kind in ("VO", "VSO") else "PO"
            run("insert into leerlingen_vestiging by name select ? as vestigingscode, ? as soort, ?::date as peildatum, "
                "case when ? = ? then ? end as leerlingen, ? as ondergrens, ? as bovengrens, 'proef' as bron",
                [place, kind, day, lower, upper, lower, lower, upper])  # fmt: skip
            run("insert into koppeling by name select ? as vestigingscode, ? as sector, ? as swv_code, 'zeker' as "
                "zekerheid, date '2010-01-01' as geldig_vanaf "
                "where not exists (select 1 from koppeling where vestigingscode = ? and sector = ?)",
                [place, sector, "VO2708" if sector == "VO" else "PO2707", place, sector])  # fmt: skip
        run("insert into vestiging_bekend by name select distinct vestigingscode, '0363' as gemeentenummer from koppeling")
        for payer, kind, day, category, pupils in paid:
            run("insert into stg_so_vso_categorie by name select ? as betaler, ? as soort, ?::date as peildatum, "
                "? as bekostigingscategorie, ? as leerlingen, ? as ondergrens, ? as bovengrens",
                [payer, kind, day, category, pupils, pupils, pupils])  # fmt: skip
        for table in ("koppeling_mogelijk", *BUILT):
            make(database, table)
        yield database


def rows_of(connection: Any, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = connection.sql(sql).to_arrow_table().to_pylist()
    return found


def build_up(connection: Any, swv: str, period: str) -> list[dict[str, Any]]:
    return rows_of(
        connection,
        f"select * from ondersteuningsbekostiging_swv where swv_code = '{swv}' and periode = '{period}' order by volgorde",
    )


def lines(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {row["component"]: row for row in rows}


def completed(connection: Any, swv: str, period: str, rest: int = 0, amounts: Sequence[str] = (), **counts: int) -> Recomputed:
    """A build-up with the counts that only the SWV knows: those that are given, and for what then still lacks one ``rest``."""
    rows = build_up(connection, swv, period)
    unknown = {row["component"]: rest for row in rows if row["parameter"] and row["aantal"] is None}
    told = [f"{name}={count}" for name, count in {**unknown, **counts}.items()]
    parts = [f"{row['component']}={rest}" for row in rows if row["percentage_naam"] and row["percentage"] is None]
    return recompute(rows, rows_of(connection, "from bekostigingsparameter"), Scenario.read(amounts, told, parts))


def outcomes(connection: Any, table: str) -> list[Outcome]:
    """What the checks of a table's contract find."""
    batch = make_batch(connection, CURATED[table])
    with warnings.catch_warnings():
        # the import of Great Expectations touches a deprecated module of the standard library, which is not ours to mend
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations  # noqa: F401
    return validate(batch.table, batch.frame, batch.expectations, batch.keys)


def failed(connection: Any, table: str) -> dict[str, Outcome]:
    found = outcomes(connection, table)
    assert {each.status for each in found} <= {"passed", "failed"}, [each for each in found if each.status == "errored"]
    return {each.check: each for each in found if each.status == "failed"}
