"""Django's settings for e-mail, from the channel file."""

from pathlib import Path
from typing import Any, Final

from breachdesk.channel._config import Backend, Sending, Smtp
from breachdesk.channel.errors import SendersConfigError

_SMTP: Final = "django.core.mail.backends.smtp.EmailBackend"
#: Where nothing is to be sent by Django: a mistake would raise.
_NONE: Final = "breachdesk.channel.no_mail"
#: For one step of a conversation with a mail server.
SMTP_SECONDS: Final = 20
_FILE: Final = "_FILE"


def mail_settings(email: Sending | None) -> dict[str, Any]:
    """EMAIL_… and ANYMAIL. Secrets are not read here: see `with_secrets`."""
    way = None if email is None else email.way
    if isinstance(way, Smtp):
        return {
            "EMAIL_BACKEND": _SMTP,
            "EMAIL_HOST": way.host,
            "EMAIL_PORT": way.port,
            "EMAIL_HOST_USER": way.user or "",
            "EMAIL_USE_TLS": way.tls == "starttls",
            "EMAIL_USE_SSL": way.tls == "tls",
            "EMAIL_TIMEOUT": SMTP_SECONDS,
        }
    if isinstance(way, Backend):
        plain = {key: value for key, value in way.anymail.items() if not key.endswith(_FILE)}
        return {
            "EMAIL_BACKEND": way.path,
            "ANYMAIL": {"REQUESTS_TIMEOUT": SMTP_SECONDS, **plain},
        }
    return {"EMAIL_BACKEND": _NONE}


def mail_secrets(email: Sending, beside: Path) -> dict[str, Any]:
    """The settings that hold secrets, read from their files: for the sender's process only.

    Raises SendersConfigError.
    """
    if isinstance(email.way, Smtp) and email.way.password_file is not None:
        return {"EMAIL_HOST_PASSWORD": read_secret(email.way.password_file, "password_file")}
    if isinstance(email.way, Backend):
        return {
            "ANYMAIL": {
                key.removesuffix(_FILE): read_secret(beside / value, key)
                for key, value in email.way.anymail.items()
                if key.endswith(_FILE)
            }
        }
    return {}


def read_secret(path: Path, key: str) -> str:
    """The one line of a secret's file. Raises SendersConfigError, which never quotes it."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SendersConfigError(
            f"{key}: {path} cannot be read: make it, readable by this user only"
        ) from None
    if not secret or "\n" in secret:
        raise SendersConfigError(f"{key}: {path} does not hold one line: write the secret in it")
    return secret
