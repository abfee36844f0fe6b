from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import PassendError, SettingsError, for_exit_code
from pipeline.settings import Settings


def test_without_any_setting_the_sandbox_is_the_source():
    settings = Settings.from_environment({})
    assert settings.sources == ("sandbox",)
    assert settings == Settings()


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("PASSEND_DATA_DIR", "/srv/passend", "data_dir", Path("/srv/passend")),
        ("PASSEND_SOURCES", os.pathsep.join(["live", "/edities/2024-10", ""]), "sources", ("live", "/edities/2024-10")),
        ("PASSEND_SANDBOX_DAY", "2028-02-29", "sandbox_day", date(2028, 2, 29)),
        ("PASSEND_SANDBOX_SIZE", "small", "sandbox_size", "small"),
        ("PASSEND_SANDBOX_SCALE", "3", "sandbox_scale", 3),
        ("PASSEND_SANDBOX_HOME_YEARS", "16", "sandbox_home_years", 16),
        ("PASSEND_READ_TIMEOUT", "2.5", "read_timeout", 2.5),
        ("PASSEND_CKAN", "http://127.0.0.1:8000", "ckan", "http://127.0.0.1:8000"),
        ("PASSEND_BACKOFF", "0", "backoff", 0.0),
        ("PASSEND_MAKERS", "8", "makers", 8),
        ("PASSEND_MAKER_MEMORY_MB", "64", "maker_memory_mb", 64),
        ("PASSEND_MAKER_THREADS", "2", "maker_threads", 2),
    ],
)
def test_a_variable_in_the_environment_replaces_the_default(name, text, field, value):
    settings = Settings.from_environment({name: text})
    assert getattr(settings, field) == value
    others = Settings.model_fields.keys() - {field}
    assert [getattr(settings, each) for each in others] == [getattr(Settings(), each) for each in others]


def test_what_the_caller_gives_goes_before_the_environment_and_none_is_not_given():
    environment = {"PASSEND_ATTEMPTS": "9", "PASSEND_SANDBOX_SEED": "1"}
    settings = Settings.from_environment(environment, attempts=2, sandbox_seed=None)
    assert (settings.attempts, settings.sandbox_seed) == (2, 1)


@pytest.mark.parametrize("text", ["", "data@proef.example", "https://proef.example/contact"])
def test_a_contact_is_an_e_mail_or_a_web_address(text):
    assert Settings.from_environment({"PASSEND_CONTACT": text}).contact == text


