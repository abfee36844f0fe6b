"""docs/audit.md: the figures of the audit side by side.

Belongs here: words. Does not belong here: any figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.audit_data.figures import Outcome, of_all
from tools.audit_data.files import FOLDERS, Registries

HEAD = """\
# Audit: figures worked out twice

Each figure below stands twice: as a release publishes it, and worked out again in plain pandas from the registries' files, with
no SQL and no code of the pipeline (`tools/audit_data/`). `make audit-data` makes the release, works the figures out, writes this
page, and fails on a difference that is not explained. Where a figure is of many rows, it is their number and, in brackets, a
fingerprint of all of them: one row that is changed, lost or added changes it. Two numbers with *to* between them are bounds.
"""


def page(outcomes: Sequence[Outcome], registries: Registries) -> str:
    """Return the page as text."""
    return "\n".join(_lines(outcomes, registries)) + "\n"


def summary(outcomes: Sequence[Outcome]) -> str:
    """Say how many figures are the same, and name those that are not."""
    tables = len({each.table for each in outcomes})
    same = sum(each.same for each in outcomes)
    lines = [f"{same} of {len(outcomes)} figures of {tables} tables are the same"]
    lines += [
        f"{'explained' if each.why else 'DIFFERS'}: {each.table}, {each.what}: {each.published}, worked out again {each.again}"
        for each in outcomes
        if not each.same
    ]
    return "\n".join(lines)


def _lines(outcomes: Sequence[Outcome], registries: Registries) -> Iterator[str]:
    yield HEAD
    names = ", ".join(f"`{each}`" for each in FOLDERS)
    yield f"Of the files in {names} ({of_all(registries.hashes)}):\n"
    yield "| table | figure | published | worked out again | |"
    yield "|---|---|---:|---:|---|"
    for each in outcomes:
        verdict = "same" if each.same else each.why or "**differs**"
        yield f"| [`{each.table}`](tables/{each.table}.md) | {each.what} | {each.published} | {each.again} | {verdict} |"
    differing = [each for each in outcomes if not each.same]
    tables = len({each.table for each in outcomes})
    yield f"\n{len(outcomes) - len(differing)} of {len(outcomes)} figures of {tables} tables are the same."
    yield """
What this does not show: that a rule is right. Both sides place a school by the same law, so a wrong reading of it would be the
same on both. The readings are in [linking](linking.md), [pupils](pupils.md) and [funding](funding.md)."""
