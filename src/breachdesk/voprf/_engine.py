"""What an engine is: code that multiplies elements by secrets.

The caller has passed every scalar through `check_scalar`, or made it. Products are 32 bytes each,
one after the other; beside them stands how many are the identity.
"""

from typing import Final, Protocol

UNIFORM_BYTES: Final = 64

Products = tuple[bytes, int]


class Prepared(Protocol):
    """Elements that are multiplied more than once, each by scalars of its own."""

    def multiply(self, scalars: bytes, *, of_base: bytes = b"") -> Products:
        """Scalar i of each group times element i, group by group.

        `scalars` are as many groups as wanted of one scalar for each element. `of_base` is none or
        one more such group: multiples of the generator, which come first.
        """
        ...


class Engine(Protocol):
    """All engines give the same bytes."""

    @property
    def name(self) -> str:
        """As in BREACHDESK_KERNEL."""
        ...

    def from_uniform(self, secret: bytes, uniform: bytes) -> Products:
        """One secret times elements from 64 uniform bytes each (RFC 9496 section 4.3.4)."""
        ...

    def from_encoded(self, secret: bytes, encoded: bytes) -> Products:
        """One secret times encoded elements; what is no encoding gives the identity."""
        ...

    def prepared(self, encoded: bytes) -> Prepared:
        """One or more elements from their encodings; what is no encoding is the identity."""
        ...
