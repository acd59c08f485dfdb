"""Limits: counted by address and network, and never open when they fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits.storage import Storage

from breachdesk.check import ClientLimits, LimitStoreError, WindowStorage
from breachdesk.check._limits import client_networks
from breachdesk.check._settings import NETWORK_FACTOR
from breachdesk.check.errors import Refusal


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def refused(limits: ClientLimits, address: str) -> str | None:
    """The problem of a refused request, or None."""
    try:
        limits.hit(address)
    except Refusal as refusal:
        return f"{refusal.problem}" if 1 <= (refusal.retry_after or 0) <= 60 else "no time to wait"
    return None


@pytest.mark.parametrize(
    ("first", "same", "near", "far"),
    [
        ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2", "192.0.3.1"),
        ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "2001:db8:1::1"),
    ],
)
def test_an_address_has_its_rate(first: str, same: str, near: str, far: str) -> None:
    limits = ClientLimits(2)
    assert refused(limits, first) is None
    assert refused(limits, same) is None
    assert refused(limits, first) == "too-many-requests"
    assert refused(limits, near) is None
    assert refused(limits, far) is None


def test_a_network_has_its_rate_and_a_refused_address_takes_none_of_it() -> None:
    limits = ClientLimits(1)
    for _ in range(50):
        refused(limits, "192.0.2.1")
    allowed = [refused(limits, f"192.0.2.{i}") for i in range(2, 30)].count(None)
    assert allowed == NETWORK_FACTOR - 1
    assert refused(limits, "192.0.3.1") is None


def test_a_minute_later_all_counts_are_gone() -> None:
    clock = Clock()
    store = WindowStorage(clock)
    limits = ClientLimits(1, store)
    assert refused(limits, "192.0.2.1") is None
    assert refused(limits, "192.0.2.1") == "too-many-requests"
    clock.now += 60
    assert refused(limits, "192.0.2.1") is None
    assert store.reset() == 2


def test_a_full_store_refuses_new_addresses_and_knows_the_old() -> None:
    limits = ClientLimits(5, WindowStorage(Clock(), most_keys=2))
    assert refused(limits, "192.0.2.1") is None
    assert refused(limits, "198.51.100.1") == "unavailable"
    assert refused(limits, "192.0.2.1") is None


class Failing(WindowStorage):
    """A store that is out of reach."""

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:  # noqa: ARG002
        raise ConnectionError("no route to the store of 192.0.2.1")


@pytest.mark.parametrize("store", [Failing()])
def test_a_failing_store_lets_nothing_through(store: Storage) -> None:
    with pytest.raises(Refusal, match=r"^unavailable$") as caught:
        ClientLimits(5, store).hit("192.0.2.1")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("address", ["", "unix:", "192.0.2", "testclient"])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert refused(ClientLimits(5), address) == "unavailable"


@given(st.ip_addresses())
def test_networks_hold_their_addresses(address: object) -> None:
    subscriber, network = client_networks(str(address))
    assert subscriber[0] == "a"
    assert network[0] == "n"
    assert str(address) not in (subscriber, network)


def test_the_store_is_one_of_the_librarys() -> None:
    store = WindowStorage(Clock())
    assert isinstance(store, Storage)
    assert store.base_exceptions is LimitStoreError
    assert store.incr("a", 60) == 1
    assert store.get("a") == 1
    assert store.get_expiry("a") > 1_000_000
    assert store.check()
    store.clear("a")
    assert store.get("a") == 0
