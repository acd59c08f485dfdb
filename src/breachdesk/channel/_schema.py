"""Read a channel file: everything wrong with it is told at once, with line and fix."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from breachdesk.admission import OptionError, check_webhook, parse_mail_route
from breachdesk.channel._config import (
    LANGUAGES,
    SENDERS,
    Alarm,
    Backend,
    ChannelConfig,
    Desk,
    Gateway,
    Limits,
    Sending,
    Smtp,
    Spend,
)
from breachdesk.channel._toml import Table, read
from breachdesk.channel.errors import ConfigError, Problem
from breachdesk.wire import CHANNELS

FORMAT: Final = 1
_PREFIX: Final = re.compile(r"\+[1-9][0-9]{0,14}")
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_DOTTED: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
_MAILBOX: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+|[^<>\r\n]+<[^\s@<>]+@[^\s@<>]+>")
_DATABASES: Final = ("sqlite", "postgres", "postgresql")
_MAIL_ROUTE: Final = "smtp://localhost:25?from=a@example.org&to=b@example.org"
_LOCAL: Final = ("127.0.0.1", "localhost", "::1")
_MOST: Final = 1_000_000_000


def load(path: Path) -> ChannelConfig:
    """Read a channel file. ConfigError tells all problems; OSError as `open` raises it."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = Problem(line, "The file is not UTF-8.", "Save it as UTF-8.")
        raise ConfigError(str(path), [problem]) from None
    return parse(text, path)


def parse(text: str, source: Path) -> ChannelConfig:
    """Read a channel file's text; relative paths in it start at the folder of `source`.

    Raises ConfigError with every problem that the text has.
    """
    source = source.absolute()
    root = read(text, str(source))
    parts = _read(root, source)
    root.finish()
    if root.problems:
        raise ConfigError(str(source), root.problems)
    return ChannelConfig(source=source, **parts)


def _read(root: Table, source: Path) -> dict[str, Any]:
    """Every part; one that is missing or wrong is noted and not to be used."""
    if root.integer("format", FORMAT, FORMAT) is None:
        pass  # noted; the rest is read all the same
    organisation = root.table("organisation", 'Add [organisation] with ko = "…" and en = "…".')
    channels = _channels(root)
    return {
        "organisation": _organisation(organisation),
        "channels": channels,
        **_service(root, source),
        **_phone(root, source, needed="phone" in channels),
        **_email(root, source, needed="email" in channels),
        "limits": _limits(root),
        "spend": _spend(root),
        "desk": _desk(root),
        "alarm": _alarm(root),
    }


def _channels(root: Table) -> tuple[str, ...]:
    channels = root.known("channels", '["phone", "email", "letter", "desk"]', CHANNELS)
    if root.has("channels") and not channels:
        root.error("channels", "`channels` names none.", 'Write channels = ["email"].')
    if channels == ("desk",):
        message = "`desk` stands in for a phone or a mailbox, and none is offered."
        root.error("channels", message, 'Add "phone" or "email".')
    return channels


def _organisation(table: Table | None) -> dict[str, str]:
    if table is None:
        return {}
    names = {code: table.string(code, "…") for code in LANGUAGES}
    table.finish()
    for code, name in names.items():
        if name and (len(name) > 40 or not name.isprintable() or "://" in name or "www." in name):
            message = f"`{code}` is no name that a text message can begin with."
            table.error(code, message, "Give up to 40 characters, no line break, no address.")
    return {code: name.strip() for code, name in names.items() if name}


def _service(root: Table, source: Path) -> dict[str, Any]:
    default = f"sqlite:///{source.with_suffix('.sqlite3')}"
    database = root.string("database", "postgres://user@host/name", required=False) or default
    scheme = urlsplit(database).scheme
    if scheme not in _DATABASES:
        message = "`database` is neither SQLite nor PostgreSQL."
        root.error("database", message, 'Write database = "postgres://user@host/name".')
    redis = root.string("redis", "redis://127.0.0.1:6379/0", required=False)
    if redis is not None and urlsplit(redis).scheme not in ("redis", "rediss", "unix"):
        root.error("redis", "`redis` is no address of a Redis.", 'Write redis = "redis://host/0".')
    audit = root.string("audit", "channel-audit.jsonl", required=False) or "channel-audit.jsonl"
    state = root.string("state", "channel-state", required=False) or "channel-state"
    senders = root.integer("senders", 1, 64, default=4)
    return {
        "database": _database(database, source),
        "redis": redis,
        "audit": source.parent / audit,
        "state": source.parent / state,
        "senders": senders,
    }


def _database(url: str, source: Path) -> str:
    """A relative SQLite file stands beside the channel file."""
    scheme, _, rest = url.partition(":///")
    if scheme == "sqlite" and rest:
        return f"sqlite:///{source.parent / rest}"
    return url


def _phone(root: Table, source: Path, *, needed: bool) -> dict[str, Any]:
    table = root.table("phone", 'Add [phone] with prefixes = ["+8210"].', required=needed)
    if table is None:
        return {"phone": None, "phone_prefixes": ()}
    prefixes = table.strings("prefixes", '["+8210"]')
    if table.has("prefixes") and (
        not prefixes or not all(_PREFIX.fullmatch(one) for one in prefixes)
    ):
        fix = 'Write prefixes = ["+8210"]: a plus sign and digits.'
        table.error("prefixes", "`prefixes` is no list of beginnings of phone numbers.", fix)
    ways = {"sms": _gateway, "spool": _spool}
    return {"phone": _sending(table, source, "phone", ways), "phone_prefixes": prefixes}


