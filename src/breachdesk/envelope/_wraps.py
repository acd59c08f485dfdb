"""The two wraps of a case key: to the desk's public key, and under a key from the receipt.

Both are bound to the case's number, so that a wrap that is moved to another case does not open.
To the desk: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from breachdesk.envelope._case_key import CaseKey
from breachdesk.envelope.errors import OpenError

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_LABEL: Final = b"breachdesk/wrap/v1/"
_NONCE_BYTES: Final = 12


def desk_public_key(private: bytes) -> bytes:
    """The 32 public bytes of the desk's private key (X25519, 32 bytes)."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def wrap_for_desk(public: bytes, key: CaseKey, number: str) -> bytes:
    """Whoever has the private half opens it. `OpenError` if `public` is no public key."""
    try:
        recipient = X25519PublicKey.from_public_bytes(public)
        return _SUITE.encrypt(key.secret, recipient, _info(b"desk", number))
    except ValueError:
        raise OpenError("the desk's public key is not one") from None


def open_for_desk(private: bytes, wrapped: bytes, number: str) -> CaseKey:
    """The inverse. Raises `OpenError`, also where the wrap has been shredded."""
    own = X25519PrivateKey.from_private_bytes(private)
    try:
        return CaseKey(_SUITE.decrypt(bytes(wrapped), own, _info(b"desk", number)))
    except (InvalidTag, ValueError):
        raise OpenError("the case does not open with the desk's key") from None


def wrap_for_receipt(wrap_key: bytes, key: CaseKey, number: str) -> bytes:
    """`wrap_key` is that of `ReceiptKeys`."""
    nonce = os.urandom(_NONCE_BYTES)
    cipher = ChaCha20Poly1305(wrap_key)
    return nonce + cipher.encrypt(nonce, key.secret, _info(b"receipt", number))


def open_for_receipt(wrap_key: bytes, wrapped: bytes, number: str) -> CaseKey:
    """The inverse. Raises `OpenError`."""
    nonce, ciphertext = bytes(wrapped[:_NONCE_BYTES]), bytes(wrapped[_NONCE_BYTES:])
    cipher = ChaCha20Poly1305(wrap_key)
    try:
        return CaseKey(cipher.decrypt(nonce, ciphertext, _info(b"receipt", number)))
    except (InvalidTag, ValueError):
        raise OpenError("the case does not open with this receipt") from None


def _info(purpose: bytes, number: str) -> bytes:
    return _LABEL + purpose + b"/" + number.encode()
