"""Telling a person over real sockets, and what is said of a channel that does not take it: never its password."""

from __future__ import annotations

import ssl
from email import message_from_string

import pytest
import trustme

from pipeline.errors import SettingsError
from pipeline.run.alerts import send
from pipeline.settings import Settings
from tests.support.receivers import Receiver


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
    assert not receiver.logins
    assert "geheim" not in f"{caught.value} {settings!r}"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(params=["smtp", "smtps"])
def encrypting(request, authority):
    """A mail server that encrypts, with the scheme of its address: on request, or from the start."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Receiver(**{"offered" if request.param == "smtp" else "encrypted": context}) as made:
        yield request.param, made


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    """As if the authority stood among those that this machine trusts."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


@pytest.mark.usefixtures("trusted")
def test_to_a_server_that_encrypts_the_password_is_sent_and_then_the_message(encrypting):
    scheme, receiver = encrypting
    settings = Settings(alert_mail=f"{scheme}://ik%40example.org:geheim@{receiver.mail}", alert_to=("a@example.org",))
    assert send(settings, "onderwerp", "tekst") == ["ALERT_MAIL"]
    assert receiver.logins == [("ik@example.org", "geheim")]
    (mail,) = map(message_from_string, receiver.mails)
    assert mail["Subject"] == "onderwerp"


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_said_without_showing_it(encrypting):
    scheme, receiver = encrypting
    settings = Settings(alert_mail=f"{scheme}://ik:f0ut@{receiver.mail}", alert_to=("a@example.org",))
    with pytest.raises(SettingsError, match=r"PASSEND_ALERT_MAIL .the mail server answered 535") as caught:
        send(settings, "onderwerp", "tekst")
    assert not receiver.mails
    assert "f0ut" not in str(caught.value)


def test_a_server_that_cannot_prove_who_it_is_gets_no_password(encrypting):
    scheme, receiver = encrypting
    settings = Settings(alert_mail=f"{scheme}://ik:geheim@{receiver.mail}", alert_to=("a@example.org",))
    with pytest.raises(SettingsError, match=r"PASSEND_ALERT_MAIL .SSLCertVerificationError"):
        send(settings, "onderwerp", "tekst")
    assert (receiver.logins, receiver.mails) == ([], [])


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
