"""The signer's process: `python -m breachdesk.serving._signer`. Opens the timestamp key alone.

It keeps the checkpoint's time fresh (PROTOCOL section 9.3): a cosignature older than twelve hours
is renewed, at the start and at every look after that.
"""

import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Final

from breachdesk.keys import KeyFolder, KeysError, open_folder
from breachdesk.release import ReleaseError, Store, StoreError, VKey, open_history_note
from breachdesk.serving._environment import SIGNER_KEYS, SIGNER_RELEASES
from breachdesk.serving._parent import end_with_parent
from breachdesk.wire import CHECKPOINT_PATH

RENEW_SECONDS: Final = 12 * 3600
_LOOK_SECONDS: Final = 300.0
_KEY: Final = "timestamp"

logger = logging.getLogger(__name__)


def main() -> None:
    """Look, renew, wait, until SIGTERM."""
    end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="signer: %(levelname)s: %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        keys = open_folder(os.environ[SIGNER_KEYS], only=(_KEY,))
    except KeysError as error:
        sys.exit(f"signer: {error}")
    store = Store(Path(os.environ[SIGNER_RELEASES]))
    while True:
        try:
            renew(store, keys, int(time.time()))
        except (StoreError, ReleaseError, OSError) as error:
            logger.error(  # noqa: TRY400 (the reason is enough, and the next try may succeed)
                "the checkpoint was not cosigned, next try in 5 minutes: %s", error
            )
        if stop.wait(_LOOK_SECONDS):
            return


def renew(store: Store, keys: KeyFolder, now: int) -> bool:
    """Cosign the checkpoint if its time is old; whether it was.

    The log's signature is checked first. Raises `ReleaseError`, `StoreError` or `OSError`.
    """
    if store.checkpoint() is None:
        return False
    log = VKey.parse(keys.public.log)
    ours = VKey.parse(keys.public.timestamp)
    signed = open_history_note(store.read(CHECKPOINT_PATH), log, (ours,))
    if signed.time is not None and now - signed.time < RENEW_SECONDS:
        return False
    store.freshen(keys.timestamp, now, log)
    return True


if __name__ == "__main__":
    main()
