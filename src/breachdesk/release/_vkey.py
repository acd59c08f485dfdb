"""C2SP verifier keys (signed-note, "Verifier keys")."""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from breachdesk import wire
from breachdesk.release.errors import ReleaseError

LOG_TYPE = 0x01
"""Ed25519 over the note."""
TIMESTAMP_TYPE = 0x04
"""cosignature/v1: Ed25519 over a time and the note."""
KEY_NAME = re.compile(r"[^\s+]+")

_STRICT = wire.Strict("service")


class Signer(Protocol):
    """A private Ed25519 key with the name that its signature lines carry."""

    @property
    def name(self) -> str: ...
    @property
    def public(self) -> bytes: ...
    def sign(self, data: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class VKey:
    """A known key: `kind` is LOG_TYPE or TIMESTAMP_TYPE, `public` 32 bytes."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "VKey":
        """From `<name>+<key id>+<base64>`. Raises ReleaseError("service")."""
        try:
            name, key_id, typed = _split(text)
            if len(typed) != 33 or typed[0] not in {LOG_TYPE, TIMESTAMP_TYPE}:
                _STRICT.fail("verifier key", "not an Ed25519 key of a note or a cosignature")
            found = cls(name, typed[0], typed[1:])
            if found.key_id != key_id:
                _STRICT.fail("verifier key", "the key id is of another name or key")
        except wire.WireError as error:
            raise ReleaseError(error.code, error.detail) from None
        return found

    @classmethod
    def of(cls, signer: Signer, kind: int) -> "VKey":
        return cls(signer.name, kind, signer.public)

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self._typed).digest()[:4]

    @property
    def text(self) -> str:
        """The C2SP form, which `parse` reads."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self._typed).decode()}"

    @property
    def _typed(self) -> bytes:
        return bytes((self.kind,)) + self.public

    def verify(self, signature: bytes, data: bytes) -> None:
        """Raises ReleaseError("signature")."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, data)
        except (InvalidSignature, ValueError):
            raise ReleaseError("signature", "a known key's signature does not hold") from None


def _split(text: str) -> tuple[str, bytes, bytes]:
    """Base64 may hold `+`, a name may not."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not KEY_NAME.fullmatch(parts[0]):
        _STRICT.fail("verifier key", "not <name>+<key id>+<base64>")
    key_id = _STRICT.hex(parts[1], "verifier key", 4)
    return parts[0], key_id, _STRICT.base64(parts[2], "verifier key")
