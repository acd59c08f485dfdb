"""How often one client may ask: guessing is priced (PROTOCOL section 13), and limits fail closed.

Counted in fixed windows of one minute, first for the address (IPv4 /32, IPv6 /64: one subscriber),
then for its network (IPv4 /24, IPv6 /48). Nothing of an address outlives its minute.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, ip_address
from typing import Final, Protocol

from limits.storage import Storage

from breachdesk.check._settings import NETWORK_FACTOR
from breachdesk.check.errors import LimitStoreError, Refusal

_WINDOW: Final = 60
#: Distinct addresses and networks that a process counts in one minute. Over that it refuses.
MOST_KEYS: Final = 200_000
#: Seconds that a client waits when the store itself fails.
_STORE_RETRY: Final = 10


class Limiter(Protocol):
    """Counts one request of an address; raises `Refusal` when it may not have it."""

    def hit(self, address: str) -> None: ...


class WindowStorage(Storage):
    """Counts in memory that all end with the clock's minute.

    `limits` has a memory store of its own, which starts a thread to walk all keys a hundred times a
    second: with the addresses of a busy minute that alone fills a core. Here the minute's counts
    are dropped at once when the next one starts, and their number is bounded.
    """

    STORAGE_SCHEME = ["breachdesk-window"]  # noqa: RUF012 (as its base class declares it)

    def __init__(self, clock: Callable[[], float] = time.time, most_keys: int = MOST_KEYS) -> None:
        super().__init__()
        self._clock = clock
        self._most_keys = most_keys
        self._window = 0
        self._counts: dict[str, int] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """What this store may raise."""
        return LimitStoreError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:  # noqa: ARG002
        """Add to a key's count in this minute. Raises `LimitStoreError` when there is no room."""
        counts = self._current()
        count = counts.get(key, 0) + amount
        if count == amount and len(counts) >= self._most_keys:
            raise LimitStoreError("the store of the limits is full")
        counts[key] = count
        return count

    def get(self, key: str) -> int:
        """The count of a key in this minute."""
        return self._current().get(key, 0)

    def get_expiry(self, key: str) -> float:  # noqa: ARG002
        """When this minute ends, for every key."""
        return float((int(self._clock()) // _WINDOW + 1) * _WINDOW)

    def check(self) -> bool:
        """Whether the store works."""
        return True

    def reset(self) -> int | None:
        """Drop all counts and say how many there were."""
        dropped = len(self._counts)
        self._counts.clear()
        return dropped

    def clear(self, key: str) -> None:
        """Drop one count."""
        self._counts.pop(key, None)

    def _current(self) -> dict[str, int]:
        window = int(self._clock()) // _WINDOW
        if window != self._window:
            self._window = window
            self._counts = {}
        return self._counts


class ClientLimits:
    """The limits of a process, over a store of the `limits` library.

    What that library's fixed-window strategy does, with the keys of a client made once.
    """

    def __init__(self, rate: int, storage: Storage | None = None) -> None:
        """`rate` is what one address may have in a minute."""
        self._storage = WindowStorage() if storage is None else storage
        self._address_rate = rate
        self._network_rate = rate * NETWORK_FACTOR

    def hit(self, address: str) -> None:
        """Count one request; `Refusal` as `too-many-requests`, or `unavailable` on any failure.

        A refused address does not use up what its network has.
        """
        try:
            subscriber, network = client_networks(address)
            incr = self._storage.incr
            refused = (
                incr(subscriber, _WINDOW) > self._address_rate
                or incr(network, _WINDOW) > self._network_rate
            )
            wait = self._seconds_left(subscriber) if refused else 0
        except Exception:  # noqa: BLE001 (whatever fails here, nothing may pass)
            raise Refusal("unavailable", retry_after=_STORE_RETRY) from None
        if refused:
            raise Refusal("too-many-requests", retry_after=wait)

    def _seconds_left(self, subscriber: str) -> int:
        expiry = self._storage.get_expiry(subscriber)
        return min(_WINDOW, max(1, int(expiry - time.time()) + 1))


@lru_cache(maxsize=4096)
def client_networks(address: str) -> tuple[str, str]:
    """Keys for the subscriber and the network of an address; IPv4 written in IPv6 is IPv4.

    Raises ValueError for what is no address.
    """
    parsed = ip_address(address.partition("%")[0])
    if not isinstance(parsed, IPv4Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    whole = int(parsed)
    if isinstance(parsed, IPv4Address):
        return f"a4/{whole:x}", f"n4/{whole >> 8:x}"
    return f"a6/{whole >> 64:x}", f"n6/{whole >> 80:x}"
