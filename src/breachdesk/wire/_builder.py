"""Batches that a builder asks another holder for (PROTOCOL section 10.3): what is signed, and how
the signature travels. Signing and checking it are the keys' business.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Self

from breachdesk.wire._limits import ELEMENT_BYTES
from breachdesk.wire.errors import WireError

BUILDER_HEADER = "Breachdesk-Builder"
"""Carries the signature of a batch."""

NONCE_BYTES = 16
SIGNATURE_BYTES = 64
BATCH_CLOCK_SECONDS = 300
"""How far a builder's clock may be from the holder's, either way."""

_LABEL = b"breachdesk/batch/v1"


@dataclass(frozen=True, slots=True)
class BuilderStamp:
    """The header's content: Unix seconds, 16 random bytes, 64 bytes of signature."""

    time: int
    nonce: bytes
    signature: bytes

    def encode(self) -> str:
        """As the header has it."""
        return base64.b64encode(self.time.to_bytes(8, "big") + self.nonce + self.signature).decode()

    @classmethod
    def decode(cls, text: bytes) -> Self:
        """Raises WireError("builder")."""
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if len(data) != 8 + NONCE_BYTES + SIGNATURE_BYTES:
            raise WireError("builder", "not a time, a nonce and a signature in Base64")
        nonce = data[8 : 8 + NONCE_BYTES]
        return cls(int.from_bytes(data[:8], "big"), nonce, data[8 + NONCE_BYTES :])


def batch_message(path: str, holder: bytes, time: int, nonce: bytes, body: bytes) -> bytes:
    """What a builder signs. `path` begins with `/v1/`; `holder` is the asked share's public key."""
    where = path.encode("ascii")
    return (
        _LABEL
        + len(where).to_bytes(2, "big")
        + where
        + holder
        + time.to_bytes(8, "big")
        + nonce
        + hashlib.sha256(body).digest()
    )


def elements_of(body: bytes) -> list[bytes]:
    """The elements of a batch's body, 32 bytes each; the length is the caller's to check."""
    return [body[at : at + ELEMENT_BYTES] for at in range(0, len(body), ELEMENT_BYTES)]
