"""The channel service's process: `python -m breachdesk.serving._channel`.

Its settings come as JSON in its environment, its listening socket as an inherited handle. It opens
the keys oprf-channel, address, token and letter.
"""

import logging
import os
import socket
import sys
from typing import Final

import uvicorn

from breachdesk.channel import ChannelError, create_app
from breachdesk.keys import KeysError
from breachdesk.serving._environment import CHANNEL_SETTINGS, CHANNEL_SOCKET, decode_channel
from breachdesk.serving._http_guard import GuardedProtocol
from breachdesk.serving._parent import end_with_parent

_MOST_REQUESTS: Final = 512
_STOP_SECONDS: Final = 3
_IDLE_SECONDS: Final = 10


def main() -> None:
    """Serve until SIGTERM."""
    end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="channel: %(levelname)s: %(message)s")
    try:
        app = create_app(decode_channel(os.environ[CHANNEL_SETTINGS]))
    except (ChannelError, KeysError, OSError) as error:
        sys.exit(f"channel: {error}")
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
    with socket.socket(fileno=int(os.environ[CHANNEL_SOCKET])) as listening:
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
