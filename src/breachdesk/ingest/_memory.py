"""The largest memory that this process has had."""

import resource
import sys
from pathlib import Path


def peak_memory() -> int:
    """Peak resident bytes of this process.

    Linux's `ru_maxrss` of a new process begins with that of the process that started it; `VmHWM`
    belongs to this process's own memory, so it is asked first.
    """
    try:
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
