"""The outcomes of a table's checks as objects: found again as long as nothing changed that they depend on.

Belongs here: the key of a table's outcomes, keeping and finding them. Does not belong here: carrying checks out (process).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib.metadata import version
from typing import Any

from pipeline.checks.outcome import Outcome
from pipeline.code import version_of
from pipeline.contracts.contract import Contract
from pipeline.contracts.expectations import expectations_of, references_of
from pipeline.hashing import hash_of
from pipeline.store.objects import Store

# what carries out a check
CODE = ("pipeline.checks.batch", "pipeline.checks.counts", "pipeline.checks.validation")
FOLDER = "checks"


def key(contract: Contract, contents: Mapping[str, str]) -> str:
    """Return what names the outcomes of a table: a hash of its checks, of what carries them out, and of all rows they look at.

    ``contents`` are the content hashes of the table and of every table it refers to, by name; one that was not made has none.
    """
    looked_at = {each: contents.get(each) for each in (contract.table, *sorted(references_of(contract)))}
    shape = [(each.name, each.type, each.required) for each in contract.fields]
    parts = [version_of(*CODE), _engine(), expectations_of(contract), contract.primary_key, shape, looked_at]
    return hash_of(map(str, parts))


@cache
def _engine() -> str:
    return version("great_expectations")


def find(store: Store, contract: Contract, key: str) -> list[Outcome] | None:
    """Return the outcomes that were kept under a key; None when there are none, or the document is damaged."""
    return store.find(address(contract.table, key), partial(_of_every_check, contract))


def keep(store: Store, contract: Contract, key: str, outcomes: Sequence[Outcome]) -> None:
    """Keep the outcomes of a table, unless a check could not be carried out: that says nothing of the rows it would look at."""
    if all(each.status != "errored" for each in outcomes):
        document = [each.as_dict() for each in outcomes]
        store.settle(address(contract.table, key), document, partial(_of_every_check, contract))


def _of_every_check(contract: Contract, document: Sequence[Mapping[str, Any]]) -> list[Outcome] | None:
    """Return outcomes as they were written down; None unless there is one of each check of the contract."""
    found = [Outcome.from_dict(each) for each in document]
    return found if [each.check for each in found] == [each.name for each in expectations_of(contract)] else None


def address(table: str, key: str) -> str:
    """Return where the outcomes of a table are kept."""
    return f"{FOLDER}/{table}/{key}.json"
