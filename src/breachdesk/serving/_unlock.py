"""What opens a sealed key folder, handed to the processes that hold keys and to no other.

The supervisor looks for it once, at the start, and keeps it in memory that has no name (memfd);
children that open keys inherit the handle. So it is in no argument, in no environment, in no file,
and a process that is started again reads it again. Pages never get the handle.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from breachdesk.keys import Unlock, custody_name
from breachdesk.serving.errors import ServeError


@contextmanager
def unlock_handle(keys: Path, unlock: Unlock | None) -> Iterator[int | None]:
    """An inheritable handle on the secret of a sealed folder; None for a plain one.

    Raises `keys.KeysError`, or `ServeError` where the system has no such memory.
    """
    if custody_name(keys) == "plain":
        yield None
        return
    secret = (unlock or Unlock()).secret("what opens the key folder")
    if not hasattr(os, "memfd_create"):
        raise ServeError("a sealed key folder can be served on Linux only: unseal it, or move")
    handle = os.memfd_create("breachdesk-unlock", os.MFD_CLOEXEC)
    try:
        os.write(handle, secret.encode())
        yield handle
    finally:
        os.close(handle)