def _email(root: Table, source: Path, *, needed: bool) -> dict[str, Any]:
    fix = 'Add [email] with from = "…" and sender = "smtp".'
    table = root.table("email", fix, required=needed)
    if table is None:
        return {"email": None, "denied_domains": frozenset()}
    denied = table.strings("denied_domains", '["example.com"]', required=False)
    if not all(_DOMAIN.fullmatch(one) for one in denied):
        fix = 'Write denied_domains = ["example.com"], in small letters.'
        table.error("denied_domains", "`denied_domains` is no list of domains.", fix)
    ways = {"smtp": _smtp, "backend": _backend, "spool": _spool}
    return {"email": _sending(table, source, "email", ways), "denied_domains": frozenset(denied)}


_Way = Callable[[Table, Path], "Smtp | Backend | Gateway | Path | None"]


def _sending(table: Table, source: Path, channel: str, ways: Mapping[str, _Way]) -> Sending | None:
    sender = table.choice("sender", SENDERS[channel])
    price = table.integer("price", 0, _MOST, default=0 if channel == "email" else None)
    sent_by = ""
    if channel == "email":
        sent_by = table.string("from", "Example <codes@example.org>") or ""
        if sent_by and not _MAILBOX.fullmatch(sent_by):
            fix = 'Write from = "codes@example.org".'
            table.error("from", "`from` is no mail address.", fix)
    way = None if sender is None else ways[sender](table, source)
    table.finish()
    return None if way is None or price is None else Sending(price, way, sent_by)


def _gateway(table: Table, source: Path) -> Gateway | None:
    url = table.string("url", "https://sms.example.org/v1/messages")
    token = table.string("token_file", "sms-token")
    if url is None or token is None:
        return None
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    if not secure or not parts.hostname:
        message = "`url` is not an https:// address."
        table.error("url", message, "Write https://…; plain http only to this machine.")
    return Gateway(url, source.parent / token)


def _spool(table: Table, source: Path) -> Path | None:
    folder = table.string("spool", "spool")
    return None if folder is None else source.parent / folder


def _smtp(table: Table, source: Path) -> Smtp | None:
    host = table.string("host", "smtp.example.org")
    tls = table.choice("tls", ("starttls", "tls", "none"), default="starttls")
    port = table.integer("port", 1, 65535, default={"tls": 465, "none": 25}.get(tls or "", 587))
    user = table.string("user", "codes", required=False)
    password = table.string("password_file", "smtp-password", required=user is not None)
    if tls == "none" and host not in _LOCAL:
        message = "Without TLS, addresses and codes cross the network in the clear."
        table.error("tls", message, 'Write tls = "starttls", or send by a server on this machine.')
    if host is None or tls is None or port is None:
        return None
    return Smtp(host, port, tls, user, None if password is None else source.parent / password)


def _backend(table: Table, source: Path) -> Backend | None:  # noqa: ARG001 (as the other ways)
    path = table.string("backend", "anymail.backends.amazon_ses.EmailBackend")
    if path is not None and not _DOTTED.fullmatch(path):
        fix = 'Write backend = "anymail.backends.mailgun.EmailBackend".'
        table.error("backend", "`backend` is no dotted name of a class.", fix)
    inner = table.table("anymail", "Add [email.anymail].", required=False)
    settings = {} if inner is None else inner.texts()
    return None if path is None else Backend(path, settings)


def _section(root: Table, key: str) -> Table:
    """A section that may be missing: then it has its defaults."""
    found = root.table(key, f"Add [{key}].", required=False)
    return found if found is not None else read("", key)


def _limits(root: Table) -> Limits | None:
    table = _section(root, "limits")
    hour = table.integer("address_hour", 1, 1000, default=3)
    day = table.integer("address_day", 1, 1000, default=6)
    rate = table.integer("client_rate", 1, _MOST, default=300)
    of_day = table.integer("budget_day", 1, _MOST, default=200_000)
    of_epoch = table.integer("budget_epoch", 1, _MOST, default=20_000_000)
    table.finish()
    if hour is None or day is None or rate is None or of_day is None or of_epoch is None:
        return None
    if day < hour:
        table.error("address_day", "A day has fewer messages than an hour.", "Exchange the two.")
    return Limits(hour, day, rate, of_day, of_epoch)


def _spend(root: Table) -> Spend | None:
    fix = "Add [spend] with sends_day and money_day: what a day may cost at most."
    table = root.table("spend", fix)
    if table is None:
        return None
    sends = table.integer("sends_day", 1, _MOST)
    money = table.integer("money_day", 0, _MOST)
    percent = table.integer("alarm_percent", 1, 100, default=80)
    table.finish()
    if sends is None or money is None or percent is None:
        return None
    return Spend(sends, money, percent)


def _desk(root: Table) -> Desk | None:
    table = _section(root, "desk")
    most = table.integer("most_day", 1, _MOST, default=100)
    alarm = table.integer("alarm_day", 1, _MOST, default=30)
    table.finish()
    return None if most is None or alarm is None else Desk(most, alarm)


def _alarm(root: Table) -> Alarm:
    table = _section(root, "alarm")
    webhook = table.string("webhook", "https://alarm.example.org/hook", required=False)
    mail = table.string("mail", _MAIL_ROUTE, required=False)
    for key, value, check in (
        ("webhook", webhook, check_webhook),
        ("mail", mail, parse_mail_route),
    ):
        if value is None:
            continue
        try:
            check(value)
        except OptionError as error:
            table.error(
                key, f"`{key}` is no address that alarms can go to.", f"Please {error.fix}."
            )
    wrong = table.integer("wrong_codes_hour", 1, _MOST, default=500)
    dead = table.integer("dead_messages", 1, _MOST, default=50)
    table.finish()
    return Alarm(webhook, mail, wrong or 0, dead or 0)
