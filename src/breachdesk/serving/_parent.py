"""No process outlives the supervisor, however that ended.

A signal on the parent's death would do on Linux alone; a look at the parent's id does everywhere.
"""

import multiprocessing
import os
import signal
import threading
import time
from typing import Final

from breachdesk.serving._environment import SUPERVISOR

_LOOK_SECONDS: Final = 0.5
_GRACE_SECONDS: Final = 5.0


def end_with_parent() -> None:
    """From now on this process ends when the one that started it is gone.

    In a process that a server's own parent started (`multiprocessing`), that parent counts.
    """
    spawned_by = multiprocessing.parent_process()
    if spawned_by is not None and spawned_by.pid is not None:
        parent = spawned_by.pid
    else:
        parent = int(os.environ.get(SUPERVISOR, os.getppid()))
    threading.Thread(target=_watch, args=(parent,), name="parent-watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)
