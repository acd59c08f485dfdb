"""Ways for an alarm to leave the machine: a webhook, a mail. Each with a bounded wait."""

import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from breachdesk.admission.errors import OptionError

_SECONDS: Final = 10.0
_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_MAIL_FORM: Final = "give it as smtp://host:port?from=a@example.org&to=b@example.org"

#: An alarm as it leaves: its members are `format`, `alarm`, `at`, `counts`, `held_back`.
Alarm = Mapping[str, object]
Deliver = Callable[[Alarm, str], None]


@dataclass(frozen=True, slots=True)
class MailRoute:
    """A mail server, and who writes to whom. Its repr shows no password."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str
    to: tuple[str, ...]

    def __repr__(self) -> str:
        return f"MailRoute({self.scheme}://{self.host}:{self.port})"


def parse_mail_route(text: str) -> MailRoute:
    """`smtp`, `smtp+starttls` or `smtps` with `from` and one `to` or more. Raises `OptionError`."""
    try:
        parts = urlsplit(text)
        query = parse_qs(parts.query, strict_parsing=True)
        port = parts.port or _PORTS[parts.scheme]
        (sender,), to = query["from"], tuple(query["to"])
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
    except (ValueError, KeyError):
        raise OptionError("alarm mail", _MAIL_FORM) from None
    host = parts.hostname or ""
    if not host or not all("@" in one and one.isprintable() for one in (sender, *to)):
        raise OptionError("alarm mail", _MAIL_FORM)
    return MailRoute(parts.scheme, host, port, user, password, sender, to)


def check_webhook(url: str) -> str:
    """The URL, if alarms can be posted to it. Raises `OptionError`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise OptionError("alarm webhook", "give it as https://host/path")
    return url


def webhook(url: str) -> Deliver:
    """Posts an alarm as JSON; anything but a 2xx answer raises."""
    checked = check_webhook(url)

    def post(alarm: Alarm, _: str) -> None:
        import httpx  # noqa: PLC0415 (alarms are rare, and it takes long to import)

        httpx.post(checked, json=dict(alarm), timeout=_SECONDS).raise_for_status()

    return post


def mail(route: MailRoute) -> Deliver:
    """Sends an alarm's words as a mail; whatever the server refuses raises."""

    def send(alarm: Alarm, words: str) -> None:
        message = EmailMessage()
        message["Subject"] = f"Breachdesk: {alarm['alarm']}"
        message["From"], message["To"] = route.sender, ", ".join(route.to)
        message.set_content(words)
        with _connect(route) as server:
            if route.user:
                server.login(route.user, route.password)
            server.send_message(message)

    return send


def _connect(route: MailRoute) -> smtplib.SMTP:
    if route.scheme == "smtps":
        return smtplib.SMTP_SSL(route.host, route.port, timeout=_SECONDS)
    server = smtplib.SMTP(route.host, route.port, timeout=_SECONDS)
    if route.scheme == "smtp+starttls":
        server.starttls()
    return server
