"""The signer's process: `python -m breachdesk.serving._signer`. Opens the timestamp key alone.

It keeps the checkpoint's time fresh (PROTOCOL section 9.3): a cosignature older than twelve hours
is renewed, at the start and at every look after that. It also brings each checkpoint to the
witnesses (9.5), which nothing waits for.
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
from breachdesk.serving._environment import (
    SIGNER_KEYS,
    SIGNER_RELEASES,
    SIGNER_WITNESSES,
    decode_witnesses,
)
from breachdesk.serving._parent import end_with_parent
from breachdesk.serving._witnesses import RENEW_SECONDS, carry, couriers
from breachdesk.serving.errors import ServeError
from breachdesk.wire import CHECKPOINT_PATH

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
    try:
        _start_couriers(store, keys, stop)
    except ServeError as error:
        sys.exit(f"signer: {error}")
    while True:
        try:
            renew(store, keys, int(time.time()))
        except (StoreError, ReleaseError, OSError) as error:
            logger.error(  # noqa: TRY400 (the reason is enough, and the next try may succeed)
                "the checkpoint was not cosigned, next try in 5 minutes: %s", error
            )
        if stop.wait(_LOOK_SECONDS):
            return


def _start_couriers(store: Store, keys: KeyFolder, stop: threading.Event) -> None:
    """A thread for each witness: one that is down holds up neither the others nor the time."""
    texts = decode_witnesses(os.environ.get(SIGNER_WITNESSES, "[]"))
    log, own = VKey.parse(keys.public.log), VKey.parse(keys.public.timestamp)
    for one in couriers(store, log, own, texts):
        threading.Thread(target=carry, args=(one, stop), name="courier", daemon=True).start()


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
