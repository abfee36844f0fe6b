"""A table's outcomes as Dagster shows them."""

from __future__ import annotations

import dagster as dg
import pytest

from assets.checks import _shape, _specs
from pipeline.checks.outcome import Outcome
from pipeline.contracts.loading import load_contracts

PASSED = Outcome("t", "code__unique", "passed", "critical", "shape", 9, 0)
FAILED = Outcome("t", "naam__in_set", "failed", "critical", "shape", 9, 2, ({"code": "a"}, {"code": "b"}))


def test_a_shape_passes_when_all_that_it_sums_up_passes():
    found = _shape("t", [PASSED, PASSED])
    assert (found.passed, found.description) == (True, None)
    assert "code__unique | passed | 0 | 9" in found.metadata["expectations"].value


def test_a_shape_that_fails_shows_counts_of_all_and_rows_of_what_failed():
    found = _shape("t", [PASSED, FAILED])
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert found.description == "naam__in_set: 2 of 9 rows"
    assert "code__unique | passed | 0 | 9" in found.metadata["expectations"].value
    rows = [each.data for each in found.metadata["failing_rows naam__in_set"].records]
    assert rows == [{"code": "a"}, {"code": "b"}]


@pytest.mark.parametrize(("severity", "shown"), [("critical", "ERROR"), ("warning", "WARN")])
def test_a_shape_is_as_severe_as_the_worst_that_did_not_pass(severity, shown):
    broken = Outcome("t", "naam__in_set", "errored", severity, "shape", message="no such column")
    found = _shape("t", [PASSED, broken])
    assert (found.passed, found.severity.value) == (False, shown)
    assert found.description == "naam__in_set: ERROR OF THE CHECK, NOT OF THE DATA: no such column"


def test_a_check_says_what_holds_and_whether_it_stops_the_release():
    told = {each.name: each.description for each in _specs(load_contracts("curated")["vestiging"])}
    assert told["shape"].startswith("De tabel heeft de vorm van haar contract. Stops the release.")
    assert told["postcode4__in_registers"] == (
        "Elke vestiging uit een register heeft een postcode. Warns. "
        "A register gives an address; a location without one is linked by RIO or by its gemeente."
    )
    assert told["latitude__not_be_null"].startswith("Minstens 98% van de vestigingen heeft coördinaten. Warns. ")
