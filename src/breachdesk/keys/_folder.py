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

from breachdesk.keys._custody import custody_of
from breachdesk.keys._document import Document, Keeping, decode
from breachdesk.keys._files import PUBLIC_FILE, PrivateFolder, decode_key, key_file
from breachdesk.keys._names import KEY_NAMES, PLAIN_KEYS, SEALING_KEYS
from breachdesk.keys._public import OPRF_KINDS, PublicKeys, check_epoch, check_shares
from breachdesk.keys._sealed import FOLDER_KEY_BYTES, SEAL_FILE, open_key
from breachdesk.keys._sealing import sealing_public
from breachdesk.keys._signing import (
    SigningKey,
    builder_key,
    check_origin,
    log_key,
    timestamp_key,
)
from breachdesk.keys._unlock import Unlock
from breachdesk.keys.errors import (
    InvalidParameter,
    KeyDestroyed,
    KeyFormat,
    KeyMissing,
    KeyNotHeld,
    KeyNotOpened,
)
from breachdesk.voprf import ScalarError, public_key

_DERIVE_SALT: Final = b"breachdesk/derive/v1"


@dataclass(frozen=True, slots=True)
class OprfKey:
    """An evaluator's key or key share: secret scalar, its public element, proof of possession."""

    secret: bytes = field(repr=False)
    public: bytes
    possession: bytes


class KeyFolder:
    """The opened keys of a folder. A key that was not opened raises `KeyNotOpened`."""

    __slots__ = ("_builder_seed", "_oprf", "_plain", "_signing", "public")

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
        plain = (*PLAIN_KEYS, *SEALING_KEYS)
        self._plain = {name: secrets[name] for name in plain if name in secrets}
        if "desk" in secrets and sealing_public(secrets["desk"]) != public.desk:
            raise KeyFormat(key_file("desk"), f"does not belong to the key in {PUBLIC_FILE}")
        self._builder_seed = secrets.get("builder")

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
    def builder(self) -> SigningKey:
        """The key that signs a builder's batches (PROTOCOL section 10.3)."""
        return self._signing_key("builder")

    @property
    def builder_seed(self) -> bytes:
        """32 bytes: that key for worker processes, which sign their own batches."""
        if self._builder_seed is None:
            raise KeyNotOpened("builder")
        return self._builder_seed

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

    @property
    def desk(self) -> bytes:
        """32 bytes: the X25519 private key that opens damage reports."""
        return self._plain_key("desk")

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


def open_folder(
    folder: str | os.PathLike[str],
    only: Collection[str] | None = None,
    *,
    unlock: Unlock | None = None,
) -> KeyFolder:
    """Open a key folder; with `only`, nothing but `folder.toml` and the named keys is read.

    `unlock` says where the secret of a sealed folder comes from; by default from the surroundings
    (`_unlock`). Without keys to read, none is needed.

    Raises `KeyMissing`, `KeyUnreadable`, `KeyPermissions` (open to other users), `KeyFormat`,
    `KeyLocked` (sealed), `KeyNotHeld` or `KeyDestroyed`; `ValueError` for a name that is not in
    KEY_NAMES.
    """
    if unknown := set(only or ()) - set(KEY_NAMES):
        raise ValueError("unknown key names: " + ", ".join(sorted(unknown)))
    with PrivateFolder(Path(folder)) as private:
        content = private.read(PUBLIC_FILE)
        try:
            return _open(private, content, only, unlock or Unlock())
        except KeyMissing:
            # Another command may have moved the key files since; then folder.toml says where to.
            again = private.read(PUBLIC_FILE)
            if again == content:
                raise
            return _open(private, again, only, unlock or Unlock())


def custody_name(folder: str | os.PathLike[str]) -> str:
    """How a folder is kept, one of CUSTODIES; no key is read. Errors as `open_folder`."""
    with PrivateFolder(Path(folder)) as private:
        return decode(private.read(PUBLIC_FILE)).keeping.custody


def _open(
    private: PrivateFolder, content: bytes, only: Collection[str] | None, unlock: Unlock
) -> KeyFolder:
    document = decode(content)
    check_document(document)
    names = document.keeping.held if only is None else tuple(only)
    return KeyFolder(document.public, read_keys(private, document.keeping, names, unlock))


def check_document(document: Document) -> None:
    """Raise `KeyFormat` for an origin or an epoch that keys cannot have."""
    try:
        check_origin(document.public.origin)
        check_epoch(document.public.epoch)
    except InvalidParameter as error:
        raise KeyFormat(PUBLIC_FILE, str(error)) from None


def read_keys(
    private: PrivateFolder, keeping: Keeping, names: Collection[str], unlock: Unlock
) -> dict[str, bytes]:
    """The named keys of a folder, 32 bytes each. Errors as `open_folder`."""
    for name in names:
        if name in keeping.destroyed:
            raise KeyDestroyed(name)
        if name not in keeping.held:
            raise KeyNotHeld(name)
    files = {name: keeping.prefix + key_file(name) for name in names}
    if not names:
        return {}
    custody = custody_of(keeping, unlock)
    if custody is None:
        return {name: decode_key(name, private.read(file)) for name, file in files.items()}
    folder_key = custody.unwrap(private.read(keeping.prefix + SEAL_FILE))
    if len(folder_key) != FOLDER_KEY_BYTES:
        raise KeyFormat(SEAL_FILE, "does not hold a folder key")
    return {name: open_key(name, private.read(file), folder_key) for name, file in files.items()}


def _oprf_key(public: PublicKeys, kind: str, secret: bytes) -> OprfKey:
    """The key of a kind, once it fits its public key and the proof of possession holds."""
    own = public.own(kind)
    file = key_file(f"oprf-{kind}")
    try:
        derived = public_key(secret)
    except ScalarError:
        raise KeyFormat(file, "the key is not a scalar below the group order") from None
    if derived != own.public:
        raise KeyFormat(file, f"the key does not belong to the public key in {PUBLIC_FILE}")
    check_shares(public, kind)
    return OprfKey(secret, own.public, own.possession)


def _signing_keys(public: PublicKeys, secrets: Mapping[str, bytes]) -> dict[str, SigningKey]:
    """The opened signing keys by name, each fitting its vkey."""
    keys: dict[str, SigningKey] = {}
    for name, make, vkey in (
        ("log", log_key, public.log),
        ("timestamp", timestamp_key, public.timestamp),
        ("builder", builder_key, public.builder),
    ):
        if name not in secrets:
            continue
        keys[name] = make(public.origin, secrets[name])
        if keys[name].vkey != vkey:
            raise KeyFormat(key_file(name), f"the key does not belong to the vkey in {PUBLIC_FILE}")
    return keys
