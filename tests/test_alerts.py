"""Telling a person over real sockets, and what is said of a channel that does not take it: never its password."""

from __future__ import annotations

from email import message_from_string

import pytest

from pipeline.alerts import send
from pipeline.errors import SettingsError
from pipeline.settings import Settings
from tests.receivers import Receiver


@pytest.fixture
def receiver():
    with Receiver() as made:
        yield made


def test_without_a_channel_nothing_is_told_to_anyone():
    assert send(Settings(), "onderwerp", "tekst") == []


def test_one_message_over_every_channel_that_is_set(receiver):
    settings = Settings(
        alert_mail=f"smtp://{receiver.mail}", alert_to=("a@example.org", "b@example.org"), alert_webhook=receiver.webhook
    )
    assert send(settings, "een run is mislukt", "waarom: coördinaten") == ["ALERT_MAIL", "ALERT_WEBHOOK"]
    assert receiver.posts == [{"text": "een run is mislukt\nwaarom: coördinaten"}]
    (mail,) = map(message_from_string, receiver.mails)
    assert (mail["Subject"], mail["From"], mail["To"]) == ("een run is mislukt", "a@example.org", "a@example.org, b@example.org")
    assert mail.get_payload(decode=True).decode().strip() == "waarom: coördinaten"


def test_a_password_is_not_sent_to_a_server_without_encryption_nor_shown(receiver):
    settings = Settings(alert_mail=f"smtp://ik:geheim@{receiver.mail}", alert_to=("a@example.org",))
    with pytest.raises(SettingsError, match=r"PASSEND_ALERT_MAIL .the server offers no encryption") as caught:
        send(settings, "onderwerp", "tekst")
    assert not receiver.mails
    assert "geheim" not in " ".join([str(caught.value), repr(settings), *receiver.said])


def test_one_channel_that_fails_does_not_keep_the_other_from_being_told(receiver):
    settings = Settings(alert_mail=f"smtp://{receiver.mail}", alert_to=("nobody@example.org",), alert_webhook=receiver.webhook)
    with pytest.raises(SettingsError, match=r"PASSEND_ALERT_MAIL .*It was: onderwerp") as caught:
        send(settings, "onderwerp", "tekst")
    assert "secret detail" not in str(caught.value)
    assert len(receiver.posts) == 1


@pytest.mark.parametrize("channel", [{"alert_mail": "smtp://127.0.0.1:1", "alert_to": ("a@example.org",)}, {"alert_mail": "smtp://x"},
                                     {"alert_webhook": "http://127.0.0.1:1/t0ken"}])  # fmt: skip
def test_a_channel_that_cannot_be_used_is_named_by_its_setting(channel):
    with pytest.raises(SettingsError, match="not told, because a channel did not take it: PASSEND_ALERT_") as caught:
        send(Settings(**channel), "onderwerp", "tekst")
    assert "t0ken" not in str(caught.value)


def test_an_address_that_is_none_is_refused_without_being_shown():
    with pytest.raises(SettingsError, match="PASSEND_ALERT_WEBHOOK is not an http or https address") as caught:
        Settings.from_environment({"PASSEND_ALERT_WEBHOOK": "geheim"})
    assert "geheim" not in str(caught.value)
