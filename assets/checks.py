"""One Dagster check per expectation of every contract, named by what it promises."""

from collections.abc import Container, Iterator

import dagster as dg

from assets import metadata
from assets.resources import KEY, explained
from pipeline.checks.validation import Outcome
from pipeline.contracts.contract import Contract, Severity
from pipeline.project import Project

SEVERITIES: dict[Severity, dg.AssetCheckSeverity] = {
    "critical": dg.AssetCheckSeverity.ERROR,
    "warning": dg.AssetCheckSeverity.WARN,
}


def table_checks(project: Project, tables: Container[str]) -> list[dg.AssetChecksDefinition]:
    """Return the checks of those tables."""
    contracts = [*project.staging.values(), *project.curated.values()]
    return [_checks(contract) for contract in contracts if contract.table in tables and contract.expectations()]


def _checks(contract: Contract) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=f"check_{contract.table}",
        specs=[
            dg.AssetCheckSpec(
                each.name,
                asset=contract.table,
                description=f"{each.reason} ({each.type}, {each.severity})",
                metadata={"expectation": each.type, "severity": each.severity, "kwargs": dict(each.kwargs)},
            )
            for each in contract.expectations()
        ],
        required_resource_keys={KEY},
        # tables first: the validating process is at work meanwhile, and these steps show what it found
        op_tags={"dagster/priority": "-1"},
    )
    def check(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        with explained():
            outcomes = context.resources.session.check(contract.table)
        yield from map(_result, outcomes)

    return check


def _result(outcome: Outcome) -> dg.AssetCheckResult:
    """An outcome as Dagster shows it. An engine error says so first: it is no statement about the data."""
    errored = outcome.status == "errored"
    return dg.AssetCheckResult(
        asset_key=outcome.table,
        check_name=outcome.check,
        passed=outcome.status == "passed",
        severity=SEVERITIES[outcome.severity],
        description=f"ERROR OF THE CHECK, NOT OF THE DATA: {outcome.message}" if errored else outcome.message or None,
        metadata={
            "status": outcome.status,
            "reason": outcome.reason,
            **({"checked": outcome.checked} if outcome.checked is not None else {}),
            **({"unexpected": outcome.unexpected} if outcome.unexpected is not None else {}),
            **({"failing_rows": metadata.table(outcome.examples)} if outcome.examples else {}),
        },
    )
