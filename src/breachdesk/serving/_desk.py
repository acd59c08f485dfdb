"""The desk's process: `python -m breachdesk.serving._desk`.

Its settings come in its environment, its listening socket as an inherited handle. It knows the
public half of the desk's key and not where the key folder is.
"""

import logging
import os
import socket
import sys
from typing import Final

import uvicorn

from breachdesk.desk import SetUpError, create_app
from breachdesk.serving._environment import DESK_SOCKET
from breachdesk.serving._http_guard import GuardedProtocol
from breachdesk.serving._parent import end_with_parent

#: Each may hold a body of a form with files in memory.
_MOST_REQUESTS: Final = 64
_STOP_SECONDS: Final = 3
_IDLE_SECONDS: Final = 10


def main() -> None:
    """Serve until SIGTERM."""
    end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="desk: %(levelname)s: %(message)s")
    try:
        app = create_app()
    except SetUpError as error:
        sys.exit(f"desk: {error}")
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
        limit_concurrency=_MOST_REQUESTS,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    with socket.socket(fileno=int(os.environ[DESK_SOCKET])) as listening:
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
