"""The engine on libsodium: where there is no kernel, and what a kernel is held to."""

from collections.abc import Iterator
from typing import Final

from breachdesk.voprf import _sodium
from breachdesk.voprf._engine import UNIFORM_BYTES, Prepared, Products
from breachdesk.voprf._group import ELEMENT_BYTES, IDENTITY, has_clear_top_bit


class Libsodium:
    """One element after the other."""

    name: Final = "libsodium"

    def from_uniform(self, secret: bytes, uniform: bytes) -> Products:
        """As `Engine`."""
        point = _sodium.Buffer32()
        encoded = []
        for start in range(0, len(uniform), UNIFORM_BYTES):
            _sodium.from_hash(point, uniform[start : start + UNIFORM_BYTES])
            encoded.append(point.raw)
        return self.from_encoded(secret, b"".join(encoded))

    def from_encoded(self, secret: bytes, encoded: bytes) -> Products:
        """As `Engine`."""
        return _joined([_product(secret, element) for element in _each(encoded)])

    def prepared(self, encoded: bytes) -> Prepared:
        """As `Engine`."""
        return _Elements(list(_each(encoded)))


class _Elements:
    """Nothing is prepared: libsodium takes an encoding at each call."""

    def __init__(self, elements: list[bytes]) -> None:
        self._elements = elements

    def multiply(self, scalars: bytes, *, of_base: bytes = b"") -> Products:
        """As `Prepared`."""
        size = len(self._elements)
        products = [_multiple(scalar) for scalar in _each(of_base)]
        products += [
            _product(scalar, self._elements[place % size])
            for place, scalar in enumerate(_each(scalars))
        ]
        return _joined(products)


def _each(joined: bytes) -> Iterator[bytes]:
    for start in range(0, len(joined), ELEMENT_BYTES):
        yield joined[start : start + ELEMENT_BYTES]


def _product(scalar: bytes, element: bytes) -> bytes:
    product = _sodium.Buffer32()
    if not has_clear_top_bit(element) or _sodium.scalarmult(product, scalar, element):
        return IDENTITY
    return product.raw


def _multiple(scalar: bytes) -> bytes:
    product = _sodium.Buffer32()
    return IDENTITY if _sodium.scalarmult_base(product, scalar) else product.raw


def _joined(products: list[bytes]) -> Products:
    return b"".join(products), products.count(IDENTITY)
