"""What Dagster shows of a table's checks: one for its shape, and one for each expectation of its own.

Belongs here: from outcomes to check results. Does not belong here: carrying checks out (pipeline.checks) and what a failed one
means for a release (pipeline).

Three of four expectations follow from columns and keys. Shown one by one they are lines that nobody reads, and three events each.
"""

from collections.abc import Container, Iterator, Sequence
from typing import Any

import dagster as dg

from assets import metadata
from assets.resources import KEY, explained
from pipeline.checks.outcome import Outcome
from pipeline.contracts.contract import Contract, Severity
from pipeline.contracts.expectations import expectations_of, references_of
from pipeline.project import Project

SHAPE = "shape"
ABOUT_SHAPE = (
    "De tabel heeft de vorm van haar contract. Stops the release. Sums up {} expectations that follow from its columns and keys."
)
SEVERITIES: dict[Severity, dg.AssetCheckSeverity] = {
    "critical": dg.AssetCheckSeverity.ERROR,
    "warning": dg.AssetCheckSeverity.WARN,
}
STOPS: dict[Severity, str] = {"critical": "Stops the release.", "warning": "Warns."}


def table_checks(project: Project, tables: Container[str]) -> list[dg.AssetChecksDefinition]:
    """Return the checks of those tables."""
    contracts = [*project.staging.values(), *project.curated.values()]
    return [_checks(contract) for contract in contracts if contract.table in tables and expectations_of(contract)]


def _checks(contract: Contract) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=f"check_{contract.table}",
        specs=_specs(contract),
        required_resource_keys={KEY},
        # tables first: the validating process is at work meanwhile, and these steps show what it found
        op_tags={"dagster/priority": "-1"},
    )
    def check(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        with explained():
            outcomes = context.resources.run.checks.outcomes(contract.table)
        if derived := [each for each in outcomes if not each.title]:
            yield _shape(contract.table, derived)
        yield from (_result(each) for each in outcomes if each.title)

    return check


def _specs(contract: Contract) -> list[dg.AssetCheckSpec]:
    derived = [each for each in expectations_of(contract) if not each.title]
    own = [each for each in expectations_of(contract) if each.title]
    # one step carries out all of them, after the tables that they refer to
    refers_to = sorted(references_of(contract))
    shape = dg.AssetCheckSpec(
        SHAPE,
        asset=contract.table,
        additional_deps=refers_to,
        description=ABOUT_SHAPE.format(len(derived)),
        metadata={"expectations": metadata.markdown(("check", "promise"), [(each.name, each.reason) for each in derived])},
    )
    return [
        *([shape] if derived else []),
        *(
            dg.AssetCheckSpec(
                each.name,
                asset=contract.table,
                additional_deps=refers_to,
                description=f"{each.title}. {STOPS[each.severity]} {each.reason[:1].upper()}{each.reason[1:]}.",
                metadata={"expectation": each.type, "kwargs": dict(each.kwargs)},
            )
            for each in own
        ),
    ]


def _shape(table: str, outcomes: Sequence[Outcome]) -> dg.AssetCheckResult:
    """Sum up what follows from columns and keys: every expectation with its counts, failing rows of those that did not pass."""
    wrong = [each for each in outcomes if each.status != "passed"]
    severity: Severity = "critical" if not wrong or any(each.severity == "critical" for each in wrong) else "warning"
    counts = [(each.check, each.status, _count(each.unexpected), _count(each.checked)) for each in outcomes]
    return dg.AssetCheckResult(
        asset_key=table,
        check_name=SHAPE,
        passed=not wrong,
        severity=SEVERITIES[severity],
        description="; ".join(filter(None, map(_said, wrong))) or None,
        metadata={
            "expectations": metadata.markdown(("check", "status", "do not fit", "checked"), counts),
            **{f"failing_rows {each.check}": metadata.table(each.examples) for each in wrong if each.examples},
        },
    )


def _count(rows: int | None) -> str:
    return "" if rows is None else f"{rows:,}"


def _result(outcome: Outcome) -> dg.AssetCheckResult:
    shown: dict[str, Any] = {
        "status": outcome.status,
        "reason": outcome.reason,
        "checked": outcome.checked,
        "unexpected": outcome.unexpected,
        "failing_rows": metadata.table(outcome.examples) if outcome.examples else None,
    }
    return dg.AssetCheckResult(
        asset_key=outcome.table,
        check_name=outcome.check,
        passed=outcome.status == "passed",
        severity=SEVERITIES[outcome.severity],
        description=_said(outcome) or None,
        metadata={name: value for name, value in shown.items() if value is not None},
    )


def _said(outcome: Outcome) -> str:
    """Return what an outcome says for itself. An engine error says so first: it is no statement about the data."""
    name = "" if outcome.title else f"{outcome.check}: "
    if outcome.status == "errored":
        return f"{name}ERROR OF THE CHECK, NOT OF THE DATA: {outcome.message}"
    if outcome.title or outcome.unexpected is None:
        return f"{name}{outcome.message}" if outcome.message else ""
    return f"{name}{outcome.unexpected:,} of {outcome.checked or 0:,} rows"
