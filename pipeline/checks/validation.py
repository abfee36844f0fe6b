"""Great Expectations on a pandas batch.

Belongs here: running expectations, and reading what they found. Does not belong here: which checks a table has (contracts), from
where the batch comes (batch), in which process it happens (process), and what spares it work (shortcuts).

Its route over SQL is broken for DuckDB; pandas batches are not.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping, Sequence
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from pipeline.checks import shortcuts
from pipeline.checks.outcome import Outcome, not_carried_out
from pipeline.contracts.expectations import Expectation

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = 20


def validate(table: str, frame: pd.DataFrame, expectations: Sequence[Expectation], keys: Sequence[str]) -> list[Outcome]:
    """Run expectations on one table. ``frame`` holds the columns they name and ``keys``, which identify a row.

    Returns one outcome per expectation, in their order.
    """
    gx = _great_expectations()
    validator = _validator_of(frame)
    usable, unusable = {}, {}
    for expectation in expectations:
        try:
            kind = gx.expectations.core.__dict__[_camel(expectation.type)]
            usable[expectation.name] = kind(**_arguments(expectation), meta={"check": expectation.name})
        except Exception as error:  # a contract that GX refuses is an error of that check, never of the run
            unusable[expectation.name] = f"{type(error).__name__}: {error}"
    # whether there are failing rows is asked first, and which where there are any: most checks have none. Of one that is about
    # every row, that is all: its counts are known. To be told them takes half as long again
    of_all = {name: each for name, each in usable.items() if _of_every_row(each)}
    of_some = [each for name, each in usable.items() if name not in of_all]
    results = _carry_out(validator, table, list(of_all.values()), {"result_format": "BOOLEAN_ONLY"})
    results |= _carry_out(validator, table, of_some, {"result_format": "BASIC"})
    failing = [usable[name] for name, each in results.items() if not each.success or (each.result or {}).get("unexpected_count")]
    # the query that would find the failing rows is not asked for: the rows themselves are
    wanted = {"result_format": "SUMMARY", "partial_unexpected_count": EXAMPLES, "return_unexpected_index_query": False}
    results |= _carry_out(validator, table, failing, wanted | ({"unexpected_index_column_names": list(keys)} if keys else {}))
    del validator
    _whole_frame().get_batch({"dataframe": frame[:0]})  # Great Expectations holds its last batch until it gets another
    none_of_all = {"element_count": len(frame), "unexpected_count": 0}
    return [
        not_carried_out(table, each, unusable[each.name])
        if each.name in unusable
        else _outcome(table, each, results.get(each.name), none_of_all if each.name in of_all else {})
        for each in expectations
    ]


def _of_every_row(expectation: Any) -> bool:
    """Return whether an expectation holds for each row of the whole table or not at all."""
    return hasattr(expectation, "map_metric") and expectation.mostly == 1 and expectation.row_condition is None


def _carry_out(validator: Any, table: str, expectations: list[Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What Great Expectations found, by check; ``wanted`` says how much of it."""
    if not expectations:
        return {}
    gx = _great_expectations()
    # all at once: added one by one, each is compared with every other, which for 67 checks takes longer than they do
    suite = gx.ExpectationSuite(name=table, expectations=expectations)
    validator.result_format = wanted
    with shortcuts.of_one_suite():
        results = validator.validate_expectation_suite(suite).results
    return {each.expectation_config.meta["check"]: each for each in results}


def prepare() -> None:
    """Import Great Expectations, in a process that has nothing else to do yet.

    What the import makes stays, so the search for garbage leaves it out: during the import and ever after, which saves 0.5 s.
    After that it is seldom searched for by itself (0.2 s): whoever validates does so after each table.
    """
    gc.disable()
    _great_expectations()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    gc.enable()
    from tqdm import tqdm  # shows the progress of Great Expectations, under a lock that all processes share unless given one

    tqdm.set_lock(RLock())


@cache
def _great_expectations() -> Any:
    # set before the import: Great Expectations reports usage to its maker unless told not to
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    shortcuts.before_import()
    import great_expectations

    shortcuts.after_import()
    return great_expectations


@cache
def _whole_frame() -> Any:
    """Where Great Expectations finds a table: made once, for it writes its whole configuration out at every change of it."""
    context = _great_expectations().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context.data_sources.add_pandas("pandas").add_dataframe_asset("table").add_batch_definition_whole_dataframe("whole")


def _validator_of(frame: pd.DataFrame) -> Any:
    """What carries expectations out on a table; a batch makes one for each suite, which takes the table in anew (0.3 s)."""
    from great_expectations.validator.v1_validator import Validator

    return Validator(_whole_frame(), batch_parameters={"dataframe": frame})


def _arguments(expectation: Expectation) -> dict[str, Any]:
    """The check's arguments as Great Expectations takes them: a condition is an object, in a contract it is text."""
    arguments = dict(expectation.kwargs)
    if isinstance(condition := arguments.get("row_condition"), str):
        from great_expectations.expectations.row_conditions import PassThroughCondition

        arguments["row_condition"] = PassThroughCondition(pass_through_filter=condition)
    return arguments


def _outcome(table: str, expectation: Expectation, result: Any, held: Mapping[str, int]) -> Outcome:
    """Return what Great Expectations found as an outcome; ``held`` are the counts of one that held and did not say so."""
    if result is None:
        return not_carried_out(table, expectation, "Great Expectations returned no result")
    found: Mapping[str, Any] = result.result or (held if result.success else {})
    error = _exception(result.exception_info)
    if error or (not result.success and not found):
        return not_carried_out(table, expectation, error or "Great Expectations gave neither a result nor a reason")
    rows = found.get("partial_unexpected_index_list") or []
    examples = tuple({str(key): _shown(value) for key, value in row.items()} for row in rows[:EXAMPLES] if isinstance(row, dict))
    observed = found.get("observed_value")
    return Outcome(
        table=table,
        check=expectation.name,
        status="passed" if result.success else "failed",
        severity=expectation.severity,
        reason=expectation.reason,
        title=expectation.title,
        checked=found.get("element_count"),
        unexpected=found.get("unexpected_count"),
        examples=examples,
        message="" if observed is None else f"observed {observed}",
    )


def _shown(value: Any) -> str:
    # pandas knows no day without a time
    return "" if value is None or value != value else str(value).removesuffix(" 00:00:00")


def _exception(info: Any) -> str | None:
    """The message of an engine error; GX nests it under the metric that raised, or gives it flat."""
    if not info:
        return None
    flat = [info] if "raised_exception" in info else [each for each in info.values() if isinstance(each, dict)]
    return next((str(each.get("exception_message")) for each in flat if each.get("raised_exception")), None)


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
