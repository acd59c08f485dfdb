"""A witness's own key: one folder, one Ed25519 key, nothing of any service (PROTOCOL 9.5)."""

import os
import secrets
import tomllib
from pathlib import Path
from typing import Final

import tomlkit

from breachdesk.keys._create import make_folder
from breachdesk.keys._files import (
    KEY_BYTES,
    PrivateFolder,
    decode_key,
    encode_key,
    key_file,
    sync_folder,
    write_private,
)
from breachdesk.keys._signing import TYPE_TIMESTAMP, SigningKey, check_key_name
from breachdesk.keys.errors import InvalidParameter, KeyFormat

#: The public half: name and vkey.
WITNESS_FILE: Final = "witness.toml"

_KEY: Final = "witness"
_FORMAT: Final = 1
_HEADER: Final = "# A witness's name and public key: nothing here is secret, all else is.\n"


def create_witness(folder: str | os.PathLike[str], *, name: str) -> SigningKey:
    """Make a witness's key in `folder`, which must not exist. Errors as for `create`."""
    check_key_name("name", name)
    make_folder(folder, lambda new: _fill(new, name))
    return open_witness(folder)


def open_witness(folder: str | os.PathLike[str]) -> SigningKey:
    """The witness's key: KeyMissing, KeyUnreadable, KeyPermissions or KeyFormat if it is not."""
    with PrivateFolder(Path(folder)) as private:
        name, vkey = _decode_public(private.read(WITNESS_FILE))
        secret = decode_key(_KEY, private.read(key_file(_KEY)))
    key = SigningKey.from_seed(name, TYPE_TIMESTAMP, secret)
    if key.vkey != vkey:
        raise KeyFormat(key_file(_KEY), f"the key does not belong to the one in {WITNESS_FILE}")
    return key


def _fill(folder: Path, name: str) -> None:
    secret = secrets.token_bytes(KEY_BYTES)
    vkey = SigningKey.from_seed(name, TYPE_TIMESTAMP, secret).vkey
    write_private(folder / key_file(_KEY), encode_key(_KEY, secret))
    document = {"format": _FORMAT, "name": name, "vkey": vkey}
    write_private(folder / WITNESS_FILE, (_HEADER + tomlkit.dumps(document)).encode())
    sync_folder(folder)


def _decode_public(content: bytes) -> tuple[str, str]:
    try:
        document = tomllib.loads(content.decode())
    except ValueError:
        raise KeyFormat(WITNESS_FILE, "is not TOML in UTF-8") from None
    name, vkey = document.get("name"), document.get("vkey")
    known = document.keys() == {"format", "name", "vkey"} and document["format"] == _FORMAT
    if not known or not isinstance(name, str) or not isinstance(vkey, str):
        raise KeyFormat(WITNESS_FILE, "does not hold format, name and vkey of this version")
    try:
        check_key_name("name", name)
    except InvalidParameter as error:
        raise KeyFormat(WITNESS_FILE, str(error)) from None
    return name, vkey
