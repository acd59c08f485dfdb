"""What stands in the database in place of addresses and codes, and the seal of the outbox.

All keys are derived (HKDF-SHA-512) from the key folder's `address`; a label for each purpose.
"""

import hmac
import os
from struct import pack
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from breachdesk.channel.errors import SealError
from breachdesk.identifiers import CHANNEL_TYPES

_SALT: Final = b"breachdesk/channel-service/v1"
_NONCE_BYTES: Final = 12
HASH_LENGTH: Final = 64
"""Characters of every hash here: HMAC-SHA-256 in hex."""


class Hider:
    """Keyed hashes. Without the key, none can be found by trying all phone numbers."""

    __slots__ = ("_address", "_code", "_desk", "_letter")

    def __init__(self, address_key: bytes) -> None:
        self._address = _derive(address_key, b"address")
        self._code = _derive(address_key, b"code")
        self._desk = _derive(address_key, b"desk")
        self._letter = _derive(address_key, b"letter")

    def address(self, channel: str, address: str) -> str:
        """For a canonical address of a channel."""
        return _hash(self._address, _typed(channel, address))

    def ticket(self, ticket: str) -> str:
        """For a ticket, which is 128 random bits."""
        return _hash(self._code, b"ticket", ticket.encode())

    def code(self, ticket: str, channel: str, address: str, code: str) -> str:
        """For a one-time code, bound to its ticket and to the address that it was sent to."""
        return _hash(self._code, ticket.encode(), _typed(channel, address), code.encode())

    def desk_code(self, channel: str, address: str, code: str) -> str:
        """For a code of the desk, bound to the address that it stands for."""
        return _hash(self._desk, _typed(channel, address), code.encode())

    def letter(self, letter_id: str) -> str:
        """For a letter id."""
        return _hash(self._letter, letter_id.encode())


class Sealer:
    """Encrypts what a row of the outbox holds: ChaCha20-Poly1305, bound to the row's id."""

    __slots__ = ("_cipher",)

    def __init__(self, address_key: bytes) -> None:
        self._cipher = ChaCha20Poly1305(_derive(address_key, b"outbox"))

    def seal(self, row: bytes, plain: bytes) -> bytes:
        """Nonce and ciphertext. Rows are fewer than the 2^32 that random nonces allow."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, row)

    def open(self, row: bytes, sealed: bytes) -> bytes:
        """The inverse of `seal`. Raises SealError."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], row)
        except (InvalidTag, ValueError):
            raise SealError("a row of the outbox does not open under this key") from None


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA512(), length=32, salt=_SALT, info=purpose).derive(key)


def _typed(channel: str, address: str) -> bytes:
    return pack(">B", CHANNEL_TYPES[channel]) + address.encode()


def _hash(key: bytes, *parts: bytes) -> str:
    """Each part with its length, so that no two lists of parts are the same bytes."""
    message = b"".join(pack(">H", len(part)) + part for part in parts)
    return hmac.digest(key, message, "sha256").hex()
