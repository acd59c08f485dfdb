"""How often one client may ask: guessing is priced (PROTOCOL section 13), and limits fail closed.

First the address (IPv4 /32, IPv6 /64: one subscriber), then its network (IPv4 /24, IPv6 /48), each
in windows of a minute. What goes over a twentieth of a minute's rate also counts for the day: an
address that asks a lot all day is a crowd behind one carrier at most, or a thief. So only those few
are remembered for longer than a minute, and even they keep their twentieth: nobody is shut out.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, ip_address
from typing import Final

from breachdesk.admission._store import Count, CountStore, Take
from breachdesk.admission.errors import Limited, StoreError

MINUTE: Final = 60
DAY: Final = 86_400
#: Networks hold many clients: a /24 or /48 may ask for this many times the rate of one address.
NETWORK_FACTOR: Final = 10
#: The part of a minute's rate that does not count for the day.
FREE_PART: Final = 20
#: What a day allows beyond that, in minutes at the full rate.
DAY_MINUTES: Final = 150

#: By place in `ClientLimits.counts`.
LIMIT_REASONS: Final = ("address", "address-day", "network", "network-day")


class ClientLimits:
    """The limits of a service, over a store."""

    def __init__(
        self,
        rate: int,
        store: CountStore,
        clock: Callable[[], float] = time.time,
        *,
        name: str = "",
    ) -> None:
        """`rate` is what one address may have in a minute; `name` tells limits apart in a store."""
        self._name = name
        self._store = store
        self._clock = clock
        self._address = _windows(rate)
        self._network = _windows(rate * NETWORK_FACTOR)
        self.counts = lru_cache(maxsize=4096)(self._counts)

    def hit(self, address: str) -> None:
        """Count one request. Raises `Limited`, or `StoreError`.

        A refused address does not use up what its network has.
        """
        verdict = self._store.take([Take(self.counts(address))])[0]
        if verdict >= 0:
            raise self.limited(verdict)

    def limited(self, place: int) -> Limited:
        """The refusal by the limit at this place: the next minute has its free part again."""
        wait = MINUTE - int(self._clock()) % MINUTE
        return Limited(LIMIT_REASONS[place], wait)

    def _counts(self, address: str) -> tuple[Count, ...]:
        """What a request of this address counts on. Raises `StoreError` for what is no address."""
        try:
            subscriber, network = client_networks(address)
        except ValueError:
            raise StoreError("a request without an address that can be counted") from None
        return tuple(
            Count(self._name + key, most, seconds, over)
            for key, windows in ((subscriber, self._address), (network, self._network))
            for most, seconds, over in windows
        )


def _windows(rate: int) -> tuple[tuple[int, int, int], ...]:
    """Most, seconds and over of the minute and of the day."""
    return ((rate, MINUTE, 0), (rate * DAY_MINUTES, DAY, max(1, rate // FREE_PART)))


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
