"""How much of its processor this process uses: what the effort of a challenge rises with."""

import time
from collections.abc import Callable
from typing import Final

#: Seconds over which the use is taken.
_WINDOW: Final = 2.0


class Load:
    """Processor time of this process by the clock, over the last whole window; 0 to 1."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        used: Callable[[], float] = time.process_time,
    ) -> None:
        self._clock = clock
        self._used = used
        self._start = (clock(), used())
        self._share = 0.0

    def share(self) -> float:
        """1 where a core is full. After a pause, what the pause was."""
        now = self._clock()
        began, used = self._start
        if now - began >= _WINDOW:
            spent = self._used()
            self._share = min(1.0, max(0.0, (spent - used) / (now - began)))
            self._start = (now, spent)
        return self._share
