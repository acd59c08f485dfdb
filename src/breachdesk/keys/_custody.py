"""Ways to keep a folder's keys sealed: each wraps one 32-byte key, the folder key.

Key files are sealed under the folder key (`_sealed`), so that a passphrase is stretched once and a
token is asked once, however many keys a process opens. An own folder key is drawn for each sealing.
"""

import base64
import binascii
import os
from typing import Final, Protocol

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from breachdesk.keys._custody_pkcs11 import TokenCustody
from breachdesk.keys._document import Keeping, TokenPlace
from breachdesk.keys._unlock import Unlock
from breachdesk.keys.errors import InvalidParameter, KeyLocked

_NONCE_BYTES: Final = 12
_LABEL: Final = b"breachdesk/folder-key/v1"


class Custody(Protocol):
    """How one folder is sealed, ready to seal and to open."""

    @property
    def name(self) -> str:
        """As `custody` of folder.toml says it."""

    @property
    def token(self) -> TokenPlace | None:
        """What folder.toml says beside the name; None for all but `pkcs11`."""

    def wrap(self, secret: bytes) -> bytes:
        """The 32-byte secret, sealed. Raises `KeyLocked`."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """The inverse. Raises `KeyLocked`."""


class PassphraseCustody:
    """An age file under a passphrase (age's scrypt recipient)."""

    name = "passphrase"
    token = None

    def __init__(self, passphrase: str) -> None:
        self._passphrase = passphrase

    def wrap(self, secret: bytes) -> bytes:
        """About a second: that is what makes guessing dear."""
        return bytes(pyrage.passphrase.encrypt(secret, self._passphrase))

    def unwrap(self, wrapped: bytes) -> bytes:
        """`KeyLocked` for another passphrase, or a damaged file."""
        try:
            return bytes(pyrage.passphrase.decrypt(wrapped, self._passphrase))
        except pyrage.DecryptError:
            raise KeyLocked("the passphrase does not open it", "give the right one") from None


class AgeCustody:
    """An age file to one X25519 recipient. Without the identity it can seal, and not open."""

    name = "age"
    token = None

    def __init__(
        self, recipient: "pyrage.x25519.Recipient", identity: "pyrage.x25519.Identity | None" = None
    ) -> None:
        self._recipient = recipient
        self._identity = identity

    @classmethod
    def to(cls, recipient: str) -> "AgeCustody":
        """For sealing to `age1…`. Raises `InvalidParameter`."""
        try:
            return cls(pyrage.x25519.Recipient.from_str(recipient))
        except pyrage.RecipientError:
            raise InvalidParameter("recipient", "is not an age recipient (age1…)") from None

    @classmethod
    def of(cls, identity_file: str) -> "AgeCustody":
        """For opening, from the text of an identity file: its first `AGE-SECRET-KEY-1…` line."""
        lines = (line.strip() for line in identity_file.splitlines())
        secret = next((line for line in lines if line and not line.startswith("#")), "")
        try:
            identity = pyrage.x25519.Identity.from_str(secret)
        except pyrage.IdentityError:
            raise KeyLocked(
                "the identity file holds no age identity", "name the file that age-keygen wrote"
            ) from None
        return cls(identity.to_public(), identity)

    def wrap(self, secret: bytes) -> bytes:
        """An age file of its own."""
        return bytes(pyrage.encrypt(secret, [self._recipient]))

    def unwrap(self, wrapped: bytes) -> bytes:
        """`KeyLocked` for another identity, or a damaged file."""
        if self._identity is None:
            raise KeyLocked("an age identity is needed", "name its file with --unlock")
        try:
            return bytes(pyrage.decrypt(wrapped, [self._identity]))
        except pyrage.DecryptError:
            raise KeyLocked("the age identity does not open it", "name the right file") from None


class CredentialCustody:
    """Under 32 random bytes that something else keeps, such as systemd or a secret store."""

    name = "credential"
    token = None

    def __init__(self, credential: bytes) -> None:
        self._aead = ChaCha20Poly1305(credential)

    @classmethod
    def of(cls, text: str) -> "CredentialCustody":
        """From the Base64 text that `new_credential` made."""
        try:
            credential = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            credential = b""
        if len(credential) != 32:
            raise KeyLocked("the credential is not 32 bytes in Base64", "restore it")
        return cls(credential)

    def wrap(self, secret: bytes) -> bytes:
        """Nonce, then ciphertext."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, secret, _LABEL)

    def unwrap(self, wrapped: bytes) -> bytes:
        """`KeyLocked` for another credential, or a damaged file."""
        try:
            return self._aead.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], _LABEL)
        except (InvalidTag, ValueError):
            raise KeyLocked("the credential does not open it", "give the right one") from None


def new_credential() -> str:
    """32 random bytes as text, for `CredentialCustody`."""
    return base64.b64encode(os.urandom(32)).decode()


def custody_of(keeping: Keeping, unlock: Unlock) -> Custody | None:
    """The custody of a folder, with what opens it; None for a plain one. Raises `KeyLocked`."""
    if keeping.custody == "passphrase":
        return PassphraseCustody(unlock.secret("the passphrase"))
    if keeping.custody == "age":
        return AgeCustody.of(unlock.secret("the age identity"))
    if keeping.custody == "credential":
        return CredentialCustody.of(unlock.secret("the credential"))
    if keeping.token is not None:
        return TokenCustody(keeping.token, unlock.secret("the token's PIN"))
    return None
