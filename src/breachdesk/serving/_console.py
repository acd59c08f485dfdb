"""The console's process: `python -m breachdesk.serving._console`.

Its settings come as JSON in its environment, its listening socket as an inherited handle. Of the
key folder it opens `desk`, which opens cases.
"""

import logging
import os
import socket
import sys

from breachdesk.console import ConsoleError, create_app
from breachdesk.keys import KeysError
from breachdesk.serving._asgi import server
from breachdesk.serving._environment import CONSOLE_SETTINGS, CONSOLE_SOCKET, decode_console
from breachdesk.serving._parent import end_with_parent


def main() -> None:
    """Serve until SIGTERM: requests in hand are answered first."""
    end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="console: %(levelname)s: %(message)s")
    try:
        app = create_app(decode_console(os.environ[CONSOLE_SETTINGS]))
    except (ConsoleError, KeysError, OSError) as error:
        sys.exit(f"console: {error}")
    with socket.socket(fileno=int(os.environ[CONSOLE_SOCKET])) as listening:
        server(app).run(sockets=[listening])


if __name__ == "__main__":
    main()
