"""What goes on while a person waits: a line per step that did something, and on a terminal a bar.

Belongs here: showing steps on standard error. Does not belong here: what came of them (each command).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Column

from pipeline.cli.output import ERR

if TYPE_CHECKING:
    from pipeline.run.step import Step

UNITS = {"fetch": "files", "check": "checks", "prune": "files"}
# wide enough for the longest name of a table, and narrow enough for 80 columns
NOW = Column(no_wrap=True, overflow="ellipsis", max_width=44)


@contextmanager
def progress(lines: bool = True) -> Iterator[Callable[[Step], None]]:
    """A function that is told of every step. Steps of kind ``plan`` say how many are to come; ``lines`` writes the others."""
    now = TextColumn("{task.description}", markup=False, table_column=NOW)
    bar = Progress(SpinnerColumn(), BarColumn(bar_width=20), MofNCompleteColumn(), now, console=ERR, transient=True)
    with bar:
        task = bar.add_task("starting", total=None)

        def report(step: Step) -> None:
            if step.kind == "plan":
                bar.update(task, total=(bar.tasks[0].total or 0) + (step.rows or 0))
                return
            bar.update(task, advance=1, description=f"{step.kind} {step.subject}")
            if lines and not step.unchanged and (step.kind != "fetch" or step.rows):
                rows = "" if step.rows is None else f"{step.rows:>9,} {UNITS.get(step.kind, 'rows')}"
                ERR.print(f"  {step.kind:<8}{step.subject:<38}{rows:<17}{step.seconds:6.2f} s")

        yield report
