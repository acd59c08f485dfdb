"""How the supervisor tells its children what to do: variables of their environment, no secret."""

import json
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from breachdesk.channel import ChannelSettings
from breachdesk.check import CheckSettings

#: The supervisor's process id.
SUPERVISOR: Final = "BREACHDESK_SUPERVISOR"

#: Settings of the check service as JSON, and its inherited listening socket.
CHECK_SETTINGS: Final = "BREACHDESK_CHECK"
CHECK_SOCKET: Final = "BREACHDESK_CHECK_SOCKET"

SIGNER_RELEASES: Final = "BREACHDESK_SIGNER_RELEASES"
SIGNER_KEYS: Final = "BREACHDESK_SIGNER_KEYS"

#: Settings of the channel service as JSON, and its inherited listening socket.
CHANNEL_SETTINGS: Final = "BREACHDESK_CHANNEL"
CHANNEL_SOCKET: Final = "BREACHDESK_CHANNEL_SOCKET"

#: Where the pages listen, and their WSGI application as `module:attribute`.
PAGES_ADDRESS: Final = "BREACHDESK_PAGES_ADDRESS"
PAGES_PORT: Final = "BREACHDESK_PAGES_PORT"
PAGES_TARGET: Final = "BREACHDESK_PAGES_TARGET"


def encode_settings(settings: CheckSettings) -> str:
    """The settings as text for the environment: paths and options, no secret."""
    return json.dumps(
        {
            "releases": str(settings.releases),
            "keys": str(settings.keys),
            "page_origins": settings.page_origins,
            "proxies": [str(network) for network in settings.proxies],
            "rate": settings.rate,
            "workers": settings.workers,
        }
    )


def decode_settings(text: str) -> CheckSettings:
    """The inverse of `encode_settings`."""
    found = json.loads(text)
    return CheckSettings(
        releases=Path(found["releases"]),
        keys=Path(found["keys"]),
        page_origins=tuple(found["page_origins"]),
        proxies=tuple(ip_network(network) for network in found["proxies"]),
        rate=found["rate"],
        workers=found["workers"],
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
