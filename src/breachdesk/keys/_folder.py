"""Opening a key folder: only the keys that a process needs, each checked against its public half.

No key is ever in a repr, and signing keys cannot be pickled: a worker process opens the folder
itself, with its own `only`.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from breachdesk.keys._files import PUBLIC_FILE, PrivateFolder, decode_key, key_file
from breachdesk.keys._public import (
    OPRF_KINDS,
    PublicKeys,
    check_epoch,
    decode_public,
    possession_context,
)
from breachdesk.keys._signing import SigningKey, check_origin, log_key, timestamp_key
from breachdesk.keys.errors import InvalidParameter, KeyFormat, KeyNotOpened
from breachdesk.voprf import ScalarError, VoprfError, public_key, verify_possession

#: Keys that are 32 random bytes, for HMAC and HKDF.
PLAIN_KEYS: Final = ("release", "padding", "subject", "claim", "letter", "address", "token")
#: Every key of a folder, by the name that `only` takes; its file is `<name>.key`.
KEY_NAMES: Final = (*(f"oprf-{kind}" for kind in OPRF_KINDS), "log", "timestamp", *PLAIN_KEYS)

_DERIVE_SALT: Final = b"breachdesk/derive/v1"


@dataclass(frozen=True, slots=True)
class OprfKey:
    """An evaluator's key: secret scalar, public element, proof of possession (96 bytes)."""

    secret: bytes = field(repr=False)
    public: bytes
    possession: bytes


class KeyFolder:
    """The opened keys of a folder. A key that was not opened raises `KeyNotOpened`."""

    __slots__ = ("_oprf", "_plain", "_signing", "public")

    public: PublicKeys

    def __init__(self, public: PublicKeys, secrets: Mapping[str, bytes]) -> None:
        """`secrets` by key name. Raises `KeyFormat` when one does not fit its public half."""
        self.public = public
        self._oprf = {
            kind: _oprf_key(public, kind, secrets[name])
            for kind in OPRF_KINDS
            if (name := f"oprf-{kind}") in secrets
        }
        self._signing = _signing_keys(public, secrets)
        self._plain = {name: secrets[name] for name in PLAIN_KEYS if name in secrets}

    def __repr__(self) -> str:
        """Public values only."""
        return f"KeyFolder(origin={self.origin!r}, epoch={self.epoch})"

    @property
    def origin(self) -> str:
        """The log's origin, which is the log key's name."""
        return self.public.origin

    @property
    def epoch(self) -> int:
        """The number of this key set."""
        return self.public.epoch

    def oprf(self, kind: str) -> OprfKey:
        """The key of a kind: `open`, `code` or `channel`."""
        if kind not in OPRF_KINDS:
            raise ValueError("kind must be one of " + ", ".join(OPRF_KINDS))
        if kind not in self._oprf:
            raise KeyNotOpened(f"oprf-{kind}")
        return self._oprf[kind]

    @property
    def log(self) -> SigningKey:
        """The key that signs checkpoints; keep it off line between releases."""
        return self._signing_key("log")

    @property
    def timestamp(self) -> SigningKey:
        """The key that cosigns checkpoints with the time."""
        return self._signing_key("timestamp")

    @property
    def release(self) -> bytes:
        """32 bytes: HMAC key of release ids."""
        return self._plain_key("release")

    @property
    def padding(self) -> bytes:
        """32 bytes: HMAC key of bucket padding."""
        return self._plain_key("padding")

    @property
    def subject(self) -> bytes:
        """32 bytes: HMAC key of subject ids."""
        return self._plain_key("subject")

    @property
    def claim(self) -> bytes:
        """32 bytes: HMAC key of claim tokens."""
        return self._plain_key("claim")

    @property
    def letter(self) -> bytes:
        """32 bytes: HMAC key of letter ids and letter codes (PROTOCOL section 4.5)."""
        return self._plain_key("letter")

    @property
    def address(self) -> bytes:
        """32 bytes: the channel service hides addresses with keys derived from it."""
        return self._plain_key("address")

    @property
    def token(self) -> bytes:
        """32 bytes: HMAC key of challenges (PROTOCOL section 10.1)."""
        return self._plain_key("token")

    def derive(self, label: bytes) -> bytes:
        """32 bytes for a purpose of its own: HKDF-SHA-512 over the release key."""
        hkdf = HKDF(algorithm=SHA512(), length=32, salt=_DERIVE_SALT, info=label)
        return hkdf.derive(self.release)

    def _signing_key(self, name: str) -> SigningKey:
        if name not in self._signing:
            raise KeyNotOpened(name)
        return self._signing[name]

    def _plain_key(self, name: str) -> bytes:
        if name not in self._plain:
            raise KeyNotOpened(name)
        return self._plain[name]


def open_folder(folder: str | os.PathLike[str], only: Collection[str] | None = None) -> KeyFolder:
    """Open a key folder; with `only`, nothing but `folder.toml` and the named keys is read.

    Raises `KeyMissing`, `KeyUnreadable`, `KeyPermissions` (open to other users) or `KeyFormat`;
    `ValueError` for a name that is not in KEY_NAMES.
    """
    names = KEY_NAMES if only is None else tuple(only)
    if unknown := set(names) - set(KEY_NAMES):
        raise ValueError("unknown key names: " + ", ".join(sorted(unknown)))
    with PrivateFolder(Path(folder)) as private:
        public = decode_public(private.read(PUBLIC_FILE))
        secrets = {name: decode_key(name, private.read(key_file(name))) for name in names}
    try:
        check_origin(public.origin)
        check_epoch(public.epoch)
    except InvalidParameter as error:
        raise KeyFormat(PUBLIC_FILE, str(error)) from None
    return KeyFolder(public, secrets)


def _oprf_key(public: PublicKeys, kind: str, secret: bytes) -> OprfKey:
    """The key of a kind, once it fits its public key and the proof of possession holds."""
    entry = public.oprf[kind]
    file = key_file(f"oprf-{kind}")
    try:
        derived = public_key(secret)
    except ScalarError:
        raise KeyFormat(file, "the key is not a scalar below the group order") from None
    if derived != entry.public:
        raise KeyFormat(file, f"the key does not belong to the public key in {PUBLIC_FILE}")
    try:
        verify_possession(entry.public, possession_context(kind, public.epoch), entry.possession)
    except VoprfError:
        raise KeyFormat(PUBLIC_FILE, f"oprf.{kind}.possession does not hold") from None
    return OprfKey(secret, entry.public, entry.possession)


def _signing_keys(public: PublicKeys, secrets: Mapping[str, bytes]) -> dict[str, SigningKey]:
    """The opened signing keys by name, each fitting its vkey."""
    keys: dict[str, SigningKey] = {}
    for name, make, vkey in (
        ("log", log_key, public.log),
        ("timestamp", timestamp_key, public.timestamp),
    ):
        if name not in secrets:
            continue
        keys[name] = make(public.origin, secrets[name])
        if keys[name].vkey != vkey:
            raise KeyFormat(key_file(name), f"the key does not belong to the vkey in {PUBLIC_FILE}")
    return keys
