"""A child process of the supervisor: started, watched, started again, ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from breachdesk.serving._environment import SUPERVISOR
from breachdesk.serving._users import RunAs
from breachdesk.serving.errors import NotAllowed

#: Variables that children inherit: what Python and the system need; of the operator only which
#: code multiplies (docs/adr/0006-batch-kernel.md).
_INHERITED: Final = (
    *("PATH", "PYTHONPATH", "VIRTUAL_ENV", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL"),
    "BREACHDESK_KERNEL",
)
_COVERAGE: Final = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")

_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 30.0
#: A process that has lived this long starts with no wait behind it.
_STEADY_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Program:
    """What a child runs: a module, with its own environment, inherited handles and user."""

    name: str
    module: str
    environment: Mapping[str, str]
    handles: tuple[int, ...] = ()
    user: RunAs | None = None


def _identity(user: RunAs | None) -> dict[str, Any]:
    """How Popen is told to run as another user, whose own groups alone count."""
    if user is None or user.uid == os.geteuid():
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": []}


@dataclass(slots=True)
class Child:
    """A program and the process that runs it now."""

    program: Program
    _process: "subprocess.Popen[bytes] | None" = None
    _started: float = 0.0
    _wait: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a group of its own: a terminal's Ctrl-C reaches the supervisor only.

        Raises `NotAllowed` if the system does not let its user run Python.
        """
        kept = {key: os.environ[key] for key in (*_INHERITED, *_COVERAGE) if key in os.environ}
        own = {SUPERVISOR: str(os.getpid()), "PYTHONUNBUFFERED": "1"}
        user = self.program.user
        self._started = time.monotonic()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", self.program.module],
                env={**kept, **own, **self.program.environment},
                pass_fds=self.program.handles,
                stdin=subprocess.DEVNULL,
                process_group=0,
                **_identity(user),
            )
        except PermissionError:
            raise NotAllowed(self.program.name, user.name if user else None) from None

    def exit_code(self) -> int | None:
        """None while it runs."""
        return None if self._process is None else self._process.poll()

    def start_again(self) -> float:
        """Seconds to wait before this dead child may be started again: twice as long each time."""
        lived = time.monotonic() - self._started
        steady = lived > _STEADY_SECONDS + self._wait
        self._wait = _FIRST_WAIT if steady else min(_LONGEST_WAIT, max(_FIRST_WAIT, 2 * self._wait))
        self._end_group()
        self._process = None
        return self._wait

    def ask_to_end(self) -> None:
        """SIGTERM to the process, which ends its own workers."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic), then end whatever is left of its group."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.1, deadline - time.monotonic()))
        self._end_group()
        self._process.wait()

    def _end_group(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
