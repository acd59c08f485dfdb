"""Which code multiplies many elements by one secret: the compiled kernel, or libsodium.

All engines give the same bytes; docs/adr/0006-batch-kernel.md says how that is held. The variable
BREACHDESK_KERNEL chooses one for tests and benches: `auto`, `libsodium`, `portable` or `ifma`.
"""

import os
from functools import cache
from typing import Final, Protocol

from breachdesk.voprf import _sodium
from breachdesk.voprf._compiled import COMPILED, load
from breachdesk.voprf._group import ELEMENT_BYTES, has_clear_top_bit
from breachdesk.voprf.errors import EngineError

UNIFORM_BYTES: Final = 64
VARIABLE: Final = "BREACHDESK_KERNEL"
_LIBSODIUM: Final = "libsodium"


class Engine(Protocol):
    """Multiplies by one secret, which the caller has passed through `check_scalar`.

    Both calls give the products, 32 bytes each, and how many of them are the identity.
    """

    @property
    def name(self) -> str:
        """As in BREACHDESK_KERNEL."""
        ...

    def from_uniform(self, secret: bytes, uniform: bytes) -> tuple[bytes, int]:
        """Elements from 64 uniform bytes each (RFC 9496 section 4.3.4)."""
        ...

    def from_encoded(self, secret: bytes, encoded: bytes) -> tuple[bytes, int]:
        """Elements from their encodings; what is no encoding gives the identity."""
        ...


class Libsodium:
    """One element after the other. Where there is no kernel, and what a kernel is held to."""

    name: Final = _LIBSODIUM

    def from_uniform(self, secret: bytes, uniform: bytes) -> tuple[bytes, int]:
        """As `Engine`."""
        point = _sodium.Buffer32()
        encoded = []
        for start in range(0, len(uniform), UNIFORM_BYTES):
            _sodium.from_hash(point, uniform[start : start + UNIFORM_BYTES])
            encoded.append(point.raw)
        return self.from_encoded(secret, b"".join(encoded))

    def from_encoded(self, secret: bytes, encoded: bytes) -> tuple[bytes, int]:
        """As `Engine`."""
        product = _sodium.Buffer32()
        products, identities = [], 0
        for start in range(0, len(encoded), ELEMENT_BYTES):
            element = encoded[start : start + ELEMENT_BYTES]
            if not has_clear_top_bit(element) or _sodium.scalarmult(product, secret, element):
                products.append(bytes(ELEMENT_BYTES))
                identities += 1
            else:
                products.append(product.raw)
        return b"".join(products), identities


LIBSODIUM: Final = Libsodium()


def named(name: str) -> Engine:
    """The engine of this name. Raises `EngineError` where it cannot run, or is none."""
    return (
        LIBSODIUM
        if name == _LIBSODIUM
        else load(name, LIBSODIUM.from_uniform, LIBSODIUM.from_encoded)
    )


@cache
def chosen() -> Engine:
    """What this process uses: the fastest that runs here, or the one that the variable names.

    Raises `EngineError` when the variable names one that cannot run: a measurement or a test must
    not silently be of another.
    """
    name = os.environ.get(VARIABLE, "auto")
    return fastest() if name == "auto" else named(name)


def fastest() -> Engine:
    """The fastest engine that runs here and passes its self-test."""
    for name in COMPILED:
        try:
            return named(name)
        except EngineError:
            continue
    return LIBSODIUM
