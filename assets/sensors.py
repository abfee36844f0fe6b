"""What is watched between runs: a new file upstream, a file that was refused, a source that is too old, a run that failed.

Belongs here: when to look, what has been told already, and whom to tell. Does not belong here: polling the origins
(pipeline.archive.polling), the state of a registry (pipeline.archive.states) and the channels (pipeline.run.alerts).

All are off until they are switched on in the UI. Making them touches nothing: a tick looks, and a tick alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import dagster as dg
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES

from assets.jobs import JOB
from assets.local import failures
from assets.registries import registry_key
from pipeline.archive import polling
from pipeline.archive.archive import Archive
from pipeline.archive.states import RegistryState, states
from pipeline.errors import PassendError
from pipeline.project import Project
from pipeline.registries.origins import open_origins, origin_key
from pipeline.run import alerts
from pipeline.run.looks import serve_sandbox
from pipeline.settings import Settings
from pipeline.store.objects import Store

HOUR = 3600
AT_WORK = dg.RunsFilter(statuses=list(IN_PROGRESS_RUN_STATUSES))
Facts = Iterator[tuple[str, str]]


def all_sensors(settings: Settings, project: Project) -> list[dg.SensorDefinition]:
    return [
        _new_file(settings, project),
        _teller(settings, project, "bestand_geweigerd", _refused, "a file was refused", "A file was refused at its admission."),
        _teller(
            settings, project, "bron_verouderd", _overdue, "a source is too old",
            "A registry has not been in order for longer than its cadence.",
        ),
        _run_failed(settings),
    ]  # fmt: skip


def _new_file(settings: Settings, project: Project) -> dg.SensorDefinition:
    # one attempt: the next tick is the next one
    patient = settings.with_(attempts=1)

    @dg.sensor(
        name="nieuw_bestand",
        job_name=JOB,
        minimum_interval_seconds=HOUR,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Asks the origins every hour, conditionally, whether they hold a file that the archive does not, and starts "
        "the whole job when one does. The same file is told once. CBS and PDOK tables are left to the schedule.",
    )
    def new_file(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if context.instance.get_runs_count(AT_WORK):
            return dg.SkipReason("A run is at work, which looks at the origins itself.")
        told = json.loads(context.cursor or "{}")
        problems = []
        try:
            with open_origins(patient, project.catalogue, lambda: serve_sandbox(patient)) as origins:
                for each in polling.poll(project.catalogue, origins, Archive(Store(settings.data_dir)), datetime.now(UTC)):
                    place = f"{each.origin}/{each.dataset}"
                    if each.problem:
                        problems.append(f"{each.origin} could not be asked for {each.dataset}: {each.problem}")
                    elif each.new is None:
                        told.pop(place, None)
                    elif told.get(place) != each.new:
                        # a run looks at everything, so one is enough
                        return dg.SensorResult(
                            run_requests=[dg.RunRequest(tags={"nieuw_bestand": each.dataset})],
                            cursor=json.dumps(told | {place: each.new}),
                        )
        except PassendError as error:
            problems.append(str(error))
        return dg.SensorResult(skip_reason=_nothing_new(problems, told), cursor=json.dumps(told))

    return new_file


def _nothing_new(problems: list[str], told: dict[str, str]) -> str:
    if problems:
        return f"{problems[0]}{f' (and {len(problems) - 1} more)' if len(problems) > 1 else ''}. Nothing new elsewhere."
    waiting = f" but for {', '.join(sorted(told))}, for which a run was asked already" if told else ""
    return f"The origins hold nothing new{waiting}."


def _teller(
    settings: Settings, project: Project, name: str, find: Callable[[RegistryState], Facts], subject: str, what: str
) -> dg.SensorDefinition:
    """A sensor that tells what the last looks found, once: to the asset's page, the log, and the channels of the settings."""

    @dg.sensor(
        name=name,
        minimum_interval_seconds=HOUR // 12,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description=f"{what} Told once, on the registry's page, and by mail or webhook where one is set. Asks no origin: it "
        "reads what the last look at each found.",
    )
    def tell(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        keys = [origin_key(settings, source) for source in settings.sources]
        rows = states(project.catalogue, Archive(Store(settings.data_dir)), keys, datetime.now(UTC))
        facts = {fact: (row.dataset, text) for row in rows for fact, text in find(row)}
        told = set(json.loads(context.cursor or "[]"))
        new = [facts[fact] for fact in facts if fact not in told]
        for _, text in new:
            context.log.warning(text)
        if new:
            alerts.send(settings, f"passend onderwijs: {subject}", "\n".join(text for _, text in new))
        return dg.SensorResult(
            skip_reason=f"{len(facts)} to tell, {len(new)} of them new." if facts else "All is in order.",
            # what is no longer so is forgotten, and told again when it comes back
            cursor=json.dumps(sorted(facts)),
            asset_events=[
                dg.AssetObservation(registry_key(dataset), description=text, metadata={name: text}) for dataset, text in new
            ],
        )

    return tell


def _refused(row: RegistryState) -> Facts:
    for each in row.refused:
        yield f"{row.dataset} {each.sha256}", f"{row.dataset}: {each.name} of {each.url} was refused: {each.reason}"


def _overdue(row: RegistryState) -> Facts:
    if row.overdue:
        yield (
            f"{row.dataset} {row.since}",
            f"{row.dataset}: not in order since {(row.since or '')[:10]}, longer than its cadence of {row.cadence} days: "
            f"{row.message or 'no run has looked at it since'}",
        )


def _run_failed(settings: Settings) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="run_mislukt",
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="A run that failed is told by mail or webhook where one is set, with what went wrong in which step.",
    )
    def run_failed(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        failed = [f"{each.step_key}: {failures.why(each)}" for each in context.get_step_failure_events()]
        text = "\n".join(dict.fromkeys(failed)) or failures.why_run(context.failure_event)
        told = alerts.send(settings, f"passend onderwijs: {run.job_name} failed ({run.run_id[:8]})", text)
        context.log.error(f"{run.job_name} failed, told to {', '.join(told) or 'nobody: no channel is set'}. {text}")

    return run_failed
