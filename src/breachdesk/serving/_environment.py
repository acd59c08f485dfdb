"""How the supervisor tells its children what to do: variables of their environment, no secret."""

import json
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from breachdesk.check import CheckSettings

#: The supervisor's process id.
SUPERVISOR: Final = "BREACHDESK_SUPERVISOR"

#: Settings of the check service as JSON, and its inherited listening socket.
CHECK_SETTINGS: Final = "BREACHDESK_CHECK"
CHECK_SOCKET: Final = "BREACHDESK_CHECK_SOCKET"

SIGNER_RELEASES: Final = "BREACHDESK_SIGNER_RELEASES"
SIGNER_KEYS: Final = "BREACHDESK_SIGNER_KEYS"

#: Where the pages listen, and their WSGI application as `module:attribute`.
PAGES_ADDRESS: Final = "BREACHDESK_PAGES_ADDRESS"
PAGES_PORT: Final = "BREACHDESK_PAGES_PORT"
PAGES_TARGET: Final = "BREACHDESK_PAGES_TARGET"


def encode_settings(settings: CheckSettings) -> str:
    """The settings as text for the environment: paths and options, no secret."""
    return json.dumps(
        {
            "releases": str(settings.releases) if settings.releases else None,
            "keys": str(settings.keys),
            "page_origins": settings.page_origins,
            "proxies": [str(network) for network in settings.proxies],
            "rate": settings.rate,
            "workers": settings.workers,
            "builder": settings.builder,
        }
    )


def decode_settings(text: str) -> CheckSettings:
    """The inverse of `encode_settings`."""
    found = json.loads(text)
    return CheckSettings(
        releases=Path(found["releases"]) if found["releases"] else None,
        keys=Path(found["keys"]),
        page_origins=tuple(found["page_origins"]),
        proxies=tuple(ip_network(network) for network in found["proxies"]),
        rate=found["rate"],
        workers=found["workers"],
        builder=found["builder"],
    )
