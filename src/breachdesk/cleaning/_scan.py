"""A virus scanner that runs beside us: clamd, called through its own program `clamdscan`."""

import shlex
import subprocess
from typing import Final, Literal

Verdict = Literal["clean", "infected", "waiting", "none"]

_SECONDS: Final = 60
_CLEAN, _INFECTED = 0, 1


class Scanner:
    """`command` is how clamdscan is called, such as `clamdscan --stream`; empty: there is none."""

    def __init__(self, command: str) -> None:
        self._command = shlex.split(command)

    def scan(self, data: bytes) -> Verdict:
        """What it says of the bytes, which it gets on its standard input.

        `waiting` when it is down, slow or says something else: the file was not scanned.
        """
        if not self._command:
            return "none"
        command = [*self._command, "--no-summary", "-"]
        try:
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return "waiting"
        if done.returncode == _CLEAN:
            return "clean"
        return "infected" if done.returncode == _INFECTED else "waiting"
