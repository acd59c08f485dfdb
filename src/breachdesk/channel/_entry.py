"""The ways into this package from outside: each sets Django up first, and only then loads what
needs it."""

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.db import DatabaseError

from breachdesk.admission import Alarms, Network, OptionError
from breachdesk.audit import AuditLog
from breachdesk.channel._config import CHECKED, ChannelConfig
from breachdesk.channel._schema import load
from breachdesk.channel.errors import ChannelError
from breachdesk.database import migrate

if TYPE_CHECKING:
    from breachdesk.channel._desk import Desk
    from breachdesk.channel.asgi import ChannelApp

_SETTINGS = "breachdesk.channel.settings"
_VARIABLE = "BREACHDESK_CHANNEL_CONFIG"


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What the HTTP process is told at its start.

    `page_origins` are the origins of pages that may ask (empty: any); `proxies` the networks whose
    `X-Forwarded-For` is believed.
    """

    config: Path
    keys: Path
    page_origins: tuple[str, ...] = ()
    proxies: tuple[Network, ...] = ()


def create_app(settings: ChannelSettings) -> "ChannelApp":
    """The ASGI application of the HTTP process. Raises ChannelError, keys.KeysError."""
    config = set_up(settings.config)
    from breachdesk.channel import _parts  # noqa: PLC0415 (needs Django to be set up)
    from breachdesk.channel.asgi import ChannelApp  # noqa: PLC0415 (needs Django to be set up)

    try:
        parts = _parts.make_parts(
            config, settings.keys, page_origins=settings.page_origins, proxies=settings.proxies
        )
    except OptionError as error:
        raise ChannelError(str(error)) from None
    _parts.use(parts)
    return ChannelApp()


def run_sender(config_path: Path, keys: Path, stop: threading.Event) -> None:
    """Work the outbox until `stop`. Of the keys it opens `address` alone.

    Raises ChannelError, keys.KeysError.
    """
    config = set_up(config_path)
    from breachdesk.channel import tasks  # noqa: PLC0415 (needs Django to be set up)
    from breachdesk.channel._hiding import Sealer  # noqa: PLC0415 (as above)
    from breachdesk.channel._senders import make_senders  # noqa: PLC0415 (as above)
    from breachdesk.keys import open_folder  # noqa: PLC0415 (as above)

    sealer = Sealer(open_folder(keys, only=("address",)).address)
    alarms = _alarms(config)
    tasks.run(
        make_senders(config),
        sealer,
        stop,
        config.senders,
        lambda: tasks.watch(alarms, config.alarm.dead_messages),
    )


def open_desk(config_path: Path, keys: Path) -> "Desk":
    """What issues codes. Raises ChannelError, keys.KeysError."""
    config = set_up(config_path)
    from breachdesk.channel import _desk  # noqa: PLC0415 (needs Django to be set up)

    return _desk.open_desk(config, keys, _alarms(config), time.time)


def add_staff(config_path: Path, name: str, password: str) -> None:
    """Give somebody the role of the desk. Raises StaffError, ChannelError, audit.AuditError."""
    config = set_up(config_path)
    from breachdesk.channel import _desk  # noqa: PLC0415 (needs Django to be set up)

    _desk.add_staff(AuditLog(config.audit), name, password)


def remove_staff(config_path: Path, name: str) -> None:
    """Take it away. Raises StaffError, ChannelError, audit.AuditError."""
    config = set_up(config_path)
    from breachdesk.channel import _desk  # noqa: PLC0415 (needs Django to be set up)

    _desk.remove_staff(AuditLog(config.audit), name)


def list_staff(config_path: Path) -> list[str]:
    """Names of those with the role. Raises ChannelError."""
    set_up(config_path)
    from breachdesk.channel import _desk  # noqa: PLC0415 (needs Django to be set up)

    return _desk.staff()


def desk_checks() -> tuple[str, ...]:
    """What may be checked at the desk."""
    return CHECKED


def outbox_counts(config_path: Path) -> list[tuple[str, str, str, int]]:
    """Messages of the last day: channel, state, reason, how many. Raises ChannelError."""
    set_up(config_path)
    from breachdesk.channel import _outbox  # noqa: PLC0415 (needs Django to be set up)

    return [(*labels, count) for labels, count in sorted(_outbox.counts().items())]


def _alarms(config: ChannelConfig) -> Alarms:
    """Raises ChannelError."""
    from breachdesk.channel import _parts  # noqa: PLC0415 (needs Django to be set up)

    try:
        return _parts.alarms(config, None)
    except OptionError as error:
        raise ChannelError(str(error)) from None


def set_up(config_path: Path) -> ChannelConfig:
    """Read the channel file, start Django with it, bring the database up to date.

    Raises ChannelError, which says what to do and quotes no password; OSError for the file.
    """
    os.umask(0o077)
    config = load(config_path)
    os.environ[_VARIABLE] = str(config.source)
    os.environ["DJANGO_SETTINGS_MODULE"] = _SETTINGS
    django.setup()
    try:
        migrate()
    except (DatabaseError, OSError) as error:
        raise ChannelError(
            f"the database of {config.source} cannot be used ({type(error).__name__}): is it "
            "running, does `database` name it, and may this user write to it?"
        ) from None
    return config