def test_the_process_environment_is_read_when_none_is_given(monkeypatch):
    monkeypatch.setenv("PASSEND_ATTEMPTS", "11")
    assert Settings.from_environment().attempts == 11


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PASSEND_ATTEMPTS", "vier"),
        ("PASSEND_BACKOFF", "1,5"),
        ("PASSEND_MAX_BYTES", ""),
        ("PASSEND_SANDBOX_SCALE", "2.0"),
        ("PASSEND_CONTACT", "Jan"),
        ("PASSEND_CONTACT", "jan@"),
    ],
)
def test_a_value_that_does_not_parse_names_its_variable_and_itself(name, text):
    with pytest.raises(SettingsError) as error:
        Settings.from_environment({name: text})
    assert name in str(error.value)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PASSEND_ATTEMPTS", "0"),
        ("PASSEND_READ_TIMEOUT", "-1"),
        ("PASSEND_READ_TIMEOUT", "nan"),
        ("PASSEND_CONNECT_TIMEOUT", "inf"),
        ("PASSEND_SANDBOX_SCALE", "0"),
        ("PASSEND_MAKERS", "0"),
        ("PASSEND_MAKER_MEMORY_MB", "63"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(name, text):
    with pytest.raises(SettingsError, match=rf"{name}={text} is out of range: at least"):
        Settings.from_environment({name: text})


def test_a_misspelt_setting_is_not_passed_over_and_a_name_of_something_else_is():
    with pytest.raises(SettingsError, match=r"PASSEND_ATEMPTS is not a setting; did you mean PASSEND_ATTEMPTS\?"):
        Settings.from_environment({"PASSEND_ATEMPTS": "2"})
    assert Settings.from_environment({"PASSEND_SHARED": "/elsewhere"}) == Settings()


def test_what_the_caller_gives_is_checked_like_the_environment():
    with pytest.raises(SettingsError, match="PASSEND_ATTEMPTS=0 is out of range: at least 1"):
        Settings.from_environment({}, attempts=0)


def test_what_the_environment_holds_is_read_in_one_place_only(monkeypatch):
    monkeypatch.setenv("PASSEND_ATTEMPTS", "11")
    assert Settings().attempts == Settings().with_(backoff=0).attempts == 4


@pytest.mark.parametrize("name", ["alert_mail", "alert_webhook"])
def test_an_address_with_a_password_is_shown_nowhere(name):
    address = {"alert_mail": "smtp://ik:geheim@post", "alert_webhook": "https://haak/geheim"}[name]
    settings = Settings.from_environment({f"PASSEND_{name.upper()}": address})
    assert getattr(settings, name).get_secret_value() == address
    assert "geheim" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({f"PASSEND_{name.upper()}": "geheim"})
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("name", ["PASSEND_CKAN", "PASSEND_DUO", "PASSEND_CBS", "PASSEND_PDOK", "PASSEND_REFERENCE"])
@pytest.mark.parametrize(
    "address",
    [
        "https://jan:geheim@mirror.example/",
        "http://jan:geheim@[/",
        "https://geheim@mirror.example",
        "jan:geheim@mirror.example/",
        " https://jan:geheim@mirror.example/",
        "https:/jan:geheim@mirror.example/",
        "//jan:geheim@mirror.example/",
        "HTTPS://jan:geheim@mirror.example/",
        r"https:\\jan:geheim@mirror.example/",
    ],
)
def test_a_base_address_with_a_password_is_refused_and_not_repeated(name, address):
    with pytest.raises(SettingsError, match="without user name and password, which every release would publish") as error:
        Settings.from_environment({name: address})
    assert name in str(error.value)
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize("given", [{"contact": "https://jan:geheim@x.example"}, {"sources": ("https://jan:geheim@x.example",)}])
def test_no_other_address_that_is_shown_may_hold_a_password(given):
    with pytest.raises(SettingsError, match="without user name and password") as error:
        Settings.from_environment({}, **given)
    assert next(iter(given)) in str(error.value).lower()
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PASSEND_SOURCES", "/srv/jan@thuis/klein"), ("PASSEND_CONTACT", "https://social.example/@jan"),
        ("PASSEND_CONTACT", "jan@proef.example"), ("PASSEND_CKAN", "https://mirror.example/@jan/"),
    ],
)  # fmt: skip
def test_an_at_sign_elsewhere_is_no_password(name, text):
    assert Settings.from_environment({name: text}) != Settings()


@pytest.mark.parametrize(
    ("processors", "memory", "makers", "maker_memory"), [(1, 512, 1, 256), (2, 24_576, 2, 384), (64, 524_288, 4, 4096)]
)
def test_how_much_is_taken_of_the_machine_follows_from_its_size(monkeypatch, processors, memory, makers, maker_memory):
    monkeypatch.setattr("pipeline.settings.processors", lambda: processors)
    monkeypatch.setattr("pipeline.settings.memory_mb", lambda: memory)
    assert (Settings().makers, Settings().maker_memory_mb) == (makers, maker_memory)


def test_an_empty_data_folder_is_not_the_one_that_a_person_stands_in():
    with pytest.raises(SettingsError, match="PASSEND_DATA_DIR='' is not the name of a folder; correct it or unset it"):
        Settings.from_environment({"PASSEND_DATA_DIR": ""})
    assert Settings.from_environment({"PASSEND_DATA_DIR": "."}).data_dir == Path()


def test_every_place_on_disk_lies_below_the_data_folder():
    settings = Settings(data_dir=Path("/srv/x"))
    places = [settings.releases_dir, settings.sandbox_dir, settings.dagster_home]
    assert {place.parent for place in places} == {Path("/srv/x")}
    assert len(set(places)) == len(places)


def test_base_addresses_can_be_replaced_without_touching_the_rest():
    settings = Settings(attempts=2)
    local = settings.with_(ckan="http://127.0.0.1:1", reference="http://127.0.0.1:2")
    assert local.bases() == {**settings.bases(), "ckan": "http://127.0.0.1:1", "reference": "http://127.0.0.1:2"}
    assert local.attempts == 2
    assert settings.ckan == Settings().ckan
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        settings.with_(attempts=0)
    with pytest.raises(ValueError, match="retries"):
        settings.with_(retries=2)


def test_no_two_kinds_of_failure_share_an_exit_code():
    kinds = [PassendError, *PassendError.__subclasses__()]
    assert len({kind.exit_code for kind in kinds}) == len(kinds)
    assert 0 not in {kind.exit_code for kind in kinds}
    assert [for_exit_code(kind.exit_code) for kind in kinds] == kinds
    assert len({kind.meaning for kind in kinds}) == len(kinds)
