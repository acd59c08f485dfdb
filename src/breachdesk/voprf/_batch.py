"""Many elements under one secret: a build's hot path (RFC 9497 section 3.3.1, Evaluate).

The interpreter lock is released in the group operations. Nothing is kept between calls, so threads
and processes may call at once.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from breachdesk.voprf._engine import Engine
from breachdesk.voprf._engines import LIBSODIUM, chosen
from breachdesk.voprf._group import ELEMENT_BYTES, IDENTITY, check_scalar
from breachdesk.voprf._suite import SUITES, Mode
from breachdesk.voprf.errors import ElementError, InputError

#: Elements handed to an engine at a time: enough to fill it, few enough to stay in the cache.
_AT_ONCE: Final = 1024


def engine_name() -> str:
    """The engine that many elements run on: `ifma`, `portable` or `libsodium`.

    Raises `EngineError` when BREACHDESK_KERNEL names one that cannot run here.
    """
    return chosen().name


def evaluate_known(secret: bytes, value: bytes, *, mode: Mode = Mode.VOPRF) -> bytes:
    """The 64-byte output for an input that the key's holder knows. Errors as `evaluate_batch`.

    On libsodium, because a single element fills no batch.
    """
    return evaluate_with(LIBSODIUM, secret, (value,), mode)[0]


def evaluate_batch(
    secret: bytes, inputs: Iterable[bytes], *, mode: Mode = Mode.VOPRF
) -> list[bytes]:
    """The 64-byte output of each input, in order.

    Raises `ScalarError` for the secret, and `InputError` for an input over 65535 bytes or one that
    hashes to the identity.
    """
    return evaluate_with(chosen(), secret, inputs, mode)


def evaluate_elements(secret: bytes, elements: Sequence[bytes]) -> list[bytes]:
    """The secret times each encoded element, in order; 32 bytes each, without proofs.

    Raises `ScalarError` for the secret, and `ElementError` with the index of the first element
    that is badly encoded (RFC 9496 section 4.3.1) or the identity.
    """
    return multiply_with(chosen(), secret, elements)


def evaluate_with(
    engine: Engine, secret: bytes, inputs: Iterable[bytes], mode: Mode = Mode.VOPRF
) -> list[bytes]:
    """`evaluate_batch` on one engine.

    The final hash is written out, because a Python call for each would cost more than what it does
    (`_suite.hash_output` is the plain form; tests hold them equal).
    """
    check_scalar(secret, "secret key")
    expand, sha512 = SUITES[mode].expand_to_group, hashlib.sha512
    outputs: list[bytes] = []
    for values in _runs(inputs):
        products, identities = engine.from_uniform(secret, b"".join(map(expand, values)))
        if identities:
            raise InputError("input: hashes to the identity")
        try:
            outputs += [
                sha512(
                    len(value).to_bytes(2, "big") + value + b"\x00\x20" + product + b"Finalize"
                ).digest()
                for value, product in zip(values, _split(products), strict=True)
            ]
        except OverflowError:
            raise InputError("input: expected at most 65535 bytes") from None
    return outputs


def multiply_with(engine: Engine, secret: bytes, elements: Sequence[bytes]) -> list[bytes]:
    """`evaluate_elements` on one engine."""
    check_scalar(secret, "secret key")
    outputs: list[bytes] = []
    for run in _runs(elements):
        for index, element in enumerate(run, start=len(outputs)):
            if type(element) is not bytes or len(element) != ELEMENT_BYTES:
                raise ElementError(f"element {index}: expected {ELEMENT_BYTES} bytes")
        products, identities = engine.from_encoded(secret, b"".join(run))
        found = _split(products)
        if identities:
            bad = len(outputs) + found.index(IDENTITY)
            raise ElementError(f"element {bad}: the identity, or not a canonical encoding")
        outputs += found
    return outputs


def _runs(things: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = iter(things)
    while run := list(islice(rest, _AT_ONCE)):
        yield run


def _split(products: bytes) -> list[bytes]:
    return [products[at : at + ELEMENT_BYTES] for at in range(0, len(products), ELEMENT_BYTES)]
