"""Sending letters: a message of the outbox becomes an e-mail in its reader's language."""

import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

from flask import render_template

from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.outbox import Message
from grantengine.settings import Settings
from grantengine.web.i18n import force_language
from grantengine.web.letters import letter_html
from grantengine.web.unsubscribing import stop_address


class MailPort(Protocol):
    """Whatever carries an e-mail away."""

    def send(self, mail: EmailMessage, *, message_id: str) -> None:
        """Carry one e-mail away; the same id twice is the same e-mail."""


class FileMail:
    """Writes each e-mail as a file, for the demonstration and the tests."""

    def __init__(self, folder: Path) -> None:
        """Write into this folder."""
        self._folder = folder

    def send(self, mail: EmailMessage, *, message_id: str) -> None:
        """Write `<message id>.eml`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{message_id}.eml").write_bytes(bytes(mail))


class SMTPMail:
    """Hands each e-mail to a mail server."""

    def __init__(self, host: str, port: int) -> None:
        """Send through this server."""
        self._host, self._port = host, port

    def send(self, mail: EmailMessage, *, message_id: str) -> None:
        """Send one e-mail; the id stands in its Message-ID, so that servers can drop a double."""
        with smtplib.SMTP(self._host, self._port, timeout=30) as server:
            server.send_message(mail)


def make_mail(settings: Settings) -> MailPort:
    """Choose the carrier that the settings ask for."""
    if settings.mail_transport == "smtp":
        return SMTPMail(settings.smtp_host, settings.smtp_port)
    return FileMail(settings.var_path / "outbox")


def deliver(
    database: Database, clock: Clock, mail: MailPort, settings: Settings, *, message_id: str
) -> None:
    """Send a message of the outbox once; the task of `outbox.DELIVER_TASK`."""
    with database.reading() as session:
        message = session.get_one(Message, message_id)
    if message.sent_at is not None:
        return
    mail.send(compose(message, settings), message_id=message_id)
    with database.transaction() as session:
        session.get_one(Message, message_id).sent_at = clock.now()


def compose(message: Message, settings: Settings) -> EmailMessage:
    """Write out a letter, as plain text and as HTML, in its reader's language.

    The words are those of `emails/<letter>.subject.txt` and `.txt`; the HTML is made of them,
    unless the letter has an HTML of its own. Whatever is written about a collection ends with its
    number (Rahankeräyslaki 863/2019).
    """
    facts: dict[str, Any] = {**message.facts, "public_url": settings.public_url.rstrip("/")}
    stop = _stop_address(message, settings)
    facts |= {"unsubscribe_url": stop}
    with force_language(message.language):
        subject = " ".join(render_template(f"emails/{message.letter}.subject.txt", **facts).split())
        words = render_template(f"emails/{message.letter}.txt", **facts)
        facts |= {"legal_line": _legal_line(facts)}
        html = letter_html(message.letter, words, subject=subject, facts=facts)
    mail = EmailMessage()
    mail["From"] = settings.mail_from
    mail["To"] = message.recipient
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{message.id}@{settings.mail_from.rpartition('@')[2]}>"
    if stop is not None:
        # RFC 8058: the mail program itself can end what nobody wants to read any more.
        mail["List-Unsubscribe"] = f"<{stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_closed_with(words, facts["legal_line"]))
    mail.add_alternative(html, subtype="html")
    # Last, since setting the content takes away what was said of it before.
    mail["Content-Language"] = message.language
    return mail


def plain_text_of(mail: EmailMessage) -> str:
    """Give the words of a letter."""
    return str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]  # it has some


def html_of(mail: EmailMessage) -> str:
    """Give the HTML of a letter."""
    return str(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]  # it has some


def _legal_line(facts: dict[str, Any]) -> str:
    is_numbered = facts.get("legal_number") is not None
    return render_template("emails/_legal.txt", **facts).strip() if is_numbered else ""


def _closed_with(words: str, line: str) -> str:
    return f"{words.rstrip()}\n\n{line}\n" if line else words


def _stop_address(message: Message, settings: Settings) -> str | None:
    meant = message.facts.get("unsubscribes")
    return stop_address(settings, message.language, *meant) if meant else None
