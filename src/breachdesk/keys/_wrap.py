"""Sealing a file's key to a key of the folder: RFC 9180 base mode, one shot.

DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. Base mode says nothing of who sealed:
whoever reads such a file must take its content for anybody's.
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from breachdesk.keys.errors import WrapError

WRAPPED_BYTES: Final = 32 + 32 + 16
"""An encapsulated key, a key of 32 bytes, a tag."""

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_INFO: Final = b"breachdesk/rejects/v1"


def sealing_public(secret: bytes) -> bytes:
    """The 32 public bytes of a private key."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def wrap(public: bytes, key: bytes) -> bytes:
    """A key of 32 bytes for whoever has the private half: `WRAPPED_BYTES`."""
    return _SUITE.encrypt(key, X25519PublicKey.from_public_bytes(public), _INFO)


def unwrap(secret: bytes, wrapped: bytes) -> bytes:
    """The key inside. Raises `WrapError`."""
    try:
        return _SUITE.decrypt(wrapped, X25519PrivateKey.from_private_bytes(secret), _INFO)
    except (InvalidTag, ValueError):
        raise WrapError from None
