"""Whose request it is: the peer's address, or the one that a configured proxy names."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

Network = IPv4Network | IPv6Network

#: More hops than this in `X-Forwarded-For` are not read.
_MOST_HOPS: Final = 16


def client_address(peer: str, forwarded: Sequence[bytes], proxies: Sequence[Network]) -> str:
    """The nearest address that is not one of our proxies.

    `forwarded` holds the values of `X-Forwarded-For` in order. They are read from the right, and
    only as long as the address to the right of each is a configured proxy: what a client writes
    itself never counts. Where a proxy names no address, the request counts as the proxy's own.
    """
    if not _is_proxy(peer, proxies):
        return peer
    nearest = peer
    hops = b",".join(forwarded).split(b",")[-_MOST_HOPS:]
    for hop in reversed(hops):
        address = _parse(hop)
        if address is None:
            return nearest
        nearest = address
        if not _is_proxy(nearest, proxies):
            return nearest
    return nearest


def _parse(hop: bytes) -> str | None:
    """An address as proxies write it, with or without port."""
    text = hop.strip().decode("latin-1")
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def _is_proxy(address: str, proxies: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in proxies)
