"""E-mail through Django's mail API: an SMTP server, or any backend, such as django-anymail's.

What an exception says of the message: a reply of the server, or a failure before anything was said
of it, means that it was not accepted. A line that breaks afterwards says nothing.
"""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from breachdesk.channel._config import Sending
from breachdesk.channel._mail_settings import mail_secrets
from breachdesk.channel._messages import Message
from breachdesk.channel.errors import RefusedForGood, RefusedForNow


class MailSender:
    """Sends by the backend that the settings name."""

    def __init__(self, sending: Sending, beside: Path) -> None:
        """Reads the secrets' files: raises SendersConfigError."""
        secrets = mail_secrets(sending, beside)
        if "ANYMAIL" in secrets:
            settings.ANYMAIL = {**settings.ANYMAIL, **secrets["ANYMAIL"]}
        self._password: str | None = secrets.get("EMAIL_HOST_PASSWORD")
        self._from = sending.from_address
        self._domain = parseaddr(self._from)[1].rpartition("@")[2]

    def send(self, message: Message) -> None:
        """Send to exactly `message.to`, as plain text."""
        with self._connected() as connection:
            mail = EmailMessage(
                message.subject,
                message.text,
                self._from,
                [message.to],
                headers={
                    "Message-ID": f"<{message.id}@{self._domain}>",
                    "Auto-Submitted": "auto-generated",
                },
                connection=connection,
            )
            _send(mail)

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        """A connection that is open: until it is, nothing can have been accepted."""
        more: dict[str, Any] = {}
        if self._password is not None:
            more["password"] = self._password
        connection = get_connection(**more)
        try:
            connection.open()
        except (OSError, smtplib.SMTPException):
            raise RefusedForNow("refused") from None
        try:
            yield connection
        finally:
            # The result is known by now; how the goodbye goes changes nothing.
            with suppress(Exception):
                connection.close()


def _send(mail: EmailMessage) -> None:
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        _refuse(max(code for code, _ in error.recipients.values()))
    except smtplib.SMTPResponseException as error:
        _refuse(error.smtp_code)
    except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError):
        # Django or the library would not even begin: an address that mail cannot be sent to.
        raise RefusedForGood("address") from None
    except Exception as error:
        # django-anymail's errors carry the provider's HTTP status; without one nobody knows.
        status = getattr(error, "status_code", None)
        if isinstance(status, int) and 400 <= status < 500:
            _refuse(450 if status == 429 else 550)
        raise


def _refuse(code: int) -> NoReturn:
    """RFC 5321 section 4.2.1: 4yz is a refusal for now, 5yz one for good."""
    if 400 <= code < 500:
        raise RefusedForNow("refused") from None
    raise RefusedForGood("refused") from None
