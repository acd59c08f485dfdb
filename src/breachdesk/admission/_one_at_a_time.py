"""The store in memory for several threads."""

import threading
from collections.abc import Sequence

from breachdesk.admission._store import CountStore, Take


class OneAtATime:
    """The store in memory for several threads: it has no lock of its own."""

    local = True
    ready = True

    def __init__(self, store: CountStore) -> None:
        self._store = store
        self._lock = threading.Lock()

    def add(self, key: str, amount: int, seconds: int) -> int:
        """As the store."""
        with self._lock:
            return self._store.add(key, amount, seconds)

    def once(self, key: str, seconds: int) -> bool:
        """As the store."""
        with self._lock:
            return self._store.once(key, seconds)

    def take(self, batch: Sequence[Take]) -> list[int]:
        """As the store."""
        with self._lock:
            return self._store.take(batch)

    def generation(self) -> bytes:
        """As the store."""
        return self._store.generation()
