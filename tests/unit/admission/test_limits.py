"""Limits: counted by address and network, and never open when they fail."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.admission import (
    ClientLimits,
    CountStore,
    Limited,
    MemoryStore,
    StoreError,
    Take,
    client_networks,
)
from breachdesk.admission._limits import DAY_MINUTES, NETWORK_FACTOR
from tests.factories.clocks import Clock


def refused(limits: ClientLimits, address: str) -> str | None:
    """The reason of a refused request, or None."""
    try:
        limits.hit(address)
    except Limited as limited:
        return limited.reason if 1 <= limited.retry_after <= 60 else "no time to wait"
    return None


@pytest.mark.parametrize(
    ("first", "same", "near", "far"),
    [
        ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2", "192.0.3.1"),
        ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "2001:db8:1::1"),
    ],
)
def test_an_address_has_its_rate(
    store: CountStore, clock: Clock, first: str, same: str, near: str, far: str
) -> None:
    limits = ClientLimits(2, store, clock)
    assert refused(limits, first) is None
    assert refused(limits, same) is None
    assert refused(limits, first) == "address"
    assert refused(limits, near) is None
    assert refused(limits, far) is None


def test_a_network_has_its_rate_and_a_refused_address_takes_none_of_it(clock: Clock) -> None:
    limits = ClientLimits(1, MemoryStore(clock), clock)
    for _ in range(50):
        refused(limits, "192.0.2.1")
    answers = [refused(limits, f"192.0.2.{i}") for i in range(2, 30)]
    assert answers.count(None) == NETWORK_FACTOR - 1
    assert set(answers) == {None, "network"}
    assert refused(limits, "192.0.3.1") is None


def test_a_minute_later_all_may_ask_again(clock: Clock) -> None:
    limits = ClientLimits(1, MemoryStore(clock), clock)
    assert refused(limits, "192.0.2.1") is None
    assert refused(limits, "192.0.2.1") == "address"
    clock.now += 60
    assert refused(limits, "192.0.2.1") is None


def test_who_asks_a_lot_all_day_is_held_to_a_part_and_never_shut_out(clock: Clock) -> None:
    limits = ClientLimits(40, MemoryStore(clock), clock)
    passed = []
    for _ in range(2 * DAY_MINUTES):
        passed.append([refused(limits, "192.0.2.1") for _ in range(45)])
        clock.now += 60
    assert [one.count(None) for one in passed[:DAY_MINUTES]] == [40] * DAY_MINUTES
    assert passed[-1].count(None) == 40 // 20
    assert passed[-1][2] == "address-day"


class Failing(MemoryStore):
    """A store that is out of reach."""

    def take(self, batch: Sequence[Take]) -> list[int]:  # noqa: ARG002
        raise StoreError("out of reach")


def test_a_failing_store_lets_nothing_through() -> None:
    with pytest.raises(StoreError):
        ClientLimits(5, Failing()).hit("192.0.2.1")


@pytest.mark.parametrize("address", ["", "unix:", "192.0.2", "testclient"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(StoreError) as caught:
        ClientLimits(5, MemoryStore()).hit(address)
    assert not address or address not in str(caught.value)


@given(st.ip_addresses())
def test_networks_hold_their_addresses(address: object) -> None:
    subscriber, network = client_networks(str(address))
    assert subscriber[0] == "a"
    assert network[0] == "n"
    assert str(address) not in (subscriber, network)
