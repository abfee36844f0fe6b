"""Where Great Expectations works something out again and again that does not change, work it out once.

Belongs here: every private part of Great Expectations that is touched for speed, each with the seconds of the processor that it
saved of 658 checks on the real registries. Does not belong here: what is checked and what came of it (validation): with and
without these, every outcome is the same, which a test holds.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from inspect import signature
from types import ModuleType
from typing import Any
from unittest.mock import patch

# what Great Expectations imports for expectations on distributions, their charts, and actions after a validation
NEEDLESS = ("scipy.stats", "altair", "boto3")
# of more rows than this, what was looked for takes more memory than looking for it again takes time
MANY = 100_000


class _WhenUsed(ModuleType):
    """A module that is imported once something asks it for a name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # asked of every module there is
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def before_import() -> None:
    """Leave out what no contract uses: statistics (0.7 s, 50 MB), charts, and the client of a bucket (0.2 s, 30 MB)."""
    for name in NEEDLESS:
        package, _, own_name = name.rpartition(".")
        if name not in sys.modules and find_spec(name) is not None:
            sys.modules[name] = module = _WhenUsed(name)
            if package:
                setattr(sys.modules[package], own_name, module)


def after_import() -> None:
    """Make names of metrics and of batches for less, from now on."""
    # a metric is named by its arguments, some 100 for a check; most are None, for which thirty types are tried first: 0.7 s of 6
    names = vars(importlib.import_module("great_expectations.core.id_dict"))
    convert = names["convert_to_json_serializable"]
    names["convert_to_json_serializable"] = lambda data: {
        key: each if each is None or type(each) is str else convert(each) for key, each in data.items()
    }  # fmt: skip
    # the mark of a batch, which nobody asks for: twice for each table, every row of it hashed, 0.8 s of 6
    engine = importlib.import_module("great_expectations.execution_engine.pandas_execution_engine")
    vars(engine)["hash_pandas_dataframe"] = lambda frame: ""


def judged(expectation: Any, rows: int) -> Any:
    """Return what an expectation says of a table with so many rows, none of which goes against it.

    An expectation asks for its metrics by name; these are handed to it, where it would have them worked out one by one.
    """
    metric = getattr(expectation, "map_metric", "table")
    counts = {"table.row_count": rows, f"{metric}.filtered_row_count": rows, f"{metric}.unexpected_count": 0}
    missing = {"column_values.nonnull.unexpected_count": 0}
    return expectation._validate(missing | counts, {"result_format": {"result_format": "BASIC"}})


@contextmanager
def of_one_suite() -> Iterator[None]:
    """Meanwhile, which is while a suite is carried out and nothing changes it, remember

    - the configuration of an expectation, which it makes anew for each argument that it looks up, 140 times for a check;
    - the expectation of a configuration, which is made and validated anew for each metric that it needs, eight for a check;
    - the rows that a check is about, which are looked for by each of its metrics, unless they are many (1.3 s of 5.7 in all).
    """
    from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    stock: Any = Expectation.configuration
    engine = PandasExecutionEngine
    with ExitStack() as patched:
        for owner, name, work in (
            (Expectation, "configuration", property(_once(stock.fget))),
            (ExpectationConfiguration, "to_domain_obj", _once(ExpectationConfiguration.to_domain_obj)),
            (engine, "get_domain_records", _rows(engine.get_domain_records, "domain_kwargs")),
            (engine, "_apply_row_condition_filter", _rows(engine._apply_row_condition_filter, "row_condition")),
        ):
            patched.enter_context(patch.object(owner, name, work))
        yield


def _once(work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what ``work`` gives for an object, made at the first call for that very object."""
    found: dict[int, tuple[Any, Any]] = {}

    def remembered(self: Any) -> Any:
        owner, made = found.get(id(self), (None, None))
        if owner is not self:
            found[id(self)] = self, (made := work(self))
        return made

    return remembered


def _rows(work: Callable[..., Any], told_by: str) -> Callable[..., Any]:
    """Return what ``work`` gives of the one table of a suite, found at the first call for an argument, ``told_by``."""
    found: dict[str, Any] = {}
    bind = signature(work).bind

    def remembered(*arguments: Any, **named: Any) -> Any:
        name = repr(bind(*arguments, **named).arguments[told_by])
        if name in found:
            return found[name]
        rows = work(*arguments, **named)
        if len(rows) <= MANY:
            found[name] = rows
        return rows

    return remembered
