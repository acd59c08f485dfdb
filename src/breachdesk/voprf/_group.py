"""The group ristretto255 (RFC 9496) with the strict decoding that RFC 9497 section 2.1 asks for.

Elements and scalars are 32 bytes each, as encoded on the wire. Nothing here branches on a secret.
"""

import hmac
from collections.abc import Sequence
from typing import Final

from breachdesk.voprf import _sodium
from breachdesk.voprf.errors import ElementError, ScalarError

#: RFC 9497 section 4.1: Ne, Ns.
ELEMENT_BYTES: Final = 32
SCALAR_BYTES: Final = 32

IDENTITY: Final = bytes(ELEMENT_BYTES)
ONE: Final = b"\x01" + bytes(SCALAR_BYTES - 1)


def has_clear_top_bit(element: bytes) -> bool:
    """Whether the last bit of 32 bytes is clear, as it is in every canonical encoding.

    libsodium 1.0.18 drops that bit where it decodes, so it must be looked at before.
    """
    return element[-1] < 0x80


def check_element(element: bytes, name: str) -> None:
    """Raise `ElementError` unless `element` is canonical and not the identity."""
    if type(element) is not bytes or len(element) != ELEMENT_BYTES:
        raise ElementError(f"{name}: expected {ELEMENT_BYTES} bytes")
    if element == IDENTITY:
        raise ElementError(f"{name}: the identity is not allowed")
    if not has_clear_top_bit(element) or _sodium.is_valid_point(element) != 1:
        raise ElementError(f"{name}: not a canonical ristretto255 encoding")


def is_canonical_scalar(scalar: bytes) -> bool:
    """Whether the 32 bytes are below the group order, in constant time (zero included)."""
    reduced = _sodium.Buffer32()
    _sodium.scalar_reduce(reduced, scalar + bytes(32))
    return hmac.compare_digest(reduced.raw, scalar)


def check_scalar(scalar: bytes, name: str) -> None:
    """Raise `ScalarError` unless `scalar` is 32 bytes, reduced and not zero."""
    if type(scalar) is not bytes or len(scalar) != SCALAR_BYTES:
        raise ScalarError(f"{name}: expected {SCALAR_BYTES} bytes")
    if hmac.compare_digest(scalar, IDENTITY) or not is_canonical_scalar(scalar):
        raise ScalarError(f"{name}: not a scalar between 1 and the group order")


def random_scalar() -> bytes:
    """A scalar between 1 and the group order, uniform, from the system's random source."""
    out = _sodium.Buffer32()
    _sodium.scalar_random(out)
    return out.raw


def scalar_from_uniform(uniform: bytes) -> bytes:
    """64 uniform bytes, little-endian, modulo the group order."""
    out = _sodium.Buffer32()
    _sodium.scalar_reduce(out, uniform)
    return out.raw


def subtract_scalars(x: bytes, y: bytes) -> bytes:
    """x - y modulo the group order."""
    out = _sodium.Buffer32()
    _sodium.scalar_sub(out, x, y)
    return out.raw


def multiply_scalars(x: bytes, y: bytes) -> bytes:
    """x y modulo the group order."""
    out = _sodium.Buffer32()
    _sodium.scalar_mul(out, x, y)
    return out.raw


def invert_scalar(scalar: bytes) -> bytes:
    """1 / scalar modulo the group order; the scalar must have passed `check_scalar`."""
    out = _sodium.Buffer32()
    _sodium.scalar_invert(out, scalar)
    return out.raw


def multiply_base(scalar: bytes) -> bytes:
    """scalar times the generator; the scalar must have passed `check_scalar`."""
    out = _sodium.Buffer32()
    _sodium.scalarmult_base(out, scalar)
    return out.raw


def multiply(scalar: bytes, element: bytes) -> bytes:
    """scalar times element, both of the right length, the element's top bit clear.

    Raises `ElementError` when the element is not canonical or the product is the identity.
    """
    out = _sodium.Buffer32()
    if _sodium.scalarmult(out, scalar, element) != 0:
        raise ElementError("element: not canonical, or the product is the identity")
    return out.raw


def add(elements: Sequence[bytes]) -> bytes:
    """The sum of one or more elements that have passed `check_element`. May be the identity."""
    total = elements[0]
    for element in elements[1:]:
        out = _sodium.Buffer32()
        _sodium.point_add(out, total, element)
        total = out.raw
    return total
