"""Ed25519 keys of the log, with C2SP names and verifier keys: PROTOCOL section 9.2."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from breachdesk.keys.errors import InvalidParameter

#: C2SP signed-note signature types: Ed25519, and cosignature/v1.
TYPE_LOG: Final = 0x01
TYPE_TIMESTAMP: Final = 0x04
#: Of the keys that sign batches (PROTOCOL section 10.3), which sign no note.
TYPE_BUILDER: Final = TYPE_LOG

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


def builder_key(origin: str, seed: bytes) -> SigningKey:
    """The key that signs a builder's batches (PROTOCOL section 10.3)."""
    return SigningKey.from_seed(f"{origin}/builder", TYPE_BUILDER, seed)


class BuilderVerifier:
    """The public half of a builder's key, from its vkey."""

    __slots__ = ("_public", "vkey")

    def __init__(self, vkey: str) -> None:
        """Raises `InvalidParameter` unless it is what `breachdesk keys builder` prints."""
        name, _, rest = vkey.partition("+")
        _, _, encoded = rest.partition("+")
        try:
            typed = base64.b64decode(encoded, validate=True)
            self._public = Ed25519PublicKey.from_public_bytes(typed[1:])
        except ValueError:
            typed = b""
        if not typed or vkey != make_vkey(name, TYPE_BUILDER, typed[1:]):
            raise InvalidParameter(
                "builder", "is not a builder's public key as `breachdesk keys builder` prints it"
            )
        self.vkey = vkey

    def holds(self, signature: bytes, data: bytes) -> bool:
        """Whether the 64 bytes are this builder's signature of exactly `data`."""
        try:
            self._public.verify(signature, data)
        except InvalidSignature:
            return False
        return True
