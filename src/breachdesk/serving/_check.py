"""One process of the check service: `python -m breachdesk.serving._check`.

Its settings come as JSON in its environment, its listening socket as an inherited handle. Only this
process opens the OPRF keys.
"""

import logging
import os
import resource
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import uvicorn

from breachdesk.admission import AdmissionError
from breachdesk.check import CheckApp, CheckSettings, create_app
from breachdesk.keys import KeysError
from breachdesk.serving._environment import (
    CHECK_SETTINGS,
    CHECK_SOCKET,
    decode_settings,
)
from breachdesk.serving._http_guard import GuardedProtocol
from breachdesk.serving._parent import end_with_parent

#: Open connections and files that a process asks the system for, and connections that it takes.
_MOST_FILES: Final = 8192
_STOP_SECONDS: Final = 3
_IDLE_SECONDS: Final = 10


def main(make: Callable[[CheckSettings], CheckApp] = create_app) -> None:
    """Serve until SIGTERM."""
    end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="check: %(levelname)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.ERROR)
    try:
        app = make(decode_settings(os.environ[CHECK_SETTINGS]))
    except (KeysError, AdmissionError) as error:
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
    with socket.socket(fileno=int(os.environ[CHECK_SOCKET])) as listening:
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
