"""The desk's process: `python -m breachdesk.serving._desk`.

Its settings come in its environment, its listening socket as an inherited handle. It knows the
public half of the desk's key and not where the key folder is.
"""

import logging
import os
import socket
import sys

from breachdesk.desk import SetUpError, create_app
from breachdesk.serving._asgi import server
from breachdesk.serving._environment import DESK_SOCKET
from breachdesk.serving._parent import end_with_parent


def main() -> None:
    """Serve until SIGTERM."""
    end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="desk: %(levelname)s: %(message)s")
    try:
        app = create_app()
    except SetUpError as error:
        sys.exit(f"desk: {error}")
    with socket.socket(fileno=int(os.environ[DESK_SOCKET])) as listening:
        server(app).run(sockets=[listening])


if __name__ == "__main__":
    main()
