"""Build, and at a stage meet a fault: `python -m tests.factories.faulty_build FOLDER STAGE FAULT`.

FAULT is `kill` (as if the power had failed; prints the workers' process ids first), `full-here` or
`full-workers` (no file of this process or of its workers can grow any more, as on a full disk).
"""

import contextlib
import os
import resource
import signal
import sys
from pathlib import Path

import psutil

from breachdesk.ingest import Amend, IngestError, build
from breachdesk.release import StoreError
from tests.factories.leaks import Desk

_LIMIT = 64


def main(folder: str, stage: str, fault: str) -> None:
    """Build the file leak.csv of the folder."""
    here = psutil.Process()

    def progress(name: str, _done: int, _total: int | None, _unit: str) -> None:
        if name != stage:
            return
        if fault == "kill":
            print(*(child.pid for child in here.children()), flush=True)  # noqa: T201 (the test reads it)
            os.kill(here.pid, signal.SIGKILL)
        for process in [here] if fault == "full-here" else here.children():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.rlimit(psutil.RLIMIT_FSIZE, (_LIMIT, resource.RLIM_INFINITY))

    desk = Desk(Path(folder))
    amend: Amend | None = "replace" if (desk.folder / "releases" / "checkpoint").exists() else None
    try:
        source = Path(folder) / "leak.csv"
        build(desk.request(source, workers=2, amend=amend), progress)
    except (IngestError, StoreError) as error:
        print(getattr(error, "kind", ""), error)  # noqa: T201 (the test reads it)
        sys.exit(2)


if __name__ == "__main__":
    main(*sys.argv[1:])
