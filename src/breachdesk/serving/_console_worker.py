"""The console's worker: `python -m breachdesk.serving._console_worker`. Opens the key `desk`.

It opens new cases, lets their clocks run on and finds the same scam, so that no page waits for it.
"""

import logging
import os
import signal
import sys
import threading

from breachdesk.console import ConsoleError, run_worker
from breachdesk.keys import KeysError
from breachdesk.serving._environment import CONSOLE_SETTINGS, decode_console
from breachdesk.serving._parent import end_with_parent


def main() -> None:
    """Work until SIGTERM; the task in hand is finished first."""
    end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="worker: %(levelname)s: %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        run_worker(decode_console(os.environ[CONSOLE_SETTINGS]), stop)
    except (ConsoleError, KeysError, OSError) as error:
        sys.exit(f"worker: {error}")


if __name__ == "__main__":
    main()
