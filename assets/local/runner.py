"""A run from the command line: the same job as the UI's, in this process, limited to what changed.

Belongs here: what is selected, and what came of it as one error or a summary. Does not belong here: what a step does.
"""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import nullcontext
from functools import partial

import dagster as dg
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
from dagster._core.events import RunFailureReason
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from assets.build import build_job
from assets.jobs import JOB
from assets.local import failures
from assets.local.instance import open_instance
from assets.project import load_project
from assets.registries import registry_key
from assets.release import DIFFERENCE, NAME
from assets.site import NAME as SITE
from pipeline import errors
from pipeline.checks.outcome import explain
from pipeline.checks.process import Validator
from pipeline.project import Project
from pipeline.registries.origins import unknown_resources
from pipeline.releases.shrinkage import Accepted
from pipeline.run.run import Run, open_run
from pipeline.run.step import Step
from pipeline.run.summary import Summary, summarise
from pipeline.run.takeover import take_over
from pipeline.settings import Settings

# as a run that the UI starts has it: else the UI lists ours, but not in its timeline, and sensor run_mislukt passes it over
OF_THE_LOCATION = RemoteJobOrigin(
    RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("passend_onderwijs"), SINGLETON_REPOSITORY_NAME), JOB
)
# progress is told through `report`; the run's full log is in the UI
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run(
    settings: Settings, only: str | None = None, report: Callable[[Step], None] = lambda step: None,
    validator: Validator | None = None, accept_diff: Accepted | None = None,
) -> Summary:  # fmt: skip
    """Fetch everything, make what is not up to date, and release it. ``only`` makes one table and what it needs, no release.

    ``validator`` is one that the caller has opened, so that its process could start before Dagster was imported.
    ``accept_diff`` is what a person accepts to be gone from a release beyond the limits.

    Raises PassendError: BusyError, or one that stands for every step that failed; KeyboardInterrupt when it was stopped.
    """
    project = load_project()
    wanted = _wanted(project, only)
    run_id, told = str(uuid.uuid4()), take_over(settings)
    with open_run(settings, project, run_id=run_id, report=report, validator=validator, accept_diff=accept_diff) as opened:
        registries = [name for name, registry in project.catalogue.items() if registry.feeds in wanted]
        report(Step("plan", "registries", 0, rows=len(registries)))
        looked = []
        for name in registries:
            looked.append(opened.fetch(name))
            if validator and not looked[-1].unchanged:
                validator.warm()  # what is new must be checked: let its process start beside the other looks
        if looked and not any(each.files for each in looked):
            raise errors.FetchError(_nothing([message for each in looked for message in each.messages]))
        pending = opened.pending([each for each in [*project.staging, *project.models] if each in wanted])
        opened.make_ahead(pending, release=only is None)
        opened.wait_for_files()
        selection = _selection(opened, pending, release=only is None)
        if selection:
            with open_instance(settings) as instance:
                instance.create_run_for_job = partial(instance.create_run_for_job, remote_job_origin=OF_THE_LOCATION)
                job = build_job(project, pending, lambda _: nullcontext(opened))
                result = job.execute_in_process(
                    instance=instance,
                    asset_selection=selection,
                    run_id=run_id,
                    raise_on_error=False,
                    run_config=QUIET,
                )
            _raise_failures(result)
        if only is not None:
            found = [each for table in sorted(wanted) for each in opened.checks.last(table)]
            if blocking := [each for each in found if each.blocks and each.status == "failed"]:
                raise errors.CheckError(explain(blocking))
        return summarise(opened, sorted(wanted), [*told, *unknown_resources(opened.looks.origins(), project.catalogue)])


def _nothing(messages: Sequence[str]) -> str:
    """One paragraph on a run in which no registry at all could be had."""
    shown = "; ".join(dict.fromkeys(messages[:3]))
    more = f"; and {len(messages) - 3} more" if len(messages) > 3 else ""
    return f"not one registry could be retrieved: {shown}{more}. The last release stands; look at the origins and run again"


def _selection(opened: Run, stale: Sequence[str], *, release: bool) -> list[dg.AssetKey]:
    """What must be done: registries that were looked at, tables that are not up to date, the release and its site."""
    # a look is an event also when it found nothing new, or nothing: whether it is in order, its check tells
    looked = [registry_key(name) for name, got in opened.looks.taken().items() if got.since]
    published = [NAME, SITE, *([DIFFERENCE] if stale else [])] if release else []
    # a table is made and checked; what is published is made, but for the difference, which only the UI shows
    opened.report(Step("plan", "tables", 0, rows=2 * len(stale) + len(published) - (DIFFERENCE in published)))
    return [*looked, *map(dg.AssetKey, [*stale, *published])]


def _raise_failures(result: dg.ExecuteInProcessResult) -> None:
    """One error for every step that failed by itself; steps that were skipped for it are not mentioned."""
    if result.success:
        return
    (event,) = result.filter_events(lambda each: each.is_run_failure)
    if event.job_failure_data.failure_reason is RunFailureReason.UNEXPECTED_TERMINATION:
        raise KeyboardInterrupt  # which Dagster has written down, and swallowed
    failed = result.filter_events(lambda each: each.is_step_failure)
    if any(failures.stopped(each.step_failure_data.error) for each in failed):
        raise KeyboardInterrupt  # which came where Dagster takes it for the failure of a step
    found = [(each.step_key, *_failure(each)) for each in failed]
    if not found:
        raise errors.PassendError(f"the run failed before its first step: {failures.why_run(event)}")
    raise errors.for_exit_code(found[0][1])(_told_once([(step, message) for step, _, message in found]))


def _told_once(found: Sequence[tuple[str, str]]) -> str:
    """Steps and messages as one paragraph: what stopped many steps is said once, with the first of them."""
    steps: dict[str, list[str]] = {}
    for step, message in found:
        steps.setdefault(message, []).append(step)
    return " | ".join(
        f"{names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''}: {message}" for message, names in steps.items()
    )


def _failure(event: dg.DagsterEvent) -> tuple[int, str]:
    """The exit code and the message of a step that failed."""
    told = event.step_failure_data.user_failure_data
    code = told.metadata["exit_code"].value if told and "exit_code" in told.metadata else errors.PassendError.exit_code
    return int(code), failures.why(event)


def _wanted(project: Project, only: str | None) -> AbstractSet[str]:
    everything = {*project.staging, *project.models}
    if only is None:
        return everything
    if only not in everything:
        near = difflib.get_close_matches(only, sorted(everything), 3)
        raise errors.SettingsError(f"there is no table {only!r}; near it are {', '.join(near or sorted(project.models))}")
    return project.needed[only]
