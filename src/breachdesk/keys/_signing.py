"""Ed25519 keys of the log, with C2SP names and verifier keys: PROTOCOL section 9.2."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from breachdesk.keys.errors import InvalidParameter

#: C2SP signed-note signature types: Ed25519, and cosignature/v1.
TYPE_LOG: Final = 0x01
TYPE_TIMESTAMP: Final = 0x04

#: A name that can never be somebody's domain (RFC 2606), for demos and tests.
DEFAULT_ORIGIN: Final = "breachdesk.invalid/demo"

_MAX_ORIGIN_BYTES: Final = 200


def check_origin(origin: str) -> None:
    """Raise `InvalidParameter` unless `origin` can be a C2SP key name."""
    check_key_name("origin", origin)


def check_key_name(what: str, name: str) -> None:
    """As check_origin, for any key's name; `what` is what the error calls it."""
    if not name:
        raise InvalidParameter(what, "must not be empty")
    if "+" in name or any(c.isspace() or not c.isprintable() for c in name):
        raise InvalidParameter(what, "must hold no blank, no plus and no control character")
    if len(name.encode()) > _MAX_ORIGIN_BYTES:
        raise InvalidParameter(what, f"must have at most {_MAX_ORIGIN_BYTES} bytes")


def make_vkey(name: str, key_type: int, public: bytes) -> str:
    """`<name>+<key id>+<base64(type || public key)>` (C2SP signed-note)."""
    typed = bytes([key_type]) + public
    key_id = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    return f"{name}+{key_id.hex()}+{base64.b64encode(typed).decode()}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key under its note name: `public` 32 bytes, `vkey` in C2SP form."""

    name: str
    public: bytes
    vkey: str
    _private: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def from_seed(cls, name: str, key_type: int, seed: bytes) -> Self:
        """The key of a 32-byte RFC 8032 seed."""
        private = Ed25519PrivateKey.from_private_bytes(seed)
        public = private.public_key().public_bytes_raw()
        return cls(name, public, make_vkey(name, key_type, public), private)

    def sign(self, data: bytes) -> bytes:
        """The 64-byte Ed25519 signature of exactly `data`."""
        return self._private.sign(data)


def log_key(origin: str, seed: bytes) -> SigningKey:
    """The log key: its name is the origin."""
    return SigningKey.from_seed(origin, TYPE_LOG, seed)


def timestamp_key(origin: str, seed: bytes) -> SigningKey:
    """The operator's timestamp key, which cosigns checkpoints."""
    return SigningKey.from_seed(f"{origin}/timestamp", TYPE_TIMESTAMP, seed)
