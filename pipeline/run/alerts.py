"""Telling a person: an e-mail, a webhook, or neither, as the settings say.

Belongs here: bringing one message over a channel. Does not belong here: when there is something to tell (the orchestrator).

The addresses may hold a password or a token: no message, log or error shows them, only the name of the setting.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from functools import partial
from urllib.parse import unquote, urlsplit

import requests

from pipeline.errors import SettingsError
from pipeline.settings import Settings

PORTS = {"smtp": 25, "smtps": 465}


def send(settings: Settings, subject: str, text: str) -> list[str]:
    """Tell it over every channel that is set. Returns the channels; none when none is set.

    Raises SettingsError, after trying them all, for those that did not take the message.
    """
    ways = {"ALERT_MAIL": (_mail, settings.alert_mail), "ALERT_WEBHOOK": (_webhook, settings.alert_webhook)}
    used, failed = [], []
    for name, (way, address) in ways.items():
        if not address:
            continue
        try:
            way(settings, subject, text)
            used.append(name)
        except (OSError, smtplib.SMTPException, requests.RequestException, ValueError) as error:
            failed.append(f"PASSEND_{name} ({_plain(error)})")
    if failed:
        why = "; ".join(failed)
        raise SettingsError(f"not told, because a channel did not take it: {why}. Correct it or unset it. It was: {subject}")
    return used


def _mail(settings: Settings, subject: str, text: str) -> None:
    """Through the server of ``alert_mail``: encrypted from the start (smtps), or from when the server offers it (smtp)."""
    address = urlsplit(settings.alert_mail.get_secret_value())
    if not settings.alert_to:
        raise ValueError("PASSEND_ALERT_TO is empty")
    message = EmailMessage()
    message["Subject"], message["To"] = subject, ", ".join(settings.alert_to)
    message["From"] = settings.alert_from or settings.alert_to[0]
    message.set_content(text, cte="quoted-printable")
    host, port = address.hostname or "", address.port or PORTS[address.scheme]
    safe, patience = ssl.create_default_context(), settings.connect_timeout
    encrypted = address.scheme == "smtps"
    kind = partial(smtplib.SMTP_SSL, context=safe) if encrypted else smtplib.SMTP
    with kind(host, port, timeout=patience) as server:
        server.ehlo()
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=safe)
            encrypted = True
        if address.username:
            if not encrypted:
                raise ValueError("the server offers no encryption, so no password was sent to it")
            server.login(unquote(address.username), unquote(address.password or ""))
        server.send_message(message)


def _webhook(settings: Settings, subject: str, text: str) -> None:
    """As JSON with one member ``text``, which is what Mattermost, Slack and Teams take."""
    with requests.Session() as session:
        answer = session.post(
            settings.alert_webhook.get_secret_value(), json={"text": f"{subject}\n{text}"},
            timeout=(settings.connect_timeout, settings.read_timeout), allow_redirects=False,
        )  # fmt: skip
    if not answer.ok or answer.is_redirect:
        raise ValueError(f"it answered {answer.status_code}")


def _plain(error: Exception) -> str:
    """What went wrong, in words that hold no address and nothing that a server echoed."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server answered {error.smtp_code}"
    return str(error) if type(error) is ValueError else type(error).__name__
