"""The key of one case. Everything sealed of a case is under keys derived from it."""

import os
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from breachdesk.envelope.errors import OpenError

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_SALT: Final = b"breachdesk/case/v1"


class CaseKey:
    """32 random bytes. Its repr shows none of them."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        """`OpenError` unless they are 32 bytes."""
        if len(secret) != KEY_BYTES:
            raise OpenError("a case key has 32 bytes")
        self._secret = secret

    @classmethod
    def new(cls) -> Self:
        """A key that nothing was sealed under yet."""
        return cls(os.urandom(KEY_BYTES))

    @property
    def secret(self) -> bytes:
        """The bytes, for a wrap."""
        return self._secret

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """Nonce (12 bytes, random), then ChaCha20-Poly1305 ciphertext.

        `purpose` says what it is, such as `narrative` or `message/from_person`; it decides the key,
        so that nothing opens as something else.
        """
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher(purpose).encrypt(nonce, plain, None)

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """The inverse of `seal`. Raises `OpenError`."""
        nonce, ciphertext = bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:])
        try:
            return self._cipher(purpose).decrypt(nonce, ciphertext, None)
        except (InvalidTag, ValueError):
            raise OpenError("a sealed part of a case does not open under its key") from None

    def _cipher(self, purpose: str) -> ChaCha20Poly1305:
        hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=_SALT, info=purpose.encode())
        return ChaCha20Poly1305(hkdf.derive(self._secret))
