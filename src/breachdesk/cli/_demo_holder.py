"""The demo's second holder: `breachdesk evaluator` with the other key share, in its own process."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from breachdesk.serving import ServeError

_COMMAND: Final = "from breachdesk.cli import main; main()"
_STOP_SECONDS: Final = 6


@contextmanager
def second_holder(keys: Path, port: int) -> Iterator[str]:
    """The line with which it says that it is ready. Raises `ServeError` if it does not start."""
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "evaluator", "--keys", str(keys), "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    try:
        ready = process.stdout.readline().strip() if process.stdout else ""
        if not ready:
            raise ServeError("the second evaluator did not start: its own message stands above")
        yield ready
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
