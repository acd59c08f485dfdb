"""Take one submission and die at a step: `python -m tests.factories.killed_witness DIR STEP`.

The submission comes on standard input; a signature that is made goes to standard output. STEP is
one of Witness's, or `none`.
"""

import os
import signal
import sys
from pathlib import Path

from breachdesk.keys import open_witness
from breachdesk.witness import LogFolder, RefusedError, Witness
from tests.factories.releases import ORIGIN
from tests.factories.witnessing import LOG


def main(folder: str, step: str) -> None:
    """As the HTTP application does, with SIGKILL in the middle."""

    def kill(now: str) -> None:
        if now == step:
            os.kill(os.getpid(), signal.SIGKILL)

    with LogFolder.opened(Path(folder), ORIGIN) as state:
        witness = Witness(state, open_witness(folder), LOG.vkey, on_step=kill)
        try:
            sys.stdout.buffer.write(witness.add(sys.stdin.buffer.read()))
        except RefusedError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
