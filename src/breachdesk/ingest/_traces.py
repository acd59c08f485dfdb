"""What a process that holds rows of people leaves behind when it dies: no core, and no swap known.

Memory cannot be locked here: what reads the columns allocates as it likes. So where the machine
swaps to a disk in plain, a page of it may hold rows: the operator is told.
"""

import contextlib
import ctypes
import os
import resource
import sys
from pathlib import Path
from typing import Final

_SET_DUMPABLE: Final = 4
"""PR_SET_DUMPABLE of prctl(2): no core, and no other process of the user may look inside."""


def leave_no_core() -> None:
    """No core of this process, nor of those that it starts, whatever the system's settings say.

    The limit alone would not do: the kernel does not look at it where cores go to a program.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def plain_swap(swaps: Path = Path("/proc/swaps"), blocks: Path = Path("/sys/class/block")) -> bool:
    """Whether this machine swaps to something that is not known to be encrypted or in memory."""
    try:
        lines = swaps.read_text("utf-8", "replace").splitlines()[1:]
    except OSError:
        return False
    return any(not _is_safe(line.split()[0], blocks) for line in lines if line.strip())


def _is_safe(device: str, blocks: Path) -> bool:
    name = os.path.realpath(device).rpartition("/")[2]
    if name.startswith("zram"):
        return True
    with contextlib.suppress(OSError):
        return (blocks / name / "dm" / "uuid").read_text("utf-8").startswith("CRYPT-")
    return False
