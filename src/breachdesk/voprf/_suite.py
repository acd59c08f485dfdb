"""The suite ristretto255-SHA512 of RFC 9497 section 4.1: modes, context strings, hashing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from breachdesk.voprf import _sodium
from breachdesk.voprf._group import IDENTITY, scalar_from_uniform
from breachdesk.voprf.errors import InputError

#: RFC 9497 section 4.1: Nh, the length of an output.
OUTPUT_BYTES: Final = 64
#: RFC 9497 section 3: an input's length is written in two bytes.
MAX_INPUT_BYTES: Final = 0xFFFF

_BLOCK_BYTES: Final = 128
_DIGEST_BYTES: Final = 64


class Mode(Enum):
    """RFC 9497 section 3.1. The product asks in mode VOPRF only; OPRF has no proof."""

    OPRF = 0
    VOPRF = 1


def _tag(dst: bytes) -> bytes:
    """DST_prime of RFC 9380 section 5.3.1; the oversize rule is not needed and not there."""
    if len(dst) > 255:
        raise ValueError("a domain separation tag has at most 255 bytes")
    return dst + bytes([len(dst)])


def expand_message_xmd(message: bytes, dst: bytes, length: int) -> bytes:
    """RFC 9380 section 5.3.1 with SHA-512, for any length of 1 to 16320 bytes."""
    blocks = -(-length // _DIGEST_BYTES)
    if not 1 <= blocks <= 255:
        raise ValueError("length must be between 1 and 16320")
    tag = _tag(dst)
    first = hashlib.sha512(
        bytes(_BLOCK_BYTES) + message + length.to_bytes(2, "big") + b"\0" + tag
    ).digest()
    block = hashlib.sha512(first + b"\x01" + tag).digest()
    out = [block]
    for index in range(2, blocks + 1):
        mixed = bytes(a ^ b for a, b in zip(first, block, strict=True))
        block = hashlib.sha512(mixed + bytes([index]) + tag).digest()
        out.append(block)
    return b"".join(out)[:length]


def expander(dst: bytes) -> Callable[[bytes], bytes]:
    """`expand_message_xmd(message, dst, 64)` with everything but the message worked out before."""
    tag = _tag(dst)
    tail = _DIGEST_BYTES.to_bytes(2, "big") + b"\0" + tag
    suffix = b"\x01" + tag
    start = hashlib.sha512(bytes(_BLOCK_BYTES)).copy
    sha512 = hashlib.sha512

    def expand(message: bytes) -> bytes:
        state = start()
        state.update(message + tail)
        return sha512(state.digest() + suffix).digest()

    return expand


@dataclass(frozen=True, slots=True)
class Suite:
    """What depends on the mode: the context string and all that is made from it."""

    derive_key_dst: bytes
    seed_dst: bytes
    expand_to_group: Callable[[bytes], bytes]
    expand_to_scalar: Callable[[bytes], bytes]

    def hash_to_group(self, message: bytes) -> bytes:
        """RFC 9497 section 4.1, HashToGroup. Raises `InputError` on the identity."""
        out = _sodium.Buffer32()
        _sodium.from_hash(out, self.expand_to_group(message))
        if out.raw == IDENTITY:
            raise InputError("input: hashes to the identity")
        return out.raw

    def hash_to_scalar(self, message: bytes) -> bytes:
        """RFC 9497 section 4.1, HashToScalar with its default tag."""
        return scalar_from_uniform(self.expand_to_scalar(message))


def _suite(mode: Mode) -> Suite:
    context = b"OPRFV1-" + bytes([mode.value]) + b"-ristretto255-SHA512"
    return Suite(
        derive_key_dst=b"DeriveKeyPair" + context,
        seed_dst=b"Seed-" + context,
        expand_to_group=expander(b"HashToGroup-" + context),
        expand_to_scalar=expander(b"HashToScalar-" + context),
    )


SUITES: Final = {mode: _suite(mode) for mode in Mode}


def check_input(value: bytes) -> None:
    """Raise `InputError` unless `value` is bytes of a length that RFC 9497 can write."""
    if type(value) is not bytes or len(value) > MAX_INPUT_BYTES:
        raise InputError(f"input: expected at most {MAX_INPUT_BYTES} bytes")


def hash_output(value: bytes, element: bytes) -> bytes:
    """The last step of Finalize and Evaluate, RFC 9497 section 3.3.1."""
    return hashlib.sha512(
        len(value).to_bytes(2, "big") + value + b"\x00\x20" + element + b"Finalize"
    ).digest()
