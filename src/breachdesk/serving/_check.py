"""One process of the check service: `python -m breachdesk.serving._check`.

Its settings come as JSON in its environment, its listening socket as an inherited handle. Only this
process opens the OPRF keys.
"""

import json
import logging
import os
import resource
import socket
import sys
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Final

import uvicorn

from breachdesk.check import CheckSettings, create_app
from breachdesk.keys import KeysError
from breachdesk.serving._http_guard import GuardedProtocol
from breachdesk.serving._parent import end_with_parent

SETTINGS_VARIABLE: Final = "BREACHDESK_CHECK"
SOCKET_VARIABLE: Final = "BREACHDESK_CHECK_SOCKET"

#: Open connections and files that a process asks the system for, and connections that it takes.
_MOST_FILES: Final = 8192
_STOP_SECONDS: Final = 3
_IDLE_SECONDS: Final = 10


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


def main() -> None:
    """Serve until SIGTERM."""
    end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="check: %(levelname)s: %(message)s")
    try:
        app = create_app(decode_settings(os.environ[SETTINGS_VARIABLE]))
    except KeysError as error:
        sys.exit(f"check: {error}")
    most = _raise_file_limit()
    config = uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        loop="auto",
        lifespan="off",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=max(16, most - 64),
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    with socket.socket(fileno=int(os.environ[SOCKET_VARIABLE])) as listening:
        uvicorn.Server(config).run(sockets=[listening])


def _raise_file_limit() -> int:
    """As many open files as allowed, up to a bound; how many that is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft >= wanted:
        return wanted
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


if __name__ == "__main__":
    main()
