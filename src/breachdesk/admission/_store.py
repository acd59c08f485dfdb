"""Where counts are kept: in the memory of one process here, in Redis in `_redis`.

A store either counts or raises `StoreError`. There is no third outcome, so nothing passes because
something failed.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

from breachdesk.admission.errors import StoreError

#: Verdicts of a `Take` that no count refused.
PASSED: Final = -1
SPENT: Final = -2

#: Distinct keys that the memory counts in one window. Over that it refuses new ones.
MOST_KEYS: Final = 200_000
#: Keys of `once` that the memory holds: ten minutes of 1,600 evaluations a second.
MOST_SEEN: Final = 1_000_000


class Count(NamedTuple):
    """A limit: at most `most` of `key` in a clock-aligned window of `seconds`.

    With `over`, it counts only what the limit before it counted beyond that many: so a long window
    holds the few that ask a lot, and nothing of anybody else.
    """

    key: str
    most: int
    seconds: int
    over: int = 0


class Take(NamedTuple):
    """What one request needs: all its limits, then its token for the first time."""

    counts: tuple[Count, ...]
    token: str = ""
    token_seconds: int = 0


class CountStore(Protocol):
    """Counts shared by whoever has the same store."""

    @property
    def local(self) -> bool:
        """Whether no call waits for anything outside of this process."""

    @property
    def ready(self) -> bool:
        """Whether `generation` would answer at once."""

    def add(self, key: str, amount: int, seconds: int) -> int:
        """The key's count in the clock-aligned window of `seconds`, after adding."""

    def once(self, key: str, seconds: int) -> bool:
        """Whether the key is seen for the first time within `seconds`.

        False also where the store has lost what it knew since `generation` was read last.
        """

    def take(self, batch: Sequence[Take]) -> list[int]:
        """A verdict for each, in order: PASSED, SPENT, or the place of the limit that refused.

        What a limit refuses is not counted by the limits after it, and spends no token.
        """

    def generation(self) -> bytes:
        """32 secret bytes that change when the store may have forgotten what was spent."""


class MemoryStore:
    """Counts in one process. `limits` has a memory store of its own, which starts a thread to walk
    all keys a hundred times a second; here a window's counts are dropped at once when the next one
    starts, and their number is bounded."""

    local = True
    ready = True

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        most_keys: int = MOST_KEYS,
        most_seen: int = MOST_SEEN,
    ) -> None:
        self._clock = clock
        self._most_keys = most_keys
        self._most_seen = most_seen
        self._windows: dict[int, tuple[int, dict[str, int]]] = {}
        self._seen: dict[str, float] = {}
        self._ends: dict[int, deque[tuple[float, str]]] = {}
        self._generation = secrets.token_bytes(32)

    def add(self, key: str, amount: int, seconds: int) -> int:
        """Raises `StoreError` when there is no room."""
        counts = self._current(seconds, self._clock())
        count = counts.get(key, 0) + amount
        if count == amount and len(counts) >= self._most_keys:
            raise StoreError("the store of the limits is full")
        counts[key] = count
        return count

    def once(self, key: str, seconds: int) -> bool:
        """Raises `StoreError` when there is no room."""
        now = self._clock()
        if self._seen.get(key, 0.0) > now:
            return False
        ends = self._ends.setdefault(seconds, deque())
        while ends and ends[0][0] <= now:
            end, old = ends.popleft()
            if self._seen.get(old) == end:
                del self._seen[old]
        if len(self._seen) >= self._most_seen:
            raise StoreError("the store of spent tokens is full")
        self._seen[key] = now + seconds
        ends.append((now + seconds, key))
        return True

    def take(self, batch: Sequence[Take]) -> list[int]:
        """Raises `StoreError` when there is no room."""
        return [self._take(one) for one in batch]

    def generation(self) -> bytes:
        """The same for as long as this process lives."""
        return self._generation

    def _take(self, wanted: Take) -> int:
        before = 0
        for place, (key, most, seconds, over) in enumerate(wanted.counts):
            if over and before <= over:
                continue
            before = self.add(key, 1, seconds)
            if before > most:
                return place
        if wanted.token and not self.once(wanted.token, wanted.token_seconds):
            return SPENT
        return PASSED

    def _current(self, seconds: int, now: float) -> dict[str, int]:
        window = int(now) // seconds
        found = self._windows.get(seconds)
        if found is None or found[0] != window:
            self._windows[seconds] = found = (window, {})
        return found[1]


def memory_store(clock: Callable[[], float] = time.time) -> CountStore:
    """Counts for one process only, forgotten when it ends."""
    return MemoryStore(clock)
