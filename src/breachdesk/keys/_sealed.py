"""A sealed key file: one line, `breachdesk-sealed/v1 <key name> <base64 of nonce and ciphertext>`.

What is inside is the line of a plain one. The name is associated data, so that one file is not
taken for another.
"""

import base64
import binascii
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from breachdesk.keys._files import decode_key, encode_key, key_file
from breachdesk.keys.errors import KeyFormat

SEAL_FILE: Final = "seal"
FOLDER_KEY_BYTES: Final = 32

_HEADER: Final = b"breachdesk-sealed/v1"
_NONCE_BYTES: Final = 12


def seal_key(name: str, secret: bytes, folder_key: bytes) -> bytes:
    """The content of a sealed key file."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = ChaCha20Poly1305(folder_key).encrypt(nonce, encode_key(name, secret), name.encode())
    return b" ".join((_HEADER, name.encode(), base64.b64encode(nonce + sealed))) + b"\n"


def open_key(name: str, content: bytes, folder_key: bytes) -> bytes:
    """The 32 bytes of a sealed key file; raises `KeyFormat`."""
    file = key_file(name)
    try:
        header, inside, encoded = content.removesuffix(b"\n").split(b" ")
        sealed = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise KeyFormat(file, "not one line of a header, a name and a sealed key") from None
    if header != _HEADER or inside != name.encode():
        raise KeyFormat(file, "not a sealed key of this name")
    try:
        opened = ChaCha20Poly1305(folder_key).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode()
        )
    except (InvalidTag, ValueError):
        raise KeyFormat(file, "does not open under this folder's seal") from None
    return decode_key(name, opened)
