"""Publish the next release into a folder and die at a step, as if the power had failed.

python -m tests.factories.killed_build FOLDER STEP
"""

import os
import signal
import sys
from pathlib import Path

from breachdesk.release import Store
from tests.factories.releases import Service, publish_release


def main(folder: str, step: str) -> None:
    def die(done: str) -> None:
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    publish_release(Store(Path(folder), on_step=die), Service())


if __name__ == "__main__":
    main(*sys.argv[1:])
