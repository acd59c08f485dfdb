"""Keyed hashes of numbers and accounts, by which cases are found and linked.

The key is derived from the desk's private key: without it, nobody can try all phone numbers.
"""

import hmac
from struct import pack
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SALT: Final = b"breachdesk/fingerprint/v1"


class Fingerprinter:
    """Only where the desk's private key is."""

    __slots__ = ("_key",)

    def __init__(self, desk_private: bytes) -> None:
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=b"hmac")
        self._key = hkdf.derive(desk_private)

    def digest(self, kind: str, canonical: str) -> str:
        """32 bytes in hex. `canonical` is the one spelling that all spellings are brought to."""
        message = b"".join(
            pack(">H", len(part)) + part for part in (kind.encode(), canonical.encode())
        )
        return hmac.digest(self._key, message, "sha256").hex()
