"""What is watched between runs, tick by tick: what asks for a run, what is told once, and what cannot be known."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import dagster as dg
import pytest

from assets.build import load_project
from assets.resources import explained
from assets.sensors import all_sensors
from pipeline.archive.archive import Archive
from pipeline.archive.fetch import fetch
from pipeline.errors import BusyError, SettingsError
from pipeline.registries.origins import open_origins
from pipeline.run.looks import serve_sandbox
from pipeline.settings import Settings
from pipeline.store.objects import Store
from tests.support.receivers import Receiver
from tests.support.server import answer

PROJECT = load_project()
ONE = {"vestigingen_so": PROJECT.catalogue["vestigingen_so"]}
PATH = "/09.-alle-vestigingen-sbo-so-en-vso.csv"
NOWHERE = dict.fromkeys(Settings().bases(), "")


@pytest.fixture
def settings(tmp_path, server) -> Settings:
    """One server that has one file, as if it were the live one."""
    return Settings(data_dir=tmp_path, sources=("live",), attempts=1, **{**NOWHERE, "duo": server.url})


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def look(settings: Settings, now: datetime | None = None) -> None:
    """What a run does first."""
    with open_origins(settings, ONE, lambda: serve_sandbox(settings)) as origins:
        archive = Archive(Store(settings.data_dir))
        fetch(ONE["vestigingen_so"], origins, archive, run=uuid.uuid4().hex, now=now or datetime.now(UTC))


def tick(settings: Settings, name: str, instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult:
    (sensor,) = (each for each in all_sensors(settings, replace(PROJECT, catalogue=ONE)) if each.name == name)
    result = sensor(dg.build_sensor_context(instance=instance, cursor=cursor))
    return result if isinstance(result, dg.SensorResult) else dg.SensorResult(skip_reason=result)


def said(result: dg.SensorResult) -> str:
    assert not result.run_requests
    return result.skip_reason.skip_message


def test_all_are_off_until_they_are_switched_on():
    made = all_sensors(Settings(), PROJECT)
    assert {each.name for each in made} == {"nieuw_bestand", "bestand_geweigerd", "bron_verouderd", "run_mislukt"}
    assert {each.default_status for each in made} == {dg.DefaultSensorStatus.STOPPED}


def test_a_registry_that_was_never_looked_at_asks_for_a_run_once_and_nothing_is_downloaded(settings, instance, server):
    first = tick(settings, "nieuw_bestand", instance)
    assert [request.tags for request in first.run_requests] == [{"nieuw_bestand": "vestigingen_so"}]
    assert "a run was asked already" in said(tick(settings, "nieuw_bestand", instance, first.cursor))
    assert server.requests == []


def test_a_new_file_asks_for_a_run_once_and_what_is_held_does_not(settings, instance, server):
    server.on(PATH, answer(200, b"a;b\n1;2\n", ETag='"1"'), answer(304))
    look(settings)
    quiet = tick(settings, "nieuw_bestand", instance)
    assert said(quiet) == "The origins hold nothing new."
    assert server.requests[-1][1]["If-None-Match"] == '"1"'
    server.on(PATH, answer(200, b"a;b\n3;4\n", ETag='"2"'))
    told = tick(settings, "nieuw_bestand", instance, quiet.cursor)
    assert len(told.run_requests) == 1
    assert "vestigingen_so" in said(tick(settings, "nieuw_bestand", instance, told.cursor))
    look(settings)
    after = tick(settings, "nieuw_bestand", instance, told.cursor)
    assert (said(after), after.cursor) == ("The origins hold nothing new.", "{}")


def test_a_file_that_was_refused_is_no_news_the_next_time(settings, instance, server):
    server.on(PATH, answer(200, b"<html>", Content_Type="text/html"))
    look(settings)
    assert said(tick(settings, "nieuw_bestand", instance)) == "The origins hold nothing new."


def test_an_origin_that_cannot_be_reached_is_said_in_one_sentence_and_what_was_told_stays_told(settings, instance, server):
    server.on(PATH, answer(200, b"a;b\n1;2\n"))
    look(settings)
    server.on(PATH, answer(503))
    cursor = json.dumps({"live/vestigingen_so": "some hash"})
    result = tick(settings, "nieuw_bestand", instance, cursor)
    assert said(result).startswith(f"live could not be asked for vestigingen_so: {server.url}{PATH} was tried once")
    assert result.cursor == cursor


def test_a_source_that_is_no_origin_is_said(settings, instance):
    assert "neither a word" in said(tick(settings.with_(sources=("/nowhere",)), "nieuw_bestand", instance))


def test_nobody_asks_while_a_run_is_at_work(settings, instance):
    instance.add_run(dg.DagsterRun(job_name="passend_onderwijs", run_id="a", status=dg.DagsterRunStatus.STARTED))
    assert "at work" in said(tick(settings, "nieuw_bestand", instance))


def test_a_refused_file_is_told_once_and_again_when_it_comes_back(settings, instance, server):
    server.on(PATH, answer(200, b"<html>", Content_Type="text/html"))
    look(settings)
    with Receiver() as receiver:
        heard = settings.with_(alert_webhook=receiver.webhook)
        first = tick(heard, "bestand_geweigerd", instance)
        (event,) = first.asset_events
        assert event.asset_key == dg.AssetKey(["registry", "vestigingen_so"])
        (message,) = receiver.posts
        assert "a file was refused" in message["text"]
        assert "an HTML page instead of csv" in message["text"]
        second = tick(heard, "bestand_geweigerd", instance, first.cursor)
        assert said(second) == "1 to tell, 0 of them new."
        assert len(receiver.posts) == 1
    server.on(PATH, answer(200, b"a;b\n1;2\n"))
    look(settings)
    cured = tick(settings, "bestand_geweigerd", instance, second.cursor)
    assert (said(cured), cured.cursor) == ("All is in order.", "[]")


def test_a_source_beyond_its_cadence_is_told_once(settings, instance, server):
    server.on(PATH, answer(200, b"a;b\n1;2\n"))
    look(settings, datetime(2020, 1, 1, tzinfo=UTC))
    first = tick(settings, "bron_verouderd", instance)
    (event,) = first.asset_events
    assert event.description.endswith(
        "not in order since 2020-01-01, longer than its cadence of 45 days: no run has looked at it since"
    )
    assert said(tick(settings, "bron_verouderd", instance, first.cursor)) == "1 to tell, 0 of them new."
    look(settings)
    assert said(tick(settings, "bron_verouderd", instance, first.cursor)) == "All is in order."


def test_what_could_not_be_told_is_not_taken_for_told(settings, instance, server):
    server.on(PATH, answer(200, b"<html>", Content_Type="text/html"))
    look(settings)
    deaf = settings.with_(alert_webhook=f"{server.url}/t0ken")
    with pytest.raises(SettingsError, match=r"PASSEND_ALERT_WEBHOOK \(it answered 501\)") as caught:
        tick(deaf, "bestand_geweigerd", instance)
    assert "t0ken" not in str(caught.value)


def test_a_run_that_failed_is_told_with_what_went_wrong_first_in_which_step(settings, instance):
    @dg.op
    def uitgelegd():
        raise dg.Failure("the file is not what its contract says") from ValueError("deep down")

    @dg.op
    def onverwacht():
        raise LookupError("a column that nobody knew")

    @dg.job
    def taak():
        uitgelegd()
        onverwacht()

    assert set(told_of(settings, instance, taak)) == {
        "uitgelegd: the file is not what its contract says",
        "onverwacht: LookupError: a column that nobody knew",
    }


def test_a_run_that_failed_before_its_first_step_is_told_with_what_went_wrong_first(settings, instance):
    @dg.resource
    def bezet(_):
        with explained():
            raise BusyError("another run is at work")

    @dg.op(required_resource_keys={"bezet"})
    def stap():
        pass

    @dg.job(resource_defs={"bezet": bezet})
    def taak():
        stap()

    (line,) = told_of(settings, instance, taak)
    assert line.endswith("another run is at work")


@pytest.mark.parametrize(("message", "line"), [("the process was killed", "the process was killed"), (None, "it ended without")])
def test_a_run_of_which_nothing_is_left_to_explain_it_is_told_too(settings, instance, message, line):
    """As Dagster writes it down itself when the process of a run is gone."""
    run = instance.create_run_for_job(dg.job(name="taak")(lambda: None))
    failure = instance.report_run_failed(run, message)
    (said,) = told(settings, instance, run, failure if message else failure._replace(message=None))
    assert said.startswith(line)


def told_of(settings, instance, job):
    """The lines of the one message about a run of a job that fails, after its subject."""
    done = job.execute_in_process(instance=instance, raise_on_error=False)
    (failure,) = done.filter_events(lambda each: each.is_run_failure)
    return told(settings, instance, done.dagster_run, failure)


def told(settings, instance, run, failure):
    context = dg.build_run_status_sensor_context("run_mislukt", failure, instance, run).for_run_failure()
    with Receiver() as receiver:
        (sensor,) = (
            each for each in all_sensors(settings.with_(alert_webhook=receiver.webhook), PROJECT) if each.name == "run_mislukt"
        )
        sensor(context)
    (post,) = receiver.posts
    subject, *lines = post["text"].splitlines()
    assert subject == f"passend onderwijs: taak failed ({run.run_id[:8]})"
    return lines
