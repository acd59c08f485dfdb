"""How the supervisor tells its children what to do: variables of their environment, no key."""

import json
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from breachdesk.channel import ChannelSettings
from breachdesk.check import CheckSettings
from breachdesk.console import ConsoleSettings

#: The supervisor's process id.
SUPERVISOR: Final = "BREACHDESK_SUPERVISOR"

#: Settings of the check service as JSON, and its inherited listening socket.
CHECK_SETTINGS: Final = "BREACHDESK_CHECK"
CHECK_SOCKET: Final = "BREACHDESK_CHECK_SOCKET"

SIGNER_RELEASES: Final = "BREACHDESK_SIGNER_RELEASES"
SIGNER_KEYS: Final = "BREACHDESK_SIGNER_KEYS"
#: Witnesses as JSON, each as `--witness` takes it.
SIGNER_WITNESSES: Final = "BREACHDESK_SIGNER_WITNESSES"

#: Settings of the channel service as JSON, and its inherited listening socket.
CHANNEL_SETTINGS: Final = "BREACHDESK_CHANNEL"
CHANNEL_SOCKET: Final = "BREACHDESK_CHANNEL_SOCKET"

#: Settings of the console and its worker as JSON, and the console's inherited listening socket.
CONSOLE_SETTINGS: Final = "BREACHDESK_CONSOLE"
CONSOLE_SOCKET: Final = "BREACHDESK_CONSOLE_SOCKET"

#: The listening socket of the desk.
DESK_SOCKET: Final = "BREACHDESK_DESK_SOCKET"

#: Where the pages listen, and their WSGI application as `module:attribute`.
PAGES_ADDRESS: Final = "BREACHDESK_PAGES_ADDRESS"
PAGES_PORT: Final = "BREACHDESK_PAGES_PORT"
PAGES_TARGET: Final = "BREACHDESK_PAGES_TARGET"


_PLAIN: Final = (
    "page_origins",
    "rate",
    "workers",
    "body_seconds",
    "limits",
    "budget_day",
    "budget_epoch",
    "effort",
    "alarm_webhook",
    "alarm_mail",
    "builder",
)


def encode_witnesses(texts: Sequence[str]) -> str:
    """The witnesses as text for the environment."""
    return json.dumps(list(texts))


def decode_witnesses(text: str) -> tuple[str, ...]:
    """The inverse of `encode_witnesses`."""
    return tuple(json.loads(text))


def encode_settings(settings: CheckSettings) -> str:
    """The settings as text for the environment of the check service, and of no other process.

    Paths and options; a password only where the address of Redis or of the mail server holds one.
    """
    plain = {name: getattr(settings, name) for name in _PLAIN}
    return json.dumps(
        {
            **plain,
            "releases": str(settings.releases) if settings.releases else None,
            "keys": str(settings.keys),
            "state": str(settings.state) if settings.state else None,
            "proxies": [str(network) for network in settings.proxies],
        }
    )


def decode_settings(text: str) -> CheckSettings:
    """The inverse of `encode_settings`."""
    found = json.loads(text)
    state = found["state"]
    return CheckSettings(
        **{
            **found,
            "releases": Path(found["releases"]) if found["releases"] else None,
            "keys": Path(found["keys"]),
            "state": None if state is None else Path(state),
            "page_origins": tuple(found["page_origins"]),
            "proxies": tuple(ip_network(network) for network in found["proxies"]),
        }
    )


def encode_channel(settings: ChannelSettings) -> str:
    """As `encode_settings`, for the channel service and its sender."""
    return json.dumps(
        {
            "config": str(settings.config),
            "keys": str(settings.keys),
            "page_origins": settings.page_origins,
            "proxies": [str(network) for network in settings.proxies],
        }
    )


def decode_channel(text: str) -> ChannelSettings:
    """The inverse of `encode_channel`."""
    found = json.loads(text)
    return ChannelSettings(
        config=Path(found["config"]),
        keys=Path(found["keys"]),
        page_origins=tuple(found["page_origins"]),
        proxies=tuple(ip_network(network) for network in found["proxies"]),
    )


def encode_console(settings: ConsoleSettings) -> str:
    """As `encode_settings`, for the console and its worker."""
    return json.dumps(
        {
            "data": str(settings.data),
            "keys": str(settings.keys),
            "database": settings.database,
            "url": settings.url,
            "pages_url": settings.pages_url,
            "desk_url": settings.desk_url,
        }
    )


def decode_console(text: str) -> ConsoleSettings:
    """The inverse of `encode_console`."""
    found = json.loads(text)
    return ConsoleSettings(
        **{**found, "data": Path(found["data"]), "keys": Path(found["keys"])},
    )
