"""What a channel file says, once it has been read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

#: Ways of sending, by channel.
SENDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "phone": ("sms", "spool"),
    "email": ("smtp", "backend", "spool"),
}
#: What the desk may have looked at. A closed list: no free text, which would name people.
CHECKED: Final = ("id-card", "driver-licence", "passport", "residence-card", "guardian")
LANGUAGES: Final = ("ko", "en")


@dataclass(frozen=True, slots=True)
class Smtp:
    """An SMTP server. `tls` is `starttls`, `tls` (from the first byte) or `none`."""

    host: str
    port: int
    tls: str
    user: str | None = None
    password_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Backend:
    """An e-mail backend of Django's, such as django-anymail's, and anymail's settings.

    A setting whose name ends in `_FILE` names a file that holds the value.
    """

    path: str
    anymail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gateway:
    """An SMS gateway that keeps to the contract in OPERATIONS."""

    url: str
    token_file: Path


@dataclass(frozen=True, slots=True)
class Sending:
    """How one channel's messages leave, and what one costs.

    `price` is in the smallest unit of the operator's currency.
    """

    price: int
    way: Smtp | Backend | Gateway | Path
    from_address: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages to one address in an hour and in a day, requests a minute from one client,
    evaluations of the channel key in a day and in its epoch."""

    address_hour: int
    address_day: int
    client_rate: int
    budget_day: int
    budget_epoch: int


@dataclass(frozen=True, slots=True)
class Spend:
    """What all messages of a day may be and cost; `alarm_percent` of it raises an alarm."""

    sends_day: int
    money_day: int
    alarm_percent: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Codes that the desk may issue in a day, and from how many on an alarm is raised."""

    most_day: int
    alarm_day: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """Whom an alarm is told beside the log, and from how many on.

    `wrong_codes_hour` counts refused codes in an hour, `dead_messages` those of the last day.
    """

    webhook: str | None
    mail: str | None
    wrong_codes_hour: int
    dead_messages: int


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """A channel file. Paths are absolute; `source` is where it was read from."""

    source: Path
    organisation: Mapping[str, str]
    channels: tuple[str, ...]
    database: str
    redis: str | None
    audit: Path
    state: Path
    phone: Sending | None
    phone_prefixes: tuple[str, ...]
    email: Sending | None
    denied_domains: frozenset[str]
    limits: Limits
    spend: Spend
    desk: Desk
    alarm: Alarm
    senders: int

    def sending(self, channel: str) -> Sending | None:
        """How a channel's messages are sent, None where it has none."""
        return {"phone": self.phone, "email": self.email}.get(channel)

    def serves(self, channel: str, address: str) -> bool:
        """Whether codes are sent to an address of this form. It depends on nothing else."""
        if self.sending(channel) is None or channel not in self.channels:
            return False
        if channel == "phone":
            return address.startswith(self.phone_prefixes)
        return address.rpartition("@")[2] not in self.denied_domains
