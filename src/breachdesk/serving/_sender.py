"""The sender's process: `python -m breachdesk.serving._sender`. Opens the key `address` alone.

It works the outbox of the channel service: whatever a mail server or a gateway does, asking for a
code takes no longer.
"""

import logging
import os
import signal
import sys
import threading

from breachdesk.channel import ChannelError, run_sender
from breachdesk.keys import KeysError
from breachdesk.serving._environment import CHANNEL_SETTINGS, decode_channel
from breachdesk.serving._parent import end_with_parent


def main() -> None:
    """Send until SIGTERM."""
    end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="sender: %(levelname)s: %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = decode_channel(os.environ[CHANNEL_SETTINGS])
    try:
        run_sender(settings.config, settings.keys, stop)
    except (ChannelError, KeysError, OSError) as error:
        sys.exit(f"sender: {error}")


if __name__ == "__main__":
    main()
