"""One process of the check service: `python -m breachdesk.serving._check`.

Its settings come as JSON in its environment, its listening socket as an inherited handle. Only this
process opens the OPRF keys.
"""

import gc
import logging
import os
import socket
import sys
from collections.abc import Callable

from breachdesk.admission import AdmissionError
from breachdesk.check import CheckApp, CheckSettings, SettingsError, create_app
from breachdesk.keys import KeysError
from breachdesk.serving._asgi import server
from breachdesk.serving._environment import (
    CHECK_SETTINGS,
    CHECK_SOCKET,
    decode_settings,
)
from breachdesk.serving._parent import end_with_parent


def main(make: Callable[[CheckSettings], CheckApp] = create_app) -> None:
    """Serve until SIGTERM."""
    end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="check: %(levelname)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.ERROR)
    try:
        app = make(decode_settings(os.environ[CHECK_SETTINGS]))
    except (KeysError, AdmissionError, SettingsError) as error:
        sys.exit(f"check: {error}")
    _quiet_collector()
    with socket.socket(fileno=int(os.environ[CHECK_SOCKET])) as listening:
        server(app).run(sockets=[listening])


def _quiet_collector() -> None:
    """Keep what is loaded out of garbage collection, and collect after more allocations.

    A request leaves no cycles behind, so that most collections would find nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


if __name__ == "__main__":
    main()
