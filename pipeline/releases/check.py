"""Check a release that is already out against its contracts, from its own files.

Belongs here: where the files of a release are, for the checking process. Does not belong here: whether they are the files that
were published (``release.verify``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pipeline.checks.outcome import Outcome
from pipeline.checks.process import TableFiles, Validator
from pipeline.contracts.contract import Contract
from pipeline.contracts.expectations import references_of
from pipeline.releases.release import Release


def check_release(
    release: Release, contracts: Mapping[str, Contract], report: Callable[[str], None] = lambda table: None
) -> Iterator[Outcome]:
    """Yield the outcome of every check of every table of a release, read from its Parquet files."""
    published = {table: _files(release, contract) for table, contract in contracts.items()}
    with Validator() as validator:
        waiting = {}
        for table, contract in contracts.items():
            used = {each: published[each] for each in (table, *references_of(contract))}
            waiting[table] = validator.submit(contract, used)
        for table, outcomes in waiting.items():
            report(table)
            yield from outcomes.result()


def _files(release: Release, contract: Contract) -> TableFiles:
    return TableFiles(
        (release.path / f"{contract.table}.parquet",), {each.name: each.duckdb_type for each in contract.fields}
    )  # fmt: skip
