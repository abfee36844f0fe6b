"""Great Expectations on a pandas batch.

Belongs here: running expectations, and reading what they found. Does not belong here: which checks a table has (contracts), from
where the batch comes (batch) and the counts (counts), in which process it happens (process), and what spares it work (shortcuts).

Its route over SQL is broken for DuckDB; pandas batches are not.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from pipeline.checks import shortcuts
from pipeline.checks.outcome import Outcome, not_carried_out
from pipeline.contracts.expectations import Expectation

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = 20


def judge(table: str, expectations: Sequence[Expectation], rows: int, wrong: Mapping[str, int]) -> dict[str, Outcome]:
    """Let Great Expectations judge checks by counts: how many rows a table has, and how many go against each check, by its name.

    Returns the outcomes of those that hold for every row, by check. Any other is to be carried out, to see what is wrong.
    """
    held = {}
    for expectation in (each for each in expectations if wrong.get(each.name) == 0):
        with suppress(Exception):  # whatever Great Expectations does not take, it says when the check is carried out
            result = shortcuts.judged(_made(expectation), rows)
            if result["success"]:
                held[expectation.name] = _outcome(table, expectation, True, result["result"])
    return held


def validate(table: str, frame: pd.DataFrame, expectations: Sequence[Expectation], keys: Sequence[str]) -> list[Outcome]:
    """Run expectations on one table. ``frame`` holds the columns they name and ``keys``, which identify a row.

    Returns one outcome per expectation, in their order.
    """
    validator = _validator_of(frame)
    usable, unusable = {}, {}
    for expectation in expectations:
        try:
            usable[expectation.name] = _made(expectation)
        except Exception as error:  # a contract that GX refuses is an error of that check, never of the run
            unusable[expectation.name] = f"{type(error).__name__}: {error}"
    # whether there are failing rows is asked first, and which where there are any
    results = _carry_out(validator, table, list(usable.values()), {"result_format": "BASIC"})
    failing = [usable[name] for name, each in results.items() if not each.success or (each.result or {}).get("unexpected_count")]
    # the query that would find the failing rows is not asked for: the rows themselves are
    wanted = {"result_format": "SUMMARY", "partial_unexpected_count": EXAMPLES, "return_unexpected_index_query": False}
    results |= _carry_out(validator, table, failing, wanted | ({"unexpected_index_column_names": list(keys)} if keys else {}))
    del validator
    _whole_frame().get_batch({"dataframe": frame[:0]})  # Great Expectations holds its last batch until it gets another
    return [
        not_carried_out(table, each, unusable[each.name])
        if each.name in unusable
        else _found(table, each, results.get(each.name))
        for each in expectations
    ]  # fmt: skip


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
    whole = _whole_frame()  # imports Great Expectations as it should be
    from great_expectations.validator.v1_validator import Validator

    return Validator(whole, batch_parameters={"dataframe": frame})


def _arguments(expectation: Expectation) -> dict[str, Any]:
    """The check's arguments as Great Expectations takes them: a condition is an object, in a contract it is text."""
    arguments = dict(expectation.kwargs)
    if isinstance(condition := arguments.get("row_condition"), str):
        from great_expectations.expectations.row_conditions import PassThroughCondition

        arguments["row_condition"] = PassThroughCondition(pass_through_filter=condition)
    return arguments


def _made(expectation: Expectation) -> Any:
    """Return a check as Great Expectations has it. Raises whatever it raises for one that it does not take."""
    kind = _great_expectations().expectations.core.__dict__[_camel(expectation.type)]
    return kind(**_arguments(expectation), meta={"check": expectation.name})


def _found(table: str, expectation: Expectation, result: Any) -> Outcome:
    """Return what Great Expectations found as an outcome."""
    if result is None:
        return not_carried_out(table, expectation, "Great Expectations returned no result")
    found: Mapping[str, Any] = result.result or {}
    error = _exception(result.exception_info)
    if error or (not result.success and not found):
        return not_carried_out(table, expectation, error or "Great Expectations gave neither a result nor a reason")
    return _outcome(table, expectation, result.success, found)


def _outcome(table: str, expectation: Expectation, success: bool, found: Mapping[str, Any]) -> Outcome:
    rows = found.get("partial_unexpected_index_list") or []
    examples = tuple({str(key): _shown(value) for key, value in row.items()} for row in rows[:EXAMPLES] if isinstance(row, dict))
    observed = found.get("observed_value")
    return Outcome(
        table=table,
        check=expectation.name,
        status="passed" if success else "failed",
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
