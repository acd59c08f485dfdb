"""How the supervisor tells its children what to do: variables of their environment, no secret."""

import json
from collections.abc import Sequence
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
#: Witnesses as JSON, each as `--witness` takes it.
SIGNER_WITNESSES: Final = "BREACHDESK_SIGNER_WITNESSES"

#: Where the pages listen, and their WSGI application as `module:attribute`.
PAGES_ADDRESS: Final = "BREACHDESK_PAGES_ADDRESS"
PAGES_PORT: Final = "BREACHDESK_PAGES_PORT"
PAGES_TARGET: Final = "BREACHDESK_PAGES_TARGET"


def encode_witnesses(texts: Sequence[str]) -> str:
    """The witnesses as text for the environment."""
    return json.dumps(list(texts))


def decode_witnesses(text: str) -> tuple[str, ...]:
    """The inverse of `encode_witnesses`."""
    return tuple(json.loads(text))


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
