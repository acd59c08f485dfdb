"""One count for everybody who looks: whatever is counted is kept for a few seconds in the process.

Only for what is the same for all who may see it. It says itself of when it is.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

_Counted = TypeVar("_Counted")


class Shared(Generic[_Counted]):
    """What `count` gave, for so many `seconds`. One thread counts; meanwhile the others have what
    was counted last, or wait where nothing was yet. A count that fails raises, and leaves nothing
    new."""

    def __init__(
        self,
        count: Callable[[], _Counted],
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._count = count
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._last: tuple[float, _Counted] | None = None

    def get(self) -> _Counted:
        """The last count, or a new one where that is too old."""
        last = self._last
        if last is not None and self._is_fresh(last):
            return last[1]
        if last is None:
            self._lock.acquire()
        elif not self._lock.acquire(blocking=False):
            return last[1]
        try:
            return self._counted()
        finally:
            self._lock.release()

    def _counted(self) -> _Counted:
        """Under the lock: another thread may have counted while this one waited for it."""
        last = self._last
        if last is None or not self._is_fresh(last):
            begun = self._clock()
            self._last = last = (begun, self._count())
        return last[1]

    def _is_fresh(self, last: tuple[float, _Counted]) -> bool:
        return self._clock() - last[0] < self._seconds
