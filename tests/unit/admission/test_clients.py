"""Forwarded addresses are believed from configured proxies only."""

import pytest

from breachdesk.admission import client_address
from breachdesk.check import SettingsError, parse_proxies

PROXIES = parse_proxies(["10.0.0.0/8", "2001:db8:ffff::/48"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", ["198.51.100.1"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.9", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1:8080"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("2001:db8:ffff::1", ["2001:db8::1"], "2001:db8::1"),
        ("10.0.0.1", ["198.51.100.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, nonsense, 10.0.0.3"], "10.0.0.3"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("not an address", ["198.51.100.1"], "not an address"),
        ("10.0.0.1", [", ".join(["10.0.0.2"] * 100)], "10.0.0.2"),
    ],
)
def test_the_nearest_address_that_is_no_proxy(
    peer: str, forwarded: list[str], expected: str
) -> None:
    assert client_address(peer, [one.encode() for one in forwarded], PROXIES) == expected


def test_without_proxies_nothing_is_believed() -> None:
    assert client_address("10.0.0.1", [b"198.51.100.1"], ()) == "10.0.0.1"


def test_a_proxy_must_be_a_network() -> None:
    with pytest.raises(SettingsError, match="proxy"):
        parse_proxies(["proxy.example.org"])
